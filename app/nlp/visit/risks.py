"""Decisions of management, by the risk they carry."""

from __future__ import annotations

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import Experiencer, Presence, Temporality
from app.domain.em.facts import Support
from app.domain.em.families import VisitFamily
from app.domain.em.levels import RiskKind
from app.nlp.visit.conclusion import Conclusion
from app.nlp.visit.cue_finder import CueFinder, Hit, Hits

_R = RiskKind
_DOSES = frozenset({"mg", "mcg", "units", "meq", "gtt", "gtts", "puffs", "tab", "tabs", "tablets", "ml"})
# Where the patient is in hospital already, words like "ICU" decide nothing, unless care is stepped up.
_ALREADY_IN = frozenset({VisitFamily.HOSPITAL_SUBSEQUENT, VisitFamily.HOSPITAL_DISCHARGE, VisitFamily.NURSING_FACILITY_SUBSEQUENT})
_SOCIAL_ELSEWHERE = frozenset({"family_history", "review_of_systems", "past_medical_history"})


def risks(analysis: NoteAnalysis, hits: Hits, finder: CueFinder, conclusion: Conclusion, family: VisitFamily | None) -> list[Support]:
    """Each decision once by kind and name, in the order of the text."""
    found: dict[tuple[RiskKind, str], Support] = {}

    def add(kind: RiskKind, hit: Hit) -> None:
        span = hits.span(hit)
        found.setdefault((kind, hit.key), Support(kind, " ".join(analysis.note.quote(span).split()), span))

    for hit in hits.of("risk"):
        if _counts(analysis, hits, hit, conclusion, family):
            add(RiskKind(hit.name), hit)
    for hit in _drugs(analysis, hits, finder, conclusion):
        add(_R.OVER_THE_COUNTER if hit.name == "over_the_counter" else _R.PRESCRIPTION, hit)
    for hit in hits.of("monitoring"):
        if hit.name == "drug" and conclusion.manages(hit.first) and _decided(analysis, hits, hit) and _watched(analysis, hits, hit):
            add(_R.TOXICITY_MONITORING, hit)
    return sorted(found.values(), key=lambda s: s.span)


def _counts(analysis: NoteAnalysis, hits: Hits, hit: Hit, conclusion: Conclusion, family: VisitFamily | None) -> bool:
    """True for a decision of this visit: in the conclusion, but for social limits, and for the admission that it is about."""
    kind = RiskKind(hit.name)
    managed = conclusion.manages(hit.first)
    if kind is _R.SOCIAL:
        managed = analysis.section_at(analysis.words.begins[hit.first]).category not in _SOCIAL_ELSEWHERE
    elif kind is _R.HOSPITALIZATION:
        managed = family is VisitFamily.HOSPITAL_INITIAL or (managed and family not in _ALREADY_IN)
    elif kind is _R.MAJOR_SURGERY:
        managed = managed and _surgery_weighed(analysis, hits, hit)
    return managed and _decided(analysis, hits, hit)


def _decided(analysis: NoteAnalysis, hits: Hits, hit: Hit) -> bool:
    assertion = analysis.assertion_of(hits.span(hit))
    return (
        assertion.presence in (Presence.PRESENT, Presence.POSSIBLE)
        and assertion.temporality not in (Temporality.HISTORICAL, Temporality.HYPOTHETICAL)
        and assertion.experiencer is Experiencer.PATIENT
    )


def _sentence_words(analysis: NoteAnalysis, hit: Hit) -> tuple[int, int]:
    sentence = analysis.sentences[analysis.sentence_at(analysis.words.begins[hit.first])]
    return sentence.first_word, sentence.end_word


def _surgery_weighed(analysis: NoteAnalysis, hits: Hits, hit: Hit) -> bool:
    if analysis.assertion_of(hits.span(hit)).temporality is Temporality.PLANNED:
        return True
    return bool(hits.between("decision", *_sentence_words(analysis, hit)))


def _watched(analysis: NoteAnalysis, hits: Hits, hit: Hit) -> bool:
    first, end = _sentence_words(analysis, hit)
    return any(h.name == "watched" for h in hits.between("monitoring", first, end + (end - first)))


def _drugs(analysis: NoteAnalysis, hits: Hits, finder: CueFinder, conclusion: Conclusion) -> list[Hit]:
    """Drugs of the plan: by their names, by how the names of drugs end, and what stands before a dose."""
    named = [h for h in hits.of("drug") if conclusion.manages(h.first)]
    taken = {w for h in named for w in range(h.first, h.end)}
    norms, stems = analysis.words.norms, analysis.words.stems
    for first, end in conclusion.management:
        for i in range(first, end):
            norm = norms[i]
            if i in taken:
                continue
            if finder.ends_like_a_drug(norm):
                named.append(Hit(i, i + 1, "prescription", stems[i] or norm))
                taken.add(i)
            elif norm in _DOSES and i - 2 >= first and norms[i - 1][0].isdigit() and norms[i - 2].isalpha() and i - 2 not in taken and stems[i - 2]:
                named.append(Hit(i - 2, i + 1, "prescription", stems[i - 2]))
                taken.update(range(i - 2, i + 1))
    return [h for h in named if _decided(analysis, hits, h)]
