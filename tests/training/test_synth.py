import re
import time
from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from app.domain.assertion import Presence
from app.domain.em.candidates import is_visit
from app.domain.encounter import Setting, Sex
from app.domain.rules.sex_conflict import FEMALE_ONLY, MALE_ONLY
from app.settings import Settings
from training import synth
from training.example_lines import write_jsonl
from training.examples import read_jsonl
from training.synth import frames_plain, frames_services, frames_stated, frames_traps
from training.synth.dice import Dice
from training.synth.facts import Fact, FactPool, area_of
from training.synth.fillers import Patient
from training.synth.generate import interchangeable, short_forms
from training.synth.kinds import Kind, fits, kind_of
from training.synth.note_types import TYPES
from training.synth.rewording import Rewording, mistyped, turned
from training.synth.writing import NoteWriter, Said, facts_in, style_of

COUNT = 400


@pytest.fixture(scope="module")
def knowledge(terms):
    return terms.knowledge


@pytest.fixture(scope="module")
def notes(knowledge):
    return list(synth.generate(knowledge, seed=5, count=COUNT))


def spans(example):
    return [(ref, span) for ref, pieces in example.labels.items() for piece in pieces for span in piece]


def test_the_same_seed_gives_the_same_notes_and_a_longer_corpus_begins_with_the_shorter(knowledge, notes):
    assert list(synth.generate(knowledge, seed=5, count=50)) == notes[:50]
    assert next(synth.generate(knowledge, seed=6, count=1)) != notes[0]


def test_ids_are_unique_and_every_note_is_a_group_of_its_own_marked_as_made_up(notes):
    assert len({n.id for n in notes}) == len({n.group for n in notes}) == COUNT
    assert all(n.synthetic for n in notes)


def test_every_label_exists_in_the_release_and_is_billable(notes, terms):
    for note in notes:
        for ref in note.labels:
            code = terms.catalog.find(ref)
            assert code is not None, ref
            assert code.billable, ref


def test_every_label_has_evidence_inside_the_text(notes):
    for note in notes:
        for ref, pieces in note.labels.items():
            assert pieces, ref
        for _, span in spans(note):
            words = note.note.quote(span)
            assert words == words.strip()


def test_evidence_quotes_the_words_of_its_code_up_to_order_and_typing_errors(knowledge):
    # Without short forms and exchanged words, so that what was placed is a phrase of the code itself.
    plain = replace(knowledge, abbreviations={}, interchangeable=())
    phrases = {e.ref: list(e.phrases) for e in plain.phrasebook} | {p.ref: list(p.phrases) for p in plain.procedures}
    for entry in plain.phrasebook:
        for cue, neighbour in entry.refine.items():
            phrases.setdefault(neighbour, []).extend(f"{phrase} {cue}" for phrase in entry.phrases)
    for note in synth.generate(plain, seed=11, count=150):
        for ref, span in spans(note):
            if is_visit(ref):
                continue
            quote = note.note.quote(span).lower().replace(",", "").replace(" of the ", " ")
            likeness = max(fuzz.token_sort_ratio(quote, phrase.lower().replace(",", "")) for phrase in phrases[ref])
            assert likeness > 70, (ref, quote)


def test_evidence_is_exact_in_the_text_and_in_the_lines_written(notes, tmp_path):
    path = tmp_path / "synth.jsonl"
    write_jsonl(path, notes[:100])
    again = list(read_jsonl(path))
    assert [e.note.text for e in again] == [e.note.text for e in notes[:100]]
    assert [dict(e.labels) for e in again] == [dict(e.labels) for e in notes[:100]]
    assert all(e.synthetic for e in again)


@pytest.mark.parametrize("seed", range(20, 40))
def test_evidence_of_any_seed_lies_on_whole_words_of_the_text(knowledge, seed):
    for note in synth.generate(knowledge, seed=seed, count=15):
        text = note.note.text
        for _, span in spans(note):
            assert 0 <= span.begin < span.end <= len(text)
            assert text[span.begin : span.end].strip() == text[span.begin : span.end]
            assert span.begin == 0 or not (text[span.begin - 1].isalnum() and text[span.begin].isalnum())
            assert span.end == len(text) or not (text[span.end - 1].isalnum() and text[span.end].isalnum())


