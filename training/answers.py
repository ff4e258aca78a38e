"""What the service says of labelled documents: the use case that serves, run over examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.code import CodeRef
from app.domain.errors import ChartcoderError
from app.domain.note import TextSpan
from app.domain.suggestion import CodingDraft, Status
from app.usecases.suggest_codes import SuggestionRequest
from training.examples import TrainingExample

# More than a note ever has candidates: the ceiling of recall is measured over all of them.
_NO_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Said:
    """One code that the service weighed. `rule` is the one that kept it back, or ""."""

    ref: CodeRef
    confidence: float
    status: Status
    evidence: tuple[TextSpan, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Answer:
    """All that was weighed for one document, best first.

    `fault` is why it could not be answered, or "". `diagnoses`: those of the claim in their order; empty where no claim was composed.
    """

    example: TrainingExample
    said: tuple[Said, ...]
    fault: str = ""
    diagnoses: tuple[CodeRef, ...] = ()


def answer_all(
    service: Callable[[SuggestionRequest], CodingDraft], examples: Sequence[TrainingExample], told: Callable[[float], None]
) -> list[Answer]:
    """Answers in the order of the examples; a document that the service refuses counts as answered with nothing."""
    answers = []
    for number, example in enumerate(examples, 1):
        try:
            draft = service(SuggestionRequest(example.note, example.encounter, limit=_NO_LIMIT))
        except ChartcoderError as error:
            answers.append(Answer(example, (), error.code))
        else:
            said = [Said(s.ref, s.confidence, s.status, tuple(e.span for e in s.evidence), s.rule) for s in draft.suggestions]
            diagnoses = draft.claim.diagnoses if draft.claim is not None else ()
            answers.append(Answer(example, tuple(sorted(said, key=lambda s: (-s.confidence, s.ref))), diagnoses=diagnoses))
        told(number / len(examples))
    return answers
