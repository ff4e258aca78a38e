"""Medical decision making: what problems, data and risk amount to, and the level that two of the three reach.

The counting follows the table "Levels of Medical Decision Making" of the CPT E/M guidelines (2021 for office visits, 2023
for all); the wording here is ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """Levels of medical decision making in order. NONE: the note supports nothing of an element."""

    NONE = 0
    STRAIGHTFORWARD = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4

    @property
    def words(self) -> str:
        """The level in lower case."""
        return self.name.lower()


class ProblemKind(StrEnum):
    """Problems addressed at the visit."""

    SELF_LIMITED = "self_limited"
    STABLE_CHRONIC = "stable_chronic"
    STABLE_ACUTE = "stable_acute"
    ACUTE_UNCOMPLICATED = "acute_uncomplicated"
    CHRONIC_WORSE = "chronic_worse"
    NEW_UNCERTAIN = "new_uncertain"
    ACUTE_SYSTEMIC = "acute_systemic"
    COMPLICATED_INJURY = "complicated_injury"
    CHRONIC_SEVERE = "chronic_severe"
    THREAT = "threat"


class DataKind(StrEnum):
    """Data reviewed or ordered. Tests, outside notes and a historian count one by one; the last two are categories of their own."""

    TEST = "test"
    EXTERNAL_NOTE = "external_note"
    HISTORIAN = "historian"
    INTERPRETATION = "interpretation"
    DISCUSSION = "discussion"


class RiskKind(StrEnum):
    """Decisions of management by the risk they carry."""

    MINIMAL_CARE = "minimal_care"
    OVER_THE_COUNTER = "over_the_counter"
    THERAPY = "therapy"
    MINOR_SURGERY = "minor_surgery"
    PRESCRIPTION = "prescription"
    MINOR_SURGERY_WITH_RISK = "minor_surgery_with_risk"
    MAJOR_SURGERY = "major_surgery"
    SOCIAL = "social"
    TOXICITY_MONITORING = "toxicity_monitoring"
    MAJOR_SURGERY_WITH_RISK = "major_surgery_with_risk"
    EMERGENCY_SURGERY = "emergency_surgery"
    HOSPITALIZATION = "hospitalization"
    DO_NOT_RESUSCITATE = "do_not_resuscitate"
    PARENTERAL_CONTROLLED = "parenteral_controlled"


Kind = ProblemKind | DataKind | RiskKind
KINDS: dict[str, Kind] = {kind.value: kind for kinds in (ProblemKind, DataKind, RiskKind) for kind in kinds}
"""Every kind by its name, which no other kind has."""
# Kind of problem → the level that one of it reaches, and the level that two or more of it reach.
PROBLEM_LEVELS = {
    ProblemKind.SELF_LIMITED: (Level.STRAIGHTFORWARD, Level.LOW),
    ProblemKind.STABLE_CHRONIC: (Level.LOW, Level.MODERATE),
    ProblemKind.STABLE_ACUTE: (Level.LOW, Level.LOW),
    ProblemKind.ACUTE_UNCOMPLICATED: (Level.LOW, Level.LOW),
    ProblemKind.CHRONIC_WORSE: (Level.MODERATE, Level.MODERATE),
    ProblemKind.NEW_UNCERTAIN: (Level.MODERATE, Level.MODERATE),
    ProblemKind.ACUTE_SYSTEMIC: (Level.MODERATE, Level.MODERATE),
    ProblemKind.COMPLICATED_INJURY: (Level.MODERATE, Level.MODERATE),
    ProblemKind.CHRONIC_SEVERE: (Level.HIGH, Level.HIGH),
    ProblemKind.THREAT: (Level.HIGH, Level.HIGH),
}
RISK_LEVELS = {
    RiskKind.MINIMAL_CARE: Level.STRAIGHTFORWARD,
    RiskKind.OVER_THE_COUNTER: Level.LOW,
    RiskKind.THERAPY: Level.LOW,
    RiskKind.MINOR_SURGERY: Level.LOW,
    RiskKind.PRESCRIPTION: Level.MODERATE,
    RiskKind.MINOR_SURGERY_WITH_RISK: Level.MODERATE,
    RiskKind.MAJOR_SURGERY: Level.MODERATE,
    RiskKind.SOCIAL: Level.MODERATE,
    RiskKind.TOXICITY_MONITORING: Level.HIGH,
    RiskKind.MAJOR_SURGERY_WITH_RISK: Level.HIGH,
    RiskKind.EMERGENCY_SURGERY: Level.HIGH,
    RiskKind.HOSPITALIZATION: Level.HIGH,
    RiskKind.DO_NOT_RESUSCITATE: Level.HIGH,
    RiskKind.PARENTERAL_CONTROLLED: Level.HIGH,
}
_LIMITED, _MODERATE_COUNT = 2, 3
_COUNTED = frozenset({DataKind.TEST, DataKind.EXTERNAL_NOTE, DataKind.HISTORIAN})


def problems_level(kinds: Sequence[ProblemKind]) -> Level:
    """The level that the problems addressed reach together; each problem once."""
    return max((PROBLEM_LEVELS[kind][min(kinds.count(kind), 2) - 1] for kind in set(kinds)), default=Level.NONE)


def data_level(items: Collection[tuple[DataKind, str]]) -> Level:
    """The level of data, from (kind, name); a test, or a source of notes, counts once by its name.

    Limited: two tests or notes, or an independent historian. Moderate: three of tests, notes and a historian; or an
    independent interpretation; or a discussion with another professional. Extensive: two of these three.
    """
    unique = set(items)
    documents = {item for item in unique if item[0] in (DataKind.TEST, DataKind.EXTERNAL_NOTE)}
    kinds = {kind for kind, _ in unique}
    # Two people who give the history are still one independent historian.
    counted = len(documents) + (DataKind.HISTORIAN in kinds)
    categories = (counted >= _MODERATE_COUNT) + (DataKind.INTERPRETATION in kinds) + (DataKind.DISCUSSION in kinds)
    if categories >= 2:
        return Level.HIGH
    if categories == 1:
        return Level.MODERATE
    if len(documents) >= _LIMITED or DataKind.HISTORIAN in kinds:
        return Level.LOW
    return Level.STRAIGHTFORWARD if kinds & _COUNTED else Level.NONE


def risk_level(kinds: Iterable[RiskKind]) -> Level:
    """The level of the riskiest decision of management."""
    return max((RISK_LEVELS[kind] for kind in kinds), default=Level.NONE)


def decision_making(problems: Level, data: Level, risk: Level) -> Level:
    """The level that two of the three elements meet or exceed; NONE where no problem was addressed.

    The lowest level of the table asks for no data and minimal risk, so that one problem reaches it alone.
    """
    if problems is Level.NONE:
        return Level.NONE
    return max(sorted((problems, data, risk))[1], Level.STRAIGHTFORWARD)
