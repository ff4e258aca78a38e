"""Asking the physician: a draft from a finding or a code and the note, and the linter over any query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import Presence
from app.domain.candidate import Candidate
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.encounter import ANYWHERE, Encounter
from app.domain.errors import InvalidSpan, NoteTooLong, NothingToCite, QueryTooLong
from app.domain.evidence import evidence_of
from app.domain.note import ClinicalNote, TextSpan
from app.domain.queries import choices as answers
from app.domain.queries.draft import LEAST_SUBJECTS, MOST_SUBJECTS, draft
from app.domain.queries.lint import QueryFault, lint
from app.domain.queries.query import PhysicianQuery, RecordQuote
from app.domain.queries.subject import Subject, subject_of
from app.domain.query_kind import QueryKind
from app.usecases.ports import CandidateSource, Catalog, NoteReader, Terminology
from app.usecases.record_conditions import RecordConditions

QUOTES_PER_SUBJECT = 3
MOST_CHARACTERS = 20_000
_CATEGORY = 3


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """What to ask about: codes as documented or as billed now, the first one first.

    `kind` None: told by the codes. `evidence`: words of the note to ask about, one span for each subject; found by the
    codes when there are none. `choices`: answers that the record supports, in place of those that the release knows.
    """

    note: ClinicalNote
    codes: tuple[CodeRef, ...] = ()
    kind: QueryKind | None = None
    encounter: Encounter = ANYWHERE
    evidence: tuple[TextSpan, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query with its faults; none means that it may be sent."""

    query: PhysicianQuery
    faults: tuple[QueryFault, ...]


class QueryPhysician:
    """Drafts and checks queries. Safe to share between threads."""

    def __init__(self, *, reader: NoteReader, terms: CandidateSource, terminology: Terminology, max_characters: int) -> None:
        self._reader, self._terms, self._terminology, self._max_characters = reader, terms, terminology, max_characters

    def lint(self, query: PhysicianQuery, note: ClinicalNote | None = None) -> tuple[QueryFault, ...]:
        """Every fault of a query, against the note it is about where that is given. Raises NoteTooLong and QueryTooLong."""
        _check_length(query)
        if note is None:
            return lint(query)
        return lint(query, record=note.text, conditions=self._conditions(self._read(note)))

    def lint_on_chart(self, query: PhysicianQuery, texts: Sequence[str]) -> tuple[QueryFault, ...]:
        """Every fault of a query about several notes, which are read as one where that is not too long. Raises QueryTooLong."""
        record = "\n\n".join(texts)
        if record.strip() and len(record) <= self._max_characters:
            return self.lint(query, ClinicalNote(record))
        _check_length(query)
        # Conditions are looked for in notes that can be read; quotes are looked up in notes of any length.
        return lint(query, record=record or None)

    def draft(self, request: DraftRequest) -> CheckedQuery:
        """A draft with what the linter says of it.

        Raises QueryTooLong, NothingToCite where the note has no words for a subject, InvalidSpan for evidence outside the note, NoteTooLong,
        CodeNotFound and ReleaseNotFound.
        """
        analysis = self._read(request.note)
        catalog = self._terminology.catalog(request.encounter.service_date)
        codes = [catalog.get(ref) for ref in request.codes]
        families = _families(codes[0], catalog) if codes else []
        kind = request.kind or _kind_of(codes, families)
        subjects = self._subjects(request, kind, analysis)
        quotes = _quotes(analysis, subjects)
        words = [request.note.quote(places[0]) for places in subjects]
        conditions = self._conditions(analysis)
        known = _choices(kind, codes[0], families, catalog) if codes and not request.choices else ()
        offered = request.choices or tuple(choice for choice in known if not conditions.denied(choice))
        about = subject_of(codes[0]) if codes else self._named(subjects[0][0], request, analysis, catalog)
        query = draft(kind, words, quotes, offered, about=about)
        _check_length(query)
        return CheckedQuery(query, lint(query, record=request.note.text, conditions=conditions))

    def _read(self, note: ClinicalNote) -> NoteAnalysis:
        if len(note.text) > self._max_characters:
            raise NoteTooLong(len(note.text), self._max_characters)
        return self._reader.read(note)

    def _conditions(self, analysis: NoteAnalysis) -> RecordConditions:
        return RecordConditions(analysis, reader=self._reader, terms=self._terms)

    def _named(self, words: TextSpan, request: DraftRequest, analysis: NoteAnalysis, catalog: Catalog) -> Subject:
        """What words without a code name, by the term that matches them best."""
        found = self._terms.candidates(analysis, request.encounter)
        worth = [(max((m.worth for m in c.matches if m.span.overlaps(words)), default=0.0), c.ref) for c in found]
        best, ref = max(worth, default=(0.0, None))
        code = catalog.find(ref) if ref is not None and best > 0 else None
        return Subject.ENTRY if code is None else subject_of(code)

    def _subjects(self, request: DraftRequest, kind: QueryKind, analysis: NoteAnalysis) -> list[list[TextSpan]]:
        """For each subject the places that speak of it, best first; as many subjects as the kind asks about."""
        least, most = LEAST_SUBJECTS.get(kind, 1), MOST_SUBJECTS.get(kind, 1)
        for span in request.evidence:
            if span.end > len(request.note.text):
                raise InvalidSpan(span.begin, span.end, len(request.note.text))
        if request.evidence:
            subjects = [[span] for span in request.evidence]
        else:
            found = self._terms.candidates(analysis, request.encounter)
            subjects = [_places(ref, kind, found, analysis) for ref in request.codes]
        if least == 2 and len(subjects) == 1 and len(subjects[0]) > 1:
            subjects = [[subjects[0][0]], [subjects[0][1]]]
        if len(subjects) < least or not subjects or not all(subjects[:most]):
            missing = next((ref.code for ref, places in zip(request.codes, subjects, strict=False) if not places), "")
            raise NothingToCite(kind, least, missing)
        # What is named beyond the subjects is shown with the last of them.
        head, rest = subjects[: most - 1], subjects[most - 1 :]
        return [*head, [span for places in rest for span in places]] if rest and not request.codes else subjects[:most]


