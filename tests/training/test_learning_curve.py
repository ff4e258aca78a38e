import json

import pytest

from app.domain.errors import DataFaults
from training import cli, learning_curve, report, synth
from training.config import FitConfig, RankerConfig
from training.example_lines import write_jsonl
from training.progress import quiet

SMALL = FitConfig(folds=2, ranker=RankerConfig(iterations=10, leaves=8))


@pytest.fixture(scope="module")
def notes(terms):
    return list(synth.generate(terms.knowledge, seed=11, count=60))


@pytest.fixture(scope="module")
def curve(settings, terms, notes, tmp_path_factory):
    own = settings.model_copy(update={"state_dir": tmp_path_factory.mktemp("state")})
    found = learning_curve.learning_curve(notes[:40], notes[40:], [40, 20, 999], settings=own, terms=terms, config=SMALL, step=quiet)
    assert list((own.state_dir / "training").iterdir()) == []
    return found


def test_each_size_is_fitted_once_and_measured_on_the_same_others(curve):
    assert [point["documents"] for point in curve["points"]] == [20, 40]
    assert curve["documents"] == 20
    for point in curve["points"]:
        icd = point["systems"]["ICD-10-CM"]
        assert icd["f1_interval"][0] <= icd["f1"] <= icd["f1_interval"][1]


def test_a_part_is_within_the_next_and_holds_patients_whole(notes):
    order = learning_curve.in_order(notes, 1)
    assert sorted(e.id for e in order) == sorted(e.id for e in notes)
    assert [e.id for e in order] == [e.id for e in learning_curve.in_order(notes[::-1], 1)]
    assert [e.id for e in order] != [e.id for e in learning_curve.in_order(notes, 2)]


def test_a_report_shows_the_curve(curve, tmp_path):
    path = tmp_path / "curve.json"
    path.write_text(json.dumps(curve))
    shown = report.page(
        {"bundle": "b", "documents": 1, "trained_on": {}, "releases": {}, "unanswered": {}, "whole_charts_right": 0.0, "systems": {}}
        | {"learning_curve": learning_curve.load(path)}
    )
    assert "Learning curve" in shown
    assert shown.count("<svg") == len(curve["points"][-1]["systems"])
    assert "40 documents: F1" in shown


@pytest.mark.parametrize("text", ["", "[]", '{"points": [{"documents": 3}]}'])
def test_another_file_is_no_curve(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(DataFaults, match="no learning curve"):
        learning_curve.load(tmp_path / "x.json")


def test_documents_in_both_files_and_sizes_that_are_none_are_refused(notes, tmp_path, capsys):
    both = tmp_path / "x.jsonl"
    write_jsonl(both, notes[:5])
    files = ["--examples", str(both), "--measure", str(both), "--out", str(tmp_path / "c.json")]
    assert cli.run(["learning-curve", *files, "--sizes", "many"]) == cli.BAD_INPUT
    assert cli.run(["learning-curve", *files]) == cli.BAD_INPUT
    assert "is in training as" in capsys.readouterr().err
