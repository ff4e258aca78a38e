"""The sections of notes: each writes itself from a plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.domain.encounter import Setting
from training.synth import frames_plain as plain
from training.synth import frames_stated as stated
from training.synth import frames_traps as traps
from training.synth import tables
from training.synth.kinds import Kind
from training.synth.plot import Plot
from training.synth.writing import NoteWriter, Said, facts_in

Section = Callable[[NoteWriter, Plot], None]
_UNCERTAIN_ON_A_WARD = ("Probable {x}.", "Likely {x}.", "Possible {x}.", "Suspected {x}.")


def place(w: NoteWriter, frames: Sequence[str], facts: list[Said], *, end: str = " ") -> None:
    """Say all of `facts`, each once, in sentences that take as many as are left."""
    left = list(facts)
    while left:
        frame = w.dice.pick(frames)
        for _ in range(8):
            if 0 < facts_in(frame) <= len(left):
                break
            frame = w.dice.pick(frames)
        else:
            frame = next(f for f in frames if facts_in(f) == 1)
        count = facts_in(frame)
        w.say(frame, *left[:count], end=end)
        left = left[count:]


def prose(w: NoteWriter, frames: Sequence[str], low: int, high: int) -> None:
    """Sentences that state nothing."""
    for frame in w.dice.some(frames, low, high):
        w.say(frame)


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
        _planned(w, p)
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


def impression(w: NoteWriter, p: Plot) -> None:
    """The reading of a study."""
    w.heading("impression")
    _listed(w, p.addressed, stated.READ)
    if w.dice.chance(0.4):
        _suspected(w, p)
    w.put("\n")


def indication(w: NoteWriter, p: Plot) -> None:
    """Why a study or operation was asked for."""
    w.heading("indication")
    place(w, ("{X}", "{X}.", "{X}, evaluate.", "{Age} year old {man} with {x}.", "History of {x}."), p.symptoms[:1] or p.addressed[:1])
    if w.dice.chance(0.35):
        place(w, ("Rule out {x}.", "Evaluate for {x}.", "? {x}", "R/o {x}"), p.strangers(1))
    w.put("\n")


def assessment(w: NoteWriter, p: Plot) -> None:
    """What was dealt with, as a list or prose; with differentials."""
    w.heading(w.dice.pick(("assessment", "assessment_and_plan", "assessment_and_plan", "impression", "diagnosis")))
    _addressed(w, p)
    if w.dice.chance(0.35):
        _suspected(w, p)
    w.put("\n")


def plan(w: NoteWriter, p: Plot) -> None:
    """Instructions and what is to be done later."""
    w.heading("plan")
    prose(w, plain.VISIT, 1, 5)
    for _ in range(w.dice.between(0, 2)):
        _planned(w, p)
    if w.dice.chance(0.5):
        place(w, traps.SUSPECTED[-24:], p.strangers(w.dice.between(1, 2), kind=Kind.SYMPTOM))
    w.put("\n")


def final_diagnoses(w: NoteWriter, p: Plot) -> None:
    """Discharge or ED diagnoses."""
    w.heading("diagnosis" if p.setting is Setting.EMERGENCY else "discharge_diagnosis")
    _listed(w, [*p.addressed, *p.causes[:1]], ("{X}", "{X}", "{X}.", "{x}", "{X}, improved", "{X} - resolved with treatment"))
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


def copied(w: NoteWriter, p: Plot) -> None:
    """Text carried forward: an old list in which only what still holds is true."""
    w.put("\n")
    w.say(w.dice.pick(traps.COPIED), end="\n")
    _listed(w, p.background, stated.LISTED)
    place(w, traps.SUSPECTED[:12], p.strangers(w.dice.between(1, 2)))
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
        _suspected(w, p)


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


def _listed(w: NoteWriter, facts: Sequence[Said], frames: Sequence[str]) -> None:
    single = [f for f in frames if facts_in(f) == 1]
    for number, said in enumerate(facts, 1):
        w.line(number)
        w.say(w.dice.pick(single), said, end="")


def _suspected(w: NoteWriter, p: Plot) -> None:
    frames = traps.SUSPECTED if p.setting is not Setting.INPATIENT else traps.SUSPECTED[-24:]
    place(w, frames, p.strangers(w.dice.between(1, 3)))


def _planned(w: NoteWriter, p: Plot) -> None:
    said = p.service(w.dice.pick(("surgery", "surgery", "imaging", "laboratory", "service", "vaccine")), labelled=False)
    if said is not None:
        place(w, traps.PLANNED, [said])
