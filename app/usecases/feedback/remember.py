"""Remembering words for a code, for the whole site, and forgetting them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.domain.access_errors import NotAllowed
from app.domain.analysis import NoteAnalysis
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.chart import Chart
from app.domain.code import CodeRef
from app.domain.errors import ChartNotFound
from app.domain.note import ClinicalNote
from app.domain.people import Permission, Reach
from app.domain.site_phrases import PhraseRefused, SitePhrase, check_past, check_text
from app.usecases.charts.desk import Desk, need
from app.usecases.charts.review import CodeFinder
from app.usecases.ports import WordReader
from app.usecases.recall_phrases import PhraseFinder

# So many of the latest finalised charts are asked what the words have meant so far.
PAST_CHARTS = 100


class WordSpread(Protocol):
    """Knows how many codes a word names."""

    def __call__(self, text: str) -> int:
        """Number of codes whose terms hold the rarest word of the text; 0 for words that no term has."""
        ...


@dataclass(frozen=True, slots=True)
class PhraseTools:
    """What remembering needs. `changed` is told of every change, so that suggestions here know of it at once."""

    words: WordReader
    read: Callable[[ClinicalNote], NoteAnalysis]
    spread: WordSpread
    changed: Callable[[], None]


class RememberPhrases:
    """The phrases of the site. Safe to share between threads."""

    def __init__(self, desk: Desk, find: CodeFinder, tools: PhraseTools) -> None:
        self._desk, self._find = desk, find
        self._words, self._read, self._spread, self._changed = tools.words, tools.read, tools.spread, tools.changed

    def all(self, actor: Actor) -> list[SitePhrase]:
        """Every phrase, in the order they came. Raises NotAllowed, as every verb here."""
        need(actor, Permission.PHRASES)
        with self._desk.work() as work:
            return work.site_phrases.all()

    def remember(self, actor: Actor, ref: CodeRef, text: str, *, language: str = "en") -> SitePhrase:
        """The new phrase, or the one there is already for these words and this code. Raises PhraseRefused, which says why, and Unavailable."""
        need(actor, Permission.PHRASES)
        text = " ".join(text.split())
        code = self._find(ref, None)
        if code is None or not code.billable:
            raise PhraseRefused(f"{ref.code} is not a complete code of the newest {ref.system} release: search for it")
        stems = [stem for stem in self._words.read(text, language).stems if stem]
        check_text(text, stems, codes=self._spread(text))
        with self._desk.work() as work:
            same = [p for p in work.site_phrases.all() if p.ref == ref and p.language == language and self._stems(p) == stems]
            ids = work.charts.finalized_ids()[:PAST_CHARTS]
        if same:
            return same[0]
        name = actor.principal.name
        phrase = SitePhrase(secrets.token_hex(12), ref, code.title, text, language, actor.principal.id, name, self._desk.now())
        right, wrong = self._past(phrase, ids)
        check_past(right, wrong)
        phrase = SitePhrase(phrase.id, ref, code.title, text, language, phrase.by, name, phrase.at, max(right, 1), wrong)
        with self._desk.work() as work:
            work.site_phrases.add(phrase)
            detail = {"system": ref.system.value, "code": ref.code, "right": phrase.right, "wrong": phrase.wrong}
            work.audit.add(AuditEntry(phrase.at, actor, Action.PHRASE_REMEMBERED, phrase.id, detail))
        self._changed()
        return phrase

    def forget(self, actor: Actor, phrase_id: str) -> None:
        """Take a phrase out of suggestions; those that were made stay. Raises SitePhraseNotFound, and NotAllowed for another's."""
        reach = need(actor, Permission.PHRASES)
        with self._desk.work() as work:
            phrase = work.site_phrases.get(phrase_id)
            allowed = reach is Reach.ANY or phrase.by == actor.principal.id
            if allowed:
                work.site_phrases.remove(phrase_id)
                detail = {"system": phrase.ref.system.value, "code": phrase.ref.code}
                work.audit.add(AuditEntry(self._desk.now(), actor, Action.PHRASE_FORGOTTEN, phrase_id, detail))
        if not allowed:
            raise NotAllowed(Permission.PHRASES.value)
        self._changed()

    def _stems(self, phrase: SitePhrase) -> list[str]:
        return [stem for stem in self._words.read(phrase.text, phrase.language).stems if stem]

    def _past(self, phrase: SitePhrase, ids: list[str]) -> tuple[int, int]:
        """Of the finalised charts whose notes affirm the words, how many have the code and how many have not."""
        finder, wanted = PhraseFinder([phrase], self._words), phrase.text.casefold()
        right = wrong = 0
        for chart_id in ids:
            try:
                with self._desk.work() as work:
                    chart = work.charts.get(chart_id)
            except ChartNotFound:
                continue
            if chart.finalized and self._affirms(chart, finder, wanted):
                has = any(line.ref == phrase.ref for line in chart.finalized[-1].lines)
                right, wrong = right + has, wrong + (not has)
        return right, wrong

    def _affirms(self, chart: Chart, finder: PhraseFinder, wanted: str) -> bool:
        for note in chart.current_notes():
            if note.text is None or wanted not in " ".join(note.text.casefold().split()):
                continue
            analysis = self._read(ClinicalNote(note.text))
            if any(analysis.assertion_of(match.span).affirmed for _, matches in finder.find(analysis).values() for match in matches):
                return True
        return False
