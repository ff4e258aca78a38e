"""People for whom the site's identity provider vouches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from app.domain.access_errors import NameTaken, NoRole, SignInRefused
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.errors import ChartcoderError
from app.domain.people import Role, Session, User
from app.usecases.people.accounts import usable_name
from app.usecases.people.sign_in import SignedIn
from app.usecases.people.tokens import digest, new_token
from app.usecases.records.unit_of_work import Clock, UnitOfWork, Work

_LONGEST_DISPLAY_NAME = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is. `subject`: 64 hexadecimal digits, one and the same for issuer and subject; `roles` as mapped here."""

    subject: str
    name: str
    display_name: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Departure:
    """The way to the provider: its address, and the ticket that the browser brings back."""

    url: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came back, and where they wanted to go."""

    identity: Identity
    back: str


class IdentityProvider(Protocol):
    """An identity provider that people are sent to and come back from."""

    def depart(self, redirect_uri: str, back: str) -> Departure:
        """The way there. Raises ProviderUnreachable."""
        ...

    def arrive(self, redirect_uri: str, ticket: str, answer: Mapping[str, str]) -> Arrival:
        """Who came back with `answer`. Raises IdentityRefused and ProviderUnreachable."""
        ...


class AdmitPeople:
    """Signs in whom the provider vouches for; accounts are made and kept up to date by that. Safe to share between threads."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work, self._clock = work, clock

    def admit(self, actor: Actor, identity: Identity) -> SignedIn:
        """A new session. Raises NoRole, NameTaken, InvalidPerson, and SignInRefused for a disabled account."""
        now, token = self._clock(), new_token()
        refused: ChartcoderError | None = None
        with self._work() as work:
            user = work.users.of_subject(identity.subject, to_change=True)
            refused = _refusal(work, user, identity)
            if refused is None:
                user = self._kept(work, actor, user, identity)
                session = Session(digest(token), user.id, new_token(), now, now)
                work.sessions.add(session)
                self._note(work, replace(actor, principal=user.principal()), Action.SIGNED_IN, user.id, "openid")
                return SignedIn(user, session, token)
            if user is not None:
                # What the provider took away ends here too.
                work.sessions.remove_of(user.id)
            self._note(work, actor, Action.SIGN_IN_REFUSED, "" if user is None else user.id, refused.code)
        raise refused

    def _kept(self, work: UnitOfWork, actor: Actor, user: User | None, identity: Identity) -> User:
        shown = (identity.display_name or identity.name)[:_LONGEST_DISPLAY_NAME]
        if user is None:
            name = usable_name(identity.name)
            user = User(name.casefold(), name, shown, identity.roles, password_hash="", subject=identity.subject)
            work.users.add(user)
            self._note(work, actor, Action.USER_CHANGED, user.id, "added by openid")
            return user
        changed = replace(user, display_name=shown, roles=identity.roles)
        if changed != user:
            work.users.save(changed)
            self._note(work, actor, Action.USER_CHANGED, user.id, "roles " + " ".join(sorted(identity.roles)) + " by openid")
        return changed

    def _note(self, work: UnitOfWork, actor: Actor, action: Action, subject: str, what: str) -> None:
        work.audit.add(AuditEntry(datetime.fromtimestamp(self._clock(), UTC), actor, action, subject, {"what": what}))


def _refusal(work: UnitOfWork, user: User | None, identity: Identity) -> ChartcoderError | None:
    if not identity.roles:
        return NoRole()
    if user is not None:
        return SignInRefused() if user.disabled else None
    # An account that was made here belongs to whoever knows its password, whatever name a provider lets people choose.
    return None if work.users.named(identity.name) is None else NameTaken()
