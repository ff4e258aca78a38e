"""What the routes answer with: opened in the background, so that the service listens at once and says what is wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from app.api.places import places
from app.domain.automation.certificate import Certificate
from app.domain.bundle import BundleManifest
from app.domain.errors import ChartcoderError, Unavailable
from app.domain.note import ClinicalNote
from app.domain.note_profile import Profile
from app.domain.suggestion import CodingDraft
from app.usecases.look_up_codes import LookUpCodes
from app.usecases.query_physician import QueryPhysician
from app.usecases.records.profiles import Alarm
from app.usecases.suggest_codes import SuggestionRequest
from app.usecases.validate_codes import ValidateCodes
from app.usecases.workflow import Workflow

T = TypeVar("T")
_WARM_UP = "Assessment: type 2 diabetes mellitus, hypertension. No chest pain. Denies fever. Right knee osteoarthritis, knee injection performed."
_log = structlog.get_logger(__name__)


class Suggesting(Protocol):
    """The use case that suggests codes."""

    @property
    def bundle(self) -> BundleManifest:
        """The bundle in use."""
        ...

    @property
    def reference(self) -> Profile | None:
        """What the bundle was trained on, counted; None where it kept no record."""
        ...

    def __call__(self, request: SuggestionRequest) -> CodingDraft:
        """The draft for a note."""
        ...


class InTurn:
    """Suggests for one note at a time.

    The interpreter runs one thread at a time anyway: notes that take it from each other every few milliseconds also lose what the processor
    had at hand, and eight at once cost a quarter more than one after another.
    """

    def __init__(self, suggest: Suggesting, turn: threading.Lock) -> None:
        self._suggest, self._turn = suggest, turn

    @property
    def bundle(self) -> BundleManifest:
        """The bundle in use."""
        return self._suggest.bundle

    @property
    def reference(self) -> Profile | None:
        """What the bundle was trained on, counted; None where it kept no record."""
        return self._suggest.reference

    def __call__(self, request: SuggestionRequest) -> CodingDraft:
        """The draft for a note, when those before it have theirs."""
        with self._turn:
            return self._suggest(request)


class Opener(Protocol):
    """Opens the parts of the service; each may raise Unavailable."""

    def open_codes(self) -> LookUpCodes:
        """The codes. Raises ReleaseRefused."""
        ...

    def open_suggestions(self) -> Suggesting:
        """The suggestions, asked for after the codes. Raises ReleaseRefused or BundleRefused."""
        ...

    def open_validations(self) -> ValidateCodes:
        """The checks of chosen codes, asked for after the codes. Raises ReleaseRefused."""
        ...

    def open_queries(self) -> QueryPhysician:
        """The physician queries, asked for after the codes. Raises ReleaseRefused."""
        ...

    def open_workflow(self, service: Service) -> Workflow:
        """The review over its store, asked for first; it uses the rest of `service` as that opens. Raises DatabaseRefused."""
        ...

    def bundle_stamp(self) -> object:
        """Another value than before when there is another bundle to open."""
        ...

    def populate(self, workflow: Workflow) -> None:
        """Put the demonstration into an empty store, where the settings ask for it; asked for last."""
        ...


class Service(Protocol):
    """What the review uses of the rest; each part may raise Unavailable while it opens or when it did not."""

    @property
    def codes(self) -> LookUpCodes:
        """The codes."""
        ...

    @property
    def validate(self) -> ValidateCodes:
        """The checks of chosen codes."""
        ...

    @property
    def suggest(self) -> Suggesting:
        """The suggestions."""
        ...

    @property
    def queries(self) -> QueryPhysician:
        """The physician queries."""
        ...


@dataclass(frozen=True, slots=True)
class _Slot(Generic[T]):
    """Something opened, or the error that kept it from opening."""

    value: T | None
    error: ChartcoderError | None

    def get(self) -> T:
        if self.value is None:
            raise self.error if self.error is not None else Unavailable("The service could not be opened")
        return self.value


class Starting(Unavailable):
    """Still opening; the same request will succeed in a moment."""

    code = "starting"

    def __init__(self) -> None:
        super().__init__("The service is starting: try again in a few seconds")


class ServiceState:
    """The opened service, or why there is none. Safe to share between threads."""

    def __init__(self, opener: Opener, *, bundle_opened: Callable[[str], None] = lambda _: None) -> None:
        """`bundle_opened` is told of every bundle that is opened or refused in the place of another: `opened` or `refused`."""
        self._opener, self._bundle_opened = opener, bundle_opened
        self._stamp: object = None
        self._refused: ChartcoderError | None = None
        self._turn = threading.Lock()
        self._codes: _Slot[LookUpCodes] = _Slot(None, Starting())
        self._suggest: _Slot[Suggesting] = _Slot(None, Starting())
        self._queries: _Slot[QueryPhysician] = _Slot(None, Starting())
        self._workflow: _Slot[Workflow] = _Slot(None, Starting())
        self._validate: _Slot[ValidateCodes] = _Slot(None, Starting())
        self._thread = threading.Thread(target=self._open, name="chartcoder-opening", daemon=True)

    def start(self) -> None:
        """Begin to open in the background."""
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait until opening has ended, well or not; False when it has not ended in time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def codes(self) -> LookUpCodes:
        """The codes. Raises Unavailable."""
        return self._codes.get()

    @property
    def suggest(self) -> Suggesting:
        """The suggestions. Raises Unavailable."""
        return self._suggest.get()

    @property
    def validate(self) -> ValidateCodes:
        """The checks of chosen codes. Raises Unavailable."""
        return self._validate.get()

    @property
    def queries(self) -> QueryPhysician:
        """The physician queries. Raises Unavailable."""
        return self._queries.get()

    @property
    def workflow(self) -> Workflow:
        """The review. Raises Unavailable."""
        return self._workflow.get()

    def mark(self, draft: CodingDraft) -> CodingDraft:
        """The draft with a mark on what certificates cover; without marks while the review is not open."""
        workflow = self._workflow.value
        return draft if workflow is None else workflow.certificates.mark(draft)

    def watch(self, told: Callable[[Sequence[Alarm], Sequence[Certificate]], None]) -> int:
        """Look for drift, and end certificates that no longer hold; how many alarms and ends, of which `told` is told.

        Nothing while anything is not open.
        """
        workflow, suggest = self._workflow.value, self._suggest.value
        if workflow is None or suggest is None:
            return 0
        bundle_id = suggest.bundle.bundle_id
        alarms = workflow.drift(bundle_id, suggest.reference)
        ended = workflow.watch(bundle_id, {system: release.name for system, release in self.codes.releases().items()})
        told(alarms, ended)
        return len(alarms) + len(ended)

    def hand_over(self) -> int:
        """Hand the charts that were drawn for an audit to an auditor; how many. Nothing while the review is not open."""
        workflow = self._workflow.value
        sent = None if workflow is None else workflow.send_to_audit.by_itself()
        if sent is None:
            return 0
        _log.info("sent_to_audit", sample=sent.sample_id, charts=sent.charts)
        return sent.charts

    def deliver(self) -> int:
        """Tell webhooks what is due; how many events were tried. Nothing while the review is not open."""
        workflow = self._workflow.value
        if workflow is None:
            return 0
        round_ = workflow.deliver()
        return round_.done + round_.failed

    def problem(self) -> ChartcoderError | None:
        """What keeps the service from being ready; None when it is."""
        return self._codes.error or self._suggest.error or self._queries.error or self._validate.error or self._workflow.error

    def refused(self) -> str:
        """Why the bundle that was promoted is not the one that serves; "" when it is."""
        return "" if self._refused is None else str(self._refused)

    def follow(self) -> int:
        """Open the bundle that is active by now, warm it beside the one that serves, and only then let it serve; how many were opened.

        A bundle that is refused changes nothing but what `refused` says.
        """
        if self._thread.is_alive() or self._codes.error is not None:
            return 0
        stamp = self._opener.bundle_stamp()
        if stamp == self._stamp:
            return 0
        # Taken before the bundle is opened: what changes meanwhile is seen by the next round.
        self._stamp = stamp
        opened = _opened(self._open_warm, "suggestions")
        if opened.value is None and self._suggest.value is not None:
            self._refused = opened.error
            self._bundle_opened("refused")
            _log.error("bundle_refused", serving=self._suggest.value.bundle.bundle_id, reason=str(opened.error))
            return 0
        # One assignment: a request has the old one or the new one, whole.
        self._suggest, self._refused = opened, None
        if opened.value is None:
            return 0
        self._bundle_opened("opened")
        _log.info("bundle_opened", bundle_id=opened.value.bundle.bundle_id)
        return 1

    def problem_text(self) -> str | None:
        """The problem as one line that says what to do."""
        problem = self.problem()
        return None if problem is None else str(problem)

    def releases(self) -> Mapping[str, str]:
        """Code system → name of its newest release. Raises Unavailable."""
        return {system.value: release.name for system, release in self.codes.releases().items()}

    def _open(self) -> None:
        self._workflow = _opened(lambda: self._opener.open_workflow(self), "workflow")
        self._codes = _opened(self._opener.open_codes, "codes")
        if self._codes.error is not None:
            self._suggest = _Slot(None, self._codes.error)
            self._queries = _Slot(None, self._codes.error)
            self._validate = _Slot(None, self._codes.error)
            return
        self._queries = _opened(self._opener.open_queries, "queries")
        self._validate = _opened(self._opener.open_validations, "validations")
        self._stamp = self._opener.bundle_stamp()
        self._suggest = _opened(self._open_warm, "suggestions")
        if self._workflow.value is not None and self._suggest.error is None:
            self._populate(self._workflow.value)

    def _populate(self, workflow: Workflow) -> None:
        try:
            self._opener.populate(workflow)
        except Exception as error:  # noqa: BLE001  without its demonstration the service works all the same
            _log.error("demonstration_failed", error=type(error).__name__, places=places(error))

    def _open_warm(self) -> Suggesting:
        suggest = self._opener.open_suggestions()
        suggest(SuggestionRequest(ClinicalNote(_WARM_UP)))
        return InTurn(suggest, self._turn)


def _opened(open_part: Callable[[], T], what: str) -> _Slot[T]:
    try:
        value = open_part()
    except ChartcoderError as error:
        _log.error("not_available", part=what, code=error.code, reason=str(error))
        return _Slot(None, error)
    except Exception as error:  # noqa: BLE001  the service must listen and say so, whatever a file on disk made a library raise
        _log.error("not_available", part=what, code=Unavailable.code, reason=f"{type(error).__name__}: {error}", places=places(error))
        return _Slot(None, Unavailable(f"The {what} could not be opened ({type(error).__name__}): see the log of the service"))
    _log.info("available", part=what)
    return _Slot(value, None)
