"""The demonstration: invented users and charts in an empty store. Only where nobody from elsewhere can come in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from app.domain.access_errors import InvalidPerson
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


def introduce(workflow: Workflow) -> None:
    """Add the demo users to a store without users, so that people can sign in before the first note is read."""
    if workflow.accounts.users():
        return
    for name, display_name, role in USERS:
        # Another process of the service may be doing the same.
        with suppress(InvalidPerson):
            workflow.accounts.add_user(name, PASSWORD, {role}, display_name=display_name)


def populate(workflow: Workflow, notes: Sequence[DemoNote]) -> int:
    """Demo users in a store without users, and one chart for each note where there are demo users alone; how many charts are new."""
    introduce(workflow)
    if {user.id for user in workflow.accounts.users()} != {name for name, _, _ in USERS}:
        return 0
    new = 0
    for note in notes:
        # The key keeps a second process, or the next start, from doing the same.
        given = Submission(note.encounter, (TitledNote(ClinicalNote(note.text), note.title),), note.id, key=note.id)
        new += not workflow.submit.submit(_EHR, given).replayed
    return new
