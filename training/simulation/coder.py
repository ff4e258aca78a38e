"""A coder who decides from the labels of a document, with a share of errors."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.assertion import Experiencer, Presence, Temporality
from app.domain.code import CodeRef, CodeSystem
from app.domain.feedback import LabelOrigin, Rejection
from app.domain.review import RejectReason
from app.domain.suggestion import CodingDraft, Status, Suggestion
from app.domain.support import category
from training.examples import TrainingExample


class Kind(StrEnum):
    """An edit: a suggested code rejected, or replaced by one near it; one picked among the candidates shown; one looked for and added."""

    REJECTED = "rejected"
    REPLACED = "replaced"
    PICKED = "picked"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the suggestions of a chart, of a code of this system."""

    kind: Kind
    system: CodeSystem


def decide(draft: CodingDraft, example: TrainingExample, *, error: float, seed: int) -> tuple[TrainingExample, list[Edit]]:
    """The example as the coder leaves it, and what was changed for that.

    Of each suggested code the coder says the contrary of the labels with the probability `error`, and misses as many of the codes
    that were not suggested. The same document and seed give the same errors. Words: those of the label where it has any, else those
    shown for the code.
    """
    dice = random.Random(f"{seed} {example.id}")  # noqa: S311  reproducible, and of no secret
    shown = {s.ref: s for s in draft.suggestions}
    suggested = draft.having(Status.SUGGESTED)
    right = [(s.ref in example.labels) != (dice.random() < error) for s in suggested]
    missing = [ref for ref in example.labels if ref not in {s.ref for s in suggested} and dice.random() >= error]
    origins = {s.ref: LabelOrigin.ACCEPTED for s, ok in zip(suggested, right, strict=True) if ok}
    rejected: dict[CodeRef, Rejection] = {}
    replaced_words: dict[CodeRef, Suggestion] = {}
    for s in (s for s, ok in zip(suggested, right, strict=True) if not ok):
        other = next((ref for ref in missing if _near(s, ref)), None)
        if other is None:
            rejected[s.ref] = Rejection(_reason(s))
            continue
        missing.remove(other)
        rejected[s.ref], origins[other], replaced_words[other] = Rejection(RejectReason.WRONG_CODE, other), LabelOrigin.REPLACED, s
    picked = [ref for ref in missing if ref in shown]
    origins |= dict.fromkeys(picked, LabelOrigin.ACCEPTED)
    origins |= {ref: LabelOrigin.ADDED for ref in missing if ref not in shown}
    labels = {}
    for ref in origins:
        source = replaced_words.get(ref) or shown.get(ref)
        labels[ref] = example.labels.get(ref) or (() if source is None else tuple((e.span,) for e in source.evidence))
    kinds = dict.fromkeys(rejected, Kind.REJECTED) | {s.ref: Kind.REPLACED for s in replaced_words.values()}
    kinds |= {ref: Kind.PICKED if ref in shown else Kind.ADDED for ref in missing}
    edits = [Edit(kind, ref.system) for ref, kind in kinds.items()]
    return replace(example, labels=labels, origins=origins, rejected=rejected), edits


def _near(suggestion: Suggestion, ref: CodeRef) -> bool:
    """Whether a coder would replace the one by the other: it is offered as another reading of the words, or is of the category."""
    same = ref.system is suggestion.ref.system and category(ref) == category(suggestion.ref)
    return same or any(a.ref == ref for a in suggestion.alternatives)


def _reason(suggestion: Suggestion) -> RejectReason:
    """What the note says of the words, as a coder would see it."""
    assertion = suggestion.evidence[0].assertion
    if assertion.experiencer is Experiencer.OTHER:
        return RejectReason.NOT_DOCUMENTED
    if assertion.presence is Presence.ABSENT:
        return RejectReason.RULED_OUT
    return RejectReason.WRONG_CODE if assertion.temporality is Temporality.CURRENT else RejectReason.HISTORY_ONLY
