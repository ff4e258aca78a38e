"""Visits on the day of other services: which services ask for modifier 25, and what a note shows that the visit did beyond them.

CPT and the NCCI Policy Manual (chapter I, D): a minor procedure holds the decision to do it; the visit beside it is billed
where it is significant and separately identifiable. What is given by staff holds no decision at all. A major procedure asks
for 57 in place of 25.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from app.domain.candidate import Evidence
from app.domain.code import CodeRef, CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.pointing import akin
from app.domain.precedence import Rank, is_symptom, rank


class Beside(StrEnum):
    """What a service asks of the visit beside it: GIVEN by staff and MINOR ask for 25, MAJOR asks for 57 where the visit decided on it."""

    GIVEN = "given"
    MINOR = "minor"
    MAJOR = "major"


_VISIT = re.compile(
    r"99(?:20[2-5]|21[1-5]|22[1-3]|23[1-6]|238|239|24[2-5]|25[2-5]|28[1-5]|291|30[4-9]|310|315|316|34[1-9]|350|38[1-7]|39[1-7])|920(?:02|04|12|14)"
)
_SURGERY = (10004, 69990)
# Vaccines, shots and drips, breathing treatment and tests, allergy shots and tests.
_GIVEN = ((90460, 90474), (90480, 90480), (94010, 94799), (95004, 95199), (96360, 96379), (96401, 96417))
_MINOR_MEDICINE = ((92920, 92998), (93451, 93464), (97010, 97799), (98925, 98943))
# Services within the range of surgery that ask for nothing: blood drawn or given, maternity visits.
_PLAIN = ((36000, 36425), (36430, 36460), (36600, 36600), (38220, 38222), (59400, 59430), (59510, 59622))
# Surgery with no or ten days of aftercare in its fee, from the fee schedule of CMS; ranges in our words. The rest has ninety.
_MINOR_SURGERY = (
    (10004, 11107), (11200, 11313), (11400, 11446), (11600, 11765), (11900, 11983), (12001, 12057), (13100, 13153), (15271, 15278),
    (15851, 15853), (16000, 16030), (17000, 17004), (17110, 17286), (17311, 17380), (19000, 19101), (20200, 20225), (20500, 20664),
    (20670, 20670), (21310, 21320), (21480, 21480), (23350, 23350), (24640, 24640), (25246, 25246), (26010, 26011), (27093, 27096),
    (28190, 28190), (29000, 29799), (30000, 30100), (30300, 30300), (30901, 30906), (31231, 31298), (31500, 31530), (31575, 31579),
    (31615, 31661), (32400, 32408), (32550, 32557), (33010, 33019), (33210, 33211), (33285, 33286), (36465, 36479), (36555, 36597),
    (36620, 36680), (36901, 36909), (37191, 37193), (38500, 38505), (40490, 40490), (40800, 40810), (41010, 41010), (42100, 42100),
    (42400, 42400), (42700, 42809), (43191, 43278), (43752, 43763), (44360, 44408), (45300, 45398), (46050, 46050), (46083, 46083),
    (46220, 46221), (46320, 46320), (46600, 46924), (47000, 47000), (49082, 49084), (49180, 49180), (49440, 49465), (50200, 50200),
    (50382, 50435), (51100, 51102), (51600, 51798), (52000, 52356), (53600, 53665), (54000, 54065), (54100, 54100), (54150, 54161),
    (54200, 54235), (55000, 55000), (55700, 55706), (56405, 56442), (56501, 56606), (56820, 56821), (57061, 57061), (57100, 57105),
    (57150, 57180), (57400, 57513), (57800, 57800), (58100, 58110), (58300, 58350), (58555, 58563), (59000, 59076), (60000, 60100), (60300, 60300),
    (61020, 61070), (62263, 62329), (62367, 62370), (63650, 63650), (64400, 64566), (64590, 64681), (65205, 65222), (65430, 65436),
    (65778, 65778), (65800, 65815), (65855, 65855), (66761, 66761), (67028, 67028), (67145, 67145), (67210, 67228), (67500, 67515),
    (67700, 67850), (67938, 67938), (68020, 68200), (68400, 68440), (68760, 68816), (69000, 69222), (69420, 69436), (69801, 69801),
)  # fmt: skip
# Where a clinician writes what the visit assessed; "" is text under no heading.
_ASSESSED = frozenset({"", "assessment", "assessment_and_plan", "condition", "diagnosis", "emergency_course", "impression", "plan"})
_PREVENTIVE = ("Z00", "Z01.4")
_PLANNED = re.compile(
    r"\b(?:here|comes?|presents?|seen|returns?|arrives?|scheduled|visit) (?:today )?(?:only )?for "
    r"(?:(?:his|her|their|the|an?|\w+ly|scheduled|next|\w+th) )*"
    r"(?:\S+ ){0,2}?(?:injections?|shots?|vaccin\w+|immuni[sz]ations?|infusions?|drips?|flu shot)\b"
    r"|\b(?:nurse|injection|shot|infusion|vaccine|immuni[sz]ation)[- ]only\b|\bnurse visit\b",
    re.IGNORECASE,
)


def is_visit(ref: CodeRef) -> bool:
    """True for a code of a visit that may take modifier 25."""
    return ref.system is CodeSystem.CPT and _VISIT.fullmatch(ref.code) is not None


def beside(ref: CodeRef) -> Beside | None:
    """What a service asks of a visit of the same day; None for laboratory, imaging, drugs, visits and the like."""
    if ref.system is not CodeSystem.CPT or not ref.code.isdigit():
        return None
    number = int(ref.code)
    if _within(number, _GIVEN):
        return Beside.GIVEN
    if _within(number, _MINOR_MEDICINE):
        return Beside.MINOR
    if not _SURGERY[0] <= number <= _SURGERY[1] or _within(number, _PLAIN):
        return None
    return Beside.MINOR if _within(number, _MINOR_SURGERY) else Beside.MAJOR


def own_work(coded: CodedEncounter, services: Sequence[CodedLine]) -> tuple[CodedLine, ...]:
    """The problems that the note shows assessed beyond what `services` were for, in claim order; none without a note.

    A problem counts where a sentence under assessment, plan or the like speaks of it and of none of the services or their
    reasons. Beside what staff gave any problem assessed counts, unless the patient came for just that.
    """
    if coded.note is None:
        return ()
    minor = [line for line in services if beside(line.ref) is not Beside.GIVEN]
    judged = minor if minor or coded.said(_PLANNED) is None else list(services)
    reasons = {reason for service in judged for reason in _reasons(service, coded)}
    taken = {place for line in (*judged, *(d for d in coded.diagnoses if d.ref in reasons)) for place in _places(line, coded)}
    return tuple(d for d in coded.diagnoses if d.ref not in reasons and _is_problem(d.ref.code) and _is_assessed(d, coded, taken))


def _reasons(service: CodedLine, coded: CodedEncounter) -> set[CodeRef]:
    """The diagnoses that a service may have been done for: of its part of the body, and those named with it.

    Of several of one part of the body those named in the sentence of the service, with their like, where any is.
    """
    places = _places(service, coded)
    related = [d for d in coded.diagnoses if akin(service.ref, d.ref.code)]
    named = [d for d in coded.diagnoses if places & _places(d, coded)]
    both = [d for d in related if d in named]
    if not both:
        return {d.ref for d in (*related, *named)} or {d.ref for d in coded.diagnoses[:1]}
    categories = {d.ref.code[:3] for d in both}
    return {d.ref for d in related if d in both or d.ref.code[:3] in categories or is_symptom(d.ref.code)}


def _is_problem(code: str) -> bool:
    return code.startswith(_PREVENTIVE) or (rank(code) in (Rank.CHAPTER, Rank.CONDITION) and not code.startswith("Z"))


def _is_assessed(line: CodedLine, coded: CodedEncounter, taken: set[int]) -> bool:
    return any(_shows(e) and _at(e, coded) not in taken for e in line.evidence)


def _shows(evidence: Evidence) -> bool:
    return evidence.section in _ASSESSED and evidence.assertion.affirmed


def _places(line: CodedLine, coded: CodedEncounter) -> set[int]:
    return {_at(e, coded) for e in line.evidence}


def _at(evidence: Evidence, coded: CodedEncounter) -> int:
    assert coded.note is not None
    return coded.note.sentence_at(evidence.span.begin)


def _within(number: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(low <= number <= high for low, high in ranges)
