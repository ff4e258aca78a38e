"""Errors on charts coded for a claim by cause: `python -m tests.benchmarks.causes CHARTS.jsonl [--list]`.

A line of CHARTS: `id`, `text`, `setting`, `sex`, `age`; `required` and `optional` with `icd` and `cpt`, each a list of {"codes": equally right ones};
`first`: right first-listed diagnoses. Each error has the first cause that fits. `--list` names every one.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app import assembly
from app.classifier import bundle_io
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.note import ClinicalNote
from app.domain.suggestion import CodingDraft, Status, Suggestion
from app.settings import Settings
from app.usecases.suggest_codes import SuggestionRequest
from training.build import terms_ready
from training.progress import quiet

KINDS: Mapping[str, frozenset[str]] = {"icd": frozenset({"ICD-10-CM"}), "cpt": frozenset({"CPT", "HCPCS"})}
# Procedure codes of one family share this many characters, and so do categories of diagnoses.
_FAMILY = {"icd": 3, "cpt": 4}


def errors(chart: Mapping[str, Any], draft: CodingDraft) -> Iterator[tuple[str, str, str]]:
    """(missed, wrong or order; cause; codes) of one chart."""
    for kind, systems in KINDS.items():
        weighed = {s.ref.code: s for s in draft.suggestions if s.ref.system in systems}
        required = [frozenset(entry["codes"]) for entry in chart["required"][kind]]
        free = frozenset().union(*(entry["codes"] for entry in chart["optional"][kind]), *required)
        said = {code for code, s in weighed.items() if s.status is Status.SUGGESTED}
        wrong = said - free
        for entry in required:
            if not entry & said:
                yield f"{kind} missed", _why_missed(entry, weighed, wrong, _FAMILY[kind]), "/".join(sorted(entry))
        families = {code[: _FAMILY[kind]] for entry in required for code in entry}
        for code in sorted(wrong):
            yield f"{kind} wrong", _why_wrong(code, kind, families), code
    first = draft.claim.diagnoses[0].code if draft.claim is not None and draft.claim.diagnoses else ""
    if first not in chart["first"]:
        said = {s.ref.code for s in draft.suggestions if s.status is Status.SUGGESTED}
        yield (
            "first-listed",
            "on the claim, not in front" if said & set(chart["first"]) else "not on the claim",
            f"{first or 'none'} for {chart['first'][0]}",
        )


def _why_missed(entry: frozenset[str], weighed: Mapping[str, Suggestion], wrong: set[str], family: int) -> str:
    if {code[:family] for code in wrong} & {code[:family] for code in entry}:
        return "wrong specificity: another of its category suggested"
    found = [weighed[code] for code in sorted(entry) if code in weighed]
    if not found:
        return "not retrieved"
    best = max(found, key=lambda s: (s.status is not Status.SUPPRESSED, s.confidence))
    if best.status is Status.SUPPRESSED or best.rule:
        return f"kept back by the rule {best.rule}"
    return "ranked below the threshold"


def _why_wrong(code: str, kind: str, families: set[str]) -> str:
    if code[: _FAMILY[kind]] in families:
        return "wrong specificity: another of its category required"
    if kind == "icd" and code.startswith("R"):
        return "symptom: part of what is coded, or not a reason for care"
    if kind == "icd" and code.startswith("Z"):
        return "status or history: stated, not billed"
    return "not billed, or not stated"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("charts", type=Path)
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args(arguments)
    settings = Settings()
    service = assembly.suggest_codes(settings, terms_ready(settings, quiet), bundle=bundle_io.active(settings.models_dir))
    counts: Counter[tuple[str, str]] = Counter()
    for line in given.charts.read_text(encoding="utf-8").splitlines():
        chart = json.loads(line)
        encounter = Encounter(Setting(chart["setting"]), Sex(chart.get("sex") or "unknown"), chart.get("age"))
        for what, why, codes in errors(chart, service(SuggestionRequest(ClinicalNote(chart["text"]), encounter))):
            counts[what, why] += 1
            if given.list:
                print(f"{chart['id']}\t{what}\t{why}\t{codes}")
    print("| error | cause | count |\n|---|---|---|")
    for (what, why), count in sorted(counts.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"| {what} | {why} | {count} |")


if __name__ == "__main__":
    main()
