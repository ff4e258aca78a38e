"""What figures are counted from. One question each, answered by the database in one statement or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from app.domain.audits.difference import ErrorCategory, Grade
from app.domain.audits.sample import SampleKind
from app.domain.chart import ChartStatus
from app.domain.code import CodeRef
from app.domain.figures import FigureFilter
from app.domain.statistics import Bin


class Worked(NamedTuple):
    """One finalised set. `seconds`: active seconds of people; None where nobody measured them."""

    coder: str
    edits: int
    seconds: int | None


class CodeCount(NamedTuple):
    """A code over the last finalised set of each chart: how often suggested, accepted and replaced, and billed though nobody suggested it."""

    ref: CodeRef
    suggested: int
    accepted: int
    replaced: int
    added: int


class Waiting(NamedTuple):
    """A chart that is not finalised."""

    status: ChartStatus
    received_at: datetime


class Crossed(NamedTuple):
    """Two who judged the same codes: both yes, only the first, only the second, neither."""

    both: int
    first: int
    second: int
    neither: int


@dataclass(frozen=True, slots=True)
class ModelAgreement:
    """Program and coder over the last finalised set of each chart. `exact`: charts of the same codes; `first_of`: those with a suggested first."""

    charts: int
    exact: int
    first_of: int
    first_kept: int
    codes: Crossed


class Audited(NamedTuple):
    """Marks of one coder in samples of one kind. `flawless`: charts without an error."""

    coder: str
    kind: SampleKind
    charts: int
    flawless: int
    codes: int
    agreed: int


class AuditedCode(NamedTuple):
    """Marks of one code."""

    ref: CodeRef
    codes: int
    agreed: int


class AuditErrors(NamedTuple):
    """Wrong marks of one category and grade."""

    category: ErrorCategory
    grade: Grade
    codes: int


class Figures(Protocol):
    """Counts over outcomes and audits. A filter by coder means who finalised."""

    def finalized_by_day(self, wanted: FigureFilter) -> list[tuple[date, int]]:
        """Finalised sets of each day that has any, in order."""
        ...

    def worked(self, wanted: FigureFilter) -> Sequence[Worked]:
        """Every finalised set."""
        ...

    def codes(self, wanted: FigureFilter, *, limit: int) -> list[CodeCount]:
        """The codes that were suggested or added most often, most first."""
        ...

    def bins(self, wanted: FigureFilter) -> list[Bin]:
        """Suggested codes in ten bands of confidence, lowest first; bands without any are left out. Right: billed in the end."""
        ...

    def waiting(self, wanted: FigureFilter) -> Sequence[Waiting]:
        """Charts that are not finalised; a filter by coder means the assignee, bundle and days do not narrow."""
        ...

    def model_agreement(self, wanted: FigureFilter) -> ModelAgreement:
        """Program beside coder."""
        ...

    def audit_agreement(self, wanted: FigureFilter) -> tuple[int, Crossed]:
        """Judged charts, and coder beside auditor over their codes: the auditor's blind codes where there are some."""
        ...

    def audited(self, wanted: FigureFilter) -> list[Audited]:
        """Marks by coder and kind of sample, in order."""
        ...

    def audited_codes(self, wanted: FigureFilter, *, limit: int) -> list[AuditedCode]:
        """Marks by code, the most often judged first."""
        ...

    def audit_errors(self, wanted: FigureFilter) -> list[AuditErrors]:
        """Wrong marks by category and grade."""
        ...

    def choices(self) -> tuple[list[str], list[str]]:
        """Coders who finalised something, and bundles that suggested for it; in order."""
        ...
