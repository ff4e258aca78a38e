"""Rules and their cases as tables for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich import box
from rich.progress import track
from rich.table import Table
from rich.text import Text

from app.cli.tables import console
from app.domain.encounter import Encounter
from app.domain.rule_case import CaseCode, RuleCase
from app.domain.rules.base import AnyRule, CodeRule
from app.domain.site_rules import SiteRule, SiteRules, Switched
from app.usecases.check_rules import Outcome


def print_rules(rules: Sequence[tuple[AnyRule, str, int]], site: SiteRules) -> None:
    """(rule, what it does, number of its cases), in the order in which the rules are asked."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("rule", no_wrap=True, style="bold")
    table.add_column("looks at", no_wrap=True)
    table.add_column("what it does", ratio=3)
    table.add_column("citation", ratio=2)
    table.add_column("cases", justify="right")
    for rule, does, cases in rules:
        table.add_row(rule.id, _looks_at(rule), Text(does.split("\n\n")[0].replace("\n", " ")), Text(rule.citation), str(cases))
    out = console()
    out.print(table)
    for rule_id, severity in sorted(site.switched.items()):
        out.print(Text(f"The site has switched {rule_id} to {severity}."))


def print_rule(rule: AnyRule, does: str, cases: Sequence[RuleCase], site: SiteRules) -> None:
    """A rule in full."""
    out = console()
    out.print(Text(rule.id, style="bold"))
    out.print(Text(does))
    out.print(Text(f"Citation: {rule.citation}"))
    out.print(Text(f"Looks at: {_looks_at(rule)}"))
    if not isinstance(rule, CodeRule) and rule.needs:
        out.print(Text(f"Needs: {', '.join(sorted(rule.needs))}; without it the rule says that it was not checked"))
    if rule.id in site.switched:
        out.print(Text(f"Severity: {site.switched[rule.id]} by the site"))
    elif isinstance(rule, SiteRule):
        out.print(Text(f"Severity: {rule.severity}, a rule of the site"))
    for case in cases:
        verdict = "Speaks" if case.expect == "fail" else "Keeps quiet"
        out.print(Text(f"\n{verdict}: {case.teaches}", style="bold"))
        out.print(Text(f"  {_where(case.encounter)}{', '.join(_code(code) for code in case.codes)}"))
        if case.note is not None:
            for line in case.note.text.strip().splitlines():
                out.print(Text(f"  | {line}", style="dim"))
        if case.repaired:
            out.print(Text(f"  repaired: {', '.join(ref.code for ref in case.repaired)}"))


def print_outcomes(outcomes: Iterable[Outcome], total: int, rules: Sequence[str]) -> list[Outcome]:
    """A row for each rule, then each case that does not hold; what was run."""
    out = console()
    run = list(track(outcomes, "Running cases", total=total, transient=True, console=out, disable=not out.is_terminal))
    held = Counter((o.case.rule, o.case.expect.value) for o in run if o.holds)
    failed = Counter(o.case.rule for o in run if not o.holds)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("rule", no_wrap=True, style="bold")
    for name in ("speaks", "keeps quiet", "does not hold"):
        table.add_column(name, justify="right")
    for rule in rules:
        table.add_row(rule, str(held[rule, "fail"]), str(held[rule, "pass"]), Text(str(failed[rule]), style="red" if failed[rule] else ""))
    out.print(table)
    for outcome in run:
        if not outcome.holds:
            out.print(
                Text(f"{outcome.case.file}:{outcome.case.line}: {outcome.case.rule}: {outcome.case.teaches}: {outcome.problem}"), soft_wrap=True
            )
    out.print(Text(f"{len(run) - sum(failed.values())} of {len(run)} cases hold."))
    return run


def _looks_at(rule: AnyRule) -> str:
    if isinstance(rule, CodeRule):
        return "one code"
    return "the claim (site)" if isinstance(rule, SiteRule) else "the claim (switched)" if isinstance(rule, Switched) else "the claim"


def _where(encounter: Encounter) -> str:
    parts = [encounter.setting.value, "" if encounter.sex == "unknown" else encounter.sex.value, "" if encounter.age is None else str(encounter.age)]
    return ", ".join(part for part in parts if part and part != "unknown") + ": " if parts != ["unknown", "", ""] else ""


def _code(code: CaseCode) -> str:
    return "-".join((code.ref.code, *code.modifiers))
