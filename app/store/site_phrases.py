"""Table and repository of the phrases that a site remembers. Their words may be those of notes, and are sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, Row, String, Table, Text, delete, func, insert, or_, select, update

from app.domain.code import CodeRef, CodeSystem
from app.domain.site_phrases import SitePhrase, SitePhraseNotFound
from app.store.schema import METADATA, Moment
from app.store.sealing import Seal

site_phrases = Table(
    "site_phrases",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("system", String(20), nullable=False),
    Column("code", String(20), nullable=False),
    Column("display", Text, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("language", String(2), nullable=False),
    Column("by", String(64), nullable=False),
    Column("by_name", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("said", Moment),
    Index(None, "at", "id"),
)
_C = site_phrases.c


class SqlSitePhrases:
    """Phrases within one transaction."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection, self._seal = connection, seal

    def add(self, phrase: SitePhrase) -> None:
        """Keep a new phrase."""
        ref = phrase.ref
        values = {"id": phrase.id, "system": ref.system.value, "code": ref.code, "display": phrase.display, "text": self._seal.seal(phrase.text)}
        who = {
            "language": phrase.language,
            "by": phrase.by,
            "by_name": phrase.by_name,
            "at": phrase.at,
            "confirmed": phrase.right,
            "refused": phrase.wrong,
            "said": phrase.said,
        }
        self._connection.execute(insert(site_phrases).values({**values, **who}))

    def get(self, phrase_id: str) -> SitePhrase:
        """Raises SitePhraseNotFound."""
        row = self._connection.execute(select(site_phrases).where(_C.id == phrase_id)).one_or_none()
        if row is None:
            raise SitePhraseNotFound
        return self._phrase(row)

    def all(self) -> list[SitePhrase]:
        """Every phrase, in the order they came."""
        return [self._phrase(row) for row in self._connection.execute(select(site_phrases).order_by(_C.at, _C.id))]

    def remove(self, phrase_id: str) -> None:
        """Forget a phrase. Raises SitePhraseNotFound."""
        if self._connection.execute(delete(site_phrases).where(_C.id == phrase_id)).rowcount != 1:
            raise SitePhraseNotFound

    def count(self, phrase_id: str, *, right: bool, said: datetime) -> None:
        """One decision more."""
        column = _C.confirmed if right else _C.refused
        here = _C.id == phrase_id
        self._connection.execute(update(site_phrases).where(here).values({column: column + 1}))
        self._connection.execute(update(site_phrases).where(here, or_(_C.said.is_(None), _C.said < said)).values(said=said))

    def stamp(self) -> str:
        """How many there are, of when, with how many decisions, and two of their ids."""
        asked = select(func.count(), func.max(_C.at), func.sum(_C.confirmed), func.sum(_C.refused), func.min(_C.id), func.max(_C.id))
        return "|".join(map(str, self._connection.execute(asked).one()))

    def _phrase(self, row: Row[Any]) -> SitePhrase:
        ref = CodeRef(CodeSystem(row.system), row.code)
        text = self._seal.open(row.text)
        return SitePhrase(row.id, ref, row.display, text, row.language, row.by, row.by_name, row.at, row.confirmed, row.refused, row.said)
