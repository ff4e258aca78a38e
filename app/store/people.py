"""Tables and repositories of users, sessions and API keys."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Float, ForeignKey, Integer, Row, String, Table, Text, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.access_errors import InvalidPerson, PersonNotFound
from app.domain.people import ApiKey, Permission, Role, Session, User
from app.store.schema import METADATA

users = Table(
    "users",
    METADATA,
    Column("id", String(64), primary_key=True),
    # In small letters, so that names that differ in case only are one.
    Column("login", String(100), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("display_name", String(200), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Float, nullable=False),
    # Null for accounts made here; several nulls are no clash.
    Column("subject", String(64), unique=True, index=True),
)
sessions = Table(
    "sessions",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("user_id", String(64), ForeignKey("users.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("begun", Float, nullable=False),
    Column("seen", Float, nullable=False),
)
api_keys = Table(
    "api_keys",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("scopes", JSON),
    Column("created", Float, nullable=False),
    Column("expires", Float),
    Column("revoked", Float),
)


class SqlUsers:
    """Users within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user: User) -> None:
        """Keep a new user. Raises InvalidPerson."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(users).values(_user_row(user)))
        except IntegrityError as error:
            raise InvalidPerson("There is a user of this name already") from error

    def get(self, user_id: str) -> User:
        """Raises PersonNotFound."""
        row = self._connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
        if row is None:
            raise PersonNotFound("There is no such user")
        return _user(row)

    def named(self, name: str, *, to_change: bool = False) -> User | None:
        """The user of a name."""
        asked = select(users).where(users.c.login == name.casefold())
        row = self._connection.execute(asked.with_for_update() if to_change else asked).one_or_none()
        return None if row is None else _user(row)

    def of_subject(self, subject: str, *, to_change: bool = False) -> User | None:
        """The user of a subject."""
        asked = select(users).where(users.c.subject == subject)
        row = self._connection.execute(asked.with_for_update() if to_change else asked).one_or_none()
        return None if row is None else _user(row)

    def save(self, user: User) -> None:
        """Keep a changed user."""
        self._connection.execute(update(users).where(users.c.id == user.id).values(_user_row(user)))

    def all(self) -> list[User]:
        """Every user, by name."""
        return [_user(row) for row in self._connection.execute(select(users).order_by(users.c.login))]


class SqlSessions:
    """Sessions within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        """Keep a new session."""
        values = {"digest": session.digest, "user_id": session.user_id, "csrf": session.csrf, "begun": session.begun, "seen": session.seen}
        self._connection.execute(insert(sessions).values(values))

    def get(self, digest: str) -> Session | None:
        """The session."""
        row = self._connection.execute(select(sessions).where(sessions.c.digest == digest)).one_or_none()
        return None if row is None else Session(row.digest, row.user_id, row.csrf, row.begun, row.seen)

    def touch(self, digest: str, seen: float) -> None:
        """Note when it was last used."""
        self._connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen=seen))

    def remove(self, digest: str) -> None:
        """End a session."""
        self._connection.execute(delete(sessions).where(sessions.c.digest == digest))

    def of(self, user_id: str) -> list[Session]:
        """The sessions of a user."""
        asked = select(sessions).where(sessions.c.user_id == user_id).order_by(sessions.c.seen.desc(), sessions.c.digest)
        return [Session(row.digest, row.user_id, row.csrf, row.begun, row.seen) for row in self._connection.execute(asked)]

    def remove_of(self, user_id: str, *, but: str = "") -> None:
        """End all sessions of a user but one."""
        self._connection.execute(delete(sessions).where(sessions.c.user_id == user_id, sessions.c.digest != but))


class SqlKeys:
    """API keys within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: ApiKey) -> None:
        """Keep a new key. Raises InvalidPerson."""
        values = {
            "id": key.id,
            "name": key.name,
            "digest": key.digest,
            "roles": sorted(key.roles),
            "scopes": None if key.scopes is None else sorted(key.scopes),
            "created": key.created,
            "expires": key.expires,
            "revoked": key.revoked,
        }
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(api_keys).values(values))
        except IntegrityError as error:
            raise InvalidPerson("There is a key of this name already") from error

    def get(self, key_id: str) -> ApiKey | None:
        """The key."""
        row = self._connection.execute(select(api_keys).where(api_keys.c.id == key_id)).one_or_none()
        return None if row is None else _key(row)

    def revoke(self, key_id: str, at: float) -> None:
        """Revoke a key. Raises PersonNotFound."""
        if self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(revoked=at)).rowcount != 1:
            raise PersonNotFound("There is no key of this id: see `chartcoder keys list`")

    def all(self) -> list[ApiKey]:
        """Every key, by name."""
        return [_key(row) for row in self._connection.execute(select(api_keys).order_by(api_keys.c.name))]


def _user(row: Row[Any]) -> User:
    roles = frozenset(map(Role, row.roles))
    return User(row.id, row.name, row.display_name, roles, row.password_hash, row.disabled, row.failures, row.locked_until, row.subject or "")


def _user_row(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "login": user.name.casefold(),
        "name": user.name,
        "display_name": user.display_name,
        "roles": sorted(user.roles),
        "password_hash": user.password_hash,
        "disabled": user.disabled,
        "failures": user.failures,
        "locked_until": user.locked_until,
        "subject": user.subject or None,
    }


def _key(row: Row[Any]) -> ApiKey:
    scopes = None if row.scopes is None else frozenset(map(Permission, row.scopes))
    return ApiKey(row.id, row.name, row.digest, frozenset(map(Role, row.roles)), scopes, row.created, row.expires, row.revoked)
