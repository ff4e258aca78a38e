"""The codes of every system on one day, behind the Catalog port."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.errors import CodeNotFound, ReleaseNotFound
from app.domain.release import CodeRelease, in_force
from app.terminology.releases import CompiledRelease, ReleaseStore


class ReleaseCatalog:
    """One release of each system."""

    def __init__(self, compiled: Mapping[CodeSystem, CompiledRelease]) -> None:
        self._compiled = dict(compiled)
        self.siblings = lru_cache(maxsize=20_000)(self._siblings)

    @property
    def releases(self) -> Mapping[CodeSystem, CodeRelease]:
        """The release of each system."""
        return {system: c.release for system, c in self._compiled.items()}

    def find(self, ref: CodeRef) -> Code | None:
        """The code, or None when no release holds it."""
        release = self._compiled.get(ref.system)
        return None if release is None else release.find(ref.code)

    def get(self, ref: CodeRef) -> Code:
        """The code. Raises CodeNotFound."""
        code = self.find(ref)
        if code is None:
            release = self._compiled.get(ref.system)
            raise CodeNotFound(ref.system, ref.code, "(not loaded)" if release is None else release.release.name)
        return code

    def _siblings(self, ref: CodeRef) -> tuple[Code, ...]:
        code = self.find(ref)
        parent = None if code is None or code.parent is None else self.find(CodeRef(ref.system, code.parent))
        near = () if parent is None else (self.find(CodeRef(ref.system, child)) for child in parent.children)
        return tuple(c for c in near if c is not None and c.billable and c.ref != ref)

    def all(self, system: CodeSystem) -> list[Code]:
        """Every code of a system in its order; none when no release of it is loaded."""
        release = self._compiled.get(system)
        return [] if release is None else release.all()

    def index_terms(self) -> list[tuple[str, str]]:
        """(words, code) of the Alphabetic Index of the ICD-10-CM release; none when it was not loaded."""
        release = self._compiled.get(CodeSystem.ICD10CM)
        return [] if release is None else release.index_terms()


class ReleaseTerminology:
    """All releases of a store side by side, opened as they are asked for."""

    def __init__(self, store: ReleaseStore) -> None:
        self._store = store
        self._releases = store.releases()
        self._open: dict[CodeRelease, CompiledRelease] = {}
        self._catalogs: dict[tuple[CodeRelease, ...], ReleaseCatalog] = {}

    @property
    def releases(self) -> list[CodeRelease]:
        """Every release that is loaded, oldest first."""
        return list(self._releases)

    def catalog(self, day: date | None = None) -> ReleaseCatalog:
        """The catalog in force on `day`, the newest when None.

        Raises ReleaseNotFound when ICD-10-CM has no release for that day; a procedure system without one is left out.
        """
        chosen = [in_force(self._releases, CodeSystem.ICD10CM, day)]
        for system in (CodeSystem.CPT, CodeSystem.HCPCS):
            try:
                chosen.append(in_force(self._releases, system, day))
            except ReleaseNotFound:
                continue
        key = tuple(chosen)
        if key not in self._catalogs:
            for release in chosen:
                self._open.setdefault(release, self._store.open(release))
            self._catalogs[key] = ReleaseCatalog({r.system: self._open[r] for r in chosen})
        return self._catalogs[key]
