"""From a scored candidate to a suggestion: its status by the bundle's threshold and the rules, its reasons and alternatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from app.domain.assertion import ASSERTED, Experiencer, Presence, Temporality
from app.domain.candidate import Evidence
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.encounter import Encounter
from app.domain.rules.base import CodeRule, Ruling
from app.domain.suggestion import Status, Suggestion
from app.usecases.alternatives import Readings
from app.usecases.code_detail import CodeDetail
from app.usecases.ports import Catalog

# Rules that rest on how the note says it.
_OF_WORDS = frozenset({"negated", "other-person", "uncertain", "not-done", "support-only"})
_HARDNESS = {Status.SUGGESTED: 0, Status.CANDIDATE: 1, Status.SUPPRESSED: 2}


class Shown(NamedTuple):
    """A scored candidate that is within the request, with the words that support it; `code` is None when the release lacks it."""

    ref: CodeRef
    confidence: float
    evidence: tuple[Evidence, ...]
    code: Code | None


class Judge:
    """Judges the codes of one draft, whose `readings` are complete.

    `threshold`: code system → confidence from which a code is suggested. `ruled` false: rules that rest on how the note says it are
    not heard.
    """

    def __init__(
        self,
        rules: Sequence[CodeRule],
        *,
        catalog: Catalog,
        encounter: Encounter,
        readings: Readings,
        threshold: Callable[[CodeSystem], float],
        ruled: bool,
    ) -> None:
        # What is stated without any cue gives the rules of words nothing to say.
        self._rules, self._plain_rules = tuple(rules), tuple(rule for rule in rules if not rule.of_words)
        self._catalog, self._encounter, self._readings, self._ruled = catalog, encounter, readings, ruled
        self._thresholds = {system: threshold(system) for system in CodeSystem}
        self._below = {system: f"below the bundle's threshold of {least:.2f}" for system, least in self._thresholds.items()}
        self._releases = catalog.releases

    def __call__(self, shown: Shown, detail: CodeDetail) -> Suggestion:
        """The suggestion, suppressed where the code is in no release of the day."""
        ref, evidence, code = shown.ref, shown.evidence, shown.code
        if code is None and ref.system not in self._releases:
            # A bundle may have learned codes of a system that nobody loaded: unchecked is neither right nor wrong.
            code = Code(ref, f"(no {ref.system} release is loaded)")
        if code is None:
            names = ", ".join(f"{s} {r.name}" for s, r in self._releases.items())
            suggestion = Suggestion(ref, "(not in this release)", shown.confidence, Status.SUPPRESSED, evidence)
            return ruled(
                suggestion, Ruling("in-force", Status.SUPPRESSED, f"the code is not in the releases in force on the date of service ({names})")
            )
        enough = shown.confidence >= self._thresholds[ref.system]
        suggestion = Suggestion(
            ref,
            code.title,
            shown.confidence,
            Status.SUGGESTED if enough else Status.CANDIDATE,
            evidence,
            self._readings.alternatives(code, evidence[0]),
            detail.modifiers,
            self._reasons(shown, detail, enough=enough),
            units=detail.units,
            site_phrases=detail.site_phrases,
        )
        rulings = [] if detail.ruling is None else [detail.ruling]
        for rule in self._plain_rules if all(e.assertion is ASSERTED for e in evidence) else self._rules:
            ruling = rule.judge(suggestion, code, self._encounter)
            if ruling is not None:
                rulings.append(ruling)
        if not self._ruled:
            rulings = [r for r in rulings if r.rule not in _OF_WORDS]
        if not rulings:
            return suggestion
        return ruled(suggestion, max(rulings, key=lambda r: _HARDNESS[r.status]))

    def _reasons(self, shown: Shown, detail: CodeDetail, *, enough: bool) -> tuple[str, ...]:
        said = _said(shown.evidence[0])
        if len(shown.evidence) > 1:
            said = (*said, f"in {len(shown.evidence)} places")
        return (*said, *detail.reasons) if enough else (*said, self._below[shown.ref.system], *detail.reasons)


def ruled(suggestion: Suggestion, ruling: Ruling) -> Suggestion:
    """The suggestion as a rule has it."""
    status = max(suggestion.status, ruling.status, key=_HARDNESS.__getitem__)
    return Suggestion(
        suggestion.ref,
        suggestion.display,
        suggestion.confidence,
        status,
        suggestion.evidence,
        suggestion.alternatives,
        suggestion.modifiers,
        suggestion.reasons,
        ruling.rule,
        ruling.reason,
        suggestion.units,
        site_phrases=suggestion.site_phrases,
    )


def _said(first: Evidence) -> tuple[str, ...]:
    """Where the first words stand, and how."""
    assertion = first.assertion
    if assertion is ASSERTED:
        return _stated(first.section)
    [where] = _stated(first.section)
    reasons = [where if assertion.presence is Presence.PRESENT else f"{where}, as {assertion.presence}"]
    if assertion.temporality is not Temporality.CURRENT:
        reasons.append(f"as {assertion.temporality}")
    if assertion.experiencer is Experiencer.OTHER:
        reasons.append("of another person")
    return tuple(reasons)


@lru_cache(maxsize=1_000)
def _stated(section: str) -> tuple[str]:
    return (f"stated under {section.replace('_', ' ')}" if section else "stated in the note",)
