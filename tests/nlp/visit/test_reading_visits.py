"""Notes here are invented. What is read of them is facts with their words; the level is the business of the domain."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.em.facts import VisitFacts
from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.em.leveling import evaluate
from app.domain.em.levels import DataKind, Level, ProblemKind, RiskKind
from app.domain.encounter import Encounter, Setting
from app.domain.note import ClinicalNote
from app.nlp.visit.reader import CueVisitReader
from app.nlp.words import SnowballWordReader
from app.terminology.visit_cues_file import load_visit_cues

DATA = Path(__file__).parents[3] / "data"
OUT, ED, IN = Setting.OUTPATIENT, Setting.EMERGENCY, Setting.INPATIENT
P, D, R, F = ProblemKind, DataKind, RiskKind, VisitFamily
NEW, EST, UNSAID = PatientStatus


@pytest.fixture(scope="session")
def visits() -> CueVisitReader:
    return CueVisitReader(load_visit_cues(DATA / "evaluation-management.yaml"), SnowballWordReader())


@pytest.fixture
def read(reader, visits):
    def read(text: str, setting: Setting = OUT, age: int | None = 50) -> VisitFacts | None:
        return visits.read(reader.read(ClinicalNote(text)), Encounter(setting, age=age))

    return read


def kinds(facts: VisitFacts, of: type) -> list[str]:
    return [s.kind.value for s in facts.supports if isinstance(s.kind, of)]


def named(facts: VisitFacts, of: type) -> set[str]:
    return {s.name for s in facts.supports if isinstance(s.kind, of)}


BODY = "\nHPI: Cough for three days.\nExam: Lungs clear.\nAssessment: Bronchitis.\nPlan: Rest.\n"


@pytest.mark.parametrize(
    ("title", "setting", "family"),
    [
        ("Clinic note", OUT, F.OFFICE),
        ("HOME VISIT", OUT, F.HOME),
        ("VIDEO VISIT", OUT, F.VIDEO),
        ("Telephone visit, audio only", OUT, F.AUDIO),
        ("ANNUAL PHYSICAL EXAM", OUT, F.PREVENTIVE),
        ("Well child check", OUT, F.PREVENTIVE),
        ("Welcome to Medicare visit", OUT, F.MEDICARE_WELCOME),
        ("INITIAL MEDICARE ANNUAL WELLNESS VISIT", OUT, F.MEDICARE_WELLNESS_FIRST),
        ("MEDICARE ANNUAL WELLNESS VISIT", OUT, F.MEDICARE_WELLNESS_LATER),
        ("Nurse visit", OUT, F.NURSE),
        ("Nursing home visit", OUT, F.NURSING_FACILITY_SUBSEQUENT),
        ("SNF admission H&P", OUT, F.NURSING_FACILITY_INITIAL),
        ("CARDIOLOGY CONSULTATION\nRequesting physician: Dr. A", OUT, F.OFFICE_CONSULTATION),
        ("Emergency department note", ED, F.EMERGENCY),
        ("HISTORY AND PHYSICAL", IN, F.HOSPITAL_INITIAL),
        ("Progress note, hospital day 3", IN, F.HOSPITAL_SUBSEQUENT),
        ("DISCHARGE SUMMARY", IN, F.HOSPITAL_DISCHARGE),
        ("NEPHROLOGY CONSULT", IN, F.HOSPITAL_CONSULTATION),
        ("Emergency department note", Setting.UNKNOWN, F.EMERGENCY),
        ("DISCHARGE SUMMARY", Setting.UNKNOWN, F.HOSPITAL_DISCHARGE),
    ],
)
def test_the_title_tells_the_family_with_its_words(read, title, setting, family):
    text = title + BODY
    facts = read(text, setting)
    assert facts.family is family
    assert all(span.end <= len(text) for span in facts.family_words)
    assert facts.family_words


def test_a_visit_whose_place_is_not_told_is_insufficient(read):
    facts = read("Chief complaint: cough" + BODY + "Vitals: BP 120/80\n", Setting.UNKNOWN)
    assert facts.family is None
    assert evaluate(facts).code is None


@pytest.mark.parametrize(
    "text",
    [
        "OPERATIVE REPORT\nPreoperative diagnosis: Gallstones\nPostoperative diagnosis: Same\nDescription of procedure: The abdomen was entered.",
        "CT CHEST WITHOUT CONTRAST\nIndication: Nodule.\nComparison: None.\nFindings: A 4 mm nodule.\nImpression: Stable nodule.",
        "COLONOSCOPY REPORT\nIndication: Screening.\nFindings: Two polyps removed by snare.\nImpression: Polyps.",
        "Prenatal visit at 24 weeks. Fundal height 24 cm.",
        "A 44-year-old man presented to the emergency department of our hospital with fever and was admitted. Blood cultures grew Brucella.",
    ],
)
def test_reports_and_narratives_are_not_visits(read, text):
    assert read(text, Setting.UNKNOWN) is None


@pytest.mark.parametrize(
    "text",
    [
        "PULMONARY CONSULTATION\nReferred by Dr. A for opinion on an abnormal CT.\nExam: Crackles.\nImpression: Fibrosis.",
        "HPI: Took tablets. ECG normal.\nExam: Tearful.\nResults: ECG sinus.\nImpression: Overdose.",
        "RE: Mrs. B. Dear Colleague: I saw this lady at your request after an MRI of the brain. Impression: migraine.",
    ],
)
def test_visits_that_speak_of_studies_are_visits(read, text):
    assert read(text) is not None


def test_a_report_that_states_a_visit_code_is_of_a_visit_too(read):
    facts = read("PROCEDURE NOTE\nProcedure: Joint injection.\nFindings: None.\n99213-25, 20610", OUT)
    assert [(c.ref.code, c.modifiers) for c in facts.stated_codes] == [("99213", ("25",))]


def test_a_note_that_bills_no_visit_is_of_none(read):
    assert read("HPI: Back pain.\nExam: Tender.\nAssessment: Stenosis.\nEpidural injection today. No E/M.") is None


@pytest.mark.parametrize(
    ("stay", "family"), [("He was admitted to medicine on Monday.", F.HOSPITAL_CONSULTATION), ("He walked in.", F.OFFICE_CONSULTATION)]
)
def test_where_the_setting_is_unknown_a_consultation_is_where_the_patient_is(read, stay, family):
    text = f"REASON FOR CONSULTATION: Hematuria.\nHISTORY OF PRESENT ILLNESS: {stay} I was asked to see him by Dr. A.\nIMPRESSION: Hematuria."
    assert read(text, Setting.UNKNOWN).family is family


def test_spanish_notes_are_not_read(reader, visits):
    assert visits.read(reader.read(ClinicalNote("Consulta por tos.", "es")), Encounter(OUT)) is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("New patient here for knee pain.", NEW),
        ("She is here to establish care.", NEW),
        ("Established patient with gout.", EST),
        ("HPI: She returns for her blood pressure.", EST),
        ("HPI: Follow-up of asthma.", EST),
        ("HPI: Mr. B was referred by Dr. C for tremor.", NEW),
        ("HPI: I am seeing her for the first time for knee pain.", NEW),
        ("HPI: A woman whom I am seeing for the first time.", NEW),
        ("HPI: Knee pain.", UNSAID),
        ("HPI: Knee pain.\nAssessment: Gout.\nPlan: Follow up in 2 weeks, recheck uric acid.", UNSAID),
    ],
)
def test_patient_status_comes_from_what_is_said_of_the_visit_not_from_the_plan(read, text, status):
    assert read(text).status is status


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ("Hypertension, well controlled, continue lisinopril.", P.STABLE_CHRONIC),
        ("Hypertension, not at goal.", P.CHRONIC_WORSE),
        ("Hypertension. Increase amlodipine to 10 mg.", P.CHRONIC_WORSE),
        ("Asthma, no flare, stable.", P.STABLE_CHRONIC),
        ("COPD, severe exacerbation.", P.CHRONIC_SEVERE),
        ("Common cold.", P.SELF_LIMITED),
        ("Ankle sprain.", P.ACUTE_UNCOMPLICATED),
        ("Breast lump.", P.NEW_UNCERTAIN),
        ("Pneumonia.", P.ACUTE_SYSTEMIC),
        ("Concussion.", P.COMPLICATED_INJURY),
        ("Septic shock.", P.THREAT),
        ("Onychoschizia of the thumb.", P.ACUTE_UNCOMPLICATED),
    ],
)
def test_a_problem_is_what_its_words_and_its_course_say(read, item, kind):
    facts = read(f"HPI: As below.\nAssessment and plan:\n1. {item}\n")
    assert kinds(facts, P) == [kind.value]


def test_problems_are_those_of_the_conclusion_each_once(read):
    facts = read(
        "HPI: She has asthma and gout. Mother has diabetes.\nPMH: hypertension, migraine\n"
        "Assessment:\n1. Asthma, stable\n2. Gout, stable\n3. No evidence of pneumonia\n4. History of breast cancer\n"
        "Plan: Continue albuterol for asthma. Follow up in 3 months.\n"
    )
    assert {n.lower() for n in named(facts, P)} == {"asthma", "gout"}


def test_what_was_considered_and_thought_unlikely_is_not_a_problem(read):
    facts = read("ED note\nHPI: Chest pain.\nDiagnosis: Chest pain. Pulmonary embolism considered and thought unlikely.\n", ED)
    assert kinds(facts, P) == ["new_uncertain"]


def test_unheaded_notes_conclude_where_the_writer_says_so(read):
    facts = read(
        "I met this man of sixty today. His left knee has hurt since spring and the stairs are hard. There is crepitus and no effusion. "
        "My impression is osteoarthritis of the left knee. I started meloxicam 15 mg daily."
    )
    assert named(facts, P) == {"osteoarthritis"}
    assert "prescription" in kinds(facts, R)


def test_tests_count_once_where_they_were_reviewed_or_ordered(read):
    facts = read(
        "HPI: Had a CT in 2015.\nPMH: abnormal TSH\nLabs: WBC 9, Hgb 13, platelets 200. Potassium 4. CMP normal.\n"
        "Assessment: Gout, stable.\nPlan: Check uric acid. No MRI. If worse, chest x-ray.\n"
    )
    assert named(facts, D) == {"blood count", "comprehensive metabolic panel", "uric acid"}


def test_an_image_that_the_practice_makes_and_reads_itself_is_billed_with_the_image(read):
    own = read("HPI: Knee pain.\nX-rays: 3 views in our office today, read by me: no fracture.\nAssessment: Sprain.\n")
    assert named(own, D) == set()
    outside = read("HPI: Knee pain.\nImaging: I personally reviewed the outside MRI images: no tear.\nAssessment: Sprain.\n")
    assert set(kinds(outside, D)) == {"interpretation", "test"}


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("History obtained from mother.", D.HISTORIAN),
        ("Her daughter reports that she wanders.", D.HISTORIAN),
        ("Outside records were reviewed.", D.EXTERNAL_NOTE),
        ("I discussed the case with cardiology.", D.DISCUSSION),
        ("ECG independently interpreted.", D.INTERPRETATION),
    ],
)
def test_other_data(read, sentence, kind):
    assert kind.value in kinds(read(f"ED note\nHPI: Fall. {sentence}\nDiagnosis: Contusion.\n", ED), D)


@pytest.mark.parametrize("sentence", ["Plan discussed with patient.", "Patient is a good historian.", "No outside records were available."])
def test_what_only_looks_like_data(read, sentence):
    assert kinds(read(f"HPI: Fall. {sentence}\nDiagnosis: Contusion.\n"), D) == []


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        ("Rest and ice.", R.MINIMAL_CARE),
        ("Ibuprofen as needed.", R.OVER_THE_COUNTER),
        ("Ibuprofen 800 mg three times a day.", R.PRESCRIPTION),
        ("Physical therapy.", R.THERAPY),
        ("Continue losartan.", R.PRESCRIPTION),
        ("Bempedoic 180 mg daily.", R.PRESCRIPTION),
        ("She could not afford her inhaler.", R.SOCIAL),
        ("We discussed knee replacement and she wishes to proceed.", R.MAJOR_SURGERY),
        ("Taken to the operating room tonight for emergency surgery.", R.EMERGENCY_SURGERY),
        ("Admit to telemetry.", R.HOSPITALIZATION),
        ("Family chose comfort care.", R.DO_NOT_RESUSCITATE),
        ("IV hydromorphone given.", R.PARENTERAL_CONTROLLED),
        ("Continue methotrexate, CBC and LFTs every 8 weeks.", R.TOXICITY_MONITORING),
    ],
)
def test_risk_is_the_decision_of_management(read, plan, kind):
    assert kind.value in kinds(read(f"ED note\nHPI: Pain.\nDiagnosis: Pain.\nPlan: {plan}\n", ED), R)


@pytest.mark.parametrize(
    "text",
    [
        "HPI: Takes losartan.\nMedications: losartan 50 mg\nAssessment: Sprain.\nPlan: none\n",
        "HPI: Had surgery in 2010.\nAssessment: Sprain.\nPlan: No surgery. No antibiotics.\n",
    ],
)
def test_what_was_not_decided_today_is_no_risk(read, text):
    assert kinds(read(text), R) == []


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("Total time 35 minutes.", 35),
        ("I spent 40 minutes on the date of the encounter, not counting the procedure.", 40),
        ("Forty-four minutes were spent with this established patient.", 44),
        ("Time: 35 min", 35),
        ("Time spent was 1 hour and 5 minutes.", 65),
        ("Total time: 30-39 minutes.", 30),
        ("More than 30 minutes were spent on discharge.", 31),
        ("Less than 30 minutes were spent on discharge.", 29),
        ("Level 4 by time, 31 min total.", 31),
    ],
)
def test_total_time_is_read(read, sentence, minutes):
    text = f"HPI: Cough.\nAssessment: Bronchitis.\n{sentence}"
    facts = read(text)
    assert facts.time.minutes == minutes
    assert text[facts.time.span.begin : facts.time.span.end] in text


@pytest.mark.parametrize(
    "sentence",
    [
        "She walks 30 minutes a day.",
        "Chest pain lasted 40 minutes.",
        "Procedural sedation 18 minutes.",
        "Tobacco cessation counseling, 6 minutes.",
        "Infused over 30 minutes.",
        "Arrived 20 minutes ago.",
        "Advance care planning 20 minutes.",
        "Tourniquet time 45 minutes.",
        "Recheck in 30 minutes.",
    ],
)
def test_other_minutes_are_not_the_time_of_the_visit(read, sentence):
    assert read(f"HPI: Cough.\nAssessment: Bronchitis. {sentence}").time is None


def test_minutes_that_the_patient_tells_of_are_not_the_time_of_the_visit(read):
    assert read("HPI: Heel pain after a total of 45 minutes of hill runs.\nAssessment: Tendinitis.").time is None
    assert read("HPI: Heel pain. I spent 45 minutes with him.\nAssessment: Tendinitis.").time.minutes == 45


def test_critical_care_time_makes_critical_care(read):
    facts = read("ED note\nHPI: Found down.\nDiagnosis: Septic shock.\nCritical care time 45 minutes, excluding procedures.", ED)
    assert (facts.family, facts.critical_care_time.minutes) == (F.CRITICAL_CARE, 45)
    short = read("ED note\nHPI: Found down.\nDiagnosis: Septic shock.\nCritical care time 20 minutes.", ED)
    assert short.family is F.EMERGENCY


@pytest.mark.parametrize(
    ("sentence", "code", "modifiers"),
    [("99214", "99214", ()), ("E/M 99213-25 today.", "99213", ("25",)), ("Billed 99204-57.", "99204", ("57",)), ("G0439", "G0439", ())],
)
def test_stated_codes_are_read_with_their_modifiers(read, sentence, code, modifiers):
    assert [(c.ref.code, c.modifiers) for c in read(f"HPI: Cough.\nAssessment: Bronchitis.\n{sentence}").stated_codes] == [(code, modifiers)]


@pytest.mark.parametrize("sentence", ["Does not meet 99215.", "Call 555-99214.", "Order number 992140.", "20610"])
def test_other_numbers_are_no_stated_codes(read, sentence):
    assert read(f"HPI: Cough.\nAssessment: Bronchitis.\n{sentence}").stated_codes == ()


@pytest.mark.parametrize(("sentence", "level"), [("Level 4 established visit.", 4), ("Lvl 3 est -25", 3), ("ED level five.", 5), ("Level 4", 4)])
def test_stated_levels(read, sentence, level):
    assert read(f"HPI: Cough.\nAssessment: Bronchitis.\n{sentence}").stated_level[0] == level


@pytest.mark.parametrize("sentence", ["Pain level 4.", "Spinal fusion at the level 5.", "Level 3 trauma center."])
def test_other_levels_are_not_of_the_visit(read, sentence):
    assert read(f"HPI: Cough.\nAssessment: Bronchitis.\n{sentence}").stated_level is None


@pytest.mark.parametrize(
    ("sentence", "level"),
    [
        ("MDM: moderate.", Level.MODERATE),
        ("High complexity, 85 min.", Level.HIGH),
        ("Medical decision making was straightforward.", Level.STRAIGHTFORWARD),
        ("Low complexity medical decision making.", Level.LOW),
    ],
)
def test_stated_decision_making(read, sentence, level):
    assert read(f"HPI: Cough.\nAssessment: Bronchitis.\n{sentence}").stated_decisions[0] is level


@pytest.mark.parametrize(
    ("words", "age"),
    [
        ("A 3-year-old boy, smoked by his parents for 20 years.", 3),
        ("Seen after 6 weeks. 30 year old.", 30),
        ("67 yo F", 67),
        ("8 month old girl", 0),
        ("45F with cough", 45),
        ("Seen at age nine.", None),
    ],
)
def test_the_age_of_the_note_counts_where_the_encounter_has_none(read, words, age):
    assert read(f"Well child check\n{words}", age=None).age == age
    assert read(f"Well child check\n{words}", age=12).age == 12


@given(st.text(alphabet="HPIAssessmentPlan:.\n 1234567890%minutes-Level99214 MDMmoderate", max_size=300).filter(str.strip))
def test_any_text_is_read_without_fault_and_every_span_lies_inside(reader, visits, text):
    facts = visits.read(reader.read(ClinicalNote(text)), Encounter(OUT))
    if facts is None:
        return
    spans = [*facts.family_words, *facts.status_words, *(s.span for s in facts.supports), *(c.span for c in facts.stated_codes)]
    assert all(span.end <= len(text) for span in spans)
    evaluate(facts)


def test_cost_grows_no_faster_than_the_length(reader, visits):
    import time

    note = "HPI: Cough.\nAssessment and plan:\n1. Asthma, worse. Increase fluticasone. Check CBC, discussed with cardiology. Total time 35 min.\n"

    def cost(times: int) -> float:
        analysis = reader.read(ClinicalNote(note * times))
        begun = time.thread_time()
        visits.read(analysis, Encounter(OUT))
        return time.thread_time() - begun

    cost(10)
    short, long = min(cost(20) for _ in range(3)), min(cost(160) for _ in range(3))
    assert long < 3 * 8 * short
