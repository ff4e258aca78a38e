"""Data reviewed or ordered: tests, outside notes, an independent historian, interpretation, discussion."""

from __future__ import annotations

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import Experiencer, Presence, Temporality
from app.domain.em.facts import Support
from app.domain.em.families import VisitFamily
from app.domain.em.levels import DataKind
from app.nlp.visit.conclusion import MANAGEMENT
from app.nlp.visit.cue_finder import Hit, Hits

_RESULTS = MANAGEMENT | {"laboratory", "imaging", "results", "findings"}
# What is told here was not reviewed or ordered at this visit.
_ELSEWHERE = frozenset(
    {"review_of_systems", "past_medical_history", "past_surgical_history", "family_history", "social_history", "obstetric_history", "medications",
     "allergies", "immunizations", "physical_exam", "vital_signs", "signature", "discharge_medications"}
)  # fmt: skip
# A panel holds what its parts measure.
_HELD_BY = {
    "basic metabolic panel": ("comprehensive metabolic panel",),
    "liver tests": ("comprehensive metabolic panel",),
    "glucose": ("comprehensive metabolic panel", "basic metabolic panel"),
    "CT": ("CT head",),
    "x-ray": ("chest x-ray",),
}
_OWN_EQUIPMENT = frozenset({VisitFamily.OFFICE, VisitFamily.OFFICE_CONSULTATION, VisitFamily.PREVENTIVE})
_PARTY_WITHIN, _LABEL_WORDS = 6, 4
_ONE_EACH = {kind.value: kind for kind in DataKind if kind is not DataKind.TEST}


def data_reviewed(analysis: NoteAnalysis, hits: Hits, family: VisitFamily | None) -> list[Support]:
    """Each test, source and person once, in the order of the text."""
    found: dict[tuple[DataKind, str], Support] = {}

    def add(kind: DataKind, name: str, hit: Hit) -> None:
        found.setdefault((kind, name), Support(kind, name, hits.span(hit)))

    own = _read_on_own_equipment(analysis, hits) if family in _OWN_EQUIPMENT else set()
    for hit in hits.of("test"):
        sentence = _sentence(analysis, hit)
        if sentence not in own and _was_handled(analysis, hits, hit, sentence):
            add(DataKind.TEST, hit.name, hit)
    for name, panels in _HELD_BY.items():
        if any((DataKind.TEST, panel) in found for panel in panels):
            found.pop((DataKind.TEST, name), None)
    for hit in hits.of("data"):
        kind = _ONE_EACH.get(hit.name)
        if kind is None or not _affirmed(analysis, hits, hit) or (kind is DataKind.INTERPRETATION and _sentence(analysis, hit) in own):
            continue
        party = _party(analysis, hits, hit) if kind is DataKind.DISCUSSION else hit
        if party is not None:
            add(kind, hit.key if kind is DataKind.EXTERNAL_NOTE else hit.name, Hit(hit.first, party.end, hit.name, hit.key))
    return sorted(found.values(), key=lambda s: s.span)


def _party(analysis: NoteAnalysis, hits: Hits, hit: Hit) -> Hit | None:
    """The other professional that is named soon behind "discussed with"."""
    end = min(hit.end + _PARTY_WITHIN, analysis.sentences[_sentence(analysis, hit)].end_word)
    return next((h for h in hits.between("data", hit.end, end) if h.name == "party"), None)


def _sentence(analysis: NoteAnalysis, hit: Hit) -> int:
    return analysis.sentence_at(analysis.words.begins[hit.first])


def _read_on_own_equipment(analysis: NoteAnalysis, hits: Hits) -> set[int]:
    """Sentences of tests that the practice made and read itself: their reading is billed with the test, not with the visit."""
    places: dict[str, set[int]] = {"interpretation": set(), "billed_here": set()}
    for hit in hits.of("data"):
        if hit.name in places:
            places[hit.name].add(_sentence(analysis, hit))
    both = places["interpretation"] & places["billed_here"]
    # "X-ray:" stands apart as a label, and names the test of the sentence behind it.
    text, sentences = analysis.note.text, analysis.sentences
    labels = {n - 1 for n in both if n and "\n" not in text[sentences[n - 1].span.begin : sentences[n].span.begin]}
    return both | {n for n in labels if sentences[n].end_word - sentences[n].first_word <= _LABEL_WORDS}


def _was_handled(analysis: NoteAnalysis, hits: Hits, hit: Hit, sentence: int) -> bool:
    span = hits.span(hit)
    category = analysis.section_at(span.begin).category
    assertion = analysis.assertion_of(span)
    if category in _ELSEWHERE or assertion.presence is Presence.ABSENT or assertion.experiencer is not Experiencer.PATIENT:
        return False
    if assertion.temporality is Temporality.HYPOTHETICAL or assertion.presence is Presence.CONDITIONAL:
        return False
    if category in _RESULTS:
        return True
    part = analysis.sentences[sentence]
    return any(h.name == "handled" for h in hits.between("data", part.first_word, part.end_word))


def _affirmed(analysis: NoteAnalysis, hits: Hits, hit: Hit) -> bool:
    assertion = analysis.assertion_of(hits.span(hit))
    return assertion.presence is Presence.PRESENT and assertion.temporality not in (Temporality.HYPOTHETICAL, Temporality.PLANNED)
