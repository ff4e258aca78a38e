"""From a note to codes: read, retrieve, score, judge."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import cast

from app.domain.analysis import NoteAnalysis
from app.domain.bundle import BundleManifest
from app.domain.candidate import Candidate, MatchSource, ScoredCandidate
from app.domain.code import CodeRef, CodeSystem
from app.domain.em.candidates import RULE, visit_candidates, why_not
from app.domain.em.evaluation import EvaluationManagement
from app.domain.encounter import ANYWHERE, Encounter, Setting
from app.domain.errors import NoteTooLong
from app.domain.evidence import Evidences
from app.domain.finding import Finding, Severity
from app.domain.note import ClinicalNote
from app.domain.note_profile import Profile, profile_of
from app.domain.rules.base import CodeRule, Ruling
from app.domain.suggestion import CodingDraft, Status, Suggestion
from app.usecases.alternatives import Readings, sibling_alternatives
from app.usecases.code_detail import PLAIN, Detailed
from app.usecases.compose_claim import ComposeClaim
from app.usecases.detail_services import DetailServices
from app.usecases.judge_code import Judge, Shown, ruled
from app.usecases.level_visit import LevelVisit
from app.usecases.long_term_use import drugs_not_taken
from app.usecases.ports import CandidateSource, Catalog, NoteReader, Reference, Scorer, Terminology
from app.usecases.recall_phrases import Recalled, RecallPhrases, remembered
from app.usecases.weigh_support import WeighSupport

_TAUGHT = frozenset({MatchSource.LEARNED, MatchSource.MARKED})
_OF_VISITS = frozenset({CodeSystem.CPT, CodeSystem.HCPCS})


@dataclass(frozen=True, slots=True)
class SuggestionRequest:
    """A note with its encounter. `systems` None means all; `limit` is per code system; `min_confidence` in [0, 1].

    `compose` false: no claim is composed, every code is judged by itself.
    """

    note: ClinicalNote
    encounter: Encounter = ANYWHERE
    systems: Collection[CodeSystem] | None = None
    limit: int = 100
    min_confidence: float = 0.0
    compose: bool = True


class SuggestCodes:
    """Suggests codes for a note. Safe to share between threads."""

    def __init__(
        self,
        *,
        reader: NoteReader,
        sources: Sequence[CandidateSource],
        visits: LevelVisit,
        scorer: Scorer,
        terminology: Terminology,
        rules: Sequence[CodeRule],
        max_characters: int,
        compose: ComposeClaim,
        details: DetailServices | None = None,
        support: WeighSupport | None = None,
        reference: Reference | None = None,
        recall: RecallPhrases | None = None,
    ) -> None:
        self._details, self._support, self._reference, self._recall = details, support, reference, recall
        self._reader, self._sources, self._visits, self._scorer = reader, tuple(sources), visits, scorer
        self._terminology, self._rules, self._max_characters, self._compose = terminology, tuple(rules), max_characters, compose
        self._siblings = lru_cache(maxsize=20_000)(sibling_alternatives)

    @property
    def bundle(self) -> BundleManifest:
        """The bundle that the confidences come from."""
        return self._scorer.manifest

    @property
    def reference(self) -> Profile | None:
        """What the bundle was trained on, counted; None where it kept no record."""
        return None if self._reference is None else self._reference.profile

    def __call__(self, request: SuggestionRequest) -> CodingDraft:
        """The draft. Raises NoteTooLong, and ReleaseNotFound when no code release covers the date of service."""
        if len(request.note.text) > self._max_characters:
            raise NoteTooLong(len(request.note.text), self._max_characters)
        encounter = request.encounter
        catalog = self._terminology.catalog(encounter.service_date)
        analysis = self._reader.read(request.note)
        wanted = request.systems is None or CodeSystem.CPT in request.systems
        visit = self._visits(analysis, encounter) if wanted else None
        candidates = merge([visit_candidates(visit), *(source.candidates(analysis, encounter) for source in self._sources)])
        scored = self._scorer.score(analysis, encounter, candidates)
        recalled = self._recalled(analysis, encounter, scored)
        detailed = self._add(analysis, encounter, recalled.scored, catalog)
        within = list(_within(detailed.scored, request))
        evidence = Evidences(analysis)
        shown = [Shown(s.candidate.ref, s.confidence, evidence.of(s.candidate), catalog.find(s.candidate.ref)) for s in within]
        readings = Readings(partial(self._siblings, cast("Hashable", catalog)))
        for s in shown:
            if s.code is not None:
                readings.add(s.code, s.confidence, s.evidence)
        judge = Judge(
            self._rules,
            catalog=catalog,
            encounter=encounter,
            readings=readings,
            threshold=lambda system: self._scorer.manifest.threshold(system, encounter.setting),
            # Where nothing is billed and coders of labelled notes showed whether denied and suspected words are coded, the ranker judges alone.
            ruled=encounter.setting is not Setting.UNKNOWN or not any(_learned(s.candidate) for s in scored),
        )
        judged = []
        for s in shown:
            detail = remembered(detailed.details.get(s.ref, PLAIN), recalled.phrases.get(s.ref, ()))
            judged.append(_one_visit(judge(s, detail), visit))
        suggestions = _best_first(judged, within)
        manifest = self._scorer.manifest
        releases = {system: release.name for system, release in catalog.releases.items()}
        draft = CodingDraft(
            encounter,
            manifest.bundle_id,
            releases,
            tuple(suggestions),
            _findings(suggestions, catalog),
            evaluation_management=visit,
            profile=self._profile(analysis),
        )
        return self._compose(draft, analysis, catalog) if request.compose else draft

    def _profile(self, analysis: NoteAnalysis) -> Profile:
        return profile_of(analysis, None if self._reference is None else self._reference.knows)

    def _recalled(self, analysis: NoteAnalysis, encounter: Encounter, scored: list[ScoredCandidate]) -> Recalled:
        """What the site remembers, beside what was scored."""
        if self._recall is None:
            return Recalled(scored, {})
        return self._recall(analysis, scored, lambda system: self._scorer.manifest.threshold(system, encounter.setting))

    def _add(self, analysis: NoteAnalysis, encounter: Encounter, scored: list[ScoredCandidate], catalog: Catalog) -> Detailed:
        """What the note says of its codes beside naming them."""
        services = Detailed(scored, {}) if self._details is None else self._details(analysis, encounter, scored, catalog)
        diagnoses = services if self._support is None else self._support(analysis, services.scored, catalog)
        details = {**services.details, **diagnoses.details, **drugs_not_taken(analysis, diagnoses.scored)}
        return Detailed(diagnoses.scored, details)


def _learned(candidate: Candidate) -> bool:
    return any(m.source in _TAUGHT for m in candidate.matches)


def merge(found: Iterable[Sequence[Candidate]]) -> list[Candidate]:
    """Candidates of several sources, each code once with all its matches; in the order of the codes."""
    by_ref: dict[CodeRef, Candidate] = {}
    for candidates in found:
        for candidate in candidates:
            known = by_ref.get(candidate.ref)
            by_ref[candidate.ref] = candidate if known is None else Candidate(candidate.ref, known.matches + candidate.matches)
    return [by_ref[ref] for ref in sorted(by_ref)]


def _within(scored: Iterable[ScoredCandidate], request: SuggestionRequest) -> Iterator[ScoredCandidate]:
    count: dict[CodeSystem, int] = {}
    systems, limit, least = request.systems, request.limit, request.min_confidence
    for s in scored:
        system = s.candidate.ref.system
        before = count.get(system, 0)
        if before < limit and s.confidence >= least and (systems is None or system in systems):
            count[system] = before + 1
            yield s


def _best_first(judged: Sequence[Suggestion], scored: Sequence[ScoredCandidate]) -> list[Suggestion]:
    """The suggestions as they are judged, each with its candidate in `scored`; those kept back behind the others."""
    kept_back = [(s, c.candidate) for s, c in zip(judged, scored, strict=True) if s.status is Status.SUPPRESSED]
    # All that is kept back has little confidence: what the words say most plainly comes first.
    kept_back.sort(key=lambda pair: (-max(m.worth for m in pair[1].matches), -pair[0].confidence, pair[0].ref))
    return [*(s for s in judged if s.status is not Status.SUPPRESSED), *(s for s, _ in kept_back)]


def _one_visit(suggestion: Suggestion, visit: EvaluationManagement | None) -> Suggestion:
    """A visit is billed with one code, with its units and modifiers: the other levels stay candidates, with the reason."""
    if suggestion.ref.system not in _OF_VISITS:
        return suggestion
    line = None if visit is None else visit.line(suggestion.ref)
    if line is not None:
        modifiers = tuple(dict.fromkeys((*line.modifiers, *suggestion.modifiers)))
        return replace(suggestion, modifiers=modifiers, units=max(line.units, suggestion.units), reasons=(*suggestion.reasons, line.why))
    reason = why_not(visit, suggestion.ref)
    return suggestion if reason is None or suggestion.status is Status.SUPPRESSED else ruled(suggestion, Ruling(RULE, Status.CANDIDATE, reason))


def _findings(suggestions: Sequence[Suggestion], catalog: Catalog) -> tuple[Finding, ...]:
    """What the caller should know of the draft as a whole."""
    missing = [s for s in (CodeSystem.CPT, CodeSystem.HCPCS) if s not in catalog.releases]
    unchecked = sorted({s.ref.system for s in suggestions} - set(catalog.releases) - set(missing))
    out = [Finding("not-loaded", Severity.INFO, (), f"No {s} release is loaded, so its codes were not checked", "45 CFR 162.1002") for s in unchecked]
    if missing:
        names = " and ".join(missing)
        out.append(Finding("not-loaded", Severity.INFO, (), f"No {names} release is loaded, so no {names} code was weighed", "45 CFR 162.1002"))
    return tuple(out)
