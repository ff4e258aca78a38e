"""Words for the slots of sentences that say nothing codable: times, drugs, doses, names, numbers.

Written for Chartcoder; names are of nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.encounter import Sex
from training.synth.dice import Dice

DRUGS: tuple[str, ...] = (
    "the current medication",
    "lisinopril",
    "amlodipine",
    "atorvastatin",
    "sertraline",
    "gabapentin",
    "omeprazole",
    "levothyroxine",
    "ibuprofen",
    "acetaminophen",
    "cephalexin",
    "amoxicillin",
    "doxycycline",
    "losartan",
    "metoprolol",
    "furosemide",
    "duloxetine",
    "escitalopram",
    "montelukast",
    "fluticasone",
    "cetirizine",
    "meloxicam",
    "cyclobenzaprine",
    "hydrochlorothiazide",
    "trazodone",
    "famotidine",
    "pantoprazole",
    "azithromycin",
    "topical steroid",
    "naproxen",
)
_DOSES = (
    "5 mg daily",
    "10 mg daily",
    "20 mg daily",
    "25 mg BID",
    "40 mg qhs",
    "50 mg",
    "100 mg BID",
    "500 mg TID",
    "at the same dose",
    "1 tab po daily",
    "prn",
)
_NAMES = (
    "Alder",
    "Brandt",
    "Castell",
    "Dorne",
    "Ellery",
    "Farrow",
    "Galen",
    "Harte",
    "Imber",
    "Jasko",
    "Kell",
    "Lorne",
    "Marsh",
    "Nadel",
    "Orton",
    "Penn",
)
_DAYS = ("yesterday", "Monday", "last week", "this morning", "the weekend", "Tuesday night", "early {n} am", "a few days ago")
_COUNTED = {"years": ("year", 2, 25), "weeks": ("week", 2, 12), "days": ("day", 2, 9)}


@dataclass(frozen=True, slots=True)
class Patient:
    """Whom a note is about. `age` in whole years."""

    age: int
    sex: Sex


def _person(patient: Patient) -> str:
    if patient.age < 2:
        return "infant"
    if patient.age < 18:
        return {Sex.MALE: "boy", Sex.FEMALE: "girl"}.get(patient.sex, "child")
    return {Sex.MALE: "man", Sex.FEMALE: "woman"}.get(patient.sex, "patient")


_FILL: Mapping[str, Callable[[Dice, Patient], str]] = {
    "drug": lambda d, _p: d.pick(DRUGS),
    "dose": lambda d, _p: d.pick(_DOSES),
    "name": lambda d, _p: d.pick(_NAMES),
    "pt": lambda d, _p: d.pick(("the patient", "patient", "pt", "the pt")),
    "he": lambda _d, p: {Sex.MALE: "he", Sex.FEMALE: "she"}.get(p.sex, "the patient"),
    "his": lambda _d, p: {Sex.MALE: "his", Sex.FEMALE: "her"}.get(p.sex, "the patient's"),
    "man": lambda _d, p: _person(p),
    "sex": lambda d, p: d.pick(("M", "male")) if p.sex is Sex.MALE else d.pick(("F", "female")),
    "age": lambda _d, p: str(p.age) if p.age else "3",
    "old": lambda d, _p: str(d.between(41, 89)),
    "n": lambda d, _p: str(d.between(2, 9)),
    "n3": lambda d, _p: str(d.between(2, 4)),
    "year": lambda d, _p: str(d.between(1996, 2025)),
    "date": lambda d, _p: f"{d.between(1, 12):02}/{d.between(1, 28):02}/{d.pick(('24', '25', '2025'))}",
    "time": lambda d, _p: f"{d.between(1, 12)}:{d.between(10, 59)} {d.pick(('am', 'pm'))}",
    "day": lambda d, _p: d.pick(_DAYS).replace("{n}", str(d.between(2, 6))),
    "side": lambda d, _p: d.pick(("right", "left")),
    "bp": lambda d, _p: f"{d.between(104, 138)}/{d.between(58, 86)}",
    "hr": lambda d, _p: str(d.between(58, 98)),
    "temp": lambda d, _p: f"98.{d.between(0, 9)}",
    "rr": lambda d, _p: str(d.between(12, 18)),
    "spo2": lambda d, _p: str(d.between(96, 100)),
    "lb": lambda d, _p: str(d.between(118, 240)),
    "ml": lambda d, _p: str(d.between(5, 150)),
}


def fill(slot: str, dice: Dice, patient: Patient) -> str:
    """Words for a slot; with a capital first when the slot has one ("Pt")."""
    name = slot.lower()
    if name in _COUNTED:
        unit, low, high = _COUNTED[name]
        count = dice.between(low, high)
        text = f"{count} {unit}s"
    else:
        text = _FILL[name](dice, patient)
    return text[:1].upper() + text[1:] if slot[0].isupper() else text
