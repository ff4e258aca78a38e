"""Figures over REST: what a manager gets of a few charts, as JSON and as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from app.api.schemas.dashboards import as_csv
from app.domain.figures import Figure, FigureColumn, FigureName, Unit
from app.domain.people import MATRIX, Permission, Reach, Role
from tests.workflow.audited import auditor_of, drawn, finalized, item_path, line, put
from tests.workflow.operations import DASHBOARDS

PATH = "/v1/dashboards"


@pytest.fixture(scope="module")
def filled(desk):
    """Two charts of one coder, one with a rejected code, audited blind with one error."""
    coder, auditor = desk.user("counted"), auditor_of(desk)
    finalized(desk, coder)
    finalized(desk, coder, leave="20610")
    sample = drawn(auditor, "counted", blind=True)
    for number in (1, 2):
        path = item_path(sample, number)
        done = put(auditor, path, "codes", {"codes": [line("I10"), line("E11.40")], "hand_in": True}).json()
        errors = [{k: d[k] for k in ("system", "code", "category", "grade")} for d in done["differences"]]
        assert put(auditor, path, "judgement", {"codes": [line("I10"), line("E11.40")], "errors": errors}).status_code == 200
    return desk.user("the-manager", Role.MANAGER)


def figure(client, name, **wanted):
    response = client.get(f"{PATH}/{name}", params={"coder": "counted", **wanted})
    assert response.status_code == 200, response.text
    return response.json()


def rows(found):
    return [dict(zip([c["name"] for c in found["columns"]], row, strict=True)) for row in found["rows"]]


def test_a_manager_sees_what_was_done(filled):
    (day,) = rows(figure(filled, "throughput"))
    assert day["charts"] == 2
    (effort,) = rows(figure(filled, "effort"))
    assert effort == {"coder": "counted", "charts": 2, "median seconds": 95, "charts timed": 2, "edits per chart": 0.5, "charts without an edit": 0.5}
    by_code = {r["code"]: r for r in rows(figure(filled, "acceptance"))}
    assert {code: (r["suggested"], r["accepted"]) for code, r in by_code.items()} == {"I10": (2, 2), "E11.40": (2, 2), "20610": (2, 1)}
    assert by_code["I10"]["from"] < by_code["I10"]["accepted share"] == by_code["I10"]["to"] == 1
    assert {r["confidence"]: (r["suggested"], r["accepted"]) for r in rows(figure(filled, "bands"))} == {"0.8 to 0.9": (2, 1), "0.9 to 1.0": (4, 4)}
    calibration = figure(filled, "calibration")
    assert rows(calibration)[0]["gap"] == pytest.approx(0.5 - 0.88)
    expected = (2 * 0.38 + 4 * (1 - (0.973 + 0.94) / 2)) / 6
    assert {s["name"]: s["value"] for s in calibration["summary"]}["expected calibration error"] == pytest.approx(expected)


def test_a_manager_sees_how_program_coder_and_auditor_agree(filled):
    model, auditor = rows(figure(filled, "agreement"))
    assert (model["charts"], model["both"], model["only the first"], model["only the second"], model["neither"]) == (2, 5, 1, 0, 4)
    assert (auditor["charts"], auditor["both"], auditor["only the first"], auditor["only the second"], auditor["neither"]) == (2, 4, 1, 0, 5)
    assert 0 < auditor["kappa"] < 1
    coder, whole = rows(figure(filled, "accuracy"))
    assert (coder["coder"], coder["sample"], coder["charts"], coder["charts without error"], coder["codes"], coder["agreed"]) == (
        "counted", "rule", 2, 0.5, 5, 4,
    )  # fmt: skip
    assert whole["accuracy"] == coder["accuracy"] == 0.8
    assert {r["code"]: r["accuracy"] for r in rows(figure(filled, "accuracy-by-code"))} == {"I10": 1, "E11.40": 1, "20610": 0}
    assert {r["category"]: r["critical"] for r in rows(figure(filled, "errors")) if r["critical"]} == {"unsupported": 1}


@pytest.mark.parametrize("name", list(FigureName), ids=lambda n: n.value)
def test_every_figure_has_a_csv_that_says_the_same_and_an_empty_form(filled, name):
    found = figure(filled, name.value)
    response = filled.get(f"{PATH}/{name.value}/csv", params={"coder": "counted"})
    assert response.headers["content-type"].startswith("text/csv")
    assert f'filename="{name.value}.csv"' in response.headers["content-disposition"]
    head, *body = csv.reader(io.StringIO(response.text))
    assert head == [c["name"] for c in found["columns"]]
    assert body == [["" if cell is None else str(cell) for cell in row] for row in found["rows"]]
    empty = figure(
        filled, name.value, coder="nobody-of-this-name", bundle="none", setting="inpatient", day_from="2001-01-01", day_before="2001-01-02"
    )
    assert all(len(row) == len(empty["columns"]) for row in empty["rows"])


def test_a_csv_holds_nothing_that_a_spreadsheet_would_run():
    column = FigureColumn("coder", Unit.TEXT)
    text = as_csv(Figure(FigureName.EFFORT, "", "", (column, column), (("=cmd|x", "-1"), ("ann", -1))))
    assert text == "coder,coder\r\n'=cmd|x,'-1\r\nann,-1\r\n"


def test_a_time_that_ends_before_it_begins_is_refused(filled):
    refused = filled.get(f"{PATH}/throughput", params={"day_from": "2026-05-02", "day_before": "2026-05-02"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_filter")
    assert filled.get(f"{PATH}/nothing").status_code == 422


def test_what_there_is_to_filter_by(filled):
    found = filled.get(PATH).json()
    assert found["figures"] == list(FigureName)
    assert "counted" in found["coders"]
    assert "fa4e000000000001" in found["bundles"]


@pytest.mark.parametrize("role", list(Role), ids=lambda r: r.value)
def test_each_role_gets_the_documented_status(desk, role):
    client = desk.machine("only-integration") if role is Role.INTEGRATION else desk.user(f"only-{role.value}".replace("_", "-"), role)
    expected = 200 if MATRIX[role].get(Permission.DASHBOARDS, Reach.NONE) is not Reach.NONE else 403
    for name in DASHBOARDS:
        path = name.split(" ")[1].replace("{figure}", "throughput")
        assert client.get(path).status_code == expected, name
        assert desk.client().get(path).status_code == 401
