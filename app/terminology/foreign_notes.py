"""Notes in other languages, searched for English terms: each word stands for the English words that say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache

from app.domain.analysis import Expansion, NoteAnalysis
from app.domain.candidate import Candidate
from app.domain.encounter import Encounter
from app.domain.note import TextSpan
from app.domain.words import Words
from app.terminology.cognates import Cognates
from app.terminology.glossary_files import Glossary
from app.usecases.ports import CandidateSource, WordReader

# A word without an English one holds its place, and is no word of any term.
_UNKNOWN = "\x00"


class Translator:
    """The English stems of the words of one language. `stems` gives those of all terms with their weights, when first asked for."""

    def __init__(self, glossary: Glossary, words: WordReader, stems: Callable[[], Mapping[str, float]]) -> None:
        self._glossary, self._reader, self._stems = glossary, words, stems
        self._english = lru_cache(maxsize=200_000)(self._find)

    @cached_property
    def _known(self) -> Mapping[str, tuple[str, ...]]:
        """By the stem of the word, so that gender and number don't matter."""
        known: dict[str, tuple[str, ...]] = {}
        for word, wordings in self._glossary.words.items():
            english = [s for wording in wordings for s in self._reader.read(wording).stems if s]
            for stem in self._stems_of(word):
                known[stem] = tuple(dict.fromkeys((*known.get(stem, ()), *english)))
        return known | {stem: () for word in self._glossary.unrelated for stem in self._stems_of(word)}

    def _stems_of(self, word: str) -> set[str]:
        """Those of its plurals too, which a stemmer does not always bring together: cefalea, cefaleas."""
        return {stem for form in (word, f"{word}s", f"{word}es") for stem in self._reader.read(form, self._glossary.language).stems if stem}

    @cached_property
    def _cognates(self) -> Cognates:
        return Cognates(self._stems().items(), self._glossary.endings, lambda word: self._reader.read(word).stems[0])

    def _find(self, norm: str, stem: str) -> tuple[str, ...]:
        known = self._known.get(stem)
        if known is not None:
            return known
        if norm[0].isdigit():
            return (stem,)
        found = self._cognates.find(norm)
        return () if found is None else (found,)

    def __call__(self, analysis: NoteAnalysis) -> NoteAnalysis:
        """The note with English stems at the places of its words; the further ones of a word as if it were short for them."""
        words, stems, further = analysis.words, [], []
        for begin, end, norm, stem in zip(words.begins, words.ends, words.norms, words.stems, strict=True):
            english = self._english(norm, stem) if stem else ()
            stems.append(english[0] if english else stem and _UNKNOWN)
            if len(english) > 1:
                rest = english[1:]
                further.append(Expansion(TextSpan(begin, end), " ".join(rest), Words((0,) * len(rest), (1,) * len(rest), rest, rest)))
        return replace(analysis, words=replace(words, stems=tuple(stems)), expansions=(*analysis.expansions, *further))


class TranslatingSource:
    """Candidates of `inner`, which knows English terms, for notes in any language that a translator is there for."""

    def __init__(self, inner: CandidateSource, translators: Mapping[str, Translator]) -> None:
        self._inner, self._translators = inner, translators

    def candidates(self, analysis: NoteAnalysis, encounter: Encounter) -> list[Candidate]:
        """As those of `inner`, with the spans of the note as it is."""
        translate = self._translators.get(analysis.note.language)
        return self._inner.candidates(analysis if translate is None else translate(analysis), encounter)
