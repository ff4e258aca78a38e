"""Whether a patient still takes a drug that a note names: it may be stopped, or stand there as an allergy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.domain.analysis import NoteAnalysis
from app.domain.note import TextSpan, lowered

_ALLERGIES = "allergies"
# Words that end or exclude taking a drug, before its name; those of a pause before a procedure are told by _FOR_A_WHILE.
_STOPS = re.compile(
    r"(?P<deny>\b(?:not|never|no|denies|no need to|\w+n['\u2019]t)(?: known)?\s+)?"
    r"\b(?:stop(?:s|ped|ping)?|discontinu(?:e[sd]?|ing|ation of)|d/?c['\u2019]?(?:e?d)?|ceas(?:e[sd]?|ing)|quit"
    r"|no longer(?: (?:on|takes?|taking|us(?:es|ing)|needs?|requires?|prescribed))?"
    r"|(?:t(?:ake|aken|aking|ook)|c[ao]me|w(?:ent|eaned?)|goes|go|been|now|is|was) (?:(?:him|her|them|the patient) )?off(?: of)?"
    r"|(?:switch|chang|transition|convert)\w* (?:(?:him|her|the patient|over) )?from|instead of|in place of"
    r"|avoid(?:s|ed|ing|ance of)?|contraindications? to|declin(?:es|ed)|refus(?:es|ed)"
    r"|(?P<allergy>allerg(?:y|ies|ic)(?: reactions?)? (?:to|with)|allerg(?:y|ies):"
    r"|(?:intoleran(?:t|ce|ces)|sensitiv(?:e|ity)|hypersensitiv\w+) (?:to|of)"
    r"|(?:can(?:not|['\u2019]t| not)|could(?: not|n['\u2019]t)|unable to|did not|does not|didn['\u2019]t|doesn['\u2019]t) (?:take|tolerate)))"
    r"(?:\s+(?:his|her|their|the|all|any|both|home|daily|taking|using|use of))*\s+(?:[\w/-]+(?:\s*,|\s+and|\s+or|\s*[/&+])\s*){0,4}$",
    re.IGNORECASE,
)
# The same behind its name, its dose and frequency between.
_STOPPED = re.compile(
    r"^(?:\s*(?:\d[\d.,]*\s*(?:mg|mcg|g|units?|iu)?\b|daily|once|twice|a day|[bt]id|qd|qhs|po|by mouth|every \w+|tabs?|tablets?|therapy|use"
    r"|[(,:;\u2013\u2014-]))*\s*(?:(?:has|have|had) been|was|were|is|are|(?:to|will|should) be|being)?\s*"
    r"(?:now |recently |since |already )?"
    r"(?:stop(?:ped)?\b|discontinued?\b|d/?c['\u2019]?e?d\b|ceased\b|(?P<allergy>(?:allerg(?:y|ies|ic)|intoleran(?:t|ce)|hypersensitiv\w+)\b"
    r"|(?:causes?|caused|gave|gives) (?:him |her |them |an? )?(?:severe |mild )?"
    r"(?:rash|hives|itching|anaphyla\w+|angioedema|swelling|wheez\w+|bleeding|nausea)))",
    re.IGNORECASE,
)
_FOR_A_WHILE = re.compile(
    r"\b(?:before|prior to|until|till|pre-?op\w*|peri-?op\w*|temporar\w+|resum\w+|restart\w*|if|unless|when"
    r"|for (?:the |his |her )?(?:surgery|procedure|operation|colonoscopy|endoscopy|biopsy)"
    r"|(?:for|x) ?(?:\d+|a|one|two|three|four|five|seven|ten) (?:more )?(?:days?|weeks?))\b",
    re.IGNORECASE,
)


def not_taken(analysis: NoteAnalysis, drug: str) -> TextSpan | None:
    """Where the note stops a drug or excludes it by an allergy; None where it doesn't, or names it as taken all the same.

    A drug is stopped where nothing behind those words names it as taken. An allergy counts where nothing does at all.
    A pause before a procedure stops nothing.
    """
    stopped: TextSpan | None = None
    allergy: TextSpan | None = None
    taken = False
    for span in _places(analysis, drug):
        why = _why(analysis, span)
        if why is not None and why[1]:
            allergy = allergy or why[0]
        elif why is not None:
            stopped = why[0]
        elif analysis.assertion_of(span).affirmed:
            taken, stopped = True, None
    return stopped or (None if taken else allergy)


def _places(analysis: NoteAnalysis, drug: str) -> Iterator[TextSpan]:
    # The name stands first in the pattern, so that the search goes from one place of it to the next.
    name = re.escape(lowered(drug))
    for m in re.finditer(rf"{name}(?<!\w{name})(?!\w)", lowered(analysis.note.text)):
        yield TextSpan(m.start(), m.end())


def _why(analysis: NoteAnalysis, span: TextSpan) -> tuple[TextSpan, bool] | None:
    """The words that stop or exclude the drug at `span`, and whether they tell of an allergy."""
    text = analysis.note.text
    sentence = analysis.sentences[analysis.sentence_at(span.begin)].span
    if analysis.section_at(span.begin).category == _ALLERGIES:
        return span, True
    before = _STOPS.search(text, sentence.begin, span.begin)
    behind = _STOPPED.match(text[span.end : max(sentence.end, span.end)])
    if before is not None and before["deny"] is None:
        allergic, whole = before["allergy"] is not None, TextSpan(before.start(), span.end)
    elif behind is not None and before is None:
        allergic, whole = behind["allergy"] is not None, TextSpan(span.begin, span.end + behind.end())
    else:
        return None
    if not allergic and _FOR_A_WHILE.search(text, whole.begin, max(sentence.end, whole.end)):
        return None
    return whole, allergic
