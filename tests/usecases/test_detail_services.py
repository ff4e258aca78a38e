"""Families of the data files, resolved over sentences as notes have them. Candidates are given: what is tested is the choice among members."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_tests
from hypothesis import strategies as st

from app import assembly
from app.assembly import Terms
from app.domain.candidate import Candidate, Match, MatchSource, ScoredCandidate
from app.domain.code import CodeRef, CodeSystem
from app.domain.doses import Doses
from app.domain.encounter import Encounter, Setting
from app.domain.nearness import Nearness
from app.domain.note import ClinicalNote, TextSpan
from app.domain.suggestion import Status
from app.domain.units import dose_units
from app.nlp.analyzer import SpacyNoteReader
from app.nlp.details import DetailReader
from app.settings import Settings
from app.terminology.knowledge_files import procedure_ref
from app.usecases.code_detail import Detailed
from app.usecases.detail_services import DetailServices


@pytest.fixture(scope="module")
def details(settings: Settings, terms: Terms) -> DetailServices:
    return assembly.service_details(settings, terms)


@pytest.fixture(scope="module")
def reader(settings: Settings, terms: Terms) -> SpacyNoteReader:
    return assembly.note_reader(settings, terms.knowledge)


@pytest.fixture
def ask(details: DetailServices, reader: SpacyNoteReader, terms: Terms):
    def ask(text: str, given: dict[str, str], *, age: int | None = None, setting: Setting = Setting.OUTPATIENT) -> Detailed:
        scored = []
        for code, words in given.items():
            begin = text.index(words)
            match = Match(TextSpan(begin, begin + len(words)), 1.0, 10.0, 2, exact=True, tightness=1.0, source=MatchSource.CATALOGUE)
            ref = procedure_ref(code)
            assert ref is not None
            scored.append(ScoredCandidate(Candidate(ref, (match,)), 0.4))
        return details(reader.read(ClinicalNote(text)), Encounter(setting, age=age), scored, terms.catalog)

    return ask


def lines(found: Detailed) -> dict[str, int]:
    """Codes that stand, with their units."""
    standing = {}
    for s in found.scored:
        detail = found.details.get(s.candidate.ref)
        if detail is None or detail.ruling is None:
            standing[s.candidate.ref.code] = 1 if detail is None else detail.units
    return standing


def suppressed(found: Detailed) -> dict[str, str]:
    """Codes that are suppressed, with the reason."""
    return {ref.code: d.ruling.reason for ref, d in found.details.items() if d.ruling is not None and d.ruling.status is Status.SUPPRESSED}


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("Excision of a benign nevus of the back, 2.4 cm with 0.5 cm margins.", {"11400": "Excision of a benign nevus"}, {"11404": 1}),
        ("PROCEDURE: Excision of basal cell carcinoma, left cheek.\n\nTECHNIQUE: The lesion measured 1.2 cm. It was excised with 3 mm margins.",
         {"11600": "Excision of basal cell carcinoma"}, {"11642": 1}),
        ("Excision of benign lesion of the scalp.", {"11400": "Excision of benign lesion"}, {"11420": 1}),
        ("Excision of squamous cell carcinoma of the arm, excised diameter 4.2 cm.",
         {"11600": "Excision of squamous cell carcinoma"}, {"11606": 1}),
        ("Shave removal of lesion on the nose, 0.8 cm.", {"11300": "Shave removal of lesion"}, {"11311": 1}),
        ("ED&C of basal cell carcinoma of the hand, 1.5 cm.", {"17260": "ED&C of basal cell carcinoma"}, {"17272": 1}),
        ("Cryotherapy of actinic keratoses: 6 lesions frozen.", {"17000": "Cryotherapy of actinic keratoses"}, {"17000": 1, "17003": 5}),
        ("Cryotherapy of actinic keratoses, 16 lesions.", {"17000": "Cryotherapy of actinic keratoses"}, {"17004": 1}),
        ("Plantar warts frozen, 3 warts.", {"17110": "Plantar warts frozen"}, {"17110": 1}),
        ("Punch biopsy x 3 of the trunk.", {"11104": "Punch biopsy"}, {"11104": 1, "11105": 2}),
        ("Shave biopsy of the left arm.", {"11102": "Shave biopsy"}, {"11102": 1}),
        ("Incision and drainage of a loculated abscess, packing placed.", {"10060": "Incision and drainage"}, {"10061": 1}),
        ("Simple repair of a 3 cm laceration of the scalp and a 2 cm laceration of the forearm.", {"12001": "Simple repair"}, {"12002": 1}),
        ("Laceration repair: 2 cm cheek laceration, simple interrupted sutures.", {"12001": "Laceration repair"}, {"12011": 1}),
        ("Layered closure of a 6 cm laceration of the hand.", {"12031": "Layered closure"}, {"12042": 1}),
        ("Complex repair of the scalp, 13 cm.", {"13100": "Complex repair"}, {"13121": 1, "13122": 2}),
        ("Excisional debridement through subcutaneous tissue into muscle, 45 sq cm.", {"11042": "Excisional debridement"}, {"11043": 1, "11046": 2}),
        ("Colonoscopy to the cecum. A polyp was removed by cold snare. Random biopsies were taken.",
         {"45378": "Colonoscopy"}, {"45380": 1, "45385": 1}),
        ("Colonoscopy to the cecum, normal.", {"45378": "Colonoscopy", "45385": "Colonoscopy"}, {"45378": 1}),
        ("EGD with variceal banding.", {"43235": "EGD"}, {"43244": 1}),
        ("EGD with Savary dilation over a guidewire.", {"43235": "EGD"}, {"43248": 1}),
        ("Laparoscopic cholecystectomy with intraoperative cholangiogram.", {"47562": "Laparoscopic cholecystectomy"}, {"47563": 1}),
        ("Open cholecystectomy through a Kocher incision.", {"47562": "cholecystectomy"}, {"47600": 1}),
        ("Open appendectomy for a ruptured appendix.", {"44970": "appendectomy"}, {"44960": 1}),
        ("Robotic inguinal hernia repair, recurrent.", {"49505": "inguinal hernia repair"}, {"49651": 1}),
        ("Open inguinal hernia repair, incarcerated.", {"49505": "inguinal hernia repair"}, {"49507": 1}),
        ("Umbilical hernia repair, defect 4 cm, reducible.", {"49591": "Umbilical hernia repair"}, {"49593": 1}),
        ("Distal radius fracture: closed reduction under hematoma block, then splint applied.", {"25600": "Distal radius fracture"}, {"25605": 1}),
        ("Nondisplaced metacarpal fracture, cast applied.", {"26600": "metacarpal fracture", "26605": "metacarpal fracture"}, {"26600": 1}),
        ("Injection of the right knee under ultrasound guidance.", {"20610": "Injection of the right knee"}, {"20611": 1}),
        ("Steroid injection of the wrist.", {"20610": "Steroid injection"}, {"20605": 1}),
        ("Trigger point injection of 3 muscles.", {"20552": "Trigger point injection"}, {"20553": 1}),
        ("Medial and lateral meniscectomy.", {"29881": "meniscectomy"}, {"29880": 1}),
        ("X-ray of the right knee, 4 views.", {"73562": "X-ray of the right knee"}, {"73564": 1}),
        ("Chest x-ray, portable.", {"71046": "Chest x-ray"}, {"71045": 1}),
        ("Hand x-ray, AP, lateral and oblique.", {"73120": "Hand x-ray"}, {"73130": 1}),
        ("CT of the head without contrast.", {"70460": "CT of the head", "70450": "CT of the head"}, {"70450": 1}),
        ("CT of the abdomen and pelvis after intravenous contrast.", {"74176": "CT of the abdomen and pelvis"}, {"74177": 1}),
        ("MRI of the brain without and with contrast.", {"70551": "MRI of the brain"}, {"70553": 1}),
        ("Limited abdominal ultrasound, right upper quadrant.", {"76700": "abdominal ultrasound"}, {"76705": 1}),
        ("EKG, interpretation and report only.", {"93000": "EKG"}, {"93010": 1}),
        ("Left heart catheterization with coronary angiography.", {"93454": "coronary angiography"}, {"93458": 1}),
        ("Right heart catheterization was done first. Left heart catheterization with coronary angiography followed.",
         {"93454": "coronary angiography"}, {"93460": 1}),
        ("Abdominal ultrasound. She has limited mobility at home.",
         {"76705": "Abdominal ultrasound"}, {"76700": 1}),
        ("Debridement of the open fracture: skin, subcutaneous tissue, fascia and bone.",
         {"11010": "Debridement of the open fracture"}, {"11012": 1}),
        ("INDICATION: Polyps, biopsied last spring.\n\nPROCEDURE: Colonoscopy to the cecum, a polyp removed by cold snare.",
         {"45378": "Colonoscopy"}, {"45385": 1}),
        ("Ceftriaxone infusion over 95 minutes.", {"96365": "infusion"}, {"96365": 1, "96366": 1}),
        ("IV hydration from 09:00 to 10:35.", {"96360": "IV hydration"}, {"96360": 1, "96361": 1}),
        ("Ketorolac 60 mg IM.", {"J1885": "Ketorolac"}, {"J1885": 4}),
        ("Kenalog 40 mg was injected.", {"J3301": "Kenalog"}, {"J3301": 4}),
        ("Injected 2 cc of Kenalog-40 and 4 cc of 1% lidocaine into the knee.", {"J3301": "Kenalog"}, {"J3301": 8}),
        ("Injected 4 cc of 1% lidocaine and 1 cc Kenalog-10.", {"J3301": "Kenalog"}, {"J3301": 1}),
        ("Kenalog-40 1 cc, lidocaine 3 cc were injected.", {"J3301": "Kenalog"}, {"J3301": 4}),
        ("1 mL of 40 mg/mL triamcinolone was injected.", {"J3301": "triamcinolone"}, {"J3301": 4}),
        ("Triamcinolone 40 mg/mL, 2 mL, was injected.", {"J3301": "Triamcinolone"}, {"J3301": 8}),
        ("1/2 cc of Kenalog-40 was injected.", {"J3301": "Kenalog"}, {"J3301": 2}),
        ("Kenalog-40 was drawn up. 2 cc was injected into the knee.", {"J3301": "Kenalog"}, {"J3301": 8}),
        ("2 cc of Kenalog was injected.", {"J3301": "Kenalog"}, {"J3301": 1}),
        ("1 ml of Depo-Medrol 80 was injected.", {"J1010": "Depo-Medrol"}, {"J1010": 80}),
        ("Depo-Medrol 80 mg was injected.", {"J1010": "Depo-Medrol"}, {"J1010": 80}),
        ("Depo-Medrol 40 mg/mL, 0.5 mL injected.", {"J1010": "Depo-Medrol"}, {"J1010": 20}),
        ("Celestone 1 cc was injected.", {"J0702": "Celestone"}, {"J0702": 2}),
        ("Ketorolac 60 mg/2 mL, 1 mL given IM.", {"J1885": "Ketorolac"}, {"J1885": 2}),
        ("Ketorolac 60 mg/2 mL given IM.", {"J1885": "Ketorolac"}, {"J1885": 4}),
        ("Synvisc-One 6 ml was injected.", {"J7325": "Synvisc-One"}, {"J7325": 48}),
        ("Ketorolac 60 mg and dexamethasone 10 mg IM.", {"J1885": "Ketorolac", "J1100": "dexamethasone"}, {"J1885": 4, "J1100": 10}),
        ("Given 60 mg ketorolac and 10 mg dexamethasone.", {"J1885": "ketorolac", "J1100": "dexamethasone"}, {"J1885": 4, "J1100": 10}),
        ("Each knee was injected with 40 mg of Kenalog.", {"J3301": "Kenalog"}, {"J3301": 8}),
        ("Therapeutic exercise 23 minutes.", {"97110": "Therapeutic exercise"}, {"97110": 2}),
        ("Therapeutic exercise 20 minutes. Manual therapy 20 minutes.",
         {"97110": "Therapeutic exercise", "97140": "Manual therapy"}, {"97110": 2, "97140": 1}),
    ],
)  # fmt: skip
def test_the_member_that_the_note_supports_is_chosen(ask, text: str, given: dict[str, str], expected: dict[str, int]) -> None:
    assert lines(ask(text, given)) == expected


@pytest.mark.parametrize(
    ("text", "given", "age", "expected"),
    [
        ("Tonsillectomy and adenoidectomy.", {"42820": "Tonsillectomy", "42821": "Tonsillectomy"}, 8, {"42820"}),
        ("Tonsillectomy and adenoidectomy.", {"42820": "Tonsillectomy", "42821": "Tonsillectomy"}, 12, {"42821"}),
        ("Immunization given IM, counseling provided.", {"90471": "Immunization given"}, 4, {"90460"}),
        ("Immunization given IM, counseling provided.", {"90471": "Immunization given"}, 40, {"90471"}),
    ],
)
def test_members_by_age_follow_the_encounter(ask, text: str, given: dict[str, str], age: int, expected: set[str]) -> None:
    assert set(lines(ask(text, given, age=age))) == expected


VACCINES = [
    ("Flu shot on file.", {"90656": "Flu shot"}, 40, {"90656"}),
    ("High-dose flu vaccine on file.", {"90656": "flu vaccine"}, 70, {"90662"}),
    ("Quadrivalent influenza vaccine on file.", {"90656": "influenza vaccine"}, 40, {"90686"}),
    ("Quadrivalent influenza vaccine from a multidose vial on file.", {"90656": "influenza vaccine"}, 40, {"90688"}),
    ("Influenza vaccine 0.25 mL on file.", {"90656": "Influenza vaccine"}, 1, {"90655"}),
    ("Influenza vaccine, Flucelvax, on file.", {"90656": "Influenza vaccine"}, 40, {"90661"}),
    ("Intranasal influenza vaccine on file.", {"90656": "influenza vaccine"}, 12, {"90660"}),
    ("Fluad influenza vaccine on file.", {"90656": "influenza vaccine"}, 72, {"90653"}),
    ("Pneumonia vaccine, Prevnar 20, on file.", {"90732": "Pneumonia vaccine"}, 66, {"90677"}),
    ("Pneumonia vaccine PCV15 on file.", {"90677": "Pneumonia vaccine"}, 66, {"90671"}),
    ("Pneumonia vaccine on file.", {"90677": "Pneumonia vaccine"}, 66, set()),
    ("Hepatitis B vaccine on file.", {"90746": "Hepatitis B vaccine"}, 19, {"90744"}),
    ("Hepatitis B vaccine on file.", {"90744": "Hepatitis B vaccine"}, 20, {"90746"}),
    ("Pediatric hepatitis B vaccine on file.", {"90746": "hepatitis B vaccine"}, None, {"90744"}),
    ("Heplisav hepatitis B vaccine on file.", {"90746": "hepatitis B vaccine"}, 40, {"90739"}),
    ("Hepatitis A vaccine on file.", {"90632": "Hepatitis A vaccine"}, 18, {"90633"}),
    ("Hepatitis A vaccine on file.", {"90633": "Hepatitis A vaccine"}, 19, {"90632"}),
    ("Tetanus booster, Tdap, on file.", {"90714": "Tetanus booster"}, 30, {"90715"}),
    ("Tetanus booster on file.", {"90714": "Tetanus booster"}, 30, {"90714"}),
    ("DTaP-IPV/Hib vaccine on file.", {"90700": "DTaP-IPV/Hib vaccine"}, 0, {"90698"}),
    ("MMRV on file.", {"90707": "MMRV"}, 4, {"90710"}),
    ("Pfizer COVID-19 vaccine on file.", {"91320": "COVID-19 vaccine"}, 4, {"91318"}),
    ("Pfizer COVID-19 vaccine on file.", {"91320": "COVID-19 vaccine"}, 11, {"91319"}),
    ("Moderna COVID-19 vaccine on file.", {"91320": "COVID-19 vaccine"}, 12, {"91322"}),
    ("COVID-19 vaccine on file.", {"91320": "COVID-19 vaccine"}, 40, set()),
    ("RSV vaccine in pregnancy on file.", {"90679": "RSV vaccine"}, 28, {"90678"}),
    ("Shingles vaccine on file.", {"90736": "Shingles vaccine"}, 60, {"90750"}),
    ("Meningococcal vaccine MenQuadfi on file.", {"90734": "Meningococcal vaccine"}, 16, {"90619"}),
]


@pytest.mark.parametrize(("text", "given", "age", "expected"), VACCINES)
def test_a_vaccine_is_told_by_product_age_strains_dose_and_route(ask, text: str, given: dict[str, str], age: int | None, expected: set[str]) -> None:
    assert set(lines(ask(text, given, age=age))) == expected


@pytest.mark.parametrize(
    ("text", "given", "age", "expected"),
    [
        ("Flu shot given IM in the left deltoid.", {"90656": "Flu shot"}, 40, {"90656": 1, "90471": 1}),
        ("Flu shot and Shingrix given IM today.", {"90656": "Flu shot", "90750": "Shingrix"}, 60, {"90656": 1, "90750": 1, "90471": 1, "90472": 1}),
        ("Given today: DTaP, IPV, rotavirus vaccine (Rotarix).", {"90700": "DTaP", "90713": "IPV", "90680": "rotavirus vaccine"}, 0,
         {"90700": 1, "90713": 1, "90681": 1, "90471": 1, "90472": 1, "90474": 1}),
        ("Counseled on each vaccine. DTaP and MMR given.", {"90700": "DTaP", "90707": "MMR", "90471": "vaccine"}, 4,
         {"90700": 1, "90707": 1, "90460": 2, "90461": 4}),
        ("FluMist given.", {"90660": "FluMist"}, 12, {"90660": 1, "90473": 1}),
        ("Pfizer COVID-19 vaccine given.", {"91320": "COVID-19 vaccine"}, 40, {"91320": 1, "90480": 1}),
        ("Payer: Medicare. Flu shot given.", {"90656": "Flu shot"}, 70, {"90656": 1, "G0008": 1}),
        ("Flu shot given.", {"90656": "Flu shot"}, 70, {"90656": 1, "90471": 1}),
        ("Pneumonia vaccine given.", {"90677": "Pneumonia vaccine"}, 60, {"90471": 1}),
        ("Beyfortus 50 mg given.", {"90380": "Beyfortus 50 mg"}, 0, {"90380": 1, "96381": 1}),
        ("Flu shot declined.", {"90656": "Flu shot"}, 40, {"90656": 1}),
        ("Flu shot given in 2021.", {"90656": "Flu shot"}, 40, {}),
    ],
)  # fmt: skip
def test_the_giving_of_vaccines_is_counted_from_those_given(ask, text: str, given: dict[str, str], age: int, expected: dict[str, int]) -> None:
    assert lines(ask(text, given, age=age)) == expected


@pytest.mark.parametrize(
    ("text", "code", "words", "setting", "confidence"),
    [
        ("Kenalog 40 mg was injected into the right knee.", "J3301", "Kenalog", Setting.OUTPATIENT, 0.5),
        ("Kenalog 40 mg was injected into the right knee.", "J3301", "Kenalog", Setting.INPATIENT, 0.4),
        ("Kenalog was injected into the right knee.", "J3301", "Kenalog", Setting.OUTPATIENT, 0.4),
        ("Takes Kenalog 40 mg at home.", "J3301", "Kenalog", Setting.OUTPATIENT, 0.4),
        ("The tourniquet was let down. Kenalog 40 mg was injected.", "J3301", "Kenalog", Setting.OUTPATIENT, 0.4),
        ("Lidocaine 10 mg was injected.", "J2001", "Lidocaine", Setting.OUTPATIENT, 0.4),
        ("Injected 40 mg of Kenalog into the right knee.", "20610", "Injected 40 mg of Kenalog into the right knee", Setting.OUTPATIENT, 0.5),
        ("Recommended injection of Kenalog into the knee.", "20610", "injection of Kenalog into the knee", Setting.OUTPATIENT, 0.4),
        ("Tdap given IM.", "90715", "Tdap", Setting.EMERGENCY, 0.5),
        ("Tdap given IM.", "90715", "Tdap", Setting.INPATIENT, 0.4),
        ("Tdap discussed.", "90715", "Tdap", Setting.OUTPATIENT, 0.4),
    ],
)
def test_what_a_note_states_beyond_doubt_is_worth_a_half_at_least(ask, text, code, words, setting, confidence) -> None:
    found = ask(text, {code: words}, setting=setting)
    assert next(s.confidence for s in found.scored if s.candidate.ref.code == code) == pytest.approx(confidence)


def test_shots_of_vaccines_are_no_other_shots(ask) -> None:
    found = ask("Flu shot given IM.", {"90656": "Flu shot", "96372": "given IM"})
    assert "96372" not in lines(found)
    found = ask("Flu shot given. Vitamin B12 given IM.", {"90656": "Flu shot", "96372": "given IM"})
    assert "96372" in lines(found)


def test_the_code_of_medicare_is_a_question_where_only_the_age_speaks_for_it(ask) -> None:
    found = ask("Flu shot given.", {"90656": "Flu shot"}, age=70)
    ruling = found.details[CodeRef(CodeSystem.HCPCS, "G0008")].ruling
    assert ruling is not None
    assert (ruling.status, ruling.rule) == (Status.CANDIDATE, "vaccine-administration")
    assert "Medicare" in ruling.reason


def test_what_the_note_doesn_t_say_keeps_all_members_among_the_candidates(ask) -> None:
    found = ask("X-ray of the right knee.", {"73560": "X-ray of the right knee", "73562": "X-ray of the right knee"})
    rulings = [found.details[s.candidate.ref].ruling for s in found.scored]
    assert all(r is not None and r.status is Status.CANDIDATE and "views" in r.reason for r in rulings)


def test_the_reason_shows_the_sum(ask) -> None:
    found = ask("Excision of a benign nevus of the back, 2.4 cm with 0.5 cm margins.", {"11400": "Excision of a benign nevus"})
    reasons = found.details[CodeRef(CodeSystem.CPT, "11404")].reasons
    assert any("2.4 cm + 0.5 cm margins each side = 3.4 cm" in reason for reason in reasons)


def test_doses_of_both_sides_are_added(ask, reader) -> None:
    text = "Right knee: Kenalog 40 mg injected. Left knee: Kenalog 20 mg injected."
    at = [text.index("Kenalog"), text.rindex("Kenalog")]
    analysis = reader.read(ClinicalNote(text))
    near = Nearness(analysis, DetailReader({"side": {"right": ("right",), "left": ("left",)}}).read(analysis))
    spans = [TextSpan(begin, begin + len("Kenalog")) for begin in at]
    given = Doses(text, near, spans).given(spans, "10 mg")
    assert given is not None
    assert given.units == 6


def test_the_sum_of_a_volume_shows_its_strength(ask) -> None:
    found = ask("Injected 2 cc of Kenalog-40 into the knee.", {"J3301": "Kenalog"})
    assert found.details[CodeRef(CodeSystem.HCPCS, "J3301")].reasons == ("2 cc at 40 mg/ml = 80 mg at 10 mg a unit: 8 units",)


@pytest.mark.parametrize(
    ("text", "reason"), [("2 cc of Kenalog was injected.", "2 cc without a strength"), ("Kenalog was injected.", "no dose is documented")]
)
def test_units_that_the_note_does_not_tell_are_said_to_be_uncounted(ask, text: str, reason: str) -> None:
    found = ask(text, {"J3301": "Kenalog"})
    (told,) = found.details[CodeRef(CodeSystem.HCPCS, "J3301")].reasons
    assert reason in told


@given(volume=st.integers(1, 60), strength=st.sampled_from([4, 10, 20, 30, 40, 80]), dose=st.sampled_from([1, 5, 10, 15]))
@settings_of_tests(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_volume_is_worth_its_strength_whatever_the_wording(reader: SpacyNoteReader, volume: int, strength: int, dose: int) -> None:
    ml = volume / 10
    wordings = (
        f"Given {ml} ml of triamcinolone {strength} mg/ml.",
        f"Triamcinolone {strength} mg/ml, {ml} cc given.",
        f"{ml} mL of {strength} mg per mL triamcinolone was given with 3 mL of lidocaine.",
    )
    for text in wordings:
        analysis = reader.read(ClinicalNote(text))
        begin = text.lower().index("triam")
        span = TextSpan(begin, begin + len("triamcinolone"))
        found = Doses(text, Nearness(analysis, DetailReader({}).read(analysis)), [span]).given([span], f"{dose} mg")
        assert found is not None
        assert found.units == dose_units(ml * strength, "mg", f"{dose} mg"), text


def test_members_that_the_note_speaks_against_fall_behind_the_chosen_one(ask) -> None:
    found = ask("CT of the head without contrast.", {"70460": "CT of the head", "70450": "CT of the head"})
    first, second = found.scored
    assert (first.candidate.ref.code, second.candidate.ref.code) == ("70450", "70460")
    assert first.confidence > 0.4 > second.confidence
    ruling = found.details[second.candidate.ref].ruling
    assert ruling is not None
    assert "70450" in ruling.reason


@pytest.mark.parametrize(
    ("text", "given", "setting", "modifiers"),
    [
        ("Injection of the right knee.", {"20610": "Injection of the right knee"}, Setting.OUTPATIENT, ("RT",)),
        ("Injection of both knees.", {"20610": "Injection"}, Setting.OUTPATIENT, ("50",)),
        ("Right knee injection and left knee injection.", {"20610": "knee injection"}, Setting.OUTPATIENT, ("RT",)),
        ("Bilateral knee arthritis. Right knee injection, later left knee.", {"20610": "Right knee injection"}, Setting.OUTPATIENT, ("RT",)),
        ("Bilateral knee injection.", {"20610": "knee injection"}, Setting.OUTPATIENT, ("50",)),
        ("Chest x-ray, two views.", {"71046": "Chest x-ray"}, Setting.OUTPATIENT, ()),
        ("Chest x-ray, two views.", {"71046": "Chest x-ray"}, Setting.EMERGENCY, ("26",)),
        ("Chest x-ray, two views, interpretation only.", {"71046": "Chest x-ray"}, Setting.OUTPATIENT, ("26",)),
        ("Chest x-ray, two views, technical component only.", {"71046": "Chest x-ray"}, Setting.OUTPATIENT, ("TC",)),
        ("Chest x-ray, two views, technical component only.", {"71046": "Chest x-ray"}, Setting.EMERGENCY, ("TC",)),
        ("Comprehensive metabolic panel, interpretation only.", {"80053": "metabolic panel"}, Setting.OUTPATIENT, ()),
        ("Kenalog 40 mg injected, no waste.", {"J3301": "Kenalog"}, Setting.OUTPATIENT, ("JZ",)),
        ("Kenalog 40 mg injected.", {"J3301": "Kenalog"}, Setting.OUTPATIENT, ()),
    ],
)
def test_modifiers_are_those_that_the_note_supports(ask, text: str, given: dict[str, str], setting: Setting, modifiers: tuple[str, ...]) -> None:
    found = ask(text, given, setting=setting)
    assert found.details[found.scored[0].candidate.ref].modifiers == modifiers


def test_a_service_that_is_only_planned_is_left_as_it_is(ask) -> None:
    text = "Will schedule excision of a benign nevus, 2.4 cm."
    found = ask(text, {"11400": "excision of a benign nevus"})
    assert [s.candidate.ref.code for s in found.scored] == ["11400"]
    assert found.scored[0].confidence == pytest.approx(0.4)


def test_a_record_of_anesthesia_bills_the_anesthesia_and_not_the_operation(ask):
    text = "ANESTHESIA RECORD\nProcedure: laparoscopic cholecystectomy. ASA class 3.\nAnesthesia start 0730. Anesthesia end 0915.\n"
    found = ask(text, {"47562": "laparoscopic cholecystectomy"})
    assert lines(found) == {"00790": 105}
    [service] = [ref for ref in found.details if ref.code == "00790"]
    assert found.details[service].modifiers == ("P3",)
    assert found.details[service].reasons == ("goes with 47562", "anesthesia time 105 minutes, told as units")
    assert "00790" in suppressed(found)["47562"]


def test_two_operations_of_a_record_leave_one_anesthesia_service(ask):
    text = "ANESTHESIA RECORD\nKnee arthroscopy and excision of a scalp cyst done.\n"
    found = ask(text, {"29881": "Knee arthroscopy", "21555": "excision of a scalp cyst"})
    assert len([code for code in lines(found) if code.startswith("0")]) == 1


def test_the_surgeons_note_bills_no_anesthesia(ask):
    text = "Operative note. Cesarean delivery under spinal anesthesia.\n"
    found = ask(text, {"59510": "Cesarean delivery", "01961": "Cesarean delivery under spinal anesthesia"})
    assert lines(found) == {"59510": 1}
    assert "no record of anesthesia" in suppressed(found)["01961"]
