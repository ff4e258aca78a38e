"""CodiEsp as its authors distribute it (CLEF eHealth 2020, zenodo.org/records/3837305, CC BY 4.0).

One folder a part (`train`, `dev`, `test`) holds `text_files/<document>.txt` in Spanish, `text_files_en/` in English by
machine, and three files of tab-separated lines without a heading: `<part>D.tsv` and `<part>P.tsv` (document, code) for
diagnoses (ICD-10-CM) and procedures (ICD-10-PCS), and `<part>X.tsv` (document, DIAGNOSTICO or PROCEDIMIENTO, code, words,
positions). Codes are in lower case. Positions are those of the Spanish text, "12 20" or in fragments "12 20;30 35",
counted in characters, the end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import ANYWHERE
from app.domain.errors import ChartcoderError, DataFaults, Fault
from app.domain.note import ClinicalNote, TextSpan
from training.code_shapes import as_billed
from training.examples import TrainingExample
from training.faults import Faults

TEXTS = {"es": "text_files", "en": "text_files_en"}
_KINDS = {"DIAGNOSTICO": CodeSystem.ICD10CM, "PROCEDIMIENTO": CodeSystem.ICD10PCS}
_WORD = re.compile(r"\w+")
_Labels = dict[CodeRef, tuple[tuple[TextSpan, ...], ...]]
# (file, line number, code, reference words, positions): one line of a label file, not checked against the text yet.
_Mark = tuple[str, int, CodeRef, str, str]


def read(folder: Path, faults: Faults, *, language: str, told: Callable[[float], None]) -> Iterator[TrainingExample]:
    """Documents of one part, by name; `language` is "es" or "en", and only the first has evidence.

    A document of which any line is bad is left out whole, so that no note counts as coded with a part of its codes.
    Raises DataFaults where the folder is not of this layout.
    """
    texts = sorted((folder / TEXTS[language]).glob("*.txt"))
    marks, bad = _marks(folder, {path.stem for path in texts}, faults)
    if not texts or not marks:
        what = f"{TEXTS[language]}/*.txt" if not texts else "lines with codes in *D.tsv, *P.tsv or *X.tsv"
        raise DataFaults([Fault(str(folder), 0, f"holds no {what}: give the folder of one part of CodiEsp, like .../train")])
    for number, path in enumerate(texts, 1):
        if path.stem not in marks:
            faults.left_out["documents without a code"] += path.stem not in bad
        elif path.stem not in bad:
            example = _example(path, marks[path.stem], faults, language)
            if example is not None:
                yield example
        told(number / len(texts))


def _example(path: Path, marks: list[_Mark], faults: Faults, language: str) -> TrainingExample | None:
    try:
        note = ClinicalNote(path.read_bytes().decode("utf-8"), language)
    except UnicodeDecodeError as error:
        faults.add(str(path), 0, f"is not UTF-8 (byte {error.start + 1})")
        return None
    except ChartcoderError as error:
        faults.add(str(path), 0, str(error))
        return None
    labels: _Labels = {}
    sound = True
    for file, line, ref, words, positions in marks:
        pieces: tuple[tuple[TextSpan, ...], ...] = ()
        if positions and language == "es":
            try:
                pieces = (_piece(positions, words, note),)
            except (ValueError, ChartcoderError) as error:
                faults.add(file, line, str(error))
                sound = False
        labels[ref] = labels.get(ref, ()) + pieces
    return TrainingExample(path.stem, path.stem, note, ANYWHERE, labels) if sound else None


def _piece(positions: str, words: str, note: ClinicalNote) -> tuple[TextSpan, ...]:
    try:
        fragments = tuple(TextSpan(int(begin), int(end)) for begin, end in (p.split() for p in positions.split(";")))
    except ValueError:
        raise ValueError("positions are not pairs of numbers like '12 20;30 35'") from None
    found = {w.casefold() for span in fragments for w in _WORD.findall(note.quote(span))}
    # The words are given with blanks and order of their own; but where none of them stands there, the position is of another text.
    if not found & {w.casefold() for w in _WORD.findall(words)}:
        raise ValueError("none of the words of the evidence stands at its position")
    return fragments


def _marks(folder: Path, names: set[str], faults: Faults) -> tuple[dict[str, list[_Mark]], set[str]]:
    """The labels by document, and the documents of which a line is bad."""
    marks: dict[str, list[_Mark]] = {}
    bad: set[str] = set()
    for ending, columns in (("X", 5), ("D", 2), ("P", 2)):
        for path in sorted(folder.glob(f"*{ending}.tsv")):
            with path.open(encoding="utf-8-sig", errors="replace") as lines:
                for number, line in enumerate(lines, 1):
                    fields = line.rstrip("\r\n").split("\t")
                    if fields == [""] or fields[0] == "articleID":
                        continue
                    try:
                        mark = _mark(path, number, fields, ending, columns)
                        if fields[0] not in names:
                            raise ValueError(f"there is no text of document {fields[0]!r}")
                    except ValueError as error:
                        faults.add(str(path), number, str(error))
                        bad.add(fields[0])
                        continue
                    marks.setdefault(fields[0], []).append(mark)
    return marks, bad


def _mark(path: Path, number: int, fields: list[str], ending: str, columns: int) -> _Mark:
    if len(fields) != columns:
        raise ValueError(f"{len(fields)} columns where {columns} belong")
    if ending != "X":
        return str(path), number, as_billed(_KINDS["DIAGNOSTICO" if ending == "D" else "PROCEDIMIENTO"], fields[1]), "", ""
    if fields[1] not in _KINDS:
        raise ValueError(f"label {fields[1][:20]!r} is neither DIAGNOSTICO nor PROCEDIMIENTO")
    return str(path), number, as_billed(_KINDS[fields[1]], fields[2]), fields[3], fields[4]
