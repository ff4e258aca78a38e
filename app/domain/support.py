"""Drugs, findings and laboratory values suggest a condition; only its statement codes it.

ICD-10-CM Official Guidelines I.A.19 and III.B: a code rests on the provider's statement that the condition exists, not on
a drug or an abnormal value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from app.domain.code import CodeRef
from app.domain.note import TextSpan

CATEGORY = 3
# A word that goes with more categories than this asks for none of them.
_MOST_CATEGORIES = 4
_MOST_QUESTIONS = 3


class SupportWord(NamedTuple):
    """A word of the note that goes with these diagnoses."""

    span: TextSpan
    refs: frozenset[CodeRef]


class Question(NamedTuple):
    """A diagnosis that the words of a note suggest and no statement names."""

    ref: CodeRef
    spans: tuple[TextSpan, ...]


def category(ref: CodeRef) -> str:
    """The three-character category of a diagnosis."""
    return ref.code[:CATEGORY]


# The same words stand in many notes.
@lru_cache(maxsize=20_000)
def categories(refs: frozenset[CodeRef]) -> frozenset[str]:
    """The categories of the diagnoses of a word."""
    return frozenset(map(category, refs))


@lru_cache(maxsize=20_000)
def _likeliest(refs: frozenset[CodeRef]) -> CodeRef:
    """Of the diagnoses of a word the least specific one of the category with most of them."""
    by_category: dict[str, list[CodeRef]] = defaultdict(list)
    for ref in refs:
        by_category[category(ref)].append(ref)
    best = min(by_category, key=lambda c: (-len(by_category[c]), c))
    return min(by_category[best], key=lambda r: (len(r.code), not r.code.endswith("9"), r.code))


def supported(words: Iterable[SupportWord], stated: Collection[CodeRef]) -> Mapping[CodeRef, tuple[TextSpan, ...]]:
    """Of the diagnoses that a note states, the words that go with each."""
    found: dict[CodeRef, list[TextSpan]] = defaultdict(list)
    those = frozenset(stated)
    for word in words:
        for ref in word.refs & those:
            found[ref].append(word.span)
    return {ref: tuple(spans) for ref, spans in found.items()}


def questions(words: Sequence[SupportWord], stated: Collection[str]) -> list[Question]:
    """What to ask for: one diagnosis for each word that no stated category explains, the best supported first.

    `stated`: categories that the note states. Of the diagnoses of a word the category with most of them stands for it, by
    its least specific code.
    """
    spans: dict[CodeRef, list[TextSpan]] = defaultdict(list)
    for word in words:
        of_word = categories(word.refs)
        if len(of_word) <= _MOST_CATEGORIES and of_word.isdisjoint(stated):
            spans[_likeliest(word.refs)].append(word.span)
    asked = sorted(spans, key=lambda ref: (-len(set(spans[ref])), ref))
    return [Question(ref, tuple(sorted(set(spans[ref])))) for ref in asked[:_MOST_QUESTIONS]]
