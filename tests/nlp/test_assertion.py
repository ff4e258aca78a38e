"""Each row is a trap: a text, words in it, and what the text asserts of them."""

from __future__ import annotations

import pytest

from app.domain.assertion import Assertion, Experiencer, Presence, Temporality
from app.domain.note import ClinicalNote, TextSpan
from app.nlp.analyzer import SpacyNoteReader


def asserted(reader: SpacyNoteReader, text: str, words: str) -> Assertion:
    begin = text.index(words)
    return reader.read(ClinicalNote(text)).assertion_of(TextSpan(begin, begin + len(words)))


ABSENT = [
    ("Cough/no wheezing.", "wheezing"),
    ("Denies chest pain, shortness of breath, nausea or vomiting.", "chest pain"),
    ("Denies chest pain, shortness of breath, nausea or vomiting.", "vomiting"),
    ("Denies chest pain; palpitations; or syncope.", "syncope"),
    ("Patient denies any\nchest pain.", "chest pain"),
    ("He has no    evidence   of pneumonia.", "pneumonia"),
    ("There is no\nevidence of pneumonia.", "pneumonia"),
    ("Cardiovascular: Negative for chest pain, palpitations.", "palpitations"),
    ("Chest pain: no. Cough: yes.", "Chest pain"),
    ("Fever - denies", "Fever"),
    ("(-) cough", "cough"),
    ("Influenza A: negative", "Influenza A"),
    ("Without fever or chills.", "chills"),
    ("Cannot appreciate hepatomegaly.", "hepatomegaly"),
    ("Pulmonary embolism was ruled out.", "Pulmonary embolism"),
    ("Ruled out for myocardial infarction.", "myocardial infarction"),
    ("Pneumonia is unlikely.", "Pneumonia"),
    ("No acute distress.", "distress"),
    ("No focal neurologic deficits.", "focal neurologic deficits"),
    ("Mother denies fever.", "fever"),
    ("He doesn't have diabetes.", "diabetes"),
    ("No history of diabetes.", "diabetes"),
    ("ROS is -ve for melena.", "melena"),
    ("She never had asthma.", "asthma"),
    ("Denies:\n- fever\n- cough", "cough"),
    ("I see nothing that looks like cellulitis.", "cellulitis"),
]
PRESENT = [
    ("Denies chest pain but has cough.", "cough"),
    ("Denies fever, + nausea.", "nausea"),
    ("No edema, however there is cellulitis.", "cellulitis"),
    ("Negative for fever and positive for cough.", "cough"),
    ("No change in her back pain.", "back pain"),
    ("Not only asthma but also COPD.", "asthma"),
    ("Hypertension, not well controlled.", "Hypertension"),
    ("Gram negative bacteremia.", "bacteremia"),
    ("She ambulates without difficulty despite knee osteoarthritis.", "osteoarthritis"),
    ("He denies cough and reports headache.", "headache"),
    ("Denies:\n- fever\n- cough\nHeadache since Monday.", "Headache"),
    ("1. No rash. Denies:\n2. Asthma.", "Asthma"),
    ("Denies fever:\n- asthma", "asthma"),
    ("CT with and without contrast shows a renal mass.", "renal mass"),
    ("Chest pain: no. Cough: yes.", "Cough"),
    ("Cough: yes, fever: no.", "Cough"),
    ("No fever. Pneumonia on x-ray.", "Pneumonia"),
    ("No improvement in the asthma.", "asthma"),
    ("Consistently normal. Hypertension stable.", "Hypertension"),
    ("He is not sure about the rash.", "rash"),
    ("Chronic cough, cause not found.", "cough"),
    ("Chest pain, no cause was found.", "Chest pain"),
]
POSSIBLE = [
    ("Cough/possible pneumonia/fever.", "pneumonia"),
    ("1. Rhinitis/probable food allergy", "food allergy"),
    ("Possible pneumonia.", "pneumonia"),
    ("Probable viral gastroenteritis", "viral gastroenteritis"),
    ("Likely pneumonia.", "pneumonia"),
    ("Suspicious for malignancy.", "malignancy"),
    ("Findings are consistent with appendicitis.", "appendicitis"),
    ("R/o PE.", "PE"),
    ("?pneumonia", "pneumonia"),
    ("I suspect she had a seizure at work.", "seizure"),
    ("It is possible that he has gout.", "gout"),
    ("We will order a blood test to evaluate for gout.", "gout"),
    ("Suspected etiology of anxiety with or without strain.", "anxiety"),
    ("There is a possibility of a stress fracture.", "stress fracture"),
    ("Syphilis serology is pending.", "Syphilis"),
    ("The differential diagnosis includes:\n1. Gout.\n2. Cellulitis.", "Cellulitis"),
    ("Admit to rule out myocardial infarction.", "myocardial infarction"),
    ("Cannot exclude fracture.", "fracture"),
    ("Fracture cannot be excluded.", "Fracture"),
    ("Pneumonia versus atelectasis.", "Pneumonia"),
    ("Pneumonia vs. atelectasis.", "atelectasis"),
    ("Pneumonia, likely.", "Pneumonia"),
    ("Evaluate for deep vein thrombosis.", "deep vein thrombosis"),
    ("This may represent lymphoma.", "lymphoma"),
    ("DIFFERENTIAL DIAGNOSIS:\nGout.\nCellulitis.", "Cellulitis"),
]


