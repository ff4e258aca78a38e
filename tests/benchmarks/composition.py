"""Timings of composing claims of a given number of codes over notes of ours."""

from __future__ import annotations

import random
from collections.abc import Sequence

from app.assembly import Terms
from app.domain.assertion import ASSERTED
from app.domain.candidate import Evidence
from app.domain.code import CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.composition.compose import compose
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.knowledge import Chart
from app.domain.note import ClinicalNote, TextSpan
from app.domain.rules.registry import CLAIM_RULES
from app.domain.tabular.tabular import Tabular
from app.usecases.ports import NoteReader
from tests.benchmarks.in_process import timed
from tests.benchmarks.notes import note_of_characters

CODES = 30


def drafts(terms: Terms, reader: NoteReader, found: Sequence[Chart], *, count: int) -> list[CodedEncounter]:
    """Drafts of CODES codes of the phrasebook, drawn at random, each on a word of a note of ours."""
    refs = sorted({entry.ref for entry in terms.knowledge.phrasebook})
    draw = random.Random(3)
    tabular = Tabular(terms.catalog.find)
    made = []
    for i in range(count):
        analysis = reader.read(ClinicalNote(note_of_characters(found, 2_200, begin=5_003 * i).text))
        lines = []
        for ref in draw.sample(refs, CODES):
            word = draw.randrange(len(analysis.words))
            span = TextSpan(analysis.words.begins[word], analysis.words.ends[word])
            evidence = Evidence(span, analysis.section_at(span.begin).category, ASSERTED)
            lines.append(CodedLine(ref, terms.catalog.find(ref), draw.uniform(0.3, 0.99), (evidence,)))
        encounter = Encounter(Setting.OUTPATIENT, Sex.FEMALE, 44)
        made.append(CodedEncounter(encounter, tuple(lines), tabular, analysis, (), {CodeSystem.ICD10CM: "newest"}))
    return made


def composition_seconds(made: Sequence[CodedEncounter]) -> list[float]:
    """Seconds of each draft, in their order; what a code brings is worked out the first time it is met."""
    return [timed(lambda draft=draft: compose(draft, CLAIM_RULES)) for draft in made]
