"""The ICD-10-CM Alphabetic Index in its official XML layout: what terms lead to which code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from app.domain.errors import DataFaults, Fault

_SHAPE = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{0,4})?-?")
_RESIDUAL = re.compile(r"\b(?:NEC|NOS)\b")
_MODIFIER = re.compile(r"\(([^()]+)\)")
_TERMS = ("mainTerm", "term")
_MODIFIERS_USED = 6
# What an operator is shown of a file that is something else altogether.
_MOST_FAULTS = 200


class IndexEntry(NamedTuple):
    """Words of the index and the code they lead to, which may be a heading; the dash of an incomplete code is gone."""

    text: str
    code: str
    line: int


@dataclass(slots=True)
class _Frame:
    """A term that is being read."""

    line: int
    titles: tuple[str, ...]
    title: str = ""
    modifiers: str = ""
    codes: list[str] = field(default_factory=list)
    sees: list[str] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        own = " ".join(_RESIDUAL.sub(" ", self.title).split())
        return (*self.titles, own) if own else self.titles


class _Reader:
    """Collects terms, their codes and cross-references from the events of the parser."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.terms: list[_Frame] = []
        self._open: list[_Frame] = []
        self._inside: list[str] = []
        self._text = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _fault(self, message: str, line: int | None = None) -> None:
        self.faults.append(Fault(self.file, line or self.parser.CurrentLineNumber, message))

    def _doctype(self, *_: object) -> None:
        # Entities could grow without bound.
        self._fault("a document type declaration has no place in the index")

    def _start(self, name: str, _: dict[str, str]) -> None:
        if not self._inside and name != "ICD10CM.index":
            self._fault(f"the document is <{name}>, not <ICD10CM.index>")
        self._inside.append(name)
        self._text = ""
        if name in _TERMS:
            self._open.append(_Frame(self.parser.CurrentLineNumber, self._open[-1].path if self._open else ()))

    def _characters(self, text: str) -> None:
        self._text += text
        if self._open and self._inside[-1] == "title":
            self._open[-1].title += text
        elif self._open and self._inside[-1] == "nemod":
            self._open[-1].modifiers += text

    def _end(self, name: str) -> None:
        self._inside.pop()
        if not self._open:
            return
        frame = self._open[-1]
        if name == "code":
            code = self._text.strip()
            if _SHAPE.fullmatch(code):
                frame.codes.append(code.rstrip("-").rstrip("."))
            else:
                self._fault(f"{code[:40]!r} is not an ICD-10-CM code")
        elif name in {"see", "seeAlso"}:
            frame.sees.append(" ".join(self._text.split()))
        elif name in _TERMS:
            self._open.pop()
            # Some terms are nothing but a nonessential modifier, or "NEC".
            if not frame.title.strip() and not frame.modifiers.strip():
                self._fault("a term without a title", frame.line)
            self.terms.append(frame)


def read_index(path: Path) -> list[IndexEntry]:
    """Every term that leads to a code, in the order of the file: its path of titles, without and with each nonessential modifier.

    A term that only says "see" leads where that one leads. Raises DataFaults with every fault.
    """
    reader = _Reader(str(path))
    try:
        with path.open("rb") as file:
            reader.parser.ParseFile(file)
    except OSError as error:
        raise DataFaults([Fault(str(path), 1, f"can't be read ({error.strerror})")]) from error
    except expat.ExpatError as error:
        reader.faults.append(Fault(str(path), error.lineno, f"not XML: {expat.ErrorString(error.code)}"))
    if not reader.faults and not any(frame.codes for frame in reader.terms):
        reader.faults.append(Fault(str(path), 1, "no term with a code: this is not the Alphabetic Index"))
    if reader.faults:
        raise DataFaults(sorted(reader.faults)[:_MOST_FAULTS])
    named = [frame for frame in reversed(reader.terms) if frame.title.strip()]
    places = {_key(", ".join(titles)): frame for frame in named for titles in _spellings(frame.path)}
    return [entry for frame in reader.terms for entry in _entries(frame, places)]


def _entries(frame: _Frame, places: dict[str, _Frame]) -> Iterator[IndexEntry]:
    codes = frame.codes
    if not codes:
        codes = [code for see in frame.sees if (there := places.get(_key(see))) is not None for code in there.codes]
    for code in dict.fromkeys(codes):
        for titles in _spellings(frame.path):
            text = " ".join(titles)
            if text:
                yield IndexEntry(text, code, frame.line)
            for modifier in _MODIFIER.findall(frame.modifiers)[:_MODIFIERS_USED]:
                yield IndexEntry(f"{text} {modifier.strip()}".strip(), code, frame.line)


def _spellings(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The path as it is, or, where its main term stands in several forms ("Abdomen, abdominal"), once with each."""
    forms = path[0].split(", ") if path else []
    if len(forms) > 1 and all(" " not in form and form[:3].lower() == forms[0][:3].lower() for form in forms):
        return [(form, *path[1:]) for form in forms]
    return [path]


def _key(title: str) -> str:
    return " ".join(title.casefold().split())
