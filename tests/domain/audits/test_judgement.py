from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.audits.difference import OF_BOTH, PAIRED, Difference, ErrorCategory, Grade, differences
from app.domain.audits.errors import InvalidAudit
from app.domain.audits.judgement import AuditError, judged, score, tally
from app.domain.audits.lines import AuditedLine, check_lines
from app.domain.code import CodeRef, CodeSystem
from app.domain.errors import InvalidDecision
from tests.charts import CHEST, DM, E119, HTN, INJECTION, KNEE, NOW, VISIT

C = ErrorCategory
V4 = CodeRef(CodeSystem.CPT, "99214")
OA, OA_RIGHT, OA_LEFT = (CodeRef(CodeSystem.ICD10CM, code) for code in ("M17.10", "M17.11", "M17.12"))


def line(ref, modifiers=(), units=1, pointers=()):
    return AuditedLine(ref, "", modifiers, units, pointers)


def lines(*refs):
    return [ref if isinstance(ref, AuditedLine) else line(ref) for ref in refs]


@pytest.mark.parametrize(
    ("coder", "auditor", "expected"),
    [
        ([HTN, DM], [HTN, DM], []),
        ([HTN, KNEE], [HTN], [(KNEE, C.UNSUPPORTED, None)]),
        ([HTN], [HTN, KNEE], [(KNEE, C.MISSED, None)]),
        ([E119], [DM], [(E119, C.SPECIFICITY, DM)]),
        ([DM], [E119], [(DM, C.SPECIFICITY, E119)]),
        ([OA], [OA_RIGHT], [(OA, C.SPECIFICITY, OA_RIGHT)]),
        ([OA_LEFT], [OA_RIGHT], [(OA_LEFT, C.WRONG_CODE, OA_RIGHT)]),
        ([VISIT], [V4], [(VISIT, C.VISIT_LEVEL, V4)]),
        ([HTN], [CHEST], [(HTN, C.UNSUPPORTED, None), (CHEST, C.MISSED, None)]),
        ([HTN, DM], [DM, HTN], [(DM, C.FIRST_LISTED, None)]),
        # The auditor's first code was missed: that the next ones follow in their order is no second error.
        ([HTN, DM], [KNEE, HTN, DM], [(KNEE, C.MISSED, None)]),
        (
            [HTN, line(INJECTION, ("RT",), 2, (HTN,))],
            [HTN, line(INJECTION, ("LT",), 1)],
            [(INJECTION, C.MODIFIER, None), (INJECTION, C.UNITS, None), (INJECTION, C.POINTER, None)],
        ),
        ([line(INJECTION, ("25", "RT"))], [line(INJECTION, ("RT", "25"))], []),
        ([], [], []),
    ],
)
def test_each_difference_is_the_error_that_it_most_likely_is(coder, auditor, expected):
    assert [(d.ref, d.category, d.instead) for d in differences(lines(*coder), lines(*auditor))] == expected


def as_errors(found):
    return [AuditError(d.ref, d.category, d.grade, d.instead) for d in found]


POOL = [HTN, DM, E119, KNEE, CHEST, OA, OA_RIGHT, OA_LEFT, VISIT, V4, INJECTION]
SETS = st.lists(st.sampled_from(POOL), unique=True).flatmap(
    lambda refs: st.lists(st.sampled_from([(), ("25",)]), min_size=len(refs), max_size=len(refs)).map(
        lambda mods: [line(r, m if r.system is CodeSystem.CPT else ()) for r, m in zip(refs, mods, strict=True)]
    )
)


