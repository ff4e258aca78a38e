"""All rules. Claim rules are asked in this order, so that what they find reads in it."""

from __future__ import annotations

from app.domain.rules.base import ClaimRule, CodeRule
from app.domain.rules.billable import Billable
from app.domain.rules.excludes1 import Excludes1
from app.domain.rules.negated import Negated
from app.domain.rules.not_done import NotDone
from app.domain.rules.other_person import OtherPerson
from app.domain.rules.sex_conflict import SexConflict
from app.domain.rules.uncertain import Uncertain

CODE_RULES: tuple[CodeRule, ...] = (Negated(), OtherPerson(), Uncertain(), NotDone(), Billable(), SexConflict())
CLAIM_RULES: tuple[ClaimRule, ...] = (Excludes1(),)
