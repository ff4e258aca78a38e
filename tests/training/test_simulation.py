"""A simulated site: the coder, what is measured, the history over fakes, the picture."""

import json
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import ANYWHERE
from app.domain.feedback import LabelOrigin
from app.domain.note import ClinicalNote
from app.domain.suggestion import Alternative, Status
from tests.api.fakes import suggest_codes
from tests.charts import CHEST, DM, HTN, INJECTION, KNEE, draft
from training import cli
from training.examples import TrainingExample
from training.progress import quiet
from training.simulation import held_out, picture, site
from training.simulation.coder import Kind, decide

OA, UNKNOWN = CodeRef(CodeSystem.ICD10CM, "M17.11"), CodeRef(CodeSystem.ICD10CM, "Z79.4")
REFS = (DM, HTN, KNEE, CHEST, INJECTION, OA, UNKNOWN)


def example(*refs, name="e", text="x"):
    return TrainingExample(name, name, ClinicalNote(text), ANYWHERE, dict.fromkeys(refs, ()))


@given(st.sets(st.sampled_from(REFS)))
def test_a_coder_without_errors_leaves_the_labels_and_every_change_is_one_edit(refs):
    made = draft()
    done, edits = decide(made, example(*refs), error=0.0, seed=1)
    assert set(done.labels) == refs
    suggested = {s.ref for s in made.having(Status.SUGGESTED)}
    shown = {s.ref for s in made.suggestions}
    counts = Counter(e.kind for e in edits)
    assert counts[Kind.REJECTED] == len(suggested - refs)
    assert counts[Kind.PICKED] == len(refs & (shown - suggested))
    assert counts[Kind.ADDED] == len(refs - shown)
    assert set(done.rejected) == suggested - refs
    assert all(done.labels[ref] for ref in refs & shown), "what was shown for a code is confirmed"
    assert done.origins == {ref: LabelOrigin.ACCEPTED if ref in shown else LabelOrigin.ADDED for ref in refs}


def test_a_code_of_the_same_category_replaces_the_wrong_one():
    made = draft()
    closer = replace(made, suggestions=tuple(replace(s, ref=CodeRef(CodeSystem.ICD10CM, "M17.12")) if s.ref == DM else s for s in made.suggestions))
    done, edits = decide(closer, example(HTN, INJECTION, OA), error=0.0, seed=1)
    assert [(e.kind, e.system) for e in edits] == [(Kind.REPLACED, CodeSystem.ICD10CM)]
    assert done.origins[OA] is LabelOrigin.REPLACED
    assert done.labels[OA]
    [rejection] = done.rejected.values()
    assert rejection.replaced_by == OA


def test_another_reading_of_the_words_replaces_the_wrong_code_whatever_its_category():
    made = draft()
    other = CodeRef(CodeSystem.ICD10CM, "E08.9")
    offered = replace(
        made, suggestions=tuple(replace(s, alternatives=(Alternative(other, "Other", 0.1),)) if s.ref == DM else s for s in made.suggestions)
    )
    for drafted, kinds in ((offered, [Kind.REPLACED]), (made, [Kind.REJECTED, Kind.ADDED])):
        assert [e.kind for e in decide(drafted, example(HTN, INJECTION, other), error=0.0, seed=1)[1]] == kinds


def test_errors_come_in_the_share_asked_for_and_the_same_again():
    documents = [example(DM, HTN, INJECTION, name=f"e{i}") for i in range(400)]
    wrong = [decide(draft(), e, error=0.2, seed=3)[0] for e in documents]
    assert wrong == [decide(draft(), e, error=0.2, seed=3)[0] for e in documents]
    kept = sum(len(e.labels) for e in wrong) / 1200
    assert 0.75 < kept < 0.85
    assert wrong != [decide(draft(), e, error=0.2, seed=4)[0] for e in documents]


TEXTS = ("Hypertension.", "Diabetes with neuropathy. Hypertension.", "Knee injection performed.", "Chest pain.", "Knee pain. Hypertension.", "Well.")


