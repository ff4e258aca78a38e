"""What else the words of a code could mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from app.domain.candidate import Evidence
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.note import TextSpan
from app.domain.suggestion import Alternative
from app.usecases.ports import Catalog

ALTERNATIVES = 5


def sibling_alternatives(catalog: Catalog, ref: CodeRef) -> tuple[Alternative, ...]:
    """Billable siblings in the order of the classification, as alternatives that nothing was weighed for; enough to choose from."""
    return tuple(Alternative(sibling.ref, sibling.title, 0.0) for sibling in catalog.siblings(ref)[: 2 * ALTERNATIVES])


class Readings:
    """The codes of one draft by the words they rest on. `siblings` gives the alternatives that need no words."""

    def __init__(self, siblings: Callable[[CodeRef], Sequence[Alternative]]) -> None:
        self._siblings = siblings
        self._by_place: dict[tuple[int, int, CodeSystem], list[Alternative]] = {}
        self._in_order: set[tuple[int, int, CodeSystem]] = set()

    def add(self, code: Code, confidence: float, evidence: Iterable[Evidence]) -> None:
        """Let the evidence speak for the code; before anything is asked."""
        reading = Alternative(code.ref, code.title, confidence)
        for e in evidence:
            self._by_place.setdefault((e.span.begin, e.span.end, code.ref.system), []).append(reading)

    def alternatives(self, code: Code, first: Evidence) -> tuple[Alternative, ...]:
        """At most ALTERNATIVES: competing readings of the `first` words by confidence, then siblings in the order of the classification."""
        ref, name = code.ref, code.ref.code
        # All readings of a place are of one system, and so are siblings: codes are compared by name.
        found = [r for r in self._readings(first.span, ref.system)[: ALTERNATIVES + 1] if r.ref.code != name][:ALTERNATIVES]
        if len(found) < ALTERNATIVES:
            siblings = self._siblings(ref)
            if not found:
                return tuple(siblings[:ALTERNATIVES])
            weighed = {r.ref.code for r in found}
            found += [s for s in siblings if s.ref.code not in weighed]
        return tuple(found[:ALTERNATIVES])

    def _readings(self, span: TextSpan, system: CodeSystem) -> Sequence[Alternative]:
        place = (span.begin, span.end, system)
        here = self._by_place.get(place, [])
        if len(here) > 1 and place not in self._in_order:
            here.sort(key=lambda r: (-r.confidence, r.ref))
            self._in_order.add(place)
        return here
