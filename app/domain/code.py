"""Code systems and codes with their own edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from app.domain.errors import UnknownCodeSystem


class CodeSystem(StrEnum):
    """Code systems of a training example; suggestions come from the first three, and from what a bundle has learned."""

    # Enum's own hash is computed in Python, and every look-up of a code would pay for it.
    __hash__ = str.__hash__

    ICD10CM = "ICD-10-CM"
    CPT = "CPT"
    HCPCS = "HCPCS"
    ICD10PCS = "ICD-10-PCS"

    @classmethod
    def named(cls, name: str) -> CodeSystem:
        """The system of that name, in any case. Raises UnknownCodeSystem."""
        for system in cls:
            if system.value.casefold() == name.casefold():
                return system
        raise UnknownCodeSystem(name, [s.value for s in cls])


PROCEDURE_SYSTEMS = frozenset({CodeSystem.CPT, CodeSystem.HCPCS, CodeSystem.ICD10PCS})


class CodeRef(NamedTuple):
    """A code by name: system and value, as billed ("M17.11", with the dot)."""

    system: CodeSystem
    code: str


class Laterality(StrEnum):
    """How a procedure code speaks of sides."""

    NONE = "none"
    SIDE = "side"
    BILATERAL = "bilateral"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of one release.

    `billable`: a leaf, complete as it stands. Notes (`includes` ... `code_also`) are the code's own, not those of its
    ancestors. `seventh_characters` maps the character to its meaning where the code or an ancestor asks for one.
    `units`, `dose`, `laterality`, `modifiers` belong to procedures.
    """

    ref: CodeRef
    title: str
    billable: bool = True
    parent: str | None = None
    children: tuple[str, ...] = ()
    chapter: str = ""
    inclusion_terms: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    excludes1: tuple[str, ...] = ()
    excludes2: tuple[str, ...] = ()
    code_first: tuple[str, ...] = ()
    use_additional: tuple[str, ...] = ()
    code_also: tuple[str, ...] = ()
    seventh_characters: Mapping[str, str] = field(default_factory=dict)
    units: int = 1
    dose: str = ""
    laterality: Laterality = Laterality.NONE
    modifiers: tuple[str, ...] = ()
