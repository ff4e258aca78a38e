"""`chartcoder-train learning-curve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.domain.errors import InputError
from training.faults import OnFault
from training.opening import given_settings


def learning_curve(
    examples: Annotated[list[Path], typer.Option("--examples", help="Documents to train on; may be given several times.")],
    *,
    measure: Annotated[list[Path], typer.Option(help="Documents to measure on, which must not be among them; may be given several times.")],
    out: Annotated[Path, typer.Option(help="File for the curve, curve.json; `evaluate --curve` shows it in its report.")],
    sizes: Annotated[str, typer.Option(help="Numbers of training documents, separated by commas.")] = "100,200,500,1000,2000,5000,10000,20000",
    config: Annotated[Path | None, typer.Option(help="TOML file with the settings of the fits.")] = None,
    on_fault: Annotated[OnFault, typer.Option(help="What to do about lines that can't be read: stop, or leave them out.")] = OnFault.STOP,
) -> None:
    """Fit on growing parts of the training documents, and measure each on the same others."""
    import json

    from training import build, leakage, progress, reading
    from training import config as configs
    from training import learning_curve as curves
    from training.faults import OnLeak

    wanted = numbers(sizes, "--sizes")
    settings = given_settings()
    chosen = configs.load(config) if config is not None else configs.load()
    documents = [e for part in reading.read_all(examples, on_fault).values() for e in part]
    measured = [e for part in reading.read_all(measure, on_fault).values() for e in part]
    with progress.steps() as step:
        found, _ = leakage.leaks(documents, measured, step("Looking for documents of training"))
        leakage.kept(measured, found, OnLeak.REFUSE)
        terms = build.terms_ready(settings, step)
        result = curves.learning_curve(documents, measured, wanted, settings=settings, terms=terms, config=chosen, step=step)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.partial")
    partial.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    partial.replace(out)
    typer.echo(f"{'documents':>9}  {'':12}{'F1':>7}  {'95 %':13}{'MAP':>7}{'best F1':>9}{'ceiling':>9}{'ECE':>7}")
    for point in result["points"]:
        for name, s in point["systems"].items():
            low, high = s["f1_interval"]
            typer.echo(
                f"{point['documents']:>9,}  {name:12}{s['f1']:7.3f}  {f'{low:.3f}-{high:.3f}':13}{s['map']:7.3f}{s['best_f1']['f1']:9.3f}"
                f"{s['candidate_recall']:9.3f}{s['ece']:7.3f}"
            )


def numbers(given: str, option: str) -> list[int]:
    """Numbers of documents, separated by commas. Raises InputError that names the option."""
    try:
        found = [int(size) for size in given.split(",")]
    except ValueError:
        found = []
    if not found or min(found) < 1:
        raise InputError(f"{option} is numbers of documents like 100,200,500, not {given[:60]!r}")
    return found