def _check_length(query: PhysicianQuery) -> None:
    length = len(query.as_text())
    if length > MOST_CHARACTERS:
        raise QueryTooLong(length, MOST_CHARACTERS)


def _kind_of(codes: Sequence[Code], families: Sequence[Sequence[Code]]) -> QueryKind:
    """What a code leaves open by its title and family; the link where there are two codes."""
    if len(codes) > 1:
        return QueryKind.CAUSAL_LINK
    title = codes[0].title.casefold() if codes else ""
    if answers.bmi_diagnoses(codes[0].ref.code if codes else "") or title.startswith(("abnormal", "elevated")):
        return QueryKind.CLINICAL_SIGNIFICANCE
    if codes and answers.leaves_side_open(codes[0], families):
        return QueryKind.LATERALITY
    return QueryKind.TYPE if "unspecified" in title else QueryKind.SPECIFICITY


def _places(ref: CodeRef, kind: QueryKind, found: Sequence[Candidate], analysis: NoteAnalysis) -> list[TextSpan]:
    """Where the note speaks of a code: by the code itself, else by one under its heading, else by one of its category."""
    code = ref.code
    rungs: Mapping[int, str] = {0: code, 1: code[:-1].rstrip("."), 2: code[:_CATEGORY]}
    for rung, start in rungs.items():
        near = [c for c in found if c.ref.system is ref.system and (c.ref.code == code if rung == 0 else c.ref.code.startswith(start))]
        if ref.system is not CodeSystem.ICD10CM and rung > 0:
            break
        if near:
            best = max(near, key=lambda c: (max(m.worth for m in c.matches), c.ref))
            evidence = evidence_of(analysis, best)
            if kind is QueryKind.UNCERTAIN:
                evidence = tuple(sorted(evidence, key=lambda e: e.assertion.presence is not Presence.POSSIBLE))
            spoken = [e.span for e in evidence if e.assertion.presence is not Presence.ABSENT or kind is QueryKind.CONFLICTING]
            if spoken:
                return spoken[:QUOTES_PER_SUBJECT]
    return []


def _quotes(analysis: NoteAnalysis, subjects: Sequence[Sequence[TextSpan]]) -> tuple[RecordQuote, ...]:
    """The sentences that hold the words, each once, in the order of the note."""
    spans: set[TextSpan] = set()
    for span in (span for places in subjects for span in places):
        if not analysis.sentences:
            spans.add(span)
            continue
        first = analysis.sentences[analysis.sentence_at(span.begin)].span
        last = analysis.sentences[analysis.sentence_at(span.end - 1)].span
        spans.add(TextSpan(min(first.begin, span.begin), max(last.end, span.end)))
    return tuple(RecordQuote(analysis.note.quote(span), span, analysis.section_at(span.begin).category) for span in sorted(spans))


def _choices(kind: QueryKind, code: Code, families: Sequence[Sequence[Code]], catalog: Catalog) -> tuple[str, ...]:
    if kind is QueryKind.CLINICAL_SIGNIFICANCE:
        diagnoses = (catalog.find(CodeRef(CodeSystem.ICD10CM, name)) for name in answers.bmi_diagnoses(code.ref.code))
        return tuple(words for words in (answers.clinical(d.title) for d in diagnoses if d is not None) if words)
    return answers.choices(kind, code, families, [leaf for top in families[-1:] for child in top for leaf in (child, *_below(child, catalog))])


def _families(code: Code, catalog: Catalog) -> list[list[Code]]:
    """The children of each heading from the code up to its category, nearest first."""
    families: list[list[Code]] = []
    above = code if code.children else _parent(code, catalog)
    while above is not None and len(above.ref.code) >= _CATEGORY and "-" not in above.ref.code:
        # A residual heading holds what is rare: "other anemias" are no answers to "anemia".
        if not above.title.startswith("Other "):
            families.append(_children(above, catalog))
        above = _parent(above, catalog)
    return families


def _parent(code: Code, catalog: Catalog) -> Code | None:
    return catalog.find(CodeRef(code.ref.system, code.parent)) if code.parent else None


def _children(code: Code, catalog: Catalog) -> list[Code]:
    return [child for child in (catalog.find(CodeRef(code.ref.system, name)) for name in code.children) if child is not None]


def _below(code: Code, catalog: Catalog) -> Iterator[Code]:
    for child in _children(code, catalog):
        yield child
        yield from _below(child, catalog)