@pytest.mark.parametrize(("text", "words"), ABSENT)
def test_what_is_denied_is_absent(reader: SpacyNoteReader, text: str, words: str) -> None:
    assert asserted(reader, text, words).presence is Presence.ABSENT


@pytest.mark.parametrize(("text", "words"), PRESENT)
def test_what_is_stated_is_present(reader: SpacyNoteReader, text: str, words: str) -> None:
    assert asserted(reader, text, words).presence is Presence.PRESENT


@pytest.mark.parametrize(("text", "words"), POSSIBLE)
def test_what_is_suspected_is_possible(reader: SpacyNoteReader, text: str, words: str) -> None:
    assert asserted(reader, text, words).presence is Presence.POSSIBLE


@pytest.mark.parametrize(
    ("text", "words", "temporality"),
    [
        ("History of breast cancer.", "breast cancer", Temporality.HISTORICAL),
        ("H/o stroke in 2010.", "stroke", Temporality.HISTORICAL),
        ("S/p appendectomy.", "appendectomy", Temporality.HISTORICAL),
        ("Status post right hip replacement.", "right hip replacement", Temporality.HISTORICAL),
        ("Asthma, resolved.", "Asthma", Temporality.HISTORICAL),
        ("Pneumonia has since resolved.", "Pneumonia", Temporality.HISTORICAL),
        ("HISTORY OF PRESENT ILLNESS: Chest pain for two days.", "Chest pain", Temporality.CURRENT),
        ("PAST MEDICAL HISTORY:\nDiabetes.", "Diabetes", Temporality.CURRENT),
        ("3-day history of back pain.", "back pain", Temporality.CURRENT),
        ("History of asthma, who presents with cough.", "cough", Temporality.CURRENT),
        ("Return if fever develops.", "fever", Temporality.HYPOTHETICAL),
        ("Return to the ED immediately for worsening chest pain.", "chest pain", Temporality.HYPOTHETICAL),
        ("Should he develop bleeding, stop the drug.", "bleeding", Temporality.HYPOTHETICAL),
        ("Monitor for hypoglycemia.", "hypoglycemia", Temporality.HYPOTHETICAL),
        ("If she is positive for strep, start amoxicillin.", "strep", Temporality.HYPOTHETICAL),
        ("Risks include bleeding and infection.", "infection", Temporality.HYPOTHETICAL),
        ("Complications include, but are not limited to:\n1. Bleeding.\n2. Urinary retention.", "Urinary retention", Temporality.HYPOTHETICAL),
        ("The risks that were explained were bleeding and infection.", "infection", Temporality.HYPOTHETICAL),
        ("People with asthma should have the vaccine.", "asthma", Temporality.HYPOTHETICAL),
        ("Heparin to prevent deep vein thrombosis.", "deep vein thrombosis", Temporality.HYPOTHETICAL),
        ("DVT prophylaxis was given.", "DVT", Temporality.HYPOTHETICAL),
        ("Scheduled for colonoscopy.", "colonoscopy", Temporality.PLANNED),
        ("She will undergo a knee replacement.", "knee replacement", Temporality.PLANNED),
        ("Will order an MRI of the knee for osteoarthritis.", "MRI", Temporality.PLANNED),
        ("Will order an MRI of the knee for osteoarthritis.", "osteoarthritis", Temporality.CURRENT),
        ("Patient declined influenza vaccine.", "influenza vaccine", Temporality.PLANNED),
        ("MRI was recommended.", "MRI", Temporality.PLANNED),
        ("PROPOSED PROCEDURE:\nKnee arthroscopy.", "Knee arthroscopy", Temporality.PLANNED),
        ("Colonoscopy was performed today.", "Colonoscopy", Temporality.CURRENT),
    ],
)
def test_time_is_read_from_the_words_around(reader: SpacyNoteReader, text: str, words: str, temporality: Temporality) -> None:
    assert asserted(reader, text, words).temporality is temporality


