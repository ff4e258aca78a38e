"""Support words: shown beside a diagnosis that the note states, and a question where it states none; never enough to code from."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import ASSERTED
from app.domain.candidate import Candidate, Match, MatchSource, ScoredCandidate
from app.domain.code import CodeRef, CodeSystem
from app.domain.note import TextSpan
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status
from app.domain.support import CATEGORY, categories, category, questions, supported
from app.usecases.code_detail import CodeDetail, Detailed
from app.usecases.ports import Catalog, SupportFinder

RULE = "support-only"
_WHOLE = 0.99


class WeighSupport:
    """Adds support words to the diagnoses of a note."""

    def __init__(self, finder: SupportFinder) -> None:
        self._finder = finder

    def __call__(self, analysis: NoteAnalysis, scored: list[ScoredCandidate], catalog: Catalog) -> Detailed:
        """The candidates with support words as their last evidence, and questions as candidates of confidence 0."""
        words = self._finder.find(analysis)
        if not words:
            return Detailed(scored, {})
        of_text = analysis.note.quote
        # Only what shares a category with the words can be supported by them, or stand in for them.
        near = frozenset().union(*(categories(word.refs) for word in words))
        places = [i for i, s in enumerate(scored) if s.candidate.ref.code[:CATEGORY] in near and s.candidate.ref.system is CodeSystem.ICD10CM]
        diagnoses = {scored[i].candidate.ref: scored[i] for i in places}
        spans_of: dict[CodeRef, list[TextSpan]] = {}
        for word in words:
            for ref in word.refs & diagnoses.keys():
                spans_of.setdefault(ref, []).append(word.span)
        stated = {ref for ref, s in diagnoses.items() if _states(s.candidate, analysis, spans_of.get(ref, []))}
        details: dict[CodeRef, CodeDetail] = {}
        out = list(scored)
        place = {scored[i].candidate.ref: i for i in places}
        for ref, spans in supported(words, stated).items():
            one = diagnoses[ref]
            out[place[ref]] = one._replace(candidate=Candidate(ref, (*one.candidate.matches, *_matches(spans))))
            details[ref] = CodeDetail(reasons=(f"supported by {_quoted(of_text(s) for s in spans)}",))
        for ref, own in spans_of.items():
            if ref not in stated and all(_inside(m.span, own) for m in diagnoses[ref].candidate.matches):
                details[ref] = CodeDetail(ruling=_ruling([of_text(span) for span in own], "it"))
        for question in questions(words, {category(ref) for ref in stated}):
            code = catalog.find(question.ref)
            if code is not None and question.ref not in diagnoses:
                out.append(ScoredCandidate(Candidate(question.ref, _matches(question.spans)), 0.0))
            if code is not None:
                details[question.ref] = CodeDetail(ruling=_ruling([of_text(span) for span in question.spans], code.title))
        return Detailed(out, details)


def _states(candidate: Candidate, analysis: NoteAnalysis, own: list[TextSpan]) -> bool:
    """True where a whole term of the diagnosis stands affirmed in the note, beside its `own` support words."""
    for m in candidate.matches:
        # Most candidates hold no whole term.
        if m.coverage > _WHOLE and m.source is not MatchSource.LEARNED and not (own and _inside(m.span, own)):
            assertion = analysis.assertion_of(m.span, whole=m.exact)
            if assertion is ASSERTED or assertion.affirmed:
                return True
    return False


def _inside(span: TextSpan, spans: list[TextSpan]) -> bool:
    return any(other.covers(span) for other in spans)


def _matches(spans: tuple[TextSpan, ...]) -> tuple[Match, ...]:
    return tuple(Match(span, 0.0, 0.0, 1, exact=True, tightness=1.0, source=MatchSource.SUPPORT) for span in dict.fromkeys(spans))


def _ruling(words: list[str], title: str) -> Ruling:
    return Ruling(RULE, Status.CANDIDATE, f"the note has {_quoted(words)}, which goes with {title}, but doesn't state it: ask the clinician")


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{" ".join(w.split())}"' for w in dict.fromkeys(words))
