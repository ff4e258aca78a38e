"""`chartcoder db`: the database of reviews."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli import opening

app = typer.Typer(name="db", help="Upgrade, check, back up and restore the database of reviews.", no_args_is_help=True)
UNSOUND = 1


@app.command()
def upgrade() -> None:
    """Bring the schema up to this version; safe to repeat, and all or nothing."""
    from app import storage

    found = storage.database(opening.settings())
    before = found.upgrade()
    done = "nothing to do" if before.current else f"{before.found or 'empty'} -> {before.needed}"
    typer.echo(f"{found.name}: {done}")


@app.command()
def check() -> None:
    """Say everything that is wrong with the database; exit code 1 when something is."""
    from app import storage

    found = storage.database(opening.settings())
    faults = found.check()
    for fault in faults:
        typer.echo(f"{found.name}: {fault}")
    if faults:
        raise typer.Exit(UNSOUND)
    typer.echo(f"{found.name}: sound")


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="A file that does not exist yet")]) -> None:
    """Write a consistent copy while the service runs."""
    from app import storage

    storage.database(opening.settings()).backup(target)
    typer.echo(f"{target}: {target.stat().st_size:,} bytes")


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A file of `chartcoder db backup`")],
    force: Annotated[bool, typer.Option("--force", help="Also over a database that holds something")] = False,
) -> None:
    """Put a backup in the place of the database. Stop the service first."""
    from app import storage

    found = storage.database(opening.settings())
    found.restore(source, force=force)
    typer.echo(f"{found.name}: restored from {source}")
