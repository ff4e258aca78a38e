"""Who looks at a page."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.audit import Actor
from app.domain.people import Permission, Principal, Reach


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person signed in. `csrf` is what scripts of the page bring with every write; `session` is the digest of theirs."""

    actor: Actor
    display_name: str
    csrf: str = field(repr=False)
    session: str = ""

    @property
    def principal(self) -> Principal:
        """The person as one who acts."""
        return self.actor.principal

    def may(self, permission: Permission) -> bool:
        """True when the permission goes anywhere for the person."""
        return self.principal.reach(permission) is not Reach.NONE