@pytest.mark.parametrize(
    "trap",
    [
        r"\b(?:denies|negative for)\b",
        r"\b(?:mother|father|brother|sister)\b",
        r"\b(?:resolved|years ago|in \d{4})\b",
        r"(?:differential|ddx)[^\n]{0,20}\n",
        r"\b(?:rule out|r/o)\b",
        r"\b(?:schedule|recommend|declin)",
        r"\bno (?:acute distress|murmurs?|masses)|\bnormal\b",
        r"(?:copied from prior|carried forward|last note)",
        r"\b\d+ ?mg\b",
        r"\b(?:wbc|hgb|na|k|cr)\b[^\n]{0,12}\d",
        r"\b(?:next line|comma|period|inaudible|\[sic\])",
    ],
)
def test_every_trap_of_real_notes_occurs(notes, trap):
    assert sum(bool(re.search(trap, n.note.text, re.IGNORECASE)) for n in notes) >= 4


def test_every_type_of_note_is_made():
    assert {t.name for t in TYPES} >= {
        "soap", "history-and-physical", "consult", "operative", "emergency", "discharge", "radiology", "procedure", "telephone",
    }  # fmt: skip


def test_no_label_contradicts_the_patient(notes):
    for note in notes:
        wrong = {Sex.MALE: FEMALE_ONLY, Sex.FEMALE: MALE_ONLY}.get(note.encounter.sex, ())
        assert not any(ref.code.startswith(tuple(wrong)) for ref in note.labels if ref.system == "ICD-10-CM")
        assert not any(ref.code.startswith("P") and note.encounter.age > 0 for ref in note.labels)


def test_settings_chapters_and_systems_are_mixed(notes):
    settings = Counter(n.encounter.setting for n in notes)
    assert all(settings[s] > COUNT * 0.03 for s in Setting)
    assert settings[Setting.UNKNOWN] > COUNT * 0.3
    chapters = Counter(ref.code[0] for n in notes for ref in n.labels if ref.system == "ICD-10-CM")
    assert len(chapters) > 18
    assert max(chapters.values()) < sum(chapters.values()) * 0.25
    assert {ref.system for n in notes for ref in n.labels} >= {"ICD-10-CM", "CPT"}
    assert 3 <= sum(len(n.labels) for n in notes) / COUNT <= 10


def test_notes_are_of_many_shapes(notes):
    openings = Counter(n.note.text[:12] for n in notes)
    assert max(openings.values()) < COUNT * 0.1
    assert any(n.note.text.isupper() for n in notes)
    assert any(n.note.text.islower() for n in notes)


def test_traps_are_read_as_such_and_carry_no_label(terms, notes):
    from app import assembly

    reader = assembly.note_reader(Settings(), terms.knowledge)
    denied = stated = labelled_but_denied = 0
    for note in islice(notes, 60):
        analysis = reader.read(note.note)
        denied += sum(s.value is Presence.ABSENT for s in analysis.scopes)
        for _, span in spans(note):
            stated += 1
            labelled_but_denied += analysis.assertion_of(span).presence is Presence.ABSENT
    assert denied > 150
    assert labelled_but_denied < stated * 0.03


def test_more_than_two_hundred_notes_a_second_are_made(knowledge):
    list(synth.generate(knowledge, seed=1, count=20))
    begun = time.process_time()
    list(synth.generate(knowledge, seed=2, count=300))
    assert 300 / (time.process_time() - begun) > 200


def test_there_are_hundreds_of_sentences_and_their_slots_are_known(knowledge):
    frames = [
        *frames_stated.TOLD,
        *frames_stated.INTRODUCED,
        *frames_stated.COURSE,
        *frames_stated.LISTED,
        *frames_stated.HAPPENED,
        *frames_stated.READ,
    ]
    frames += [f for of_kind in frames_stated.ADDRESSED.values() for f in of_kind]
    frames += [*frames_traps.DENIED, *frames_traps.SUSPECTED, *frames_traps.RELATIVES, *frames_traps.RESOLVED, *frames_traps.PLANNED]
    frames += [f for of_area in frames_services.DONE.values() for f in of_area]
    plain = [*frames_plain.VISIT, *frames_plain.EXAM, *frames_plain.OPERATIVE, *frames_plain.HOSPITAL, *frames_plain.IMAGING, *frames_plain.TELEPHONE]
    assert len(frames) + len(plain) > 600
    assert all(facts_in(f) == 0 for f in plain)
    assert all(facts_in(f) > 0 for f in frames)
    dice = Dice(1)
    fact = Said(Fact(knowledge.phrasebook[0].ref, "x", Kind.DISEASE), labelled=False)
    writer = NoteWriter(dice, style_of(dice), Patient(40, Sex.MALE), Rewording({}, {}), knowledge.headings)
    for frame in [*frames, *plain]:
        writer.say(frame, *[fact] * facts_in(frame))
    assert "{" not in writer.finish()


