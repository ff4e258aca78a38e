"""The note reader: a note goes in, what later steps need to know of its text comes out; no spaCy object leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
        self._nlp = build_pipeline()
        self._nlp.get_pipe("sections").use(headings)
        self._nlp.get_pipe("abbreviations").use(abbreviations, words)
        self._nlp.get_pipe("assertion").use(rules)

    def read(self, note: ClinicalNote) -> NoteAnalysis:
        """Sections, sentences, words, short forms, scopes and entities; the cost is linear in the length of the note."""
        reading = Reading(note.text, note.language, self._words.read(note.text, note.language))
        doc = self._nlp.make_doc(note.text)
        attach(doc, reading)
        self._nlp(doc)
        entities = self._model.entities(note.text) if self._model is not None else ()
        return NoteAnalysis(note, reading.words, reading.sentences, reading.sections, reading.scopes, reading.expansions, entities)
