"""Sections of what is found: vital signs, examination, results, studies."""

from __future__ import annotations

from training.synth import frames_plain as plain
from training.synth import frames_stated as stated
from training.synth import frames_traps as traps
from training.synth import tables
from training.synth.kinds import Kind
from training.synth.plot import Plot
from training.synth.saying import place, prose
from training.synth.writing import NoteWriter


def vitals(w: NoteWriter, _p: Plot) -> None:
    """Numbers."""
    w.heading("vital_signs")
    w.say(w.dice.pick(plain.VITALS), end="\n")


def exam(w: NoteWriter, p: Plot) -> None:
    """A normal template with denials, and findings that go with the conditions."""
    w.heading("physical_exam")
    by_line = w.dice.chance(0.5)
    for frame in w.dice.some(plain.EXAM, 4, 14):
        w.say(frame, end="\n" if by_line else " ")
    place(
        w,
        ("No {x}.", "No {x} or {y}.", "No {x}, {y}, {z}.", "Without {x}.", "There is no {x}."),
        p.strangers(w.dice.between(0, 3), kind=Kind.SYMPTOM),
    )
    tables.findings(w, [f for s in p.addressed for f in s.fact.findings[:1]])
    w.put("\n")


def laboratory(w: NoteWriter, _p: Plot) -> None:
    """A table of results."""
    w.heading("laboratory")
    tables.results(w)


def imaging_findings(w: NoteWriter, p: Plot) -> None:
    """Findings of a study: normal structures, and what is seen."""
    w.heading("findings")
    prose(w, plain.IMAGING, 3, 8)
    place(w, traps.DENIED[3:8] + traps.DENIED[34:40], p.strangers(w.dice.between(1, 4)))
    place(w, stated.READ, p.background)
    w.put("\n")


def indication(w: NoteWriter, p: Plot) -> None:
    """Why a study or operation was asked for."""
    w.heading("indication")
    place(w, ("{X}", "{X}.", "{X}, evaluate.", "{Age} year old {man} with {x}.", "History of {x}."), p.symptoms[:1] or p.addressed[:1])
    if w.dice.chance(0.35):
        place(w, ("Rule out {x}.", "Evaluate for {x}.", "? {x}", "R/o {x}"), p.strangers(1))
    w.put("\n")
