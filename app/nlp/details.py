"""Reads what a note says of the services in it: sizes, lengths, numbers, views, minutes, doses, and words that tell codes of a family apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from app.domain.analysis import NoteAnalysis
from app.domain.family import Detail
from app.domain.note import TextSpan, lowered
from app.nlp.anesthesia import anesthesia_details

_NUMBERS = {w: float(i) for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())} | {
    "single": 1.0,
    "a": 1.0,
}
_N = r"(?:\d+(?:\.\d+)?|\.\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|single)"
_CM = r"(?P<unit>cm|centimeters?|mm|millimeters?|inch(?:es)?)\b"
# "A 22 g needle" is 22 gauge wide.
_BORE = r"[\s,-]*(?:[x\u00d7]\s?\d|(?:\d[\d./-]*[\s-]*inch(?:es)?\s+)?(?:needle|butterfly|angiocath|catheter|spinal|tuohy|quincke|cannula|huber))"
_COUNTED = (
    r"lesions?|aks?|(?:actinic |seborrheic )?keratos[ei]s|warts?|verruca\w*|condyloma\w*|(?:skin |acro)?tags?|acrochordons?|"
    r"biops(?:y|ies)|nails?|toenails|"
    r"corns?|callus(?:es)?|polyps?|cysts?|abscess(?:es)?|nev(?:us|i)|moles?|spots?|sites?|stages?|levels?|molluscum|papules?|vaccines?|components?|"
    r"fetus(?:es)?|nodules?|punch(?:es)?|muscles?|injections?|vessels?"
)
_COUNTS_OF_THEIR_OWN = ("muscles", "vaccines", "components")
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("margin", rf"(?P<n>{_N})[\s-]*{_CM}[\s-]*(?:clinical |surgical |clear |normal |of )*margins?"),
        ("margin", rf"margins?(?: of| was| were| measuring|:)*(?: approximately| about)? (?P<n>{_N})[\s-]*{_CM}"),
        ("excised", rf"(?:excised|excision|total|final) (?:diameter|size|defect)(?: of| was|:)*(?: approximately| about)? (?P<n>{_N})[\s-]*{_CM}"),
        ("area", rf"(?P<n>{_N})\s*(?:sq\.?|square)[\s-]*(?:cm|centimeters?)|(?P<n2>{_N})\s*cm\s?(?:2|\u00b2|\^2)(?!\d)"),
        ("measure", rf"(?P<n>{_N})\s*(?:cm|mm)?\s*(?:x|by|\u00d7)\s*(?P<m>{_N})(?:\s*(?:cm|mm)?\s*(?:x|by|\u00d7)\s*{_N})?[\s-]*{_CM}"),
        (
            "measure",
            rf"(?P<n>{_N})[\s-]*{_CM}(?!\s*(?:deep|in depth|from|above|below|distal|proximal|lateral|medial|inferior|superior|margin|of depth))",
        ),
        ("views", rf"(?P<n>{_N})[\s-]*(?:radiographic |x-?ray )?(?:views?|images|projections?)\b|\b(?P<n2>\d)v\b"),
        ("count", rf"(?P<n>{_N}|\d+)\s+(?:[a-z]+[\s-]+){{0,3}}?(?:{_COUNTED})\b"),
        (
            "count",
            r"\s(?<![\d.]\s)[x\u00d7]\s?(?P<n>\d{1,2})\b(?!\s*(?:\.\d|[x\u00d7]|cm|mm|mg|ml|d\b|days?|w(?:ee)?ks?|mo|months?|y(?:ea)?rs?|h(?:ou)?rs?|min|hpf))",
        ),
        (
            "strength",
            (
                rf"(?P<n>{_N}|\d{{1,3}}(?:,\d{{3}})+)\s*-?(?P<unit>million units|mcg|mg|grams?|gm|g|units?|iu|meq)"
                r"\s*(?:/|per)\s*(?P<ml>\d+(?:\.\d+)?|\.\d+)?\s*-?(?:ml|cc)\b"
            ),
        ),
        (
            "dose",
            (
                rf"(?P<n>(?:\d+ )?[1-3]/[2-4]|{_N}|\d{{1,3}}(?:,\d{{3}})+)\s*-?"
                r"(?P<unit>million units|mcg|mg|grams?|gm|g|units?|iu|meq|ml|cc|liters?|l)\b"
                rf"(?!\s*/)(?!{_BORE})"
            ),
        ),
        ("minutes", rf"(?P<h>{_N})[\s-]*(?:hours?|hrs?)(?:\s*(?:and|,)?\s*(?P<n>{_N})[\s-]*min(?:ute)?s?)?\b"),
        ("minutes", rf"(?P<n>{_N})[\s-]*min(?:ute)?s?\b"),
        (
            "clock",
            (
                r"\b(?P<h>[01]?\d|2[0-3]):?(?P<n>[0-5]\d)\s*(?P<a>am|pm)?\s*"
                r"(?:to|until|-|\u2013|through|, ?(?:stop|end)(?:ped|ed)?(?: at)?:?)\s*"
                r"(?P<h2>[01]?\d|2[0-3]):?(?P<m>[0-5]\d)\s*(?P<b>am|pm)?\b"
            ),
        ),
    )
)
_VIEWS = (
    (1.0, r"\b(?:one|single)[- ]view|\bportable\b|\bap (?:chest|portable)\b"),
    (3.0, r"\b(?:ap|pa),? (?:and )?lat(?:eral)?,? (?:and |& )?(?:oblique|mortise|sunrise|odontoid|merchant|internal oblique)s?\b"),
    (2.0, r"\b(?:ap|pa)(?: and | ?& ?| ?/ ?| ?, ?)lat(?:eral)?\b|\bfrontal and lateral\b"),
)
_VIEW_PATTERNS = tuple((value, re.compile(pattern, re.IGNORECASE)) for value, pattern in _VIEWS)


_WORD = re.compile(r"\w+")
_WORDS = re.compile(r"(\w+)")
# Every place where a number may begin: tried there alone, patterns that begin with one need not be tried at every character.
_FIGURE_BEGINS = re.compile(r"\d|\.(?=\d)")
_NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve single".split()
_BEGIN_WITHOUT_NUMBER = frozenset(pattern for name, pattern in _PATTERNS if pattern.pattern.startswith(("margins?", "(?:excised", r"\s")))
# These may begin amid figures, where nothing begins that takes as many figures as there are.
_BEGIN_AMID = frozenset(pattern for name, pattern in _PATTERNS if name in ("strength", "dose", "clock"))
# What every wording of a pattern holds one of: without it the pattern need not be tried.
_UNITS = ("cm", "centim", "mm", "millim", "inch")
_NEEDS = {
    "margin": ("margin",),
    "excised": ("diameter", "size", "defect"),
    "area": ("sq", "cm"),
    "measure": _UNITS,
    "views": ("view", "image", "projection", "0v", "1v", "2v", "3v", "4v", "5v", "6v", "7v", "8v", "9v"),
    "minutes": ("min", "hour", "hr"),
    "strength": ("ml", "cc"),
}
_VIEW_NEEDS = {1.0: ("view", "portable", "ap chest"), 2.0: ("lat",), 3.0: ("lat",)}


class DetailReader:
    """Details of services in a note. `words`: dimension → value → wordings. Cost is linear in the length of the note."""

    def __init__(self, words: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        self._words: list[tuple[str, re.Pattern[str], dict[str, str]]] = []
        self._by_first_word: dict[str, list[int]] = {}
        for dimension, values in words.items():
            meaning = {wording.lower(): value for value, wordings in values.items() for wording in wordings}
            longest = sorted(meaning, key=len, reverse=True)
            pattern = "|".join(re.escape(w).replace(r"\ ", r"[\s-]+") for w in longest)
            for first in {_first_word(wording) for wording in longest}:
                self._by_first_word.setdefault(first, []).append(len(self._words))
            self._words.append((dimension, re.compile(rf"(?<![\w])(?:{pattern})(?![\w])", re.IGNORECASE), meaning))

    def read(self, analysis: NoteAnalysis) -> list[Detail]:
        """What the note affirms, in the order of the text; measures in cm, cm\u00b2 and minutes."""
        text = analysis.note.text
        return _affirmed([*self._said(text), *_measured(text), *anesthesia_details(text)], analysis)

    def words(self, analysis: NoteAnalysis) -> list[Detail]:
        """The same without measures and numbers."""
        return _affirmed(list(self._said(analysis.note.text)), analysis)

    def _said(self, text: str) -> Iterator[Detail]:
        read_to = [0] * len(self._words)
        by_first_word = self._by_first_word
        words, begins = _words_of(text)
        for i in [i for i, word in enumerate(words) if word in by_first_word]:
            for number in by_first_word[words[i]]:
                dimension, pattern, meaning = self._words[number]
                match = pattern.match(text, begins[i]) if begins[i] >= read_to[number] else None
                if match is None:
                    continue
                read_to[number] = match.end()
                wording = re.sub(r"[\s-]+", " ", match[0].lower())
                value = meaning.get(wording) or meaning.get(match[0].lower())
                if value is not None:
                    yield Detail(dimension, value, TextSpan(match.start(), match.end()))


# Two readers look at each note.
@lru_cache(maxsize=4)
def _words_of(text: str) -> tuple[list[str], list[int]]:
    """The words in lower case, and where each begins."""
    pieces = _WORDS.split(text)
    return list(map(str.lower, pieces[1::2])), list(accumulate(map(len, pieces)))[0:-1:2]


def _affirmed(found: list[Detail], analysis: NoteAnalysis) -> list[Detail]:
    found.sort(key=lambda d: (d.span.begin, d.span.end, d.dimension))
    return [d for d in found if analysis.assertion_of(d.span, service=True).affirmed]


def _first_word(wording: str) -> str:
    word = _WORD.match(wording)
    if word is None:
        raise ValueError(f"{wording!r} doesn't begin with a letter or digit, so it would never be found")
    return word[0]


class Numbers(NamedTuple):
    """Every place where a number may begin, in figures or in words, also amid figures; and those that are not amid figures."""

    every: list[int]
    whole: list[int]


def number_begins(text: str) -> Numbers:
    """The places, in the order of the text."""
    begins = [found.start() for found in _FIGURE_BEGINS.finditer(text)]
    lower = lowered(text)
    for word in _NUMBER_WORDS:
        at = lower.find(word)
        while at >= 0:
            begins.append(at)
            at = lower.find(word, at + 1)
    begins.sort()
    return Numbers(begins, [at for at in begins if not (at and text[at - 1].isdecimal() and text[at].isdecimal())])


def _matches(pattern: re.Pattern[str], text: str, numbers: Numbers) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` finds, tried only where a number begins if the pattern begins with one."""
    if pattern in _BEGIN_WITHOUT_NUMBER:
        yield from pattern.finditer(text)
        return
    read_to = 0
    for begin in numbers.every if pattern in _BEGIN_AMID else numbers.whole:
        match = pattern.match(text, begin) if begin >= read_to else None
        if match is not None:
            read_to = match.end()
            yield match


