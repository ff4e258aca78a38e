"""All rules. Claim rules are asked in this order: what makes codes complete, what joins them, what takes away, what adds, then order and services."""

from __future__ import annotations

from app.domain.rules.active_treatment import ActiveTreatment
from app.domain.rules.acute_first import AcuteFirst
from app.domain.rules.age_conflict import AgeConflict
from app.domain.rules.base import ClaimRule, CodeRule
from app.domain.rules.billable import Billable
from app.domain.rules.body_mass_index import BodyMassIndex
from app.domain.rules.code_first import CodeFirst
from app.domain.rules.combination import Combination
from app.domain.rules.complication import Complication
from app.domain.rules.diabetes import DiabetesWith
from app.domain.rules.drug_event import DrugEvent
from app.domain.rules.excludes1 import Excludes1
from app.domain.rules.external_cause import ExternalCause
from app.domain.rules.first_listed import FirstListed
from app.domain.rules.history_of import HistoryOf
from app.domain.rules.hiv import Hiv
from app.domain.rules.hypertension import HypertensionWith
from app.domain.rules.in_force import InForce
from app.domain.rules.included_guidance import IncludedGuidance
from app.domain.rules.integral_symptom import IntegralSymptom
from app.domain.rules.laterality import Laterality
from app.domain.rules.long_term_drugs import LongTermDrugs
from app.domain.rules.modifier_25 import Modifier25
from app.domain.rules.modifier_59 import Modifier59
from app.domain.rules.more_specific import MoreSpecific
from app.domain.rules.negated import Negated
from app.domain.rules.neoplasm import Neoplasm
from app.domain.rules.not_done import NotDone
from app.domain.rules.one_reading import OneReading
from app.domain.rules.other_person import OtherPerson
from app.domain.rules.pregnancy import Pregnancy
from app.domain.rules.resolved import Resolved
from app.domain.rules.screening import Screening
from app.domain.rules.sepsis import Sepsis
from app.domain.rules.seventh_character import SeventhCharacter
from app.domain.rules.sex_conflict import SexConflict
from app.domain.rules.sex_edit import SexEdit
from app.domain.rules.side_modifier import SideModifier
from app.domain.rules.specificity import Specificity
from app.domain.rules.supported_service import SupportedService
from app.domain.rules.tobacco import Tobacco
from app.domain.rules.uncertain import Uncertain
from app.domain.rules.uncoded_problem import UncodedProblem
from app.domain.rules.use_additional import UseAdditional

CODE_RULES: tuple[CodeRule, ...] = (Negated(), OtherPerson(), Uncertain(), NotDone(), Billable(), SexConflict())
CLAIM_RULES: tuple[ClaimRule, ...] = (
    InForce(), Specificity(), SeventhCharacter(), Laterality(), ActiveTreatment(),
    HistoryOf(), Resolved(), Combination(), DiabetesWith(), HypertensionWith(), IntegralSymptom(), Screening(), Hiv(), Tobacco(),
    UncodedProblem(), CodeFirst(), LongTermDrugs(), BodyMassIndex(), Pregnancy(), Sepsis(), Neoplasm(), DrugEvent(),
    Excludes1(), MoreSpecific(), OneReading(), UseAdditional(), Complication(), ExternalCause(), AgeConflict(), SexEdit(),
    AcuteFirst(), FirstListed(), IncludedGuidance(), Modifier25(), Modifier59(), SideModifier(), SupportedService(),
)  # fmt: skip
