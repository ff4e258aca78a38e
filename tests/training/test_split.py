import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import DataFaults
from training import cli, split
from training.examples import parse, read_jsonl
from training.faults import Faults, OnFault
from training.progress import quiet
from training.split import Document, Order
from training.split_files import split_files

START = datetime.fromisoformat("2026-01-01T00:00:00")
documents = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 60)), min_size=12, max_size=80).map(
    lambda rows: [Document(f"d{i}", f"p{patient}", START + timedelta(days=day)) for i, (patient, day) in enumerate(rows)]
)


def parts_of(docs, plan):
    return {name: [d for d, p in zip(docs, plan.parts, strict=True) if p == number] for number, name in enumerate(split.PARTS)}


@given(documents)
def test_by_time_no_patient_is_in_two_parts_and_every_part_is_later_than_the_one_before(docs):
    plan = split.by_time(docs, dev=0.2, test=0.2)
    parts = parts_of(docs, plan)
    patients = [{d.patient for d in part} for part in parts.values()]
    assert sum(map(len, patients)) == len(set().union(*patients))
    last = None
    for part in parts.values():
        if part:
            assert last is None or min(d.time for d in part) > last
            last = max(d.time for d in part)
    # What is left out is an earlier document of a patient who came again.
    for d, part in zip(docs, plan.parts, strict=True):
        if part == -1:
            assert any(e.patient == d.patient and e.time > d.time for e in docs)


@given(documents, st.integers(0, 99))
def test_by_chance_every_document_has_a_part_and_its_patient_only_one(docs, seed):
    plan = split.by_chance(docs, dev=0.2, test=0.2, seed=seed)
    of_patient = {}
    for d, part in zip(docs, plan.parts, strict=True):
        assert part >= 0
        assert of_patient.setdefault(d.patient, part) == part


@given(documents, st.integers(0, 99))
def test_by_chance_the_order_of_the_documents_does_not_matter(docs, seed):
    forward, backward = split.by_chance(docs, dev=0.2, test=0.1, seed=seed), split.by_chance(docs[::-1], dev=0.2, test=0.1, seed=seed)
    assert forward.parts == backward.parts[::-1]


def test_by_chance_the_shares_are_met_where_patients_are_small():
    docs = [Document(f"d{i}", f"p{i // 2}", None) for i in range(1000)]
    sizes = {name: len(part) for name, part in parts_of(docs, split.by_chance(docs, dev=0.1, test=0.2, seed=1)).items()}
    assert abs(sizes["test"] - 200) <= 2
    assert abs(sizes["dev"] - 100) <= 2


def test_patients_of_a_chain_of_pairs_become_one():
    docs = [Document(f"d{i}", f"p{i}", None) for i in range(5)]
    merged = split.as_one_patient(docs, [(3, 4), (0, 1), (1, 3)])
    assert [d.patient for d in merged] == ["p0", "p0", "p2", "p0", "p0"]


def row(number, patient, day, text):
    return json.dumps(
        {
            "id": f"n{number}",
            "group": patient,
            "time": (START + timedelta(days=day)).isoformat() if day is not None else None,
            "text": text,
            "codes": [],
        }
    )


def words(number, count=60):
    return " ".join(f"w{number}x{i}" for i in range(count))


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes.jsonl"
    lines = [row(i, f"p{i // 2}", i, words(i)) for i in range(40)]
    # The same note as the earliest one with a word changed, filed under another patient months later.
    lines[38] = row(38, "p-copy", 38, words(0).replace("w0x59", "changed"))
    lines[39] = row(39, "p-late", 39, words(39))
    path.write_text("\n".join(lines))
    return path


def run_split(path, out, **options):
    given = {"dev": 0.1, "test": 0.2, "order": None, "seed": 1, "together": True, "faults": Faults(), "on_fault": OnFault.STOP}
    return split_files([path], out, step=quiet, **(given | options))


def test_files_are_split_by_patient_then_time_and_copies_stay_together(notes, tmp_path):
    result = run_split(notes, tmp_path / "out")
    parts = {name: list(read_jsonl(tmp_path / "out" / f"{name}.jsonl")) for name in split.PARTS}
    assert result["order"] == "time"
    assert {name: part["documents"] for name, part in result["parts"].items()} == {name: len(part) for name, part in parts.items()}
    assert max(e.time for e in parts["train"]) < min(e.time for e in parts["dev"])
    assert max(e.time for e in parts["dev"]) < min(e.time for e in parts["test"])
    [pair] = result["near_duplicates"]["first"]
    assert (pair["document"], pair["other"]) == ("n38", "n0")
    assert pair["share"] > 0.7
    # The copy is the latest document of what now counts as one patient, so the two earlier ones are left out.
    assert "n38" in {e.id for e in parts["test"]}
    assert not {"n0", "n1"} & {e.id for part in parts.values() for e in part}
    assert result["left_out"] == 40 - sum(map(len, parts.values()))
    assert json.loads((tmp_path / "out" / "split.json").read_text()) == result


def test_nothing_of_an_example_is_lost_by_splitting(notes, tmp_path):
    run_split(notes, tmp_path / "out", order=Order.RANDOM)
    found = {e.id: e for name in split.PARTS for e in read_jsonl(tmp_path / "out" / f"{name}.jsonl")}
    assert found == {e.id: e for e in map(parse, notes.read_text().splitlines())}


def test_the_same_split_comes_out_again_and_another_seed_gives_another(notes, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run_split(notes, tmp_path / name, order=Order.RANDOM, seed=seed)
    a, b, c = ((tmp_path / name / "test.jsonl").read_text() for name in "abc")
    assert a == b != c


def test_documents_without_a_time_are_split_at_random_unless_time_is_asked_for(tmp_path):
    path = tmp_path / "notes.jsonl"
    path.write_text("\n".join(row(i, f"p{i}", None if i == 3 else i, words(i)) for i in range(20)))
    assert run_split(path, tmp_path / "out")["order"] == "random"
    with pytest.raises(DataFaults, match="1 documents have no time"):
        run_split(path, tmp_path / "other", order=Order.TIME)
    assert not (tmp_path / "other").exists()


def test_too_few_patients_are_refused(tmp_path):
    path = tmp_path / "notes.jsonl"
    path.write_text("\n".join(row(i, "p", i, words(i)) for i in range(20)))
    with pytest.raises(DataFaults, match="no document is left for train"):
        run_split(path, tmp_path / "out")


def test_the_command_says_what_went_where(notes, tmp_path, capsys):
    assert cli.run(["split", "--examples", str(notes), "--out", str(tmp_path / "out"), "--test", "0.2"]) == 0
    shown = capsys.readouterr().out
    assert "by time" in shown
    assert "test " in shown
    assert "1 pairs of different patients" in shown
    assert cli.run(["split", "--examples", str(notes), "--out", str(tmp_path / "o"), "--test", "0.6", "--dev", "0.5"]) == cli.BAD_INPUT
    assert cli.run(["split", "--examples", str(notes), str(notes), "--out", str(tmp_path / "o")]) == cli.BAD_INPUT
    assert cli.run(["split", "--examples", str(notes), "--examples", str(notes), "--out", str(tmp_path / "o")]) == cli.BAD_INPUT
    assert "more than one file" in capsys.readouterr().err