def _measured(text: str) -> Iterator[Detail]:
    taken: list[tuple[int, int]] = []
    numbers = number_begins(text)
    lower = lowered(text)

    def lacks(needs: Sequence[str]) -> bool:
        return bool(needs) and not any(need in lower for need in needs)

    lacking = {name for name, needs in _NEEDS.items() if lacks(needs)}
    for name, pattern in _PATTERNS:
        if name in lacking:
            continue
        for match in _matches(pattern, text, numbers):
            begin, end = match.span()
            begin += len(match[0]) - len(match[0].lstrip())
            if name in ("measure", "count", "dose", "minutes") and any(b < end and begin < e for b, e in taken):
                continue
            if name in ("margin", "excised", "area", "measure", "strength", "clock", "minutes", "views"):
                taken.append((begin, end))
            yield from _READERS.get(name, _plain)(name, match, TextSpan(begin, end))
    for views, pattern in _VIEW_PATTERNS:
        for match in () if lacks(_VIEW_NEEDS[views]) else pattern.finditer(text):
            if not any(b < match.end() and match.start() < e for b, e in taken):
                taken.append(match.span())
                yield Detail("views", views, TextSpan(*match.span()))


def _number(word: str) -> float:
    if "/" in word:
        whole, _, part = word.rpartition(" ")
        over, under = part.split("/")
        return float(whole or 0) + int(over) / int(under)
    return _NUMBERS[word.lower()] if word.lower() in _NUMBERS else float(word.replace(",", ""))


