"""The note reader: a note goes in, what later steps need to know of its text comes out; no spaCy object leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.domain.analysis import NoteAnalysis
from app.domain.knowledge import ContextRule, Sense
from app.domain.note import ClinicalNote
from app.nlp.assertion import section_scopes
from app.nlp.entities import EntityModel
from app.nlp.headings import HeadingFinder
from app.nlp.pipeline import build_pipeline
from app.nlp.reading import Reading, attach
from app.nlp.sections import sections_between
from app.nlp.sentences import find_sentences
from app.usecases.ports import WordReader


class SpacyNoteReader:
    """Reads English notes in full, and notes in other languages for words, sentences and sections.

    `abbreviations`: short form → senses. `headings`: section category → wordings. `rules`: ConText cues beside medspaCy's.
    `model`: package or folder of a scispaCy model whose entities are added; "" for none. Raises ModelNotInstalled.
    """

    def __init__(
        self,
        words: WordReader,
        *,
        abbreviations: Mapping[str, tuple[Sense, ...]],
        headings: Mapping[str, tuple[str, ...]],
        rules: Iterable[ContextRule],
        model: str = "",
    ) -> None:
        self._words = words
        self._model = EntityModel(model) if model else None
        self._finder = HeadingFinder(headings)
        self._nlp = build_pipeline()
        self._nlp.get_pipe("sections").use(headings)
        self._nlp.get_pipe("abbreviations").use(abbreviations, words)
        self._nlp.get_pipe("assertion").use([rule for rule in rules if rule.language == "en"])

    def read(self, note: ClinicalNote) -> NoteAnalysis:
        """Sections, sentences, words, short forms, scopes and entities; the cost is linear in the length of the note."""
        reading = Reading(note.text, note.language, self._words.read(note.text, note.language))
        if note.language == "en":
            doc = self._nlp.make_doc(note.text)
            attach(doc, reading)
            self._nlp(doc)
        else:
            headings, reading.labels = self._finder.find(note.text)
            reading.sections = sections_between(note.text, headings)
            reading.sentences = find_sentences(note.text, reading.words, reading.sections, reading.labels)
            reading.scopes = tuple(section_scopes(reading.sections))
        entities = self._model.entities(note.text) if self._model is not None else ()
        return NoteAnalysis(note, reading.words, reading.sentences, reading.sections, reading.scopes, reading.expansions, entities)
