"""The errors Chartcoder raises on purpose, as one tree.

    ChartcoderError
    ├── InputError                  the caller can mend it
    │   ├── InvalidSpan
    │   ├── EmptyNote
    │   ├── NoteTooLong
    │   ├── UnreadableText
    │   ├── InvalidEncounter
    │   ├── UnknownCodeSystem
    │   ├── QueryTooLong
    │   ├── NothingToCite           a query about something that the note has no words for
    │   ├── QueryNotCompliant       a query that the linter refuses, with every fault
    │   ├── InvalidDecision
    │   ├── PhraseRefused           words that the site can't remember for a code
    │   ├── InvalidAudit            a sample, judgement or answer that makes no sense
    │   ├── InvalidCursor
    │   ├── InvalidFilter
    │   ├── InvalidPerson
    │   ├── IdempotencyConflict
    │   ├── InvalidAutomation
    │   └── DataFaults              faults in data files, all of them at once
    ├── NotFound
    │   ├── CodeNotFound
    │   ├── ReleaseNotFound         no code release for a date or a name
    │   ├── ChartNotFound
    │   ├── QueryNotFound
    │   ├── SitePhraseNotFound
    │   ├── SampleNotFound          no such sample, or no such chart in it
    │   ├── CertificateNotFound
    │   ├── ModelNotFound           no such bundle, or it was removed
    │   ├── RunNotFound
    │   └── PersonNotFound          no such user or key
    ├── Unauthorized                who asks is not known
    │   ├── NotSignedIn
    │   ├── SignInRefused
    │   └── KeyRefused
    ├── Forbidden                   who asks may not
    │   ├── NotAllowed
    │   └── CsrfRefused
    ├── Conflict                    the chart is not in a state for it
    │   ├── ChartClaimed
    │   ├── ChartFinalized
    │   ├── NotFinalized
    │   ├── UndecidedCodes
    │   ├── OpenQueries
    │   ├── QueryClosed
    │   ├── AuditClosed             an audited chart that can't take this step
    │   ├── AuditedBlind            what a blind auditor must not see yet
    │   ├── CertificateEnded
    │   ├── ModelRefused            a bundle that can't serve
    │   ├── GateRefused             a challenger that is worse, or was not compared
    │   ├── ChampionChanged
    │   ├── NothingBefore
    │   ├── RunUnderway
    │   ├── RunEnded
    │   └── BlockedByFindings
    ├── StaleWrite                  the chart was changed since it was read
    ├── RevisionMissing             a write that does not say what it was based on
    ├── SignInLocked                too many wrong passwords
    └── Unavailable                 the operator can mend it
        ├── BundleRefused
        ├── ReleaseRefused
        ├── SiteRulesRefused        the site's own rules, with every fault
        └── DatabaseRefused

The branches about people are in access_errors.py, those about audits in audits/errors.py, those about bundles and training
runs in model_errors.py, those about the site's phrases in site_phrases.py.

Every leaf has a stable `code`, used in problem+json bodies and on the command line. No message ever quotes a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ChartcoderError(Exception):
    """Root of the tree. `str(error)` is one line that says what to do."""

    code = "error"


class InputError(ChartcoderError):
    """What was given can't be used; nothing was done."""

    code = "invalid_input"


class InvalidSpan(InputError):
    """A span that ends before it begins, or lies outside its text."""

    code = "invalid_span"

    def __init__(self, begin: int, end: int, length: int | None = None) -> None:
        self.begin, self.end, self.length = begin, end, length
        within = "" if length is None else f" in a text of {length} characters"
        super().__init__(f"[{begin}, {end}) is not a span{within}: it needs 0 <= begin < end")


class EmptyNote(InputError):
    """A note without a single visible character."""

    code = "empty_note"

    def __init__(self) -> None:
        super().__init__("The note is empty: send the text of the note")


class NoteTooLong(InputError):
    """A note over the limit of characters."""

    code = "note_too_long"

    def __init__(self, length: int, limit: int) -> None:
        self.length, self.limit = length, limit
        super().__init__(f"The note has {length:,} characters and the limit is {limit:,}: send it in parts")


class UnreadableText(InputError):
    """Bytes that are not UTF-8, or characters that can't stand in a text."""

    code = "unreadable_text"

    def __init__(self, why: str) -> None:
        super().__init__(f"The text can't be read: {why}")


class InvalidEncounter(InputError):
    """An encounter whose setting, sex, age or date makes no sense."""

    code = "invalid_encounter"


class UnknownCodeSystem(InputError):
    """A code system that this service does not know."""

    code = "unknown_code_system"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(f"{name[:40]!r} is not a code system; choose from {', '.join(known)}")


class QueryTooLong(InputError):
    """A physician query that nobody would read."""

    code = "query_too_long"

    def __init__(self, length: int, limit: int) -> None:
        self.length, self.limit = length, limit
        super().__init__(f"The query has {length:,} characters and the limit is {limit:,}: ask for one thing, with the words that matter")


class NothingToCite(InputError):
    """A physician query about something that the note has no words for."""

    code = "nothing_to_cite"

    def __init__(self, kind: str, wanted: int, missing: str) -> None:
        self.kind, self.wanted, self.missing = kind, wanted, missing
        about = "" if not missing else f"; it has none for {missing[:10]}"
        statements = "words of the note to cite" if wanted == 1 else f"{wanted} statements of the note to cite"
        super().__init__(f"A query of the kind {kind} needs {statements}{about}: name them as evidence")


