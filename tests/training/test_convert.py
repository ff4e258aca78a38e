import pytest

from tests.training.sources import test_mimic_iv as mimic
from training import cli
from training.examples import read_jsonl

ROWS = "id,text,dx\n1,Gout,M109\n2,,I10\n3,Cough,R059\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text(ROWS)
    return path


def convert(*arguments):
    return cli.run(["convert", *map(str, arguments)])


def test_a_fault_stops_the_run_and_leaves_no_file(table, tmp_path, capsys):
    out = tmp_path / "out.jsonl"
    assert convert("csv", table, "--out", out, "--codes", "ICD-10-CM=dx") == cli.BAD_INPUT
    assert f"{table}:3:" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notes.csv"]


def test_a_run_that_skips_faults_writes_the_rest_and_says_how_many(table, tmp_path, capsys):
    out = tmp_path / "out.jsonl"
    assert convert("csv", table, "--out", out, "--codes", "icd-10-cm=dx", "--on-fault", "skip") == 0
    shown = capsys.readouterr()
    assert "2 documents" in shown.out
    assert "1 fault" in shown.err
    assert [e.id for e in read_jsonl(out)] == ["1", "3"]


def test_what_is_left_out_is_counted(tmp_path, capsys):
    folder = mimic.database(tmp_path / "m")
    assert convert("mimic-iv", folder, "--out", tmp_path / "out.jsonl") == 0
    assert "left out: 1 notes of stays without ICD-10 codes" in capsys.readouterr().err
    assert [e.group for e in read_jsonl(tmp_path / "out.jsonl")] == ["1", "1"]


@pytest.mark.parametrize("codes", ["dx", "SNOMED=dx", "ICD-10-CM="])
def test_codes_without_a_known_system_are_bad_input(table, tmp_path, codes):
    assert convert("csv", table, "--out", tmp_path / "o", "--codes", codes) == cli.BAD_INPUT
