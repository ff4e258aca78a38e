"""Services that a note describes without naming them, by the words of the data files."""

from __future__ import annotations

import pytest

from app import assembly
from app.domain.encounter import ANYWHERE
from app.domain.note import ClinicalNote
from app.nlp.described import DescribedServices


@pytest.fixture(scope="module")
def describe(settings, terms):
    known = assembly.service_families(settings, terms)
    source, reader = DescribedServices(known.described, known.words), assembly.note_reader(settings, terms.knowledge)

    def describe(text: str) -> dict[str, list[str]]:
        note = ClinicalNote(text)
        return {c.ref.code: [note.quote(m.span) for m in c.matches] for c in source.candidates(reader.read(note), ANYWHERE)}

    return describe


@pytest.mark.parametrize("drug", ["Kenalog-40", "Depo-Medrol", "triamcinolone", "corticosteroid", "Synvisc-One"])
@pytest.mark.parametrize("joint", ["right knee", "left subacromial bursa", "ankle", "first MTP joint"])
@pytest.mark.parametrize(
    "text",
    [
        "Injected 2 cc of {drug} and 3 cc of lidocaine into the {joint}.",
        "The {joint} was then injected with 1 mL of {drug}.",
        "The {joint} was prepped with chlorhexidine. 1 mL of {drug} was injected without resistance.",
    ],
)
def test_a_drug_put_into_a_joint_is_the_injection_of_the_joint(describe, text, drug, joint):
    assert set(describe(text.format(drug=drug, joint=joint))) == {"20610"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The A1 pulley of the left ring finger was injected with 0.5 cc of Kenalog-10.", "20550"),
        ("Depo-Medrol 40 mg was injected at the lateral epicondyle of the right elbow.", "20551"),
        ("The right carpal tunnel was injected with 1 cc of Celestone.", "20526"),
        ("Three trigger points in the trapezius were injected.", "20552"),
        ("The keloid on the left shoulder was injected with Kenalog-10, 0.3 cc.", "11900"),
        ("The Morton's neuroma of the left foot was injected with 0.5 cc of Depo-Medrol.", "64455"),
        ("The wrist ganglion was injected with 0.5 cc of Kenalog-40.", "20612"),
    ],
)
def test_what_else_is_injected_is_told_apart_from_joints(describe, text, code):
    assert set(describe(text)) == {code}


@pytest.mark.parametrize(
    "text",
    [
        "Knee osteoarthritis. Depo-Medrol 80 mg IM given in the right hip.",
        "Lidocaine was injected around the laceration of the knee.",
        "Epidural steroid injection for low back and hip pain.",
        "Tourniquet released. Marcaine and Depo-Medrol were injected into the knee through the portals.",
        "No steroid injection of the knee was given.",
        "Knee pain, ice and ibuprofen.",
        "Celestone 1 cc was injected into the left heel. The ankle was strapped.",
        "",
    ],
)
def test_other_shots_and_operations_describe_no_injection_of_a_joint(describe, text):
    assert "20610" not in describe(text or " x")


def test_the_evidence_is_the_words_that_describe_the_service(describe):
    found = describe("Consent was obtained. Injected 40 mg of Kenalog into the right knee. Tolerated well.")
    assert found == {"20610": ["Injected 40 mg of Kenalog into the right knee"]}
