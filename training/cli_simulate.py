"""`chartcoder-train simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.domain.errors import DataFaults, Fault, InputError
from training.faults import OnFault
from training.opening import given_settings


def simulate(
    examples: Annotated[list[Path], typer.Option("--examples", help="Labelled documents that arrive as charts; may be given several times.")],
    *,
    measure: Annotated[list[Path], typer.Option(help="Documents to measure on, which must not be among them; may be given several times.")],
    out: Annotated[Path, typer.Option(help="Folder for simulation.json and simulation.svg.")],
    retrain: Annotated[str, typer.Option(help="Numbers of finalised charts at which a bundle is trained, separated by commas.")] = "100,250,500",
    error: Annotated[float, typer.Option(min=0, max=0.5, help="Share of decisions that the coder gets wrong.")] = 0.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same history.")] = 1,
    foundation: Annotated[bool, typer.Option("--foundation", help="Train beside the default bundle's own material.")] = False,
    config: Annotated[Path | None, typer.Option(help="TOML file with the settings of the fits; without it those of a site, site.toml.")] = None,
    on_fault: Annotated[
        OnFault, typer.Option("--on-fault", help="What to do about lines that can't be read: stop, or leave them out.")
    ] = OnFault.STOP,
) -> None:
    """Replay labelled documents as the history of a site that begins with the active bundle. A run that was interrupted goes on where it was."""
    import json

    from training import build, leakage, progress, reading
    from training import config as configs
    from training.cli_curve import numbers
    from training.faults import OnLeak
    from training.simulation import picture, site
    from training.simulation.stage import stage_for

    stops = tuple(sorted(set(numbers(retrain, "--retrain"))))
    settings = given_settings()
    chosen = configs.load(config if config is not None else configs.SITE)
    documents = [e for part in reading.read_all(examples, on_fault).values() for e in part]
    measured = [e for part in reading.read_all(measure, on_fault).values() for e in part]
    if stops[-1] > len(documents):
        raise InputError(f"--retrain names {stops[-1]:,} charts, and {len(documents):,} documents were given")
    if not any(e.labels for e in measured):
        raise DataFaults([Fault("--measure", 0, "no document has a code: there is nothing to measure against")])
    with progress.steps() as step:
        found, _ = leakage.leaks(documents, measured, step("Looking for documents of training"))
        leakage.kept(measured, found, OnLeak.REFUSE)
        terms = build.terms_ready(settings, step)
        plan = site.Plan(stops, error, seed, foundation)
        with stage_for([*documents, *measured], plan, settings=settings, terms=terms, config=chosen) as (stage, kept):
            result = site.simulate(documents, measured, plan, stage, kept, step=step)
    out.mkdir(parents=True, exist_ok=True)
    (out / "simulation.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    first = next(iter(result["on the labels"]["systems"]))
    (out / "simulation.svg").write_text(picture.draw(result, first), encoding="utf-8")
    typer.echo(f"{'worklist':9}{'charts':>8}  {'':11}{'P':>6}{'R':>7}{'F1':>7}{'edits':>8}{'serving':>9}{'auto':>7}{'right':>7}")
    rows = [(name, row) for name, history in result["histories"].items() for row in history]
    for name, row in [*rows, ("labels", {"finalized": stops[-1], "while serving": None, **result["on the labels"]})]:
        auto, served = row["automated"], row["while serving"]
        serving = "" if served is None else f"{served['total']:.2f}"
        right = "" if auto["precision"] is None else f"{auto['precision']:.3f}"
        for system, s in row["systems"].items():
            figures = f"{s['precision']:6.3f}{s['recall']:7.3f}{s['f1']:7.3f}{s['edits']['total']:8.2f}{serving:>9}{auto['codes']:7.3f}{right:>7}"
            typer.echo(f"{name:9}{row['finalized']:>8,}  {system:11}{figures}")
