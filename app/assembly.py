"""Puts the adapters together. What main, the command line and training all need, built one way."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from app import storage
from app.classifier import bundle_io
from app.classifier.scorer import BundleScorer
from app.classifier.shelf import BundleShelf
from app.delivery.caller import HttpCaller
from app.domain.code import CodeRef, CodeSystem
from app.domain.errors import BundleRefused, DataFaults, Fault, SiteRulesRefused
from app.domain.knowledge import Knowledge
from app.domain.rule_case import RuleCase
from app.domain.rules.base import AnyRule, ClaimRule
from app.domain.rules.registry import CLAIM_RULES, CODE_RULES
from app.domain.site_rules import SiteRules
from app.nlp.analyzer import SpacyNoteReader
from app.nlp.described import DescribedServices
from app.nlp.details import DetailReader
from app.nlp.outline import NoteOutline
from app.nlp.visit.reader import CueVisitReader
from app.nlp.words import SnowballWordReader
from app.settings import Settings, collect_rarely
from app.store.passwords import Argon2Passwords
from app.terminology import anesthesia_file, rule_cases
from app.terminology.anesthesia_file import load_crosswalk
from app.terminology.context_file import FILE as CONTEXT
from app.terminology.context_file import load_context
from app.terminology.family_files import FamilyKnowledge, load_families
from app.terminology.foreign_notes import TranslatingSource, Translator
from app.terminology.glossary_files import FOLDER as GLOSSARIES
from app.terminology.glossary_files import load_glossaries
from app.terminology.retriever import TermRetriever
from app.terminology.site_rules import load_site_rules
from app.terminology.support import SupportTerms
from app.terminology.visit_cues_file import FILE as VISIT_CUES
from app.terminology.visit_cues_file import load_visit_cues
from app.terminology.word_spread import TermSpread
from app.terms import Terms, code_search, compile_terms, is_billable, look_up_codes, open_terms, release_store
from app.usecases.charts.basis import Outline
from app.usecases.charts.claim_check import ClaimForm
from app.usecases.charts.claim_rules import ClaimRules
from app.usecases.charts.offers import Searching
from app.usecases.charts.query import QueryLinter
from app.usecases.charts.review import CodeFinder
from app.usecases.charts.submit import Suggesting
from app.usecases.check_rules import CheckRules, Outcome
from app.usecases.compose_claim import ComposeClaim
from app.usecases.detail_services import DetailServices
from app.usecases.feedback.phrase_memory import StoredPhrases
from app.usecases.feedback.remember import PhraseTools
from app.usecases.level_visit import LevelVisit
from app.usecases.ports import CandidateSource, NoteReader, WordReader
from app.usecases.query_physician import QueryPhysician
from app.usecases.recall_phrases import PhraseMemory, RecallPhrases
from app.usecases.suggest_codes import SuggestCodes
from app.usecases.validate_codes import ValidateCodes, Validation, ValidationRequest
from app.usecases.weigh_support import WeighSupport
from app.usecases.workflow import Workflow, workflow

# What opens the codes is a module of its own, and is named here too.
__all__ = ["Terms", "code_search", "compile_terms", "is_billable", "look_up_codes", "open_terms", "release_store"]


def note_reader(settings: Settings, knowledge: Knowledge) -> SpacyNoteReader:
    """The reader of notes."""
    return SpacyNoteReader(
        SnowballWordReader(),
        abbreviations=knowledge.abbreviations,
        headings=knowledge.headings,
        rules=load_context(settings.data_dir / CONTEXT),
        model=settings.scispacy_model,
    )


def visit_reader(settings: Settings) -> CueVisitReader:
    """The reader of visits. Raises DataFaults."""
    return CueVisitReader(load_visit_cues(settings.data_dir / VISIT_CUES), SnowballWordReader())


def level_visit(settings: Settings) -> LevelVisit:
    """The use case that levels visits. Raises DataFaults."""
    return LevelVisit(visit_reader(settings))


def untrained_sources(settings: Settings, terms: Terms) -> tuple[CandidateSource, ...]:
    """The sources of candidates that need no training. Raises DataFaults."""
    return (*named_sources(settings, terms), level_visit(settings))


def named_sources(settings: Settings, terms: Terms) -> tuple[CandidateSource, ...]:
    """The sources of codes that a note names by their terms, or describes. Raises DataFaults."""
    known = service_families(settings, terms)
    return (term_source(settings, terms), DescribedServices(known.described, known.words))


def term_source(settings: Settings, terms: Terms) -> CandidateSource:
    """The source of codes whose terms a note holds, in every language that has a glossary. Raises DataFaults."""
    index, words = terms.index, SnowballWordReader()

    def stems() -> dict[str, float]:
        return {stem: float(index.word_weights[number]) for stem, number in index.word_ids.items()}

    glossaries = load_glossaries(settings.data_dir / GLOSSARIES)
    return TranslatingSource(TermRetriever(index), {g.language: Translator(g, words, stems) for g in glossaries})


def service_families(settings: Settings, terms: Terms) -> FamilyKnowledge:
    """Families of services and the words for them. Raises DataFaults."""
    catalogued = {p.ref for p in terms.knowledge.procedures}
    return load_families(settings.data_dir / "families", lambda ref: ref in catalogued)


def service_details(settings: Settings, terms: Terms) -> DetailServices:
    """What tells members of a family apart, counts units and finds modifiers. Raises DataFaults."""
    known = service_families(settings, terms)
    crosswalk = load_crosswalk(settings.data_dir / anesthesia_file.FILE, {p.ref for p in terms.knowledge.procedures})
    return DetailServices(
        known.families,
        DetailReader(known.words),
        timed=known.timed,
        vaccines=known.vaccines,
        described=known.described,
        crosswalk=crosswalk,
    )


def scorer(terms: Terms, bundle: Path) -> BundleScorer:
    """A bundle, checked against the terms it is to work with. Raises BundleRefused."""
    manifest = bundle_io.read_manifest(bundle)
    if manifest.knowledge != terms.digest:
        raise BundleRefused(manifest.bundle_id, "it was fitted with other code releases or data files: fit it again, or run `chartcoder-train setup`")
    return BundleScorer(manifest, bundle_io.read_parts(bundle), terms.catalog.find)


def built_in_rules() -> dict[str, AnyRule]:
    """Every rule of Chartcoder by its id, in the order in which they are asked."""
    rules: list[AnyRule] = [*CODE_RULES, *CLAIM_RULES]
    return {rule.id: rule for rule in rules}


def rule_case_files(settings: Settings) -> tuple[RuleCase, ...]:
    """The public cases of the rules of Chartcoder. Raises DataFaults."""
    return rule_cases.load_cases(settings.data_dir / "rules" / "cases", tuple(built_in_rules()))


def rule_checker(terms: Terms, reader: NoteReader) -> CheckRules:
    """The use case that runs the cases of rules."""
    return CheckRules(reader=reader, terms=TermRetriever(terms.index), terminology=terms.terminology)


def site_rules(settings: Settings, terms: Terms) -> SiteRules:
    """The site's own rules, not yet run; none where no file is set. Raises DataFaults with every fault of the file."""
    if not settings.site_rules:
        return SiteRules()
    return load_site_rules(
        Path(settings.site_rules),
        built_in=built_in_rules(),
        switchable={rule.id for rule in CLAIM_RULES},
        is_code=lambda code: terms.catalog.find(CodeRef(CodeSystem.ICD10CM, code)) is not None,
    )


