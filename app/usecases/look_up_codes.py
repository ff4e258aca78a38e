"""Finding a code by words, and reading all that its release says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.errors import CodeNotFound
from app.domain.release import CodeRelease
from app.usecases.ports import Catalog, CodeSearch, SearchHit, Terminology
from app.usecases.settle_members import SettleMembers

# Hits that the release of the day does not hold are left out, so that many more than wanted are asked for.
_SPARE = 40
_ICD_CATEGORY = 3


@dataclass(frozen=True, slots=True)
class CodeDetails:
    """A code with its family: `ancestors` from the chapter down to the parent, `children` in the order of the release."""

    code: Code
    release: CodeRelease
    ancestors: tuple[Code, ...]
    children: tuple[Code, ...]


class LookUpCodes:
    """Searches and shows codes as they are on a day. Safe to share between threads."""

    def __init__(self, *, terminology: Terminology, search: CodeSearch, settle: SettleMembers | None = None) -> None:
        self._terminology, self._search, self._settle = terminology, search, settle

    def releases(self, *, day: date | None = None) -> Mapping[CodeSystem, CodeRelease]:
        """The release of each system in force on `day`, the newest when None. Raises ReleaseNotFound."""
        return self._terminology.catalog(day).releases

    def search(self, query: str, *, system: CodeSystem | None = None, limit: int = 10, day: date | None = None) -> list[SearchHit]:
        """At most `limit` hits, best first, titled as on `day`. Raises ReleaseNotFound."""
        catalog = self._terminology.catalog(day)
        asked = limit if day is None else limit + _SPARE
        hits = self._search.search(query, systems=None if system is None else (system,), limit=asked)
        found = ((hit, catalog.find(hit.code.ref)) for hit in self._settled(query, hits, catalog))
        return [SearchHit(code, hit.score, hit.matched) for hit, code in found if code is not None][:limit]

    def _settled(self, query: str, hits: list[SearchHit], catalog: Catalog) -> list[SearchHit]:
        """The member of a family that the query tells by size, number, site or age, before the first member that its words found."""
        # A hit of 1 is a code that was typed.
        if self._settle is None or not hits or hits[0].score >= 1:
            return hits
        for hit_ref, member in reversed(self._settle(query, [hit.code.ref for hit in hits])):
            at = next(i for i, hit in enumerate(hits) if hit.code.ref == hit_ref)
            code = catalog.find(member)
            if code is None or any(hit.code.ref == member for hit in hits[:at]):
                continue
            hits = [*hits[:at], SearchHit(code, hits[at].score, hits[at].matched), *(hit for hit in hits[at:] if hit.code.ref != member)]
        return hits

    def find(self, ref: CodeRef, day: date | None = None) -> Code | None:
        """The code as on `day`, None when the release does not hold it. Raises ReleaseNotFound."""
        return self._terminology.catalog(day).find(ref)

    def show(self, code: str, *, system: CodeSystem | None = None, day: date | None = None) -> CodeDetails:
        """A code by its name, in any case and with or without its dot; of the first system that has it when None.

        Raises CodeNotFound and ReleaseNotFound.
        """
        catalog = self._terminology.catalog(day)
        for candidate in (CodeSystem.ICD10CM, CodeSystem.CPT, CodeSystem.HCPCS, CodeSystem.ICD10PCS) if system is None else (system,):
            for spelling in _spellings(candidate, code):
                found = catalog.find(CodeRef(candidate, spelling))
                if found is not None:
                    return _details(found, catalog)
        if system is not None:
            release = catalog.releases.get(system)
            raise CodeNotFound(system, code, "(not loaded)" if release is None else release.name)
        raise CodeNotFound("any code system", code, "that is loaded")


def _spellings(system: CodeSystem, code: str) -> list[str]:
    plain = code.strip().upper()
    if system is CodeSystem.ICD10CM and "." not in plain and len(plain) > _ICD_CATEGORY:
        return [plain, f"{plain[:_ICD_CATEGORY]}.{plain[_ICD_CATEGORY:]}"]
    return [plain]


def _details(code: Code, catalog: Catalog) -> CodeDetails:
    ancestors: list[Code] = []
    above = code.parent
    while above is not None:
        parent = catalog.find(CodeRef(code.ref.system, above))
        if parent is None:
            break
        ancestors.insert(0, parent)
        above = parent.parent
    children = (catalog.find(CodeRef(code.ref.system, child)) for child in code.children)
    return CodeDetails(code, catalog.releases[code.ref.system], tuple(ancestors), tuple(child for child in children if child is not None))
