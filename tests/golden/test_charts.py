"""The teaching charts: the rules find in each what a coder would, and the claim is the coder's."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import replace

import pytest

from app import assembly
from app.domain.coded import CodedEncounter
from app.domain.composition.compose import compose, review
from app.domain.finding import Check
from app.domain.rules.base import ClaimRule
from app.domain.rules.negated import Negated
from app.domain.rules.not_done import NotDone
from app.domain.rules.other_person import OtherPerson
from app.domain.rules.uncertain import Uncertain
from app.usecases.check_rules import CheckRules, rulings
from tests.golden import index
from tests.golden.charts import GoldenChart, load

CHARTS = load()
LEAST = 60
# The rules that keep a code back for the words behind it; what the code itself lacks the rules of the claim say.
BY_WORDS = (Negated(), OtherPerson(), Uncertain(), NotDone())


@pytest.fixture(scope="module")
def checker(settings, terms) -> CheckRules:
    return assembly.rule_checker(terms, assembly.note_reader(settings, terms.knowledge))


@pytest.fixture(scope="module")
def rules(settings, terms) -> tuple[ClaimRule, ...]:
    return assembly.claim_rules(settings, terms, assembly.note_reader(settings, terms.knowledge))


def written(findings, claim, services) -> list[str]:
    lines = [f"{rule}: {', '.join(sorted(codes))}" for rule, codes in sorted(findings, key=lambda f: (f[0], sorted(f[1])))]
    billed = [] if services is None else ["services: " + ", ".join(sorted(services))]
    return [*lines, "claim: " + ("left to a person" if claim is None else ", ".join(claim)), *billed]


def judged(coded: CodedEncounter, checker: CheckRules, rules: tuple[ClaimRule, ...]):
    """What is found in the codes as proposed, and the diagnoses and services of the claim composed of them.

    What the words of the note keep back is taken off before the rest is looked at.
    """
    kept_back = rulings(BY_WORDS, coded)
    off = {ref for finding in kept_back for ref in finding.codes}
    coded = replace(coded, lines=tuple(line for line in coded.lines if line.ref not in off))
    found = [*kept_back, *(finding for finding in review(coded, rules) if finding.check is Check.FOUND)]
    claim = compose(coded, rules).claim
    services = frozenset("-".join((line.ref.code, *line.modifiers)) for line in claim.procedures)
    return {(f.rule, frozenset(ref.code for ref in f.codes)) for f in found}, tuple(ref.code for ref in claim.diagnoses), services


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_a_chart_is_judged_as_a_coder_would(chart: GoldenChart, checker, rules):
    findings, claim, services = judged(checker.coded(chart.case), checker, rules)
    expected = written(chart.findings, chart.claim, chart.services)
    actual = written(findings, None if chart.claim is None else claim, None if chart.services is None else services)
    diff = "\n".join(difflib.unified_diff(expected, actual, "expected", "found", lineterm="", n=10))
    assert expected == actual, f"{chart.case.file}:{chart.case.line} {chart.id}\n{chart.teaches}\n{diff}"


def test_there_are_enough_charts_each_with_a_lesson_of_its_own():
    assert len(CHARTS) >= LEAST
    assert [name for name, count in Counter(chart.id for chart in CHARTS).items() if count > 1] == []
    assert [name for name, count in Counter(chart.teaches for chart in CHARTS).items() if count > 1] == []


def test_the_index_of_the_charts_is_up_to_date():
    assert index.PAGE.read_text(encoding="utf-8") == index.written(CHARTS), "run `python -m tests.golden.index`"
