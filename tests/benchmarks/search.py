"""How well and how fast search finds a code by its description with typing errors, abbreviations, reordered, or in a sentence.

`python -m tests.benchmarks.search [PHRASES.jsonl]`: each line `{"kind", "text", "code"}`.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from pathlib import Path

from app import assembly
from app.domain.code import CodeSystem
from app.settings import ROOT, Settings

PHRASES = ROOT.parent / "shared" / "data" / "phrases" / "icd10cm_variations.jsonl"


def main(arguments: list[str]) -> int:
    path = Path(arguments[0]) if arguments else PHRASES
    if not path.is_file():
        sys.stdout.write(f"{path} is not here: name a file of phrases\n")
        return 2
    settings = Settings()
    search = assembly.code_search(settings, assembly.open_terms(settings))
    ranks: dict[str, list[int]] = defaultdict(list)
    seconds: list[float] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        phrase = json.loads(line)
        begin = time.perf_counter()
        hits = search.search(phrase["text"], systems=(CodeSystem.ICD10CM,), limit=5)
        seconds.append(time.perf_counter() - begin)
        codes = [hit.code.ref.code for hit in hits]
        ranks[phrase["kind"]].append(codes.index(phrase["code"]) if phrase["code"] in codes else 99)
    lines = [f"{'kind':36} {'phrases':>8} {'top 1':>7} {'top 5':>7}"]
    for kind, places in sorted(ranks.items()):
        first, five = (sum(p < n for p in places) / len(places) for n in (1, 5))
        lines.append(f"{kind:36} {len(places):>8} {first:>7.3f} {five:>7.3f}")
    seconds.sort()
    lines.append(f"median {1e3 * seconds[len(seconds) // 2]:.1f} ms, p99 {1e3 * seconds[int(0.99 * len(seconds))]:.1f} ms a query")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
