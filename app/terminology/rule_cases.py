"""Loads the public cases of rules: `data/rules/cases/<rule id>.yaml`, and those inside a site's file (format: docs/site-rules.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import OLDEST_AGE, Encounter, Setting, Sex
from app.domain.errors import ChartcoderError, DataFaults, Fault
from app.domain.note import ClinicalNote
from app.domain.rule_case import CaseCode, Expectation, RuleCase
from app.terminology import yaml_lines as y
from app.terminology.knowledge_files import procedure_ref

DIAGNOSIS_SHAPE = re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_REQUIRED = ("teaches", "expect", "codes")
_OPTIONAL = ("setting", "sex", "age", "service_date", "note", "finding", "repaired", "seen")


def load_cases(folder: Path, rules: tuple[str, ...]) -> tuple[RuleCase, ...]:
    """The cases of every file of `folder`, in order; `rules` are the ids that exist. Raises DataFaults with every fault."""
    faults: list[Fault] = []
    found: list[RuleCase] = []
    for path in sorted(folder.glob("*.yaml")):
        log = y.FaultLog(str(path))
        for document in y.documents(path, log):
            parts = y.fields(document, log, "the file", required=("rule", "cases"))
            rule = y.text(parts.get("rule"), log, "rule")
            if rule != path.stem:
                log.add(parts.get("rule", document), f"rule is {rule!r} and the file is called {path.stem}: make them the same")
            elif rule not in rules:
                log.add(parts["rule"], f"there is no rule {rule}")
            found += cases(parts.get("cases"), log, rule)
        faults += log.faults
    if faults:
        raise DataFaults(sorted(faults))
    return tuple(found)


def cases(node: yaml.Node | None, log: y.FaultLog, rule: str) -> Iterator[RuleCase]:
    """The cases of one rule."""
    if node is None:
        return
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        log.add(node, f"{rule}: cases must be a list of at least one")
        return
    for item in node.value:
        case = _case(item, log, rule)
        if case is not None:
            yield case


def code_of(value: str) -> CaseCode | None:
    """A code with its modifiers as "99213-25" or "20610-RT-59", or None for what has the shape of none."""
    name, *modifiers = value.split("-")
    ref = CodeRef(CodeSystem.ICD10CM, name) if DIAGNOSIS_SHAPE.fullmatch(name) else procedure_ref(name)
    if ref is None or (modifiers and ref.system is CodeSystem.ICD10CM) or not all(_MODIFIER.fullmatch(m) for m in modifiers):
        return None
    return CaseCode(ref, tuple(modifiers))


def codes(node: yaml.Node | None, log: y.FaultLog, what: str) -> tuple[CaseCode, ...]:
    """A list of codes."""
    found = []
    for value, place in y.texts(node, log, what):
        code = code_of(value)
        if code is None:
            log.add(place, f"{what}: {value!r} is not a code as E11.9, 71046, J1885 or 99213-25")
        else:
            found.append(code)
    return tuple(found)


def encounter_of(parts: dict[str, yaml.Node], log: y.FaultLog, what: str) -> Encounter:
    """Setting, sex, age and date of service of a case or chart."""
    return Encounter(
        Setting(y.one_of(parts.get("setting"), log, f"{what}: setting", tuple(Setting), Setting.UNKNOWN)),
        Sex(y.one_of(parts.get("sex"), log, f"{what}: sex", tuple(Sex), Sex.UNKNOWN)),
        y.whole_number(parts.get("age"), log, f"{what}: age", low=0, high=OLDEST_AGE),
        y.day(parts.get("service_date"), log, f"{what}: service_date"),
    )


def note_of(node: yaml.Node | None, log: y.FaultLog, what: str) -> ClinicalNote | None:
    """The text of a note as it stands, or None."""
    if node is None:
        return None
    try:
        return ClinicalNote(node.value if isinstance(node, yaml.ScalarNode) else "")
    except ChartcoderError as error:
        log.add(node, f"{what}: {error}")
        return None


def _case(node: yaml.Node, log: y.FaultLog, rule: str) -> RuleCase | None:
    parts = y.fields(node, log, f"a case of {rule}", required=_REQUIRED, optional=_OPTIONAL)
    what = f"{rule}: case"
    expected = y.one_of(parts.get("expect"), log, f"{what}: expect", tuple(Expectation), "")
    case = RuleCase(
        rule,
        y.text(parts.get("teaches"), log, f"{what}: teaches"),
        Expectation(expected or Expectation.PASS),
        codes(parts.get("codes"), log, f"{what}: codes"),
        encounter_of(parts, log, what),
        note_of(parts.get("note"), log, f"{what}: note"),
        y.text(parts.get("finding"), log, f"{what}: finding"),
        tuple(code.ref for code in codes(parts.get("repaired"), log, f"{what}: repaired")),
        codes(parts.get("seen"), log, f"{what}: seen"),
        log.file,
        node.start_mark.line + 1,
    )
    if case.expect is Expectation.PASS and (case.finding or case.repaired):
        log.add(node, f"{what}: only a case that is expected to fail has 'finding' and 'repaired'")
    return case if expected else None
