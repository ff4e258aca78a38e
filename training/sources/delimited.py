"""A CSV file of any layout, one document a row, with its columns named by the user."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.errors import ChartcoderError
from app.domain.note import ClinicalNote
from training.code_shapes import as_billed
from training.examples import TrainingExample
from training.faults import Faults
from training.sources import tables

# Several codes in one field, as exports join them.
_BETWEEN = re.compile(r"[\s,;|]+")
_SEXES = {"f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE, "": Sex.UNKNOWN, "u": Sex.UNKNOWN, "unknown": Sex.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns; "" where the file has none for it. `codes`: code system → column with one code or several."""

    id: str
    text: str
    codes: Mapping[CodeSystem, str]
    patient: str = ""
    time: str = ""
    setting: str = ""
    sex: str = ""
    age: str = ""
    service_date: str = ""
    fixed_setting: Setting = field(default=Setting.UNKNOWN)

    def named(self) -> list[tuple[str, str]]:
        """(what it holds, column) of every column that is read; a code system stands for its codes."""
        plain = [(name, getattr(self, name)) for name in ("id", "text", "patient", "time", "setting", "sex", "age", "service_date")]
        return [(name, column) for name, column in plain if column] + [(system.value, column) for system, column in self.codes.items()]


def read(
    path: Path, columns: Columns, faults: Faults, *, language: str, delimiter: str, encoding: str, told: Callable[[float], None]
) -> Iterator[TrainingExample]:
    """Documents in the order of the file, one held at a time. Raises DataFaults where the file is no such table."""
    named = columns.named()
    seen: set[str] = set()
    for line, values, share in tables.rows(path, [column for _, column in named], encoding=encoding, delimiter=delimiter):
        told(share)
        try:
            example = _example({name: value for (name, _), value in zip(named, values, strict=True)}, columns, language)
            if example.id in seen:
                raise ValueError(f"id {example.id!r} stands twice: a document is one row, with all of its codes")
            seen.add(example.id)
        except (ValueError, ChartcoderError) as error:
            faults.add(str(path), line, str(error))
            continue
        yield example
    told(1.0)


def _example(row: Mapping[str, str], columns: Columns, language: str) -> TrainingExample:
    name = row["id"].strip()
    if not name:
        raise ValueError("the id is empty")
    given = {key: row.get(key, "").strip() for key in ("patient", "time", "setting", "sex", "age", "service_date")}
    sex = _SEXES.get(given["sex"].lower())
    if sex is None:
        raise ValueError(f"sex {given['sex'][:12]!r} is none of F, M, female, male, unknown")
    setting = _setting(given["setting"]) if given["setting"] else columns.fixed_setting
    age = int(_number(given["age"])) if given["age"] else None
    day = date.fromisoformat(given["service_date"][:10]) if given["service_date"] else None
    time = datetime.fromisoformat(given["time"]).replace(tzinfo=None) if given["time"] else None
    refs: dict[CodeRef, tuple[()]] = {}
    for system in columns.codes:
        refs.update((as_billed(system, code), ()) for code in _BETWEEN.split(row[system.value]) if code)
    return TrainingExample(name, given["patient"] or name, ClinicalNote(row["text"], language), Encounter(setting, sex, age, day), refs, time=time)


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"age {value[:12]!r} is not a number") from None


def _setting(value: str) -> Setting:
    try:
        return Setting(value.lower())
    except ValueError:
        raise ValueError(f"setting {value[:20]!r} is none of {', '.join(Setting)}") from None
