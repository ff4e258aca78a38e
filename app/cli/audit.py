"""`chartcoder audit`: the audit trail."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from app.cli import opening

app = typer.Typer(name="audit", help="Verify and export the audit trail.", no_args_is_help=True)
BROKEN = 1


@app.command()
def verify(
    head: Annotated[str, typer.Option(help="Hash that an earlier verify printed: must still stand in the trail", show_default=False)] = "",
) -> None:
    """Walk the whole chain; exit code 1 and the place where it breaks when it does not hold.

    Keep the printed hash elsewhere: with --head it also shows that nothing was cut off at the end.
    """
    from app import storage
    from app.domain.audit import Walk

    with storage.ready(opening.settings()).work()() as work:
        walk = Walk(work.audit.events(), wanted=head)
    if walk.broken is not None:
        typer.echo(f"event {walk.broken.sequence}: {walk.broken.why}")
        raise typer.Exit(BROKEN)
    if head and not walk.found:
        typer.echo(f"the chain of {walk.length} events holds, but none has the hash {head[:16]}: events were cut off or replaced")
        raise typer.Exit(BROKEN)
    typer.echo(f"{walk.length} events, the chain holds; head {walk.head}")


@app.command()
def export(subject: Annotated[str, typer.Option(help="Only events of this encounter, user or key", show_default=False)] = "") -> None:
    """Write events to standard output, one JSON object a line, oldest first."""
    from app import storage

    with storage.ready(opening.settings()).work()() as work:
        for event in work.audit.events(subject=subject or None):
            sys.stdout.write(json.dumps(asdict(event)) + "\n")