class QueryNotCompliant(InputError):
    """A physician query that the linter refuses. `faults`: (part, check, how to mend it), none with words of the query."""

    code = "query_not_compliant"

    def __init__(self, faults: Sequence[tuple[str, str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("The query can't be kept: " + "; ".join(f"{part}: {check}" for part, check, _ in faults[:8]))


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a data file. `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class DataFaults(InputError):
    """Faults in data files: all that were found, in the order of the files."""

    code = "data_faults"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults:\n" + "\n".join(map(str, self.faults)))


class NotFound(ChartcoderError):
    """What was asked for does not exist."""

    code = "not_found"


class CodeNotFound(NotFound):
    """A code that is not in the release."""

    code = "code_not_found"

    def __init__(self, system: str, code: str, release: str) -> None:
        self.system, self.value, self.release = system, code, release
        super().__init__(f"{code[:20]!r} is not in {system} {release}; try a search")


class ReleaseNotFound(NotFound):
    """No code release answers to this name, or covers this date of service."""

    code = "release_not_found"


class Unavailable(ChartcoderError):
    """The service can't answer until an operator mends something."""

    code = "unavailable"


class BundleRefused(Unavailable):
    """A model bundle that is missing, damaged, or made for something else."""

    code = "bundle_refused"

    def __init__(self, bundle: str, why: str) -> None:
        self.bundle, self.why = bundle, why
        super().__init__(f"Model bundle {bundle} is refused: {why}")


class ReleaseRefused(Unavailable):
    """A compiled code release that is missing or damaged."""

    code = "release_refused"

    def __init__(self, release: str, why: str) -> None:
        self.release, self.why = release, why
        super().__init__(f"Code release {release} is refused: {why}")


class SiteRulesRefused(Unavailable):
    """A site's file of rules that has faults, or whose own cases do not hold; it is refused whole."""

    code = "site_rules_refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"The site's rules are refused, {len(self.faults)} faults: " + "; ".join(map(str, self.faults)))


class DatabaseRefused(Unavailable):
    """A database that can't be reached, or whose schema is not this version's."""

    code = "database_refused"


class InvalidDecision(InputError):
    """A decision that makes no sense for the chart as it is."""

    code = "invalid_decision"


class InvalidFilter(InputError):
    """A filter that nothing could pass."""

    code = "invalid_filter"


class InvalidCursor(InputError):
    """A cursor that this service did not give, or for another order."""

    code = "invalid_cursor"

    def __init__(self) -> None:
        super().__init__("The cursor is not one that this list gave: begin without one")


class IdempotencyConflict(InputError):
    """An Idempotency-Key that came before with another request."""

    code = "idempotency_conflict"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came before with another body: use a new key for a new encounter")


class ChartNotFound(NotFound):
    """No chart has this id, or it is not one that the caller may know of."""

    code = "chart_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such encounter")


class QueryNotFound(NotFound):
    """The chart has no such query."""

    code = "query_not_found"

    def __init__(self) -> None:
        super().__init__("The encounter has no query of this number")


class Conflict(ChartcoderError):
    """The chart is not in a state for it."""

    code = "conflict"


class ChartClaimed(Conflict):
    """Another person works on the chart."""

    code = "chart_claimed"

    def __init__(self) -> None:
        super().__init__("Another person works on this encounter: wait until the claim is released or has expired")


class ChartFinalized(Conflict):
    """A finalised chart can't be changed."""

    code = "chart_finalized"

    def __init__(self) -> None:
        super().__init__("The encounter is finalised: re-open it with a reason first")


class NotFinalized(Conflict):
    """Only a finalised chart can be re-opened."""

    code = "not_finalized"

    def __init__(self) -> None:
        super().__init__("The encounter is not finalised: there is nothing to re-open")


class UndecidedCodes(Conflict):
    """Suggested codes of which nobody said yes or no."""

    code = "undecided_codes"

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        super().__init__(f"Decide on every suggested code first: {', '.join(codes)}")


class OpenQueries(Conflict):
    """A query that was sent and not answered."""

    code = "open_queries"

    def __init__(self) -> None:
        super().__init__("A physician query waits for its answer: enter the answer or withdraw the query first")


class QueryClosed(Conflict):
    """A query that can't take this step."""

    code = "query_closed"

    def __init__(self, status: str, wanted: str) -> None:
        super().__init__(f"A query that is {status} can't become {wanted}")


class BlockedByFindings(Conflict):
    """Findings that keep the chart from being finalised."""

    code = "blocked_by_findings"

    def __init__(self, rules: Sequence[str]) -> None:
        self.rules = tuple(rules)
        super().__init__(f"Blocking findings stand ({', '.join(rules)}): mend them, or give a reason to override if your role allows it")


class StaleWrite(ChartcoderError):
    """The chart was changed since it was read."""

    code = "stale_write"

    def __init__(self) -> None:
        super().__init__("The encounter was changed since you read it: `current` is how it is now; decide again on that")


class RevisionMissing(ChartcoderError):
    """A write that does not say what it was based on."""

    code = "revision_missing"

    def __init__(self) -> None:
        super().__init__("Send the ETag of the encounter as you read it in the header If-Match")
