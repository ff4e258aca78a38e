"""All that is kept, changed together or not at all."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from app.usecases.records.audits import Audits
from app.usecases.records.certificates import Automation, Certificates
from app.usecases.records.charts import Charts, Receipts
from app.usecases.records.figures import Figures
from app.usecases.records.models import ModelRecords
from app.usecases.records.people import Keys, Sessions, Users
from app.usecases.records.profiles import Profiles
from app.usecases.records.runs import TrainingRuns
from app.usecases.records.site_phrases import SitePhrases
from app.usecases.records.trail import AuditTrail, EventFeed, Webhooks


class UnitOfWork(Protocol):
    """One transaction: kept when its block ends, undone when the block raises."""

    @property
    def charts(self) -> Charts:
        """The charts."""
        ...

    @property
    def site_phrases(self) -> SitePhrases:
        """The site's phrases."""
        ...

    @property
    def receipts(self) -> Receipts:
        """Idempotency keys."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The audit trail."""
        ...

    @property
    def audits(self) -> Audits:
        """Samples and audited charts."""
        ...

    @property
    def figures(self) -> Figures:
        """Counts for the dashboards."""
        ...

    @property
    def events(self) -> EventFeed:
        """The feed."""
        ...

    @property
    def webhooks(self) -> Webhooks:
        """Webhooks and deliveries."""
        ...

    @property
    def users(self) -> Users:
        """People."""
        ...

    @property
    def sessions(self) -> Sessions:
        """People signed in."""
        ...

    @property
    def keys(self) -> Keys:
        """API keys."""
        ...

    @property
    def certificates(self) -> Certificates:
        """Certificates."""
        ...

    @property
    def automation(self) -> Automation:
        """Switches, and what was finalised without a person."""
        ...

    @property
    def profiles(self) -> Profiles:
        """Counts of notes as they came in."""
        ...

    @property
    def models(self) -> ModelRecords:
        """What is known of bundles."""
        ...

    @property
    def runs(self) -> TrainingRuns:
        """Training runs."""
        ...

    def flush(self) -> None:
        """Give what was added to the audit trail and the feed its places now, ahead of the end: what could fail has then been done."""
        ...


class Work(Protocol):
    """Begins units of work. Safe to share between threads."""

    def __call__(self) -> AbstractContextManager[UnitOfWork]:
        """A new unit of work."""
        ...


class Clock(Protocol):
    """The time."""

    def __call__(self) -> float:
        """Seconds since 1970."""
        ...
