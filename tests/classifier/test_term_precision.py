import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classifier.match_table import match_table
from app.classifier.term_precision import NO_PRECISION, PRECISION, TermKeys, TermRecord
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.note import TextSpan
from tests.classifier.test_phrases import COUGH, FEVER, read
from training import term_precision


def found(analysis, **words):
    """A candidate for each of the codes, with a term match for each of its words."""
    text = analysis.note.text
    refs = {"fever": FEVER, "cough": COUGH}
    return [
        Candidate(
            refs[name],
            tuple(Match(TextSpan(text.index(w), text.index(w) + len(w)), 1.0, 4.0, 1, True, 1.0, MatchSource.PHRASEBOOK) for w in of_code),
        )
        for name, of_code in words.items()
    ]


def learn(notes, candidates, labels, *, documents=None, mute=None, weights=None, shrink=1.0):
    counts = term_precision.count(
        notes, candidates, labels, mute=[()] * len(notes) if mute is None else mute, weights=[1.0] * len(notes) if weights is None else weights
    )
    return counts.table(np.ones(len(notes), np.bool_) if documents is None else np.array(documents), shrink=shrink)


def features(table, analysis, candidates, affirmed=None):
    matches, _ = match_table(candidates)
    stated = np.ones(len(matches.owner), np.bool_) if affirmed is None else np.array(affirmed)
    rows = TermRecord(table)(analysis, matches, stated, [c.ref for c in candidates])
    return [dict(zip(PRECISION, row, strict=True)) for row in rows.tolist()]


NOTES = [read("a fever"), read("feels hot"), read("no fever"), read("hot flush")]
FOUND = [
    found(NOTES[0], fever=["fever"]), found(NOTES[1], fever=["hot"]), found(NOTES[2], fever=["fever"]), found(NOTES[3], fever=["hot"])
]  # fmt: skip
LABELS = [{FEVER}, (), {FEVER}, ()]


def test_a_code_and_its_words_were_right_in_a_share_of_the_documents_that_hold_them():
    note = read("fever, feels hot")
    [row] = features(learn(NOTES, FOUND, LABELS), note, found(note, fever=["hot", "fever"]))
    assert row["code_precision"] == pytest.approx((2 + 0.5) / 5), "two of four, toward the half of all"
    assert row["code_held"] == pytest.approx(np.log1p(4))
    assert row["term_precision"] == pytest.approx((2 + 0.5) / 3), "the best of its words"
    assert row["term_held"] == pytest.approx(np.log1p(2))
    [denied] = features(learn(NOTES, FOUND, LABELS), note, found(note, fever=["hot", "fever"]), affirmed=[True, False])
    assert denied["affirmed_precision"] == pytest.approx((0 + 0.5) / 3)
    assert denied["term_precision"] == row["term_precision"]


def test_words_that_no_document_held_are_as_good_as_the_code_and_unknown_codes_as_all():
    note = read("pyrexia and a cough")
    fever, cough = features(learn(NOTES, FOUND, LABELS), note, found(note, fever=["pyrexia"], cough=["cough"]))
    assert fever["term_precision"] == pytest.approx(fever["code_precision"])
    assert fever["term_held"] == 0
    assert cough["code_precision"] == cough["term_precision"] == pytest.approx(0.5)
    assert cough["code_held"] == 0


def test_a_code_without_a_term_has_no_share_and_nothing_is_known_of_nothing():
    note = read("a fever")
    learned = [Candidate(FEVER, (Match(TextSpan(2, 7), 0.5, 0.0, 1, True, 1.0, MatchSource.LEARNED, 3),))]
    [row] = features(learn(NOTES, FOUND, LABELS), note, learned)
    assert row == {"code_precision": -1, "code_held": 0, "term_precision": -1, "term_held": 0, "affirmed_precision": -1, "affirmed_held": 0}
    assert features(NO_PRECISION, note, found(note, fever=["fever"])) == [row]
    assert learn([], [], []) is NO_PRECISION


def test_the_table_of_some_documents_is_what_they_alone_would_teach():
    some = [True, False, True, True]
    part = learn(NOTES, FOUND, LABELS, documents=some)
    chosen = [i for i, kept in enumerate(some) if kept]
    alone = learn(*([column[i] for i in chosen] for column in (NOTES, FOUND, LABELS)))
    for name in ("code_precision", "code_held", "keys", "term_precision", "term_held", "overall"):
        np.testing.assert_array_equal(getattr(part, name), getattr(alone, name))


def test_a_document_counts_by_its_weight_and_a_mute_one_not_at_all():
    table = learn(NOTES, FOUND, LABELS, weights=[3, 1, 1, 1], mute=[(), (), {FEVER}, ()])
    note = read("fever")
    [row] = features(table, note, found(note, fever=["fever"]))
    assert row["term_held"] == pytest.approx(np.log1p(3))
    assert row["code_precision"] == pytest.approx((3 + 0.6) / 6)


@given(st.lists(st.sampled_from(["fever", "high", "the", "cough", "dry"]), min_size=1, max_size=12), st.data())
def test_the_same_content_words_have_the_same_key_wherever_they_stand(words, data):
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    part = words[first : last + 1]
    here, alone = read(" ".join(words)), read(" ".join(part))
    begin = here.words.begins[first]
    spans = [TextSpan(begin, here.words.ends[last]), TextSpan(0, len(alone.note.text))]
    named = TermKeys()
    keys = []
    for analysis, span in zip((here, alone), spans, strict=True):
        matches, _ = match_table([Candidate(FEVER, (Match(span, 1.0, 4.0, 1, True, 1.0, MatchSource.TITLE),))])
        keys.append(named(analysis, matches, [FEVER])[0])
    assert keys[0] == keys[1]
    matches, _ = match_table([Candidate(COUGH, (Match(spans[1], 1.0, 4.0, 1, True, 1.0, MatchSource.TITLE),))])
    assert named(alone, matches, [COUGH])[0] != keys[1]
