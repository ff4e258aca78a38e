"""One chart of a sample, from the draw to the coder's answer: each function takes the item and returns the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from app.domain.audits.errors import AuditClosed, InvalidAudit
from app.domain.audits.judgement import AuditError, Judgement, judged
from app.domain.audits.lines import AuditedLine, check_lines, in_claim_order
from app.domain.audits.sample import SampleKind


class ItemState(StrEnum):
    """`waiting`: nothing handed in. `coded`: the auditor's blind codes are in, the difference is open. `judged`: the coder is told."""

    WAITING = "waiting"
    CODED = "coded"
    JUDGED = "judged"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    SETTLED = "settled"


DONE = frozenset({ItemState.JUDGED, ItemState.ACKNOWLEDGED, ItemState.DISPUTED, ItemState.SETTLED})
"""States with a judgement."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A step after the judgement: `state` is what it led to, `comment` what was said."""

    state: ItemState
    by: str
    at: datetime
    comment: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AuditItem:
    """`number` counts from 1 within the sample. `version` is the chart's review that is audited, `coder` the id of who finalised it.

    `draft` are blind codes not yet handed in, `blind_lines` those handed in, which never change. `judgements` grow; the last holds.
    """

    sample_id: str
    number: int
    kind: SampleKind
    chart_id: str
    version: int
    coder: str
    auditor: str
    blind: bool
    state: ItemState = ItemState.WAITING
    revision: int = 1
    draft: tuple[AuditedLine, ...] = ()
    blind_lines: tuple[AuditedLine, ...] | None = None
    judgements: tuple[Judgement, ...] = ()
    replies: tuple[Reply, ...] = ()

    @property
    def hidden(self) -> bool:
        """True while the auditor must see neither the program's codes nor the coder's."""
        return self.blind and self.state is ItemState.WAITING

    @property
    def judgement(self) -> Judgement | None:
        """The judgement that holds."""
        return self.judgements[-1] if self.judgements else None


@dataclass(frozen=True, slots=True)
class AuditedChart:
    """A chart with the codes that an auditor holds right: the labels of highest trust. `disputed` while the coder objects.

    `drawn_at`, `population` and `size` are those of its sample: every chart of the population was as likely to be drawn.
    """

    sample_id: str
    number: int
    kind: SampleKind
    chart_id: str
    version: int
    coder: str
    auditor: str
    blind: bool
    judged_at: datetime
    lines: tuple[AuditedLine, ...]
    errors: tuple[AuditError, ...]
    disputed: bool
    drawn_at: datetime
    population: int
    size: int


def code_blind(item: AuditItem, lines: Sequence[AuditedLine], *, hand_in: bool) -> AuditItem:
    """The item with the auditor's own codes, kept as a draft or handed in for good. Raises InvalidAudit and AuditClosed."""
    if not item.blind:
        raise InvalidAudit("This chart is audited openly: judge its codes")
    if item.state is not ItemState.WAITING:
        raise AuditClosed("The blind codes are handed in and can't be changed: judge the differences")
    check_lines(lines)
    ordered = in_claim_order(lines)
    if not hand_in:
        return replace(item, draft=ordered)
    return replace(item, draft=(), blind_lines=ordered, state=ItemState.CODED)


def judge(
    item: AuditItem, coder: Sequence[AuditedLine], lines: Sequence[AuditedLine], errors: Sequence[AuditError], by: str, at: datetime, comment: str
) -> AuditItem:
    """The item judged. Raises InvalidAudit, and AuditClosed before blind codes are in and after the coder was told."""
    if item.hidden:
        raise AuditClosed("Hand in your own codes first: this chart is audited blind")
    if item.state in DONE:
        raise AuditClosed("The judgement is given: it changes only when a dispute is settled")
    done = judged(coder, lines, errors, by, at, comment)
    return replace(item, judgements=(*item.judgements, done), state=ItemState.JUDGED)


def answer(item: AuditItem, by: str, at: datetime, comment: str, *, dispute: bool) -> AuditItem:
    """The item acknowledged or disputed by its coder. Raises AuditClosed, and InvalidAudit for a dispute without a reason."""
    if item.state not in {ItemState.JUDGED, ItemState.ACKNOWLEDGED, ItemState.DISPUTED}:
        raise AuditClosed("There is nothing to answer: the chart is not judged, or the matter is settled")
    if dispute and not comment.strip():
        raise InvalidAudit("A dispute says why: name the words of the record or the guideline")
    state = ItemState.DISPUTED if dispute else ItemState.ACKNOWLEDGED
    return replace(item, state=state, replies=(*item.replies, Reply(state, by, at, comment.strip())))


def settle(item: AuditItem, by: str, at: datetime, comment: str, *, changed: Judgement | None = None) -> AuditItem:
    """The end of the matter; `changed` is the new judgement where the coder was right. Raises AuditClosed and InvalidAudit."""
    if item.state not in {ItemState.ACKNOWLEDGED, ItemState.DISPUTED}:
        raise AuditClosed("Only what the coder acknowledged or disputed can be settled")
    if item.state is ItemState.DISPUTED and not comment.strip():
        raise InvalidAudit("A dispute is settled with an answer to the coder")
    judgements = item.judgements if changed is None else (*item.judgements, changed)
    return replace(item, state=ItemState.SETTLED, judgements=judgements, replies=(*item.replies, Reply(ItemState.SETTLED, by, at, comment.strip())))
