"""`chartcoder-train export-feedback`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.domain.errors import InputError
from training.faults import OnFault
from training.opening import given_settings


def export_feedback(
    out: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="File to write, one JSON object a line, for the eyes of its owner alone.")],
    *,
    since: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Only encounters finalised on this day or later (UTC), or since a time.")] = "",
    on_fault: Annotated[
        OnFault, typer.Option("--on-fault", help="What to do about encounters that can't be read: stop, or leave them out.")
    ] = OnFault.STOP,
) -> None:
    """Write the encounters that coders finalised as training examples, with the words, the refusals and the weight of each."""
    from training import decided, example_lines, progress, reading
    from training.faults import Faults

    settings, faults = given_settings(), Faults()
    # The file holds the notes of patients.
    os.umask(0o077)
    with progress.steps() as step:
        examples = decided.decided_examples(settings, faults, since=_moment(since), told=step("Reading finalised encounters"), on_fault=on_fault)
        count = example_lines.write_jsonl(out, examples)
    reading.tell(faults)
    typer.echo(f"{count:,} encounters in {out}")


def _moment(given: str) -> datetime | None:
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise InputError(f"--since is a day or time like 2026-11-01, not {given[:40]!r}") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
