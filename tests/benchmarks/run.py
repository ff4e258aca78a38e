"""Speed and scale in one run, as ratios where possible: `python -m tests.benchmarks.run`, `make bench`.

`--trained DIR` (`make bench TRAINED=DIR`) measures the stages with that bundle too, beside the active one; `--examples FILE`, once or
several times, fits that bundle first. `--json` writes the figures as they are.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.domain.errors import ChartcoderError
from app.settings import Settings, keep_one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.assembly import Terms
    from app.usecases.ports import NoteReader
    from tests.benchmarks.notes import Sample

TOKENS, NOTES = 360, 200
LENGTHS = {1_000: 40, 10_000: 12, 100_000: 3}
CODES = (1_000, 10_000)
ONE_CLIENT, EIGHT_CLIENTS = 200, 400
SEARCHES = 300
DRAFTS = 60


class FitFailed(Exception):
    """The bundle to measure could not be fitted."""


def measure(settings: Settings, progress: Progress, *, trained: Path | None = None) -> dict[str, Any]:
    """All figures; seconds and bytes as they are, for `--json` and the table. `trained`: a second bundle to measure the stages with.

    Raises ChartcoderError and ServiceFailed.
    """
    from app import assembly
    from app.classifier import bundle_io
    from tests.benchmarks import composition, in_process, over_rest
    from tests.benchmarks.notes import charts, notes_of_tokens

    step = _steps(progress)
    advance = step("Opening terms and bundle", 3)
    terms = assembly.open_terms(settings)
    look_up = assembly.look_up_codes(settings, terms)
    advance()
    reader = assembly.note_reader(settings, terms.knowledge)
    advance()
    found = charts(settings.data_dir)
    samples = notes_of_tokens(found, in_process.bare_tokenizer(), tokens=TOKENS, count=NOTES)
    advance()

    figures: dict[str, Any] = {"notes": len(samples), "tokens_per_note": TOKENS}
    bundles = {"stages": bundle_io.active(settings.models_dir)} | ({} if trained is None else {"trained": trained})
    advance = step("Stages of a suggestion", 5 * in_process.ROUNDS * len(bundles))
    for name, folder in bundles.items():
        figures[name] = _stages(settings, terms, reader, folder, samples, advance)
    suggest = assembly.suggest_codes(settings, terms, reader=reader)

    advance = step("Cost against length", len(LENGTHS))
    figures["seconds_per_1k_characters"] = {}
    for characters, rounds in LENGTHS.items():
        figures["seconds_per_1k_characters"][characters] = in_process.seconds_per_1k_characters(suggest, found, characters, rounds=rounds)
        advance()

    advance = step("Cost against codes known", len(CODES) + 3)
    figures |= _by_codes_known(settings, terms, reader, samples[:60], advance)

    advance = step("Search", 1)
    seconds = in_process.search_seconds(look_up, terms, count=SEARCHES)
    figures["search"] = {"searches": len(seconds), "p50": in_process.percentile(seconds, 0.5), "p99": in_process.percentile(seconds, 0.99)}
    advance()

    advance = step("Composition", 1)
    drafts = composition.drafts(terms, reader, found, count=DRAFTS)
    figures["composition"] = {"codes": composition.CODES}
    for name in ("first", "again"):
        seconds = composition.composition_seconds(drafts)
        figures["composition"][name] = {"p50": in_process.percentile(seconds, 0.5), "p99": in_process.percentile(seconds, 0.99)}
    advance()

    figures["rest"] = {}
    advance = step("Starting chartcoder serve", 1)
    with over_rest.served() as service:
        advance()
        for clients, requests in ((1, ONE_CLIENT), (8, EIGHT_CLIENTS)):
            advance = step(f"REST, {clients} client{'s' if clients > 1 else ''}", requests)
            seconds, total = over_rest.latencies(service.port, samples, requests=requests, clients=clients, advance=advance)
            figures["rest"][f"clients_{clients}"] = {
                "requests": requests,
                "p50": in_process.percentile(seconds, 0.5),
                "p99": in_process.percentile(seconds, 0.99),
                "per_second": requests / total,
            }
        figures["rest"] |= {"seconds_to_ready": service.seconds_to_ready, "peak_memory_bytes": service.peak_memory()}
    return figures


def _stages(
    settings: Settings, terms: Terms, reader: NoteReader, bundle: Path, samples: Sequence[Sample], advance: Callable[[], None]
) -> dict[str, float]:
    from app import assembly
    from tests.benchmarks import in_process

    scorer = assembly.scorer(terms, bundle)
    sources = (*assembly.untrained_sources(settings, terms), *scorer.sources)
    suggest = assembly.suggest_codes(settings, terms, bundle=bundle, reader=reader)
    return in_process.stages(samples, reader, sources, scorer, suggest, advance)


def _by_codes_known(
    settings: Settings, terms: Terms, reader: NoteReader, samples: Sequence[Sample], advance: Callable[[], None]
) -> dict[str, dict[int, float]]:
    from app import assembly
    from app.nlp.words import SnowballWordReader
    from tests.benchmarks import in_process

    known = in_process.terms_by_codes(terms, SnowballWordReader(), CODES)
    services = {size: assembly.suggest_codes(settings, of_size, reader=reader) for size, of_size in known.items()}
    advance()
    retrieval = {}
    for size, of_size in known.items():
        retrieval[size] = in_process.retrieval_seconds(of_size, reader, samples, rounds=5)
        advance()
    whole = in_process.suggestion_seconds(services, samples, rounds=5)
    advance()
    return {"retrieval_by_codes_known": retrieval, "suggestion_by_codes_known": whole}


def _steps(progress: Progress) -> Callable[[str, int], Callable[[], None]]:
    def step(name: str, total: int) -> Callable[[], None]:
        task = progress.add_task(name, total=total)
        return lambda: progress.advance(task)

    return step


def tables(figures: dict[str, Any]) -> list[Table]:
    """The figures for reading, each beside what it is compared with."""
    whole = figures["stages"]["whole suggestion"]
    stages = [_stage_table(figures, "stages", "the active bundle")]
    if "trained" in figures:
        stages.append(_stage_table(figures, "trained", "the trained bundle"))

    scale = Table("cost of", "ms", "ratio", title="Scale")
    lengths = figures["seconds_per_1k_characters"]
    for characters, seconds in lengths.items():
        scale.add_row(f"1,000 characters in a note of {characters:,}", f"{1e3 * seconds:.2f}", f"{seconds / lengths[min(lengths)]:.2f}")
    for part, name in (("retrieval_by_codes_known", "retrieval"), ("suggestion_by_codes_known", "whole suggestion")):
        sizes = figures[part]
        for size, seconds in sizes.items():
            scale.add_row(f"{name}, {size:,} codes known", f"{1e3 * seconds:.2f}", f"{seconds / sizes[min(sizes)]:.2f}")

    rest = figures["rest"]
    service = Table("service", "p50 ms", "p99 ms", "a second", "share of in process", title="chartcoder serve, one worker, over loopback")
    for clients in (1, 8):
        part = rest[f"clients_{clients}"]
        rate = part["per_second"]
        name = f"POST /v1/suggestions, {clients} client{'s' if clients > 1 else ''}, {part['requests']} requests"
        service.add_row(name, f"{1e3 * part['p50']:.1f}", f"{1e3 * part['p99']:.1f}", f"{rate:.0f}", f"{rate * whole:.2f}")
    search = figures["search"]
    service.add_row(f"search for codes, {search['searches']} in process", f"{1e3 * search['p50']:.1f}", f"{1e3 * search['p99']:.1f}", "", "")
    composed = figures["composition"]
    for name, when in (("first", "codes met for the first time"), ("again", "the same drafts again")):
        part = composed[name]
        service.add_row(f"composing {composed['codes']} codes in process, {when}", f"{1e3 * part['p50']:.1f}", f"{1e3 * part['p99']:.1f}", "", "")
    memory = rest["peak_memory_bytes"]
    service.caption = f"ready in {rest['seconds_to_ready']:.1f} s; peak memory {'not known here' if memory is None else f'{memory / 2**20:.0f} MiB'}"
    return [*stages, scale, service]


def _stage_table(figures: dict[str, Any], key: str, bundle: str) -> Table:
    stages = figures[key]
    bare = stages["bare scispaCy tokenizer"]
    size = f"{figures['notes']} notes of {figures['tokens_per_note']} tokens"
    table = Table("stage", title=f"{size}, {bundle}, one core, in process, computing time")
    for column in ("ms a note", "notes a second", "share of the tokenizer's rate"):
        table.add_column(column, justify="right")
    for name, seconds in stages.items():
        table.add_row(name, f"{1e3 * seconds:.2f}", f"{1 / seconds:.0f}", f"{bare / seconds:.3f}")
    return table


def _fitted(examples: Sequence[Path], folder: Path) -> Path:
    """A bundle fitted on `examples`, in `folder`. Raises FitFailed."""
    fit = [str(Path(sys.executable).with_name("chartcoder-train")), "fit", "--out", str(folder)]
    done = subprocess.run([*fit, *(word for file in examples for word in ("--examples", str(file)))], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise FitFailed(f"chartcoder-train fit ended with exit code {done.returncode}")
    return Path(done.stdout.split()[-1])


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.run")
    parser.add_argument("--json", action="store_true", help="write the figures as JSON")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--trained", type=Path, metavar="DIR", help="a fitted bundle to measure too")
    which.add_argument("--examples", type=Path, action="append", metavar="FILE", help="labelled documents to fit a bundle on, which is measured too")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    keep_one_thread()
    # Being told to end must also end the service that was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    from tests.benchmarks.over_rest import ServiceFailed

    status = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    options = _options(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            trained = _fitted(options.examples, Path(folder)) if options.examples else options.trained
            with Progress(*columns, console=status) as progress:
                figures = measure(Settings(), progress, trained=trained)
    except (ChartcoderError, ServiceFailed, FitFailed) as error:
        status.print(str(error), style="red", markup=False)
        return 2
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
        return 0
    console = Console()
    for table in tables(figures):
        console.print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
