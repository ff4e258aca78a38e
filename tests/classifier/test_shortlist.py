import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.classifier.ranker import LEAF, Trees
from app.classifier.shortlist import BRIEF, BriefLook, Cut, Shortlist
from app.classifier.term_precision import NO_PRECISION
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import CodeRef, CodeSystem
from app.domain.note import TextSpan

PRIOR, SUPPORT, MATCHES = (BRIEF.index(name) for name in ("prior", "support", "matches"))


def candidate(number, *matches):
    return Candidate(CodeRef(CodeSystem.ICD10CM, f"R{number:02}"), tuple(matches))


def match(source=MatchSource.PHRASEBOOK, *, coverage=0.6, tightness=1.0, weight=4.0, support=0):
    return Match(TextSpan(0, 5), coverage, weight, 1, False, tightness, source, support)


def stump(column, threshold, *, low=-8.0, high=8.0):
    """Rows above the threshold are all but sure, the others all but out of the question."""
    return Trees(
        len(BRIEF), np.array([0, 3]), np.array([column, 0, 0], np.int32), np.array([threshold, 0.0, 0.0]),
        np.array([1, LEAF, LEAF], np.int32), np.array([2, LEAF, LEAF], np.int32), np.array([0.0, low, high]),
    )  # fmt: skip


def shortlist(trees, floor=0.01, priors=None):
    return Shortlist(BriefLook(priors or {}, NO_PRECISION), Cut(trees, floor))


NEVER = stump(MATCHES, 1000.0)


def test_what_the_trees_hold_for_hopeless_is_left_out_and_the_rest_keep_their_order():
    found = [candidate(i, *[match()] * count) for i, count in enumerate((3, 1, 2, 1, 4))]
    assert shortlist(stump(MATCHES, 1.5))(found) == [found[0], found[2], found[4]]


def test_a_term_that_stands_there_whole_is_weighed_whatever_the_trees_say():
    whole, part = candidate(0, match(), match(coverage=1.0)), candidate(1, match(coverage=0.99))
    assert shortlist(NEVER)([part, whole]) == [whole]


def test_a_phrase_that_is_always_right_is_no_whole_term():
    assert (
        shortlist(NEVER)([candidate(0, match(MatchSource.LEARNED, coverage=1.0, support=9)), candidate(1, match(MatchSource.MARKED, coverage=1.0))])
        == []
    )


def test_what_neither_terms_nor_training_found_is_weighed():
    visit = candidate(0, match(MatchSource.VISIT, coverage=0.5))
    assert shortlist(NEVER)([visit, candidate(1, match())]) == [visit]


@given(st.lists(st.lists(st.sampled_from(list(MatchSource)), min_size=1, max_size=4), max_size=12))
def test_without_a_floor_all_are_weighed(sources):
    found = [candidate(i, *(match(source) for source in of_code)) for i, of_code in enumerate(sources)]
    assert shortlist(NEVER, floor=0.0)(found) == found


def test_the_look_takes_the_best_of_each_kind_of_match():
    ref = candidate(7).ref
    learned = [match(MatchSource.LEARNED, coverage=odds, support=documents) for odds, documents in ((0.2, 30), (0.7, 3))]
    rows, stays = BriefLook({ref: 1.5}, NO_PRECISION)([candidate(1, match(coverage=0.5, tightness=0.5)), candidate(7, *learned, match(coverage=0.8))])
    first, second = (dict(zip(BRIEF, row, strict=True)) for row in rows.tolist())
    assert (second["learned"], second["support"], second["prior"], second["matches"]) == (np.float32(0.7), 30, 1.5, 3)
    assert (first["learned"], first["support"], first["prior"], first["marked"]) == (0, 0, 0, 0)
    assert second["whole"] == np.float32(0.8), "a phrase's odds are not how whole a term stands"
    assert first["whole"] == np.float32(0.5 * 0.75)
    assert not stays.any()


def test_the_number_of_training_documents_is_looked_at():
    known, unknown = candidate(1, match()), candidate(2, match())
    assert shortlist(stump(PRIOR, 0.5), priors={known.ref: 1.0})([known, unknown]) == [known]
    assert shortlist(stump(SUPPORT, 5.0))([candidate(1, match(MatchSource.LEARNED, support=9)), unknown]) == [
        candidate(1, match(MatchSource.LEARNED, support=9))
    ]
