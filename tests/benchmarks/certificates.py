"""Whether certificates hold: `python -m tests.benchmarks.certificates decisions.jsonl [--splits 200]`, on a file of tests.benchmarks.held_out.

Charts are split at random again and again. Thresholds are found on one half; the share of splits is told in which a slice got a
threshold whose precision is below the target, on all charts (the population that the halves are drawn from, of which the guarantee
speaks) and on the other half (which adds the chance of a finite sample). Precision counts each chart once (by chart), or each code
(by code). Also the share of codes that would need no person.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.stats import binom

from app.domain.automation.audited import AuditedCode, AuditedDraft
from app.domain.automation.certificate import family_in
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Setting
from training.certificates.slices import Aim, Tested, is_auto, run

_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def read(path: Path) -> list[AuditedDraft]:
    """The drafts of a file."""
    out = []
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        codes = tuple(AuditedCode(CodeRef(CodeSystem(s), c), p, right) for s, c, p, right in row["codes"])
        missed = tuple(CodeRef(CodeSystem(s), c) for s, c in row["missed"])
        out.append(AuditedDraft(row["chart"], Setting(row["setting"]), _DAY, codes, missed, row["waiting"]))
    return out


def precision(drafts: Sequence[AuditedDraft], tested: Tested) -> tuple[float, float] | None:
    """By chart and by code, above the threshold of a slice; None where nothing reaches it."""
    assert tested.threshold is not None
    marked = []
    for draft in drafts:
        own = [c.right for c in draft.codes if c.confidence >= tested.threshold.value and family_in(c.ref, tested.slice, tested.without)]
        if own:
            marked.append(own)
    if not marked:
        return None
    return float(np.mean([np.mean(own) for own in marked])), float(np.mean([right for own in marked for right in own]))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("decisions", type=Path)
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--target", type=float, default=0.95)
    parser.add_argument("--confidence", type=float, default=0.90)
    parser.add_argument("--simultaneous", action="store_true")
    given = parser.parse_args()
    drafts, aim = read(given.decisions), Aim(given.target, given.confidence, simultaneous=given.simultaneous)
    dice = np.random.default_rng(20261)
    tested_in, found_in = defaultdict[str, int](int), defaultdict[str, int](int)
    broken = defaultdict[tuple[str, str], int](int)
    shares, of_labels, together, any_broken = [], [], [], 0
    for _ in range(given.splits):
        order = dice.permutation(len(drafts))
        half = [drafts[i] for i in order[: len(drafts) // 2]]
        other = [drafts[i] for i in order[len(drafts) // 2 :]]
        tested = [t for tests in run(half, aim) for t in tests.slices]
        broke = False
        for t in tested:
            tested_in[t.slice.name] += 1
            if t.threshold is None:
                continue
            found_in[t.slice.name] += 1
            for place, measured in (("all", drafts), ("other half", other)):
                values = precision(measured, t)
                for kind, value in zip(("by chart", "by code"), values or (), strict=False):
                    broken[t.slice.name, f"{place}, {kind}"] += value < given.target
                    broke = broke or (place == "all" and kind == "by chart" and value < given.target)
        any_broken += broke
        codes = [c for draft in other for c in draft.codes]
        auto = [c for c in codes if is_auto(c.ref, c.confidence, tested)]
        labels = sum(c.right for c in codes) + sum(len(draft.missed) for draft in other)
        shares.append(len(auto) / len(codes))
        of_labels.append(sum(c.right for c in auto) / labels)
        together.append(np.mean([c.right for c in auto]) if auto else np.nan)
    columns = [f"{place}, {kind}" for place in ("all", "other half") for kind in ("by chart", "by code")]
    stated = 1 - given.confidence
    limit = binom.ppf(0.975, given.splits, stated) / given.splits
    print(f"{len(drafts):,} charts, {given.splits} splits; stated share {stated:.3f}, with the noise of so many splits at most {limit:.3f}\n")
    print(f"{'slice':44}{'tested':>8}{'found':>7}" + "".join(f"{c:>22}" for c in columns))
    for name in sorted(tested_in, key=lambda n: -found_in[n]):
        print(f"{name:44}{tested_in[name]:8}{found_in[name]:7}" + "".join(f"{broken[name, c] / given.splits:22.3f}" for c in columns))
    print(f"\nworst slice{'':48}" + "".join(f"{max(broken[n, c] for n in tested_in) / given.splits:22.3f}" for c in columns))
    print(f"any slice broken on all charts, by chart: {any_broken / given.splits:.3f} of the splits")
    print(f"share of suggested codes that are auto: {np.mean(shares):.3f}; of all codes to find: {np.mean(of_labels):.3f}")
    print(
        f"precision of all auto codes of the other half together: {np.nanmean(together):.4f} where there are any ({np.isfinite(together).mean():.2f})"
    )


if __name__ == "__main__":
    main()
