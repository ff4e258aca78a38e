"""What the note itself says of its code: a code, a level by number, or the complexity of its decision making."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.domain.analysis import NoteAnalysis
from app.domain.em.evaluation import visit_ref
from app.domain.em.facts import StatedCode
from app.domain.em.families import FAMILY_OF_CODE
from app.domain.em.levels import Level
from app.domain.em.prolonged import PROLONGED
from app.domain.note import TextSpan

_ADD_ONS = frozenset({"99292", *(p.code for p in PROLONGED.values()), *(p.medicare_code for p in PROLONGED.values()), "G2211"} - {""})
_CODE = re.compile(
    r"(?<![\w.-])(?P<code>9[89]\d{3}|G0(?:402|438|439|316|317|318)|G221[12])(?!\w)(?!\.\d)(?P<modifiers>(?:\s?[-,]\s?(?:\d\d|[A-Z][A-Z0-9])\b)*)"
)
_NOT_BILLED = re.compile(r"(?:\bnot|\bno longer|\brather than|\binstead of|\bvs\.?|\bversus|\bdoes not meet)\s*$", re.IGNORECASE)
# For a note in lower case: the search goes from one "no" to the next.
_NO_VISIT = re.compile(r"no(?<!\wno) (?:separate |separately identifiable )?e ?(?:/|and|&)? ?m\b")
_MODIFIER = re.compile(r"\d\d|[A-Z][A-Z0-9]")
_LEVEL = re.compile(
    r"\b(?:level|lvl|lev)(?: of (?:service|care))?\s*(?:is |was |: ?|# ?)?(?P<number>[1-5]|one|two|three|four|five|I{1,3}|IV|V)\b", re.IGNORECASE
)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
# "Level 4" means the visit only beside words of billing, or alone.
_OF_VISIT = re.compile(
    r"\b(?:visit|est|established|new|pt|patient|consult\w*|office|ed|er|emergency|e/?m|mdm|service|by time"
    r"|mod|moderate|low|high|code|charge|billed|bill|letter|min|minutes|rx)\b|-\s?25",
    re.IGNORECASE,
)
_NOT_VISIT = re.compile(
    r"(?:pain|stress|anxiety|trauma|activity|energy|neck|nodal?|node|clark'?s?|cervical|thoracic|lumbar"
    r"|vertebral|disc|fusion|at the|sedation|ultrasound|acuity|esi|care)\s*$",
    re.IGNORECASE,
)
_COMPLEXITY = "straightforward|straight forward|minimal|low|moderate|mod|high"
_CALLED = rf"\b(?:consultation|consult|patient|visit),? (?P<e>{_COMPLEXITY})(?=[.,;\n]|$)"
_DECISIONS = re.compile(
    rf"\b(?P<a>{_COMPLEXITY})(?:[- ](?:level|complexity))*(?: of)?[, -]*(?:mdm|medical decision[- ]making|decision[- ]making)\b"
    rf"|\b(?:mdm|medical decision[- ]making|decision[- ]making)(?: (?:was|is|of|level))*\s*[:,-]?\s*(?P<b>{_COMPLEXITY})\b"
    rf"|\b(?P<c>{_COMPLEXITY})[- ]complexity(?! (?:symptom|exam))"
    rf"|\bcomplexity\s*[:,-]?\s*(?:is |was )?(?P<d>{_COMPLEXITY})\b"
    rf"|{_CALLED}",
    re.IGNORECASE,
)
# A note without any of these words can claim it in one way alone.
_DECISION_WORDS = ("mdm", "decision", "complexity")
_ONLY_CALLED = re.compile(_CALLED, re.IGNORECASE)
_LEVELS = {"minimal": Level.STRAIGHTFORWARD, "low": Level.LOW, "mod": Level.MODERATE, "moderate": Level.MODERATE, "high": Level.HIGH}


def denies_visit(analysis: NoteAnalysis) -> bool:
    """True where the note says that no visit is billed."""
    return _NO_VISIT.search(analysis.note.text.lower()) is not None


def stated_codes(analysis: NoteAnalysis) -> Iterator[StatedCode]:
    """Codes of visits, and of what is added to them, in the order of the text."""
    text = analysis.note.text
    for match in _CODE.finditer(text):
        code = match["code"]
        if (code in FAMILY_OF_CODE or code in _ADD_ONS) and not _NOT_BILLED.search(text, max(0, match.start() - 20), match.start()):
            end = match.end("modifiers") if match["modifiers"].strip() else match.end("code")
            yield StatedCode(visit_ref(code), tuple(_MODIFIER.findall(match["modifiers"])), TextSpan(match.start(), end))


def stated_level(analysis: NoteAnalysis) -> tuple[int, TextSpan] | None:
    """The last "level 4" of the note that speaks of the visit."""
    text = analysis.note.text
    found = None
    for match in _LEVEL.finditer(text):
        if _NOT_VISIT.search(text, max(0, match.start() - 20), match.start()):
            continue
        sentence = analysis.sentences[analysis.sentence_at(match.start())].span
        near = text[max(sentence.begin, match.start() - 60) : match.start()] + " " + text[match.end() : min(sentence.end, match.end() + 60)]
        alone = not near.strip(" .,;:-()")
        if alone or _OF_VISIT.search(near):
            number = match["number"].lower()
            found = (_NUMBERS.get(number) or int(number), TextSpan(*match.span()))
    return found


def stated_decisions(analysis: NoteAnalysis) -> tuple[Level, TextSpan] | None:
    """The complexity of decision making that the note claims; the last one."""
    found = None
    text = analysis.note.text
    lower = text.lower()
    pattern = _DECISIONS if any(word in lower for word in _DECISION_WORDS) else _ONLY_CALLED
    for match in pattern.finditer(text):
        word = next(w for w in match.groups() if w).lower()
        found = (_LEVELS.get(word, Level.STRAIGHTFORWARD), TextSpan(*match.span()))
    return found
