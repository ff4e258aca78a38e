"""Phrases of the site in a note: their codes join what was scored, at once and without training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import LEARNED_WORTH, Candidate, Match, MatchSource, ScoredCandidate
from app.domain.code import CodeRef, CodeSystem
from app.domain.note import TextSpan
from app.domain.site_phrases import SitePhrase
from app.usecases.code_detail import CodeDetail
from app.usecases.ports import WordReader

# What a note does not affirm is shown with the rule that keeps it back, and never the more likely for it.
_UNAFFIRMED = 0.01


class PhraseMemory(Protocol):
    """What the site remembers at the moment."""

    def __call__(self) -> Sequence[SitePhrase]:
        """The phrases; the same object as long as nothing changed."""
        ...


class Recalled(NamedTuple):
    """Candidates, best first, and the phrases that speak for each code."""

    scored: list[ScoredCandidate]
    phrases: Mapping[CodeRef, tuple[SitePhrase, ...]]


class PhraseFinder:
    """Finds phrases by their content words in order, within a sentence; of phrases inside one another the longest. Linear in the note."""

    def __init__(self, phrases: Sequence[SitePhrase], words: WordReader) -> None:
        self._by_first: dict[tuple[str, str], list[tuple[tuple[str, ...], list[SitePhrase]]]] = {}
        by_stems: dict[tuple[str, tuple[str, ...]], list[SitePhrase]] = {}
        for phrase in phrases:
            stems = tuple(stem for stem in words.read(phrase.text, phrase.language).stems if stem)
            if stems:
                by_stems.setdefault((phrase.language, stems), []).append(phrase)
        for (language, stems), same in by_stems.items():
            self._by_first.setdefault((language, stems[0]), []).append((stems, same))
        for known in self._by_first.values():
            known.sort(key=lambda entry: (-len(entry[0]), entry[0]))

    def find(self, analysis: NoteAnalysis) -> dict[str, tuple[SitePhrase, list[Match]]]:
        """Id of each phrase in the note → the phrase and where it stands, in the order of the text."""
        words, language = analysis.words, analysis.note.language
        content = [i for i, stem in enumerate(words.stems) if stem]
        found: dict[str, tuple[SitePhrase, list[Match]]] = {}
        at = 0
        while at < len(content):
            step = 1
            for stems, same in self._by_first.get((language, words.stems[content[at]]), ()):
                places = content[at : at + len(stems)]
                if tuple(words.stems[i] for i in places) != stems:
                    continue
                span = TextSpan(words.begins[places[0]], words.ends[places[-1]])
                if analysis.sentence_at(span.begin) == analysis.sentence_at(span.end - 1):
                    for phrase in same:
                        match = Match(
                            span,
                            1.0,
                            LEARNED_WORTH,
                            len(stems),
                            exact=True,
                            tightness=1.0,
                            source=MatchSource.SITE,
                            support=phrase.right + phrase.wrong,
                        )
                        found.setdefault(phrase.id, (phrase, []))[1].append(match)
                    step = len(stems)
                    break
            at += step
        return found


class RecallPhrases:
    """Adds the site's phrases to what was scored. Safe to share between threads."""

    def __init__(self, memory: PhraseMemory, words: WordReader) -> None:
        self._memory, self._words = memory, words
        self._compiled: tuple[Sequence[SitePhrase], PhraseFinder] = ((), PhraseFinder((), words))

    def __call__(self, analysis: NoteAnalysis, scored: list[ScoredCandidate], threshold: Callable[[CodeSystem], float]) -> Recalled:
        """The candidates with those of the phrases. `threshold`: code system → the bundle's.

        A code gets the confidence of its most trusted phrase that the note affirms, if that is more than it has. Another code of the
        same system that rests on no other words than these is as likely as before, should the phrase be wrong here: the two are ranked, and shown as
        alternatives to one another.
        """
        phrases = self._memory()
        if not phrases:
            return Recalled(scored, {})
        if self._compiled[0] is not phrases:
            self._compiled = (phrases, PhraseFinder(phrases, self._words))
        found = self._compiled[1].find(analysis)
        if not found:
            return Recalled(scored, {})
        matches: dict[CodeRef, list[Match]] = {}
        speaking: dict[CodeRef, list[SitePhrase]] = {}
        trust: dict[CodeRef, float] = {}
        for phrase, places in found.values():
            matches.setdefault(phrase.ref, []).extend(places)
            if any(analysis.assertion_of(match.span).affirmed for match in places):
                speaking.setdefault(phrase.ref, []).append(phrase)
                trust[phrase.ref] = max(trust.get(phrase.ref, 0.0), phrase.confidence_over(threshold(phrase.ref.system)))
        known = {s.candidate.ref: s for s in scored}
        merged: list[ScoredCandidate] = []
        for ref in [*known, *(ref for ref in matches if ref not in known)]:
            old, own = known.get(ref), tuple(matches.get(ref, ()))
            candidate = Candidate(ref, own) if old is None else Candidate(ref, (*own, *old.candidate.matches))
            confidence = max(trust.get(ref, 0.0), _UNAFFIRMED if old is None else old.confidence)
            merged.append(ScoredCandidate(candidate, confidence * _left(candidate, matches, trust)))
        merged.sort(key=lambda s: (-s.confidence, s.candidate.ref))
        return Recalled(merged, {ref: tuple(of) for ref, of in speaking.items()})


def remembered(detail: CodeDetail, phrases: Sequence[SitePhrase]) -> CodeDetail:
    """The detail with what the phrases say of themselves."""
    if not phrases:
        return detail
    return replace(detail, reasons=(*detail.reasons, *(p.reason for p in phrases)), site_phrases=tuple(p.id for p in phrases))


def _left(candidate: Candidate, matches: Mapping[CodeRef, Sequence[Match]], trust: Mapping[CodeRef, float]) -> float:
    """What a more trusted phrase for another code leaves of a candidate that rests on the same words alone, as a factor."""
    ref = candidate.ref
    rivals = [
        trust[other]
        for other in trust
        if other.system is ref.system
        and other != ref
        and (-trust[other], other) < (-trust.get(ref, 0.0), ref)
        and all(any(m.span.covers(own.span) for m in matches[other]) for own in candidate.matches)
    ]
    return 1.0 - max(rivals, default=0.0)
