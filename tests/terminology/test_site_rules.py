from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.code import CodeRef, CodeSystem
from app.domain.finding import Severity
from app.domain.rule_case import Expectation
from app.terminology.rule_cases import code_of, load_cases
from app.terminology.site_rules import load_site_rules, pattern_of
from tests.terminology.faults import faults_of

CODES = {"I63", "I63.9", "R29.7", "E08", "E13", "E11.9", "Z79.4"}
GOOD = """severities: {excludes1: warn}
rules:
  - id: stroke-needs-nihss
    does: An inpatient stroke is coded with its score.
    severity: warn
    citation: Policy 12
    message: No score on the claim
    when: {codes: [I63.-], without: [R29.7-], setting: [inpatient], age: {from: 18}, phrase: [nihss]}
    add: [E11.9]
    query: clinical-significance
    cases:
      - {teaches: It is missing, expect: fail, codes: [I63.9], setting: inpatient, age: 71, note: NIHSS 6}
      - {teaches: No score told, expect: pass, codes: [I63.9], setting: inpatient, age: 71, note: Stroke}
"""


def load(file: Path):
    return load_site_rules(file, built_in=("excludes1", "negated"), switchable=("excludes1",), is_code=CODES.__contains__)


def written(folder: Path, content: str) -> Path:
    file = folder / "site.yaml"
    file.write_text(content, encoding="utf-8")
    return file


def test_a_good_file_gives_rules_cases_and_severities(tmp_path):
    site = load(written(tmp_path, GOOD))
    assert site.switched == {"excludes1": Severity.WARN}
    (rule,) = site.rules
    assert (rule.id, rule.severity, rule.citation) == ("stroke-needs-nihss", Severity.WARN, "Policy 12")
    assert sorted(rule.needs) == ["age", "note"]
    assert [(c.rule, c.expect, c.line) for c in site.cases] == [
        ("stroke-needs-nihss", Expectation.FAIL, 12),
        ("stroke-needs-nihss", Expectation.PASS, 13),
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("excludes1: warn", "excludes2: warn", "site.yaml:1: severities: there is no rule 'excludes2'"),
        ("excludes1: warn", "negated: warn", "site.yaml:1: severities: negated judges single codes"),
        ("excludes1: warn", "excludes1: hard", "site.yaml:1: severities: excludes1 is 'hard'; it must be one of block, warn, info"),
        ("severities:", "severity:", "site.yaml:1: the file: unknown field 'severity'"),
        ("id: stroke-needs-nihss", "id: Stroke", "site.yaml:3: id 'Stroke' must be"),
        ("id: stroke-needs-nihss", "id: negated", "site.yaml:3: id negated is a rule of Chartcoder"),
        ("severity: warn", "severity: hard", "site.yaml:5: stroke-needs-nihss: severity is 'hard'"),
        ("    citation: Policy 12\n", "", "site.yaml:3: a rule: field 'citation' is missing"),
        ("I63.-", "I99.-", "site.yaml:8: stroke-needs-nihss: codes: I99 is not in the ICD-10-CM release"),
        ("I63.-", "I6", "site.yaml:8: stroke-needs-nihss: codes: 'I6' is not a pattern"),
        ("[inpatient]", "[ward]", "site.yaml:8: stroke-needs-nihss: setting is 'ward'"),
        ("{from: 18}", "{from: 18, to: 9}", "site.yaml:8: stroke-needs-nihss: age from 18 to 9 holds nobody"),
        ("{from: 18}", "{over: 18}", "site.yaml:8: stroke-needs-nihss: age: unknown field 'over'"),
        ("phrase: [nihss]", "phrase: ['...']", "site.yaml:8: stroke-needs-nihss: phrase: a phrase is"),
        ("codes: [I63.-], without: [R29.7-], ", "", None),
        (
            "codes: [I63.-], without: [R29.7-], setting: [inpatient], age: {from: 18}, phrase: [nihss]",
            "sex: male",
            "site.yaml:8: stroke-needs-nihss: when needs",
        ),
        ("add: [E11.9]", "add: [E99.9]", "site.yaml:9: stroke-needs-nihss: add: E99.9 is not in"),
        ("query: clinical-significance", "query: money", "site.yaml:10: stroke-needs-nihss: query is 'money'"),
        ("expect: pass", "expect: fail", "site.yaml:12: stroke-needs-nihss: needs at least one case with 'expect: pass'"),
        (
            "codes: [I63.9], setting: inpatient, age: 71, note: Stroke",
            "codes: [stroke]",
            "site.yaml:13: stroke-needs-nihss: case: codes: 'stroke' is not a code",
        ),
        ("note: Stroke", "note: ''", "site.yaml:13: stroke-needs-nihss: case: note: The note is empty"),
        ("note: Stroke", "finding: a", "site.yaml:13: stroke-needs-nihss: case: only a case that is expected to fail"),
        ("rules:\n", "rules: [\n", "site.yaml:3: not YAML"),
    ],
)
def test_each_fault_is_named_with_its_line(tmp_path, old, new, fault):
    assert old in GOOD
    file = written(tmp_path, GOOD.replace(old, new, 1))
    if fault is None:
        assert load(file).rules
        return
    found = faults_of(tmp_path, lambda: load(file))
    assert any(f.startswith(fault) for f in found), found


