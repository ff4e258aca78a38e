"""Short forms that a note defines itself: "congestive heart failure (CHF)".

The algorithm is Schwartz & Hearst (2003), "A simple algorithm for identifying abbreviation definitions in biomedical
text", in scispaCy's form. Its `AbbreviationDetector` pairs every opening bracket with every closing one behind it and so
costs the square of a note's brackets; here its steps run on neighbouring brackets alone.
"""

from __future__ import annotations

from scispacy.abbreviation import filter_matches, find_abbreviation
from spacy.tokens import Doc

from app.domain.note import TextSpan
from app.nlp.tokens import offsets

# scispaCy passes over brackets with more words inside.
_MOST_TOKENS = 8


def defined_in(doc: Doc, text: str) -> dict[str, TextSpan]:
    """Short form → where its long form stands, for definitions in `text`; the first definition counts."""
    if "(" not in text:
        return {}
    opens, closes = doc.vocab.strings["("], doc.vocab.strings[")"]
    inside: list[tuple[int, int, int]] = []
    opened = -1
    for i, orth in enumerate(doc.to_array("ORTH").tolist()):
        if orth == opens:
            opened = i + 1
        elif orth == closes and opened >= 0:
            if 0 < i - opened <= _MOST_TOKENS and opened > 1:
                inside.append((0, opened, i))
            opened = -1
    if not inside:
        return {}
    begins, ends = offsets(doc)
    found: dict[str, TextSpan] = {}
    for long_candidate, short_candidate in filter_matches(inside, doc):
        if not len(long_candidate):
            continue
        short, long = find_abbreviation(long_candidate, short_candidate)
        name = text[begins[short.start] : ends[short.end - 1]]
        # Without a capital it is a remark in brackets rather than a name.
        if long is not None and len(long) and not name.islower() and long.text.lower() != name.lower():
            found.setdefault(name, TextSpan(begins[long.start], ends[long.end - 1]))
    return found
