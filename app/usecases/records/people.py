"""People, their sessions, and the keys of machines."""

from __future__ import annotations

from typing import Protocol

from app.domain.people import ApiKey, Session, User


class Users(Protocol):
    """Users by id and by name; names are unique, whatever their case."""

    def add(self, user: User) -> None:
        """Keep a new user. Raises InvalidPerson when the name is taken."""
        ...

    def get(self, user_id: str) -> User:
        """Raises PersonNotFound."""
        ...

    def named(self, name: str, *, to_change: bool = False) -> User | None:
        """The user of a name; `to_change` keeps others from changing it until this unit of work ends."""
        ...

    def of_subject(self, subject: str, *, to_change: bool = False) -> User | None:
        """The user whom the identity provider knows as `subject`, which is not ""."""
        ...

    def save(self, user: User) -> None:
        """Keep a changed user."""
        ...

    def all(self) -> list[User]:
        """Every user, by name."""
        ...


class Sessions(Protocol):
    """Sessions by the digest of their token."""

    def add(self, session: Session) -> None:
        """Keep a new session."""
        ...

    def get(self, digest: str) -> Session | None:
        """The session."""
        ...

    def touch(self, digest: str, seen: float) -> None:
        """Note when the session was last used."""
        ...

    def remove(self, digest: str) -> None:
        """End a session."""
        ...

    def of(self, user_id: str) -> list[Session]:
        """The sessions of a user, the last used first."""
        ...

    def remove_of(self, user_id: str, *, but: str = "") -> None:
        """End all sessions of a user, but for the one of the digest `but`."""
        ...


class Keys(Protocol):
    """API keys."""

    def add(self, key: ApiKey) -> None:
        """Keep a new key. Raises InvalidPerson when the name is taken."""
        ...

    def get(self, key_id: str) -> ApiKey | None:
        """The key."""
        ...

    def revoke(self, key_id: str, at: float) -> None:
        """Revoke a key. Raises PersonNotFound."""
        ...

    def all(self) -> list[ApiKey]:
        """Every key, by name."""
        ...
