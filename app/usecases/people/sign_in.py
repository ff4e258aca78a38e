"""Who it is that asks: by password and session, or by key."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from app.domain.access_errors import CsrfRefused, KeyRefused, NotSignedIn, PersonNotFound, SignInLocked, SignInRefused
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.people import Principal, Session, User
from app.usecases.people.tokens import digest, new_token, read_key
from app.usecases.records.unit_of_work import Clock, UnitOfWork, Work

MOST_FAILURES = 5
LOCK_SECONDS = 15 * 60
LONGEST_SESSION_SECONDS = 12 * 3600
# Writing down each request of a session would be a write for every read.
_TOUCH_SECONDS = 30


class Passwords(Protocol):
    """Hashes passwords, slowly."""

    def hash(self, password: str) -> str:
        """A salted hash."""
        ...

    def matches(self, password_hash: str, password: str) -> bool:
        """True for the password of the hash."""
        ...

    def outdated(self, password_hash: str) -> bool:
        """True for a hash that would be made with other parameters now."""
        ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that began or is used: `token` is for the cookie, "" for a session that is used."""

    user: User
    session: Session
    token: str = ""


class SignIn:
    """Signs people in and out and knows keys. Safe to share between threads."""

    def __init__(self, work: Work, clock: Clock, passwords: Passwords, *, idle_seconds: int) -> None:
        self._work, self._clock, self._passwords, self._idle = work, clock, passwords, idle_seconds
        # An unknown name takes as long as a wrong password, so that time does not tell which names exist.
        self._nobody = passwords.hash(new_token())

    def begin(self, actor: Actor, name: str, password: str) -> SignedIn:
        """A new session. Raises SignInRefused, and SignInLocked after too many wrong passwords."""
        with self._work() as work:
            found = work.users.named(name)
        # The slow part stands outside of the transaction.
        right = self._passwords.matches(self._nobody if found is None else found.password_hash, password)
        failed: SignInRefused | SignInLocked | None = None
        with self._work() as work:
            user, now = work.users.named(name, to_change=True), self._clock()
            if user is None or user.disabled:
                failed = SignInRefused()
                self._note(work, actor, Action.SIGN_IN_REFUSED, "" if user is None else user.id)
            elif user.locked_until > now:
                failed = SignInLocked()
                self._note(work, actor, Action.SIGN_IN_REFUSED, user.id)
            elif not right or found is None or found.password_hash != user.password_hash:
                failed = SignInRefused()
                failures = user.failures + 1
                locked = now + LOCK_SECONDS if failures >= MOST_FAILURES else 0.0
                work.users.save(replace(user, failures=0 if locked else failures, locked_until=locked))
                self._note(work, actor, Action.SIGN_IN_REFUSED, user.id)
            else:
                newer = self._passwords.hash(password) if self._passwords.outdated(user.password_hash) else user.password_hash
                user = replace(user, failures=0, locked_until=0.0, password_hash=newer)
                work.users.save(user)
                token = new_token()
                session = Session(digest(token), user.id, new_token(), now, now)
                work.sessions.add(session)
                self._note(work, replace(actor, principal=user.principal()), Action.SIGNED_IN, user.id)
                return SignedIn(user, session, token)
        raise failed

    def session(self, token: str, *, csrf: str | None) -> SignedIn:
        """The session of a cookie; `csrf` is the token that a write has to bring, None for a read.

        Raises NotSignedIn when it is unknown or idle for too long, and CsrfRefused.
        """
        now = self._clock()
        with self._work() as work:
            session = work.sessions.get(digest(token))
            user = None if session is None else _of(work, session)
            over = session is not None and (now - session.seen > self._idle or now - session.begun > LONGEST_SESSION_SECONDS)
            if session is not None and (over or user is None or user.disabled):
                work.sessions.remove(session.digest)
                session = None
            elif session is not None and now - session.seen > min(_TOUCH_SECONDS, self._idle / 4):
                work.sessions.touch(session.digest, now)
        if session is None or user is None:
            raise NotSignedIn
        if csrf is not None and not hmac.compare_digest(csrf.encode(), session.csrf.encode()):
            raise CsrfRefused
        return SignedIn(user, session)

    def end(self, actor: Actor, token: str) -> None:
        """End a session."""
        with self._work() as work:
            work.sessions.remove(digest(token))
            self._note(work, actor, Action.SIGNED_OUT, actor.principal.id)

    def sessions(self, actor: Actor) -> list[Session]:
        """The actor's own sessions that still serve, the last used first."""
        now = self._clock()
        with self._work() as work:
            return [s for s in work.sessions.of(actor.principal.id) if now - s.seen <= self._idle and now - s.begun <= LONGEST_SESSION_SECONDS]

    def end_others(self, actor: Actor, token: str) -> None:
        """End the actor's own sessions but for that of `token`."""
        with self._work() as work:
            work.sessions.remove_of(actor.principal.id, but=digest(token))
            self._note(work, actor, Action.SIGNED_OUT, actor.principal.id)

    def key(self, text: str) -> Principal:
        """Who holds an API key. Raises KeyRefused."""
        parts = read_key(text)
        if parts is None:
            raise KeyRefused
        with self._work() as work:
            key = work.keys.get(parts[0])
        now = self._clock()
        # Compared even when there is no such key: time does not tell which ids exist.
        right = hmac.compare_digest(digest(parts[1]), "" if key is None else key.digest)
        if key is None or not right or key.revoked is not None or (key.expires is not None and key.expires <= now):
            raise KeyRefused
        return key.principal()

    def _note(self, work: UnitOfWork, actor: Actor, action: Action, subject: str) -> None:
        work.audit.add(AuditEntry(datetime.fromtimestamp(self._clock(), UTC), actor, action, subject, {}))


def _of(work: UnitOfWork, session: Session) -> User | None:
    try:
        return work.users.get(session.user_id)
    except PersonNotFound:
        return None
