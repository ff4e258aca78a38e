"""Fits on growing synthetic corpora: `python -m tests.benchmarks.scale [--sizes 1000,5000,20000] [--codes 2000] [--json]`.

Shows time, peak memory and F1 of each size. Each fit is a process of its own, so that its peak is its own. With the default sizes
it runs for about half an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MEASURED = 500
TRAIN_SEED, MEASURE_SEED = 101, 202


def command(*arguments: object, out: Path | None = None) -> tuple[float, float, int]:
    """Run `chartcoder-train`; (seconds, seconds of computing, peak memory in bytes) of the process. Ends the run where it fails."""
    started = time.monotonic()
    with (out or Path(os.devnull)).open("wb") as stdout:
        # Its own lines of progress go where ours go.
        process = subprocess.Popen([sys.executable, "-c", "from training.cli import main; main()", *map(str, arguments)], stdout=stdout)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"chartcoder-train {arguments[0]} failed")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, _peak(usage)


def _peak(usage: resource.struct_rusage) -> int:
    return int(usage.ru_maxrss) * (1 if sys.platform == "darwin" else 1024)


def as_if_real(notes: Path) -> None:
    """Take the mark of made-up notes away: from those a fit learns no words, and what is measured here is a fit that does."""
    partial = notes.with_suffix(".partial")
    with notes.open(encoding="utf-8") as lines, partial.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps({k: v for k, v in json.loads(line).items() if k != "synthetic"}, ensure_ascii=False) + "\n" for line in lines)
    partial.replace(notes)


def measure(sizes: list[int], codes: int, folder: Path) -> list[dict[str, Any]]:
    """One row a size; every corpus begins with the smaller one."""
    measured = folder / "measured.jsonl"
    command("synth", "--count", MEASURED, "--codes", codes, "--seed", MEASURE_SEED, "--out", measured)
    rows = []
    for size in sizes:
        notes, bundle, figures = folder / f"{size}.jsonl", folder / "bundle.txt", folder / "figures.json"
        command("synth", "--count", size, "--codes", codes, "--seed", TRAIN_SEED, "--out", notes)
        as_if_real(notes)
        seconds, computing, peak = command("fit", "--examples", notes, "--out", folder / "models", out=bundle)
        command("evaluate", "--bundle", bundle.read_text().strip(), "--examples", measured, "--json", out=figures)
        systems = json.loads(figures.read_text())["systems"]
        found = {f"{name} {figure}": round(s[figure], 4) for name, s in systems.items() for figure in ("f1", "map")}
        labels = {(c["system"], c["code"]) for line in notes.open(encoding="utf-8") for c in json.loads(line)["codes"]}
        rows.append({"documents": size, "codes": len(labels), "seconds": round(seconds), "computing": round(computing), "peak_bytes": peak, **found})
        print(json.dumps(rows[-1]), file=sys.stderr)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,5000,20000")
    parser.add_argument("--codes", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(sorted(map(int, given.sizes.split(","))), given.codes, Path(folder))
    if given.json:
        print(json.dumps(rows, indent=1))
        return
    print("| " + " | ".join(rows[0]) + " |\n|" + "---|" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(f"{value / 2**30:.1f} GiB" if name == "peak_bytes" else f"{value:,}" for name, value in row.items()) + " |")


if __name__ == "__main__":
    main()
