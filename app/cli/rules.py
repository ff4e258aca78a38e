"""`chartcoder rules ...`: what each rule does, on what it rests, and its public cases."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import opening
from app.domain.errors import NotFound

if TYPE_CHECKING:
    from app.domain.rule_case import RuleCase
    from app.domain.rules.base import AnyRule
    from app.domain.site_rules import SiteRules
    from app.settings import Settings

app = typer.Typer(help="List, show and test the coding rules, those of the site too.", no_args_is_help=True, rich_markup_mode=None)

Id = Annotated[str, typer.Argument(metavar="ID", help="As `chartcoder rules list` shows it")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these rules; all when not given", show_default=False)]


class RuleNotFound(NotFound):
    """A rule that does not exist."""

    code = "rule_not_found"

    def __init__(self, rule: str) -> None:
        super().__init__(f"There is no rule {rule[:40]!r}: `chartcoder rules list` shows all")


@app.command("list")
def list_rules() -> None:
    """List every rule with what it does and the paragraph it rests on."""
    rules, site, cases = _rules(opening.settings())
    from app.cli.rule_tables import print_rules

    print_rules([(rule, does(rule), sum(c.rule == name for c in cases)) for name, rule in rules.items()], site)


@app.command("show")
def show(rule: Id) -> None:
    """Show a rule with its citation, what it needs to know, and the notes on which it speaks and keeps quiet."""
    rules, site, cases = _rules(opening.settings())
    if rule not in rules:
        raise RuleNotFound(rule)
    from app.cli.rule_tables import print_rule

    print_rule(rules[rule], does(rules[rule]), [c for c in cases if c.rule == rule], site)


@app.command("test")
def run_cases(ids: Ids = None) -> int:
    """Run the public cases of every rule, those of the site's file too; exit code 1 when one does not hold."""
    settings = opening.settings()
    rules, _, cases = _rules(settings)
    for rule in ids or ():
        if rule not in rules:
            raise RuleNotFound(rule)
    opening.prepare()
    from app import assembly
    from app.cli.rule_tables import print_outcomes

    terms = assembly.open_terms(settings)
    check = assembly.rule_checker(terms, assembly.note_reader(settings, terms.knowledge))
    chosen = [case for case in cases if not ids or case.rule in ids]
    outcomes = print_outcomes(check(rules, chosen), len(chosen), [rule for rule in rules if not ids or rule in ids])
    return 0 if all(outcome.holds for outcome in outcomes) else 1


def does(rule: AnyRule) -> str:
    """What a rule does: the docstring of a built-in one, the field of a site's own."""
    from app.domain.site_rules import SiteRule, Switched

    return rule.does if isinstance(rule, SiteRule) else inspect.getdoc(rule.rule if isinstance(rule, Switched) else rule) or ""


def _rules(settings: Settings) -> tuple[Mapping[str, AnyRule], SiteRules, Sequence[RuleCase]]:
    """All rules by id, those of the site last, with their cases. Raises DataFaults."""
    opening.prepare()
    from app import assembly
    from app.domain.rules.registry import CLAIM_RULES, CODE_RULES
    from app.domain.site_rules import SiteRules

    site = assembly.site_rules(settings, assembly.open_terms(settings)) if settings.site_rules else SiteRules()
    every: list[AnyRule] = [*CODE_RULES, *site.among(CLAIM_RULES)]
    return {rule.id: rule for rule in every}, site, (*assembly.rule_case_files(settings), *site.cases)
