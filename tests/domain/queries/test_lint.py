from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.note import TextSpan
from app.domain.queries.draft import LEAST_SUBJECTS, MOST_SUBJECTS, draft
from app.domain.queries.lint import CHECKS, lint
from app.domain.queries.query import OTHER, UNDETERMINED, PhysicianQuery, QueryForm, RecordQuote
from app.domain.query_kind import QueryKind

NOTE = "CC: knee pain.\nT 39.2, HR 118, lactate 3.1, K 2.9.\nAssessment: Osteoarthritis of the knee. Foot ulcer. Diabetes. No pneumonia."
QUOTE = RecordQuote("Osteoarthritis of the knee.", TextSpan(NOTE.index("Osteo"), NOTE.index("Osteo") + 27), "assessment")
GOOD = draft(QueryKind.LATERALITY, ["Osteoarthritis of the knee"], [QUOTE], ["Right side", "Left side", "Both sides"])


class NamesPneumoniaAndSepsis:
    """Two conditions: the record denies the one and does not hold the other."""

    def new(self, text):
        at = text.casefold().find("sepsis")
        return [(at, at + 6)] if at >= 0 else []

    def denied(self, text):
        return "pneumonia" in text.casefold()


def checks(query: PhysicianQuery, record: str | None = NOTE) -> set[str]:
    return {fault.check for fault in lint(query, record=record, conditions=NamesPneumoniaAndSepsis())}


def test_a_draft_passes():
    assert lint(GOOD, record=NOTE) == ()
    assert lint(GOOD) == ()


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        ({"title": " "}, "no-title", ""),
        ({"question": ""}, "no-question", ""),
        ({"quotes": ()}, "no-evidence", ""),
        ({"quotes": (RecordQuote("Osteoarthritis of the hip."),)}, "quote-not-in-record", "Osteoarthritis of the hip."),
        ({"quotes": (RecordQuote("Osteoarthritis of the knee.", TextSpan(0, 27)),)}, "quote-not-in-record", "Osteoarthritis of the knee."),
        ({"title": "Clarification of side for reimbursement"}, "payment", "reimbursement"),
        ({"question": "Please clarify the side; it raises the DRG."}, "payment", "DRG"),
        ({"question": "Please clarify the side. This affects our quality scores."}, "payment", "quality scores"),
        ({"question": "Please clarify the side. It counts as an MCC."}, "payment", "MCC"),
        ({"question": "Please clarify the side to avoid a denial by the payer."}, "payment", "denial"),
        ({"question": "Please clarify the side for HCC capture and risk adjustment."}, "payment", "HCC"),
        ({"question": "Please document right knee."}, "leading", "Please document"),
        ({"question": "Would you agree that it is the right side?"}, "leading", "Would you agree"),
        ({"question": "Isn't it the right side?"}, "leading", "Isn't"),
        ({"question": "The exam is consistent with the right side. Please clarify the side."}, "leading", "consistent with"),
        ({"question": "This meets the criteria. Please clarify the side."}, "leading", "meets the criteria"),
        ({"question": "It should be documented as right."}, "leading", "should be documented"),
        ({"question": "Please clarify the side so that we can code it."}, "leading", "so that we"),
        ({"question": "Please confirm the side."}, "leading", "Please confirm"),
        ({"question": "Please clarify whether M17.11 applies."}, "code", "M17.11"),
        ({"title": "Sepsis clarification"}, "beyond-record", "Sepsis"),
        ({"title": "Sepsis clarification"}, "new-diagnosis", "Sepsis"),
        ({"question": "Please clarify whether there was sepsis."}, "new-diagnosis", "sepsis"),
        ({"options": ("Right side", "Left side", UNDETERMINED)}, "no-other", ""),
        ({"options": ("Right side", "Left side", OTHER)}, "no-undetermined", ""),
        ({"options": (OTHER, UNDETERMINED)}, "no-choice", ""),
        ({"options": ("Right side", OTHER, UNDETERMINED)}, "single-choice", ""),
        ({"options": ("**Right side**", "Left side", OTHER, UNDETERMINED)}, "marked-choice", "**"),
        ({"options": ("[x] Right side", "Left side", OTHER, UNDETERMINED)}, "marked-choice", "[x]"),
        ({"options": ("RIGHT SIDE", "Left side", OTHER, UNDETERMINED)}, "marked-choice", "RIGHT SIDE"),
        ({"options": ("Right side", "Left side", "right side", OTHER, UNDETERMINED)}, "repeated-choice", "right side"),
        ({"kind": QueryKind.TYPE, "options": ("Pneumonia", "Flare", OTHER, UNDETERMINED)}, "denied-choice", "Pneumonia"),
    ],
)
def test_a_mutated_draft_fails_with_the_words_concerned(change, check, words):
    faults = [f for f in lint(replace(GOOD, **change), record=NOTE, conditions=NamesPneumoniaAndSepsis()) if f.check == check]
    assert faults, check
    assert any(fault.words == words for fault in faults), faults
    assert all(fault.message and fault.mend for fault in faults)


