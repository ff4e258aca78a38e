"""Builds analyses of notes for tests, one sentence a line, without the reader of notes."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.analysis import Expansion, NoteAnalysis, Sentence
from app.domain.note import ClinicalNote, TextSpan
from app.domain.section import Section
from app.nlp.words import SnowballWordReader

WORDS = SnowballWordReader()


def analysis(text: str, long_forms: Mapping[str, str] | None = None, *, language: str = "en") -> NoteAnalysis:
    """The analysis of `text`; `long_forms` expands short forms where they first stand."""
    words = WORDS.read(text, language)
    sentences = []
    begin = 0
    for line in text.splitlines(keepends=True):
        end = begin + len(line)
        inside = [i for i, b in enumerate(words.begins) if begin <= b < end]
        if inside:
            sentences.append(Sentence(TextSpan(begin, begin + len(line.rstrip("\n"))), inside[0], inside[-1] + 1))
        begin = end
    expansions = tuple(
        Expansion(TextSpan(text.index(short), text.index(short) + len(short)), long, WORDS.read(long)) for short, long in (long_forms or {}).items()
    )
    return NoteAnalysis(ClinicalNote(text, language), words, tuple(sentences), (Section("", None, TextSpan(0, len(text))),), (), expansions)
