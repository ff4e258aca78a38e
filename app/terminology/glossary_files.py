"""Glossaries: how words of other languages lead to the English words of terms, from `data/languages/` (format: docs/data-files.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.domain.errors import DataFaults
from app.terminology import yaml_lines as y

FOLDER = "languages"


@dataclass(frozen=True, slots=True)
class Glossary:
    """One language. `words`: word → English wordings; `unrelated`: words that look like English ones and are not.

    `endings`: pairs (ending, English ending) of words that share their root.
    """

    language: str
    words: Mapping[str, tuple[str, ...]]
    endings: tuple[tuple[str, str], ...]
    unrelated: tuple[str, ...]


def load_glossaries(folder: Path) -> tuple[Glossary, ...]:
    """The glossaries of a folder, one a file named after its language. Raises DataFaults with every fault."""
    logs = [y.FaultLog(str(path)) for path in sorted(folder.glob("*.yaml"))]
    found = [_glossary(document, log) for log in logs for document in y.documents(Path(log.file), log)[:1]]
    faults = [fault for log in logs for fault in log.faults]
    if faults:
        raise DataFaults(faults)
    return tuple(found)


def _glossary(document: yaml.Node, log: y.FaultLog) -> Glossary:
    parts = y.fields(document, log, "a glossary", required=("language", "words"), optional=("endings", "unrelated"))
    language = y.text(parts.get("language"), log, "language")
    if language != Path(log.file).stem:
        log.add(document, f"language is {language!r}, and the file is named {Path(log.file).name}")
    words = _words(parts["words"], log) if "words" in parts else {}
    pairs = y.pairs(parts["endings"], log, "endings") if "endings" in parts else ()
    endings = tuple((ending, english) for ending, _, value in pairs for english in _endings(value, log, ending))
    unrelated = y.texts(parts.get("unrelated"), log, "unrelated")
    for word, place in unrelated:
        if word in words:
            log.add(place, f"unrelated: {word!r} stands under words as well")
    return Glossary(language, words, endings, tuple(word for word, _ in unrelated))


def _words(node: yaml.Node, log: y.FaultLog) -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for english, key, value in y.pairs(node, log, "words"):
        texts = y.texts(value, log, english)
        if not texts:
            log.add(key, f"{english}: needs at least one word")
        for word, place in texts:
            if len(word.split()) != 1:
                log.add(place, f"{english}: {word!r} must be one word")
            elif english in words.get(word, ()):
                log.add(place, f"{english}: {word!r} stands twice")
            words[word] = (*words.get(word, ()), english)
    return words


def _endings(node: yaml.Node, log: y.FaultLog, ending: str) -> list[str]:
    """English endings; an empty one, in quotes, takes the ending away."""
    if not isinstance(node, yaml.SequenceNode):
        log.add(node, f"{ending} must be a list: [one, another]")
        return []
    return [y.text(item, log, ending) for item in node.value]
