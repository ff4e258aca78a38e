"""Loads the official and licensed files that a user has, each into a release of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.errors import DataFaults, Fault
from app.domain.release import CodeRelease
from app.terminology import icd10cm
from app.terminology.alphabetic_index import IndexEntry, read_index
from app.terminology.code_tables import TableRow, read_table
from app.terminology.knowledge_files import CPT_SHAPE, HCPCS_SHAPE
from app.terminology.releases import Progress, ReleaseStore

CATALOGUE_NAME = "catalogue"
# A category, block ("A00-A09") or chapter; since 2026 a category may begin with two letters (QA0).
_LISTED = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.?[0-9A-Z]{1,4})?|[A-Z][0-9A-Z]{2}-[A-Z][0-9A-Z]{2}|\d{1,2}|[IVX]+")
# An index of another year has codes that this release lost; one with more than this share of them is the wrong file.
_MOST_UNKNOWN = 0.05


class IndexLoad(NamedTuple):
    """What became of an Alphabetic Index: its release, how many terms it gave, and codes that the release does not have."""

    release: CodeRelease
    terms: int
    left_out: tuple[Fault, ...]


def _quiet(_: float) -> None:
    """Nobody watches."""


def load_icd10cm(store: ReleaseStore, tabular: Path, code_list: Path, *, name: str, effective: date, progress: Progress = _quiet) -> CodeRelease:
    """The tabular XML and the list of all codes as release `name`. Raises DataFaults; nothing is written then."""
    faults = [*_xml_faults(tabular), *_list_faults(code_list)]
    if faults:
        raise DataFaults(sorted(faults))
    return store.write(CodeSystem.ICD10CM, name, effective, icd10cm.read_codes(tabular=tabular, code_list=code_list, progress=progress))


def load_icd10cm_index(store: ReleaseStore, *paths: Path, release: CodeRelease, progress: Progress = _quiet) -> IndexLoad:
    """The Alphabetic Index XML, and the External Cause Index with it, for the ICD-10-CM release they belong to.

    Replaces what was loaded before. Raises DataFaults. Codes that the release does not have are left out and named; when
    they are many, the files are refused.
    """
    faults: list[Fault] = []
    entries: list[tuple[Path, IndexEntry]] = []
    for path in paths:
        try:
            entries.extend((path, entry) for entry in read_index(path))
        except DataFaults as error:
            faults.extend(error.faults)
    if faults:
        raise DataFaults(faults)
    progress(0.7)
    compiled = store.open(release)
    known = {code.ref.code for code in compiled.all()}
    compiled.close()
    unknown = sorted({Fault(str(path), e.line, f"{e.code} is not in ICD-10-CM {release.name}") for path, e in entries if e.code not in known})
    if len(unknown) > _MOST_UNKNOWN * len(entries):
        raise DataFaults(unknown)
    terms = dict.fromkeys((e.text, e.code) for _, e in entries if e.code in known)
    written = store.write_index(release, terms)
    progress(1.0)
    return IndexLoad(written, len(terms), tuple(unknown))


def load_cpt(store: ReleaseStore, path: Path, *, name: str, effective: date, progress: Progress = _quiet) -> CodeRelease:
    """A licensed list of CPT codes and descriptions as release `name`: tabs or commas, header or not, several descriptors or one.

    Raises DataFaults; nothing is written then.
    """
    return _write(store, CodeSystem.CPT, read_table(path, CPT_SHAPE, "CPT"), name=name, effective=effective, progress=progress)


def load_hcpcs(store: ReleaseStore, path: Path, *, name: str, effective: date, progress: Progress = _quiet) -> CodeRelease:
    """HCPCS Level II as CMS publishes it, fixed records or a table, as release `name`; only the codes in force on `effective`.

    Raises DataFaults; nothing is written then.
    """
    rows = read_table(path, HCPCS_SHAPE, "HCPCS")
    current = [r for r in rows if (r.ended is None or r.ended >= effective) and (r.added is None or r.added <= effective)]
    if not current:
        raise DataFaults([Fault(str(path), 1, f"none of its {len(rows)} codes is in force on {effective}")])
    return _write(store, CodeSystem.HCPCS, current, name=name, effective=effective, progress=progress)


def _write(store: ReleaseStore, system: CodeSystem, rows: Iterable[TableRow], *, name: str, effective: date, progress: Progress) -> CodeRelease:
    ours = _catalogue(store, system)
    progress(0.5)
    release = store.write(system, name, effective, _codes(system, rows, ours))
    progress(1.0)
    return release


def _codes(system: CodeSystem, rows: Iterable[TableRow], ours: dict[str, Code]) -> Iterator[Code]:
    """Titles of the file; units, doses, sides and modifiers, which it lacks, of our catalogue."""
    descriptions: dict[str, list[str]] = {}
    for row in rows:
        descriptions.setdefault(row.code, []).extend(row.descriptions)
    for code, texts in descriptions.items():
        title, *others = dict.fromkeys(texts)
        known = ours.get(code) or Code(CodeRef(system, code), title)
        yield replace(known, title=title, inclusion_terms=tuple(others))


def _catalogue(store: ReleaseStore, system: CodeSystem) -> dict[str, Code]:
    for release in store.releases():
        if release.system is system and release.name == CATALOGUE_NAME:
            compiled = store.open(release)
            codes = {code.ref.code: code for code in compiled.all()}
            compiled.close()
            return codes
    return {}


def _xml_faults(path: Path) -> list[Fault]:
    """What keeps a file from being the tabular list at all; the library that reads it names no lines."""
    parser = expat.ParserCreate()
    faults: list[Fault] = []
    roots: list[str] = []
    parser.StartElementHandler = lambda name, _: roots.append(name)
    parser.StartDoctypeDeclHandler = lambda *_: faults.append(Fault(str(path), 1, "a document type declaration has no place in the tabular list"))
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except OSError as error:
        return [Fault(str(path), 1, f"can't be read ({error.strerror})")]
    except expat.ExpatError as error:
        faults.append(Fault(str(path), error.lineno, f"not XML: {expat.ErrorString(error.code)}"))
    if roots and roots[0] != "ICD10CM.tabular":
        faults.append(Fault(str(path), 1, f"the document is <{roots[0]}>, not <ICD10CM.tabular>"))
    return faults


def _list_faults(path: Path) -> list[Fault]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        return [Fault(str(path), 1, f"can't be read ({error.strerror})")]
    except UnicodeDecodeError:
        return [Fault(str(path), 1, "not UTF-8: save the file as UTF-8")]
    faults = [
        Fault(str(path), i, f"{line.split()[0][:20]!r} is not an ICD-10-CM code")
        for i, line in enumerate(lines, 1)
        if line.strip() and not _LISTED.fullmatch(line.split()[0])
    ]
    return faults or ([] if lines else [Fault(str(path), 1, "the list of codes is empty")])
