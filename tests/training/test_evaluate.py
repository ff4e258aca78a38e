import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.domain.bundle import BundleManifest
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting
from app.domain.errors import NoteTooLong
from app.domain.note import ClinicalNote, TextSpan
from app.domain.suggestion import CodingDraft, Status, Suggestion
from training import agreement, bootstrap, evaluate, figures, metrics, mistakes, outcomes, report
from training.answers import Answer, Said, answer_all
from training.example_lines import line
from training.examples import TrainingExample

ICD, CPT = CodeSystem.ICD10CM, CodeSystem.CPT
MANIFEST = BundleManifest("b1", 1, "", {"ICD-10-CM": "2026"}, "", {}, {"ICD-10-CM": 0.5}, {}, {"charts": 2}, {})
TEXT = "Gout and cough and asthma."


def ref(code):
    return CodeRef(CPT if code.isdigit() else ICD, code)


def said(code, confidence, status=None, rule="", span=(0, 4)):
    status = status or (Status.SUGGESTED if confidence >= 0.5 else Status.CANDIDATE)
    return Said(ref(code), confidence, status, (TextSpan(*span),), rule)


def answer(name, labels, *weighed, setting=Setting.OUTPATIENT):
    spans = {ref(c): ((TextSpan(0, 4),),) for c in labels}
    example = TrainingExample(name, name, ClinicalNote(TEXT), Encounter(setting), spans)
    return Answer(example, tuple(sorted(weighed, key=lambda s: (-s.confidence, s.ref))))


ANSWERS = [
    answer("a", ["M10.9", "R05.9"], said("M10.9", 0.9), said("M10.00", 0.8), said("R05.9", 0.3)),
    answer("b", ["I10"], said("I10", 0.7, span=(9, 14)), said("Z00.00", 0.2), setting=Setting.UNKNOWN),
    answer("c", ["J45.909", "99213"], said("J45.909", 0.95, Status.SUPPRESSED, "negated"), said("99213", 0.6), setting=Setting.EMERGENCY),
]


def random_answers(documents=40, seed=0):
    rng = np.random.default_rng(seed)
    codes = [f"{letter}{n:02}.{k}" for letter in "IJKM" for n in (10, 11) for k in range(4)]
    made = []
    for i in range(documents):
        labels = rng.choice(codes, rng.integers(0, 6), replace=False).tolist()
        weighed = []
        for code in rng.permutation(codes)[: rng.integers(0, len(codes))].tolist():
            p = round(float(np.clip(rng.normal(0.6 if code in labels else 0.25, 0.2), 0, 1)), 2)
            weighed.append(said(code, p, Status.SUPPRESSED if rng.random() < 0.05 else None))
        made.append(answer(f"d{i}", labels, *weighed))
    return made


def test_figures_of_three_documents_by_hand():
    result = evaluate.measure(ANSWERS, MANIFEST, trained={ref("I10"): 5})
    icd = result["systems"]["ICD-10-CM"]
    assert (icd["hits"], icd["suggested"], icd["wanted"]) == (2, 3, 4)
    assert icd["f1"] == pytest.approx(4 / 7)
    assert icd["category"]["f1"] == pytest.approx(2 * 2 / (2 + 4))
    assert icd["map"] == pytest.approx(((1 + 2 / 3) / 2 + 1 + 0) / 3)
    assert icd["candidate_recall"] == 1
    assert icd["right_but_not_shown"] == 1
    assert icd["precision_at_1"] == pytest.approx(2 / 3)
    assert icd["recall_at_3"] == pytest.approx(2 / 3)
    assert icd["first_listed"] == {"documents": 2, "right": 0.5}
    assert icd["evidence"] == {"pairs": 2, "overlapping": 0.5, "first_overlapping": 0.5}
    assert icd["exact_match"] == pytest.approx(1 / 3)
    assert icd["macro"]["f1"] == pytest.approx(2 / 4)
    assert icd["missed_because"] == {"below the threshold": 1, "kept back by negated": 1}
    assert [b["wanted"] for b in icd["by_training_frequency"]] == [3, 0, 1, 0, 0]
    assert [b["setting"] for b in icd["by_setting"]] == ["outpatient", "emergency", "unknown"]
    assert icd["confused"] == [{"label": "R05.9", "suggested": "M10.00", "documents": 1}]
    assert result["systems"]["CPT"]["f1"] == 1
    assert result["whole_charts_right"] == pytest.approx(1 / 3)
    json.dumps(result)


def test_systems_without_a_label_are_left_out():
    assert list(evaluate.measure(ANSWERS[:2], MANIFEST, trained={})["systems"]) == ["ICD-10-CM"]


def test_average_precision_as_arrays_agrees_with_the_plain_definition():
    answers = random_answers()
    o = outcomes.outcome(answers, ICD)
    ranked = {a.example.id: [s.ref for s in a.said if s.status is not Status.SUPPRESSED] for a in answers}
    wanted = {a.example.id: set(a.example.labels) for a in answers}
    assert figures.ranking(o)["map"] == pytest.approx(metrics.mean_average_precision(ranked, wanted, ICD))