@pytest.mark.parametrize(
    ("text", "words", "experiencer"),
    [
        ("Mother had breast cancer.", "breast cancer", Experiencer.OTHER),
        ("Family history of colon cancer.", "colon cancer", Experiencer.OTHER),
        ("Breast cancer in her mother.", "Breast cancer", Experiencer.OTHER),
        ("Maternal grandmother with diabetes.", "diabetes", Experiencer.OTHER),
        ("FAMILY HISTORY:\nDiabetes, hypertension.\n\nPLAN:\nRest.", "hypertension", Experiencer.OTHER),
        ("FAMILY HISTORY:\nDiabetes.\n\nASSESSMENT:\nHypertension.", "Hypertension", Experiencer.PATIENT),
        ("Mother reports fever and cough.", "fever", Experiencer.PATIENT),
        ("He lives with his mother and has asthma.", "asthma", Experiencer.PATIENT),
        ("The child has otitis media.", "otitis media", Experiencer.PATIENT),
        ("She is married with three children. Hypertension.", "Hypertension", Experiencer.PATIENT),
    ],
)
def test_others_are_told_from_the_patient(reader: SpacyNoteReader, text: str, words: str, experiencer: Experiencer) -> None:
    assert asserted(reader, text, words).experiencer is experiencer


def test_as_needed_is_conditional(reader: SpacyNoteReader) -> None:
    assert asserted(reader, "Ibuprofen as needed for headache.", "headache").presence is Presence.CONDITIONAL


def test_a_vaccine_keeps_its_disease_from_the_patient_and_not_the_products_before_it(reader: SpacyNoteReader) -> None:
    analysis = reader.read(ClinicalNote("Influenza, Prevnar, Tdap vaccine given."))
    span = TextSpan(11, 18)
    assert not asserted(reader, "Influenza, Prevnar, Tdap vaccine given.", "Influenza").affirmed
    assert analysis.assertion_of(span, service=True).affirmed
    assert not analysis.assertion_of(span).affirmed


def test_a_cue_and_its_scope_are_spans_of_the_untouched_text(reader: SpacyNoteReader) -> None:
    text = "😀\tNo \u00a0 evidence of\r\n fever."
    scope = reader.read(ClinicalNote(text)).scopes[0]
    assert scope.cue is not None
    assert text[scope.cue.begin : scope.cue.end] == "No \u00a0 evidence of"
    assert text[scope.scope.begin : scope.scope.end] == "fever."


@pytest.mark.parametrize(
    ("text", "words", "presence"),
    [
        ("Paciente que niega fiebre o disnea.", "disnea", Presence.ABSENT),
        ("No se observaron adenopatías.", "adenopatías", Presence.ABSENT),
        ("Sin fiebre, pero con tos.", "tos", Presence.PRESENT),
        ("Posible neumonía.", "neumonía", Presence.POSSIBLE),
    ],
)
def test_spanish_has_cues_of_its_own(reader: SpacyNoteReader, text: str, words: str, presence: Presence) -> None:
    begin = text.index(words)
    assert reader.read(ClinicalNote(text, "es")).assertion_of(TextSpan(begin, begin + len(words))).presence is presence
