import os
import signal
import subprocess
import sys
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest

from app import assembly
from app.domain.analysis import NoteAnalysis
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting
from app.domain.note import ClinicalNote
from app.terminology.chart_files import load_charts
from app.usecases.suggest_codes import merge
from tests.training import world
from training import fit as fitting
from training import note_codec, note_store, work
from training.examples import TrainingExample
from training.progress import quiet

ROOT = Path(__file__).resolve().parents[2]


def fit_in_a_process(folder, where="never"):
    command = [sys.executable, "-m", "tests.training.killed_fit", str(folder), where]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)


def test_a_killed_fit_goes_on_where_it_was_and_gives_the_same_bundle(tmp_path):
    undisturbed = fit_in_a_process(tmp_path / "a")
    name, read = undisturbed.stdout.split()
    assert read == "60", undisturbed.stderr
    killed = fit_in_a_process(tmp_path / "b", "note 33")
    assert killed.returncode == -signal.SIGKILL
    # Twenty notes had been kept: the second run begins with the twenty-first, and all sixty are kept when it dies.
    assert fit_in_a_process(tmp_path / "b", "Fitting the ranker").returncode == -signal.SIGKILL
    [run] = [path for path in (tmp_path / "b" / "state" / "training").glob("*/*") if path.is_dir()]
    finished = {path.name: path.stat().st_mtime_ns for path in run.iterdir() if not path.name.startswith(".")}
    assert {"phrases-0", "marked-0", "rows", "trees-0"} <= set(finished)
    last = fit_in_a_process(tmp_path / "b")
    assert last.stdout.split() == [name, "0"], last.stderr
    for path, time in finished.items():
        assert (run / path).stat().st_mtime_ns == time, path


def test_notes_kept_before_the_kill_are_not_read_again(tmp_path):
    assert fit_in_a_process(tmp_path, "note 33").returncode == -signal.SIGKILL
    assert fit_in_a_process(tmp_path).stdout.split()[1] == "40"


def test_other_documents_settings_or_terms_are_another_run(tmp_path):
    examples = world.notes(6)

    def folder_of(examples, config="c", knowledge="k"):
        return work.open_work(tmp_path, examples, config=config, knowledge=knowledge)._run

    base = folder_of(examples)
    assert folder_of(examples) == base
    assert folder_of(examples[1:]) != base
    assert folder_of(examples, config="other") != base
    assert folder_of(examples, config="other").parent == base.parent, "runs on the same terms share the notes they read"
    assert folder_of(examples, knowledge="other").parent != base.parent


def test_work_that_is_done_leaves_nothing_of_the_notes(tmp_path):
    examples = world.notes(12)
    first, second = (work.open_work(tmp_path, examples, config=c, knowledge="k") for c in "ab")
    fitting.fit(examples, world.tools(), world.SMALL, step=quiet, work=first)
    assert first._run.parent.stat().st_mode & 0o077 == 0, "the notes of patients are for their owner's eyes alone"
    first.forget()
    assert [p.name for p in (tmp_path / "training").glob("*/*") if p.is_dir()] == [second._run.name]
    second.forget()
    assert list((tmp_path / "training").iterdir()) == []


def test_work_that_nobody_went_on_with_is_removed(tmp_path):
    old = work.open_work(tmp_path, [], config="c", knowledge="old")._run.parent
    for path in (old, *old.rglob("*")):
        os.utime(path, (0, 0))
    work.open_work(tmp_path, [], config="c", knowledge="new")
    assert not old.exists()


def test_a_stage_is_computed_once_and_read_from_disk(tmp_path):
    calls = []

    def compute():
        calls.append(1)
        return {"x": np.arange(300_000), "names": np.array(["a", "b"])}

    kept = work.Work(tmp_path, "run")
    first, second = kept.arrays("s", compute), work.Work(tmp_path, "run").arrays("s", compute)
    assert len(calls) == 1
    assert isinstance(second["x"], np.memmap)
    for name, values in first.items():
        np.testing.assert_array_equal(values, second[name])


def test_tables_come_back_as_they_were_and_empty_ones_too(tmp_path):
    @dataclass(frozen=True)
    class Table:
        values: np.ndarray
        count: int
        codes: tuple

    kept = work.Work(tmp_path, "run")
    for name, table in (("a", Table(np.arange(3, dtype=np.uint64), 7, (CodeRef(CodeSystem.CPT, "94010"),))), ("b", Table(np.zeros(0), 0, ()))):
        for back in (kept.table(name, Table, lambda table=table: table), kept.table(name, Table, lambda: None)):
            assert (back.count, back.codes, back.values.dtype) == (table.count, table.codes, table.values.dtype)
            np.testing.assert_array_equal(back.values, table.values)


def test_a_stage_that_fails_leaves_nothing_and_is_computed_anew(tmp_path):
    kept = work.Work(tmp_path, "run")

    def fails():
        raise RuntimeError

    with pytest.raises(RuntimeError):
        kept.arrays("s", fails)
    assert list((tmp_path / "run").iterdir()) == []
    assert kept.arrays("s", lambda: {"x": np.ones(2)})["x"].tolist() == [1, 1]


def test_blocks_are_joined_in_order_and_let_go():
    rng = np.random.default_rng(0)
    blocks = [rng.random((n, 3)).astype(np.float32) for n in (2, 0, 5, 1)]
    expected = np.concatenate(blocks)
    np.testing.assert_array_equal(work.joined(blocks), expected)
    assert blocks == []


def test_a_note_comes_back_as_it_was_read(settings, terms):
    reader, sources = assembly.note_reader(settings, terms.knowledge), assembly.untrained_sources(settings, terms)
    procedures = {p.ref for p in terms.knowledge.procedures}
    charts = load_charts(settings.data_dir / "charts", lambda code: assembly.is_billable(terms.catalog, code), procedures=procedures)[:25]
    scopes = expansions = 0
    for chart in charts:
        analysis = reader.read(ClinicalNote(chart.text))
        found = merge(source.candidates(analysis, chart.encounter) for source in sources)
        back, again = note_codec.decode(note_codec.encode(analysis, found))
        assert back == analysis
        assert again == found
        scopes, expansions = scopes + len(analysis.scopes), expansions + len(analysis.expansions)
    assert scopes
    assert expansions


def test_every_field_of_a_note_is_kept():
    assert {f.name for f in fields(NoteAnalysis) if f.init} == set(note_codec._Line._fields) - {"candidates"}


def test_notes_are_kept_by_what_reading_depends_on():
    text = "Gout and cough."
    outpatient, inpatient = (TrainingExample(s, "g", ClinicalNote(text), Encounter(s), {}) for s in (Setting.OUTPATIENT, Setting.INPATIENT))
    twin = TrainingExample("twin", "g", ClinicalNote(text), Encounter(Setting.INPATIENT), {})
    read = []

    def reader(example):
        read.append(example.id)
        return world.LineReader().read(example.note), []

    store = note_store.NoteStore()
    store.read([outpatient, inpatient, twin], reader, lambda _: None)
    assert len(read) == 2
    column = note_store.analyses(store)
    assert len(column) == 3
    assert [a.note.text for a in column] == [text] * 3
    assert [len(column[1:]), len(column.of([2, 0]))] == [2, 2]
