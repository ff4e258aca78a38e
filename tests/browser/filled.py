"""A workbench with finalised charts of two coders and audits of some, through the use cases."""

from __future__ import annotations

from app.domain.audit import Actor
from app.domain.code import CodeRef, CodeSystem
from app.domain.people import Principal, PrincipalKind, Role
from app.domain.review import Accept, Reject, RejectReason, Replace
from tests.browser.workbench import Workbench

ICD, CPT = CodeSystem.ICD10CM, CodeSystem.CPT
HTN, DM, E119, INJECTION = CodeRef(ICD, "I10"), CodeRef(ICD, "E11.40"), CodeRef(ICD, "E11.9"), CodeRef(CPT, "20610")
USUAL = (Accept(HTN), Accept(DM), Accept(INJECTION))
REPLACED = (Accept(HTN), Replace(DM, E119, ""), Accept(INJECTION))
REJECTED = (Accept(HTN), Accept(DM), Reject(INJECTION, RejectReason.NOT_PERFORMED))


def person(name: str, *roles: Role) -> Actor:
    return Actor(Principal(PrincipalKind.PERSON, name, name, frozenset(roles)))


def finalize(workbench: Workbench, number: int, *, by: str = "coder", seconds: int | None = 80, external_id: str = "visit") -> list[str]:
    """Ids of finalised charts; every third has a replaced code, every fifth a rejected one."""
    coder, done = person(by, Role.CODER), []
    for i, chart_id in enumerate(workbench.submit(number, external_id=external_id)):
        revision = 1
        for verdict in REJECTED if i % 5 == 4 else REPLACED if i % 3 == 2 else USUAL:
            revision = workbench.workflow.review.decide(coder, chart_id, verdict, revision=revision).revision
        spent = None if seconds is None else seconds + 7 * i
        workbench.workflow.finalize.finalize(coder, chart_id, override="", revision=revision, active_seconds=spent)
        done.append(chart_id)
    return done
