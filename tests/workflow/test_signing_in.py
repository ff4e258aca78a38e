"""Sessions, lock-out, keys."""

from __future__ import annotations

import pytest

from app.domain.access_errors import CsrfRefused, InvalidPerson, KeyRefused, NotSignedIn, PersonNotFound, SignInLocked, SignInRefused
from app.domain.audit import Actor
from app.domain.people import ANONYMOUS, Permission, Role
from app.store.passwords import Argon2Passwords
from app.usecases.people.accounts import Accounts
from app.usecases.people.sign_in import LOCK_SECONDS, LONGEST_SESSION_SECONDS, MOST_FAILURES, SignIn
from tests.api.fakes import QuickPasswords
from tests.usecases.fake_records import FakeWork
from tests.workflow.desk import PASSWORD

WHO = Actor(ANONYMOUS, "10.0.0.9", "r1")
IDLE = 600


class Door:
    """Accounts and the way in, with a clock to turn."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.work = FakeWork()
        self.accounts = Accounts(self.work, lambda: self.now, QuickPasswords())
        self.sign_in = SignIn(self.work, lambda: self.now, QuickPasswords(), idle_seconds=IDLE)
        self.accounts.add_user("Ann", PASSWORD, {Role.CODER})

    def begin(self, name="ann", password=PASSWORD):
        return self.sign_in.begin(WHO, name, password)

    def actions(self):
        with self.work() as work:
            return [e.action for e in work.audit.events()]


@pytest.fixture
def door():
    return Door()


def test_a_session_serves_until_it_is_idle_or_old(door):
    token = door.begin("ANN").token
    for _ in range(LONGEST_SESSION_SECONDS // (IDLE // 2)):
        door.now += IDLE / 2
        assert door.sign_in.session(token, csrf=None).user.name == "Ann"
    door.now += IDLE / 2
    with pytest.raises(NotSignedIn):
        door.sign_in.session(token, csrf=None)
    idle = door.begin().token
    door.now += IDLE + 1
    with pytest.raises(NotSignedIn):
        door.sign_in.session(idle, csrf=None)


def test_neither_the_token_nor_the_password_is_kept(door):
    begun = door.begin()
    with door.work() as work:
        assert work.sessions.get(begun.token) is None
    assert PASSWORD not in repr(begun.user)
    assert begun.session.csrf not in repr(begun.session)


def test_a_write_needs_the_token_of_its_own_session(door):
    first, second = door.begin(), door.begin()
    assert door.sign_in.session(first.token, csrf=first.session.csrf)
    for csrf in ("", second.session.csrf, "é"):
        with pytest.raises(CsrfRefused):
            door.sign_in.session(first.token, csrf=csrf)


def test_too_many_wrong_passwords_lock_the_account_for_a_while(door):
    for _ in range(MOST_FAILURES):
        with pytest.raises(SignInRefused):
            door.begin(password="wrong")
    with pytest.raises(SignInLocked):
        door.begin()
    door.now += LOCK_SECONDS + 1
    assert door.begin()
    for _ in range(MOST_FAILURES - 1):
        with pytest.raises(SignInRefused):
            door.begin(password="wrong")
    assert door.begin()
    with pytest.raises(SignInRefused):
        door.begin(password="wrong")
    assert door.begin()
    for _ in range(MOST_FAILURES):
        with pytest.raises(SignInRefused):
            door.begin(password="wrong")
    door.accounts.unlock("ann")
    assert door.begin()


def test_an_unknown_name_and_a_disabled_user_are_refused_alike(door):
    door.accounts.set_disabled("ann", disabled=True)
    messages = []
    for name in ("ann", "nobody-here"):
        with pytest.raises(SignInRefused) as refused:
            door.begin(name)
        messages.append(str(refused.value))
    assert len(set(messages)) == 1
    door.accounts.set_disabled("ann", disabled=False)
    assert door.begin()


def test_a_new_password_or_disabling_ends_every_session(door):
    token = door.begin().token
    door.accounts.set_password("ann", "another long password")
    with pytest.raises(NotSignedIn):
        door.sign_in.session(token, csrf=None)
    token = door.begin(password="another long password").token
    door.accounts.set_disabled("ann", disabled=True)
    with pytest.raises(NotSignedIn):
        door.sign_in.session(token, csrf=None)


def test_signing_out_ends_the_session_at_once(door):
    token = door.begin().token
    door.sign_in.end(WHO, token)
    with pytest.raises(NotSignedIn):
        door.sign_in.session(token, csrf=None)
    assert door.actions()[-2:] == ["session.begun", "session.ended"]


def test_a_key_serves_until_it_expires_or_is_revoked(door):
    text = door.accounts.add_key("ehr", {Role.INTEGRATION}, scopes={Permission.SUBMIT}, days=2)
    principal = door.sign_in.key(text)
    assert principal.scopes == {Permission.SUBMIT}
    key_id = text.split("_")[1]
    for wrong in (text + "x", f"cck_{key_id}_", f"cck_{'0' * 12}_{text.split('_', 2)[2]}", "", "cck_"):
        with pytest.raises(KeyRefused):
            door.sign_in.key(wrong)
    with door.work() as work:
        assert text.split("_", 2)[2] not in repr(vars(work.keys))
    door.now += 2 * 86_400
    with pytest.raises(KeyRefused):
        door.sign_in.key(text)
    lasting = door.accounts.add_key("other", {Role.INTEGRATION})
    assert door.sign_in.key(lasting)
    door.accounts.revoke_key(lasting.split("_")[1])
    with pytest.raises(KeyRefused):
        door.sign_in.key(lasting)


@pytest.mark.parametrize("name", ["", " ann", "me", "Nobody", "a" * 101, "ann\n", "command"])
def test_names_that_mean_something_else_are_refused(door, name):
    with pytest.raises(InvalidPerson):
        door.accounts.add_user(name, PASSWORD, {Role.CODER})


def test_accounts_that_make_no_sense_are_refused(door):
    for refused in (
        lambda: door.accounts.add_user("ann", PASSWORD, {Role.CODER}),
        lambda: door.accounts.add_user("bea", "short", {Role.CODER}),
        lambda: door.accounts.add_user("bea", "x" * 201, {Role.CODER}),
        lambda: door.accounts.add_user("bea", PASSWORD, set()),
        lambda: door.accounts.add_key("k", set()),
        lambda: door.accounts.add_key("k", {Role.INTEGRATION}, days=0),
        lambda: door.accounts.add_webhook("http://elsewhere.example/", []),
        lambda: door.accounts.add_webhook("https://user:pw@elsewhere.example/", []),
        lambda: door.accounts.add_webhook("file:///etc/passwd", []),
        lambda: door.accounts.set_roles("ann", set()),
    ):
        with pytest.raises(InvalidPerson):
            refused()
    with pytest.raises(PersonNotFound):
        door.accounts.unlock("bea")


def test_real_hashes_are_salted_and_tell_right_from_wrong():
    from argon2 import PasswordHasher

    passwords = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    hashed = passwords.hash(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert hashed != passwords.hash(PASSWORD)
    assert passwords.matches(hashed, PASSWORD)
    assert not passwords.matches(hashed, PASSWORD + " ")
    assert not passwords.matches("not a hash", PASSWORD)
    assert Argon2Passwords().outdated(hashed)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk):
    desk.user("cookie-user")
    client = desk.client()
    response = client.sign_in("cookie-user")
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    shown = client.get("/v1/session").json()
    assert (shown["name"], shown["roles"], shown["permissions"]["review"]) == ("cookie-user", ["coder"], "own")
    assert response.json()["csrf_token"] == shown["csrf_token"]
    encounter, _ = desk.submit()
    del client.headers["X-CSRF-Token"]
    refused = client.put(f"/v1/encounters/{encounter}/claim")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_refused")
    assert client.delete("/v1/session").status_code == 403
    client.headers["X-CSRF-Token"] = shown["csrf_token"]
    assert client.delete("/v1/session").status_code == 204
    assert client.get("/v1/session").status_code == 401


def test_wrong_passwords_lock_over_the_interface_too(desk):
    desk.user("clumsy")
    client = desk.client()
    codes = [client.sign_in("clumsy", "wrong password") for _ in range(MOST_FAILURES + 1)]
    assert [r.status_code for r in codes] == [401] * MOST_FAILURES + [429]
    assert codes[-1].json()["code"] == "sign_in_locked"
    assert int(codes[-1].headers["Retry-After"]) == LOCK_SECONDS
