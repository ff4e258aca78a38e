"""`chartcoder notes`: retention, and keys for words at rest."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli import opening
from app.domain.errors import InputError

app = typer.Typer(name="notes", help="Erase notes at the end of retention; encrypt them.", no_args_is_help=True)


class NothingNamed(InputError):
    """A purge that does not say of what."""

    code = "nothing_named"

    def __init__(self) -> None:
        super().__init__("Say which notes: --older-than DAYS, or --id ENCOUNTER")


@app.command()
def purge(
    older_than: Annotated[
        int | None, typer.Option(min=1, help="Finalised encounters received more than so many days ago", show_default=False)
    ] = None,
    encounter: Annotated[
        list[str] | None, typer.Option("--id", help="An encounter, whatever its status; may be repeated", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many encounters it would be")] = False,
) -> None:
    """Erase notes, queries, comments of decisions, and site phrases that no newer note says. Codes, decisions and the audit trail stay."""
    from app import storage
    from app.cli.telling import told

    if older_than is None and not encounter:
        raise NothingNamed
    purge_notes = storage.purge_notes(opening.settings())
    due = list(dict.fromkeys([*(encounter or []), *(purge_notes.due(days=older_than) if older_than is not None else [])]))
    phrases = purge_notes.phrases_due(days=older_than) if older_than is not None else []
    if dry_run:
        typer.echo(f"{len(due)} encounters would lose the text of their notes, {len(phrases)} site phrases would be forgotten")
        return
    with told("Erasing notes") as progress:
        done = purge_notes(due, progress)
    typer.echo(f"{done.charts} encounters, {done.notes} notes erased; {purge_notes.forget(phrases)} site phrases forgotten")


@app.command("new-key")
def new_key() -> None:
    """Print a random key for CHARTCODER_NOTE_KEYS."""
    from app.store.sealing import new_key as random_key

    typer.echo(random_key())


@app.command()
def rotate() -> None:
    """Encrypt all words at rest with the first key of CHARTCODER_NOTE_KEYS; safe to repeat. Then the other keys may go."""
    from app import storage
    from app.cli.telling import told

    database = storage.ready(opening.settings())
    with told("Encrypting") as progress:
        done = database.rotate(progress)
    typer.echo(f"{done} texts encrypted with the first key" if opening.settings().note_keys else f"{done} texts are kept plain: no key is set")
