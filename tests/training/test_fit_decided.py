"""What weights, refusals and a foundation do to a fit."""

import dataclasses

import numpy as np
import pytest

from app.classifier import phrases
from app.domain.code import CodeRef, CodeSystem
from app.domain.feedback import Rejection
from app.domain.note import TextSpan
from app.domain.review import RejectReason
from tests.classifier.test_phrases import COUGH, FEVER, read
from tests.training import world
from training import decisions, marked_terms
from training import fit as fitting
from training.progress import quiet
from training.work import Work

HISTORY = Rejection(RejectReason.HISTORY_ONLY)
WRONG = Rejection(RejectReason.WRONG_CODE)


def odds(labels, **given):
    notes = [read("high fever"), read("the fever"), read("a fever"), read("fever")]
    table = phrases.count(notes, labels, **given).table(np.ones(4, np.bool_), min_documents=2, min_odds=0.01, shrink=1.0)
    [candidate] = phrases.PhraseSource(table, min_odds=0.01).candidates(read("fever"), world.notes(1)[0].encounter)
    return candidate.matches[0].coverage


def test_a_phrase_believes_documents_by_their_weight():
    labels = [{FEVER}, {FEVER}, {COUGH} - {COUGH}, set()]
    assert odds(labels) == pytest.approx(2 / 5)
    assert odds(labels, weights=[2, 1, 1, 0.5]) == pytest.approx(3 / 5.5)


def test_a_document_that_left_a_code_out_for_another_reason_says_nothing_of_the_phrase():
    labels = [{FEVER}, {FEVER}, set(), set()]
    assert odds(labels, mute=[(), (), {FEVER}, {COUGH}]) == pytest.approx(2 / 4)
    assert odds(labels, mute=[(), (), {FEVER}, ()], weights=[1, 1, 3, 2]) == pytest.approx(2 / 5)


def test_a_marked_term_believes_weights_and_skips_those_that_are_mute():
    notes = [read("dry cough"), read("no cough"), read("a cough")]
    labels = [{COUGH: [[TextSpan(4, 9)]]}, {}, {}]

    def precision(**given):
        return marked_terms.count(notes, labels, **given).table(np.ones(3, np.bool_), shrink=1.0, prior=0.3).precision.tolist()

    assert precision() == pytest.approx([1.3 / 4])
    assert precision(weights=[2, 1, 1]) == pytest.approx([2.3 / 5])
    assert precision(mute=[(), {COUGH}, ()]) == pytest.approx([1.3 / 3])


def test_reasons_tell_what_the_words_mean_from_what_the_chart_needs():
    told = {reason: bool(decisions.mute({FEVER: Rejection(reason)})) for reason in RejectReason}
    assert {reason for reason, mute in told.items() if mute} == {
        RejectReason.RULED_OUT, RejectReason.HISTORY_ONLY, RejectReason.INTEGRAL, RejectReason.NOT_TREATED, RejectReason.NOT_PERFORMED,
    }  # fmt: skip


def rows(examples):
    return fitting.prepare(examples, world.tools(), world.SMALL, step=quiet, work=Work()).rows


def test_a_refused_code_counts_twice_and_an_audited_document_for_all_its_rows():
    examples = world.notes(8)
    refused = next(ref for ref in world.CODES if ref not in examples[0].labels and ref in {r for r, d in _pairs(rows(examples)) if d == 0})
    examples[0] = dataclasses.replace(examples[0], weight=2.0, rejected={refused: WRONG})
    weights = dict(zip(_pairs(rows(examples)), rows(examples).weight.tolist(), strict=True))
    assert {w for (ref, d), w in weights.items() if d == 0 and ref != refused} == {2.0}
    assert weights[refused, 0] == 4.0
    assert {w for (_, d), w in weights.items() if d > 0} == {1.0}


def _pairs(found):
    return list(zip(found.refs, found.document.tolist(), strict=True))


def test_weights_change_the_ranker_and_weights_of_one_change_nothing():
    examples = world.notes(24)
    plain = fitting.fit(examples, world.tools(), world.SMALL, step=quiet).parts
    same = fitting.fit([dataclasses.replace(e, weight=1.0) for e in examples], world.tools(), world.SMALL, step=quiet).parts
    heavy = fitting.fit(
        [dataclasses.replace(e, weight=1.0 + 4 * (i % 2)) for i, e in enumerate(examples)], world.tools(), world.SMALL, step=quiet
    ).parts
    np.testing.assert_array_equal(plain.ranker.value, same.ranker.value)
    assert plain.ranker.value.tolist() != heavy.ranker.value.tolist()


def test_a_foundation_teaches_the_ranker_and_neither_words_nor_frequencies_nor_confidence():
    site = world.notes(24)
    own = CodeRef(CodeSystem.ICD10CM, "Z99.9")
    foundation = [
        dataclasses.replace(e, id=f"f{e.id}", group=f"f{e.group}", foundation=True, weight=0.5, labels={own: ((TextSpan(0, 4),),)})
        for e in world.notes(10, seed=5)
    ]
    fitted = fitting.fit([*foundation, *site], world.tools(), world.SMALL, step=quiet)
    alone = fitting.fit(site, world.tools(), world.SMALL, step=quiet)
    assert own not in fitted.parts.priors
    assert own not in fitted.parts.marked.codes
    assert fitted.parts.phrases.codes == alone.parts.phrases.codes
    assert fitted.parts.priors == alone.parts.priors
    assert fitted.parts.ranker.value.tolist() != alone.parts.ranker.value.tolist()