@pytest.fixture
def documents():
    labels = {"Hypertension": HTN, "Diabetes with neuropathy": CodeRef(CodeSystem.ICD10CM, "E11.40"), "Knee injection": INJECTION}
    return [
        example(*(ref for words, ref in labels.items() if words in text), name=f"d{i}", text=f"{text} Seen {i}.") for i, text in enumerate(TEXTS * 4)
    ]


def test_figures_of_held_out_documents(documents):
    found = held_out.measure(suggest_codes(), documents, site.Aim(), lambda _: None)
    figures = found["systems"]["ICD-10-CM"]
    assert figures["recall"] == 1.0
    assert figures["precision"] < 1.0
    assert figures["edits"]["rejected"] == figures["edits"]["total"] > 0
    assert found["edits"]["total"] == sum(s["edits"]["total"] for s in found["systems"].values())
    assert found["automated"] == {"codes": 0.0, "precision": None, "charts": 0.0}, "a dozen audited documents prove nothing"


class Fits:
    """Fits nothing, and remembers on what."""

    def __init__(self, fails_at=0):
        self.sizes, self._fails_at = [], fails_at

    def __call__(self, decided, step):
        self.sizes.append(len(decided))
        if self._fails_at == len(decided):
            raise KeyboardInterrupt
        return Path(f"bundle-{len(decided)}")


def run(documents, folder, fits):
    served = []

    def service(bundle):
        served.append(str(bundle))
        return suggest_codes()

    stage = site.Stage(service, fits, Path("default"))
    result = site.simulate(documents, documents[:6], site.Plan((6, 12)), stage, folder, step=quiet)
    return result, served


def test_a_history_codes_trains_and_serves_by_the_plan_with_either_worklist(documents, tmp_path):
    fits = Fits()
    result, served = run(documents, tmp_path, fits)
    assert served == ["default", "bundle-6", "bundle-12"] * 2 + ["bundle-12"]
    assert fits.sizes == [6, 12, 6, 12, 12]
    for history in result["histories"].values():
        assert [row["finalized"] for row in history] == [0, 6, 12]
        assert [row["while serving"] and row["while serving"]["charts"] for row in history] == [6, 6, None]
    json.dumps(result)


def test_a_run_that_was_killed_goes_on_with_its_round_and_ends_the_same(documents, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(documents, tmp_path / "a", Fits(fails_at=12))
    fits = Fits()
    resumed, served = run(documents, tmp_path / "a", fits)
    assert fits.sizes == [12, 6, 12, 12]
    assert served[0] == "bundle-6"
    whole, _ = run(documents, tmp_path / "b", Fits())
    assert resumed == whole


@pytest.fixture(autouse=True)
def folders(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()


def test_the_picture_is_one_file_that_loads_nothing(documents, tmp_path):
    result, _ = run(documents, tmp_path, Fits())
    drawn = picture.draw(result, "ICD-10-CM")
    root = ET.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert "<script" not in drawn
    assert "@import" not in drawn
    assert "style" not in drawn
    texts = " ".join(root.itertext())
    for label in ("as they arrive, 6 charts: F1", "worth most first, 12 charts: edits", "fitted on the labels", "edits of ICD-10-CM codes a chart"):
        assert label in texts
    assert all(0 <= float(c.get("cy")) <= float(root.get("height")) for c in root.iter() if c.tag.endswith("circle"))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(["--retrain", "many"], "--retrain is numbers"), (["--retrain", "9"], "names 9 charts"), (["--error", "0.9"], "error")],
)
def test_plans_that_can_t_be_are_refused(tmp_path, capsys, arguments, why):
    lines = [{"id": str(i), "text": "Gout.", "codes": [{"system": "ICD-10-CM", "code": "M10.9"}]} for i in range(3)]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, lines)))
    files = ["--examples", str(tmp_path / "x.jsonl"), "--measure", str(tmp_path / "x.jsonl"), "--out", str(tmp_path / "out")]
    assert cli.run(["simulate", *files, *arguments]) == cli.BAD_INPUT
    assert why in capsys.readouterr().err
