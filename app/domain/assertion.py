"""What a note asserts of a condition or service: the axes of ConText (Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.note import TextSpan


class Presence(StrEnum):
    """Whether it is there."""

    PRESENT = "present"
    ABSENT = "absent"
    POSSIBLE = "possible"
    CONDITIONAL = "conditional"


class Temporality(StrEnum):
    """When? `planned` is for services that are intended, `hypothetical` for what may come."""

    CURRENT = "current"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"
    PLANNED = "planned"


class Experiencer(StrEnum):
    """Who has it."""

    PATIENT = "patient"
    OTHER = "other"


Axis = Presence | Temporality | Experiencer

# Of several cues over the same words the one that keeps most from being coded wins: a denial that is also
# called possible stays a denial.
_STRENGTH: dict[Axis, int] = {
    Presence.ABSENT: 3,
    Presence.CONDITIONAL: 2,
    Presence.POSSIBLE: 1,
    Temporality.PLANNED: 3,
    Temporality.HYPOTHETICAL: 2,
    Temporality.HISTORICAL: 1,
    Experiencer.OTHER: 1,
}

_REACHING_IN = (Presence.ABSENT, Experiencer.OTHER)


@dataclass(frozen=True, slots=True)
class Assertion:
    """The three axes of one mention and the words that set them (`cues`; empty when nothing did)."""

    presence: Presence = Presence.PRESENT
    temporality: Temporality = Temporality.CURRENT
    experiencer: Experiencer = Experiencer.PATIENT
    cues: tuple[TextSpan, ...] = ()

    @property
    def affirmed(self) -> bool:
        """True for what the patient has, had, or received; false for what is denied, suspected, planned or said of others."""
        return (
            self.presence is Presence.PRESENT
            and self.experiencer is Experiencer.PATIENT
            and self.temporality in (Temporality.CURRENT, Temporality.HISTORICAL)
        )


ASSERTED = Assertion()


@dataclass(frozen=True, slots=True)
class AssertionScope:
    """A cue in the note and the words it reaches: `value` holds for every mention inside `scope`.

    `cue` is None where a section as a whole sets the value (family history).
    """

    value: Axis
    scope: TextSpan
    cue: TextSpan | None


def _modifies(s: AssertionScope, span: TextSpan) -> bool:
    if s.cue is None or not s.cue.overlaps(span):
        return s.scope.begin <= span.begin < s.scope.end
    # "No history of" over "history of stroke": the part of the cue that denies stands before the term.
    return s.value in _REACHING_IN and s.cue.begin < span.begin and s.cue.end < span.end and s.cue.end <= s.scope.begin < span.end


def _stands_amid(s: AssertionScope, span: TextSpan) -> bool:
    """True for a denial or suspicion behind the first word of the span that holds for its last word or, spoken behind it, for its first."""
    if s.value not in (Presence.ABSENT, Presence.POSSIBLE) or s.cue is None or s.cue.begin <= span.begin or s.cue.end > span.end:
        return False
    return s.scope.begin < span.end <= s.scope.end if s.scope.begin >= s.cue.end else s.scope.begin <= span.begin < s.scope.end


def resolve(span: TextSpan, scopes: Iterable[AssertionScope], *, whole: bool = True) -> Assertion:
    """The assertion of the words in `span`, from all scopes that cover their beginning.

    A cue that shares characters with the span is part of the term ("no-show", "possible pregnancy") and does not modify it,
    unless it denies, or speaks of another person, and begins before the term ("no history of" over "history of stroke").
    Where the span is not one term but holds the words of one with others between them (`whole` false), a denial or
    suspicion amid them does: "swelling, possible tear", "biopsy was not performed". The order of `scopes` does not matter.
    """
    presence, temporality, experiencer = Presence.PRESENT, Temporality.CURRENT, Experiencer.PATIENT
    cues: list[TextSpan] = []
    for s in scopes:
        if not (_modifies(s, span) or (not whole and _stands_amid(s, span))):
            continue
        value = s.value
        if isinstance(value, Presence):
            if _STRENGTH.get(value, 0) > _STRENGTH.get(presence, 0):
                presence = value
        elif isinstance(value, Temporality):
            if _STRENGTH.get(value, 0) > _STRENGTH.get(temporality, 0):
                temporality = value
        else:
            experiencer = value if value is Experiencer.OTHER else experiencer
        if s.cue is not None:
            cues.append(s.cue)
    if not cues and presence is Presence.PRESENT and temporality is Temporality.CURRENT and experiencer is Experiencer.PATIENT:
        return ASSERTED
    return Assertion(presence, temporality, experiencer, tuple(sorted(set(cues))))
