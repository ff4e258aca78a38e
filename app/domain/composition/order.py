"""The order of a claim: first-listed or principal, acute before chronic, aetiology before manifestation, external cause last.

The weight of a diagnosis is what a coder reads off the note (Guidelines II, IV.G): where it is stated, how early in that
section, whether the patient came for it. It is plain arithmetic on places, nothing fitted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from app.domain.code import CodeRef
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.encounter import Setting
from app.domain.precedence import REASONS, is_symptom, rank
from app.domain.tabular.tabular import Tabular

# How much a section tells of what the encounter was for. Names of data/sections.yaml.
SECTION_WEIGHT: Mapping[str, float] = {
    "postoperative_diagnosis": 6.0,
    "discharge_diagnosis": 6.0,
    "diagnosis": 5.5,
    "assessment": 5.0,
    "assessment_and_plan": 5.0,
    "impression": 5.0,
    "condition": 4.0,
    "preoperative_diagnosis": 6.0,
    "admission_diagnosis": 4.0,
    "indication": 4.0,
    "plan": 4.0,
    "hospital_course": 3.0,
    "emergency_course": 3.0,
    "findings": 2.5,
    "chief_complaint": 3.0,
    "history_of_present_illness": 2.0,
    "procedure": 2.5,
    "procedure_description": 2.0,
}
_ELSEWHERE = 1.0
SYMPTOM, CAME, STEP, WORD_STEP, REASON = 1.0, 0.5, 0.4, 0.15, 0.75
_FURTHEST = 6
_CAME_FOR_IT = ("chief_complaint", "indication", "admission_diagnosis")


def ordered(coded: CodedEncounter, pairs: Collection[tuple[CodeRef, CodeRef]] = ()) -> tuple[CodedLine, ...]:
    """The diagnoses in claim order; the same whatever order they come in. The first of each pair comes before the second."""
    weight = weights(coded)
    best_first = sorted(coded.diagnoses, key=lambda line: (rank(line.ref.code), -weight[line.ref], line.ref))
    before = {*_before(coded), *pairs}
    return _respecting(best_first, before) if before else tuple(best_first)


def weights(coded: CodedEncounter) -> Mapping[CodeRef, float]:
    """How much each diagnosis looks like what the encounter was for."""
    places: dict[str, set[tuple[int, int]]] = {}
    for line in coded.diagnoses:
        for e, sentence in zip(line.evidence, coded.sentences_of(line), strict=True):
            places.setdefault(e.section, set()).add((sentence, e.span.begin))
    behind: dict[tuple[str, int], float] = {}
    for section, found in places.items():
        statements = {at: i for i, at in enumerate(sorted({at for at, _ in found}))}
        for i, (at, begin) in enumerate(sorted(found)):
            behind[section, begin] = STEP * min(statements[at], _FURTHEST) + WORD_STEP * min(i, _FURTHEST)
    return {line.ref: _weight(line, coded, behind) for line in coded.diagnoses}


def _weight(line: CodedLine, coded: CodedEncounter, behind: Mapping[tuple[str, int], float]) -> float:
    best = 0.0
    came_for_it = False
    for e in line.evidence:
        best = max(best, SECTION_WEIGHT.get(e.section, _ELSEWHERE) - behind[e.section, e.span.begin])
        came_for_it = came_for_it or e.section in _CAME_FOR_IT
    value = best + CAME * came_for_it + line.confidence
    if is_symptom(line.ref.code):
        value -= SYMPTOM
    if line.ref.code.startswith(REASONS) and coded.encounter.setting is not Setting.INPATIENT:
        value += REASON
    return value


def _respecting(lines: Sequence[CodedLine], before: Collection[tuple[CodeRef, CodeRef]]) -> tuple[CodedLine, ...]:
    """The lines so that what must come first does; otherwise in the order given."""
    left = list(lines)
    done: list[CodedLine] = []
    late = {ref for _, ref in before}
    while left:
        # A circle would leave none free: then the order given stands.
        free = next((a for a in left if a.ref not in late or not any(b is not a and (b.ref, a.ref) in before for b in left)), left[0])
        left.remove(free)
        done.append(free)
    return tuple(done)


def precedes(a: CodedLine, b: CodedLine, coded: CodedEncounter) -> bool:
    """True when a note of the tabular list puts `a` before `b` (I.A.13): b says "code first" a, or a says "use additional" b."""
    return _goes_before(coded.tabular, a.ref.code, b.ref.code)


def _before(coded: CodedEncounter) -> Iterator[tuple[CodeRef, CodeRef]]:
    """Every pair of which the first precedes the second; only codes that have such notes are looked at."""
    tabular, codes = coded.tabular, [(line.ref, line.ref.code) for line in coded.diagnoses]
    for ref, code in codes:
        notes = tabular.notes(code)
        if notes.code_first:
            yield from ((other, ref) for other, x in codes if other != ref and _goes_before(tabular, x, code))
        if notes.use_additional:
            yield from ((ref, other) for other, y in codes if other != ref and _goes_before(tabular, code, y))


# Every round asks for the pairs of a claim, and claims share their pairs.
@lru_cache(maxsize=100_000)
def _goes_before(tabular: Tabular, x: str, y: str) -> bool:
    if tabular.notes(y).code_first.name(x):
        return True
    notes = tabular.notes(x)
    return notes.use_additional.name(y) and not notes.code_first.name(y)
