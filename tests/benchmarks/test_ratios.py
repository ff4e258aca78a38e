"""Ratios that hold on any machine: cost must not run away with the length of a note or with the number of codes known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app import assembly
from app.assembly import Terms
from app.domain.errors import BundleRefused
from app.nlp.words import SnowballWordReader
from app.settings import Settings
from tests.benchmarks import in_process
from tests.benchmarks.notes import charts, note_of_characters

ROUNDS, TRIES = 5, 3


def _kept(ratio: Callable[[], float], most: float) -> bool:
    """Whether one of TRIES stays within `most`: what else runs on the machine can make one try slow, but no slow program fast."""
    return any(ratio() <= most for _ in range(TRIES))


def test_a_long_note_costs_no_more_a_character_than_a_short_one(settings: Settings, terms: Terms) -> None:
    try:
        suggest = assembly.suggest_codes(settings, terms)
    except BundleRefused as error:
        pytest.skip(str(error))
    found = charts(settings.data_dir)
    assembly.settle()
    in_process.seconds_per_1k_characters(suggest, found, 5_000, rounds=1)

    def ratio() -> float:
        short = in_process.seconds_per_1k_characters(suggest, found, 5_000, rounds=ROUNDS)
        return in_process.seconds_per_1k_characters(suggest, found, 100_000, rounds=ROUNDS) / short

    assert _kept(ratio, 3)


def test_forty_times_the_codes_cost_far_less_than_forty_times_as_much(settings: Settings, terms: Terms) -> None:
    reader = assembly.note_reader(settings, terms.knowledge)
    found = charts(settings.data_dir)
    samples = [note_of_characters(found, 2_000, begin=5_003 * i) for i in range(20)]
    few, many = in_process.terms_by_codes(terms, SnowballWordReader(), [1_000]).values()
    assembly.settle()

    def ratio() -> float:
        costs = [in_process.retrieval_seconds(known, reader, samples, rounds=ROUNDS) for known in (few, many)]
        return costs[1] / costs[0]

    # Of a whole suggestion it is 1.5. What grows are the candidates: the more codes are known, the more of them the same words speak for.
    assert _kept(ratio, 7)
