"""Full stops: which of them end a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Lookbehinds stand behind the first character, so that the scan can skip to it.
_STOP = re.compile(r"[.!?](?<![.!?].)[.!?]{0,2}[\"'’”)\]]{0,3}\s+", re.DOTALL)  # noqa: RUF001
# A stop without a space after it: "pain.He".
_TIGHT = re.compile(r"[.!?](?<=[a-z]{2}.)(?=[A-Z][a-z])")
# The opening of an item in running text: "..., 2. Asthma", "1) Severe gastritis 2) Large hernia".
_ITEM = re.compile(r"\d(?:(?<=[.,;:]\s.)|(?<=[.,;:]\s\d.))[.)]\s+[A-Z]|\d(?:(?<=\s.)|(?<=\s\d.))\)\s+[A-Z]")
_BULLET = re.compile(r"[•▪●◦‣■□]")
# Never the last word of a sentence.
_TITLES = frozenset(
    "dr mr mrs ms prof drs st no nos vs fig figs approx dept e.g i.e eg ie cf ca viz resp temp sat wt ht gen neuro abd ext cv vol ed eds ft".split()
)
# Last only when a capital follows.
_SHORT = frozenset(
    "y.o b.i.d t.i.d q.i.d q.d q.h.s q.a.m q.p.m q.o.d h.s p.o p.r.n a.m p.m m.d d.o ph.d r.n n.p p.a i.v i.m s.c s.l p.r a.c p.c u.s etc al inc "
    "jr sr pt pts hx dx rx tx yr yrs mo mos wk wks hr hrs min mins sec mg ml cc cm mm kg lb lbs oz mcg tab tabs cap caps bid tid qid prn po qhs "
    "jan feb mar apr jun jul aug sep sept oct nov dec dictated inj".split()
)
_STARTERS = frozenset("the he she they it there this that these patient pt his her no she's he's we i in on at denies".split())


def sentence_stops(text: str) -> Iterator[int]:
    """Where a sentence begins because one before it has ended, in no strict order; linear in the length of `text`."""
    for match in _STOP.finditer(text):
        if match.end() < len(text) and _ends(text, match.start(), match.end()):
            yield match.end()
    for match in _TIGHT.finditer(text):
        yield match.end()
    for match in _ITEM.finditer(text):
        begin = match.start()
        yield begin - 1 if begin and text[begin - 1].isdigit() else begin
    if not text.isascii():
        for match in _BULLET.finditer(text):
            yield match.start()


def _ends(text: str, stop: int, following: int) -> bool:
    if text[stop] in "!?":
        return True
    window = text[max(0, stop - 12) : stop]
    word = window.rsplit(None, 1)[-1] if window and not window[-1].isspace() else ""
    word = word.lstrip("([{\"'").lower()
    after = text[following]
    if word.isdigit() and len(word) <= 2 and _opens_item(text, stop - len(word)):
        return False
    if word in _TITLES:
        return word == "no" and not text[following].isdigit()
    if len(word) == 1 and word.isalpha():
        return _initial_ends(text, stop, following)
    if word in _SHORT or "." in word.rstrip("."):
        return not after.islower() and not after.isdigit()
    return True


def _opens_item(text: str, begin: int) -> bool:
    """True when the number at `begin` numbers an item: it opens a line, or follows a stop or a comma."""
    before = text[max(0, begin - 4) : begin]
    return not before.strip() or "\n" in before or "\r" in before or before.rstrip()[-1] in ".,;:("


def _initial_ends(text: str, stop: int, following: int) -> bool:
    """After a single letter: "J. Smith" goes on, "vitamin D. He" and a lower-case unit before a capital do not."""
    head = text[following : following + 10].split(None, 1)[0].lower().rstrip(",.")
    if head in _STARTERS:
        return True
    return text[stop - 1].islower() and text[following].isupper() and text[stop - 2 : stop - 1].isspace() and not _opens_item(text, stop - 1)
