from __future__ import annotations

import pytest

from app.cli import run

SITE = """rules:
  - id: own-rule
    does: Sees hypertension.
    severity: info
    citation: Policy 1
    message: It is here
    when: {codes: [I10]}
    cases:
      - {teaches: It is there, expect: fail, codes: [I10]}
      - {teaches: It is not, expect: pass, codes: [E11.9]}
"""


@pytest.fixture
def site(tmp_path, monkeypatch, settings):
    monkeypatch.setenv("CHARTCODER_STATE_DIR", str(settings.state_dir))
    file = tmp_path / "site.yaml"

    def write(content: str) -> None:
        file.write_text(content, encoding="utf-8")
        monkeypatch.setenv("CHARTCODER_SITE_RULES", str(file))

    return write


def test_every_rule_is_listed_with_what_it_does_and_its_citation(capsys, site):
    site(SITE + "severities: {excludes1: warn}\n")
    assert run(["rules", "list"]) == 0
    out = capsys.readouterr().out
    for words in ("negated", "Guidelines", "own-rule", "Sees hypertension.", "Policy 1", "switched excludes1 to warn"):
        assert words in out


def test_a_rule_is_shown_with_its_public_notes(capsys):
    assert run(["rules", "show", "negated"]) == 0
    out = capsys.readouterr().out
    assert "Speaks: What the note denies is not there to be coded" in out
    assert "| Here for a blood pressure check. No chest pain." in out
    assert "Keeps quiet:" in out
    assert run(["rules", "show", "nothing"]) == 2
    assert "rules list" in capsys.readouterr().err


def test_cases_are_run_and_one_that_does_not_hold_is_code_1(capsys, site):
    site(SITE)
    assert run(["rules", "test", "negated", "own-rule"]) == 0
    out = capsys.readouterr().out
    assert "8 of 8 cases hold." in out
    site(SITE.replace("codes: [E11.9]", "codes: [I10]"))
    assert run(["rules", "test", "own-rule"]) == 1
    out = capsys.readouterr().out
    assert "site.yaml:10: own-rule: It is not: it should keep quiet and says: It is here" in out
    assert "1 of 2 cases hold." in out


def test_a_faulty_file_is_code_2_with_each_fault_on_a_line(capsys, site):
    site(SITE.replace("severity: info", "severity: hard").replace("I10", "I99.99"))
    for command in (["rules", "list"], ["rules", "show", "negated"], ["rules", "test"]):
        assert run(command) == 2
        lines = capsys.readouterr().err.splitlines()
        assert [line.split("site.yaml:")[1].split(":")[0] for line in lines] == ["4", "7"]
