"""Chance with a seed: the one source of randomness of the grammar."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice(random.Random):
    """A seeded generator with the few throws that the grammar makes."""

    def chance(self, probability: float) -> bool:
        """True with `probability`."""
        return self.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, all alike."""
        return items[int(self.random() * len(items))]

    def early(self, items: Sequence[T]) -> T:
        """One of the items, those that stand first more often: lists of wordings begin with the common ones."""
        return items[int(self.random() ** 2.5 * len(items))]

    def some(self, items: Sequence[T], low: int, high: int) -> list[T]:
        """`low` to `high` different items, fewer when there are fewer."""
        return self.sample(items, min(len(items), self.between(low, high)))

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + int(self.random() * (high - low + 1))


class Weighted(Generic[T]):
    """Items with weights, drawn in logarithmic time."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        self.items = tuple(items)
        self._sums = list(accumulate(weights))

    def __len__(self) -> int:
        return len(self.items)

    def draw(self, dice: Dice) -> T:
        """One item. The weights must not all be zero."""
        return dice.choices(self.items, cum_weights=self._sums)[0]
