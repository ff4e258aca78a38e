"""The composition root of the web service: settings in, FastAPI application out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi

from app import front, front_audits, front_automation
from app.api import errors
from app.api.auth import may_suggest
from app.api.boundary import Boundary, RequestId
from app.api.documents import problems, with_problem_schema
from app.api.guard import BodyGuard
from app.api.loopback import LoopbackOnly
from app.api.rounds import Rounds
from app.api.routes import (
    assignments,
    audit_items,
    audit_samples,
    automation,
    basis,
    certifications,
    chart_queries,
    codes,
    dashboards,
    encounters,
    events,
    federated,
    health,
    queries,
    review,
    session,
    site_phrases,
    suggestions,
    validations,
)
from app.api.routes import models as model_routes
from app.api.routes import training_runs as run_routes
from app.api.schemas import audits as audit_schemas
from app.api.schemas import automation as automation_schemas
from app.api.schemas import dashboards as dashboard_schemas
from app.api.schemas import encounters as encounter_schemas
from app.api.schemas import models as model_schemas
from app.api.schemas import queries as query_schemas
from app.api.schemas import site_phrases as phrase_schemas
from app.api.schemas import validations as validation_schemas
from app.api.schemas.request import field_names
from app.api.state import Opener, Service, ServiceState, Suggesting
from app.domain.analysis import NoteAnalysis
from app.domain.code import Code, CodeRef
from app.domain.errors import DataFaults
from app.domain.note import ClinicalNote
from app.domain.queries.lint import QueryFault
from app.domain.queries.query import PhysicianQuery
from app.domain.section import Section
from app.domain.suggestion import CodingDraft
from app.observability import Metrics, RequestLog, configure_logging
from app.settings import Settings, collect_rarely, keep_one_thread
from app.terminology.chart_files import load_charts
from app.usecases.feedback.phrase_memory import StoredPhrases
from app.usecases.feedback.remember import PhraseTools
from app.usecases.look_up_codes import LookUpCodes
from app.usecases.ports import NoteReader, SearchHit
from app.usecases.query_physician import QueryPhysician
from app.usecases.suggest_codes import SuggestionRequest
from app.usecases.validate_codes import ValidateCodes, Validation, ValidationRequest
from app.usecases.workflow import Workflow
from app.workbench.demo import DemoNote
from app.workbench.failures import ProblemPages

if TYPE_CHECKING:
    from app import assembly
    from app.usecases.level_visit import LevelVisit

_DESCRIPTION = "Suggests ICD-10-CM, CPT and HCPCS codes for clinical notes, each with a calibrated confidence and the words that support it."
# How soon a promotion shows in every process.
_LOOK_SECONDS = 1.0
_QUERY_NAMES = frozenset({"body", "query", "path", "q", "system", "limit", "on", "code"})
_WATCH_SECONDS = 60.0
_log = structlog.get_logger(__name__)


class AssemblyOpener:
    """Opens what the settings name. The libraries behind it are imported on first use, so that the service listens at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._terms: assembly.Terms | None = None
        self._reader: NoteReader | None = None
        self._visits: LevelVisit | None = None
        self._memory: StoredPhrases | None = None

    def open_codes(self) -> LookUpCodes:
        """The codes of the newest releases. Raises ReleaseRefused."""
        keep_one_thread()
        from app import assembly

        self._terms = assembly.open_terms(self._settings)
        return assembly.look_up_codes(self._settings, self._terms)

    def open_suggestions(self) -> Suggesting:
        """The use case with the active bundle. Raises BundleRefused."""
        from app import assembly

        terms = self._opened_terms()
        return assembly.suggest_codes(
            self._settings, terms, reader=self._opened_reader(terms), visits=self._opened_visits(), memory=self._opened_memory()
        )

    def open_validations(self) -> ValidateCodes:
        """The checks of chosen codes. Raises ReleaseRefused."""
        from app import assembly

        terms = self._opened_terms()
        return assembly.validate_codes(self._settings, terms, self._opened_reader(terms), visits=self._opened_visits())

    def open_queries(self) -> QueryPhysician:
        """The physician queries. Raises ReleaseRefused."""
        from app import assembly

        terms = self._opened_terms()
        return assembly.query_physician(self._settings, terms, self._opened_reader(terms))

    def open_workflow(self, service: Service) -> Workflow:
        """The review over its database. Raises DatabaseRefused."""
        from app import assembly

        def suggest(request: SuggestionRequest) -> CodingDraft:
            return service.suggest(request)

        def find(ref: CodeRef, day: date | None) -> Code | None:
            return service.codes.find(ref, day)

        def validate(request: ValidationRequest) -> Validation:
            return service.validate(request)

        def search(query: str, *, limit: int, day: date | None) -> Sequence[SearchHit]:
            return service.codes.search(query, limit=limit, day=day)

        def lint(query: PhysicianQuery, texts: Sequence[str]) -> tuple[QueryFault, ...]:
            return service.queries.lint_on_chart(query, texts)

        @cache
        def finder() -> Callable[[str], tuple[Section, ...]]:
            return assembly.note_outline(self._opened_terms())

        def outline(text: str) -> tuple[Section, ...]:
            return finder()(text)

        def read(note: ClinicalNote) -> NoteAnalysis:
            return self._opened_reader(self._opened_terms()).read(note)

        def spread(text: str) -> int:
            return assembly.word_spread(self._opened_terms())(text)

        workflow = assembly.open_workflow(
            self._settings,
            suggest=suggest,
            find=find,
            search=search,
            lint=lint,
            outline=outline,
            phrases=PhraseTools(assembly.word_reader(), read, spread, self._opened_memory().forget),
            validate=validate,
            terms=self._digest,
        )
        self._introduce(workflow)
        return workflow

    def _introduce(self, workflow: Workflow) -> None:
        from app.demonstration import introduce

        if self._settings.auth == "demo":
            introduce(workflow)

    def bundle_stamp(self) -> object:
        """Changes when another bundle is promoted, and when the files of the active one come or go."""
        from app.classifier import bundle_io

        return bundle_io.stamp(self._settings.models_dir)

    def populate(self, workflow: Workflow) -> None:
        """Demo charts, in demo mode and where the database has the demo users alone."""
        from app.demonstration import populate

        if self._settings.auth == "demo":
            populate(workflow, demo_notes(self._settings))

    def _opened_memory(self) -> StoredPhrases:
        from app import assembly

        self._memory = self._memory or assembly.site_memory(self._settings)
        return self._memory

    def _digest(self) -> str:
        return self._opened_terms().digest

    def _opened_terms(self) -> assembly.Terms:
        from app import assembly

        self._terms = self._terms or assembly.open_terms(self._settings)
        return self._terms

    def _opened_reader(self, terms: assembly.Terms) -> NoteReader:
        from app import assembly

        # One reader serves every use case: its tokenizer and rules are the largest part of the memory after the index.
        self._reader = self._reader or assembly.note_reader(self._settings, terms.knowledge)
        return self._reader

    def _opened_visits(self) -> LevelVisit:
        from app import assembly

        # Its cues are stemmed word by word.
        self._visits = self._visits or assembly.level_visit(self._settings)
        return self._visits


