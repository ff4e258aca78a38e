"""What a bundle keeps of its training for the watch over drift."""

from __future__ import annotations

import json

import numpy as np

from app.classifier.reference import LEAST_NOTES, TrainingReference, from_json, notes_with, word_hash
from app.domain.analysis import NoteAnalysis
from app.domain.code import CodeSystem
from app.domain.note import ClinicalNote, TextSpan
from app.domain.note_profile import Profile
from app.domain.section import Section
from app.domain.words import Words


def note(*stems):
    text = " ".join("x" * len(s) for s in stems)
    begins = tuple(sum(len(s) + 1 for s in stems[:i]) for i in range(len(stems)))
    words = Words(begins, tuple(b + len(s) for b, s in zip(begins, stems, strict=True)), stems, stems)
    return NoteAnalysis(ClinicalNote(text), words, (), (Section("", None, TextSpan(0, len(text))),), ())


def test_words_are_counted_once_a_note():
    counts = notes_with([note("pain", "pain", "knee"), note("pain")])
    assert (counts[word_hash("pain")], counts[word_hash("knee")], counts[word_hash("other")]) == (2, 1, 0)


def test_a_reference_comes_back_from_its_json_and_holds_no_words():
    profile = Profile(3, {CodeSystem.ICD10CM: (0,) * 9 + (4,)}, 9, 2, {"plan": 5}, 3, 4, 3)
    made = TrainingReference(profile, frozenset({word_hash("pain"), 0, 2**32 - 1}))
    raw = json.dumps(made.as_json())
    assert from_json(json.loads(raw)) == made
    assert made.knows("pain")
    assert not made.knows("smith")
    assert "pain" not in raw


def test_a_word_of_few_notes_is_not_known():
    from training.reference import reference_of

    nothing = np.empty(0)
    made = reference_of([note("pain", "smith")] + [note("pain")] * LEAST_NOTES, np.empty(0, np.str_), nothing, np.empty(0, bool))
    assert made.knows("pain")
    assert not made.knows("smith")
    assert (made.profile.charts, made.profile.words, made.profile.unknown) == (LEAST_NOTES + 1, LEAST_NOTES + 2, 1)
