"""`chartcoder-train certify`."""

from __future__ import annotations

from typing import Annotated

import typer

from app.domain.automation.guarantee import Guarantee
from training.opening import given_settings


def certify(
    *,
    target: Annotated[float | None, typer.Option(help="Precision that is to be held, between 0 and 1; else as the settings say.")] = None,
    confidence: Annotated[float | None, typer.Option(help="Confidence with which it is held, between 0 and 1; else as the settings say.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Days until the certificates expire; else as the settings say.")] = None,
    simultaneous: Annotated[
        bool, typer.Option("--simultaneous", help="Have all certificates of this run hold together, not each by itself.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be issued, and issue nothing.")] = False,
) -> None:
    """Find thresholds of a stated precision on randomly audited charts, and issue certificates for what the active bundle reaches."""
    from app.domain.audit import Actor
    from app.domain.people import COMMAND_LINE
    from training.certificates import issue
    from training.certificates.slices import Aim

    settings = given_settings()
    usual = settings.guarantee()
    # Not `or`: a zero is refused, not replaced.
    wanted = Guarantee(
        usual.target if target is None else target,
        usual.confidence_level if confidence is None else confidence,
        usual.days if days is None else days,
        simultaneous,
    )
    aim = Aim(wanted.target, wanted.confidence_level, simultaneous=simultaneous)
    result = issue.certify(settings, Actor(COMMAND_LINE), aim, days=wanted.days, issue=not dry_run)
    for line in issue.told(result, aim):
        typer.echo(line)
    if result.certificates and not dry_run:
        typer.echo(f"{len(result.certificates)} certificates issued; a manager switches slices on at /automation")