def claim_rules(settings: Settings, terms: Terms, reader: NoteReader) -> tuple[ClaimRule, ...]:
    """The rules of the claim as the site wants them. Raises SiteRulesRefused for a file with faults, or whose cases do not hold."""
    try:
        own = site_rules(settings, terms)
        outcomes = rule_checker(terms, reader)({rule.id: rule for rule in own.rules}, own.cases)
        failed = [_failure(outcome) for outcome in outcomes if not outcome.holds]
        if failed:
            raise DataFaults(sorted(failed))
    except DataFaults as found:
        raise SiteRulesRefused(found.faults) from found
    return own.among(CLAIM_RULES)


def _failure(outcome: Outcome) -> Fault:
    case = outcome.case
    return Fault(case.file, case.line, f"{case.rule}: the case {case.teaches!r} does not hold: {outcome.problem}")


def validate_codes(settings: Settings, terms: Terms, reader: NoteReader, *, visits: LevelVisit | None = None) -> ValidateCodes:
    """The use case that checks codes somebody chose; with a leveller of visits of its own unless one is given."""
    return ValidateCodes(
        reader=reader,
        sources=(*named_sources(settings, terms), visits or level_visit(settings)),
        terminology=terms.terminology,
        code_rules=CODE_RULES,
        claim_rules=claim_rules(settings, terms, reader),
        max_characters=settings.max_note_characters,
    )


