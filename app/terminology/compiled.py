"""Knowledge compiled with the releases it speaks of: the data files and the term index, in one folder by digest.

`<state>/knowledge/<digest>/`: `knowledge.json`, `terms.npz`, `terms.json`, `search.npz`, `search.json`. The digest
covers the data files, the releases with their index, and the layout of the folder, so that a change of any of them makes
a new folder, and a bundle can name the one it was fitted with.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.code import Code, CodeRef, CodeSystem, Laterality
from app.domain.errors import ReleaseRefused
from app.domain.knowledge import Knowledge, PhrasebookEntry, Procedure, Sense
from app.domain.release import CodeRelease
from app.terminology import search_index, term_index
from app.terminology.catalog import ReleaseCatalog
from app.terminology.releases import ReleaseStore
from app.terminology.term_index import IndexedCode, TermIndex
from app.terminology.terms import Term, diagnosis_terms, index_terms, is_family, knowledge_terms, service_terms
from app.usecases.ports import WordReader

SCHEMA = 3
# Our catalogue has no edition of its own: it serves any date until a licensed one is loaded.
CATALOGUE_EFFECTIVE = date(2000, 1, 1)


def compiled_digest(knowledge_digest: str, releases: Iterable[CodeRelease]) -> str:
    """Name of the folder, 16 hexadecimal digits."""
    parts = [str(SCHEMA), str(term_index.SCHEMA), str(search_index.SCHEMA), knowledge_digest, *sorted(f"{r.system}:{r.digest}" for r in releases)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def procedure_codes(knowledge: Knowledge, system: CodeSystem) -> Iterator[Code]:
    """The codes of the catalogue as codes of a release of our own."""
    for p in sorted(knowledge.procedures, key=lambda p: p.ref.code):
        if p.ref.system is system:
            yield Code(p.ref, p.description, units=p.units, dose=p.dose, laterality=p.laterality, modifiers=p.modifiers)


def indexed_terms(catalog: ReleaseCatalog, knowledge: Knowledge) -> tuple[list[Term], list[IndexedCode]]:
    """Every term with the codes they lead to. A phrase of a code that is its family's default speaks for the family."""
    codes = catalog.all(CodeSystem.ICD10CM)
    by_code = {c.ref.code: c for c in codes}
    indexed: dict[CodeRef, IndexedCode] = {}

    def target(ref: CodeRef) -> CodeRef:
        code = by_code.get(ref.code) if ref.system is CodeSystem.ICD10CM else None
        parent = by_code.get(code.parent) if code is not None and code.parent else None
        family = code if code is not None and is_family(code, by_code) else parent if parent is not None and is_family(parent, by_code) else None
        if family is not None:
            leaves = {child[-1]: child for child in family.children}
            default = _default_leaf(family, by_code)
            if ref in (family.ref, CodeRef(CodeSystem.ICD10CM, default)):
                indexed.setdefault(family.ref, IndexedCode(family.ref, leaves, default))
                return family.ref
        indexed.setdefault(ref, IndexedCode(ref, {}, ref.code))
        return ref

    services = [code for s in (CodeSystem.CPT, CodeSystem.HCPCS) for code in catalog.all(s)]
    valid = {*(c.ref for c in codes), *(c.ref for c in services)}
    sources = (diagnosis_terms(codes), index_terms(catalog.index_terms(), codes), service_terms(services), knowledge_terms(knowledge))
    # A licensed release may lack a code that our catalogue has.
    terms = [t._replace(ref=target(t.ref)) for source in sources for t in source if t.ref in valid]
    return terms, list(indexed.values())


def _default_leaf(family: Code, by_code: dict[str, Code]) -> str:
    """Initial encounter, else the character that says least, else the first."""
    leaves = [by_code[c] for c in family.children if c in by_code]
    for wanted in ("initial encounter", "unspecified", "not applicable"):
        for leaf in leaves:
            if wanted in leaf.title.lower():
                return leaf.ref.code
    return family.children[0]


def write(folder: Path, catalog: ReleaseCatalog, knowledge: Knowledge, words: WordReader) -> Path:
    """Compile into `folder`/<digest> and return that path; what is there already stays."""
    target = folder / compiled_digest(knowledge.digest, catalog.releases.values())
    if (target / "knowledge.json").is_file():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".compiling-", dir=folder))
    # Other users of the machine may serve from it: mkdtemp gives a folder to its owner alone.
    partial.chmod(0o755)
    try:
        terms, codes = indexed_terms(catalog, knowledge)
        term_index.save(term_index.build(terms, codes, words, term_index.WordRoles.of(knowledge)), partial)
        every = [code for system in catalog.releases for code in catalog.all(system)]
        search_index.save(search_index.build(terms, codes, every, knowledge, words), partial)
        (partial / "knowledge.json").write_text(json.dumps(dataclasses.asdict(knowledge)), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def load(folder: Path) -> tuple[Knowledge, TermIndex]:
    """Open what `write` made. Raises ReleaseRefused."""
    try:
        knowledge = _knowledge(json.loads((folder / "knowledge.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseRefused(folder.name, f"its knowledge can't be read ({type(error).__name__}); run `chartcoder-train setup`") from error
    return knowledge, term_index.load(folder)


def _knowledge(raw: dict[str, Any]) -> Knowledge:
    """What `dataclasses.asdict` made of the knowledge, once more."""
    return Knowledge(
        tuple(
            PhrasebookEntry(_ref(e["ref"]), tuple(e["phrases"]), tuple(e["support"]), {k: _ref(v) for k, v in e["refine"].items()}, e["denial"])
            for e in raw["phrasebook"]
        ),
        tuple(
            Procedure(
                _ref(p["ref"]), p["description"], tuple(p["phrases"]), Laterality(p["laterality"]), tuple(p["modifiers"]), p["units"], p["dose"]
            )
            for p in raw["procedures"]
        ),
        {k: tuple(Sense(s["expansion"], tuple(s["context"])) for s in v) for k, v in raw["abbreviations"].items()},
        {k: tuple(v) for k, v in raw["headings"].items()},
        tuple(tuple(group) for group in raw["interchangeable"]),
        raw["digest"],
        tuple(raw["place_words"]),
        tuple(raw["deciding_words"]),
        tuple(raw["body_parts"]),
    )


def _ref(raw: list[str]) -> CodeRef:
    return CodeRef(CodeSystem(raw[0]), raw[1])


def write_catalogue(store: ReleaseStore, knowledge: Knowledge, system: CodeSystem) -> None:
    """Write our catalogue as the release "catalogue" of `system`, replacing what an earlier state of the data files left."""
    store.write(system, "catalogue", CATALOGUE_EFFECTIVE, procedure_codes(knowledge, system))
