import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.encounter import ANYWHERE
from app.domain.errors import DataFaults
from app.domain.note import ClinicalNote
from training import leakage
from training.example_lines import write_jsonl
from training.examples import TrainingExample
from training.faults import OnLeak
from training.near_duplicates import TextIndex


def prose(seed, count=120):
    dice = random.Random(seed)
    return " ".join(dice.choice("gout cough left right knee pain daily since denies mild severe therapy visit stable".split()) for _ in range(count))


def example(name, text, group=None):
    return TrainingExample(name, group or name, ClinicalNote(text), ANYWHERE, {})


def found(trained, measured):
    return leakage.leaks(trained, measured, lambda _: None)[0]


def test_a_text_with_a_few_words_changed_is_found_and_another_of_the_same_words_is_not():
    index = TextIndex()
    for seed in range(50):
        index.add(f"t{seed}", prose(seed))
    changed = prose(7).replace("severe", "mild", 1) + " Signed."
    [hit] = index.similar(changed.upper())
    assert hit.name == "t7"
    assert 0.7 <= hit.share < 1
    assert index.similar(prose(999)) == []


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_every_text_is_found_by_itself_first(text, other):
    index = TextIndex(0.5)
    index.add("other", other)
    index.add("text", text)
    assert index.similar(text)[0].share == 1


def test_documents_of_a_patient_or_a_text_of_training_are_leaks():
    trained = [example("a", prose(1), "p1"), example("b", prose(2), "p2"), example("c", prose(3))]
    measured = [example("d", prose(4), "p1"), example("e", prose(2) + " Addendum."), example("c", prose(5)), example("f", prose(6), "p9")]
    hits = found(trained, measured)
    assert [(leak.document, leak.trained, leak.kind) for leak in hits] == [("d", "a", "same patient"), ("e", "b", "nearly the same text")]


def test_leaks_are_refused_left_out_or_reported(tmp_path):
    path = tmp_path / "train.jsonl"
    write_jsonl(path, [example("a", prose(1)), example("b", prose(2))])
    measured = [example("x", prose(1)), example("y", prose(9))]

    def checked(on_leak, documents=measured):
        return leakage.checked([path], documents, on_leak, lambda _: None)

    with pytest.raises(DataFaults, match=r"'x' is in training as 'a'") as caught:
        checked(OnLeak.REFUSE)
    assert "--leaks leave-out" in str(caught.value)
    rest, figures = checked(OnLeak.LEAVE_OUT)
    assert [e.id for e in rest] == ["y"]
    assert (figures["training_documents"], figures["documents"], figures["done"]) == (2, 1, "leave-out")
    everything, figures = checked(OnLeak.REPORT)
    assert everything == measured
    assert figures["pairs"] == [{"document": "x", "trained": "a", "kind": "nearly the same text", "share": 1.0}]
    with pytest.raises(DataFaults, match="nothing is left"):
        checked(OnLeak.LEAVE_OUT, measured[:1])


def test_documents_that_training_has_not_seen_pass_whatever_is_to_be_done(tmp_path):
    path = tmp_path / "train.jsonl"
    write_jsonl(path, [example("a", prose(1))])
    rest, figures = leakage.checked([path], [example("y", prose(9))], OnLeak.REFUSE, lambda _: None)
    assert (len(rest), figures["documents"]) == (1, 0)
