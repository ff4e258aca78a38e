import numpy as np
import pytest

from app.classifier.marked_terms import MarkedSource
from app.domain.candidate import MatchSource
from app.domain.encounter import Encounter
from app.domain.note import TextSpan
from tests.classifier.test_phrases import COUGH, FEVER, read
from training import marked_terms


def marked(analysis, *words):
    """One piece of evidence, a fragment for each of the words."""
    text = analysis.note.text
    return [TextSpan(text.index(w), text.index(w) + len(w)) for w in words]


def table(notes, labels, documents=None):
    chosen = np.ones(len(notes), np.bool_) if documents is None else np.array(documents)
    return marked_terms.count(notes, labels).table(chosen, shrink=1.0, prior=0.3)


def candidates(found, text):
    return MarkedSource(found).candidates(read(text), Encounter())


def test_a_term_that_was_marked_once_is_found_again_word_for_word():
    note = read("he has pyrexia of the third kind")
    [candidate] = candidates(table([note], [{FEVER: [marked(note, "pyrexia")]}]), "a pyrexia today")
    assert candidate.ref == FEVER
    [match] = candidate.matches
    assert (match.source, match.exact, match.coverage, match.support) == (MatchSource.MARKED, True, 1.0, 1)
    assert match.weight == pytest.approx(1.3 / 2)


def test_precision_counts_all_documents_that_hold_the_term_marked_or_not():
    notes = [read("dry cough"), read("no cough"), read("a cough")]
    labels = [{COUGH: [marked(notes[0], "cough")]}, {}, {COUGH: []}]
    [candidate] = candidates(table(notes, labels), "cough")
    assert candidate.matches[0].weight == pytest.approx((2 + 0.3) / (3 + 1))
    assert candidate.matches[0].support == 3


def test_most_of_the_weight_in_another_order_is_found_but_not_as_exact():
    notes = [read("severe pain in the left renal fossa"), read("some left thing"), read("left again")]
    found = table(notes, [{FEVER: [marked(notes[0], "pain", "renal fossa")]}, {}, {}])
    [candidate] = candidates(found, "renal fossa with pain")
    assert not candidate.matches[0].exact
    assert candidate.matches[0].coverage == pytest.approx(1.0)
    [partial] = candidates(found, "the renal fossa")
    assert 0.55 <= partial.matches[0].coverage < 1


def test_words_of_two_sentences_make_no_term():
    note = read("renal pain")
    found = table([note], [{FEVER: [marked(note, "renal pain")]}])
    assert candidates(found, "renal pain")
    assert all(c.matches[0].coverage < 1 for c in MarkedSource(found).candidates(read("renal", "pain"), Encounter()))


def test_the_table_of_some_documents_knows_nothing_that_only_others_marked():
    notes = [read("pyrexia"), read("cough and pyrexia")]
    labels = [{FEVER: [marked(notes[0], "pyrexia")]}, {COUGH: [marked(notes[1], "cough")]}]
    part = table(notes, labels, [False, True])
    assert [c.ref for c in candidates(part, "pyrexia and cough")] == [COUGH]
    assert part.support.sum() == 2


def test_nothing_marked_finds_nothing():
    assert candidates(table([read("fever")], [{FEVER: []}]), "fever") == []
    assert candidates(table([], []), "fever") == []


def test_what_is_worth_too_little_is_no_candidate():
    note = read("renal pain")
    found = table([note], [{FEVER: [marked(note, "renal pain")]}])
    assert MarkedSource(found, min_worth=1.0).candidates(read("renal pain"), Encounter()) == []
