"""The `chartcoder-train` command. What is heavy is imported inside the commands, so that `--help` answers at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, cast

import typer

from app.domain.errors import ChartcoderError, DataFaults, InputError, Unavailable
from training import cli_certify, cli_convert, cli_curve, cli_feedback, cli_simulate, cli_split, cli_worker
from training.faults import OnFault, OnLeak
from training.opening import given_settings

BAD_INPUT, UNAVAILABLE, INTERRUPTED = 2, 1, 130
_MOST_FAULTS = 50
# Corpora to train on and to measure on, made with different seeds, must be of the same codes.
_DRAWN_BY = 1
# The class above BadParameter is that of all usage errors; Typer does not export it by name.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])

app = typer.Typer(
    name="chartcoder-train",
    help="Fits, evaluates and promotes the model bundles that `chartcoder` serves with.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_convert.app)
app.command()(cli_split.split)
app.command()(cli_certify.certify)
app.command()(cli_worker.worker)
app.command("learning-curve")(cli_curve.learning_curve)
app.command()(cli_simulate.simulate)
app.command("export-feedback")(cli_feedback.export_feedback)

_Examples = Annotated[list[Path], typer.Option("--examples", help="Labelled documents, one JSON object a line; may be given several times.")]
_OnFault = Annotated[OnFault, typer.Option("--on-fault", help="What to do about lines that can't be read: stop, or leave them out.")]


@app.command()
def setup(*, rebuild: Annotated[bool, typer.Option("--rebuild", help="Fit the default bundle anew even if one is there.")] = False) -> None:
    """Compile codes and terms, and build the default bundle where none fits them. Safe to repeat."""
    from training import progress
    from training import setup as setting_up

    with progress.steps() as step:
        done = setting_up.set_up(given_settings(), rebuild=rebuild, config=setting_up.load(), step=step)
    for line in setting_up.told(done):
        typer.echo(line)


@app.command()
def fit(
    *,
    examples: Annotated[
        list[Path] | None, typer.Option("--examples", help="Labelled documents, one JSON object a line; may be given several times.")
    ] = None,
    decided: Annotated[bool, typer.Option("--decided", help="Also the encounters that coders of the service finalised.")] = False,
    foundation: Annotated[
        bool, typer.Option("--foundation", help="Beside them the default bundle's own material, which teaches the ranker alone.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Folder to write the bundle into; without it the models folder, not activated.")] = None,
    config: Annotated[Path | None, typer.Option(help="TOML file with the settings of the fit; else default.toml, with --decided site.toml.")] = None,
    keep_work: Annotated[bool, typer.Option("--keep-work", help="Keep the notes as they were read, for further fits on them.")] = False,
    on_fault: _OnFault = OnFault.STOP,
) -> None:
    """Fit a bundle on labelled documents and print its folder. A run that was interrupted goes on where it was when it is started again."""
    from training import build, progress, reading
    from training import config as configs
    from training import corpus as corpora

    if not examples and not decided:
        raise InputError("Say what to fit on: --examples FILE, or --decided")
    settings = given_settings()
    chosen = configs.load(config or (configs.SITE if decided else configs.DEFAULT))
    read = reading.read_all(examples or [], on_fault)
    with progress.steps() as step:
        terms = build.terms_ready(settings, step)
        corpus = corpora.corpus(settings, terms, read, decided=decided, foundation=foundation, on_fault=on_fault, step=step)
        everything, trained_on = corpus.examples, corpus.trained_on
        folder = out if out is not None else settings.models_dir
        path = build.build(folder, everything, settings=settings, terms=terms, config=chosen, trained_on=trained_on, step=step, keep_work=keep_work)
    typer.echo(str(path))


@app.command()
def evaluate(
    examples: _Examples,
    *,
    bundle: Annotated[str, typer.Option(help="Folder or id of the bundle; without it the active one.")] = "",
    against: Annotated[str, typer.Option(help="A second bundle, to compare with on the same documents.")] = "",
    trained_on: Annotated[list[Path] | None, typer.Option(help="What the bundle was trained on, to look for documents that are in both.")] = None,
    leaks: Annotated[OnLeak, typer.Option(help="What to do about documents that training has seen.")] = OnLeak.REFUSE,
    report: Annotated[Path | None, typer.Option(help="Folder for report.json and report.html.")] = None,
    curve: Annotated[Path | None, typer.Option(help="File of `learning-curve`, to show in the report.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")] = False,
    on_fault: _OnFault = OnFault.STOP,
) -> None:
    """Measure a bundle on labelled documents, through the same code that serves."""
    import json

    from app.classifier import bundle_io
    from training import build, progress, promote, reading
    from training import evaluate as evaluation
    from training import leakage as leaking
    from training import learning_curve as curves
    from training import report as reports

    settings = given_settings()
    folder = promote.locate(settings.models_dir, bundle) if bundle else bundle_io.active(settings.models_dir)
    other = promote.locate(settings.models_dir, against) if against else None
    documents = [example for part in reading.read_all(examples, on_fault).values() for example in part]
    with progress.steps() as step:
        leakage = None
        if trained_on:
            documents, leakage = leaking.checked(trained_on, documents, leaks, step("Looking for documents of training"))
        terms = build.terms_ready(settings, step)
        result = evaluation.evaluate(settings, terms, folder, documents, against=other, step=step)
    if leakage is not None:
        result["leakage"] = leakage
    if curve is not None:
        result["learning_curve"] = curves.load(curve)
    if report is not None:
        page = reports.write(report, result)
        typer.echo(f"Report: {page}", err=True)
    typer.echo(json.dumps(result, indent=1) if as_json else reports.summary(result))


@app.command()
def promote(
    bundle: Annotated[str, typer.Argument(help="Id of a bundle, or its folder.")],
    *,
    override: Annotated[str, typer.Option(help="Why to promote it though the gate refuses; recorded in the audit trail.")] = "",
) -> None:
    """Make a bundle the one that serves, unless it is worse than the one that serves now."""
    from training import gate_command, progress

    with progress.steps() as step:
        promoted = gate_command.promote(given_settings(), bundle, override=override, step=step)
    typer.echo(f"Active: {promoted}")


@app.command()
def rollback() -> None:
    """Go back to the bundle that was active before."""
    from training import gate_command

    typer.echo(f"Active: {gate_command.rollback(given_settings())}")


@app.command("list")
def list_bundles() -> None:
    """List the bundles, newest first; `*` marks the active one."""
    from app.classifier.shelf import BundleShelf

    shelf = BundleShelf(given_settings().models_dir)
    champion = shelf.pointer().champion
    found = shelf.entries()
    for b in found:
        mark = "*" if b.bundle_id == champion else " "
        if b.manifest is None:
            typer.echo(f"{mark} {b.bundle_id}  refused: {b.refused}")
            continue
        trained_on = ", ".join(f"{count:,} {name}" for name, count in b.manifest.trained_on.items())
        figures = "  ".join(f"{name} {value:.3f}" for name, value in b.manifest.metrics.items() if name.endswith("F1"))
        typer.echo(f"{mark} {b.bundle_id}  {b.manifest.created}  on {trained_on}  {figures}")
    if not found:
        typer.echo("No bundle yet: build the default one with `chartcoder-train setup`", err=True)


@app.command()
def synth(
    *,
    count: Annotated[int, typer.Option(min=1, help="How many notes.")],
    out: Annotated[Path, typer.Option(help="File to write, one JSON object a line.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same notes.")] = 7,
    codes: Annotated[int | None, typer.Option(min=1, help="Of how many codes, drawn at random whatever the seed; without it of all.")] = None,
) -> None:
    """Make a labelled corpus of synthetic notes from the phrasebook and the procedure catalogue."""
    from training import build, example_lines, progress
    from training import synth as synthesis

    with progress.steps() as step:
        knowledge = build.terms_ready(given_settings(), step).knowledge
        if codes is not None:
            knowledge = synthesis.narrowed(knowledge, codes=codes, seed=_DRAWN_BY)
        notes = progress.counted(synthesis.generate(knowledge, seed=seed, count=count), count, step("Writing notes"))
        example_lines.write_jsonl(out, notes)
    typer.echo(str(out))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 unavailable, 2 bad input (stderr says which), 130 interrupted."""
    # Read when the numerical libraries load: threads that wait must not hold the cores that other work needs.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        result = app(None if arguments is None else list(arguments), prog_name="chartcoder-train", standalone_mode=False)
    except DataFaults as faults:
        for fault in faults.faults[:_MOST_FAULTS]:
            _say(str(fault))
        if len(faults.faults) > _MOST_FAULTS:
            _say(f"... and {len(faults.faults) - _MOST_FAULTS:,} more faults")
        return BAD_INPUT
    except ChartcoderError as error:
        _say(f"chartcoder-train: {error}")
        return UNAVAILABLE if isinstance(error, Unavailable) else BAD_INPUT
    except _UsageError as error:
        _say(f"chartcoder-train: {error.format_message().rstrip('.')} (see `chartcoder-train --help`)")
        return BAD_INPUT
    except OSError as error:
        _say(f"chartcoder-train: {error.filename or 'a file'}: {error.strerror or type(error).__name__}")
        return UNAVAILABLE
    except (typer.Abort, KeyboardInterrupt):
        _say("chartcoder-train: interrupted, nothing half done is left; run it again, and a fit goes on where it was")
        return INTERRUPTED
    return result if isinstance(result, int) else 0


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run())


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
