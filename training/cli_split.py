"""`chartcoder-train split`: parts for training, tuning and testing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.domain.errors import InputError
from training.faults import OnFault
from training.split import Order


def split(
    examples: Annotated[list[Path], typer.Option("--examples", help="Labelled documents, one JSON object a line; may be given several times.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder for train.jsonl, dev.jsonl, test.jsonl and split.json.")],
    dev: Annotated[float, typer.Option(min=0, max=0.9, help="Share of the documents for tuning.")] = 0.1,
    test: Annotated[float, typer.Option(min=0, max=0.9, help="Share of the documents for testing.")] = 0.1,
    order: Annotated[Order | None, typer.Option(help="Without it by time where every document has one, else at random.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of a random split.")] = 20261,
    near_duplicates: Annotated[bool, typer.Option(help="Keep documents with nearly the same text in one part.")] = True,
    on_fault: Annotated[OnFault, typer.Option(help="What to do about lines that can't be read: stop, or leave them out.")] = OnFault.STOP,
) -> None:
    """Split labelled documents by patient, then by time, never by row."""
    from training import progress, reading
    from training.faults import Faults
    from training.split_files import split_files

    if not 0 < dev + test < 1:
        raise InputError("--dev and --test together must be more than 0 and leave something to train on")
    faults = Faults()
    with progress.steps() as step:
        result = split_files(
            examples, out, dev=dev, test=test, order=order, seed=seed, together=near_duplicates, faults=faults, on_fault=on_fault, step=step
        )
    reading.tell(faults)
    typer.echo(f"Split by patient, {'by time' if result['order'] == Order.TIME else f'at random (seed {seed})'}, into {out}")
    for name, part in result["parts"].items():
        span = f", {part['from'][:10]} to {part['to'][:10]}" if "from" in part else ""
        typer.echo(f"{name:6}{part['documents']:>9,} documents of {part['patients']:,} patients{span}")
    if result["left_out"]:
        typer.echo(f"left out: {result['left_out']:,} documents earlier than the part that their patient belongs to")
    if near_duplicates:
        typer.echo(f"{result['near_duplicates']['pairs']:,} pairs of different patients have nearly the same text and were kept together")
