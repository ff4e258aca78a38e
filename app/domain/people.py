"""Who may do what. The matrix is data: docs/security.md prints it, and a test walks it for every endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a person or machine is here for."""

    CODER = "coder"
    AUDITOR = "auditor"
    MANAGER = "manager"
    ML_ENGINEER = "ml_engineer"
    INTEGRATION = "integration"
    ADMIN = "admin"


class Permission(StrEnum):
    """One thing that can be allowed; also the scopes of an API key."""

    SUGGEST = "suggest"
    SUBMIT = "submit"
    READ = "read"
    WORKLIST = "worklist"
    REVIEW = "review"
    QUERY = "query"
    FINALIZE = "finalize"
    OVERRIDE = "override"
    REOPEN = "reopen"
    ASSIGN = "assign"
    EVENTS = "events"
    CERTIFICATES = "certificates"
    CERTIFY = "certify"
    AUTOMATE = "automate"
    AUDIT = "audit"
    AUDIT_READ = "audit_read"
    AUDIT_ANSWER = "audit_answer"
    DASHBOARDS = "dashboards"
    PHRASES = "phrases"
    MODELS = "models"
    TRAIN = "train"
    PROMOTE = "promote"


class Reach(StrEnum):
    """How far a permission goes. `own`: see `Principal.owns`."""

    NONE = "none"
    OWN = "own"
    ANY = "any"


_P = Permission
MATRIX: Mapping[Role, Mapping[Permission, Reach]] = MappingProxyType(
    {
        Role.CODER: {_P.SUGGEST: Reach.ANY}
        | dict.fromkeys((_P.READ, _P.WORKLIST, _P.REVIEW, _P.QUERY, _P.FINALIZE, _P.REOPEN, _P.AUDIT_ANSWER, _P.PHRASES), Reach.OWN),
        Role.AUDITOR: dict.fromkeys(
            (_P.SUGGEST, _P.READ, _P.WORKLIST, _P.REOPEN, _P.CERTIFICATES, _P.AUDIT, _P.AUDIT_READ, _P.DASHBOARDS, _P.PHRASES, _P.MODELS), Reach.ANY
        ),
        Role.MANAGER: {
            **dict.fromkeys(
                (
                    *(_P.SUGGEST, _P.READ, _P.WORKLIST, _P.REVIEW, _P.QUERY, _P.FINALIZE, _P.OVERRIDE, _P.REOPEN, _P.ASSIGN, _P.EVENTS),
                    *(_P.CERTIFICATES, _P.CERTIFY, _P.AUTOMATE, _P.AUDIT_READ, _P.DASHBOARDS, _P.PHRASES, _P.MODELS),
                ),
                Reach.ANY,
            ),
            _P.AUDIT_ANSWER: Reach.OWN,
        },
        Role.ML_ENGINEER: {
            **dict.fromkeys((_P.SUGGEST, _P.CERTIFICATES, _P.CERTIFY, _P.PHRASES, _P.MODELS, _P.TRAIN, _P.PROMOTE), Reach.ANY),
            # Of no encounter: alarms of drift, certificates, models and runs.
            _P.EVENTS: Reach.OWN,
        },
        Role.INTEGRATION: {_P.SUGGEST: Reach.ANY} | dict.fromkeys((_P.SUBMIT, _P.READ, _P.WORKLIST, _P.EVENTS), Reach.OWN),
        # Who runs the service has no business in charts: users, keys and webhooks are managed by command.
        Role.ADMIN: {_P.SUGGEST: Reach.ANY},
    }
)
"""Role → permission → reach; what is not named is not allowed."""

_ORDER = (Reach.NONE, Reach.OWN, Reach.ANY)


class PrincipalKind(StrEnum):
    """How someone came in."""

    PERSON = "person"
    KEY = "key"
    COMMAND = "command"
    AUTOMATION = "automation"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts. `scopes` narrows an API key to some of what its roles allow; None narrows nothing."""

    kind: PrincipalKind
    id: str
    name: str
    roles: frozenset[Role] = field(default=frozenset())
    scopes: frozenset[Permission] | None = None

    def reach(self, permission: Permission) -> Reach:
        """How far the permission goes for this principal: the furthest of its roles."""
        if self.scopes is not None and permission not in self.scopes:
            return Reach.NONE
        return _furthest(MATRIX[role].get(permission, Reach.NONE) for role in self.roles)

    def owns(self, *, source: str, assignee: str | None) -> bool:
        """True for a chart that is one's own: submitted by oneself, or for coders assigned to oneself or to nobody."""
        if source == self.id:
            return True
        return Role.CODER in self.roles and assignee in (None, self.id)

    def may(self, permission: Permission, *, source: str, assignee: str | None) -> bool:
        """True when the permission holds for this chart."""
        reach = self.reach(permission)
        return reach is Reach.ANY or (reach is Reach.OWN and self.owns(source=source, assignee=assignee))


def _furthest(reaches: Iterable[Reach]) -> Reach:
    return max(reaches, key=_ORDER.index, default=Reach.NONE)


ANONYMOUS = Principal(PrincipalKind.ANONYMOUS, "anonymous", "anonymous")
AUTOMATION = Principal(PrincipalKind.AUTOMATION, "automation", "automation")
"""Whoever finalises without a person, under a certificate."""
COMMAND_LINE = Principal(PrincipalKind.COMMAND, "command", "command line")


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in. `failures` counts wrong passwords since the last right one; `locked_until` in seconds since 1970.

    `subject` says who it is at the identity provider, "" for an account made here; then `password_hash` may be "", which no
    password matches.
    """

    id: str
    name: str
    display_name: str
    roles: frozenset[Role]
    password_hash: str = field(repr=False)
    disabled: bool = False
    failures: int = 0
    locked_until: float = 0.0
    subject: str = ""

    def principal(self) -> Principal:
        """The user as one who acts."""
        return Principal(PrincipalKind.PERSON, self.id, self.name, self.roles)


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in. `digest`: SHA-256 of the cookie; the token itself is kept nowhere. Times in seconds since 1970."""

    digest: str
    user_id: str
    csrf: str = field(repr=False)
    begun: float
    seen: float


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A machine's key. `digest`: SHA-256 of its secret half. Times in seconds since 1970; `expires` and `revoked` None for never."""

    id: str
    name: str
    digest: str = field(repr=False)
    roles: frozenset[Role]
    scopes: frozenset[Permission] | None
    created: float
    expires: float | None = None
    revoked: float | None = None

    def principal(self) -> Principal:
        """The key as one who acts."""
        return Principal(PrincipalKind.KEY, f"key:{self.id}", self.name, self.roles, self.scopes)
