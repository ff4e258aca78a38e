"""The public cases of every rule, run with the reader, the terms and the release that serve notes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app import assembly
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.errors import SiteRulesRefused
from app.domain.finding import Severity
from app.domain.note import ClinicalNote
from app.domain.rule_case import Expectation
from app.usecases.validate_codes import ChosenCode, ValidationRequest

DOCS = Path(__file__).parents[2] / "docs" / "site-rules.md"


@pytest.fixture(scope="module")
def reader(settings, terms):
    return assembly.note_reader(settings, terms.knowledge)


def test_every_public_case_holds(settings, terms, reader):
    outcomes = list(assembly.rule_checker(terms, reader)(assembly.built_in_rules(), assembly.rule_case_files(settings)))
    assert [f"{o.case.rule}, line {o.case.line}: {o.case.teaches}: {o.problem}" for o in outcomes if not o.holds] == []


def test_every_rule_has_three_cases_of_each_kind(settings):
    cases = assembly.rule_case_files(settings)
    for rule in assembly.built_in_rules():
        for expect in Expectation:
            assert sum(c.rule == rule and c.expect is expect for c in cases) >= 3, (rule, expect)


def site_file(tmp_path, content: str, settings):
    file = tmp_path / "site.yaml"
    file.write_text(content, encoding="utf-8")
    return settings.model_copy(update={"site_rules": str(file)})


def test_the_documented_example_is_accepted_and_follows_the_built_in_rules(tmp_path, settings, terms, reader):
    example = re.search(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]
    plain = assembly.claim_rules(settings, terms, reader)
    rules = assembly.claim_rules(site_file(tmp_path, example, settings), terms, reader)
    assert [rule.id for rule in rules] == [*(rule.id for rule in plain), "stroke-needs-nihss"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("expect: pass", "expect: fail", "needs at least one case with 'expect: pass'"),
        ("NIHSS 6", "No NIHSS", "it should speak and keeps quiet"),
        ("codes: [I63.9, R29.706, I10]", "codes: [I63.9, I10]", "it should keep quiet and says"),
        ("        age: 71\n", "", "the case lacks what the rule needs: age"),
    ],
)
def test_a_file_whose_cases_do_not_hold_is_refused_whole(tmp_path, settings, terms, reader, old, new, words):
    example = re.search(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]
    with pytest.raises(SiteRulesRefused, match=re.escape(words)) as caught:
        assembly.claim_rules(site_file(tmp_path, example.replace(old, new), settings), terms, reader)
    assert all(fault.file.endswith("site.yaml") and fault.line > 1 for fault in caught.value.faults)


def test_the_rules_of_a_site_speak_when_codes_are_validated_with_the_severities_it_switched(tmp_path, settings, terms, reader):
    example = re.search(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]
    validate = assembly.validate_codes(site_file(tmp_path, example, settings), terms, reader)
    codes = tuple(ChosenCode(CodeRef(CodeSystem.ICD10CM, code)) for code in ("I63.9", "E10.9", "E11.9"))
    note = ClinicalNote("Acute ischemic stroke, NIHSS 6 on arrival. Diabetes.")
    found = validate(ValidationRequest(codes, Encounter(Setting.INPATIENT, Sex.MALE, 71), note)).findings
    severities = {f.rule: f.severity for f in found if f.rule in {"stroke-needs-nihss", "excludes1"}}
    assert severities == {"stroke-needs-nihss": Severity.WARN, "excludes1": Severity.WARN}
