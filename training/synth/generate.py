"""Composes labelled notes from the knowledge, one after the other, each from its own seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from app.domain.code import CodeRef
from app.domain.encounter import Setting
from app.domain.knowledge import Knowledge
from app.domain.note import ClinicalNote, TextSpan
from training.examples import TrainingExample
from training.synth.dice import Dice, Weighted
from training.synth.facts import FactPool
from training.synth.note_types import TYPES, NoteType
from training.synth.plot import plot
from training.synth.rewording import Rewording
from training.synth.writing import NoteWriter, style_of

# Share of notes labelled with all they mention; the others are labelled for a claim.
_EVERYTHING = 0.4
_MANY_SHORT_FORMS = 6


def generate(knowledge: Knowledge, *, seed: int, count: int) -> Iterator[TrainingExample]:
    """`count` notes. Note i depends on `seed` and i alone, so that a longer corpus begins with the shorter one."""
    pool = FactPool(knowledge)
    rewording = Rewording(short_forms(knowledge), interchangeable(knowledge))
    types = Weighted(TYPES, [t.share for t in TYPES])
    for i in range(count):
        dice = Dice(f"chartcoder:{seed}:{i}")
        yield _note(f"synth-{seed}-{i:06}", dice, pool, rewording, knowledge, types.draw(dice))


def _note(name: str, dice: Dice, pool: FactPool, rewording: Rewording, knowledge: Knowledge, kind: NoteType) -> TrainingExample:
    setting: Setting = dice.pick(kind.settings)
    everything = dice.chance(0.8 if kind.name == "case-report" else _EVERYTHING)
    p = plot(dice, pool, setting, everything=everything, focus=dice.pick(kind.chapters))
    w = NoteWriter(dice, style_of(dice), p.patient, rewording, knowledge.headings)
    for section, probability in kind.sections:
        if dice.chance(probability):
            section(w, p)
    text = w.finish()
    labels: dict[CodeRef, list[tuple[TextSpan, ...]]] = defaultdict(list)
    for ref, span in w.spans:
        labels[ref].append((span,))
    return TrainingExample(name, name, ClinicalNote(text), p.encounter, {ref: tuple(pieces) for ref, pieces in labels.items()}, synthetic=True)


def short_forms(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Long form in lower case → short forms that have no other sense."""
    found: dict[str, list[str]] = defaultdict(list)
    for short, senses in knowledge.abbreviations.items():
        if len(senses) == 1:
            found[senses[0].expansion.casefold()].append(short)
    return {long: tuple(sorted(shorts)[:_MANY_SHORT_FORMS]) for long, shorts in sorted(found.items())}


def interchangeable(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Word → the other words of its group."""
    return {word: tuple(w for w in group if w != word) for group in knowledge.interchangeable for word in group if len(group) > 1 and " " not in word}