def test_intervals_hold_their_figures_and_slices_add_up():
    answers = random_answers(80)
    result = evaluate.measure(answers, MANIFEST, trained={})["systems"]["ICD-10-CM"]
    assert result["f1_interval"][0] < result["f1"] < result["f1_interval"][1]
    assert result["map_interval"][0] < result["map"] < result["map_interval"][1]
    assert sum(row["wanted"] for row in result["by_setting"]) == result["wanted"]
    assert sum(row["pairs"] for row in result["reliability"]) == result["pairs"]
    assert result["best_f1"]["f1"] >= result["f1"]
    recalls = [recall for _, _, recall in result["curve"]]
    assert recalls == sorted(recalls)


@pytest.mark.parametrize("seed", range(3))
def test_figures_agree_with_the_independent_scorer(tmp_path, seed):
    scorer = Path(__file__).resolve().parents[3] / "shared" / "tools" / "score.py"
    if not scorer.is_file():
        pytest.skip("../shared/tools/score.py is not here")
    answers = random_answers(seed=seed)
    gold, out = tmp_path / "gold.jsonl", tmp_path / "out.jsonl"
    gold.write_text("".join(line(a.example) + "\n" for a in answers))
    rows = (
        {"id": a.example.id, "codes": [{"system": s.ref.system, "code": s.ref.code, "confidence": s.confidence, "status": s.status} for s in a.said]}
        for a in answers
    )
    out.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = subprocess.run([sys.executable, scorer, "labels", gold, out], capture_output=True, text=True, check=True)
    theirs = json.loads(run.stdout)
    ours = evaluate.measure(answers, MANIFEST, trained={})["systems"]["ICD-10-CM"]
    for name in ("precision", "recall", "f1", "map"):
        assert ours[name] == pytest.approx(theirs[name], abs=6e-5), name
    for name in ("precision", "recall", "f1"):
        assert ours["category"][name] == pytest.approx(theirs["category"][name], abs=6e-5), name
    assert ours["best_f1"]["f1"] == pytest.approx(theirs["best_f1"]["f1"], abs=6e-5)


def test_only_as_many_codes_as_a_batch_shows_are_ranked():
    many = answer("a", ["Z99.9"], *[said(f"A{i:02}.{k}", 0.4) for i in range(10) for k in range(10)], said("Z99.9", 0.1))
    o = outcomes.outcome([many], ICD)
    assert o.ranked.sum() == outcomes.SHOWN
    assert figures.ranking(o)["map"] == 0
    assert figures.ceiling(o) == {"candidate_recall": 1.0, "right_but_not_shown": 1}


def test_a_bundle_compared_with_itself_shows_no_difference_and_with_a_worse_one_a_gain():
    answers = random_answers(60)
    worse = [Answer(a.example, tuple(s for s in a.said if s.ref not in a.example.labels or s.ref.code < "K")) for a in answers]
    same = evaluate.compare(answers, answers)["ICD-10-CM"]
    assert same["f1_difference"] == {"mean": 0, "low": 0, "high": 0, "p": 1}
    assert same["exact_match_discordant"] == {"only_first": 0, "only_second": 0, "p": 1}
    gain = evaluate.compare(answers, worse)["ICD-10-CM"]
    assert gain["f1_difference"]["low"] > 0
    assert gain["map_difference"]["p"] < 0.01


def test_errors_quote_no_more_than_a_few_words():
    long = "word " * 100
    example = TrainingExample("a", "a", ClinicalNote(long), Encounter(), {ref("I10"): ((TextSpan(0, 400),),)})
    a = Answer(example, (Said(ref("J45.909"), 0.9, Status.SUGGESTED, (TextSpan(0, 450),), ""),))
    rows = [*mistakes.wrong([a], ICD, lambda _: ""), *mistakes.missed([a], ICD, lambda _: "")]
    assert [r["code"] for r in rows] == ["J45.909", "I10"]
    assert all(len(r["evidence"]) <= 60 for r in rows)
    assert rows[1]["why"] == "not found"


def test_siblings_taken_for_one_another_are_counted():
    a = answer("a", ["M10.9"], said("M10.00", 0.9))
    assert mistakes.confusions([a, a], ICD) == [{"label": "M10.9", "suggested": "M10.00", "documents": 2}]


def test_codes_about_the_same_words_are_taken_for_one_another_whatever_their_category():
    a = answer("a", ["M10.9"], said("E79.0", 0.9, span=(2, 6)), said("I10", 0.8, span=(9, 14)))
    assert mistakes.confusions([a], ICD) == [{"label": "M10.9", "suggested": "E79.0", "documents": 1}]


