"""A physician query, drafted or typed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.note import TextSpan
from app.domain.query_kind import QueryKind

OTHER = "Other (please specify)"
UNDETERMINED = "Unable to determine"
NOT_SIGNIFICANT = "Not clinically significant"


class QueryForm(StrEnum):
    """How a query may be answered: in the physician's own words, by one of several choices, or by yes and no."""

    OPEN = "open"
    CHOICE = "choice"
    YES_NO = "yes-no"


@dataclass(frozen=True, slots=True)
class RecordQuote:
    """Words of the record, letter by letter. `span` is None where a person typed them; `section` is "" where it is not known."""

    text: str
    span: TextSpan | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class PhysicianQuery:
    """What a physician is asked. `quotes` are the clinical indicators; no `options` means that the answer is free text.

    `kind` is None where a person typed a query and did not say what it is for.
    """

    kind: QueryKind | None
    title: str
    quotes: tuple[RecordQuote, ...]
    question: str
    options: tuple[str, ...] = ()

    @property
    def form(self) -> QueryForm:
        """How it may be answered."""
        if not self.options:
            return QueryForm.OPEN
        answers = {option.strip(" .").casefold() for option in self.options}
        return QueryForm.YES_NO if answers & {"yes", "no"} else QueryForm.CHOICE

    def as_text(self) -> str:
        """The query as a page of plain text, to be sent as it stands."""
        lines = [self.title, "", "From the record:"]
        lines += [f"- {_where(quote)}“{' '.join(quote.text.split())}”" for quote in self.quotes]
        lines += ["", self.question, ""]
        lines += [f"[ ] {option}" for option in self.options] or ["Answer: ____"]
        return "\n".join(lines) + "\n"


def _where(quote: RecordQuote) -> str:
    return f"{quote.section.replace('_', ' ')}: " if quote.section else ""
