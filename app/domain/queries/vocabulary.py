"""Words that a query may use although the record does not hold them: function words and the language of asking."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FUNCTION = """
a about above after again all also an and any are as at based be been before being below between both but by can clear could did do does during
each either every for from further had has have having he her here him his how if in into is it its itself may more most no nor not now of off on
one only or our out over own per same she should so some such than that the their them then there these they this those through to too under
until up upon was we were what when where whether which while who whose why will with within without would you your
"""
_ASKING = """
acuity additional admission answer applies apply assessment associated association causal cause caused chart choose clarification clarified
clarify clarity clinical clinically complete condition conditions confirmed conflict conflicting consult consultation correct course current
currently date days describe described detail details determine determined diagnosed diagnoses diagnosis differ different discharge document
documentation documented due earlier emergency encounter end entries entry episode etiology evaluate evaluated evaluation exist exists explain
explicit finding findings following given hospital imaging indicate indicator indicators information inpatient judgement judgment kind knowledge
known laboratory labs later laterality link linked list listed location mean meaning medical medication medications monitored note noted notes
number open opinion other outpatient patient performed physician planned please point possible practice present presentation procedure
professional progress provide provided provider query question reason record recorded records reflect reflects regarding related relation
relationship report reported request result results review reviewed ruled say says select service severity side sides significance significant
single site specific specificity specified specify stage stand stands state stated statement statements status stay still stopped summary supply
support surgery test tests therapy time treated treating treatment type types unable uncertain unclear understanding unspecified value values
visit workup written
"""
NEUTRAL = frozenset((_FUNCTION + _ASKING).split())
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")


def words(text: str) -> Iterable[re.Match[str]]:
    """Every word of a text with its place."""
    return _WORD.finditer(text)


def key(word: str) -> str:
    """What two inflections of a word share, as far as a query needs it."""
    plain = word.casefold().replace("\u2019", "'").removesuffix("'s").rstrip("'-")
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") and not plain.endswith(("ss", "is", "us")) else plain


def keys(text: str) -> frozenset[str]:
    """The keys of every word; a compound word also counts by its parts."""
    found: set[str] = set()
    for match in words(text):
        found.add(key(match.group()))
        found.update(key(part) for part in match.group().split("-") if part)
    return frozenset(found)


_NEUTRAL_KEYS = frozenset(key(word) for word in NEUTRAL)


def beyond(text: str, record: frozenset[str]) -> list[re.Match[str]]:
    """The words of a text, of three letters and more, that are neither in the record nor the language of asking."""
    return [match for match in words(text) if len(match.group()) > 2 and not _known(match.group(), record)]


def _known(word: str, record: frozenset[str]) -> bool:
    parts = [key(part) for part in word.split("-") if part]
    return key(word) in record or all(part in record or part in _NEUTRAL_KEYS for part in parts)
