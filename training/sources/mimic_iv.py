"""Discharge notes of MIMIC-IV with the ICD-10 codes billed for the stay (physionet.org: mimiciv, mimic-iv-note).

Reads, plain or gz, `note/discharge` and `hosp/diagnoses_icd`, `procedures_icd`, `patients`, `admissions`. Only codes of
`icd_version` 10 count, in the order of `seq_num`; notes of stays coded in ICD-9, and addenda, are left out and counted.
Observation stays are outpatient care, as they are billed; every other stay is inpatient.

Dates are shifted by patient into the future, so they are no date of service. `time` is the admission moved back to the
patient's group of true years: in order within a patient, and right to three years between patients.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import OLDEST_AGE, Encounter, Setting, Sex
from app.domain.errors import ChartcoderError
from app.domain.note import ClinicalNote
from training.code_shapes import as_billed
from training.examples import TrainingExample
from training.faults import Faults
from training.sources import tables

_SEXES = {"F": Sex.FEMALE, "M": Sex.MALE}
_OBSERVATION = frozenset({"EU OBSERVATION", "AMBULATORY OBSERVATION", "DIRECT OBSERVATION"})
Told = Callable[[str], Callable[[float], None]]


@dataclass(frozen=True, slots=True)
class _Stay:
    encounter: Encounter
    time: datetime


def read(hosp: Path, note: Path, faults: Faults, *, step: Told) -> Iterator[TrainingExample]:
    """Notes in the order of the file, one held at a time; codes, stays and patients of ICD-10 stays are held, about 1 KB a stay.

    `hosp` and `note` are folders. A stay with a bad code is left out whole. Raises DataFaults where a file or column is missing.
    """
    codes = _codes(hosp, faults, step)
    stays = _stays(hosp, codes, faults, step("Reading stays"))
    path, seen = tables.located(note, "discharge"), set[str]()
    told = step("Writing notes")
    for line, (name, patient, stay, kind, text), share in tables.rows(path, ("note_id", "subject_id", "hadm_id", "note_type", "text")):
        told(share)
        if kind == "AD":
            faults.left_out["addenda"] += 1
            continue
        if stay not in codes or stay not in stays:
            faults.left_out["notes of stays without ICD-10 codes"] += 1
            continue
        try:
            if name in seen:
                raise ValueError(f"note {name!r} stands twice")
            seen.add(name)
            labels = dict.fromkeys(codes[stay], ())
            yield TrainingExample(name, patient, ClinicalNote(text), stays[stay].encounter, labels, time=stays[stay].time)
        except (ValueError, ChartcoderError) as error:
            faults.add(str(path), line, str(error))
    told(1.0)


def _codes(hosp: Path, faults: Faults, step: Told) -> dict[str, list[CodeRef]]:
    """The ICD-10 codes of each stay: diagnoses in their order, then procedures in theirs."""
    out: dict[str, list[CodeRef]] = {}
    known: dict[tuple[CodeSystem, str], CodeRef] = {}
    bad: set[str] = set()
    for name, system in (("diagnoses_icd", CodeSystem.ICD10CM), ("procedures_icd", CodeSystem.ICD10PCS)):
        path, told = tables.located(hosp, name), step(f"Reading {name}")
        placed: dict[str, list[tuple[int, CodeRef]]] = {}
        for line, (stay, place, code, version), share in tables.rows(path, ("hadm_id", "seq_num", "icd_code", "icd_version")):
            told(share)
            if version.strip() != "10":
                continue
            try:
                ref = known.get((system, code)) or known.setdefault((system, code), as_billed(system, code))
                placed.setdefault(sys.intern(stay), []).append((int(place), ref))
            except ValueError as error:
                reason = str(error) if "look like" in str(error) else f"seq_num {place[:10]!r} is not a number"
                faults.add(str(path), line, reason)
                bad.add(stay)
        for stay, refs in placed.items():
            out.setdefault(stay, []).extend(ref for _, ref in sorted(refs))
        told(1.0)
    return {stay: refs for stay, refs in out.items() if stay not in bad}


def _stays(hosp: Path, codes: dict[str, list[CodeRef]], faults: Faults, told: Callable[[float], None]) -> dict[str, _Stay]:
    patients = {
        row[0]: row[1:]
        for _, row, _ in tables.rows(tables.located(hosp, "patients"), ("subject_id", "gender", "anchor_age", "anchor_year", "anchor_year_group"))
    }
    path = tables.located(hosp, "admissions")
    out: dict[str, _Stay] = {}
    for line, (patient, stay, admitted, kind), share in tables.rows(path, ("subject_id", "hadm_id", "admittime", "admission_type")):
        told(share)
        if stay not in codes:
            continue
        try:
            if patient not in patients:
                raise ValueError(f"patient {patient!r} is not in patients")
            out[stay] = _stay(patients[patient], admitted, kind)
        except (ValueError, ChartcoderError) as error:
            faults.add(str(path), line, str(error))
    told(1.0)
    return out


def _stay(patient: list[str], admitted: str, kind: str) -> _Stay:
    sex, age, year, group = patient
    time = datetime.fromisoformat(admitted)
    later = time.year - int(year)
    true_year = int(group[:4]) + later
    if (time.month, time.day) == (2, 29):
        # It has no counterpart in most years.
        time = time.replace(day=28, hour=23, minute=59)
    moved = time.replace(year=true_year)
    setting = Setting.OUTPATIENT if kind in _OBSERVATION else Setting.INPATIENT
    return _Stay(Encounter(setting, _SEXES.get(sex, Sex.UNKNOWN), min(max(int(age) + later, 0), OLDEST_AGE)), moved)
