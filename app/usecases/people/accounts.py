"""Users, keys and webhooks, as an operator keeps them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from app.domain.access_errors import InvalidPerson, PersonNotFound
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.chart_event import EventType, Webhook
from app.domain.people import ANONYMOUS, COMMAND_LINE, ApiKey, Permission, Role, User
from app.usecases.people.sign_in import Passwords
from app.usecases.people.tokens import digest, key_text, new_token
from app.usecases.records.charts import NOBODY
from app.usecases.records.unit_of_work import Clock, UnitOfWork, Work

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")
_RESERVED = frozenset({"me", NOBODY, ANONYMOUS.id, COMMAND_LINE.id})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Accounts:
    """Keeps users, keys and webhooks; every change is in the audit trail."""

    def __init__(self, work: Work, clock: Clock, passwords: Passwords) -> None:
        self._work, self._clock, self._passwords = work, clock, passwords

    def add_user(self, name: str, password: str, roles: Collection[Role], *, display_name: str = "") -> User:
        """A new user. Raises InvalidPerson."""
        if not roles:
            raise InvalidPerson(f"A user has at least one role: {', '.join(Role)}")
        # The name is the id: names never change, and the audit trail reads by itself.
        user = User(usable_name(name).casefold(), name, display_name or name, frozenset(roles), self._passwords.hash(_usable(password)))
        with self._work() as work:
            work.users.add(user)
            self._note(work, Action.USER_CHANGED, user.id, "added")
        return user

    def set_password(self, name: str, password: str) -> None:
        """Give a user another password; sessions end. Raises PersonNotFound and InvalidPerson."""
        hashed = self._passwords.hash(_usable(password))
        with self._work() as work:
            user = _user(work, name)
            work.users.save(replace(user, password_hash=hashed, failures=0, locked_until=0.0))
            work.sessions.remove_of(user.id)
            self._note(work, Action.USER_CHANGED, user.id, "password")

    def set_roles(self, name: str, roles: Collection[Role]) -> None:
        """Give a user other roles. Raises PersonNotFound and InvalidPerson."""
        if not roles:
            raise InvalidPerson(f"A user has at least one role: {', '.join(Role)}")
        with self._work() as work:
            user = _user(work, name)
            work.users.save(replace(user, roles=frozenset(roles)))
            self._note(work, Action.USER_CHANGED, user.id, "roles " + " ".join(sorted(roles)))

    def set_disabled(self, name: str, *, disabled: bool) -> None:
        """Keep a user out, sessions ended; or let one in again. Raises PersonNotFound."""
        with self._work() as work:
            user = _user(work, name)
            work.users.save(replace(user, disabled=disabled))
            if disabled:
                work.sessions.remove_of(user.id)
            self._note(work, Action.USER_CHANGED, user.id, "disabled" if disabled else "enabled")

    def unlock(self, name: str) -> None:
        """Forget wrong passwords. Raises PersonNotFound."""
        with self._work() as work:
            user = _user(work, name)
            work.users.save(replace(user, failures=0, locked_until=0.0))
            self._note(work, Action.USER_CHANGED, user.id, "unlocked")

    def users(self) -> list[User]:
        """Every user, by name."""
        with self._work() as work:
            return work.users.all()

    def add_key(self, name: str, roles: Collection[Role], *, scopes: Collection[Permission] | None = None, days: int | None = None) -> str:
        """A new API key; what is returned is shown once and kept nowhere. Raises InvalidPerson."""
        if not roles:
            raise InvalidPerson(f"A key has at least one role: {', '.join(Role)}")
        if days is not None and days < 1:
            raise InvalidPerson("A key lasts at least one day")
        key_id, secret, now = secrets.token_hex(6), new_token(), self._clock()
        expires = None if days is None else now + days * 86_400
        key = ApiKey(key_id, usable_name(name), digest(secret), frozenset(roles), None if scopes is None else frozenset(scopes), now, expires)
        with self._work() as work:
            work.keys.add(key)
            self._note(work, Action.KEY_CHANGED, key_id, "added")
        return key_text(key_id, secret)

    def revoke_key(self, key_id: str) -> None:
        """Refuse a key from now on. Raises PersonNotFound."""
        with self._work() as work:
            work.keys.revoke(key_id, self._clock())
            self._note(work, Action.KEY_CHANGED, key_id, "revoked")

    def api_keys(self) -> list[ApiKey]:
        """Every key, by name."""
        with self._work() as work:
            return work.keys.all()

    def add_webhook(self, url: str, events: Collection[EventType], *, source: str | None = None) -> Webhook:
        """A new webhook with its secret. Raises InvalidPerson for an address that is neither https nor on this machine."""
        parts = urlsplit(url)
        if not parts.hostname or parts.username or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
            raise InvalidPerson("A webhook's address is https://..., or http:// on this machine, without name or password in it")
        created = datetime.fromtimestamp(self._clock(), UTC)
        webhook = Webhook(secrets.token_hex(6), url, new_token(), frozenset(events or EventType), source, created)
        with self._work() as work:
            work.webhooks.add(webhook)
            self._note(work, Action.WEBHOOK_CHANGED, webhook.id, "added")
        return webhook

    def remove_webhook(self, webhook_id: str) -> None:
        """Deliver nothing more to a webhook. Raises PersonNotFound."""
        with self._work() as work:
            work.webhooks.remove(webhook_id)
            self._note(work, Action.WEBHOOK_CHANGED, webhook_id, "removed")

    def webhooks(self) -> list[Webhook]:
        """Every webhook."""
        with self._work() as work:
            return work.webhooks.all()

    def _note(self, work: UnitOfWork, action: Action, subject: str, what: str) -> None:
        at = datetime.fromtimestamp(self._clock(), UTC)
        work.audit.add(AuditEntry(at, Actor(COMMAND_LINE), action, subject, {"what": what}))


def _user(work: UnitOfWork, name: str) -> User:
    user = work.users.named(name, to_change=True)
    if user is None:
        raise PersonNotFound("There is no user of this name: see `chartcoder users list`")
    return user


def usable_name(name: str) -> str:
    """The name again, when an account may have it. Raises InvalidPerson."""
    if name.casefold() in _RESERVED:
        raise InvalidPerson(f"{name} stands for something else in a worklist: choose another name")
    if not _NAME.fullmatch(name):
        raise InvalidPerson("A name has 1 to 100 letters, digits or . _ @ + -, and begins with a letter or digit")
    return name


def _usable(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidPerson(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return password