def test_chapters_and_bands_share_out_all_labels_and_pairs():
    answers = random_answers(60)
    trained = {ref(f"{letter}10.{k}"): 4 for letter in "IJ" for k in range(4)}
    result = evaluate.measure(answers, MANIFEST, trained=trained)["systems"]["ICD-10-CM"]
    assert [row["chapter"] for row in result["by_chapter"]] == ["I", "J", "K", "M"]
    for part in ("by_chapter", "by_training_frequency"):
        for figure in ("wanted", "suggested", "pairs"):
            assert sum(row[figure] for row in result[part]) == result[figure], (part, figure)
        brier = sum(row["brier"] * row["pairs"] for row in result[part]) / result["pairs"]
        assert brier == pytest.approx(result["brier"])
    [band] = [row for row in result["by_training_frequency"] if row["trained_on"] == "3-9"]
    assert band["codes"] == 8
    assert 0 < band["ece"] < 1


def test_two_bundles_that_err_alike_rarely_seem_to_differ_and_p_is_never_nought():
    rng = np.random.default_rng(5)
    wanted = rng.integers(1, 6, 50)

    def rows():
        hits = rng.binomial(wanted, 0.6)
        return np.array([hits, hits + rng.poisson(1.5, 50), wanted, rng.random(50), np.ones(50)], np.float64).T

    p = [bootstrap.differences(rows(), rows())[0].p for _ in range(15)]
    assert sum(value < 0.05 for value in p) <= 3
    better, worse = rows(), rows() * [0.1, 1, 1, 0.1, 1]
    assert 0 < bootstrap.differences(better, worse)[0].p < 0.01


def test_exact_documents_are_compared_by_those_on_which_the_two_differ():
    right = np.array([True] * 9 + [False])
    found = bootstrap.discordant(right, ~right)
    assert (found.only_first, found.only_second) == (9, 1)
    assert found.p == pytest.approx(2 * 11 / 1024)


def test_a_document_that_the_service_refuses_counts_as_answered_with_nothing():
    class Service:
        def __call__(self, request):
            if "Gout" in request.note.text:
                raise NoteTooLong(9, 1)
            suggestion = Suggestion(ref("I10"), "", 0.7, Status.SUGGESTED, ())
            return CodingDraft(request.encounter, "b", {}, (suggestion,))

    examples = [ANSWERS[0].example, TrainingExample("z", "z", ClinicalNote("HTN"), Encounter(), {ref("I10"): ()})]
    shares = []
    refused, fine = answer_all(Service(), examples, shares.append)
    assert refused.said == ()
    assert refused.fault == "note_too_long"
    assert [s.ref for s in fine.said] == [ref("I10")]
    assert shares == [0.5, 1.0]
    assert evaluate.measure([refused, fine], MANIFEST, trained={})["unanswered"] == {"note_too_long": 1}


def test_the_first_diagnosis_of_a_claim_counts_as_first_listed_and_not_the_most_confident():
    first = answer("a", ["M10.9", "R05.9"], said("M10.9", 0.6), said("R05.9", 0.9))
    assert agreement.first_listed([first], ICD)["right"] == 0
    assert agreement.first_listed([replace(first, diagnoses=(ref("M10.9"), ref("R05.9")))], ICD)["right"] == 1


def test_slices_of_documents_keep_their_own_pairs():
    answers = random_answers(20)
    o = outcomes.outcome(answers, ICD)
    chosen = np.arange(20) % 2 == 0
    part, rest = o.of(chosen), o.of(~chosen)
    assert len(part.confidence) + len(rest.confidence) == len(o.confidence)
    both = bootstrap.sums(part) + bootstrap.sums(rest)
    np.testing.assert_allclose(both, bootstrap.sums(o))


def test_nothing_said_gives_figures_of_nought():
    result = evaluate.measure([answer("a", ["I10"])], MANIFEST, trained={})["systems"]["ICD-10-CM"]
    assert (result["f1"], result["map"], result["ece"], result["curve"]) == (0, 0, 0, [])
    assert agreement.suggested(answer("a", ["I10"]), ICD) == []


def test_the_report_is_one_page_that_loads_nothing_and_escapes_what_it_shows(tmp_path):
    bad = '<script>alert("x")</script>'
    answers = [*random_answers(), answer(bad, ["I10"], said("M10.00", 0.99))]
    result = evaluate.measure(answers, MANIFEST, trained={})
    result["against"] = {"bundle": "b0", "systems": evaluate.compare(answers, answers)}
    path = report.write(tmp_path / "out", result)
    html = path.read_text()
    assert json.loads((tmp_path / "out" / "report.json").read_text()) == result
    assert bad not in html
    assert "&lt;script&gt;" in html
    assert not any(mark in html for mark in ("http://", "https://", "<script", "<link", "@import", "url("))
    icd = result["systems"]["ICD-10-CM"]
    assert html.count("<svg") == 2 + sum(row["pairs"] > 0 for row in icd["by_training_frequency"] + icd["by_chapter"])
    assert TEXT not in html


def test_the_summary_names_bundle_figures_and_comparison():
    result = evaluate.measure(ANSWERS, MANIFEST, trained={})
    result["against"] = {"bundle": "b0", "systems": evaluate.compare(ANSWERS, ANSWERS)}
    text = report.summary(result)
    assert "Bundle b1 on 3 documents" in text
    assert "ICD-10-CM" in text
    assert "against b0" in text
