"""The watch over a certificate: seldom wrong, and quick where things are bad."""

from __future__ import annotations

import random

import pytest

from app.domain.automation.monitor import Watch, loss_of, watched

TARGET, ALPHA = 0.95, 0.05


def audits_until_broken(dice, wrong, most):
    watch = Watch()
    for n in range(1, most + 1):
        watch = watch.after(float(dice.random() < wrong), target=TARGET)
        if watch.broken(alpha=ALPHA):
            return n
    return None


def test_a_certificate_at_its_target_is_revoked_no_more_often_than_stated_however_often_one_looks():
    dice = random.Random(3)
    runs = 300
    revoked = sum(audits_until_broken(dice, 1 - TARGET, 400) is not None for _ in range(runs))
    assert revoked <= runs * ALPHA


@pytest.mark.parametrize(("wrong", "within"), [(0.5, 12), (0.25, 40), (0.15, 120)])
def test_a_broken_certificate_is_found(wrong, within):
    dice = random.Random(4)
    needed = sorted(audits_until_broken(dice, wrong, 2000) or 2000 for _ in range(101))
    assert needed[50] <= within


def test_it_stays_broken_whatever_comes_after():
    watch = watched([1.0] * 10 + [0.0] * 200, target=TARGET)
    assert watch.wealth < 1 < 1 / ALPHA <= watch.peak
    assert watch.broken(alpha=ALPHA)
    assert (watch.charts, watch.loss) == (210, 10.0)


def test_capital_never_falls_below_nothing():
    assert watched([0.0] * 5000, target=TARGET).wealth >= 0


def test_the_loss_of_a_chart_is_the_share_of_its_codes_that_were_wrong():
    assert loss_of([True, True, False, True]) == 0.25
