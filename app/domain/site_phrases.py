"""Words that a site says for a code: remembered when a coder adds it, and believed by how often the code was then right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.chart import Chart
from app.domain.code import CodeRef
from app.domain.coding import LineState
from app.domain.errors import InputError, NotFound
from app.domain.review import ABOUT_THE_CHART

LONGEST_TEXT, LONGEST_WORDS, SHORTEST_LETTERS = 200, 10, 3
# One word that names more codes than this, or words that seldom meant the code in the site's own charts, would only make noise.
MOST_CODES = 500
LEAST_SHARE, FEWEST_AGAINST = 0.25, 3
_LETTERS = re.compile(r"[^\W\d_]")


class PhraseRefused(InputError):
    """Words that can't be remembered for a code; the reason never quotes them."""

    code = "phrase_refused"


class SitePhraseNotFound(NotFound):
    """No phrase of the site has this id."""

    code = "site_phrase_not_found"

    def __init__(self) -> None:
        super().__init__("The site remembers no phrase of this id: it may have been removed")


@dataclass(frozen=True, slots=True)
class SitePhrase:
    """`text` in the words of the site, `language` ISO 639-1; added by the user `by`, called `by_name`.

    `right` and `wrong`: charts where the phrase stood affirmed and coders gave the code, or refused it. The decision that it was
    added with is the first of `right`. `said`: when the newest of these charts came in, None before the first of them.
    """

    id: str
    ref: CodeRef
    display: str
    text: str = field(repr=False)
    language: str
    by: str
    by_name: str
    at: datetime
    right: int = 1
    wrong: int = 0
    said: datetime | None = None

    @property
    def last_said(self) -> datetime:
        """Until when a note is known to have said the words."""
        return self.at if self.said is None else max(self.at, self.said)

    @property
    def confidence(self) -> float:
        """Share of right decisions, in (0, 1), each count one more than seen (Laplace's rule of succession): 2/3 at first."""
        return (self.right + 1) / (self.right + self.wrong + 2)

    def confidence_over(self, threshold: float) -> float:
        """The confidence of a suggestion: until somebody refused the code, never below the threshold of the bundle."""
        return self.confidence if self.wrong else max(self.confidence, threshold)

    @property
    def reason(self) -> str:
        """Why a code is suggested."""
        return f"site phrase, added by {self.by_name} on {self.at.date().isoformat()}; right in {self.right} of {self.right + self.wrong}"


def check_text(text: str, stems: Sequence[str], *, codes: int) -> None:
    """Raise PhraseRefused for words that are too short, too long or too common to be remembered.

    `stems`: of its content words. `codes`: how many codes the rarest of them names.
    """
    if len(text) > LONGEST_TEXT or len(stems) > LONGEST_WORDS:
        raise PhraseRefused(f"Too long: select at most {LONGEST_WORDS} words that name the condition or service, without the rest of the sentence")
    if not stems or len(_LETTERS.findall(text)) < SHORTEST_LETTERS:
        raise PhraseRefused(f"Too short: a phrase has a word that is no filler, and {SHORTEST_LETTERS} letters")
    if len(stems) == 1 and codes > MOST_CODES:
        raise PhraseRefused(f"Too common: this one word stands in the names of {codes:,} codes; select the words around it as well")


def check_past(right: int, wrong: int) -> None:
    """Raise PhraseRefused for words that the site's own finalised charts hold, seldom with the code."""
    if wrong >= FEWEST_AGAINST and right + 1 < LEAST_SHARE * (right + wrong + 2):
        raise PhraseRefused(f"Too common: of {right + wrong} finalised charts that say this, {right} have the code; select more telling words")


def judged(chart: Chart) -> dict[str, bool]:
    """Id of each phrase that a code of the chart was suggested by → whether the code was right.

    Codes of which nobody spoke, and those refused for a reason that speaks of the chart and not of the words, judge no phrase.
    """
    coding = chart.coding()
    current = {(note.number, note.version) for note in chart.current_notes()}
    out: dict[str, bool] = {}
    for drafted in (d for d in chart.drafts if (d.note, d.version) in current):
        for suggestion in (s for s in drafted.draft.suggestions if s.site_phrases):
            line = coding.find(suggestion.ref)
            if line is None or line.state is LineState.OPEN or line.reject_reason in ABOUT_THE_CHART:
                continue
            for phrase in suggestion.site_phrases:
                out[phrase] = out.get(phrase, False) or line.state is LineState.ACCEPTED
    return out
