"""The demonstration: invented users and charts in an empty store. Only where nobody from elsewhere can come in."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.audit import Actor
from app.domain.note import ClinicalNote
from app.domain.people import Principal, PrincipalKind, Role
from app.usecases.charts.submit import Submission, TitledNote
from app.usecases.workflow import Workflow
from app.workbench.demo import DemoNote

PASSWORD = "chartcoder-demo"  # noqa: S105  public, and good on loopback only
USERS = (
    ("coder", "Demo coder", Role.CODER),
    ("coder2", "Second demo coder", Role.CODER),
    ("auditor", "Demo auditor", Role.AUDITOR),
    ("manager", "Demo manager", Role.MANAGER),
    ("engineer", "Demo ML engineer", Role.ML_ENGINEER),
    ("admin", "Demo admin", Role.ADMIN),
)
_EHR = Actor(Principal(PrincipalKind.COMMAND, "demo-ehr", "demo EHR", frozenset({Role.INTEGRATION})))


def populate(workflow: Workflow, notes: Sequence[DemoNote]) -> bool:
    """Put demo users and one chart for each note into a store without users; False when there are some."""
    if workflow.accounts.users():
        return False
    for note in notes:
        # The key keeps a second process from doing the same.
        given = Submission(note.encounter, (TitledNote(ClinicalNote(note.text), note.title),), note.id, key=note.id)
        workflow.submit.submit(_EHR, given)
    for name, display_name, role in USERS:
        workflow.accounts.add_user(name, PASSWORD, {role}, display_name=display_name)
    return True
