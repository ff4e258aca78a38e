"""What holds for every text, whatever is in it."""

from __future__ import annotations

import gc
import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.domain.note import ClinicalNote
from app.nlp.analyzer import SpacyNoteReader
from app.nlp.tokens import offsets
from app.nlp.words import SnowballWordReader

_PIECES = st.sampled_from(
    [
        *(
            "no ",
            "denies ",
            "fever",
            "chest pain",
            ", ",
            ". ",
            "\n",
            "\r\n",
            "\r",
            "\t",
            "  ",
            "\u00a0",
            "\u2028",
            "\x1c",
            "\v",
            "\x85",
            "(",
            ")",
            "CHF",
        ),
        *(
            "heart failure (CHF)",
            "PLAN:",
            "\nFAMILY HISTORY:\n",
            "1. ",
            "2) ",
            "• ",
            "- ",
            "?",
            "😀",
            "e\u0301",
            "שלום",
            "مرحبا",
            "\U0001d518",
            "\u200f",
            "\ufeff",
            "''",
        ),
        *(
            "history of ",
            "mother ",
            "if ",
            "C. diff",
            "A/C",
            "MS",
            "HEENT: ",
            "x" * 90,
            ")" * 90,
            "...",
            "°",
            "½",
            "ﬁ",
            "²",
            "_",
            "**",
            "\u00ad",
            "İ",
            "ß",
        ),
    ]
)
_TEXTS = st.one_of(st.lists(_PIECES, min_size=1, max_size=40).map("".join), st.text(min_size=1, max_size=200)).filter(
    lambda text: bool(text.strip()) and "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
)


@pytest.mark.parametrize("language", ["en", "es", "de"])
@given(text=_TEXTS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everything_found_lies_in_the_text(reader: SpacyNoteReader, text: str, language: str) -> None:
    analysis = reader.read(ClinicalNote(text, language))
    spans = [sentence.span for sentence in analysis.sentences]
    for span in [*spans, *(s.scope for s in analysis.scopes), *(s.cue for s in analysis.scopes if s.cue), *(e.span for e in analysis.expansions)]:
        assert span.end <= len(text)
        assert not text[span.begin].isspace() or any(section.span == span for section in analysis.sections)
    assert all(a.end <= b.begin for a, b in pairwise(spans))
    assert all(a.span.end <= b.span.begin for a, b in pairwise(analysis.expansions))
    for scope in analysis.scopes:
        assert scope.cue is None or not scope.cue.overlaps(scope.scope)


@given(text=_TEXTS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sentences_hold_every_word_once(reader: SpacyNoteReader, text: str) -> None:
    analysis = reader.read(ClinicalNote(text))
    following = 0
    for sentence in analysis.sentences:
        assert sentence.first_word == following < sentence.end_word
        assert sentence.span.begin <= analysis.words.begins[sentence.first_word]
        assert analysis.words.ends[sentence.end_word - 1] <= sentence.span.end
        following = sentence.end_word
    assert following == len(analysis.words)


@given(text=_TEXTS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sections_cover_the_text(reader: SpacyNoteReader, text: str) -> None:
    sections = reader.read(ClinicalNote(text)).sections
    assert sections[0].span.begin == 0
    assert sections[-1].span.end == len(text)
    assert all(a.span.end == b.span.begin for a, b in pairwise(sections))
    assert all(section.heading is None or section.span.covers(section.heading) for section in sections)


@given(text=_TEXTS)
@example(text="cough/possible fever,  w/o  fever/chills;neck/back A/P")
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tokens_lead_back_to_the_untouched_text(reader: SpacyNoteReader, text: str) -> None:
    doc = reader._nlp.make_doc(text)
    begins, ends = offsets(doc)
    assert [text[begin:end] for begin, end in zip(begins, ends, strict=True)] == [token.text for token in doc]
    assert "".join(text.split()) == "".join(token.text for token in doc)


@pytest.mark.parametrize(
    "unit",
    [
        "Denies fever, no cough but has pain. PLAN: rest.\n",
        "no ",
        "no fever ",
        "history of MS, ",
        "MS ",
        "(",
        "(CHF ",
        "heart failure (HF) ",
        "x",
        ")",
        ".",
        '."',
        "?",
        " \n",
        "\t",
        "1. ",
        "A: ",
        "PLAN: ",
        "PLAN:\n",
        "A ",
        "- ",
        ":",
        "=",
        "a.b.",
        "\nfever and",
        "😀",
    ],
)
def test_the_cost_is_linear_in_the_length_of_the_note(reader: SpacyNoteReader, unit: str) -> None:
    def seconds(length: int) -> float:
        note = ClinicalNote("a " + unit * (length // len(unit)))
        best = float("inf")
        for _ in range(3):
            begun = time.process_time()
            reader.read(note)
            best = min(best, time.process_time() - begun)
        return best

    # Without the collector, whose cost depends on everything else in the process.
    gc.disable()
    try:
        short, long = seconds(5_000), seconds(40_000)
    finally:
        gc.enable()
    # Eight times the text: 8 when linear, 64 when quadratic.
    assert long < 24 * max(short, 0.001)


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_inflammation_is_not_its_place(language: str) -> None:
    words = SnowballWordReader().read("pancreatitis pancreatic pancreático", language)
    assert words.stems[0] not in words.stems[1:]


def test_a_reader_forgets_words_when_there_are_too_many() -> None:
    reader = SpacyNoteReader(SnowballWordReader(), abbreviations={}, headings={}, rules=(), most_strings=50)
    first = reader._nlp
    for number in range(100):
        assert len(reader.read(ClinicalNote(f"word{number} no fever")).scopes) == 1
    assert reader._nlp is not first
    assert len(reader._nlp.vocab.strings) < len(first.vocab.strings) + 50
