"""All rules in the order in which they are asked."""

from __future__ import annotations

from app.domain.rules.base import Rule
from app.domain.rules.billable import Billable
from app.domain.rules.negated import Negated
from app.domain.rules.not_done import NotDone
from app.domain.rules.other_person import OtherPerson
from app.domain.rules.sex_conflict import SexConflict
from app.domain.rules.uncertain import Uncertain

RULES: tuple[Rule, ...] = (Negated(), OtherPerson(), Uncertain(), NotDone(), Billable(), SexConflict())