def test_a_question_with_the_words_of_one_choice_favours_it():
    query = draft(QueryKind.TYPE, ["Osteoarthritis of the knee"], [QUOTE], ["Primary", "Post-traumatic"])
    assert checks(query) == set()
    assert checks(replace(query, question="Please clarify the post-traumatic type.")) == {"favours-choice"}


@pytest.mark.parametrize(
    ("kind", "question", "allowed"),
    [
        # To link what is documented is one of the uses that the brief allows.
        (QueryKind.CAUSAL_LINK, "Is the foot ulcer due to diabetes?", True),
        (QueryKind.CAUSAL_LINK, "Is the foot ulcer due to neuropathy?", False),
        (QueryKind.SPECIFICITY, "Is the osteoarthritis of the knee documented by imaging?", True),
        (QueryKind.CLINICAL_SIGNIFICANCE, "Is K 2.9 significant?", False),
        (None, "Is the foot ulcer due to diabetes?", False),
    ],
)
@pytest.mark.parametrize("form", [QueryForm.YES_NO, QueryForm.OPEN])
def test_yes_and_no_are_for_what_is_already_documented(kind, question, allowed, form):
    options = ("Yes", "No", OTHER, UNDETERMINED) if form is QueryForm.YES_NO else ()
    query = PhysicianQuery(kind, "Clarification", (RecordQuote("Foot ulcer. Diabetes."),), question, options)
    assert query.form is form
    assert ("yes-no" not in checks(query)) is allowed


def test_yes_without_no_is_refused():
    query = PhysicianQuery(
        QueryKind.CAUSAL_LINK, "Clarification", (RecordQuote("Foot ulcer."),), "Is it due to diabetes?", ("Yes", OTHER, UNDETERMINED)
    )
    assert "single-choice" in checks(query)


def test_words_of_the_record_may_be_quoted_whatever_they_are():
    record = "Chest pain consistent with angina, denial of insurance noted."
    query = PhysicianQuery(None, "Clarification", (RecordQuote(record),), f"The record states “{record}” Please clarify the type.")
    assert lint(query, record=record) == ()
    unquoted = replace(query, question=query.question.replace("“", "").replace("”", ""))
    assert {f.check for f in lint(unquoted, record=record)} == {"leading", "payment"}


def test_without_the_note_the_quotes_stand_for_the_record():
    assert checks(replace(GOOD, title="Clarification of diabetes"), record=None) == {"beyond-record"}
    assert checks(replace(GOOD, title="Clarification of diabetes")) == set()


def test_every_check_is_documented():
    from pathlib import Path

    text = (Path(__file__).parents[3] / "docs" / "physician-queries.md").read_text(encoding="utf-8")
    assert [check for check in CHECKS if f"| `{check}` |" not in text] == []
    assert [kind for kind in QueryKind if f"| `{kind}` |" not in text] == []


def test_a_choice_that_quotes_capitals_of_the_record_is_not_marked():
    quotes = [RecordQuote("COPD EXACERBATION", TextSpan(0, 17)), RecordQuote("asthma", TextSpan(18, 24))]
    assert lint(draft(QueryKind.CONFLICTING, ["COPD EXACERBATION", "asthma"], quotes), record="COPD EXACERBATION\nasthma") == ()


_WORDS = st.text(alphabet=st.characters(categories=("L", "Nd", "Zs"), include_characters=".,;%/-()"), min_size=1, max_size=60).filter(str.strip)


@given(
    kind=st.sampled_from(QueryKind),
    subjects=st.lists(_WORDS, min_size=2, max_size=2, unique_by=lambda w: " ".join(w.casefold().split()).strip(" .;:,")),
)
def test_whatever_the_record_says_a_draft_about_it_passes(kind, subjects):
    record = f"{subjects[0]}\n{subjects[1]}"
    at = len(subjects[0])
    quotes = [RecordQuote(subjects[0], TextSpan(0, at)), RecordQuote(subjects[1], TextSpan(at + 1, at + 1 + len(subjects[1])))]
    for number in range(LEAST_SUBJECTS.get(kind, 1), MOST_SUBJECTS.get(kind, 1) + 1):
        assert lint(draft(kind, subjects[:number], quotes), record=record) == ()


@given(st.text(max_size=200), st.text(max_size=200), st.lists(st.text(min_size=1, max_size=40), max_size=5), st.text(max_size=200))
def test_anything_typed_is_checked_without_an_error_and_points_at_its_own_words(title, question, options, record):
    query = PhysicianQuery(None, title, (RecordQuote("x"),), question, tuple(options))
    for fault in lint(query, record=record):
        name, _, number = fault.part.partition(".")
        part = {"title": title, "question": question, "quotes": "x", "query": ""}.get(name) if name != "options" else options[int(number)]
        assert part[fault.begin : fault.end] == fault.words
        assert fault.check in CHECKS
