from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Setting, Sex
from app.terminology.chart_files import load_charts
from tests.terminology.faults import faults_of

GOOD = """id: one
title: Knee pain
setting: outpatient
sex: female
age: 67
service_date: 2026-05-04
text: |
  Knee pain. Hypertension.
codes:
  - {code: I10, evidence: [Hypertension]}
  - {code: "20610", evidence: [Knee pain]}
mentioned:
  - {code: E11.9, evidence: [pain]}
"""
KNOWN = {"I10", "E11.9"}


def _write(folder: Path, *files: str) -> Path:
    for number, content in enumerate(files):
        (folder / f"{number}.yaml").write_text(content, encoding="utf-8")
    return folder


def test_a_chart_has_its_encounter_and_codes_with_spans_of_its_text(tmp_path: Path) -> None:
    (chart,) = load_charts(_write(tmp_path, GOOD), KNOWN.__contains__)
    assert (chart.id, chart.title, chart.encounter.setting, chart.encounter.sex) == ("one", "Knee pain", Setting.OUTPATIENT, Sex.FEMALE)
    assert (chart.encounter.age, chart.encounter.service_date) == (67, date(2026, 5, 4))
    assert [label.ref.system for label in chart.codes] == [CodeSystem.ICD10CM, CodeSystem.CPT]
    ((span,),) = chart.codes[0].evidence
    assert chart.text[span.begin : span.end] == "Hypertension"
    assert chart.mentioned[0].ref.code == "E11.9"


def test_several_charts_stand_in_one_file(tmp_path: Path) -> None:
    charts = load_charts(_write(tmp_path, GOOD + "---\n" + GOOD.replace("id: one", "id: two")), KNOWN.__contains__)
    assert [c.id for c in charts] == ["one", "two"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: one\n", "", "0.yaml:1: a chart: field 'id' is missing"),
        ("title: Knee pain", "titel: Knee pain", "0.yaml:2: a chart: unknown field 'titel'"),
        ("setting: outpatient", "setting: clinic", "0.yaml:3: one: setting is 'clinic'"),
        ("sex: female", "sex: f", "0.yaml:4: one: sex is 'f'"),
        ("age: 67", "age: 670", "0.yaml:5: one: age is '670'"),
        ("2026-05-04", "4 May", "0.yaml:6: one: service_date '4 May'"),
        ("text: |\n  Knee pain. Hypertension.\n", "text: ''\n", "0.yaml:7: one: the text is empty"),
        ("[Hypertension]", "[Hypotension]", "0.yaml:10: one: codes: the evidence of I10"),
        ("code: I10", "code: I99", "0.yaml:10: one: codes: I99 is neither"),
        ("code: I10, ", "", "0.yaml:10: one: codes: field 'code' is missing"),
        ("mentioned:\n  - {code: E11.9, evidence: [pain]}", "mentioned: none", "0.yaml:12: one: mentioned must be a list"),
    ],
)
def test_each_kind_of_fault_is_named_with_file_and_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    _write(tmp_path, GOOD.replace(old, new))
    found = faults_of(tmp_path, lambda: load_charts(tmp_path, KNOWN.__contains__))
    assert any(fault.startswith(expected) for fault in found), found


def test_faults_of_all_files_come_at_once_and_a_chart_stands_once(tmp_path: Path) -> None:
    _write(tmp_path, GOOD, GOOD.replace("age: 67", "age: old"))
    found = faults_of(tmp_path, lambda: load_charts(tmp_path, KNOWN.__contains__))
    assert [f.split(";")[0] for f in found] == ["1.yaml:1: chart one stands twice", "1.yaml:5: one: age is 'old'"]


def test_a_procedure_must_be_in_the_catalogue_where_one_is_given(tmp_path: Path) -> None:
    _write(tmp_path, GOOD)
    assert load_charts(tmp_path, KNOWN.__contains__, procedures={CodeRef(CodeSystem.CPT, "20610")})
    found = faults_of(tmp_path, lambda: load_charts(tmp_path, KNOWN.__contains__, procedures=set()))
    assert len(found) == 1
    assert "20610" in found[0]