def _cm(number: float, unit: str) -> float:
    return number / 10 if unit.lower().startswith("m") else number * 2.54 if unit.lower().startswith("inch") else number


def _plain(name: str, match: re.Match[str], span: TextSpan) -> Iterator[Detail]:
    groups = match.groupdict()
    word = groups.get("n") or groups.get("n2")
    if word:
        yield Detail(name, _number(word), span)


def _count(name: str, match: re.Match[str], span: TextSpan) -> Iterator[Detail]:
    noun = match[0].split()[-1].lower()
    own = next((own for own in _COUNTS_OF_THEIR_OWN if noun.startswith(own[:-1])), name)
    yield Detail(own, _number(match["n"]), span)


def _length(name: str, match: re.Match[str], span: TextSpan) -> Iterator[Detail]:
    yield Detail(name, _cm(_number(match["n"]), match["unit"]), span)


def _measure(_: str, match: re.Match[str], span: TextSpan) -> Iterator[Detail]:
    first = _cm(_number(match["n"]), match["unit"])
    second = match.groupdict().get("m")
    longest = first
    if second:
        other = _cm(_number(second), match["unit"])
        longest = max(first, other)
        yield Detail("area", round(first * other, 2), span)
    yield Detail("size", longest, span)
    yield Detail("length", longest, span)