def served_app() -> FastAPI:
    """The application as `chartcoder serve` runs it: settings from the environment, logs to stderr."""
    collect_rarely()
    settings = Settings()
    configure_logging(settings.log_level)
    return create_app(settings)


def create_app(settings: Settings, *, opener: Opener | None = None) -> FastAPI:
    """The application. It starts even when a bundle or release is broken, and then says so (/readyz, the page)."""
    metrics = Metrics()
    state = ServiceState(opener or AssemblyOpener(settings), bundle_opened=metrics.bundle)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        state.start()
        rounds = (
            Rounds(state.deliver),
            Rounds(lambda: state.watch(metrics.watched), pause_seconds=_WATCH_SECONDS, what="certificates"),
            Rounds(state.hand_over, pause_seconds=_WATCH_SECONDS, what="audits"),
            Rounds(state.follow, pause_seconds=_LOOK_SECONDS, what="bundles"),
        )
        for each in rounds:
            each.start()
        yield
        for each in rounds:
            each.stop()

    # The interactive pages of FastAPI load scripts from another host.
    app = FastAPI(
        title="Chartcoder",
        version=version("chartcoder"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    # In demo mode, which is on loopback only, what keeps nothing is open to all.
    guarded: dict[str, Any] = {"dependencies": [Depends(may_suggest)], "responses": problems(401, 403)} if settings.auth == "required" else {}
    app.include_router(suggestions.router(state, metrics.draft), **guarded)
    app.include_router(queries.router(state), **guarded)
    app.include_router(validations.router(state), **guarded)
    app.include_router(codes.router(state), **guarded)
    app.include_router(session.router(state, passwords=settings.passwords))
    if settings.oidc_issuer:
        app.include_router(federated.router(state, front.identity_provider(settings), public_url=settings.public_url))
    app.include_router(encounters.router(state))
    app.include_router(basis.router(state))
    app.include_router(review.router(state))
    app.include_router(chart_queries.router(state))
    app.include_router(assignments.router(state))
    app.include_router(audit_samples.router(state))
    app.include_router(audit_items.router(state))
    app.include_router(dashboards.router(state))
    app.include_router(site_phrases.router(state))
    app.include_router(events.router(state))
    app.include_router(automation.router(state))
    app.include_router(certifications.router(state, settings.guarantee()))
    app.include_router(model_routes.router(state))
    app.include_router(run_routes.router(state))
    app.include_router(health.router(state, metrics.exposition))
    shown = front.pages(settings, state)
    front.include_pages(app, settings, state, shown, demo_notes(settings))
    front_audits.include_audits(app, shown, state)
    front_automation.include_automation(app, shown, state)
    known = (
        field_names()
        | query_schemas.field_names()
        | validation_schemas.field_names()
        | phrase_schemas.field_names()
        | encounter_schemas.field_names()
        | automation_schemas.field_names()
        | audit_schemas.field_names()
        | dashboard_schemas.field_names()
        | model_schemas.field_names()
    )
    known |= _QUERY_NAMES
    errors.handle_errors(app, known)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's own way to extend the document
    # The last added is the outermost.
    app.add_middleware(
        BodyGuard,
        paths={
            suggestions.PATH,
            queries.DRAFT_PATH,
            queries.LINT_PATH,
            validations.PATH,
            session.PATH,
            encounters.PATH,
            assignments.PATH,
            site_phrases.PATH,
        },
        prefixes=(
            encounters.PATH,
            run_routes.PATH,
            model_routes.PATH,
            automation.PATH,
            certifications.PATH,
            automation.SLICES,
            automation.AUDITS,
            audit_samples.PATH,
        ),
        max_bytes=settings.max_request_bytes,
    )
    if settings.auth == "demo":
        app.add_middleware(LoopbackOnly)
    app.add_middleware(Boundary)
    app.add_middleware(ProblemPages, pages=shown)
    app.add_middleware(RequestLog, metrics=metrics)
    app.add_middleware(RequestId)
    app.state.service = state
    return app


def demo_notes(settings: Settings) -> tuple[DemoNote, ...]:
    """The demo notes for the page; none, and a line in the log, when their files are faulty."""
    # Only texts and encounters are shown, so that the labels need no check against a release that may be broken.
    try:
        charts = load_charts(settings.data_dir / "demo", lambda _: True)
    except DataFaults as faults:
        _log.warning("demo_notes_refused", faults=[str(fault) for fault in faults.faults[:5]])
        return ()
    return tuple(DemoNote(c.id, c.title, c.text, c.encounter) for c in charts)


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        app.openapi_schema = with_problem_schema(document)
    return app.openapi_schema
