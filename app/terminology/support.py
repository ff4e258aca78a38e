"""Finds the drugs, findings and laboratory values that go with a diagnosis without stating it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress

from app.domain.analysis import NoteAnalysis
from app.domain.code import CodeRef
from app.domain.knowledge import PhrasebookEntry
from app.domain.note import TextSpan
from app.domain.support import SupportWord
from app.usecases.ports import WordReader


class SupportTerms:
    """Support words of the phrasebook, found word for word; English notes. Cost is linear in the length of the note."""

    def __init__(self, phrasebook: Iterable[PhrasebookEntry], words: WordReader) -> None:
        refs: dict[tuple[str, ...], tuple[str, list[CodeRef]]] = {}
        read: dict[str, tuple[str, ...]] = {}
        for entry in phrasebook:
            for word in entry.support:
                stems = read.get(word)
                if stems is None:
                    stems = read[word] = tuple(s for s in words.read(word).stems if s)
                if stems:
                    refs.setdefault(stems, (word, []))[1].append(entry.ref)
        self._by_first: dict[str, list[tuple[tuple[str, ...], frozenset[CodeRef]]]] = {}
        for stems, (_, codes) in refs.items():
            self._by_first.setdefault(stems[0], []).append((stems, frozenset(codes)))
        for terms in self._by_first.values():
            terms.sort(key=lambda term: -len(term[0]))

    def find(self, analysis: NoteAnalysis) -> list[SupportWord]:
        """Every support word that the note affirms of the patient, the longest at each place, in the order of the text."""
        if analysis.note.language != "en":
            return []
        words = analysis.words
        content = list(compress(range(len(words)), words.stems))
        stems = tuple(filter(None, words.stems))
        found: list[SupportWord] = []
        by_first = self._by_first
        for at in [at for at, stem in enumerate(stems) if stem in by_first]:
            for term, refs in by_first[stems[at]]:
                if stems[at : at + len(term)] == term:
                    span = TextSpan(words.begins[content[at]], words.ends[content[at + len(term) - 1]])
                    if analysis.sentence_at(span.begin) == analysis.sentence_at(span.end - 1) and analysis.assertion_of(span).affirmed:
                        found.append(SupportWord(span, refs))
                    break
        return found