def test_all_faults_come_at_once_and_a_missing_file_is_one(tmp_path):
    bad = GOOD.replace("excludes1: warn", "nothing: warn").replace("severity: warn", "severity: hard").replace("I63.-", "I99.-")
    assert len(faults_of(tmp_path, lambda: load(written(tmp_path, bad)))) == 3
    assert "missing" in faults_of(tmp_path, lambda: load(tmp_path / "none.yaml"))[0]
    assert "neither" in faults_of(tmp_path, lambda: load(written(tmp_path, "{}")))[0]


def test_an_id_stands_once(tmp_path):
    twice = GOOD + GOOD.split("rules:\n")[1]
    assert "site.yaml:14: id stroke-needs-nihss stands twice, first in line 3" in faults_of(tmp_path, lambda: load(written(tmp_path, twice)))


@pytest.mark.parametrize(
    ("pattern", "named", "not_named"),
    [
        ("E11.9", ["E11.9"], ["E11.90", "E11.8", "E11"]),
        ("E11.-", ["E11.9", "E11.621", "E11"], ["E10.9", "E12"]),
        ("E11-", ["E11.9"], ["E10.9"]),
        ("R29.7-", ["R29.706", "R29.7"], ["R29.6"]),
        ("E08-E13", ["E08.9", "E11.22", "E13.9"], ["E07.9", "E14"]),
        ("99213", ["99213"], ["99214"]),
        ("9921-", ["99213"], ["99203"]),
        ("99202-99215", ["99202", "99215"], ["99221"]),
        ("J1885", ["J1885"], ["J18.85"]),
        ("J1000-J1999", ["J1885"], ["J2000"]),
    ],
)
def test_patterns_name_codes_of_one_system(pattern, named, not_named):
    found = pattern_of(pattern)
    assert found is not None
    for code in named:
        case_code = code_of(code)
        assert case_code is not None
        assert found.matches(case_code.ref), code
    for code in not_named:
        case_code = code_of(code)
        assert case_code is not None
        assert not found.matches(case_code.ref), code


@pytest.mark.parametrize("pattern", ["", "E1", "e11", "E11.*", "E13-E08", "99215-99202", "J1885-99213", "99213-", "E11.-E12.-x", ".*"])
def test_other_texts_are_no_patterns(pattern):
    assert pattern_of(pattern) is None


def test_codes_of_a_case_may_carry_modifiers():
    assert code_of("20610-RT-59").modifiers == ("RT", "59")
    assert code_of("E11.9").ref == CodeRef(CodeSystem.ICD10CM, "E11.9")
    assert [code_of(text) for text in ("E11.9-25", "99213-x", "cough")] == [None, None, None]


def test_case_files_are_called_as_their_rule(tmp_path):
    (tmp_path / "negated.yaml").write_text("rule: uncertain\ncases: [{teaches: a, expect: pass, codes: [I10]}]\n", encoding="utf-8")
    (tmp_path / "nothing.yaml").write_text("rule: nothing\ncases: []\n", encoding="utf-8")
    faults = faults_of(tmp_path, lambda: load_cases(tmp_path, ("negated", "uncertain")))
    assert faults == [
        "negated.yaml:1: rule is 'uncertain' and the file is called negated: make them the same",
        "nothing.yaml:1: there is no rule nothing",
        "nothing.yaml:2: nothing: cases must be a list of at least one",
    ]
