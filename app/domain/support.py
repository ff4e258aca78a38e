"""Drugs, findings and laboratory values suggest a condition; only its statement codes it.

ICD-10-CM Official Guidelines I.A.19 and III.B: a code rests on the provider's statement that the condition exists, not on
a drug or an abnormal value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
        by_category: dict[str, list[CodeRef]] = defaultdict(list)
        for ref in word.refs:
            by_category[category(ref)].append(ref)
        if len(by_category) <= _MOST_CATEGORIES and by_category.keys().isdisjoint(stated):
            likeliest = min(by_category, key=lambda c: (-len(by_category[c]), c))
            spans[min(by_category[likeliest], key=lambda r: (len(r.code), not r.code.endswith("9"), r.code))].append(word.span)
    asked = sorted(spans, key=lambda ref: (-len(set(spans[ref])), ref))
    return [Question(ref, tuple(sorted(set(spans[ref])))) for ref in asked[:_MOST_QUESTIONS]]
