import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.encounter import Encounter
from app.domain.errors import EmptyNote, InvalidEncounter, InvalidSpan, UnreadableText
from app.domain.note import ClinicalNote, TextSpan


@pytest.mark.parametrize(("begin", "end"), [(5, 3), (4, 4), (-1, 2)])
def test_a_span_that_is_empty_or_negative_is_refused(begin, end):
    with pytest.raises(InvalidSpan):
        TextSpan(begin, end)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 50), st.integers(1, 50))
def test_two_spans_overlap_exactly_when_they_share_a_character(a, length_a, b, length_b):
    one, other = TextSpan(a, a + length_a), TextSpan(b, b + length_b)
    shared = set(range(one.begin, one.end)) & set(range(other.begin, other.end))
    assert one.overlaps(other) == bool(shared)
    assert one.covers(other) == (shared == set(range(other.begin, other.end)))


@pytest.mark.parametrize("text", ["", "  \n\t", "\u00a0"])
def test_a_note_without_a_visible_character_is_empty(text):
    with pytest.raises(EmptyNote):
        ClinicalNote(text)


@pytest.mark.parametrize("text", ["pain\x00", "half \ud83d a pair"])
def test_a_note_with_characters_that_are_no_text_is_refused_without_quoting_it(text):
    with pytest.raises(UnreadableText) as raised:
        ClinicalNote(text)
    assert "pain" not in str(raised.value)


def test_a_quote_counts_code_points_and_stays_inside_the_text():
    note = ClinicalNote("🙂 fever and 发烧")
    assert note.quote(TextSpan(2, 7)) == "fever"
    assert note.quote(TextSpan(12, 14)) == "发烧"
    with pytest.raises(InvalidSpan):
        note.quote(TextSpan(10, 99))


@pytest.mark.parametrize("age", [-1, 131])
def test_an_impossible_age_is_refused(age):
    with pytest.raises(InvalidEncounter):
        Encounter(age=age)
