"""`chartcoder-train certify`."""

from __future__ import annotations

from typing import Annotated

import typer

from app.domain.errors import InputError
from training.opening import given_settings


def certify(
    *,
    target: Annotated[float, typer.Option(help="Precision that is to be held, between 0 and 1.")] = 0.95,
    confidence: Annotated[float, typer.Option(help="Confidence with which it is held, between 0 and 1.")] = 0.90,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days until the certificates expire.")] = 90,
    simultaneous: Annotated[
        bool, typer.Option("--simultaneous", help="Have all certificates of this run hold together, not each by itself.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be issued, and issue nothing.")] = False,
) -> None:
    """Find thresholds of a stated precision on randomly audited charts, and issue certificates for what the active bundle reaches."""
    if not (0 < target < 1 and 0 < confidence < 1):
        raise InputError("--target and --confidence are between 0 and 1, as in 0.95 and 0.90")
    from app.domain.audit import Actor
    from app.domain.people import COMMAND_LINE
    from training.certificates import issue
    from training.certificates.slices import Aim

    aim = Aim(target, confidence, simultaneous=simultaneous)
    result = issue.certify(given_settings(), Actor(COMMAND_LINE), aim, days=days, issue=not dry_run)
    for line in issue.told(result, aim):
        typer.echo(line)
    if result.certificates and not dry_run:
        typer.echo(f"{len(result.certificates)} certificates issued; a manager switches slices on at /automation")
