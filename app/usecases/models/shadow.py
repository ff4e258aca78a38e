"""What a shadow would have changed: scored by workers behind the charts' backs, compared with what was suggested and decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.code import CodeRef
from app.domain.errors import ChartcoderError
from app.domain.model import ModelRecord
from app.domain.note import ClinicalNote
from app.domain.suggestion import CodingDraft, Status
from app.usecases.records.models import Shadowed
from app.usecases.records.unit_of_work import Clock, Work
from app.usecases.suggest_codes import SuggestionRequest

_AT_ONCE = 20
_MOST_CODES = 50


@dataclass(frozen=True, slots=True)
class ShadowCode:
    """One code: in how many notes it would have come or gone, and in how many of decided charts it was billed."""

    system: str
    code: str
    added: int
    removed: int
    added_right: int
    removed_right: int


@dataclass(frozen=True, slots=True)
class ShadowReport:
    """Over all notes that a shadow scored. Right and wrong are of the notes of finalised charts: whether the code was billed.

    A code that would have been removed is right to be kept where it was billed: `removed_right` are losses.
    """

    notes: int
    same: int
    decided: int
    added: int
    removed: int
    added_right: int
    added_wrong: int
    removed_right: int
    removed_wrong: int
    codes: tuple[ShadowCode, ...]


class ScoreShadow:
    """Scores what charts came since a bundle is a shadow. Any number of workers may; of each note the first counts."""

    def __init__(self, work: Work, clock: Clock, open_bundle: Callable[[str], Callable[[SuggestionRequest], CodingDraft]]) -> None:
        """`open_bundle` opens a bundle by its id, and raises BundleRefused."""
        self._work, self._clock, self._open = work, clock, open_bundle
        self._opened: tuple[str, Callable[[SuggestionRequest], CodingDraft]] | None = None

    def __call__(self) -> int:
        """One round; how many notes were looked at. Raises BundleRefused when the shadow can't be opened."""
        record = self._shadow()
        if record is None or record.shadow_since is None:
            self._opened = None
            return 0
        with self._work() as work:
            due = work.models.to_shadow(record.bundle_id, record.shadow_since, limit=_AT_ONCE)
        for chart_id, note, version in due:
            self._score(record.bundle_id, chart_id, note, version)
        return len(due)

    def _shadow(self) -> ModelRecord | None:
        with self._work() as work:
            return next((r for r in work.models.all().values() if r.shadow_since is not None), None)

    def _score(self, bundle_id: str, chart_id: str, number: int, version: int) -> None:
        with self._work() as work:
            chart = work.charts.get(chart_id)
        draft = next(d.draft for d in chart.drafts if (d.note, d.version) == (number, version))
        text = chart.note(number, version).text
        before = _suggested(draft)
        # A note whose words retention erased meanwhile is counted as the same: it can't be asked again.
        after = before if text is None else self._asked(bundle_id, SuggestionRequest(ClinicalNote(text), chart.encounter), before)
        said = Shadowed(
            chart_id,
            number,
            version,
            bundle_id,
            draft.bundle_id,
            datetime.fromtimestamp(self._clock(), UTC),
            len(before & after),
            tuple(sorted(after - before)),
            tuple(sorted(before - after)),
        )
        with self._work() as work:
            work.models.add_shadowed(said)

    def _asked(self, bundle_id: str, request: SuggestionRequest, before: frozenset[CodeRef]) -> frozenset[CodeRef]:
        if self._opened is None or self._opened[0] != bundle_id:
            self._opened = bundle_id, self._open(bundle_id)
        try:
            return _suggested(self._opened[1](request))
        except ChartcoderError:
            return before


class ReportShadow:
    """Reads what a shadow would have changed."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, bundle_id: str) -> ShadowReport | None:
        """The report; None for a bundle that never scored a note."""
        with self._work() as work:
            said = work.models.shadowed(bundle_id)
            codes = work.models.standing_codes(sorted({s.chart_id for s in said}))
        if not said:
            return None
        added, removed, added_right, removed_right = (Counter[CodeRef]() for _ in range(4))
        added_decided = removed_decided = 0
        for s in said:
            added.update(s.added)
            removed.update(s.removed)
            billed = codes.get(s.chart_id)
            if billed is not None:
                added_decided, removed_decided = added_decided + len(s.added), removed_decided + len(s.removed)
                added_right.update(set(s.added) & billed)
                removed_right.update(set(s.removed) & billed)
        changed = sorted({*added, *removed}, key=lambda ref: (-(added[ref] + removed[ref]), ref))
        return ShadowReport(
            len(said),
            sum(not s.added and not s.removed for s in said),
            sum(s.chart_id in codes for s in said),
            added.total(),
            removed.total(),
            added_right.total(),
            added_decided - added_right.total(),
            removed_right.total(),
            removed_decided - removed_right.total(),
            tuple(ShadowCode(r.system.value, r.code, added[r], removed[r], added_right[r], removed_right[r]) for r in changed[:_MOST_CODES]),
        )


def _suggested(draft: CodingDraft) -> frozenset[CodeRef]:
    return frozenset(s.ref for s in draft.having(Status.SUGGESTED))
