"""Opens the code releases, the knowledge compiled for them and the search: what commands about codes need.

Nothing here reads notes, so that nothing here waits for the libraries that do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.domain.code import CodeRef, CodeSystem
from app.domain.errors import ReleaseNotFound, ReleaseRefused
from app.domain.knowledge import Knowledge
from app.nlp.details import DetailReader
from app.nlp.words import SnowballWordReader
from app.settings import Settings
from app.terminology import compiled, icd10cm, knowledge_files, search_index
from app.terminology.catalog import ReleaseCatalog, ReleaseTerminology
from app.terminology.family_files import load_families
from app.terminology.releases import Progress, ReleaseStore
from app.terminology.search import TermSearch
from app.terminology.term_index import TermIndex
from app.usecases.look_up_codes import LookUpCodes
from app.usecases.settle_members import SettleMembers


@dataclass(frozen=True, slots=True)
class Terms:
    """The newest releases with the knowledge compiled for them. `digest` names the compiled knowledge."""

    terminology: ReleaseTerminology
    catalog: ReleaseCatalog
    knowledge: Knowledge
    index: TermIndex
    digest: str


def release_store(settings: Settings) -> ReleaseStore:
    """Where compiled releases stand."""
    return ReleaseStore(settings.state_dir / "releases")


def compile_terms(settings: Settings, progress: Callable[[str], Progress]) -> Path:
    """Compile what is not compiled yet: ICD-10-CM as bundled, our procedure catalogue, the knowledge. Safe to repeat.

    `progress` is given the name of a step and returns what is told of its advance. Raises DataFaults.
    """
    store = release_store(settings)
    have = store.releases()
    bundled = [r for r in have if r.system is CodeSystem.ICD10CM and r.name == icd10cm.BUNDLED_NAME]
    if not any(r.system is CodeSystem.ICD10CM for r in have) or not all(store.is_sound(r) for r in bundled):
        store.write(CodeSystem.ICD10CM, icd10cm.BUNDLED_NAME, icd10cm.BUNDLED_EFFECTIVE, icd10cm.read_codes(progress=progress("Compiling ICD-10-CM")))
    step = progress("Checking data files")
    newest = ReleaseTerminology(store).catalog()
    knowledge = knowledge_files.load_knowledge(settings.data_dir, lambda code: is_billable(newest, code))
    step(1.0)
    for system in (CodeSystem.CPT, CodeSystem.HCPCS):
        compiled.write_catalogue(store, knowledge, system)
    step = progress("Indexing terms")
    path = compiled.write(settings.state_dir / "knowledge", ReleaseTerminology(store).catalog(), knowledge, SnowballWordReader())
    step(1.0)
    return path


def is_billable(catalog: ReleaseCatalog, code: str) -> bool:
    """True for a complete ICD-10-CM code of the catalog."""
    found = catalog.find(CodeRef(CodeSystem.ICD10CM, code))
    return found is not None and found.billable


def open_terms(settings: Settings) -> Terms:
    """Open what `compile_terms` made for the data files as they are now. Raises ReleaseRefused when it is not there."""
    terminology = ReleaseTerminology(release_store(settings))
    try:
        catalog = terminology.catalog()
    except ReleaseNotFound as error:
        raise ReleaseRefused("ICD-10-CM", "no release is compiled: run `chartcoder-train setup`") from error
    digest = compiled.compiled_digest(knowledge_files.digest(settings.data_dir), catalog.releases.values())
    folder = settings.state_dir / "knowledge" / digest
    if not folder.is_dir():
        raise ReleaseRefused("knowledge", "the data files changed since they were compiled: run `chartcoder-train setup`")
    knowledge, index = compiled.load(folder)
    return Terms(terminology, catalog, knowledge, index, digest)


def code_search(settings: Settings, terms: Terms) -> TermSearch:
    """The search over the newest releases. Raises ReleaseRefused."""
    index = search_index.load(settings.state_dir / "knowledge" / terms.digest)
    return TermSearch(index, terms.catalog, SnowballWordReader(), terms.knowledge.abbreviations)


def look_up_codes(settings: Settings, terms: Terms) -> LookUpCodes:
    """The use case that searches and shows codes. Raises ReleaseRefused, and DataFaults of the families of services."""
    catalogued = {p.ref for p in terms.knowledge.procedures}
    known = load_families(settings.data_dir / "families", catalogued.__contains__)
    settle = SettleMembers(known.families, DetailReader(known.words))
    return LookUpCodes(terminology=terms.terminology, search=code_search(settings, terms), settle=settle)
