"""Drafts and codes as tables for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.cli.visit_table import print_visit
from app.domain.note import ClinicalNote
from app.domain.suggestion import CodingDraft, Status, Suggestion
from app.usecases.look_up_codes import CodeDetails
from app.usecases.ports import SearchHit

_QUOTES, _QUOTE_LENGTH, _CANDIDATES = 2, 60, 10
NOTES = (
    ("Inclusion terms", "inclusion_terms"),
    ("Includes", "includes"),
    ("Excludes1 (never together)", "excludes1"),
    ("Excludes2 (not included here)", "excludes2"),
    ("Code first", "code_first"),
    ("Use additional code", "use_additional"),
    ("Code also", "code_also"),
)
# Where output goes to a file or pipe there is no width to fit.
_WIDE = 120


def console() -> Console:
    """Standard output, wide enough for a table."""
    plain = Console(highlight=False)
    return plain if plain.is_terminal else Console(highlight=False, width=_WIDE)


def print_draft(draft: CodingDraft, note: ClinicalNote) -> None:
    """Codes, the best candidates, suppressed codes with their reason, the claim in order, findings."""
    out = console()
    suggested, candidates, suppressed = (draft.having(status) for status in (Status.SUGGESTED, Status.CANDIDATE, Status.SUPPRESSED))
    if suggested:
        out.print(_table("Codes", suggested, "evidence", lambda s: _quotes(s, note)))
    else:
        out.print("Nothing in this note reaches the threshold of a code to bill.")
    if candidates:
        more = f" (best {_CANDIDATES} of {len(candidates)})" if len(candidates) > _CANDIDATES else ""
        title = f"Candidates, seen but not to be billed as they stand{more}"
        out.print(_table(title, candidates[:_CANDIDATES], "evidence", lambda s: _quotes(s, note)))
    if suppressed:
        plainest = list({(s.rule, s.evidence[0].span): s for s in reversed(suppressed)}.values())[::-1]
        more = f" (the plainest of {len(suppressed)})" if len(suppressed) > len(plainest[:_CANDIDATES]) else ""
        out.print(_table(f"Suppressed{more}", plainest[:_CANDIDATES], "reason", lambda s: f"{s.reason} ({s.rule}): {_quotes(s, note)}"))
    if draft.evaluation_management is not None:
        print_visit(out, draft.evaluation_management, note)
    if draft.claim is not None and draft.claim.diagnoses:
        out.print(Text(f"Claim order: {', '.join(ref.code for ref in draft.claim.diagnoses)}"))
        for line in draft.claim.procedures:
            out.print(
                Text(f"  {'-'.join((line.ref.code, *line.modifiers))} x {line.units} for {', '.join(ref.code for ref in line.pointers) or 'nothing'}")
            )
    for finding in draft.findings:
        out.print(Text(f"{finding.severity}: {finding.message} ({finding.citation})"))
    releases = ", ".join(f"{system} {name}" for system, name in draft.releases.items())
    out.print(Text(f"Bundle {draft.bundle_id}; {releases}", style="dim"))


def print_hits(hits: Sequence[SearchHit]) -> None:
    """Hits of a search, best first."""
    out = console()
    if not hits:
        out.print("No code found. Try fewer words, or the beginning of a code.")
        return
    table = Table("system", "code", "description", "found by", box=box.SIMPLE_HEAD, pad_edge=False)
    for hit in hits:
        matched = "" if hit.matched.casefold() == hit.code.title.casefold() else hit.matched
        heading = "" if hit.code.billable else "  (heading)"
        table.add_row(hit.code.ref.system.value, Text(hit.code.ref.code, style="bold"), Text(hit.code.title + heading), Text(matched, style="dim"))
    out.print(table)


def print_details(details: CodeDetails) -> None:
    """A code with its notes and its place in the classification."""
    out = console()
    code = details.code
    out.print(Text(f"{code.ref.code}  {code.title}", style="bold"))
    kind = "complete, can be billed" if code.billable else "heading, needs more characters"
    out.print(Text(f"{code.ref.system.value} {details.release.name}, in force from {details.release.effective}; {kind}"))
    for depth, ancestor in enumerate(details.ancestors):
        out.print(Text(f"{'  ' * depth}{ancestor.ref.code}  {ancestor.title}", style="dim"))
    for holder in (code, *reversed(details.ancestors)):
        for label, name in NOTES:
            notes = getattr(holder, name)
            if notes:
                origin = "" if holder is code else f" (of {holder.ref.code})"
                out.print(Text(f"{label}{origin}:"))
                for note in notes:
                    out.print(Text(f"  {note}"))
    for character, meaning in code.seventh_characters.items():
        out.print(Text(f"Seventh character {character}: {meaning}"))
    if code.modifiers:
        out.print(Text(f"Modifiers: {', '.join(code.modifiers)}"))
    for child in details.children:
        out.print(Text(f"  {child.ref.code}  {child.title}"))


def _table(title: str, suggestions: Sequence[Suggestion], last: str, say: Callable[[Suggestion], str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("code", no_wrap=True)
    table.add_column("conf.", justify="right", no_wrap=True)
    table.add_column("description", ratio=3)
    table.add_column(last, ratio=4, style="dim")
    for s in suggestions:
        table.add_row(Text(s.ref.code, style="bold"), f"{s.confidence:.2f}", Text(s.display), Text(say(s)))
    return table


def _quotes(suggestion: Suggestion, note: ClinicalNote) -> str:
    words = [" ".join(note.quote(e.span).split()) for e in suggestion.evidence[:_QUOTES]]
    short = [w if len(w) <= _QUOTE_LENGTH else f"{w[:_QUOTE_LENGTH]}..." for w in dict.fromkeys(words)]
    more = len(suggestion.evidence) - _QUOTES
    return "; ".join(f'"{w}"' for w in short) + (f" and {more} more" if more > 0 else "")
