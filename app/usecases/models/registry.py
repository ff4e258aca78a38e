"""The bundles of a site: listed, promoted, rolled back, set to score live charts unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.chart_event import ChartEvent, EventType
from app.domain.gate import Gate, Verdict
from app.domain.model import Model, ModelRecord, Pointer, ShelfEntry, state_of
from app.domain.model_errors import ChampionChanged, GateRefused, ModelNotFound, ModelRefused
from app.domain.people import COMMAND_LINE, Permission, Principal, PrincipalKind, Role
from app.usecases.charts.desk import need
from app.usecases.models.shadow import ReportShadow, ShadowReport
from app.usecases.models.shelf import Shelf
from app.usecases.records.unit_of_work import Clock, UnitOfWork, Work

OPERATOR = Actor(Principal(PrincipalKind.COMMAND, COMMAND_LINE.id, COMMAND_LINE.name, frozenset({Role.ML_ENGINEER})))
"""Who works on the machine itself."""
NOT_COMPARED = "it was not compared with the bundle that serves: ask for a run with `compare`"


@dataclass(frozen=True, slots=True)
class Promoted:
    """What serves now, and what served before."""

    champion: str
    before: str | None


class Models:
    """The registry. Safe to share between threads; between processes the shelf's lock decides who is first."""

    def __init__(self, work: Work, clock: Clock, shelf: Shelf) -> None:
        self._work, self._clock, self._shelf = work, clock, shelf

    def all(self, actor: Actor) -> list[Model]:
        """Every bundle, newest first. Raises NotAllowed."""
        need(actor, Permission.MODELS)
        with self._work() as work:
            records = work.models.all()
        pointer = self._shelf.pointer()
        return [_model(entry, records, pointer) for entry in self._shelf.entries()]

    def one(self, actor: Actor, bundle_id: str) -> Model:
        """One bundle. Raises NotAllowed and ModelNotFound."""
        need(actor, Permission.MODELS)
        with self._work() as work:
            records = work.models.all()
        return _model(self._shelf.entry(bundle_id), records, self._shelf.pointer())

    def card(self, actor: Actor, bundle_id: str) -> str:
        """Its model card, Markdown. Raises NotAllowed and ModelNotFound."""
        need(actor, Permission.MODELS)
        return self._shelf.card(bundle_id)

    def pointer(self, actor: Actor) -> Pointer:
        """Which bundle serves, and those before it. Raises NotAllowed."""
        need(actor, Permission.MODELS)
        return self._shelf.pointer()

    def shadow_report(self, actor: Actor, bundle_id: str) -> ShadowReport | None:
        """What a bundle would have changed as a shadow; None where it never was one. Raises NotAllowed."""
        need(actor, Permission.MODELS)
        return ReportShadow(self._work)(bundle_id)

    def promote(self, actor: Actor, bundle_id: str, *, champion: str | None, override: str = "") -> Promoted:
        """Have a bundle serve in the place of `champion`; what the gate refuses needs a reason to override it, which is recorded.

        A champion that can't be opened (damaged, removed, of other code releases or data files) can't be compared with, and stands in nobody's
        way; the trail says so. Raises NotAllowed, ModelNotFound, ModelRefused, ChampionChanged and GateRefused, and then the champion keeps serving.
        """
        need(actor, Permission.PROMOTE)
        now = self._shelf.pointer().champion
        if now != champion:
            raise ChampionChanged(now)
        self._shelf.check(bundle_id)
        if bundle_id == champion:
            return Promoted(bundle_id, champion)
        with self._work() as work:
            reasons = refusals(work.models.get(bundle_id), champion)
        unfit = self.unfit(champion) if reasons == (NOT_COMPARED,) else ""
        reasons = () if unfit else reasons
        if reasons and not override:
            with self._work() as work:
                self._note(work, actor, Action.PROMOTION_REFUSED, bundle_id, {"champion": champion or "", "reasons": len(reasons)})
                self._tell(work, EventType.MODEL_REFUSED, bundle_id, {"champion": champion or "", "reasons": list(reasons)})
            raise GateRefused(reasons)
        with self._work() as work:
            # The pointer moves inside the transaction, so that there is no promotion that the trail does not know of.
            self._end_shadow(work, bundle_id)
            detail: dict[str, str | int | None] = {"champion": champion or "", "override": override, "overridden": len(reasons)}
            detail |= {"unfit": unfit} if unfit else {}
            self._note(work, actor, Action.PROMOTED, bundle_id, detail)
            self._tell(work, EventType.MODEL_PROMOTED, bundle_id, {"before": champion or "", "overridden": list(reasons)})
            work.flush()
            self._shelf.promote(bundle_id, expected=champion)
        return Promoted(bundle_id, champion)

    def unfit(self, champion: str | None) -> str:
        """Why the champion can't be opened; "" where it can, or there is none."""
        if champion is None:
            return ""
        try:
            self._shelf.check(champion)
        except (ModelNotFound, ModelRefused) as error:
            return str(error)
        return ""

    def promote_by_policy(self, bundle_id: str, *, champion: str) -> Promoted:
        """Have a challenger serve that the gate found better, where the site wants that. Raises what `promote` raises."""
        return self.promote(OPERATOR, bundle_id, champion=champion)

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp(self._clock(), UTC)

    def withdraw(self, actor: Actor, bundle_id: str) -> Promoted:
        """Take back the promotion of the champion `bundle_id`: the bundle before it serves again.

        Raises NotAllowed, ModelRefused, ChampionChanged and NothingBefore.
        """
        need(actor, Permission.PROMOTE)
        with self._work() as work:
            before = self._shelf.pointer()
            if before.champion != bundle_id:
                raise ChampionChanged(before.champion)
            to = before.history[-1] if before.history else ""
            self._note(work, actor, Action.ROLLED_BACK, bundle_id, {"to": to})
            self._tell(work, EventType.MODEL_ROLLED_BACK, bundle_id, {"to": to})
            work.flush()
            after = self._shelf.rollback(expected=bundle_id)
        return Promoted(str(after.champion), bundle_id)

    def shadow(self, actor: Actor, bundle_id: str, *, on: bool) -> Model:
        """Have a bundle score live charts unseen, or end that; at most one does. Raises NotAllowed, ModelNotFound and ModelRefused."""
        need(actor, Permission.PROMOTE)
        if on:
            self._shelf.check(bundle_id)
        entry, pointer = self._shelf.entry(bundle_id), self._shelf.pointer()
        if on and pointer.champion == bundle_id:
            raise ModelRefused("it serves already: only another bundle can be a shadow")
        with self._work() as work:
            record = work.models.get(bundle_id) or ModelRecord(bundle_id, self.now())
            if on != (record.shadow_since is not None):
                if on:
                    work.models.end_shadows()
                record = replace(record, shadow_since=self.now() if on else None)
                work.models.put(record)
                self._note(work, actor, Action.SHADOW_CHANGED, bundle_id, {"on": int(on)})
        return Model(entry, state_of(entry, record, pointer), record)

    def _end_shadow(self, work: UnitOfWork, bundle_id: str) -> None:
        record = work.models.get(bundle_id)
        if record is not None and record.shadow_since is not None:
            work.models.put(replace(record, shadow_since=None))

    def _note(self, work: UnitOfWork, actor: Actor, action: Action, bundle_id: str, detail: Mapping[str, str | int | None]) -> None:
        work.audit.add(AuditEntry(self.now(), actor, action, bundle_id, dict(detail)))

    def _tell(self, work: UnitOfWork, event: EventType, bundle_id: str, data: Mapping[str, object]) -> None:
        work.events.add(ChartEvent(event, "", "", "", self.now(), 1, {"bundle": bundle_id, **data}))


def refusals(record: ModelRecord | None, champion: str | None) -> tuple[str, ...]:
    """Why the gate does not let a bundle pass in the place of `champion`; empty when it does."""
    gate: Gate | None = None if record is None else record.gate
    if champion is None:
        return ()
    if gate is None or gate.champion != champion:
        return (NOT_COMPARED,)
    return gate.reasons if gate.verdict in (Verdict.WORSE, Verdict.UNKNOWN) else ()


def _model(entry: ShelfEntry, records: Mapping[str, ModelRecord], pointer: Pointer) -> Model:
    record = records.get(entry.bundle_id)
    return Model(entry, state_of(entry, record, pointer), record)
