"""Sections about services: visits and their level, small procedures, operations, studies."""

from __future__ import annotations

from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.encounter import Setting
from training.synth import frames_plain as plain
from training.synth import frames_services as frames
from training.synth.plot import Plot
from training.synth.saying import place, prose
from training.synth.writing import NoteWriter

_ESTABLISHED = ("established", VisitFamily.OFFICE, PatientStatus.ESTABLISHED)
_KINDS = {
    Setting.OUTPATIENT: (
        _ESTABLISHED,
        _ESTABLISHED,
        ("new", VisitFamily.OFFICE, PatientStatus.NEW),
        ("consultation", VisitFamily.OFFICE_CONSULTATION, PatientStatus.NOT_STATED),
    ),
    Setting.EMERGENCY: (("emergency", VisitFamily.EMERGENCY, PatientStatus.NOT_STATED),),
    Setting.INPATIENT: (
        ("admission", VisitFamily.HOSPITAL_INITIAL, PatientStatus.NOT_STATED),
        ("subsequent", VisitFamily.HOSPITAL_SUBSEQUENT, PatientStatus.NOT_STATED),
        ("discharge", VisitFamily.HOSPITAL_DISCHARGE, PatientStatus.NOT_STATED),
    ),
}


def visit(w: NoteWriter, p: Plot) -> None:
    """What kind of visit it is, and how much work it was; together they are the code of the visit."""
    name, family, status = w.dice.pick(_KINDS[p.setting])
    addressed = len(p.addressed)
    level = min(5, max(2, 2 + (addressed > 0) + (addressed > 1 or w.dice.chance(0.3)) + (addressed > 3)))
    if name == "discharge":
        level = w.dice.between(2, 3)
        low, high = (10, 30) if level == 2 else (31, 60)
    else:
        low, high = frames.MINUTES.get(name, frames.MINUTES["established"])[level]
    minutes = str(w.dice.between(low, high))
    sentence = w.dice.pick(frames.VISITS[name]).replace("{minutes}", minutes)
    said = p.visit(family, status, level, sentence.format_map(_Filled(w)))
    if said is None:
        w.say(sentence)
    else:
        w.say("{x}", said)
        if name in ("established", "new", "consultation") and w.dice.chance(0.7):
            w.say(w.dice.pick(frames.LEVELS[level]).replace("{minutes}", minutes))


def office_services(w: NoteWriter, p: Plot) -> None:
    """Services beside a visit: laboratory in the office, vaccines, injections, small procedures."""
    w.put("\n")
    for area in w.dice.some(("laboratory", "vaccine", "drug", "service", "surgery", "supply", "imaging"), 0, 2):
        said = p.service(area, labelled=True)
        if said is not None:
            place(w, frames.DONE[area], [said])
    prose(w, plain.VISIT, 0, 1)


def minor_procedure(w: NoteWriter, p: Plot) -> None:
    """A small procedure in the ED."""
    w.heading("procedure")
    said = p.service("surgery", labelled=True)
    if said is not None:
        place(w, frames.DONE["surgery"], [said])
    prose(w, plain.OPERATIVE, 0, 3)
    w.put("\n")


def before_operation(w: NoteWriter, p: Plot) -> None:
    """Diagnoses before and after an operation."""
    w.heading("preoperative_diagnosis")
    place(w, ("{X}", "{X}."), p.addressed[:1], end="\n")
    w.heading("postoperative_diagnosis")
    if w.dice.chance(0.4) and len(p.addressed) == 1:
        w.put(w.dice.pick(("Same", "Same.", "Same as above")))
    else:
        for number, said in enumerate(p.addressed, 1):
            if len(p.addressed) > 1:
                w.line(number)
            w.say("{X}", said, end="")
    w.put("\n")


def operation(w: NoteWriter, p: Plot) -> None:
    """What was done."""
    w.heading("procedure")
    count = w.dice.choices((1, 2, 3), (65, 25, 10))[0]
    for number in range(1, count + 1):
        said = p.service(w.dice.choices(("surgery", "service"), (9, 1))[0], labelled=True)
        if said is None:
            continue
        if count > 1:
            w.line(number)
        place(w, ("{X}", "{X}.", "{x}"), [said], end="")
    w.put("\n")


def operation_prose(w: NoteWriter, p: Plot) -> None:
    """How it was done: prose near many titles that codes nothing."""
    w.heading(w.dice.pick(("procedure_description", "operative_details", "technique")))
    prose(w, plain.OPERATIVE, 6, 16)
    if w.dice.chance(0.4):
        said = p.service("surgery", labelled=False)
        if said is not None:
            place(w, ("{X} was not needed.", "We did not proceed to {x}.", "{X} was considered but not done.", "No {x} was performed."), [said])
    w.put("\n")


def study(w: NoteWriter, p: Plot) -> None:
    """The study that is reported."""
    said = p.service("imaging", labelled=True)
    if said is not None:
        place(w, frames.DONE["imaging"][:4], [said], end="\n")


def call(w: NoteWriter, _p: Plot) -> None:
    """How a telephone note opens."""
    prose(w, plain.TELEPHONE, 1, 4)


def level(w: NoteWriter, _p: Plot) -> None:
    """Time and counseling without a level."""
    w.say(
        w.dice.pick(
            ("Time was spent in counseling and coordination of care.", "More than half of the visit was counseling.", "Visit time as recorded.")
        )
    )


class _Filled(dict[str, str]):
    """Slots of a sentence about a visit, filled as they are asked for."""

    def __init__(self, writer: NoteWriter) -> None:
        super().__init__()
        self._writer = writer

    def __missing__(self, slot: str) -> str:
        return self._writer.filled(slot)
