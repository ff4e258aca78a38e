"""Code releases: which edition of a code system holds on which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.code import CodeSystem
from app.domain.errors import ReleaseNotFound


@dataclass(frozen=True, slots=True)
class CodeRelease:
    """An edition of a code system, in force from `effective` (inclusive) until the next one."""

    system: CodeSystem
    name: str
    effective: date
    digest: str


def in_force(releases: Iterable[CodeRelease], system: CodeSystem, day: date | None) -> CodeRelease:
    """The release of `system` in force on `day`; the newest when `day` is None. Raises ReleaseNotFound."""
    known = sorted((r for r in releases if r.system is system), key=lambda r: r.effective)
    for release in reversed(known):
        if day is None or release.effective <= day:
            return release
    names = ", ".join(f"{r.name} (from {r.effective})" for r in known) or "none"
    raise ReleaseNotFound(f"No {system} release is loaded for {day or 'any date'}; loaded: {names}. Load one with `chartcoder codes load`")
