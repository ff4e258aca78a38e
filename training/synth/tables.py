"""Lists and tables of notes: drugs, results, reviews of systems."""

from __future__ import annotations

from collections.abc import Sequence

from training.synth.fillers import DRUGS, fill
from training.synth.frames_plain import ANALYTES
from training.synth.writing import NoteWriter, Said

_SYSTEMS = (
    "General",
    "Constitutional",
    "HEENT",
    "Cardiovascular",
    "Respiratory",
    "GI",
    "GU",
    "Musculoskeletal",
    "Neuro",
    "Skin",
    "Psych",
    "Endocrine",
)
_FINDINGS = ("Noted: {f}.", "{f} on exam.", "There is {f}.", "{f} present.", "Remarkable for {f}.", "With {f}.")


def drugs(w: NoteWriter, given: Sequence[str]) -> None:
    """A medication list: the drugs given and some others with doses, one a line or in a row."""
    names = [*given, *w.dice.some(DRUGS[1:], 1, 6)]
    w.dice.shuffle(names)
    in_line = w.dice.chance(0.4)
    for number, name in enumerate(names, 1):
        if not in_line:
            w.line(number)
        dose = f" {fill('dose', w.dice, w.patient)}" if w.dice.chance(0.8) else ""
        w.put(f"{name}{dose}{', ' if in_line and number < len(names) else ''}")
    w.put("\n")


def results(w: NoteWriter) -> None:
    """Laboratory values within their ranges, as a table, a row, or a list."""
    form = w.dice.between(0, 2)
    for name in w.dice.some(list(ANALYTES), 3, 12):
        low, high, digits, unit = ANALYTES[name]
        value = f"{low + (high - low) * w.dice.random():.{digits}f}"
        if form == 0:
            w.put(f"{name}\t{value}\t{low:g}-{high:g}\t{unit}\n")
        elif form == 1:
            w.put(f"{name} {value}, ")
        else:
            w.put(f"{name}: {value} {unit}\n")
    w.put("\n")


def negative_systems(w: NoteWriter, denied: Sequence[Said]) -> None:
    """A review of systems as a template: a system a line, with denials."""
    for i, system in enumerate(w.dice.some(_SYSTEMS, 3, 9)):
        if i < len(denied):
            w.say(w.dice.pick((f"{system}: negative for {{x}}.", f"{system}: denies {{x}}", f"{system}: no {{x}}")), denied[i], end="\n")
        else:
            w.put(f"{system}: {w.dice.pick(('negative', 'neg', 'normal', 'unremarkable', 'as above'))}\n")


def findings(w: NoteWriter, words: Sequence[str]) -> None:
    """Findings that go with a condition and do not suffice to code it."""
    for f in words:
        if w.dice.chance(0.6):
            w.say(w.dice.pick(_FINDINGS).format(f=f))
