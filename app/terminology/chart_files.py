"""Loads charts and demo notes under `data/`; refuses them with all faults at once (format: docs/data-files.md)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import yaml

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import OLDEST_AGE, Encounter, Setting, Sex
from app.domain.errors import DataFaults, Fault
from app.domain.knowledge import Chart, LabelledCode
from app.domain.note import TextSpan
from app.terminology import yaml_lines as y
from app.terminology.knowledge_files import DiagnosisCheck, procedure_ref

_REQUIRED = ("id", "title", "setting", "sex", "text", "codes")
_OPTIONAL = ("age", "service_date", "mentioned")


def load_charts(folder: Path, is_diagnosis: DiagnosisCheck, *, procedures: Collection[CodeRef] | None = None) -> tuple[Chart, ...]:
    """Charts of all files of `folder` in the order of the files. Raises DataFaults with every fault.

    `procedures` are the CPT and HCPCS codes that exist; None accepts any code of the right shape.
    """
    faults: list[Fault] = []
    charts: dict[str, Chart] = {}
    for path in sorted(folder.glob("*.yaml")):
        log = y.FaultLog(str(path))
        for node in y.documents(path, log):
            chart = _chart(node, log, is_diagnosis, procedures)
            if chart.id in charts:
                log.add(node, f"chart {chart.id} stands twice")
            charts[chart.id] = chart
        faults.extend(log.faults)
    if faults:
        raise DataFaults(sorted(faults))
    return tuple(charts.values())


def _chart(node: yaml.Node, log: y.FaultLog, is_diagnosis: DiagnosisCheck, procedures: Collection[CodeRef] | None) -> Chart:
    parts = y.fields(node, log, "a chart", required=_REQUIRED, optional=_OPTIONAL)
    name = y.text(parts.get("id"), log, "id")
    raw = parts.get("text")
    text = raw.value if isinstance(raw, yaml.ScalarNode) else ""
    if not text.strip():
        log.add(raw or node, f"{name}: the text is empty")
    encounter = Encounter(
        Setting(y.one_of(parts.get("setting"), log, f"{name}: setting", tuple(Setting), Setting.UNKNOWN)),
        Sex(y.one_of(parts.get("sex"), log, f"{name}: sex", tuple(Sex), Sex.UNKNOWN)),
        y.whole_number(parts.get("age"), log, f"{name}: age", low=0, high=OLDEST_AGE),
        y.day(parts.get("service_date"), log, f"{name}: service_date"),
    )
    codes = tuple(_labels(parts.get(kind), log, f"{name}: {kind}", text, is_diagnosis, procedures) for kind in ("codes", "mentioned"))
    return Chart(name, y.text(parts.get("title"), log, "title"), text, encounter, *codes)


def _labels(
    node: yaml.Node | None, log: y.FaultLog, what: str, text: str, is_diagnosis: DiagnosisCheck, procedures: Collection[CodeRef] | None
) -> tuple[LabelledCode, ...]:
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        log.add(node, f"{what} must be a list")
        return ()
    found: list[LabelledCode] = []
    for item in node.value:
        parts = y.fields(item, log, what, required=("code", "evidence"))
        code = y.text(parts.get("code"), log, what)
        ref = CodeRef(CodeSystem.ICD10CM, code) if is_diagnosis(code) else procedure_ref(code)
        if ref is None or (ref.system is not CodeSystem.ICD10CM and procedures is not None and ref not in procedures):
            log.add(item, f"{what}: {code} is neither a billable diagnosis nor a procedure of the catalogue")
            continue
        spans: list[tuple[TextSpan, ...]] = []
        for quote, place in y.texts(parts.get("evidence"), log, f"{what}: evidence of {code}"):
            begin = text.find(quote)
            if begin < 0:
                log.add(place, f"{what}: the evidence of {code} does not stand in the text letter by letter")
            else:
                spans.append((TextSpan(begin, begin + len(quote)),))
        found.append(LabelledCode(ref, tuple(spans)))
    return tuple(found)