@given(SETS, SETS)
def test_what_is_proposed_is_always_a_judgement_and_its_score_adds_up(coder, auditor):
    errors = as_errors(differences(coder, auditor))
    done = judged(coder, auditor, errors, "a", NOW, "")
    marks = score(coder, done)
    assert {x.ref for x in done.lines} == {x.ref for x in auditor}
    pairs = sum(e.instead is not None for e in errors)
    assert len(marks) == len({x.ref for x in [*coder, *auditor]}) - pairs
    assert all(m.agreed == (m.category is None) for m in marks)
    assert (errors == []) == all(m.agreed for m in marks)
    wrong = {m.ref for m in marks if not m.agreed}
    assert wrong == {e.ref for e in errors}
    # Whichever error is left out, the judgement is not whole.
    for i in range(len(errors)):
        with pytest.raises(InvalidAudit):
            judged(coder, auditor, errors[:i] + errors[i + 1 :], "a", NOW, "")
    for error in errors:
        with pytest.raises(InvalidAudit):
            judged(coder, auditor, [*errors, error], "a", NOW, "")


def error(ref, category, grade=Grade.MAJOR, instead=None):
    return AuditError(ref, category, grade, instead)


@pytest.mark.parametrize(
    "errors",
    [
        [error(HTN, C.UNSUPPORTED)],
        [error(KNEE, C.WRONG_CODE)],
        [error(KNEE, C.UNSUPPORTED, instead=DM)],
        [error(KNEE, C.WRONG_CODE, instead=CHEST)],
        [error(KNEE, C.UNSUPPORTED)],
        [error(DM, C.MISSED)],
        [error(KNEE, C.WRONG_CODE, instead=DM), error(DM, C.MISSED)],
        [error(KNEE, C.WRONG_CODE, instead=DM), error(HTN, C.MODIFIER)],
        [error(KNEE, C.WRONG_CODE, instead=DM), error(HTN, C.FIRST_LISTED)],
        [],
    ],
)
def test_errors_that_do_not_agree_with_the_codes_are_refused(errors):
    with pytest.raises(InvalidAudit):
        judged(lines(HTN, KNEE), lines(HTN, DM), errors, "a", NOW, "")


def test_the_auditor_may_pair_codes_otherwise_than_proposed():
    done = judged(lines(HTN, KNEE), lines(HTN, DM), [error(KNEE, C.WRONG_CODE, instead=DM)], "a", NOW, "")
    assert [(m.ref, m.agreed, m.category) for m in score(lines(HTN, KNEE), done)] == [(HTN, True, None), (KNEE, False, C.WRONG_CODE)]
    apart = judged(lines(HTN, KNEE), lines(HTN, DM), [error(KNEE, C.UNSUPPORTED), error(DM, C.MISSED)], "a", NOW, "")
    assert [(m.ref, m.agreed) for m in score(lines(HTN, KNEE), apart)] == [(HTN, True), (KNEE, False), (DM, False)]


def test_of_two_errors_of_a_code_the_worse_is_its_mark():
    coder, auditor = lines(HTN, line(INJECTION, ("RT",), 2)), lines(HTN, line(INJECTION, ("LT",), 1))
    errors = [error(INJECTION, C.MODIFIER, Grade.MINOR), error(INJECTION, C.UNITS, Grade.CRITICAL)]
    (_, mark) = score(coder, judged(coder, auditor, errors, "a", NOW, ""))
    assert (mark.category, mark.grade) == (C.UNITS, Grade.CRITICAL)


def test_lines_that_no_claim_could_hold_are_refused():
    for wrong in (lines(HTN, HTN), lines(line(HTN, ("25",))), lines(line(HTN, (), 2)), lines(line(INJECTION, (), 1, (HTN,)))):
        with pytest.raises(InvalidAudit):
            check_lines(wrong)
    for make in (lambda: line(INJECTION, ("rt",)), lambda: line(INJECTION, (), 0), lambda: line(INJECTION, (), 1, (HTN, HTN))):
        with pytest.raises(InvalidDecision):
            make()


def test_agreement_counts_codes_that_neither_has_only_where_they_were_seen():
    assert tally(lines(HTN, DM), lines(HTN, KNEE), [HTN, CHEST, OA]) == (1, 1, 1, 2)


def test_every_category_belongs_to_one_shape_of_error():
    assert frozenset(C) == {C.UNSUPPORTED, C.MISSED} | PAIRED | OF_BOTH
    assert not PAIRED & OF_BOTH
    assert replace(Difference(HTN, C.POINTER)).grade is Grade.MINOR
