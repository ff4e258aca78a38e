"""Services that a note describes without their name: "40 mg of Kenalog was injected into the right knee"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.code import CodeRef
from app.domain.nearness import Nearness
from app.domain.note import TextSpan


@dataclass(frozen=True, slots=True)
class Described:
    """What a note says where it describes a service: dimensions of details, by the words of `data/families`.

    `says`: all in one sentence. `near`: in that sentence or just before it. `unless`: in none of these sentences, being of another
    service. `never`: nowhere in the note, where the service is part of a larger one.
    """

    name: str
    ref: CodeRef
    says: tuple[str, ...]
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @property
    def dimensions(self) -> frozenset[str]:
        """Every dimension that it asks for."""
        return frozenset((*self.says, *self.near, *self.unless, *self.never))


def places(described: Described, near: Nearness) -> Iterator[TextSpan]:
    """Where a note describes the service: the words for it from first to last, one place in each sentence."""
    if any(near.all(dimension) for dimension in described.never):
        return
    done: set[TextSpan] = set()
    for lead in near.all(described.says[0]):
        sentence = near.sentence_of(lead.span)
        found = None if sentence in done else _around(described, near, lead.span)
        if found is not None:
            done.add(sentence)
            yield found


def _around(described: Described, near: Nearness, lead: TextSpan) -> TextSpan | None:
    spans = [lead]
    for dimension in described.says[1:]:
        here = near.sentence(dimension, lead, beside=False)
        if not here:
            return None
        spans.append(min((d.span for d in here), key=lambda span: abs(span.begin - lead.begin)))
    beside = False
    for dimension in described.near:
        here = near.sentence(dimension, lead, beside=False)
        spans += [min((d.span for d in here), key=lambda span: abs(span.begin - lead.begin))] if here else []
        beside = beside or not here
        if not here and not any(d.span.begin < lead.begin for d in near.sentence(dimension, lead)):
            return None
    if any(near.sentence(dimension, lead, beside=beside) for dimension in described.unless):
        return None
    return TextSpan(min(span.begin for span in spans), max(span.end for span in spans))
