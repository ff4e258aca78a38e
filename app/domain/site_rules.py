"""Rules that a site adds as data, and severities that it switches (format: docs/site-rules.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import Experiencer, Presence
from app.domain.code import CodeRef, CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.encounter import OLDEST_AGE, Encounter, Setting, Sex
from app.domain.finding import Check, Finding, Repair, Severity
from app.domain.note import TextSpan
from app.domain.query_kind import QueryKind
from app.domain.rule_case import RuleCase
from app.domain.rules.base import ClaimRule, Data
from app.domain.tabular.patterns import CodePattern


@dataclass(frozen=True, slots=True)
class SitePattern:
    """Codes of one system: one code with all below it, or a range of them."""

    system: CodeSystem
    codes: CodePattern

    def matches(self, ref: CodeRef) -> bool:
        """True for a code that the pattern names."""
        return ref.system is self.system and self.codes.matches(ref.code)


@dataclass(frozen=True, slots=True)
class When:
    """When a site's rule speaks: all of what is given must hold. Ages in whole years, both ends included.

    `codes`: at least one is on the claim. `without`: none is. `phrases`: the note holds at least one, and neither denies it
    nor says it of another person. `without_phrases`: it holds none.
    """

    codes: tuple[SitePattern, ...] = ()
    without: tuple[SitePattern, ...] = ()
    settings: frozenset[Setting] = frozenset()
    age_from: int = 0
    age_to: int = OLDEST_AGE
    sex: Sex | None = None
    phrases: tuple[str, ...] = ()
    without_phrases: tuple[str, ...] = ()

    @property
    def needs(self) -> frozenset[Data]:
        """What has to be known before this can be told."""
        needed = {
            Data.NOTE: bool(self.phrases or self.without_phrases),
            Data.AGE: (self.age_from, self.age_to) != (0, OLDEST_AGE),
            Data.SEX: self.sex is not None,
        }
        return frozenset(data for data, wanted in needed.items() if wanted)

    def fits(self, encounter: Encounter) -> bool:
        """True when setting, age and sex are those of the rule."""
        return (
            (not self.settings or encounter.setting in self.settings)
            and (Data.AGE not in self.needs or (encounter.age is not None and self.age_from <= encounter.age <= self.age_to))
            and (self.sex is None or encounter.sex is self.sex)
        )


class SiteRule:
    """A rule of the site, written as data."""

    def __init__(
        self,
        rule_id: str,
        *,
        does: str,
        severity: Severity,
        citation: str,
        message: str,
        when: When,
        add: tuple[CodeRef, ...] = (),
        query: QueryKind | None = None,
    ) -> None:
        self.id, self.citation, self.does, self.severity = rule_id, citation, does, severity
        self.needs = when.needs
        self._message, self._when, self._add, self._query = message, when, add, query
        self._phrases, self._without = _any_of(when.phrases), _any_of(when.without_phrases)

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding with every code concerned, or none."""
        when = self._when
        concerned = [line.ref for line in coded.lines if _named(line, when.codes)]
        if not when.fits(coded.encounter) or (when.codes and not concerned) or any(_named(line, when.without) for line in coded.lines):
            return ()
        spans = _stated(self._phrases, coded.note)
        if (when.phrases and not spans) or _stated(self._without, coded.note):
            return ()
        # A repair that the claim already holds has been made: applied twice it changes nothing.
        missing = tuple(ref for ref in self._add if all(line.ref != ref for line in coded.lines))
        repair = Repair(add=missing) if missing else None
        return (Finding(self.id, self.severity, tuple(sorted(concerned)), self._message, self.citation, spans[:3], repair, self._query),)


class Switched:
    """A rule with the severity that the site wants; what was not checked stays as it is."""

    def __init__(self, rule: ClaimRule, severity: Severity) -> None:
        self.id, self.citation, self.needs = rule.id, rule.citation, rule.needs
        self.rule, self.severity = rule, severity

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """The findings of the rule."""
        return [f if f.check is Check.NOT_CHECKED else replace(f, severity=self.severity) for f in self.rule.check(coded)]


@dataclass(frozen=True)
class SiteRules:
    """A site's file: its rules with their cases, and the severities it switches by rule."""

    rules: tuple[SiteRule, ...] = ()
    severities: Mapping[str, Severity] | None = None
    cases: tuple[RuleCase, ...] = ()

    @cached_property
    def switched(self) -> Mapping[str, Severity]:
        """Rule id → severity."""
        return dict(self.severities or {})

    def among(self, built_in: Iterable[ClaimRule]) -> tuple[ClaimRule, ...]:
        """The built-in rules with their severities switched, then those of the site."""
        own = (rule if rule.id not in self.switched else Switched(rule, self.switched[rule.id]) for rule in built_in)
        return (*own, *self.rules)


def _named(line: CodedLine, patterns: tuple[SitePattern, ...]) -> bool:
    return any(pattern.matches(line.ref) for pattern in patterns)


def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Whole words in their order, capitals and line breaks aside."""
    if not phrases:
        return None
    longest_first = sorted(phrases, key=len, reverse=True)
    words = (r"\s+".join(re.escape(word) for word in phrase.split()) for phrase in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def _stated(phrases: re.Pattern[str] | None, note: NoteAnalysis | None) -> tuple[TextSpan, ...]:
    if phrases is None or note is None:
        return ()
    spans = (TextSpan(*match.span()) for match in phrases.finditer(note.note.text))
    return tuple(span for span in spans if _is_said(span, note))


def _is_said(span: TextSpan, note: NoteAnalysis) -> bool:
    assertion = note.assertion_of(span)
    return assertion.presence is not Presence.ABSENT and assertion.experiencer is Experiencer.PATIENT
