"""Loads the phrasebook, catalogue, abbreviations and word lists under `data/`; refuses them with all faults at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path

import yaml

from app.domain.code import CodeRef, CodeSystem, Laterality
from app.domain.errors import DataFaults, Fault
from app.domain.knowledge import Knowledge, PhrasebookEntry, Procedure, Sense
from app.terminology import yaml_lines as y
from app.terminology.context_file import FILE as CONTEXT
from app.terminology.glossary_files import FOLDER as GLOSSARIES
from app.terminology.visit_cues_file import FILE as VISIT_CUES

CPT_SHAPE = re.compile(r"\d{4}[0-9AFMTU]")
HCPCS_SHAPE = re.compile(r"[A-V]\d{4}")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_PARTS = ("phrasebook", "procedures", "abbreviations")
# Read elsewhere; what candidates a note has depends on them as well.
_OTHER_PARTS = ("families", GLOSSARIES)
# Groups of place words that name parts of the body.
_BODY = frozenset({"head-and-neck", "nervous-system", "trunk", "limbs"})
_LISTS = ("sections.yaml", "lexicon.yaml", "place-words.yaml", "deciding-words.yaml")

DiagnosisCheck = Callable[[str], bool]
"""True for a billable ICD-10-CM code of the release in use."""


def procedure_ref(code: str) -> CodeRef | None:
    """The CPT or HCPCS reference that a code has the shape of; None for any other text."""
    if CPT_SHAPE.fullmatch(code):
        return CodeRef(CodeSystem.CPT, code)
    return CodeRef(CodeSystem.HCPCS, code) if HCPCS_SHAPE.fullmatch(code) else None


def digest(folder: Path) -> str:
    """SHA-256 over names and contents of the files of `folder` that a bundle depends on: all that notes are read with.

    Charts and demo notes are not among them, nor what only resolves and checks the codes that were found.
    """
    total = hashlib.sha256()
    files = [path for part in (*_PARTS, *_OTHER_PARTS) for path in sorted((folder / part).glob("*.yaml"))]
    for path in [*files, *(folder / name for name in (*_LISTS, VISIT_CUES, CONTEXT))]:
        if path.is_file():
            total.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()


def load_knowledge(folder: Path, is_diagnosis: DiagnosisCheck) -> Knowledge:
    """Everything of `folder` that reading and retrieval need. Raises DataFaults with every fault of every file."""
    reader = _KnowledgeReader(is_diagnosis)
    for part, read in zip(_PARTS, (reader.phrasebook, reader.procedures, reader.abbreviations), strict=True):
        paths = sorted((folder / part).glob("*.yaml"))
        if not paths:
            reader.faults.append(Fault(str(folder / part), 1, "no .yaml file here"))
        for path in paths:
            reader.file(path, read)
    for name, into in zip(_LISTS, (reader.headings, reader.interchangeable, reader.place_words, reader.deciding_words), strict=True):
        reader.file(folder / name, partial(reader.word_lists, into=into))
    reader.check_refinements()
    if reader.faults:
        raise DataFaults(sorted(reader.faults))
    return Knowledge(
        tuple(reader.entries),
        tuple(reader.services),
        reader.senses,
        reader.headings,
        tuple(reader.interchangeable.values()),
        digest(folder),
        tuple(chain.from_iterable(reader.place_words.values())),
        tuple(chain.from_iterable(reader.deciding_words.values())),
        tuple(chain.from_iterable(words for group, words in reader.place_words.items() if group in _BODY)),
    )


class _KnowledgeReader:
    """Reads files one after the other and remembers what stands where, so that a clash between two files is found."""

    def __init__(self, is_diagnosis: DiagnosisCheck) -> None:
        self.faults: list[Fault] = []
        self.entries: list[PhrasebookEntry] = []
        self.services: list[Procedure] = []
        self.senses: dict[str, tuple[Sense, ...]] = {}
        self.headings: dict[str, tuple[str, ...]] = {}
        self.interchangeable: dict[str, tuple[str, ...]] = {}
        self.place_words: dict[str, tuple[str, ...]] = {}
        self.deciding_words: dict[str, tuple[str, ...]] = {}
        self._is_diagnosis = is_diagnosis
        self._phrases: dict[tuple[str, str], tuple[str, str]] = {}
        self._places: dict[tuple[str, str], str] = {}
        self._refinements: list[tuple[y.FaultLog, yaml.Node, str]] = []

    def file(self, path: Path, read: Callable[[yaml.Node, y.FaultLog], None]) -> None:
        """Read every document of a file."""
        log = y.FaultLog(str(path))
        if not path.is_file():
            log.add(1, "the file is missing")
        else:
            for document in y.documents(path, log):
                read(document, log)
        self.faults.extend(log.faults)

    def phrasebook(self, node: yaml.Node, log: y.FaultLog) -> None:
        """One phrasebook file."""
        top = y.fields(node, log, "a phrasebook", required=("specialty", "codes"))
        for code, key, value in y.pairs(top["codes"], log, "codes") if "codes" in top else ():
            if not self._is_diagnosis(code):
                log.add(key, f"{code} is not a billable ICD-10-CM code of the release in use")
            self._once("code", code, key, log)
            parts = y.fields(value, log, code, required=("phrases",), optional=("support", "refine", "denial"))
            phrases = self._owned_phrases("diagnosis", code, parts.get("phrases"), log)
            support = tuple(word for word, _ in y.texts(parts.get("support"), log, f"{code}: support"))
            refine = {}
            for cue, _, target in y.pairs(parts["refine"], log, f"{code}: refine") if "refine" in parts else ():
                neighbour = y.text(target, log, f"{code}: refine")
                self._refinements.append((log, target, neighbour))
                refine[cue] = CodeRef(CodeSystem.ICD10CM, neighbour)
            denial = {}
            for phrase, place, sentence in y.pairs(parts["denial"], log, f"{code}: denial") if "denial" in parts else ():
                if phrase not in phrases:
                    log.add(place, f"{code}: denial of {phrase!r}, which is not one of its phrases")
                denial[phrase] = y.text(sentence, log, f"{code}: denial")
            self.entries.append(PhrasebookEntry(CodeRef(CodeSystem.ICD10CM, code), phrases, support, refine, denial))

    def procedures(self, node: yaml.Node, log: y.FaultLog) -> None:
        """One file of the procedure catalogue."""
        top = y.fields(node, log, "a catalogue", required=("area", "procedures"))
        for code, key, value in y.pairs(top["procedures"], log, "procedures") if "procedures" in top else ():
            ref = procedure_ref(code)
            if ref is None:
                log.add(key, f"{code} has the shape of neither CPT (five characters, 71046) nor HCPCS (J1885)")
                continue
            self._once("code", code, key, log)
            optional = ("laterality", "modifiers", "units", "dose")
            parts = y.fields(value, log, code, required=("description", "phrases"), optional=optional)
            modifiers = y.texts(parts.get("modifiers"), log, f"{code}: modifiers")
            for modifier, place in modifiers:
                if not _MODIFIER.fullmatch(modifier):
                    log.add(place, f"{code}: modifier {modifier!r} is not two capitals or digits")
            side = y.one_of(parts.get("laterality"), log, f"{code}: laterality", tuple(Laterality), Laterality.NONE)
            self.services.append(
                Procedure(
                    ref,
                    y.text(parts.get("description"), log, f"{code}: description"),
                    self._owned_phrases("procedure", code, parts.get("phrases"), log),
                    Laterality(side),
                    tuple(modifier for modifier, _ in modifiers),
                    y.whole_number(parts.get("units"), log, f"{code}: units", low=1, high=999) or 1,
                    y.text(parts.get("dose"), log, f"{code}: dose"),
                )
            )

    def abbreviations(self, node: yaml.Node, log: y.FaultLog) -> None:
        """One file of short forms."""
        for short, key, value in y.pairs(node, log, "abbreviations"):
            self._once("short form", short, key, log)
            if isinstance(value, yaml.ScalarNode):
                self.senses[short] = (Sense(y.text(value, log, short), ()),)
            elif isinstance(value, yaml.SequenceNode):
                senses = []
                for item in value.value:
                    parts = y.fields(item, log, short, required=("expansion",), optional=("context",))
                    context = tuple(word for word, _ in y.texts(parts.get("context"), log, f"{short}: context"))
                    senses.append(Sense(y.text(parts.get("expansion"), log, f"{short}: expansion"), context))
                if sum(not sense.context for sense in senses) > 1:
                    log.add(key, f"{short}: only one sense may do without context words")
                self.senses[short] = tuple(senses)
            else:
                log.add(value, f"{short} must be a text, or a list of senses")

    def word_lists(self, node: yaml.Node, log: y.FaultLog, *, into: dict[str, tuple[str, ...]]) -> None:
        """A mapping of names to lists of wordings; a wording belongs to one name."""
        for name, _, value in y.pairs(node, log, "the file"):
            wordings = y.texts(value, log, name)
            for wording, place in wordings:
                self._once(f"wording in {log.file}:", wording.casefold(), place, log)
            into[name] = tuple(wording for wording, _ in wordings)

    def check_refinements(self) -> None:
        """Codes that `refine` sends to must exist."""
        for log, node, code in self._refinements:
            if not self._is_diagnosis(code):
                self.faults.append(
                    Fault(log.file, node.start_mark.line + 1, f"refine: {code} is not a billable ICD-10-CM code of the release in use")
                )

    def _once(self, kind: str, name: str, node: yaml.Node, log: y.FaultLog) -> None:
        here = f"{log.file}:{node.start_mark.line + 1}"
        first = self._places.setdefault((kind, name), here)
        if first != here:
            log.add(node, f"{kind} {name} stands twice, first in {first}")

    def _owned_phrases(self, kind: str, code: str, node: yaml.Node | None, log: y.FaultLog) -> tuple[str, ...]:
        phrases = y.texts(node, log, f"{code}: phrases")
        if node is not None and not phrases:
            log.add(node, f"{code}: needs at least one phrase")
        for phrase, place in phrases:
            here = (code, f"{log.file}:{place.start_mark.line + 1}")
            owner, where = self._phrases.setdefault((kind, " ".join(phrase.casefold().split())), here)
            if owner != code:
                log.add(place, f"phrase {phrase!r} means {code} here and {owner} in {where}: keep it in one")
        return tuple(phrase for phrase, _ in phrases)
