"""Which charts a run trains on, and which it only measures on: a frozen set, and the newest of the others; by patient, then by time.

The frozen set is drawn once, when a site has charts enough, and kept by ids and digests in the state directory. Nothing is ever trained on
it, so that every bundle of the site can be measured on it. The newest charts tell of the present; the next run trains on them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from training.example_lines import line
from training.examples import TrainingExample

FILE = "held-out.json"
FREEZE_FROM = 150
"""Charts of a site from which on a fifth, the newest, is frozen: as many as the gate needs at the least."""
FROZEN_SHARE, RECENT_SHARE = 0.2, 0.1
FEWEST_FOR_RECENT = 20
FROZEN, RECENT = "frozen", "recent"


@dataclass(frozen=True, slots=True)
class Split:
    """Charts by what they are for. `changed` and `gone`: frozen charts decided anew since, and those whose words were erased."""

    train: tuple[str, ...]
    frozen: tuple[str, ...]
    recent: tuple[str, ...]
    changed: int
    gone: int


def split(state: Path, examples: Sequence[TrainingExample], now: datetime) -> Split:
    """Divide the charts of a site; draws the frozen set where it is time for it. Synthetic notes and the foundation are no charts."""
    charts = _charts(examples)
    frozen_digests = _load(state)
    if not frozen_digests and len(charts) >= FREEZE_FROM:
        frozen_digests = {chart: _digest(charts[chart]) for chart in _newest(charts, FROZEN_SHARE)}
        _keep(state, frozen_digests, now)
    frozen = [chart for chart in charts if chart in frozen_digests]
    held = _patients(charts, frozen)
    rest = {chart: parts for chart, parts in charts.items() if not held & {e.group for e in parts}}
    recent = _newest(rest, RECENT_SHARE) if len(rest) >= FEWEST_FOR_RECENT else []
    held |= _patients(rest, recent)
    train = [chart for chart, parts in rest.items() if not held & {e.group for e in parts}]
    changed = sum(_digest(charts[chart]) != frozen_digests[chart] for chart in frozen)
    return Split(tuple(sorted(train)), tuple(sorted(frozen)), tuple(sorted(recent)), changed, len(set(frozen_digests) - set(frozen)))


def exists(state: Path) -> bool:
    """True once a frozen set was drawn."""
    return bool(_load(state))


def chart_of(example: TrainingExample) -> str:
    """The chart that a document is of."""
    return example.decided.chart if example.decided is not None else example.id


def of_charts(examples: Iterable[TrainingExample], charts: Collection[str]) -> list[TrainingExample]:
    """The documents of some charts, in order."""
    chosen = set(charts)
    return [e for e in examples if chart_of(e) in chosen]


def _charts(examples: Sequence[TrainingExample]) -> dict[str, list[TrainingExample]]:
    charts: dict[str, list[TrainingExample]] = {}
    for example in examples:
        if example.measures:
            charts.setdefault(chart_of(example), []).append(example)
    return charts


def _newest(charts: Mapping[str, Sequence[TrainingExample]], share: float) -> list[str]:
    """The newest charts, by their last document; of one patient all or none, so that a few more or fewer than the share may come."""
    wanted = round(share * len(charts))
    by_group: dict[str, list[str]] = {}
    for chart, parts in charts.items():
        by_group.setdefault(parts[0].group, []).append(chart)
    newest = sorted(by_group, key=lambda group: (max(_time(charts[chart]) for chart in by_group[group]), group), reverse=True)
    found: list[str] = []
    for group in newest:
        if len(found) >= wanted:
            break
        found += by_group[group]
    return found


def _time(parts: Sequence[TrainingExample]) -> datetime:
    return max(e.time if e.time is not None else datetime.min for e in parts)  # noqa: DTZ901  compared with other naive times only


def _patients(charts: Mapping[str, Sequence[TrainingExample]], chosen: Iterable[str]) -> set[str]:
    return {e.group for chart in chosen for e in charts[chart]}


def _digest(parts: Sequence[TrainingExample]) -> str:
    return hashlib.sha256("\n".join(sorted(map(line, parts))).encode()).hexdigest()


def _load(state: Path) -> dict[str, str]:
    try:
        raw = json.loads((state / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {str(chart): str(digest) for chart, digest in raw["charts"].items()}


def _keep(state: Path, digests: Mapping[str, str], now: datetime) -> None:
    partial = state / f".{FILE}.{os.getpid()}"
    try:
        partial.write_text(json.dumps({"drawn": now.isoformat(), "charts": dict(digests)}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        partial.replace(state / FILE)
    finally:
        partial.unlink(missing_ok=True)
