"""From a draft of weighed codes to the claim: the rules of the set, the order, the pointers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.domain.analysis import NoteAnalysis
from app.domain.code import CodeRef, CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.composition.compose import Composed, compose
from app.domain.encounter import Setting
from app.domain.finding import Check, Finding, Severity
from app.domain.rules.base import ClaimRule
from app.domain.suggestion import CodingDraft, Status, Suggestion
from app.domain.tabular.tabular import Tabular
from app.usecases.ports import Catalog

OFF = Finding(
    "composition",
    Severity.INFO,
    (),
    "Not checked: which rules of a claim hold depends on the setting, which is not given",
    "ICD-10-CM Official Guidelines II and IV",
    check=Check.NOT_CHECKED,
)


# Codes of less confidence than this complete no pair and explain no words.
LEAST_SEEN = 0.1


class TabularLists:
    """The tabular list of each release, worked out once. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: dict[str, Tabular] = {}

    def of(self, catalog: Catalog) -> Tabular:
        """The ICD-10-CM of a catalog."""
        release = catalog.releases.get(CodeSystem.ICD10CM)
        return self._known.setdefault("" if release is None else release.digest, Tabular(catalog.find))


class ComposeClaim:
    """Composes drafts. Safe to share between threads."""

    def __init__(self, rules: Sequence[ClaimRule]) -> None:
        self._rules = tuple(rules)
        self._lists = TabularLists()

    def __call__(self, draft: CodingDraft, analysis: NoteAnalysis, catalog: Catalog) -> CodingDraft:
        """The draft with its claim; statuses agree with it, and each that changed has the finding that changed it."""
        if draft.encounter.setting is Setting.UNKNOWN:
            return replace(draft, findings=(*draft.findings, OFF))
        lines = tuple([_line(s, catalog) for s in draft.suggestions if s.status is Status.SUGGESTED])
        likely = [s for s in draft.suggestions if s.confidence >= LEAST_SEEN and s.status is Status.CANDIDATE]
        seen = tuple(_line(s, catalog) for s in likely if not s.rule)
        coded = CodedEncounter(draft.encounter, lines, self._lists.of(catalog), analysis, seen, draft.releases)
        composed = compose(coded, self._rules)
        return replace(
            draft, suggestions=_restated(draft.suggestions, composed, catalog), findings=(*draft.findings, *composed.findings), claim=composed.claim
        )


def _line(s: Suggestion, catalog: Catalog) -> CodedLine:
    return CodedLine(s.ref, catalog.find(s.ref), s.confidence, s.evidence, s.modifiers, s.units)


def _restated(suggestions: Sequence[Suggestion], composed: Composed, catalog: Catalog) -> tuple[Suggestion, ...]:
    touched = composed.dropped.keys() | composed.added.keys() | composed.modified.keys()
    if not touched:
        return tuple(suggestions)
    on = {line.ref: line for line in composed.coded.lines}
    known = {s.ref for s in suggestions}
    kept = [_after(s, on, composed) if s.ref in touched else s for s in suggestions]
    new = [_new(on[ref], finding, catalog) for ref, finding in composed.added.items() if ref in on and ref not in known]
    suppressed = [s for s in kept if s.status is Status.SUPPRESSED]
    rest = sorted((s for s in (*kept, *new) if s.status is not Status.SUPPRESSED), key=lambda s: (-s.confidence, s.ref))
    return (*rest, *suppressed)


def _after(s: Suggestion, on: dict[CodeRef, CodedLine], composed: Composed) -> Suggestion:
    if s.ref in on:
        line = on[s.ref]
        by = [f for f in (composed.added.get(s.ref), composed.modified.get(s.ref)) if f is not None]
        reasons = (*s.reasons, *(f"{finding.message} ({finding.rule})" for finding in by))
        if s.status is Status.SUGGESTED:
            return replace(s, modifiers=line.modifiers, reasons=reasons) if by else s
        return replace(s, status=Status.SUGGESTED, confidence=line.confidence, evidence=line.evidence, modifiers=line.modifiers, reasons=reasons)
    dropped = composed.dropped.get(s.ref)
    if dropped is None or s.status is not Status.SUGGESTED:
        return s
    return replace(s, status=Status.SUPPRESSED, rule=dropped.rule, reason=dropped.message)


def _new(line: CodedLine, finding: Finding, catalog: Catalog) -> Suggestion:
    code = catalog.find(line.ref)
    title = line.ref.code if code is None else code.title
    return Suggestion(line.ref, title, line.confidence, Status.SUGGESTED, line.evidence, reasons=(f"{finding.message} ({finding.rule})",))
