import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.classifier.features import NAMES, FeatureBuilder
from app.domain.analysis import NoteAnalysis, Sentence
from app.domain.assertion import AssertionScope, Experiencer, Presence
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.note import ClinicalNote, TextSpan
from app.domain.section import Section
from app.domain.words import Words

TEXT = "History: gout, uterus removed. Assessment: gout flare, acute. No asthma."
HISTORY, ASSESSMENT, DENIAL = (
    TextSpan(TEXT.index(p), TEXT.index(p) + len(p)) for p in ("History: gout, uterus removed.", "Assessment: gout flare, acute.", "No asthma.")
)
GOUT, FLARE, ASTHMA, FIBROIDS = (CodeRef(CodeSystem.ICD10CM, code) for code in ("M10", "M10.9", "J45.909", "D25.9"))
INJECTION = CodeRef(CodeSystem.CPT, "20610")
CODES = {ref: Code(ref, title, billable=ref is not GOUT) for ref, title in ((GOUT, "Gout"), (FLARE, "Gout, unspecified"), (INJECTION, "Injection"))}


def analysed() -> NoteAnalysis:
    sections = (
        Section("past_medical_history", None, TextSpan(0, ASSESSMENT.begin)),
        Section("assessment", None, TextSpan(ASSESSMENT.begin, len(TEXT))),
    )
    scopes = (AssertionScope(Presence.ABSENT, TextSpan(DENIAL.begin + 3, len(TEXT)), TextSpan(DENIAL.begin, DENIAL.begin + 2)),)
    sentences = tuple(Sentence(span, i, i + 1) for i, span in enumerate((HISTORY, ASSESSMENT, DENIAL)))
    return NoteAnalysis(ClinicalNote(TEXT), Words((), (), (), ()), sentences, sections, scopes)


def match(words, *, after=0, coverage=1.0, weight=5.0, source=MatchSource.PHRASEBOOK, support=0):
    begin = TEXT.index(words, after)
    return Match(TextSpan(begin, begin + len(words)), coverage, weight, 1, True, 1.0, source, support)


def rows(*candidates):
    encounter = Encounter(Setting.OUTPATIENT, Sex.MALE, 54)
    made = FeatureBuilder(CODES.get, {FLARE: 2.0}).rows(analysed(), encounter, candidates)
    assert made.shape == (len(candidates), len(NAMES))
    return [dict(zip(NAMES, row, strict=True)) for row in made.tolist()]


def test_of_words_that_are_worth_the_same_those_of_the_assessment_speak_for_a_code():
    [row] = rows(Candidate(GOUT, (match("gout"), match("gout", after=ASSESSMENT.begin))))
    assert (row["section"], row["matches"], row["assessed"], row["affirmed"]) == (1, 2, 1, 1)
    assert np.isclose(row["position"], TEXT.index("gout") / len(TEXT))
    assert np.isclose(row["sentences_share"], 2 / 3)
    assert row["only_history"] == 0


def test_what_is_only_denied_is_worth_less_and_says_so():
    denied, stated = rows(Candidate(ASTHMA, (match("asthma"),)), Candidate(GOUT, (match("gout", after=ASSESSMENT.begin),)))
    assert (denied["affirmed"], denied["affirmed_matches"], denied["presence"]) == (0, 0, 1)
    assert denied["worth"] == stated["worth"]
    assert np.isclose(denied["worth_share"], 0.3 * stated["worth_share"])


def test_a_learned_phrase_stands_beside_the_term_and_alone_when_there_is_none():
    learned = match("gout", coverage=0.4, weight=0.25, source=MatchSource.LEARNED, support=7)
    both, alone = rows(Candidate(GOUT, (match("gout flare", coverage=0.9), learned)), Candidate(FLARE, (learned,)))
    assert np.isclose(both["coverage"], 0.9)
    assert np.isclose([both["learned_best"], both["learned_support"]], [0.4, np.log1p(7)]).all()
    assert (alone["coverage"], alone["weight"], alone["learned"], alone["learned_matches"]) == (0, 0, 1, 1)
    assert alone["span_length"] == len("gout")


def test_what_the_code_and_the_patient_bring_is_in_every_row():
    gout, flare, fibroids, injection = rows(*(Candidate(ref, (match("uterus"),)) for ref in (GOUT, FLARE, FIBROIDS, INJECTION)))
    assert (gout["billable"], flare["billable"], flare["unspecified"], flare["prior"]) == (0, 1, 1, 2)
    assert (fibroids["sex_conflict"], gout["sex_conflict"], injection["sex_conflict"]) == (1, 0, 0)
    assert (gout["heading_of_candidate"], flare["heading_of_candidate"], gout["category_rivals"], fibroids["category_rivals"]) == (1, 0, 1, 0)
    # A procedure is no rival of the diagnoses over the same words.
    assert (gout["rivals"], injection["rivals"]) == (2, 0)
    assert {row["age"] for row in (gout, flare, fibroids, injection)} == {54}


WORDS = ("gout", "uterus", "flare", "acute", "asthma", "gout flare", "removed")
MATCHES = st.builds(
    match, st.sampled_from(WORDS), coverage=st.sampled_from([0.6, 0.8, 1.0]), weight=st.sampled_from([2.0, 5.0]),
    source=st.sampled_from([MatchSource.TITLE, MatchSource.LEARNED]), support=st.integers(0, 9),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([GOUT, FLARE, ASTHMA, FIBROIDS, INJECTION]), st.lists(MATCHES, min_size=1, max_size=4), min_size=1), st.data())
def test_the_row_of_a_code_depends_on_no_order_of_the_codes(found, data):
    candidates = [Candidate(ref, tuple(matches)) for ref, matches in found.items()]
    # Ranks of equals go by their order: make none equal.
    candidates = [
        Candidate(c.ref, tuple(m._replace(weight=m.weight + i / 64, coverage=m.coverage - i / 64) for m in c.matches))
        for i, c in enumerate(candidates)
    ]
    order = data.draw(st.permutations(range(len(candidates))))
    builder = FeatureBuilder(CODES.get, {})
    straight = builder.rows(analysed(), Encounter(), candidates)
    shuffled = builder.rows(analysed(), Encounter(), [candidates[i] for i in order])
    assert (shuffled == straight[list(order)]).all()
    assert np.isfinite(straight).all()


def test_what_is_said_of_a_relative_is_marked():
    note = analysed()
    told = NoteAnalysis(note.note, note.words, note.sentences, note.sections, (AssertionScope(Experiencer.OTHER, HISTORY, None),))
    [row] = FeatureBuilder(CODES.get, {}).rows(told, Encounter(), [Candidate(GOUT, (match("gout"),))]).tolist()
    assert (row[NAMES.index("other_person")], row[NAMES.index("affirmed")]) == (1, 0)