def query_physician(settings: Settings, terms: Terms, reader: NoteReader) -> QueryPhysician:
    """The use case that drafts and checks physician queries."""
    return QueryPhysician(reader=reader, terms=TermRetriever(terms.index), terminology=terms.terminology, max_characters=settings.max_note_characters)


def note_outline(terms: Terms) -> NoteOutline:
    """The finder of sections."""
    return NoteOutline(terms.knowledge.headings)


def open_workflow(
    settings: Settings,
    *,
    suggest: Suggesting,
    find: CodeFinder,
    search: Searching,
    lint: QueryLinter,
    outline: Outline,
    phrases: PhraseTools,
    validate: Callable[[ValidationRequest], Validation],
    terms: Callable[[], str],
) -> Workflow:
    """The review over its database; the embedded one is brought up to date first. `terms` gives the digest of the compiled knowledge.

    Raises DatabaseRefused.
    """
    return workflow(
        work=storage.ready(settings, pooled=True).work(),
        clock=time.time,
        passwords=Argon2Passwords(),
        suggest=suggest,
        find=find,
        search=search,
        lint=lint,
        outline=outline,
        phrases=phrases,
        checker=ClaimRules(ClaimForm(find), validate),
        call=HttpCaller(),
        shelf=BundleShelf(settings.models_dir, terms),
        idle_seconds=settings.session_idle_minutes * 60,
        audit_share=settings.automation_audit_share,
    )


def settle() -> None:
    """Tell the garbage collector that what was loaded stays: else it walks all of it again and again while notes are read."""
    collect_rarely()
    gc.collect()
    gc.freeze()


def site_memory(settings: Settings) -> StoredPhrases:
    """What the site remembers; the database is opened when it is first asked."""
    return StoredPhrases(cache(lambda: storage.ready(settings, pooled=True).work()), time.monotonic)


def word_reader() -> WordReader:
    """The reader of words that terms and notes share."""
    return SnowballWordReader()


def word_spread(terms: Terms) -> TermSpread:
    """How many codes a word names."""
    return TermSpread(terms.index, SnowballWordReader())


def suggest_codes(
    settings: Settings,
    terms: Terms,
    *,
    bundle: Path | None = None,
    reader: NoteReader | None = None,
    visits: LevelVisit | None = None,
    memory: PhraseMemory | None = None,
) -> SuggestCodes:
    """The service with the active bundle, or with the one given; with a reader and a leveller of visits of its own unless they are given.

    `memory`: the phrases of the site; without it none are known. Raises BundleRefused.
    """
    fitted = scorer(terms, bundle if bundle is not None else bundle_io.active(settings.models_dir))
    reader = reader or note_reader(settings, terms.knowledge)
    compose = ComposeClaim(claim_rules(settings, terms, reader))
    settle()
    return SuggestCodes(
        reader=reader,
        sources=(*named_sources(settings, terms), *fitted.sources),
        visits=visits or level_visit(settings),
        scorer=fitted,
        reference=fitted.reference,
        details=service_details(settings, terms),
        support=WeighSupport(SupportTerms(terms.knowledge.phrasebook, SnowballWordReader())),
        terminology=terms.terminology,
        rules=CODE_RULES,
        max_characters=settings.max_note_characters,
        compose=compose,
        recall=None if memory is None else RecallPhrases(memory, SnowballWordReader()),
    )
