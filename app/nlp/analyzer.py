"""The note reader: a note goes in, what later steps need to know of its text comes out; no spaCy object leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.analysis import NoteAnalysis
from app.domain.knowledge import ContextRule, Sense
from app.domain.note import ClinicalNote
from app.nlp.entities import EntityModel
from app.nlp.pipeline import build_pipeline
from app.nlp.reading import Reading, attach
from app.usecases.ports import WordReader


class SpacyNoteReader:
    """Reads English notes in full; notes in other languages without short forms, and with the cues that `rules` have for them.

    `abbreviations`: short form → senses. `headings`: section category → wordings. `rules`: ConText cues beside medspaCy's.
    `model`: package or folder of a scispaCy model whose entities are added; "" for none. `most_strings`: spaCy keeps every
    word it ever met; past this many the pipeline is built anew, in about a second. Raises ModelNotInstalled.
    """

    def __init__(
        self,
        words: WordReader,
        *,
        abbreviations: Mapping[str, tuple[Sense, ...]],
        headings: Mapping[str, tuple[str, ...]],
        rules: Iterable[ContextRule],
        model: str = "",
        most_strings: int = 300_000,
    ) -> None:
        self._words, self._abbreviations, self._headings, self._rules = words, abbreviations, headings, tuple(rules)
        self._model = EntityModel(model) if model else None
        self._nlp = self._pipeline()
        self._most_strings = len(self._nlp.vocab.strings) + most_strings

    def _pipeline(self) -> Any:
        nlp = build_pipeline()
        nlp.get_pipe("sections").use(self._headings)
        nlp.get_pipe("abbreviations").use(self._abbreviations, self._words)
        nlp.get_pipe("assertion").use(self._rules)
        return nlp

    def read(self, note: ClinicalNote) -> NoteAnalysis:
        """Sections, sentences, words, short forms, scopes and entities; the cost is linear in the length of the note."""
        reading = Reading(note.text, note.language, self._words.read(note.text, note.language))
        nlp = self._nlp
        if len(nlp.vocab.strings) > self._most_strings:
            self._nlp = nlp = self._pipeline()
        doc = nlp.make_doc(note.text)
        attach(doc, reading)
        nlp(doc)
        entities = self._model.entities(note.text) if self._model is not None else ()
        return NoteAnalysis(note, reading.words, reading.sentences, reading.sections, reading.scopes, reading.expansions, entities)
