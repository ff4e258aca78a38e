"""The policy looks at the audits of a bundle again and again as they grow: together its looks err no more often than one may."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from app.domain.automation.audited import AuditedCode, AuditedDraft
from app.domain.encounter import Setting
from tests.charts import HTN
from training.certificates.slices import Aim, run
from training.certificates.steps import spent

DAY = datetime(2026, 5, 1, tzinfo=UTC)
HISTORIES, LOOKS, EVERY = 200, 10, 60


@pytest.fixture(scope="module")
def erred():
    """In how many histories some look certifies a slice of a precision just below .95: as the policy looks, and each look at the full level."""
    dice = np.random.default_rng(7)
    found = {"policy": 0, "each by itself": 0}
    for history in range(HISTORIES):
        right = dice.random(LOOKS * EVERY) < 0.949
        charts = [AuditedDraft(f"{history}-{i}", Setting.OUTPATIENT, DAY, (AuditedCode(HTN, 0.9, bool(ok)),)) for i, ok in enumerate(right)]
        for name, share in (("policy", spent), ("each by itself", lambda _: 1.0)):
            found[name] += any(_certified(charts[: look * EVERY], share(look)) for look in range(1, LOOKS + 1))
    return found


def _certified(charts, share):
    (tests,) = run(charts, Aim(spent=share))
    return any(t.threshold is not None for t in tests.slices)


def test_however_often_the_policy_looks_it_errs_in_no_more_than_the_stated_share(erred):
    # With the noise of so many histories: 0.1 and three standard errors.
    assert erred["policy"] / HISTORIES <= 0.1 + 3 * (0.09 / HISTORIES) ** 0.5


def test_looking_again_and_again_at_the_full_level_would_break_the_promise(erred):
    assert erred["each by itself"] / HISTORIES > 0.15
