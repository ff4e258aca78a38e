"""Sentences, headings and list items of a clinical note, by rules."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from app.domain.analysis import Sentence
from app.domain.note import TextSpan
from app.domain.section import Section
from app.domain.words import Words
from app.nlp.lines import statement_lines
from app.nlp.reading import reading_of
from app.nlp.stops import sentence_stops

# Text that never stops is cut, so that no later step can cost more than this many words squared.
_MOST_WORDS = 200


def _after(text: str, position: int) -> int:
    """The first character behind a heading and its colon or dash."""
    while position < len(text) and (text[position].isspace() or text[position] in ":-–—*_="):  # noqa: RUF001
        position += 1
    return position


def find_sentences(text: str, words: Words, sections: Sequence[Section], labels: Sequence[int]) -> tuple[Sentence, ...]:
    """Sentences in order, each with at least one word, that together hold every word; linear in the length of `text`."""
    begins = set(statement_lines(text))
    begins.update(sentence_stops(text))
    begins.update(labels)
    for section in sections:
        if section.heading is not None:
            begins.add(section.heading.begin)
            begins.add(_after(text, section.heading.end))
    ordered = sorted(begins)
    sentences: list[Sentence] = []
    word, count, word_begins = 0, len(words), words.begins
    for i, begin in enumerate(ordered):
        end = ordered[i + 1] if i + 1 < len(ordered) else len(text)
        first = word
        while word < count and word_begins[word] < end:
            word += 1
        for cut in range(first, word, _MOST_WORDS):
            last = min(cut + _MOST_WORDS, word)
            piece = text[begin if cut == first else word_begins[cut] : end if last == word else word_begins[last]]
            sentences.append(_sentence(piece, begin if cut == first else word_begins[cut], cut, last))
    return tuple(sentences)


def _sentence(piece: str, begin: int, first: int, last: int) -> Sentence:
    """A sentence without the white space around it; `piece` is the text from `begin` on."""
    visible = piece.strip()
    begin += len(piece) - len(piece.lstrip())
    return Sentence(TextSpan(begin, begin + len(visible)), first, last)


class Sentencizer:
    """Pipeline component: sentences of the note; needs sections."""

    def __call__(self, doc: Doc) -> Doc:
        """Fill `sentences` of the reading."""
        reading = reading_of(doc)
        reading.sentences = find_sentences(reading.text, reading.words, reading.sections, reading.labels)
        return doc
