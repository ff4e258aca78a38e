"""The phrases that a site remembers."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from app.domain.site_phrases import SitePhrase


class SitePhrases(Protocol):
    """Phrases by id."""

    def add(self, phrase: SitePhrase) -> None:
        """Keep a new phrase."""
        ...

    def get(self, phrase_id: str) -> SitePhrase:
        """Raises SitePhraseNotFound."""
        ...

    def all(self) -> list[SitePhrase]:
        """Every phrase, in the order they came."""
        ...

    def remove(self, phrase_id: str) -> None:
        """Forget a phrase, its words with it. Raises SitePhraseNotFound."""
        ...

    def count(self, phrase_id: str, *, right: bool, said: datetime) -> None:
        """One decision more on a code that was suggested by the phrase in a chart that came in then; nothing for one that was removed meanwhile."""
        ...

    def stamp(self) -> str:
        """Differs whenever what `all` gives differs, and is cheap to ask for."""
        ...
