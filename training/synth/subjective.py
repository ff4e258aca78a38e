"""Sections of what the patient tells and has: complaint, story, past, family, drugs, review of systems."""

from __future__ import annotations

from collections.abc import Sequence

from training.synth import frames_plain as plain
from training.synth import frames_stated as stated
from training.synth import frames_traps as traps
from training.synth import tables
from training.synth.kinds import Kind
from training.synth.plot import Plot
from training.synth.saying import had_before, listed, place, planned, prose
from training.synth.writing import NoteWriter, Said, facts_in


def chief_complaint(w: NoteWriter, p: Plot) -> None:
    """One line: the first symptom, or the visit's reason."""
    w.heading("chief_complaint")
    told = p.symptoms[:1] or p.addressed[:1]
    place(w, ("{X}", "{X}.", "{x}", "F/u {x}", "Follow up of {x}", "{X} x {days}", '"{x}"'), told, end="\n")


def history(w: NoteWriter, p: Plot) -> None:
    """The story: introduction, symptoms, what happened, what is denied."""
    w.heading("history_of_present_illness")
    known = [*p.addressed, *p.background]
    if known and w.dice.chance(0.7):
        frames = [f for f in stated.INTRODUCED if facts_in(f) <= len(known)]
        frame = w.dice.pick(frames)
        w.say(frame, *known[: facts_in(frame)])
    place(w, stated.HAPPENED, p.causes)
    place(w, stated.TOLD, p.symptoms)
    prose(w, plain.VISIT, 1, 4)
    place(w, traps.DENIED, p.strangers(w.dice.between(1, 5), kind=Kind.SYMPTOM))
    if w.dice.chance(0.25):
        place(w, traps.RESOLVED, p.strangers(1))
    if w.dice.chance(0.25):
        place(w, traps.SUSPECTED, p.strangers(w.dice.between(1, 2)))
    if w.dice.chance(0.3):
        planned(w, p)
    if w.dice.chance(0.15):
        had_before(w, p)
    w.put("\n")


def past(w: NoteWriter, p: Plot) -> None:
    """Standing illnesses as a list or a line, with things long gone among them."""
    w.heading("past_medical_history")
    items: list[tuple[Sequence[str], Said]] = [(stated.LISTED, s) for s in [*p.background, *p.status]]
    items += [(traps.RESOLVED, s) for s in p.strangers(w.dice.between(0, 1))]
    w.dice.shuffle(items)
    in_line = w.dice.chance(0.5)
    for number, (frames, said) in enumerate(items, 1):
        if not in_line:
            w.line(number)
        single = [f for f in frames if facts_in(f) == 1]
        w.say(w.dice.pick(single), said, end=", " if in_line and number < len(items) else "")
    if not items:
        w.put(w.dice.pick(("None", "Noncontributory", "Negative", "Reviewed and unremarkable.", "As per chart")))
    w.put("\n")


def operations(w: NoteWriter, p: Plot) -> None:
    """Operations and studies of other days."""
    w.heading("past_surgical_history")
    had_before(w, p)
    w.put("\n")


def relatives(w: NoteWriter, p: Plot) -> None:
    """Family history: what others have, and now and then a statement that is coded as such."""
    w.heading("family_history")
    place(w, stated.PRESENT_STATUS, p.relatives)
    place(w, traps.RELATIVES, p.strangers(w.dice.between(1, 4)))
    w.put("\n")


def social(w: NoteWriter, _p: Plot) -> None:
    """Social history without anything codable."""
    w.heading("social_history")
    prose(
        w,
        (
            "Never smoker.",
            "Lives with family.",
            "Works in an office.",
            "Retired teacher.",
            "No tobacco.",
            "Denies drug use.",
            "Married.",
            "Drinks coffee.",
        ),
        1,
        3,
    )
    w.put("\n")


def medications(w: NoteWriter, p: Plot) -> None:
    """Drugs of the patient's conditions and others; none of them states a condition."""
    w.heading("medications")
    tables.drugs(w, [d for s in [*p.addressed, *p.background] for d in s.fact.drugs[:1]])


def allergies(w: NoteWriter, _p: Plot) -> None:
    """None."""
    w.heading("allergies")
    w.put(w.dice.pick(("NKDA", "No known drug allergies.", "None", "None known", "Reviewed.")) + "\n")


def review_of_systems(w: NoteWriter, p: Plot) -> None:
    """Denials by system, or a template."""
    w.heading("review_of_systems")
    form = w.dice.between(0, 2)
    denied = p.strangers(w.dice.between(3, 10), kind=Kind.SYMPTOM)
    if form == 0:
        tables.negative_systems(w, denied)
    else:
        place(w, traps.DENIED, denied)
    w.say(w.dice.pick(("All other systems reviewed and negative.", "Otherwise negative.", "ROS as per HPI.", "10 point ROS otherwise negative.")))
    w.put("\n")


def copied(w: NoteWriter, p: Plot) -> None:
    """Text carried forward: an old list in which only what still holds is true."""
    w.put("\n")
    w.say(w.dice.pick(traps.COPIED), end="\n")
    listed(w, p.background, stated.LISTED)
    place(w, traps.SUSPECTED[:12], p.strangers(w.dice.between(1, 2)))
    w.put("\n")
