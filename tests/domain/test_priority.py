"""What a review is worth, and why."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.priority import RANDOM_REASON, entropy, in_random_slice, worth_of_review
from app.domain.suggestion import Status
from tests.charts import DM, HTN, KNEE, draft, suggestion

OFTEN = {DM: 500, HTN: 500, KNEE: 500}


def coded(*codes):
    """(code, confidence, status)"""
    return [replace(draft(), suggestions=tuple(suggestion(ref, p, status) for ref, p, status in codes))]


def worth(*codes, seen=OFTEN, random_slice=False):
    return worth_of_review(coded(*codes), seen, random_slice=random_slice)


def test_what_is_uncertain_is_worth_more_than_what_is_sure():
    sure, unsure = worth((HTN, 0.98, Status.SUGGESTED)), worth((HTN, 0.5, Status.SUGGESTED))
    assert sure.value < 0.1
    assert unsure.value > 0.4
    assert (sure.reasons, unsure.reasons) == ((), ("I10 is uncertain (0.50)",))


def test_what_was_never_finalised_is_worth_more():
    rare, known = worth((HTN, 0.98, Status.SUGGESTED), seen={}), worth((HTN, 0.98, Status.SUGGESTED))
    assert rare.value > known.value + 0.4
    assert rare.reasons == ("I10 was never finalised here",)


def test_candidates_count_where_a_coder_weighs_them():
    alone = worth((HTN, 0.98, Status.SUGGESTED))
    assert worth((HTN, 0.98, Status.SUGGESTED), (KNEE, 0.45, Status.CANDIDATE)).value > alone.value
    assert worth((HTN, 0.98, Status.SUGGESTED), (KNEE, 0.1, Status.CANDIDATE)) == alone
    (before,) = coded((HTN, 0.98, Status.SUGGESTED))
    kept_back = replace(suggestion(KNEE, 0.45, Status.CANDIDATE), rule="uncertain")
    ruled = [replace(before, suggestions=(*before.suggestions, kept_back))]
    assert worth_of_review(ruled, OFTEN, random_slice=False) == alone


def test_the_random_slice_comes_first_and_says_so():
    it = worth((HTN, 0.98, Status.SUGGESTED), random_slice=True)
    assert (it.value, it.reasons) == (1.0, (RANDOM_REASON,))


def test_nothing_suggested_is_a_reason_too():
    assert worth_of_review([], {}, random_slice=False).reasons == ("no code was suggested",)


def test_at_most_three_reasons_are_given():
    many = [(ref, 0.5, Status.SUGGESTED) for ref in (DM, HTN, KNEE)]
    assert len(worth(*many, seen={}, random_slice=True).reasons) == 3


@given(st.floats(0, 1), st.integers(0, 10_000))
def test_no_chart_but_those_of_the_random_slice_is_worth_all(p, seen):
    assert 0 <= worth((HTN, p, Status.SUGGESTED), seen={HTN: seen}).value <= 0.999


@pytest.mark.parametrize(("p", "bits"), [(0, 0), (1, 0), (0.5, 1), (0.25, 0.811278)])
def test_entropy(p, bits):
    assert entropy(p) == pytest.approx(bits, abs=1e-6)


def test_one_chart_in_ten_is_in_the_random_slice():
    drawn = sum(in_random_slice(secrets.token_hex(12)) for _ in range(20_000))
    assert 1_800 < drawn < 2_200
