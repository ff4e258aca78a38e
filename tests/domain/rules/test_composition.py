"""Properties of composing, on random drafts of codes that the rules know."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.assertion import ASSERTED
from app.domain.candidate import Evidence
from app.domain.claim import MOST_POINTERS
from app.domain.code import CodeRef, CodeSystem
from app.domain.coded import CodedEncounter, CodedLine, icd
from app.domain.composition.choice import LARGEST_EXACT, keep
from app.domain.composition.compose import compose, review
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.finding import Check
from app.domain.note import TextSpan
from app.domain.rules.registry import CLAIM_RULES, CODE_RULES
from app.domain.tabular.tabular import Tabular

DOCS = Path(__file__).parents[3] / "docs" / "rules.md"
# Codes of which many rules have something to say.
DRAWN = (
    "E11.9 E11.22 E11.42 E10.9 I10 I11.0 I12.9 I50.9 N18.31 N18.9 N17.9 J44.9 J44.1 J44.0 J18.9 R05.1 R07.9 I25.10 I20.9 K80.20 K81.0 A41.9 R65.20 "
    "F17.210 F17.200 Z72.0 Z87.891 Z79.4 Z68.41 E66.9 M17.11 M17.12 M17.9 M25.561 S93.401A S93.401 W01.0XXA O24.410 Z33.1 Z00.00 T45.515A R04.0 "
    "B20 Z21 C50.911 C78.7 Z51.11 G63 L97.511 E11.621 F02.80 G30.9 E11 J45.90 M54.9 M54.50 K57.30 K92.2 R10.9 G62.9"
).split()
SERVICES = ("99213", "20610", "93000", "45378")
SECTIONS = ("assessment", "chief_complaint", "history_of_present_illness", "past_medical_history", "")


@pytest.fixture(scope="module")
def tabular(terms):
    return Tabular(terms.catalog.find)


def line(tabular, code, confidence, place, section):
    system = CodeSystem.CPT if code.isdigit() else CodeSystem.ICD10CM
    found = tabular.find(code) if system is CodeSystem.ICD10CM else None
    return CodedLine(CodeRef(system, code), found, confidence, (Evidence(TextSpan(place, place + 3), section, ASSERTED),))


drafts = st.lists(
    st.tuples(st.sampled_from((*DRAWN, *SERVICES)), st.integers(32, 99), st.integers(0, 500), st.sampled_from(SECTIONS)),
    unique_by=lambda drawn: drawn[0],
    max_size=10,
)
relaxed = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def coded_of(tabular, drawn, seen=()):
    lines = tuple(line(tabular, code, confidence / 100, place, section) for code, confidence, place, section in drawn)
    weighed = tuple(line(tabular, code, confidence / 300, place, section) for code, confidence, place, section in seen)
    encounter = Encounter(Setting.OUTPATIENT, Sex.FEMALE, 44)
    return CodedEncounter(encounter, lines, tabular, seen=weighed, releases={CodeSystem.ICD10CM: "x"})


@relaxed
@given(drawn=drafts, seed=st.integers(0, 9))
def test_the_order_of_the_codes_given_makes_no_difference(tabular, drawn, seed):
    shuffled = random.Random(seed).sample(drawn, len(drawn))
    assert compose(coded_of(tabular, drawn), CLAIM_RULES).claim == compose(coded_of(tabular, shuffled), CLAIM_RULES).claim


@relaxed
@given(drawn=drafts)
def test_composing_what_was_composed_changes_nothing(tabular, drawn):
    once = compose(coded_of(tabular, drawn), CLAIM_RULES)
    assert compose(once.coded, CLAIM_RULES).claim == once.claim


@relaxed
@given(drawn=drafts, seen=drafts)
def test_no_code_disappears_or_appears_without_a_finding(tabular, drawn, seen):
    before = {code for code, *_ in drawn}
    composed = compose(coded_of(tabular, drawn, [s for s in seen if s[0] not in before]), CLAIM_RULES)
    after = {line.ref.code for line in composed.coded.lines}
    removed = {ref.code for f in composed.findings if f.repair is not None for ref in f.repair.remove}
    put_on = {ref.code for f in composed.findings if f.repair is not None for ref in f.repair.add}
    assert before - after <= removed & {ref.code for ref in composed.dropped}
    assert after - before <= put_on & {ref.code for ref in composed.added}


@relaxed
@given(drawn=drafts)
def test_pointers_are_diagnoses_of_the_claim_at_most_four_each_once(tabular, drawn):
    claim = compose(coded_of(tabular, drawn), CLAIM_RULES).claim
    for service in claim.procedures:
        assert set(service.pointers) <= set(claim.diagnoses)
        assert len(set(service.pointers)) == len(service.pointers) <= MOST_POINTERS
        assert service.pointers or not claim.diagnoses


@given(worth=st.dictionaries(st.integers(0, 7), st.integers(1, 99), min_size=1), raw=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7))))
def test_the_set_kept_is_worth_as_much_as_any_set_without_a_conflict(worth, raw):
    refs = {icd(str(n)): value / 100 for n, value in worth.items()}
    pairs = [(icd(str(a)), icd(str(b))) for a, b in raw if a != b and a in worth and b in worth]
    kept = keep(refs, pairs)
    allowed = (s for size in range(len(refs) + 1) for s in combinations(refs, size) if not any(a in s and b in s for a, b in pairs))
    assert not any(a in kept and b in kept for a, b in pairs)
    assert sum(refs[r] for r in kept) == pytest.approx(max(sum(refs[r] for r in s) for s in allowed))


def test_a_group_too_large_for_the_exact_choice_is_still_free_of_conflicts():
    refs = {icd(f"A{n:02}"): 0.5 + n / 1000 for n in range(LARGEST_EXACT + 6)}
    pairs = list(combinations(sorted(refs), 2))
    assert keep(refs, pairs) == {max(refs, key=refs.__getitem__)}


def test_order_follows_the_guidelines(tabular):
    drawn = [("W01.0XXA", 99, 0, "assessment"), ("Z79.4", 99, 1, "assessment"), ("I10", 50, 90, "assessment"), ("S93.401A", 60, 10, "assessment")]
    assert [ref.code for ref in compose(coded_of(tabular, drawn), CLAIM_RULES).claim.diagnoses] == ["S93.401A", "I10", "Z79.4", "W01.0XXA"]


def test_sepsis_comes_before_its_pneumonia_wherever_the_note_puts_them(tabular):
    coded = coded_of(tabular, [("J18.9", 90, 0, "assessment"), ("A41.9", 50, 90, "past_medical_history")])
    coded = replace(coded, encounter=Encounter(Setting.INPATIENT))
    assert [ref.code for ref in compose(coded, CLAIM_RULES).claim.diagnoses] == ["A41.9", "J18.9"]


def test_a_rule_without_its_data_says_so(tabular):
    coded = replace(coded_of(tabular, [("I10", 90, 0, "")]), encounter=Encounter(Setting.OUTPATIENT))
    silent = {f.rule for f in review(coded, CLAIM_RULES) if f.check is Check.NOT_CHECKED}
    assert {"age-conflict", "sex-edit", "resolved", "history-of"} <= silent
    assert silent == {rule.id for rule in CLAIM_RULES if not rule.needs <= {"setting"}}


def test_findings_cite_the_guidelines_of_the_year_and_say_when_it_is_not_known(tabular):
    from datetime import date

    coded = coded_of(tabular, [("E11.9", 90, 0, ""), ("N18.31", 90, 5, "")])
    late = replace(coded, encounter=replace(coded.encounter, service_date=date(2026, 10, 1)))
    assert any("FY 2027 I.A.15" in f.citation for f in review(late, CLAIM_RULES))
    old = replace(coded, encounter=replace(coded.encounter, service_date=date(2012, 1, 1)))
    assert "guideline-year" in {f.rule for f in review(old, CLAIM_RULES)}


def test_pairs_of_siblings_and_of_excludes1_run_through_without_error(tabular, terms, request):
    every = [c for c in terms.catalog.all(CodeSystem.ICD10CM) if c.billable]
    siblings = [(a.ref.code, b.ref.code) for a, b in pairwise(every) if a.parent == b.parent]
    by_category = {}
    for code in every:
        by_category.setdefault(code.ref.code[:3], code.ref.code)
    excluded = []
    for code in by_category.values():
        for pattern in tabular.notes(code).excludes1:
            other = by_category.get(pattern.low[:3])
            if other is not None and other != code:
                excluded.append((code, other))
    assert len(siblings) > 50_000
    assert len(excluded) > 1_000
    dice = random.Random(11)
    shown = [*siblings, *excluded] if request.config.getoption("--all-pairs") else [*dice.sample(siblings, 250), *dice.sample(excluded, 150)]
    for a, b in shown:
        drawn = [(a, 60, 0, "assessment"), (b, 50, 9, "assessment")]
        composed = compose(coded_of(tabular, drawn), CLAIM_RULES)
        # Two body mass indices without a diagnosis both go: nothing is left, and each has its finding.
        assert {ref.code for ref in (*composed.claim.diagnoses, *composed.dropped)} >= {a, b}


def test_a_claim_of_thirty_codes_is_composed_faster_than_its_chapters_are_walked(tabular, terms):
    """A ratio within one run: ten of these claims against one walk over all codes of the release in memory."""
    drawn = [(code, 40 + n, 7 * n, SECTIONS[n % 5]) for n, code in enumerate(DRAWN[:30])]
    coded = coded_of(tabular, drawn)
    compose(coded, CLAIM_RULES)
    begun = time.thread_time()
    for _ in range(10):
        compose(coded, CLAIM_RULES)
    composing = time.thread_time() - begun
    begun = time.thread_time()
    terms.catalog.all(CodeSystem.ICD10CM)
    walking = time.thread_time() - begun
    assert composing < walking


def test_every_rule_is_documented_with_its_citation():
    text = DOCS.read_text(encoding="utf-8")
    for rule in (*CODE_RULES, *CLAIM_RULES):
        assert f"| `{rule.id}` |" in text, rule.id
        assert rule.citation in text, rule.id


def test_rules_have_ids_of_their_own():
    ids = [rule.id for rule in (*CODE_RULES, *CLAIM_RULES)]
    assert len(set(ids)) == len(ids)
