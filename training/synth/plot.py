"""What one note will tell: the patient, the encounter, and the facts in their roles."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.code import CodeRef, CodeSystem
from app.domain.em.families import DISCHARGE, PatientStatus, VisitFamily, rows
from app.domain.encounter import Encounter, Setting, Sex
from training.synth.dice import Dice
from training.synth.facts import Fact, FactPool
from training.synth.fillers import Patient
from training.synth.kinds import Kind
from training.synth.writing import Said

_AGES = ((0, 1, 4), (2, 12, 8), (13, 17, 4), (18, 39, 24), (40, 64, 32), (65, 92, 28))
# How many conditions are dealt with, as weights for 1, 2, 3, ...
_ADDRESSED = (16, 26, 26, 16, 9, 5, 2)
# Families of three codes have one for the two lowest levels.
_THREE_CODES = 3


@dataclass(slots=True)
class Plot:
    """The facts of a note by role. `everything`: labels are all that the note truly mentions (setting unknown), not a claim."""

    dice: Dice
    pool: FactPool
    setting: Setting
    everything: bool
    patient: Patient
    used: set[str] = field(default_factory=set)
    addressed: list[Said] = field(default_factory=list)
    symptoms: list[Said] = field(default_factory=list)
    background: list[Said] = field(default_factory=list)
    status: list[Said] = field(default_factory=list)
    causes: list[Said] = field(default_factory=list)
    relatives: list[Said] = field(default_factory=list)

    @property
    def encounter(self) -> Encounter:
        """The encounter as it is given with the note."""
        return Encounter(Setting.UNKNOWN if self.everything else self.setting, self.patient.sex, self.patient.age)

    def diagnosis(self, *, labelled: bool, kind: Kind | None = None, chapter: str = "", chronic: bool = False) -> Said | None:
        """A new diagnosis of a category that the note has not used yet."""
        fact = self.pool.diagnosis(
            self.dice, age=self.patient.age, sex=self.patient.sex, avoid=self.used, kind=kind, chapter=chapter, chronic=chronic
        )
        if fact is None:
            return None
        self.used.add(fact.ref.code[:3])
        return Said(fact, labelled)

    def service(self, area: str, *, labelled: bool) -> Said | None:
        """A service that the note has not used yet."""
        fact = self.pool.procedure(self.dice, area, avoid=self.used)
        if fact is None:
            return None
        self.used.add(fact.ref.code)
        return Said(fact, labelled)

    def strangers(self, count: int, *, kind: Kind | None = None) -> list[Said]:
        """Diagnoses that are not the patient's, or not now; without a label."""
        found = (self.diagnosis(labelled=False, kind=kind) for _ in range(count))
        return [said for said in found if said is not None]

    def visit(self, family: VisitFamily, status: PatientStatus, level: int, phrase: str) -> Said | None:
        """The code of a visit of that family, `level` from 2 to 5; None where the catalogue lacks it."""
        table = [row.code for row in rows(family, status)] or DISCHARGE[family]
        step = level - 2 if len(table) != _THREE_CODES else max(level - 3, 0)
        ref = CodeRef(CodeSystem.CPT, table[min(step, len(table) - 1)])
        return Said(Fact(ref, phrase, Kind.ENCOUNTER), labelled=True) if self.pool.knows(ref) and not self.everything else None


def plot(dice: Dice, pool: FactPool, setting: Setting, *, everything: bool, focus: str) -> Plot:
    """Deal the facts of a note. `focus` is the chapter (first letter) of its main problem, or "" for any."""
    low, high, _ = dice.choices(_AGES, [a[2] for a in _AGES])[0]
    patient = Patient(dice.between(low, high), dice.choices((Sex.FEMALE, Sex.MALE, Sex.UNKNOWN), (53, 42, 5))[0])
    p = Plot(dice, pool, setting, everything, patient)
    first = p.diagnosis(labelled=True, chapter=focus) or p.diagnosis(labelled=True)
    others = dice.choices(range(len(_ADDRESSED)), _ADDRESSED)[0]
    for i in range(others):
        same = first is not None and dice.chance(0.4)
        letter = first.fact.ref.code[0] if same and first is not None else ""
        _add(p.addressed, p.diagnosis(labelled=True, chapter=letter, chronic=i > 0 and not letter and dice.chance(0.5)))
    if first is not None:
        p.addressed.insert(0, first)
    hurt = any(s.fact.kind is Kind.INJURY for s in p.addressed)
    if hurt and dice.chance(0.6):
        _add(p.causes, p.diagnosis(labelled=True, kind=Kind.CAUSE))
    # On a ward the standing illnesses are managed too and belong on the claim; in an office only what was dealt with does.
    standing = everything or (setting is Setting.INPATIENT and dice.chance(0.5))
    for _ in range(dice.between(0, 4) if patient.age > 25 else dice.between(0, 1)):
        _add(p.background, p.diagnosis(labelled=standing, chronic=True))
    for _ in range(dice.between(0, 3)):
        _add(p.symptoms, p.diagnosis(labelled=everything, kind=Kind.SYMPTOM))
    for _ in range(dice.between(0, 2)):
        _add(p.status, p.diagnosis(labelled=everything, kind=Kind.STATUS))
    if dice.chance(0.2):
        _add(p.relatives, p.diagnosis(labelled=everything, kind=Kind.RELATIVES))
    return p


def _add(into: list[Said], said: Said | None) -> None:
    if said is not None:
        into.append(said)
