"""Sections of what is concluded and done: assessment, diagnoses, course, plan."""

from __future__ import annotations

from app.domain.encounter import Setting
from training.synth import frames_plain as plain
from training.synth import frames_stated as stated
from training.synth import frames_traps as traps
from training.synth.kinds import Kind
from training.synth.plot import Plot
from training.synth.saying import differential, listed, place, planned, prose, suspected
from training.synth.writing import NoteWriter, facts_in

_UNCERTAIN_ON_A_WARD = ("Probable {x}.", "Likely {x}.", "Possible {x}.", "Suspected {x}.")


def impression(w: NoteWriter, p: Plot) -> None:
    """The reading of a study."""
    w.heading("impression")
    listed(w, p.addressed, stated.READ)
    if w.dice.chance(0.4):
        suspected(w, p)
    w.put("\n")


def assessment(w: NoteWriter, p: Plot) -> None:
    """What was dealt with, as a list or prose; with differentials."""
    w.heading(w.dice.pick(("assessment", "assessment_and_plan", "assessment_and_plan", "impression", "diagnosis")))
    _addressed(w, p)
    if w.dice.chance(0.35):
        suspected(w, p)
    if p.setting is not Setting.INPATIENT and w.dice.chance(0.15):
        differential(w, p)
    w.put("\n")


def plan(w: NoteWriter, p: Plot) -> None:
    """Instructions and what is to be done later."""
    w.heading("plan")
    prose(w, plain.VISIT, 1, 5)
    for _ in range(w.dice.between(0, 2)):
        planned(w, p)
    if w.dice.chance(0.5):
        place(w, traps.SUSPECTED[-24:], p.strangers(w.dice.between(1, 2), kind=Kind.SYMPTOM))
    w.put("\n")


def final_diagnoses(w: NoteWriter, p: Plot) -> None:
    """Discharge or ED diagnoses."""
    w.heading("diagnosis" if p.setting is Setting.EMERGENCY else "discharge_diagnosis")
    listed(w, [*p.addressed, *p.causes[:1]], ("{X}", "{X}", "{X}.", "{x}", "{X}, improved", "{X} - resolved with treatment"))
    # Inpatient: what is still uncertain at discharge is coded as if it existed (Official Guidelines II.H).
    if p.setting is Setting.INPATIENT and w.dice.chance(0.2):
        sure = p.diagnosis(labelled=True, chapter=p.addressed[0].fact.ref.code[0] if p.addressed else "")
        if sure is not None:
            w.line(len(p.addressed) + 1)
            w.say(w.dice.pick(_UNCERTAIN_ON_A_WARD), sure)
    w.put("\n")


def admission_diagnosis(w: NoteWriter, p: Plot) -> None:
    """What brought the patient in."""
    w.heading("admission_diagnosis")
    place(w, ("{X}", "{X}."), p.symptoms[:1] or p.addressed[:1], end="\n")


def course(w: NoteWriter, p: Plot) -> None:
    """What happened in hospital, in prose."""
    w.heading("hospital_course" if p.setting is Setting.INPATIENT else "emergency_course")
    place(w, stated.COURSE, p.addressed)
    prose(w, plain.HOSPITAL, 2, 7)
    place(w, traps.DENIED, p.strangers(w.dice.between(0, 3)))
    w.put("\n")


def case_report(w: NoteWriter, p: Plot) -> None:
    """Prose without headings, as case reports are written."""
    known = [*p.background, *p.symptoms]
    if known:
        frames = [f for f in stated.INTRODUCED[-3:] if facts_in(f) <= len(known)]
        if frames:
            frame = w.dice.pick(frames)
            w.say(frame, *known[: facts_in(frame)])
            known = known[facts_in(frame) :]
    place(w, stated.TOLD, known)
    place(w, stated.HAPPENED, p.causes)
    place(w, traps.DENIED, p.strangers(w.dice.between(1, 4)))
    prose(w, plain.EXAM, 1, 4)
    if w.dice.chance(0.5):
        w.put("\n\n")
    place(w, stated.COURSE, p.addressed)
    prose(w, plain.HOSPITAL, 1, 4)
    if w.dice.chance(0.4):
        suspected(w, p)


def closing(w: NoteWriter, _p: Plot) -> None:
    """Signature."""
    w.put("\n")
    w.say(w.dice.pick(plain.CLOSINGS), end="\n")


def _addressed(w: NoteWriter, p: Plot) -> None:
    in_prose = w.dice.chance(0.3)
    for number, said in enumerate(p.addressed, 1):
        if not in_prose:
            w.line(number)
        frames = [f for f in stated.ADDRESSED[said.fact.kind] if facts_in(f) == 1]
        w.say(w.dice.pick(frames), said)
        if w.dice.chance(0.3):
            w.say(w.dice.pick(plain.VISIT))
