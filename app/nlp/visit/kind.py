"""Which visit a note is of, if any: family and patient status, with the words that tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import Experiencer, Presence, Temporality
from app.domain.em.cues import REPORT
from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.encounter import Encounter, Setting
from app.domain.note import TextSpan
from app.nlp.visit.conclusion import Conclusion
from app.nlp.visit.cue_finder import Hit, Hits

_F = VisitFamily
# A note with these sections reports a service, unless it also examines a patient who tells a history.
_REPORT_SECTIONS = frozenset({"procedure_description", "technique", "operative_details", "postoperative_diagnosis", "comparison"})
_EXAMINATION = frozenset({"physical_exam", "vital_signs", "review_of_systems"})
_HISTORY = frozenset({"chief_complaint", "history_of_present_illness", "past_medical_history", "emergency_course"})
_VISIT_SECTIONS = frozenset({"chief_complaint", "assessment", "assessment_and_plan", "plan", "review_of_systems", "social_history"})
_STUDIES = frozenset(
    {"ECG", "echocardiogram", "stress test", "chest x-ray", "x-ray", "CT head", "CT", "MRI", "ultrasound", "nuclear scan", "mammogram",
     "bone density",      "angiogram", "sleep study", "EEG", "EMG", "cardiac monitor"}
)  # fmt: skip
# A note that opens with the name of a service, or of a kind of imaging in capitals.
_SERVICE_FIRST = re.compile(r"\s*(?:(?i:procedures?(?: performed| done)?\s*[:,-]|operation\s*[:,-])|(?:US|XR|CT|MR|MRI|NM|PET|DEXA|MAMMO\w*) [A-Z])")
_QUOTED = frozenset({"results", "laboratory", "imaging"})
_DISCHARGE_SECTIONS = frozenset({"discharge_diagnosis", "discharge_medications", "discharge_instructions", "hospital_course"})
_OPENING_SECTIONS = frozenset({"", "chief_complaint", "history_of_present_illness", "consultation", "indication"})
_TITLE_SENTENCES, _TITLE_WORDS, _TITLE_CHARACTERS = 4, 14, 400
_CALLED = ("patient", "pt")
# Where the setting is known, words at the very top name the note even in a long sentence.
_TOP = 80
# In the order in which they decide, the more particular first.
_BY_SETTING: dict[Setting, tuple[VisitFamily, ...]] = {
    Setting.OUTPATIENT: (
        _F.POSTOPERATIVE, _F.NURSE, _F.MEDICARE_WELCOME, _F.MEDICARE_WELLNESS_FIRST, _F.MEDICARE_WELLNESS_LATER, _F.NURSING_FACILITY_DISCHARGE,
        _F.NURSING_FACILITY_INITIAL, _F.NURSING_FACILITY_SUBSEQUENT, _F.HOME, _F.OFFICE_CONSULTATION, _F.PREVENTIVE, _F.AUDIO, _F.VIDEO,
    ),
    Setting.EMERGENCY: (_F.EMERGENCY,),
    Setting.INPATIENT: (
        _F.NURSING_FACILITY_DISCHARGE, _F.NURSING_FACILITY_INITIAL, _F.NURSING_FACILITY_SUBSEQUENT, _F.HOSPITAL_SAME_DAY, _F.HOSPITAL_DISCHARGE,
        _F.HOSPITAL_CONSULTATION, _F.HOSPITAL_SUBSEQUENT, _F.HOSPITAL_INITIAL,
    ),
}  # fmt: skip
_BY_SETTING[Setting.UNKNOWN] = (
    *_BY_SETTING[Setting.OUTPATIENT][:9], _F.HOSPITAL_SAME_DAY, _F.HOSPITAL_CONSULTATION, _F.OFFICE_CONSULTATION, _F.HOSPITAL_DISCHARGE, _F.EMERGENCY,
    _F.HOSPITAL_INITIAL, _F.HOSPITAL_SUBSEQUENT, _F.PREVENTIVE, _F.AUDIO, _F.VIDEO, _F.OFFICE,
)  # fmt: skip
# Words that tell these wherever they stand; the others only in the title of the note or in its headings.
_ANYWHERE = frozenset(
    {_F.POSTOPERATIVE, _F.MEDICARE_WELCOME, _F.MEDICARE_WELLNESS_FIRST, _F.MEDICARE_WELLNESS_LATER, _F.HOME, _F.VIDEO, _F.AUDIO,
     _F.OFFICE_CONSULTATION, _F.HOSPITAL_SAME_DAY, _F.HOSPITAL_CONSULTATION}
)  # fmt: skip


class Kind(NamedTuple):
    """The family (None: a visit, but its place is not told) and the status, with the words that tell them."""

    family: VisitFamily | None
    family_words: tuple[TextSpan, ...]
    status: PatientStatus
    status_words: tuple[TextSpan, ...]


def is_report(analysis: NoteAnalysis, hits: Hits) -> bool:
    """True for operative, imaging, pathology and procedure reports, and for services that are not visits."""
    kinds = {section.category for section in analysis.sections}
    titles = [h.name for h in hits.of("visit") if _in_title(analysis, hits.span(h))]
    others = set(titles) - {REPORT}
    examined = bool(kinds & _EXAMINATION) and bool(kinds & _HISTORY)
    titled = REPORT in titles and (not others or (titles[0] == REPORT and not examined))
    if "chief_complaint" not in kinds and (titled or _SERVICE_FIRST.match(analysis.note.text)):
        return True
    asked = any(h.name != "referral" for h in hits.of("consultation"))
    if asked or others or kinds & (_VISIT_SECTIONS | _DISCHARGE_SECTIONS):
        return False
    # "EXAM: CT chest" is the examination that a report of imaging is of.
    named = [hits.span(h) for h in hits.of("test") if h.name in _STUDIES and hits.span(h).end <= _TOP]
    if "vital_signs" not in kinds and any(analysis.section_at(span.begin).category not in _HISTORY | _QUOTED for span in named):
        return True
    return not examined and ("findings" in kinds or "procedure" in kinds or bool(kinds & _REPORT_SECTIONS))


def kind_of_visit(analysis: NoteAnalysis, hits: Hits, encounter: Encounter, conclusion: Conclusion) -> Kind | None:
    """The visit a note is of; None where nothing says that it is of one."""
    status, status_words = _status(analysis, hits, conclusion)
    for family in _BY_SETTING[encounter.setting]:
        words = _words_of(analysis, hits, family, conclusion, setting=encounter.setting)
        # Who calls the patient a new patient does not bill a consultation.
        called_new = (
            family is _F.OFFICE_CONSULTATION and status is PatientStatus.NEW and analysis.note.quote(status_words[0]).lower().endswith(_CALLED)
        )
        if words and not called_new:
            return Kind(family, words, status, status_words)
    usual, known = _usual(analysis, encounter.setting, status)
    return Kind(usual, (_opening(analysis),), status, status_words) if known else None


def _usual(analysis: NoteAnalysis, setting: Setting, status: PatientStatus) -> tuple[VisitFamily | None, bool]:
    """The family where no words tell it, and whether the note is of a visit at all."""
    kinds = {section.category for section in analysis.sections}
    if setting is Setting.OUTPATIENT:
        return _F.OFFICE, True
    if setting is Setting.EMERGENCY:
        return _F.EMERGENCY, True
    if setting is Setting.INPATIENT:
        if kinds & _DISCHARGE_SECTIONS:
            return _F.HOSPITAL_DISCHARGE, True
        return (_F.HOSPITAL_INITIAL if kinds & _HISTORY else _F.HOSPITAL_SUBSEQUENT), True
    examined = bool(kinds & _EXAMINATION) and bool(kinds & _HISTORY)
    return (_F.OFFICE if status is not PatientStatus.NOT_STATED else None), examined


def _words_of(analysis: NoteAnalysis, hits: Hits, family: VisitFamily, conclusion: Conclusion, *, setting: Setting) -> tuple[TextSpan, ...]:
    """The words that tell the family, first of all those of the title."""
    if family in (_F.OFFICE_CONSULTATION, _F.HOSPITAL_CONSULTATION):
        asked = _consultation(analysis, hits, shared_record=family is _F.HOSPITAL_CONSULTATION and setting is Setting.INPATIENT)
        if asked and (family is _F.OFFICE_CONSULTATION or setting is Setting.INPATIENT or _in_hospital(analysis, hits)):
            return asked
    return _told(analysis, hits, family, conclusion, known=setting is not Setting.UNKNOWN)


def _told(analysis: NoteAnalysis, hits: Hits, family: VisitFamily, conclusion: Conclusion, *, known: bool) -> tuple[TextSpan, ...]:
    spans = [hits.span(h) for h in hits.of("visit") if h.name == family]
    titled = [s for s in spans if _in_title(analysis, s) or (known and s.end <= _TOP)]
    if titled:
        return tuple(titled[:2])
    if family is _F.PREVENTIVE:
        return tuple(s for s in spans if _preventive_here(analysis, s, conclusion))[:2]
    if family in _ANYWHERE:
        return tuple(s for s in spans if _now(analysis, s))[:2]
    return ()


def _preventive_here(analysis: NoteAnalysis, span: TextSpan, conclusion: Conclusion) -> bool:
    """The reason of the visit, or what is concluded; not what was done last year or is due."""
    category = analysis.section_at(span.begin).category
    if not _now(analysis, span) or category not in _OPENING_SECTIONS | {"assessment", "assessment_and_plan", "diagnosis", "impression"}:
        return False
    return category == "chief_complaint" or span.begin < conclusion.begin or category != ""


def _consultation(analysis: NoteAnalysis, hits: Hits, *, shared_record: bool) -> tuple[TextSpan, ...]:
    """Request and answer: the words that ask for an opinion, and the note or letter that gives it.

    In hospital the record is shared: a note of consultation is the answer, and is not written unasked.
    """
    by_name: dict[str, list[TextSpan]] = {}
    for hit in hits.of("consultation"):
        span = hits.span(hit)
        titled = _in_title(analysis, span) or span.end <= _TOP
        if titled or (hit.name != "note" and (hit.name == "report" or analysis.section_at(span.begin).category in _OPENING_SECTIONS)):
            by_name.setdefault(hit.name, []).append(span)
            if titled and hit.name == "request":
                by_name.setdefault("note", []).append(span)
    notes, requests = by_name.get("note", []), by_name.get("request", [])
    if requests and (notes or shared_record or by_name.get("report")):
        return tuple(dict.fromkeys((requests[0], *(notes or by_name.get("report", []))[:1])))
    if notes and (shared_record or by_name.get("referral")):
        return (notes[0], *by_name.get("referral", [])[:1])
    return ()


def _in_hospital(analysis: NoteAnalysis, hits: Hits) -> bool:
    """True when the note speaks of a stay that is not over."""
    return any(h.name in (_F.HOSPITAL_INITIAL, _F.HOSPITAL_SUBSEQUENT) and _now(analysis, hits.span(h)) for h in hits.of("visit"))


def _in_title(analysis: NoteAnalysis, span: TextSpan) -> bool:
    """True inside a heading, or in a short sentence at the top of the note."""
    section = analysis.section_at(span.begin)
    if section.heading is not None and section.heading.overlaps(span):
        return True
    number = analysis.sentence_at(span.begin)
    sentence = analysis.sentences[number]
    return number < _TITLE_SENTENCES and sentence.end_word - sentence.first_word <= _TITLE_WORDS and span.begin < _TITLE_CHARACTERS


def _now(analysis: NoteAnalysis, span: TextSpan) -> bool:
    assertion = analysis.assertion_of(span)
    return assertion.presence is Presence.PRESENT and assertion.temporality is Temporality.CURRENT and assertion.experiencer is Experiencer.PATIENT


def _status(analysis: NoteAnalysis, hits: Hits, conclusion: Conclusion) -> tuple[PatientStatus, tuple[TextSpan, ...]]:
    """Words like "new patient" say it anywhere; other words only where the note tells why the patient came."""
    plain: list[tuple[Hit, TextSpan]] = []
    for hit in hits.of("status"):
        span = hits.span(hit)
        if hit.key.split()[-1] in ("patient", "pt"):
            return PatientStatus(hit.name), (span,)
        if analysis.section_at(span.begin).category in _OPENING_SECTIONS and span.begin < conclusion.begin:
            plain.append((hit, span))
    for wanted in (PatientStatus.NEW, PatientStatus.ESTABLISHED):
        spans = [span for hit, span in plain if hit.name == wanted]
        if spans:
            return wanted, (spans[0],)
    referred = next((hits.span(h) for h in hits.of("consultation") if h.name == "referral"), None)
    if referred is not None and referred.begin < conclusion.begin and analysis.section_at(referred.begin).category in _OPENING_SECTIONS:
        return PatientStatus.NEW, (referred,)
    return PatientStatus.NOT_STATED, ()


def _opening(analysis: NoteAnalysis) -> TextSpan:
    """The reason of the visit, else the first sentence."""
    for category in ("chief_complaint", "history_of_present_illness"):
        for section in analysis.sections:
            if section.category == category:
                inside: Sequence[TextSpan] = [s.span for s in analysis.sentences if section.span.covers(s.span) and s.span != section.heading]
                if inside:
                    return inside[-1] if category == "chief_complaint" else inside[0]
    return analysis.sentences[0].span
