from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import chart_work
from app.domain.chart import NoteDraft
from app.domain.review import Accept, Reject, RejectReason
from app.domain.site_phrases import PhraseRefused, SitePhrase, check_past, check_text, judged
from tests.charts import DM, HTN, LEASE, NOW, chart, draft

PHRASE = SitePhrase("p1", DM, "diabetes", "sugar feet", "en", "ann", "Ann", NOW)


@given(st.integers(1, 500), st.integers(0, 500), st.floats(0, 1))
def test_confidence_is_the_shrunken_share_and_stands_over_the_threshold_until_the_first_refusal(right, wrong, threshold):
    phrase = replace(PHRASE, right=right, wrong=wrong)
    assert phrase.confidence == pytest.approx((right + 1) / (right + wrong + 2))
    assert 0 < phrase.confidence < 1
    over = phrase.confidence_over(threshold)
    assert over >= threshold if not wrong else over == phrase.confidence


def test_a_phrase_starts_at_two_thirds_and_says_who_added_it_and_when():
    assert PHRASE.confidence == pytest.approx(2 / 3)
    assert PHRASE.reason == "site phrase, added by Ann on 2026-05-04; right in 1 of 1"
    assert "sugar" not in repr(PHRASE)


@pytest.mark.parametrize(
    ("text", "stems", "codes", "why"),
    [
        ("of the", [], 0, "Too short"),
        ("ab", ["ab"], 0, "Too short"),
        ("12 / 80 - 5", ["12", "80", "5"], 0, "Too short"),
        ("w " * 150, ["w"] * 3, 0, "Too long"),
        ("a b c d e f g h i j k", list("abcdefghijk"), 0, "Too long"),
        ("disease", ["diseas"], 1500, "Too common"),
    ],
)
def test_words_that_would_only_make_noise_are_refused_with_the_reason_and_never_quoted(text, stems, codes, why):
    with pytest.raises(PhraseRefused, match=why) as refused:
        check_text(text, stems, codes=codes)
    assert text.strip() not in str(refused.value)


def test_a_common_word_beside_others_and_a_rare_one_alone_are_fine():
    check_text("wet disease", ["wet", "diseas"], codes=1500)
    check_text("sugar", ["sugar"], codes=20)


def test_words_that_seldom_meant_the_code_in_past_charts_are_refused():
    check_past(0, 2)
    check_past(1, 4)
    with pytest.raises(PhraseRefused, match="of 9 finalised charts that say this, 0 have"):
        check_past(0, 9)


def suggested_by_phrase(*ids):
    made = draft()
    marked = tuple(replace(s, site_phrases=ids) if s.ref in (DM, HTN) else s for s in made.suggestions)
    return chart(drafts=(NoteDraft(1, 1, NOW, replace(made, suggestions=marked)),))


def test_decisions_judge_the_phrases_that_suggested_but_for_reasons_of_the_chart():
    it = suggested_by_phrase("p1")
    assert judged(it) == {}
    accepted = chart_work.decide(it, Accept(DM), "c", NOW, lease=LEASE)
    assert judged(accepted) == {"p1": True}
    assert judged(chart_work.decide(it, Reject(DM, RejectReason.WRONG_CODE), "c", NOW, lease=LEASE)) == {"p1": False}
    assert judged(chart_work.decide(it, Reject(DM, RejectReason.RULED_OUT), "c", NOW, lease=LEASE)) == {}
    assert judged(chart_work.decide(accepted, Reject(HTN, RejectReason.OTHER), "c", NOW, lease=LEASE)) == {"p1": True}
