"""Drafts by kind. Each passes the linter: it cites the record, asks what applies, and names no condition of its own."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.queries.query import NOT_SIGNIFICANT, OTHER, UNDETERMINED, PhysicianQuery, RecordQuote
from app.domain.queries.subject import Subject
from app.domain.query_kind import QueryKind

_TITLES = {
    QueryKind.LATERALITY: "Clarification of side",
    QueryKind.SPECIFICITY: "Clarification of {subject} detail",
    QueryKind.ACUITY: "Clarification of acuity",
    QueryKind.TYPE: "Clarification of type",
    QueryKind.CAUSAL_LINK: "Clarification of a relationship between conditions",
    QueryKind.CLINICAL_SIGNIFICANCE: "Clarification of clinical significance",
    QueryKind.CONFLICTING: "Clarification of conflicting documentation",
    QueryKind.UNCERTAIN: "Clarification of {subject} status",
}
_JUDGMENT = "Based on your clinical judgment, please clarify"
_QUESTIONS = {
    QueryKind.LATERALITY: "The record states {first} and does not state the side. {judgment} the side.",
    QueryKind.SPECIFICITY: "The record states {first}. {judgment} this {subject} in more detail, as far as it is known.",
    QueryKind.ACUITY: "The record states {first} and does not state the acuity. {judgment} the acuity.",
    QueryKind.TYPE: "The record states {first} and does not state the type. {judgment} the type, as far as it is known.",
    QueryKind.CAUSAL_LINK: "The record states {first} and {second}. {judgment} the relationship between the two, if there is one.",
    QueryKind.CLINICAL_SIGNIFICANCE: "The record states {first} without a related diagnosis. {judgment} the clinical significance of this, if any.",
    QueryKind.CONFLICTING: "The record states {first} and also states {second}. {judgment} which of these statements applies.",
    QueryKind.UNCERTAIN: "The record states {first} as uncertain. {judgment} the status of this {subject} at the end of the encounter.",
}
_CAUSE = "The record states {first}. {judgment} its cause, and whether it is related to other conditions or care, as far as this is known."
# What became of that which is no condition.
_DONE = {
    Subject.SERVICE: ("Performed at this encounter", "Planned, not performed", "Performed earlier"),
    Subject.MEDICATION: ("Given or taken", "Planned, not given", "Stopped"),
    Subject.SUPPLY: ("Provided at this encounter", "Planned, not provided"),
}
MOST_SUBJECTS = {QueryKind.CAUSAL_LINK: 2, QueryKind.CONFLICTING: 2}
LEAST_SUBJECTS = {QueryKind.CONFLICTING: 2}
"""How many statements of the record a kind asks about, where it is not one."""


def draft(
    kind: QueryKind,
    subjects: Sequence[str],
    quotes: Sequence[RecordQuote],
    choices: Sequence[str] = (),
    *,
    about: Subject = Subject.DIAGNOSIS,
) -> PhysicianQuery:
    """A query about `subjects`, words of the record, from LEAST_SUBJECTS to MOST_SUBJECTS of them. `quotes` show them in their context.

    `choices` are the answers that the record supports; kinds with answers of their own do without, others then ask openly.
    `about`: what the words name, which the query calls it.
    """
    first, second = _cite(subjects[0]), _cite(subjects[-1])
    alone = kind is QueryKind.CAUSAL_LINK and len(subjects) == 1
    question = (_CAUSE if alone else _QUESTIONS[kind]).format(first=first, second=second, judgment=_JUDGMENT, subject=about.value)
    offered = tuple(choices) if alone else _own_choices(kind, first, second, about) or tuple(choices)
    if offered and kind is QueryKind.CLINICAL_SIGNIFICANCE:
        offered = (*offered, NOT_SIGNIFICANT)
    options = (*offered, OTHER, UNDETERMINED) if offered else ()
    return PhysicianQuery(kind, _TITLES[kind].format(subject=about.value), tuple(quotes), question, options)


def _own_choices(kind: QueryKind, first: str, second: str, about: Subject) -> tuple[str, ...]:
    if kind is QueryKind.CAUSAL_LINK:
        return ("One is due to the other (please state which)", "Not related to each other")
    if kind is QueryKind.CONFLICTING:
        return (first, second, "Both apply")
    if kind is QueryKind.UNCERTAIN and about in _DONE:
        return _DONE[about]
    if kind is QueryKind.UNCERTAIN:
        return ("Confirmed", "Ruled out", "Still uncertain, neither confirmed nor ruled out")
    return ()


def _cite(words: str) -> str:
    return f"“{' '.join(words.split()).strip(' .;:,')}”"
