"""The linter: what keeps a query from being sent, with the words concerned and how to mend it.

The checks are the properties that the AHIMA/ACDIS practice brief of 2022 asks of a query. What no program can judge, whether
each choice is clinically reasonable, stays with the coder; a choice that the record denies is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.queries import vocabulary
from app.domain.queries.query import NOT_SIGNIFICANT, PhysicianQuery, QueryForm
from app.domain.queries.wording import MARKED, WORDINGS, found
from app.domain.query_kind import QueryKind

CHECKS = (
    "no-title", "no-question", "no-evidence", "quote-not-in-record", "payment", "leading", "code", "beyond-record", "new-diagnosis", "favours-choice",
    "yes-no", "no-other", "no-undetermined", "no-choice", "single-choice", "marked-choice", "repeated-choice", "denied-choice",
)  # fmt: skip
# Kinds that are answered one way or the other: to offer one answer alone is to give it.
_TWO_SIDED = frozenset({QueryKind.LATERALITY, QueryKind.ACUITY, QueryKind.CAUSAL_LINK, QueryKind.CONFLICTING, QueryKind.UNCERTAIN})
_OTHER = re.compile(r"^\W*other\b|\bother\b.*\bspecify\b", re.IGNORECASE)
_UNDETERMINED = re.compile(
    r"\b(?:unable to (?:be )?determined?|can(?:not|['\u2019]t) (?:be )?determined?|undetermined|not able to determine)\b", re.IGNORECASE
)
_SET_ASIDE = re.compile(rf"^(?:{re.escape(NOT_SIGNIFICANT)}|no clinical significance|yes|no)\W*$", re.IGNORECASE)
_ASKS_YES_NO = re.compile(
    r"(?:^|[.;:,]\s+)(?:is|are|was|were|do|does|did|has|have|had|can|could|should|would)\s+(?!you\b)[^?\n]{0,300}\?", re.IGNORECASE
)
_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class QueryFault:
    """One thing wrong with a query. `part`: title, question, quotes.N, options.N, or "query" for what is missing.

    `begin`, `end`: the words concerned within that part; both 0 where words are missing.
    """

    check: str
    part: str
    begin: int
    end: int
    words: str
    message: str
    mend: str


class Conditions(Protocol):
    """Knows the names of conditions."""

    def new(self, text: str) -> Sequence[tuple[int, int]]:
        """Where a text names a condition that the record does not hold, [begin, end), in order."""
        ...

    def denied(self, text: str) -> bool:
        """True for a condition that the record holds only to deny it."""
        ...


def lint(query: PhysicianQuery, *, record: str | None = None, conditions: Conditions | None = None) -> tuple[QueryFault, ...]:
    """Every fault, in the order of the parts; none for a query that may be sent.

    `record` is the text that the quotes come from; without it the quotes stand for it. `conditions` finds names of
    conditions beyond what words alone show.
    """
    held = vocabulary.keys(record if record is not None else " ".join(quote.text for quote in query.quotes))
    faults = [
        *_missing(query),
        *_quotes(query, record),
        *_words(query, held, conditions),
        *_yes_no(query, held),
        *_options(query, conditions),
    ]
    order = {name: i for i, name in enumerate(("title", "quotes", "question", "options", "query"))}
    return tuple(sorted(dict.fromkeys(faults), key=lambda f: (order[f.part.split(".")[0]], f.part, f.begin, CHECKS.index(f.check))))


def _missing(query: PhysicianQuery) -> Iterator[QueryFault]:
    if not query.title.strip():
        yield _absent("no-title", "it has no title", "give it a neutral title, such as “Clarification of documentation”")
    if not query.question.strip():
        yield _absent("no-question", "it asks nothing", "ask what the record leaves open: “Please clarify ...”")
    if not any(quote.text.strip() for quote in query.quotes):
        yield _absent("no-evidence", "it cites no words of the record", "cite the words that raise the question, letter by letter")


def _quotes(query: PhysicianQuery, record: str | None) -> Iterator[QueryFault]:
    if record is None:
        return
    plain = " ".join(record.split()).casefold()
    for i, quote in enumerate(query.quotes):
        stands = " ".join(quote.text.split()).casefold() in plain if quote.span is None else record[quote.span.begin : quote.span.end] == quote.text
        if quote.text.strip() and not stands:
            yield QueryFault(
                "quote-not-in-record",
                f"quotes.{i}",
                0,
                len(quote.text),
                quote.text,
                "does not stand in the record",
                "cite the record letter by letter",
            )


def _words(query: PhysicianQuery, held: frozenset[str], conditions: Conditions | None) -> Iterator[QueryFault]:
    parts = [("title", query.title), ("question", query.question), *((f"options.{i}", option) for i, option in enumerate(query.options))]
    for part, text in parts:
        own = _own_words(text, query)
        for wording, begin, end in found(own, WORDINGS):
            yield QueryFault(wording.check, part, begin, end, text[begin:end], wording.message, wording.mend)
    for match in vocabulary.beyond(query.title, held):
        yield QueryFault(
            "beyond-record", "title", match.start(), match.end(), match.group(), "stands in the title and not in the record",
            "name what is asked for, not a diagnosis: “Clarification of type”, or use the words of the record",
        )  # fmt: skip
    for part, text in parts[:2] if conditions is not None else ():
        assert conditions is not None
        for begin, end in conditions.new(_own_words(text, query)):
            yield QueryFault(
                "new-diagnosis", part, begin, end, text[begin:end], "names a condition that the record does not hold",
                "cite the findings of the record and let the physician name the condition",
            )  # fmt: skip
    yield from _favoured(query, held)


def _favoured(query: PhysicianQuery, held: frozenset[str]) -> Iterator[QueryFault]:
    offered: set[str] = set()
    for option in _substantive(query):
        offered |= vocabulary.keys(option)
    for match in vocabulary.beyond(query.question, held):
        if vocabulary.key(match.group()) in offered:
            yield QueryFault(
                "favours-choice", "question", match.start(), match.end(), match.group(), "is a word of one choice and not of the record",
                "keep the words of the choices out of the question",
            )  # fmt: skip


def _yes_no(query: PhysicianQuery, held: frozenset[str]) -> Iterator[QueryFault]:
    asked = _ASKS_YES_NO.search(query.question)
    if query.form is not QueryForm.YES_NO and not (query.form is QueryForm.OPEN and asked):
        return
    begin, end = asked.span() if asked else (0, len(query.question))
    if query.kind in {None, QueryKind.CLINICAL_SIGNIFICANCE}:
        yield QueryFault(
            "yes-no", "question", begin, end, query.question[begin:end], "asks for yes or no where nothing documented is to be specified or linked",
            "ask an open question or offer choices; yes and no may only specify, link or resolve what is already documented",
        )  # fmt: skip
    for match in vocabulary.beyond(query.question, held):
        yield QueryFault(
            "yes-no", "question", match.start(), match.end(), match.group(), "asks for yes or no about something that the record does not hold",
            "ask for yes or no only in the words of the record",
        )  # fmt: skip


def _options(query: PhysicianQuery, conditions: Conditions | None) -> Iterator[QueryFault]:
    if not query.options:
        return
    if not any(_OTHER.search(option) for option in query.options):
        yield _absent("no-other", "the choices leave no room for another answer", "add “Other (please specify)”")
    if not any(_UNDETERMINED.search(option) for option in query.options):
        yield _absent("no-undetermined", "the choices do not let the physician say that it can't be told", "add “Unable to determine”")
    substantive = _substantive(query)
    if query.form is QueryForm.YES_NO:
        if len({option.strip(" .").casefold() for option in query.options} & {"yes", "no"}) < 2:
            yield _absent("single-choice", "it offers only one of yes and no", "offer both")
    elif not substantive:
        yield _absent("no-choice", "the choices hold no answer", "offer what the record supports, or leave the choices out and ask openly")
    elif len(substantive) == 1 and query.kind in _TWO_SIDED:
        yield _absent("single-choice", f"a query of the kind {query.kind} with one answer gives it", "offer the other answers as well")
    yield from _each_option(query, substantive, conditions)


def _each_option(query: PhysicianQuery, substantive: Sequence[str], conditions: Conditions | None) -> Iterator[QueryFault]:
    seen: dict[str, int] = {}
    # What a choice quotes stands in the letters of the record.
    shouted = [option for option in substantive if _shouted(_own_words(option, query))]
    for i, option in enumerate(query.options):
        for wording, begin, end in found(option, (MARKED,)):
            yield QueryFault(wording.check, f"options.{i}", begin, end, option[begin:end], wording.message, wording.mend)
        if option in shouted and len(shouted) < len(substantive):
            yield QueryFault(MARKED.check, f"options.{i}", 0, len(option), option, MARKED.message, MARKED.mend)
        if seen.setdefault(" ".join(option.casefold().split()), i) != i:
            yield QueryFault("repeated-choice", f"options.{i}", 0, len(option), option, "stands twice", "offer each answer once")
        if conditions is not None and option in substantive and conditions.denied(option):
            yield QueryFault(
                "denied-choice", f"options.{i}", 0, len(option), option, "is denied in the record", "offer only what the record supports"
            )


def _substantive(query: PhysicianQuery) -> list[str]:
    return [o for o in query.options if o.strip() and not (_OTHER.search(o) or _UNDETERMINED.search(o) or _SET_ASIDE.match(o))]


def _shouted(option: str) -> bool:
    return option.isupper() and len(option.split()) > 1


def _own_words(text: str, query: PhysicianQuery) -> str:
    """The text with blanks for what it quotes of the record: the record may speak as it likes."""
    cited = [" ".join(quote.text.split()).casefold() for quote in query.quotes]

    def blank(match: re.Match[str]) -> str:
        words = " ".join((match.group(1) or match.group(2) or "").split()).casefold()
        return " " * len(match.group()) if words and any(words in quote for quote in cited) else match.group()

    return _QUOTED.sub(blank, text)


def _absent(check: str, message: str, mend: str) -> QueryFault:
    return QueryFault(check, "query", 0, 0, "", message, mend)
