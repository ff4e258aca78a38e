"""Total time of a visit, and of critical care, as the note documents it."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.domain.analysis import NoteAnalysis
from app.domain.em.facts import DocumentedTime
from app.domain.note import TextSpan

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SPELLED = {word: i for i, word in enumerate(_ONES, 1)} | {word: 10 * i for i, word in enumerate(_TENS, 2)}
_NUMBER = rf"(?:\d{{1,3}}|(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES[:9])}))?|{'|'.join(reversed(_ONES))})"
_DURATION = re.compile(
    rf"(?P<bound>(?:more|greater|longer|less|fewer) than |over |under |>=? ?|<=? ?|at least )?"
    rf"(?:(?P<hours>{_NUMBER}) ?(?:hours?|hrs?)(?:,? (?:and )?)?)?"
    rf"(?:(?P<minutes>{_NUMBER})(?: ?(?:-|to) ?\d{{1,3}})?[ -]?(?:minutes?|mins?\b|min\b))?",
    re.IGNORECASE,
)
_MINUTES = re.compile(r"\bmin(?:ute)?s?\b|\bhours?\b|\bhrs?\b", re.IGNORECASE)
# What makes a duration the time of the visit.
_OF_THE_VISIT = re.compile(
    r"total|time|spent|\btook\b|on the date|date of (?:service|the encounter)|face[- ]to[- ]face|encounter|visit|discharge|\bd/?c\b"
    r"|level|complexity|\bmdm\b|\b9[89]\d{3}\b|consult|new (?:pt|patient)|established|coordinat|\bof my\b",
    re.IGNORECASE,
)
# Where the patient tells, only these do.
_TOLD = frozenset({"chief_complaint", "history_of_present_illness", "past_medical_history", "social_history", "review_of_systems", "physical_exam"})
_SPENT = re.compile(
    r"total time|time spent|\bI spent\b|were spent|(?:minutes|min) (?:were |was )?spent|face[- ]to[- ]face|on the date of"
    r"|discharge (?:day|management|services|time|took)|(?:established|new) (?:pt|patient)|\blevel\b|complexity|\bmdm\b"
    r"|visit of|(?:minutes|min) total",
    re.IGNORECASE,
)
# What makes it something else: a procedure, a habit, a course of symptoms, another service that is counted by time.
_SOMETHING_ELSE = re.compile(
    r"sedation|intraservice|tourniquet|fluoro|procedure time|operative time|anesthesia|cessation|tobacco|smoking|advance (?:care|directive)|\bacp\b"
    r"|psychotherapy|therapy session|alcohol (?:screen|brief)|brief intervention|screening|walk|exercis"
    r"|\bago\b|every|lasted|lasting|for the (?:last|past)|onset"
    r"|per day|a day|daily|infus"
    r"|(?:given|run|bolus|drip|administered|push) over|down time|downtime|cpr|ischemi|door|observed for|waited|\bhold\b|\bapply|ice |before meals"
    r"|prior to|within|until|recheck in|repeat in|nebuli|treadmill|timed up|stiffness|sleep|arriv|\blater\b|after \d",
    re.IGNORECASE,
)
_CRITICAL = re.compile(r"critical care|crit care|\bcc\b(?: time)?:?|\bcct\b", re.IGNORECASE)
_EXCLUDED = re.compile(
    r"(?:exclu\w+|exclusive of|not (?:includ|count)\w+|does not include|separate from|outside of|apart from|minus|aside from)[^.;\n]*", re.IGNORECASE
)
_AROUND, _FEW_WORDS = 90, 4
# Minutes: what lies outside is not the time of one visit.
_SHORTEST, _LONGEST = 5, 240
_STOPS = (". ", "; ", "\n", ".,")


class TimeSpent(NamedTuple):
    """Total time and critical care time; None where the note gives none."""

    total: DocumentedTime | None
    critical_care: DocumentedTime | None


def time_spent(analysis: NoteAnalysis) -> TimeSpent:
    """The longest total time that the note documents, and the longest critical care time."""
    text = analysis.note.text
    total: DocumentedTime | None = None
    critical: DocumentedTime | None = None
    seen = -1
    for unit in _MINUTES.finditer(text):
        if unit.start() < seen:
            continue
        found = _duration(text, unit.start(), unit.end())
        if found is None:
            continue
        minutes, begin, end = found
        seen = end
        clause, sentence = _around(text, analysis.sentences[analysis.sentence_at(begin)].span, begin, end)
        if _SOMETHING_ELSE.search(clause):
            continue
        time = DocumentedTime(minutes, TextSpan(begin, end))
        if _CRITICAL.search(sentence):
            critical = time if critical is None or minutes > critical.minutes else critical
        elif total is None or minutes > total.minutes:
            told = analysis.section_at(begin).category in _TOLD
            if _SPENT.search(sentence) if told else (_OF_THE_VISIT.search(sentence) or _alone(clause)):
                total = time
    return TimeSpent(total, critical)


def _around(text: str, sentence: TextSpan, begin: int, end: int) -> tuple[str, str]:
    """The clause and the sentence around a duration, without what they exclude: "excluding procedures" speaks for the time."""
    first, last = max(sentence.begin, begin - _AROUND), min(max(sentence.end, end), end + _AROUND)
    before, after = text[first:begin], text[end:last]
    cut = max((before.rfind(stop) for stop in _STOPS), default=-1)
    stop = min((at for at in (after.find(s) for s in _STOPS) if at >= 0), default=len(after))
    return _EXCLUDED.sub(" ", before[cut + 1 :] + text[begin:end] + after[:stop]), _EXCLUDED.sub(" ", before + text[begin:end] + after)


def _alone(clause: str) -> bool:
    """True for a duration that is a clause of its own, like the time under a note."""
    return len(re.findall(r"[A-Za-z]+", clause)) <= _FEW_WORDS


def _duration(text: str, unit: int, unit_end: int) -> tuple[int, int, int] | None:
    """(minutes, begin, end) of the duration whose unit stands at `unit`."""
    for begin in range(max(unit - 40, 0), unit):
        if begin and text[begin - 1].isalnum():
            continue
        match = _DURATION.match(text, begin)
        if match is None or match.end() < unit_end or (match["hours"] is None and match["minutes"] is None):
            continue
        minutes = 60 * _value(match["hours"]) + _value(match["minutes"])
        bound = (match["bound"] or "").strip().lower()
        if bound in (">", "over", "more than", "greater than", "longer than"):
            minutes += 1
        elif bound in ("<", "under", "less than", "fewer than"):
            minutes -= 1
        return (minutes, begin, match.end()) if _SHORTEST <= minutes <= _LONGEST else None
    return None


def _value(number: str | None) -> int:
    if number is None:
        return 0
    if number.isdigit():
        return int(number)
    return sum(_SPELLED[part] for part in re.split(r"[- ]", number.lower()))
