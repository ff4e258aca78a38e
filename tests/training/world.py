"""A small world for tests: five codes, each found by one word, and notes that name some of them."""

from __future__ import annotations

import random
import re
from pathlib import Path

from app.classifier import bundle_io
from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.note import ClinicalNote, TextSpan
from tests.terminology.notes import analysis
from training import fit as fitting
from training.config import FitConfig, PhraseConfig, RankerConfig
from training.examples import TrainingExample
from training.progress import quiet

WORDS = {
    "hypertension": CodeRef(CodeSystem.ICD10CM, "I10"),
    "asthma": CodeRef(CodeSystem.ICD10CM, "J45.909"),
    "gout": CodeRef(CodeSystem.ICD10CM, "M10.9"),
    "cough": CodeRef(CodeSystem.ICD10CM, "R05.9"),
    "spirometry": CodeRef(CodeSystem.CPT, "94010"),
}
CODES = {ref: Code(ref, word) for word, ref in WORDS.items()}
SMALL = FitConfig(folds=2, phrases=PhraseConfig(), ranker=RankerConfig(iterations=8, leaves=4, min_leaf=2))


class LineReader:
    def read(self, note: ClinicalNote) -> NoteAnalysis:
        return analysis(note.text)


class WordSource:
    """Finds the five words."""

    def candidates(self, analysis: NoteAnalysis, encounter: Encounter) -> list[Candidate]:
        found: dict[CodeRef, list[Match]] = {}
        for hit in re.finditer("|".join(WORDS), analysis.note.text):
            match = Match(TextSpan(hit.start(), hit.end()), 1.0, 4.0, 1, True, 1.0, MatchSource.PHRASEBOOK)
            found.setdefault(WORDS[hit.group()], []).append(match)
        return [Candidate(ref, tuple(matches)) for ref, matches in found.items()]


def tools() -> fitting.Tools:
    return fitting.Tools(LineReader(), (WordSource(),), CODES.get)


def notes(count: int, seed: int = 1) -> list[TrainingExample]:
    """What stands in the first line is coded, what stands in the last is not."""
    dice = random.Random(seed)
    made = []
    for i in range(count):
        stated = dice.sample(sorted(WORDS), 2)
        other = dice.choice([w for w in WORDS if w not in stated])
        text = f"Seen for {stated[0]} and {stated[1]}.\nPlan unchanged, follow up in two weeks.\nFather once had {other}."
        labels = {WORDS[w]: ((TextSpan(text.index(w), text.index(w) + len(w)),),) for w in stated}
        made.append(TrainingExample(f"n{i}", f"g{i // 2}", ClinicalNote(text), Encounter(Setting.OUTPATIENT, Sex.FEMALE, 50), labels))
    return made


def provenance(knowledge: str = "k", created: str = "2026-01-01T00:00:00+00:00") -> bundle_io.Provenance:
    thresholds = {CodeSystem.ICD10CM: 0.5, CodeSystem.CPT: 0.5}
    unknown = {CodeSystem.ICD10CM: 0.4}
    return bundle_io.Provenance({CodeSystem.ICD10CM: "2026"}, knowledge, thresholds, {"notes": 40}, {"F1": 0.5}, created, unknown)


def bundle(folder: Path, *, seed: int = 1, created: str = "2026-01-01T00:00:00+00:00") -> Path:
    """A small bundle, fitted and written."""
    fitted = fitting.fit(notes(40, seed), tools(), SMALL, step=quiet)
    return bundle_io.write(folder, fitted.parts, provenance(created=created))
