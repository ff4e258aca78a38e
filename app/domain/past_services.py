"""Whether a note tells a service as one of the past: by its date, by the words before it, or by the section it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from app.domain.analysis import NoteAnalysis
from app.domain.encounter import Encounter, Setting
from app.domain.note import TextSpan

# A service of a section like these was done before, whatever its sentence says.
_SECTIONS = frozenset({"past_surgical_history", "past_medical_history", "obstetric_history", "family_history", "allergies"})
# Where a visit tells what led to it.
_STORY = frozenset({"history_of_present_illness", "chief_complaint", "indication", "social_history"})
_BEFORE = re.compile(
    r"\b(?:(?:has|have|had|having) (?:already |previously |since |recently |also )?(?:had|undergone|received)|underwent"
    r"|status[- ]post|s/p|history of|h/o|prior|previous(?:ly)?|follow(?:ed|ing|s)?[- ]?up|post[- ]?op(?:erative(?:ly)?)?|recover(?:ed|ing) from)\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:today|this (?:morning|afternoon|evening|visit)|at this (?:visit|time)|now|currently|in (?:the )?(?:office|clinic) today)\b", re.IGNORECASE
)
_AGO = re.compile(
    r"\b(?:last (?:year|month|spring|summer|fall|winter|january|february|march|april|may|june|july|august|september|october|november|december)"
    r"|(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|several|many|few) (?P<unit>day|week|month|year)s?"
    r" (?:ago|prior|earlier|back|before)|years (?:ago|prior|earlier)|in the (?:remote )?past"
    r"|as a (?:child|teenager|baby)|in (?:his|her) (?:twenties|thirties|forties|fifties|youth))\b",
    re.IGNORECASE,
)
# Of which every such time holds one: most sentences tell of none, and need not be searched.
_NOW_WORDS = ("today", "this ", "now", "currently")
_AGO_WORDS = ("last", "ago", "prior", "earlier", "back", "before", "past", "as a ", "in his ", "in her ")
_DATED = re.compile(r"(?:19|20)\d\d|[/-]\d\d")
_BREAK = re.compile(r"[,;:]")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DATES = re.compile(
    r"\b(?P<m>0?[1-9]|1[0-2])[/-](?P<d>0?[1-9]|[12]\d|3[01])[/-](?P<y>(?:19|20)\d\d|\d\d)\b"
    r"|\b(?P<iy>(?:19|20)\d\d)-(?P<im>0[1-9]|1[0-2])-(?P<id>0[1-9]|[12]\d|3[01])\b"
    r"|\b(?P<mm>0?[1-9]|1[0-2])/(?P<my>(?:19|20)\d\d)\b"
    r"|\b(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?:(?P<nd>\d{1,2})(?:st|nd|rd|th)?,? )?(?:of )?(?P<ny>(?:19|20)\d\d)\b"
    r"|\b(?P<year>19[3-9]\d|20[0-4]\d)\b(?!\s*(?:mg|ml|cc|mcg|g\b|kcal|cal|hours?|hrs?|h\b|k\b|units?|[:/]|\d))",
    re.IGNORECASE,
)
# Notes are written within days of the service; what is dated before belongs to another encounter.
_SLACK = timedelta(days=7)
_STAY = timedelta(days=60)
# (begin, end, why it is past or None) of a time told in a sentence.
_Time = tuple[int, int, str | None]


class PastServices:
    """Which services of one note belong to the past; what a sentence tells of times is read once."""

    def __init__(self, analysis: NoteAnalysis, encounter: Encounter) -> None:
        self._analysis, self._encounter = analysis, encounter
        self._told: dict[int, tuple[list[re.Match[str]], list[_Time]]] = {}

    def why(self, span: TextSpan) -> str | None:
        """Why the service at `span` belongs to the past, None where nothing says so.

        Without a date of service only a year, which nobody writes for today, and words ("three years ago") tell.
        """
        section = self._analysis.section_at(span.begin)
        if section.category in _SECTIONS:
            return f"told under {section.category.replace('_', ' ')}"
        text = self._analysis.note.text
        number = self._analysis.sentence_at(span.begin)
        sentence = self._analysis.sentences[number].span
        told = self._told.get(number)
        if told is None:
            words = text[sentence.begin : sentence.end].lower()
            now = list(_NOW.finditer(text, sentence.begin, sentence.end)) if any(word in words for word in _NOW_WORDS) else []
            told = self._told[number] = (now, list(_times(text, sentence, self._encounter)))
        now, times = told
        if any(_one_clause(text, span, match) for match in now):
            return None
        nearest: tuple[int, str | None] | None = None
        for begin, end, why in times:
            distance = max(begin - span.end, span.begin - end, 0)
            if nearest is None or distance < nearest[0]:
                nearest = (distance, why)
        if nearest is not None:
            return nearest[1]
        if section.category in _STORY and self._encounter.setting is not Setting.INPATIENT and _BEFORE.search(text[sentence.begin : span.begin]):
            return "told as done before, in the history"
        return None


def _one_clause(text: str, span: TextSpan, match: re.Match[str]) -> bool:
    between = text[span.end : match.start()] if match.start() >= span.end else text[match.end() : span.begin]
    return not _BREAK.search(between)


def _times(text: str, sentence: TextSpan, encounter: Encounter) -> Iterator[_Time]:
    words = text[sentence.begin : sentence.end].lower()
    for match in _AGO.finditer(text, sentence.begin, sentence.end) if any(word in words for word in _AGO_WORDS) else ():
        # Days and weeks may lie within a stay.
        within = encounter.setting is Setting.INPATIENT and match["unit"] in ("day", "week")
        yield match.start(), match.end(), None if within else f'dated "{match[0]}"'
    for match in _DATES.finditer(text, sentence.begin, sentence.end) if _DATED.search(words) else ():
        last = _last_day(match)
        if last is None:
            continue
        if encounter.service_date is None:
            yield match.start(), match.end(), f"dated {match[0]}" if match["year"] else None
        else:
            slack = _STAY if encounter.setting is Setting.INPATIENT else _SLACK
            yield match.start(), match.end(), f"dated {match[0]}" if last < encounter.service_date - slack else None


def _last_day(match: re.Match[str]) -> date | None:
    """The last day that a date may mean."""
    part = match.groupdict()
    if part["year"]:
        return date(int(part["year"]), 12, 31)
    if part["name"]:
        year, month, day = int(part["ny"]), _MONTHS.index(part["name"].lower()) + 1, part["nd"]
    elif part["my"]:
        year, month, day = int(part["my"]), int(part["mm"]), None
    elif part["iy"]:
        year, month, day = int(part["iy"]), int(part["im"]), part["id"]
    else:
        year, month, day = int(part["y"]), int(part["m"]), part["d"]
        year += 0 if year > 99 else 1900 if year > 50 else 2000
    try:
        return date(year, month, int(day)) if day else date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    except ValueError:
        return None
