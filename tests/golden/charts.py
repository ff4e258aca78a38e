"""Our teaching charts (`data/rules/charts`): a note, the codes that someone proposes, what the rules must find, and the claim."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from app.domain.code import CodeSystem
from app.domain.errors import DataFaults, Fault
from app.domain.rule_case import Expectation, RuleCase
from app.terminology import rule_cases
from app.terminology import yaml_lines as y

FOLDER = Path(__file__).parents[2] / "data" / "rules" / "charts"
_REQUIRED = ("id", "teaches", "setting", "sex", "age", "service_date", "text", "proposed", "findings")


@dataclass(frozen=True, slots=True)
class GoldenChart:
    """`findings`: rule and codes concerned, in any order. `claim`: diagnoses in claim order, None where a person has to decide first.

    `services`: those of the claim with their modifiers, "99214-25", in any order; None where a chart is not about them.
    """

    id: str
    topic: str
    case: RuleCase
    findings: frozenset[tuple[str, frozenset[str]]]
    claim: tuple[str, ...] | None
    services: frozenset[str] | None

    @property
    def teaches(self) -> str:
        return self.case.teaches


def load(folder: Path = FOLDER) -> tuple[GoldenChart, ...]:
    """The charts of every file, in order. Raises DataFaults with every fault."""
    faults: list[Fault] = []
    charts: list[GoldenChart] = []
    for path in sorted(folder.glob("*.yaml")):
        log = y.FaultLog(str(path))
        charts += [_chart(node, log, path.stem) for node in y.documents(path, log)]
        faults += log.faults
    if faults:
        raise DataFaults(sorted(faults))
    return tuple(charts)


def _chart(node: yaml.Node, log: y.FaultLog, topic: str) -> GoldenChart:
    parts = y.fields(node, log, "a chart", required=_REQUIRED, optional=("claim", "seen", "services"))
    name = y.text(parts.get("id"), log, "id")
    case = RuleCase(
        "",
        y.text(parts.get("teaches"), log, f"{name}: teaches"),
        Expectation.FAIL,
        rule_cases.codes(parts.get("proposed"), log, f"{name}: proposed"),
        rule_cases.encounter_of(parts, log, name),
        rule_cases.note_of(parts.get("text"), log, f"{name}: text"),
        seen=rule_cases.codes(parts.get("seen"), log, f"{name}: seen"),
        file=log.file,
        line=node.start_mark.line + 1,
    )
    found = set()
    listed = parts.get("findings")
    for item in listed.value if isinstance(listed, yaml.SequenceNode) else ():
        fields = y.fields(item, log, f"{name}: finding", required=("rule", "codes"))
        concerned = rule_cases.codes(fields.get("codes"), log, f"{name}: finding")
        found.add((y.text(fields.get("rule"), log, f"{name}: rule"), frozenset(c.ref.code for c in concerned)))
    claim = tuple(c.ref.code for c in rule_cases.codes(parts["claim"], log, f"{name}: claim")) if "claim" in parts else None
    services = rule_cases.codes(parts["services"], log, f"{name}: services") if "services" in parts else None
    billed = None if services is None else frozenset("-".join((c.ref.code, *c.modifiers)) for c in services)
    return GoldenChart(name, topic, case, frozenset(found), claim, billed)


def diagnoses(chart: GoldenChart) -> tuple[str, ...]:
    """The proposed diagnoses, in the order proposed."""
    return tuple(code.ref.code for code in chart.case.codes if code.ref.system is CodeSystem.ICD10CM)