@given(st.text("abcdefghij klmno", min_size=1, max_size=40), st.integers(0, 1000))
def test_a_typing_error_changes_at_most_one_word_and_keeps_its_ends(text, seed):
    before, after = text.split(" "), mistyped(text, Dice(seed)).split(" ")
    assert len(before) == len(after)
    changed = [(b, a) for b, a in zip(before, after, strict=True) if b != a]
    assert len(changed) <= 1
    assert all(abs(len(b) - len(a)) <= 1 and b[0] == a[0] for b, a in changed)


def test_turning_a_phrase_keeps_its_words():
    for seed in range(30):
        words = set(turned("right knee osteoarthritis", Dice(seed)).lower().replace(",", "").split())
        assert words - {"of", "the"} in (
            {"right", "knee", "osteoarthritis"},
            {"r", "knee", "osteoarthritis"},
            {"r.", "knee", "osteoarthritis"},
            {"rt", "knee", "osteoarthritis"},
            {"rt.", "knee", "osteoarthritis"},
        )
    assert turned("acute bronchitis", Dice(1)) == "bronchitis, acute"
    assert turned("gout", Dice(1)) == "gout"


def test_only_short_forms_with_one_sense_are_used(knowledge):
    for shorts in short_forms(knowledge).values():
        assert all(len(knowledge.abbreviations[s]) == 1 for s in shorts)
    assert all(word not in others for word, others in interchangeable(knowledge).items())


def test_kinds_follow_the_chapters():
    kinds = {
        "I10": Kind.DISEASE,
        "C50.911": Kind.CANCER,
        "R05.9": Kind.SYMPTOM,
        "S93.401A": Kind.INJURY,
        "W01.0XXA": Kind.CAUSE,
        "O80": Kind.PREGNANCY,
    }
    kinds |= {
        "P07.32": Kind.NEWBORN,
        "Z12.11": Kind.ENCOUNTER,
        "Z79.4": Kind.STATUS,
        "Z80.3": Kind.RELATIVES,
        "D04.9": Kind.CANCER,
        "D50.9": Kind.DISEASE,
    }
    assert {code: kind_of(code) for code in kinds} == kinds
    assert not fits("O80", 30, Sex.MALE)
    assert not fits("N40.0", 8, Sex.MALE)
    assert fits("N40.0", 70, Sex.MALE)


def test_facts_avoid_the_categories_that_a_note_has_used(knowledge):
    pool, dice = FactPool(knowledge), Dice(3)
    avoid = {e.ref.code[:3] for e in knowledge.phrasebook if e.ref.code[0] == "I"}
    assert pool.diagnosis(dice, age=60, sex=Sex.MALE, avoid=avoid, chapter="I") is None
    found = [pool.procedure(dice, "surgery", avoid=set()) for _ in range(20)]
    assert {area_of(f.ref) for f in found} == {"surgery"}
    assert pool.procedure(dice, "no such area", avoid=set()) is None


def test_a_narrowed_knowledge_gives_notes_of_those_codes_alone(terms):
    few = synth.narrowed(terms.knowledge, codes=300, seed=1)
    known = {e.ref for e in few.phrasebook} | {p.ref for p in few.procedures}
    assert len(known) == 300
    seen = {ref for note in synth.generate(few, seed=5, count=150) for ref in note.labels}
    assert seen <= known
    assert len(seen) > 100
    assert synth.narrowed(terms.knowledge, codes=300, seed=1) == few
    assert synth.narrowed(terms.knowledge, codes=10**6, seed=1).procedures == terms.knowledge.procedures
