"""Codes as they are billed: what each system's codes look like, and where the dot of an ICD-10-CM code stands."""

from __future__ import annotations

import re

from app.domain.code import CodeRef, CodeSystem

_SHAPES = {
    # Since 2026 a category may begin with two letters (QA0).
    CodeSystem.ICD10CM: re.compile(r"[A-Z]([0-9][0-9A-Z]|[A-Z][0-9])(\.[0-9A-Z]{1,4})?"),
    CodeSystem.CPT: re.compile(r"[0-9]{4}[0-9A-Z]"),
    CodeSystem.HCPCS: re.compile(r"[A-Z][0-9]{4}"),
    # Seven characters are a complete code; annotators of research corpora also give the first ones alone. No I and no O.
    CodeSystem.ICD10PCS: re.compile(r"[0-9A-HJ-NP-Z]{3,7}"),
}


def as_billed(system: CodeSystem, code: str) -> CodeRef:
    """The code in capitals, with the dot of ICD-10-CM put in where an export left it out.

    Raises ValueError when no code of the system looks like this.
    """
    value = code.strip().upper()
    if system is CodeSystem.ICD10CM and len(value) > 3 and "." not in value:
        value = f"{value[:3]}.{value[3:]}"
    if not _SHAPES[system].fullmatch(value):
        raise ValueError(f"{code[:12]!r} does not look like a code of {system.value}")
    return CodeRef(system, value)
