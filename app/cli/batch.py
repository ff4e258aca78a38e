"""`chartcoder batch`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

In = Annotated[Path, typer.Argument(metavar="IN.jsonl", help='Documents, one JSON object a line: {"id", "text", ...}', show_default=False)]
Out = Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="One line for each line of IN, in its order", show_default=False)]
Workers = Annotated[int, typer.Option(min=1, max=256, help="Processes; each holds the whole service in memory")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="Most codes per document and code system")]
Least = Annotated[float, typer.Option(min=0.0, max=1.0, help="Least confidence of a code")]
Bundle = Annotated[Path | None, typer.Option(metavar="DIR", help="Bundle to use instead of the active one", show_default=False)]
Rules = Annotated[bool, typer.Option("--rules/--no-rules", help="Compose a claim by the coding rules, or judge every code by itself")]


def batch(
    source: In, target: Out, workers: Workers = 1, limit: Limit = 100, min_confidence: Least = 0.0, bundle: Bundle = None, rules: Rules = True
) -> None:
    """Suggest codes for many notes. Interrupted, it goes on where it was when the same command is given again."""
    from app.cli.batch_output import ResumableOutput
    from app.cli.batch_run import Totals, answer_all, survey
    from app.cli.batch_worker import Job
    from app.cli.reading import UnreadableFile

    begun = time.monotonic()
    found = survey(source)
    if target.is_dir() or not target.absolute().parent.is_dir():
        raise UnreadableFile(target, "is a folder" if target.is_dir() else "its folder does not exist")
    if target.absolute() == source.absolute():
        raise UnreadableFile(target, "is the input too; name another file for the output")
    job = Job(bundle, limit, min_confidence, rules)
    terms: dict[str, object] = {
        "input": found.digest, "limit": limit, "min_confidence": min_confidence, "rules": rules, "bundle": str(_bundle_folder(bundle)),
    }  # fmt: skip
    totals = Totals()
    try:
        with ResumableOutput(target, terms) as output:
            if output.done:
                sys.stderr.write(f"Going on after {output.done:,} lines of a run that was interrupted\n")
            answer_all(source, found, output, job, workers=workers, totals=totals)
            output.finish()
    except OSError as error:
        raise UnreadableFile(target, error.strerror or type(error).__name__) from None
    except KeyboardInterrupt:
        sys.stderr.write(f"\nInterrupted: what is done is in {target}.partial; give the same command again to go on\n")
        raise typer.Exit(130) from None
    sys.stderr.write(totals.summary(time.monotonic() - begun, workers) + "\n")


def _bundle_folder(bundle: Path | None) -> Path:
    """The folder of the bundle that will answer. Raises BundleRefused."""
    if bundle is not None:
        return bundle.absolute()
    from app.cli import opening

    opening.prepare()
    from app.classifier import bundle_io

    return bundle_io.active(opening.settings().models_dir)