def _dose(_: str, match: re.Match[str], span: TextSpan) -> Iterator[Detail]:
    yield Detail("dose", _number(match["n"]), span, match["unit"].lower())


def _strength(name: str, match: re.Match[str], span: TextSpan) -> Iterator[Detail]:
    """What is in a millilitre; of "60 mg/2 ml" also what is in all of it."""
    amount, unit, millilitres = _number(match["n"]), match["unit"].lower(), float(match["ml"] or 1)
    if millilitres > 0:
        yield Detail(name, amount / millilitres, span, unit)
    if match["ml"]:
        yield Detail("content", amount, span, unit)


def _minutes(_: str, match: re.Match[str], span: TextSpan) -> Iterator[Detail]:
    groups = match.groupdict()
    hours = groups.get("h")
    yield Detail("minutes", (_number(hours) * 60 if hours else 0.0) + (_number(groups["n"]) if groups.get("n") else 0.0), span)


def _clock(_: str, match: re.Match[str], span: TextSpan) -> Iterator[Detail]:
    def at(hour: str, minute: str, half: str | None) -> int:
        h = int(hour) % 12 + (12 if half and half.lower() == "pm" else 0) if half else int(hour)
        return h * 60 + int(minute)

    if ":" not in match[0] and not match["a"] and len(match["h"]) < 2:
        return
    length = (at(match["h2"], match["m"], match["b"]) - at(match["h"], match["n"], match["a"] or match["b"])) % (24 * 60)
    if 0 < length <= 12 * 60:
        yield Detail("minutes", float(length), span)


_READERS: dict[str, Callable[[str, re.Match[str], TextSpan], Iterator[Detail]]] = {
    "count": _count,
    "margin": _length,
    "excised": _length,
    "measure": _measure,
    "dose": _dose,
    "strength": _strength,
    "minutes": _minutes,
    "clock": _clock,
}
