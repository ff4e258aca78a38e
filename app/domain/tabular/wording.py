"""Which leaves of a heading the words of a note support."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.domain.tabular.tabular import Tabular

_WORD = re.compile(r"[a-z]{3,}|\d+")
_EMPTY = frozenset("the and with without for from other not elsewhere classified specified unspecified due encounter initial subsequent".split())


def best_leaves(tabular: Tabular, leaves: Sequence[str], words: str) -> tuple[str, ...]:
    """The leaves whose titles share most with `words`, beyond what all leaves share; all of them where no word tells them apart.

    Of several alike the unspecified one is taken: the words say no more.
    """
    said = set(_WORD.findall(words.lower()))
    titles = {leaf: _of(tabular, leaf) for leaf in leaves}
    if not titles:
        return ()
    shared = set.intersection(*(set(t) for t in titles.values()))
    score = {leaf: sum(1 if word in said else -0.25 for word in title - shared) for leaf, title in titles.items()}
    hits = {leaf: sum(word in said for word in title - shared) for leaf, title in titles.items()}
    if len(leaves) > 1 and not any(hits.values()):
        return tuple(leaves)
    top = max(score.values())
    return tuple(leaf for leaf in leaves if score[leaf] == top)


def _of(tabular: Tabular, leaf: str) -> set[str]:
    code = tabular.find(leaf)
    return set() if code is None else set(_WORD.findall(code.title.lower())) - _EMPTY
