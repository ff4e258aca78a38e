"""Looking at the charts of a sample: coding blind, judging, the coder's answer and the end of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from app.domain.access_errors import NotAllowed
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.audits import item as steps
from app.domain.audits.difference import Difference, differences
from app.domain.audits.errors import AuditClosed, AuditedBlind, InvalidAudit
from app.domain.audits.item import DONE, AuditItem, ItemState
from app.domain.audits.judgement import AuditError, Tally, judged, score, tally
from app.domain.audits.lines import AuditedLine, check_lines, in_claim_order
from app.domain.chart import Chart
from app.domain.errors import StaleWrite
from app.domain.outcome import coding_at
from app.domain.people import Permission, Reach
from app.usecases.audits.view import BlindView, OpenView, blind_view, coder_lines, finalized_set, open_view
from app.usecases.charts.desk import Desk, need
from app.usecases.charts.review import CodeFinder
from app.usecases.records.audits import ItemSummary
from app.usecases.records.unit_of_work import UnitOfWork

_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class _Held:
    """An item with its chart inside a unit of work."""

    work: UnitOfWork
    item: AuditItem
    chart: Chart
    coder: tuple[AuditedLine, ...]


class JudgeCharts:
    """Shows and judges charts of samples. Safe to share between threads."""

    def __init__(self, desk: Desk, find: CodeFinder) -> None:
        self._desk, self._find = desk, find

    def show(self, actor: Actor, sample_id: str, number: int) -> BlindView | OpenView:
        """A chart of a sample, blind where its auditor has not handed in yet.

        Raises NotAllowed, SampleNotFound, and AuditedBlind for an auditor who has the same chart to code blind elsewhere.
        """
        with self._desk.work() as work:
            item = work.audits.item(sample_id, number)
            allowed = _may_see(actor, item)
            if not allowed:
                self._note(work, actor, Action.REFUSED, item, {"permission": Permission.AUDIT_READ.value})
            else:
                own = item.hidden and item.auditor == actor.principal.id
                if not own and work.audits.blind_for(actor.principal.id, item.chart_id):
                    raise AuditedBlind
                chart = work.charts.get(item.chart_id)
                self._note(work, actor, Action.AUDIT_READ, item, {"blind": int(own)})
                return blind_view(item, chart) if own else open_view(item, chart)
        raise NotAllowed(Permission.AUDIT_READ.value)

    def code_blind(self, actor: Actor, sample_id: str, number: int, lines: Sequence[AuditedLine], *, hand_in: bool, revision: int) -> AuditItem:
        """The item with the auditor's codes. Raises StaleWrite, InvalidAudit, InvalidDecision, AuditClosed and NotAllowed, as every verb here."""
        with self._own(actor, sample_id, number, revision) as it:
            after = steps.code_blind(it.item, self._titled(lines, it.chart, {}), hand_in=hand_in)
            kept = it.work.audits.save(it.item, after, ())
            self._note(it.work, actor, Action.AUDIT_CODED, kept, {"codes": len(lines), "handed_in": int(hand_in)})
            return kept

    def compare(self, actor: Actor, sample_id: str, number: int, lines: Sequence[AuditedLine]) -> tuple[Difference, ...]:
        """Where these codes and the coder's differ. Raises AuditClosed while the item is to be coded blind."""
        with self._own(actor, sample_id, number, None) as it:
            if it.item.hidden:
                raise AuditClosed("Hand in your own codes first: this chart is audited blind")
            check_lines(lines)
            self._note(it.work, actor, Action.AUDIT_READ, it.item, {"codes": len(lines)})
            return differences(it.coder, in_claim_order(lines))

    def judge(
        self, actor: Actor, sample_id: str, number: int, lines: Sequence[AuditedLine], errors: Sequence[AuditError], comment: str, *, revision: int
    ) -> AuditItem:
        """The item judged; its coder is told."""
        with self._own(actor, sample_id, number, revision) as it:
            titled = self._titled(lines, it.chart, _known(it))
            after = steps.judge(it.item, it.coder, titled, errors, actor.principal.id, self._desk.now(), comment.strip())
            return self._keep(actor, it, after, Action.AUDIT_JUDGED)

    def settle(
        self,
        actor: Actor,
        sample_id: str,
        number: int,
        comment: str,
        changed: tuple[Sequence[AuditedLine], Sequence[AuditError]] | None,
        *,
        revision: int,
    ) -> AuditItem:
        """The matter ended, with a new judgement where `changed` gives its codes and errors."""
        with self._own(actor, sample_id, number, revision) as it:
            new = None
            if changed is not None:
                new = judged(
                    it.coder, self._titled(changed[0], it.chart, _known(it)), changed[1], actor.principal.id, self._desk.now(), comment.strip()
                )
            after = steps.settle(it.item, actor.principal.id, self._desk.now(), comment, changed=new)
            return self._keep(actor, it, after, Action.AUDIT_SETTLED)

    def answer(self, actor: Actor, sample_id: str, number: int, comment: str, *, dispute: bool, revision: int) -> AuditItem:
        """The item acknowledged or disputed by its coder."""
        need(actor, Permission.AUDIT_ANSWER)
        with self._held(actor, sample_id, number, revision, Permission.AUDIT_ANSWER, lambda item: item.coder == actor.principal.id) as it:
            after = steps.answer(it.item, actor.principal.id, self._desk.now(), comment, dispute=dispute)
            return self._keep(actor, it, after, Action.AUDIT_ANSWERED)

    def feedback(self, actor: Actor, states: frozenset[ItemState]) -> list[ItemSummary]:
        """Judged charts that the actor finalised, the last judged first; at most 200. Raises NotAllowed."""
        need(actor, Permission.AUDIT_ANSWER)
        with self._desk.work() as work:
            found = work.audits.items_of(actor.principal.id, (states or DONE) & DONE, limit=_MOST_ROWS)
            work.audit.add(AuditEntry(self._desk.now(), actor, Action.SAMPLES_READ, "", {"rows": len(found)}))
            return found

    @contextmanager
    def _own(self, actor: Actor, sample_id: str, number: int, revision: int | None) -> Iterator[_Held]:
        need(actor, Permission.AUDIT)
        with self._held(actor, sample_id, number, revision, Permission.AUDIT, lambda item: item.auditor == actor.principal.id) as it:
            yield it

    @contextmanager
    def _held(
        self, actor: Actor, sample_id: str, number: int, revision: int | None, permission: Permission, owns: Callable[[AuditItem], bool]
    ) -> Iterator[_Held]:
        with self._desk.work() as work:
            item = work.audits.item(sample_id, number, to_change=True)
            allowed = owns(item)
            if allowed:
                if revision is not None and item.revision != revision:
                    raise StaleWrite
                chart = work.charts.get(item.chart_id)
                yield _Held(work, item, chart, coder_lines(chart, item.version))
            else:
                self._note(work, actor, Action.REFUSED, item, {"permission": permission.value})
        if not allowed:
            raise NotAllowed(permission.value)

    def _keep(self, actor: Actor, it: _Held, after: AuditItem, action: Action) -> AuditItem:
        done = after.judgement
        marks = () if done is None else score(it.coder, done)
        kept = it.work.audits.save(it.item, after, marks, None if done is None else _tally(it, after, done.lines))
        self._note(it.work, actor, action, kept, {"codes": len(marks), "agreed": sum(m.agreed for m in marks), "state": kept.state.value})
        return kept

    def _note(self, work: UnitOfWork, actor: Actor, action: Action, item: AuditItem, more: Mapping[str, str | int | None]) -> None:
        detail = {"sample": item.sample_id, "number": item.number, "version": item.version, **more}
        work.audit.add(AuditEntry(self._desk.now(), actor, action, item.chart_id, detail))

    def _titled(self, lines: Sequence[AuditedLine], chart: Chart, known: Mapping[object, AuditedLine]) -> list[AuditedLine]:
        """The lines with titles, and the coder's words where none are named; new codes must be billable on the date of service."""
        found = []
        for line in lines:
            for words in line.words:
                text = chart.note(words.note, words.version).text
                if text is None or words.span.end > len(text):
                    raise InvalidAudit("The words lie outside the note, or its text was erased")
            old = known.get(line.ref)
            if old is not None:
                found.append(replace(line, display=old.display, words=line.words or old.words))
                continue
            code = self._find(line.ref, chart.encounter.service_date)
            if code is None or not code.billable:
                raise InvalidAudit(f"{line.ref.code} is not a complete code of the {line.ref.system} release of the date of service: search for it")
            found.append(replace(line, display=code.title))
        return found


def _tally(it: _Held, after: AuditItem, judged_lines: Sequence[AuditedLine]) -> Tally:
    """How coder and auditor agree; by the blind codes where there are some, which nothing could sway."""
    weighed = [line.ref for line in coding_at(it.chart, finalized_set(it.chart, it.item.version)).lines]
    return tally(it.coder, judged_lines if after.blind_lines is None else after.blind_lines, weighed)


def _known(it: _Held) -> dict[object, AuditedLine]:
    return {line.ref: line for line in (*it.coder, *(it.item.blind_lines or ()))}


def _may_see(actor: Actor, item: AuditItem) -> bool:
    if actor.principal.reach(Permission.AUDIT_READ) is Reach.ANY:
        return True
    answers = actor.principal.reach(Permission.AUDIT_ANSWER) is not Reach.NONE
    return answers and item.coder == actor.principal.id and item.state in DONE
