"""The types of notes: their settings, the chapters they turn on, and their sections in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.encounter import Setting
from training.synth import conclusions as c
from training.synth import objective as o
from training.synth import services as v
from training.synth import subjective as s
from training.synth.plot import Plot
from training.synth.writing import NoteWriter

Section = Callable[[NoteWriter, Plot], None]
_OUT, _IN, _ED = Setting.OUTPATIENT, Setting.INPATIENT, Setting.EMERGENCY


@dataclass(frozen=True, slots=True)
class NoteType:
    """`sections` with the probability of each. `share` is the weight of the type. `chapters` are first letters, repeated to weigh; "" is any."""

    name: str
    share: float
    settings: Sequence[Setting]
    sections: Sequence[tuple[Section, float]]
    chapters: Sequence[str] = ("",)


_BACKGROUND: tuple[tuple[Section, float], ...] = (
    (s.past, 0.7),
    (s.operations, 0.3),
    (s.medications, 0.55),
    (s.allergies, 0.4),
    (s.relatives, 0.45),
    (s.social, 0.4),
)
_LOOKED: tuple[tuple[Section, float], ...] = ((s.review_of_systems, 0.5), (o.vitals, 0.6), (o.exam, 0.85), (o.laboratory, 0.35))

TYPES: tuple[NoteType, ...] = (
    NoteType(
        "soap",
        26,
        (_OUT,),
        (
            (s.chief_complaint, 0.5),
            (v.visit, 0.7),
            (s.history, 0.95),
            *_BACKGROUND,
            *_LOOKED,
            (s.copied, 0.15),
            (c.assessment, 1),
            (v.office_services, 0.6),
            (c.plan, 0.7),
            (v.level, 0.6),
            (c.closing, 0.4),
        ),
    ),
    NoteType(
        "history-and-physical",
        8,
        (_IN, _IN, _OUT),
        (
            (s.chief_complaint, 0.7),
            (v.visit, 0.7),
            (s.history, 1),
            (s.past, 0.95),
            (s.operations, 0.6),
            (s.medications, 0.8),
            (s.allergies, 0.7),
            (s.relatives, 0.8),
            (s.social, 0.7),
            (s.review_of_systems, 0.8),
            (o.vitals, 0.8),
            (o.exam, 1),
            (o.laboratory, 0.6),
            (c.assessment, 1),
            (c.plan, 0.6),
            (v.level, 0.5),
            (c.closing, 0.3),
        ),
    ),
    NoteType(
        "consult",
        8,
        (_OUT, _IN),
        (
            (v.visit, 0.8),
            (s.chief_complaint, 0.3),
            (s.history, 1),
            *_BACKGROUND,
            *_LOOKED,
            (c.assessment, 1),
            (c.plan, 0.6),
            (v.level, 0.5),
            (c.closing, 0.5),
        ),
    ),
    NoteType(
        "emergency",
        12,
        (_ED,),
        (
            (s.chief_complaint, 0.8),
            (v.visit, 0.5),
            (s.history, 1),
            *_BACKGROUND,
            *_LOOKED,
            (c.course, 0.35),
            (v.minor_procedure, 0.3),
            (c.final_diagnoses, 1),
            (c.plan, 0.6),
            (v.level, 0.5),
        ),
        ("S", "S", "R", "R", "", "", "J", "K", "N", "T"),
    ),
    NoteType(
        "discharge",
        9,
        (_IN,),
        (
            (c.admission_diagnosis, 0.5),
            (c.final_diagnoses, 1),
            (s.history, 0.6),
            (s.past, 0.5),
            (c.course, 0.95),
            (o.laboratory, 0.3),
            (s.medications, 0.6),
            (v.visit, 0.4),
            (c.plan, 0.6),
            (c.closing, 0.4),
        ),
    ),
    NoteType(
        "operative",
        12,
        (_OUT, _OUT, _IN),
        ((v.before_operation, 0.9), (v.operation, 1), (o.indication, 0.6), (v.operation_prose, 1), (c.plan, 0.3), (c.closing, 0.4)),
        ("M", "K", "S", "N", "H", "C", "D", "I", "O", "J", "L"),
    ),
    NoteType(
        "radiology",
        8,
        (_OUT, _OUT, _ED, _IN),
        ((v.study, 1), (o.indication, 0.9), (o.imaging_findings, 1), (c.impression, 1), (c.closing, 0.3)),
        ("M", "S", "J", "K", "N", "I", "C", "G", "R"),
    ),
    NoteType(
        "procedure",
        6,
        (_OUT,),
        ((v.operation, 1), (o.indication, 0.8), (v.operation_prose, 1), (c.assessment, 0.6), (c.plan, 0.5)),
        ("M", "L", "K", "N", "J", "H"),
    ),
    NoteType("telephone", 4, (_OUT,), ((v.call, 1), (s.history, 0.6), (c.assessment, 0.9), (c.plan, 0.4))),
    NoteType("case-report", 12, (_IN, _OUT), ((c.case_report, 1),), ("", "", "C", "D", "G", "I", "K", "Q")),
)
