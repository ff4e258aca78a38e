"""Assertion on the annotated sentences of NegEx (Chapman): `python -m tests.benchmarks.negex [FILE] [--errors]`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import yaml

from app.domain.assertion import Experiencer, Presence, Temporality
from app.domain.note import ClinicalNote, TextSpan
from app.nlp.analyzer import SpacyNoteReader
from app.nlp.words import SnowballWordReader
from app.terminology.context_file import load_context

DATA = Path(__file__).parents[2] / "data"
SENTENCES = Path(__file__).resolve().parents[3] / "shared" / "data" / "negex" / "sentences.jsonl"


def phrase_in(sentence: str, phrase: str) -> TextSpan | None:
    """Where the phrase stands: in capitals if it stands so, as the annotators marked it, else its first occurrence."""
    pattern = r"\s+".join(map(re.escape, phrase.split()))
    match = re.search(pattern.upper(), sentence) or re.search(pattern, sentence, re.IGNORECASE)
    return None if match is None else TextSpan(match.start(), match.end())


def scores(name: str, pairs: list[tuple[bool, bool]]) -> str:
    """Precision, recall and F1 of (found, true) pairs as one line."""
    hits = sum(found and true for found, true in pairs)
    found, true = sum(found for found, _ in pairs), sum(true for _, true in pairs)
    precision, recall = hits / found if found else 0.0, hits / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return f"{name:<12} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  ({true} of {len(pairs)})"


def main(arguments: list[str]) -> None:
    """Print the scores, and with --errors each sentence read wrongly."""
    files = [Path(argument) for argument in arguments if not argument.startswith("--")]
    headings = yaml.safe_load((DATA / "sections.yaml").read_text(encoding="utf-8"))
    reader = SpacyNoteReader(
        SnowballWordReader(),
        abbreviations={},
        headings={category: tuple(map(str, wordings)) for category, wordings in headings.items()},
        rules=load_context(DATA / "context.yaml"),
    )
    negation: list[tuple[bool, bool]] = []
    history: list[tuple[bool, bool]] = []
    others: list[tuple[bool, bool]] = []
    for line in (files[0] if files else SENTENCES).read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        span = phrase_in(item["sentence"], item["phrase"])
        if span is None:
            continue
        assertion = reader.read(ClinicalNote(item["sentence"])).assertion_of(span)
        negation.append((assertion.presence is Presence.ABSENT, item["negation"] == "Negated"))
        history.append((assertion.temporality is Temporality.HISTORICAL, item["temporality"] == "Historical"))
        others.append((assertion.experiencer is Experiencer.OTHER, item["experiencer"] != "Patient"))
        for kind, (found, true) in {"negation": negation[-1], "history": history[-1], "other": others[-1]}.items():
            if found != true and f"--{kind}" in arguments:
                cues = [item["sentence"][cue.begin : cue.end] for cue in assertion.cues]
                print(f"{'FALSE' if found else 'MISSED'} {kind} {item['id']} {item['phrase']!r} {cues}\n    {item['sentence'][:400]}")
    print(scores("negation", negation), scores("historical", history), scores("other", others), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
