from dataclasses import replace

import pytest

from app.domain.gate import FEWEST_CHARTS, SLICE_MARGIN, Calibrated, Compared, Cost, Verdict, judge

SAME = Compared("all", "ICD-10-CM", "", "", 100, 300, 0.60, 0.60, 0.0, -0.02, 0.02, 1.0)
COST = Cost(10.0, 10.0, 1_000, 1_000)
CALIBRATED = Calibrated("all", "ICD-10-CM", 100, 0.03, 0.03)


def moved(by, p, base=SAME, **changes):
    return replace(base, challenger=base.champion + by, difference=by, low=by - 0.02, high=by + 0.02, p=p, **changes)


def verdict(*compared, calibration=(CALIBRATED,), cost=COST):
    return judge("a" * 16, "b" * 16, compared, calibration, cost, documents=max((c.documents for c in compared), default=0))


@pytest.mark.parametrize(
    ("by", "p", "documents", "expected"),
    [
        (0.0, 1.0, 100, Verdict.AS_GOOD),
        (0.05, 0.01, 100, Verdict.BETTER),
        (0.05, 0.20, 100, Verdict.AS_GOOD),
        (-0.01, 0.20, 100, Verdict.AS_GOOD),
        # A small loss that is sure, and a large one that is not.
        (-0.01, 0.01, 100, Verdict.WORSE),
        (-0.03, 0.20, 100, Verdict.WORSE),
        # Of too few charts nothing is said, whatever they seem to say.
        (0.30, 0.001, FEWEST_CHARTS - 1, Verdict.UNKNOWN),
        (-0.30, 0.001, FEWEST_CHARTS - 1, Verdict.UNKNOWN),
    ],
)
def test_the_verdict_follows_difference_certainty_and_number_of_charts(by, p, documents, expected):
    assert verdict(moved(by, p, documents=documents)).verdict is expected


def test_better_in_one_system_does_not_make_up_for_worse_in_another():
    gate = verdict(moved(0.1, 0.001), moved(-0.1, 0.001, system="CPT"))
    assert gate.verdict is Verdict.WORSE
    assert len(gate.reasons) == 1
    assert gate.reasons[0].startswith("CPT")


def test_a_slice_counts_when_its_loss_is_large_and_holds_among_all_slices_that_were_looked_at():
    loss = moved(-SLICE_MARGIN - 0.01, 0.01, slice="setting", value="inpatient")
    others = [moved(0.0, 1.0, slice="chapter", value=str(i)) for i in range(9)]
    assert verdict(SAME, loss).verdict is Verdict.WORSE
    # One of ten at .01 is no news.
    assert verdict(SAME, loss, *others).verdict is Verdict.AS_GOOD
    assert verdict(SAME, replace(loss, p=0.001), *others).verdict is Verdict.WORSE
    assert "inpatient" in verdict(SAME, replace(loss, p=0.001), *others).reasons[0]
    assert verdict(SAME, replace(loss, p=0.001, documents=10)).verdict is Verdict.AS_GOOD
    assert verdict(SAME, moved(-0.03, 0.0001, slice="sex", value="female")).verdict is Verdict.AS_GOOD


def test_calibration_speed_and_size_have_bounds_of_their_own():
    assert verdict(SAME, calibration=(replace(CALIBRATED, challenger=0.08),)).verdict is Verdict.WORSE
    assert verdict(SAME, calibration=(replace(CALIBRATED, challenger=0.045),)).verdict is Verdict.AS_GOOD
    assert verdict(SAME, cost=replace(COST, challenger_milliseconds=16.0)).verdict is Verdict.WORSE
    assert verdict(SAME, cost=replace(COST, challenger_bytes=4_000)).verdict is Verdict.WORSE
    assert verdict(SAME, cost=None, calibration=()).verdict is Verdict.AS_GOOD


def test_no_charts_is_no_permission():
    gate = judge("a" * 16, "b" * 16, (), (), None, documents=0)
    assert gate.verdict is Verdict.UNKNOWN
    assert "too few" in gate.reasons[0]
