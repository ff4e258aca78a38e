"""Signing in through a real provider over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import ValidationError

from app.domain.people import Role
from app.main import create_app
from app.settings import Settings
from tests.api.fakes import FakeOpener
from tests.api.serving import served
from tests.identity.provider import CLIENT, SECRET, Provider, providing
from tests.usecases.fake_records import FakeWork, Kept
from tests.workflow.desk import PASSWORD


class Site:
    """A service with a provider, and a browser that follows where it is sent."""

    def __init__(self, provider: Provider, url: str, app, opener: FakeOpener) -> None:
        self.provider, self.url, self.opener = provider, url, opener
        self.accounts = app.state.service.workflow.accounts
        self.browser = httpx.Client(trust_env=False)

    def depart(self, next_: str = "/worklist") -> str:
        """The address at the provider that the browser is sent to."""
        sent = self.browser.get(f"{self.url}/sign-in/openid", params={"next": next_})
        assert sent.status_code == 303
        return sent.headers["location"]

    def arrive(self, next_: str = "/worklist") -> httpx.Response:
        """What the service answers to the browser that comes back."""
        return self.browser.get(self.browser.get(self.depart(next_)).headers["location"])

    def refusal(self) -> str:
        """The code with which the browser is sent back to the sign-in page; nobody is signed in."""
        response = self.arrive()
        assert response.status_code == 303
        assert self.browser.get(f"{self.url}/v1/session").status_code == 401
        to = urlsplit(response.headers["location"])
        assert to.path == "/sign-in"
        return parse_qs(to.query)["refused"][0]

    def who(self) -> dict[str, object]:
        return self.browser.get(f"{self.url}/v1/session").json()

    def audit(self) -> list[tuple[str, str]]:
        with self.opener.work() as work:
            return [(e.action, e.detail) for e in work.audit.events()]


def settings(provider: Provider, **changes: object) -> Settings:
    given = {
        "auth": "required", "oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET,
        "oidc_roles": "coding=coder, leads=manager",
    }  # fmt: skip
    return Settings(**(given | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as provider:
        yield provider


@pytest.fixture(scope="module")
def one_site(provider) -> Iterator[Site]:
    opener = FakeOpener(work=FakeWork())
    app = create_app(settings(provider), opener=opener)
    with served(app) as url:
        site = Site(provider, url, app, opener)
        yield site
        site.browser.close()


@pytest.fixture
def site(one_site) -> Site:
    """One service for all, without accounts and with a provider that behaves."""
    one_site.provider.behave()
    one_site.browser.cookies.clear()
    one_site.opener.work._kept = Kept()
    return one_site


def test_a_person_is_known_made_and_sent_on(site):
    response = site.arrive("/worklist?status=new")
    assert response.headers["location"] == "/sign-in?next=%2Fworklist%3Fstatus%3Dnew"
    assert "chartcoder_ticket" not in site.browser.cookies
    assert (site.who()["name"], site.who()["display_name"], site.who()["roles"]) == ("Ann", "Ann Okoye", ["coder"])
    assert site.browser.get(site.url + response.headers["location"]).headers["location"] == "/worklist?status=new"
    assert [action for action, _ in site.audit()][-2:] == ["user.changed", "session.begun"]
    assert "SameSite=strict" in response.headers["set-cookie"]


def test_the_provider_tells_roles_and_names_anew_at_every_sign_in(site):
    site.arrive()
    site.provider.person |= {"groups": ["leads", "others"], "name": "Ann Lindqvist", "preferred_username": "renamed"}
    site.arrive()
    assert (site.who()["name"], site.who()["display_name"], site.who()["roles"]) == ("Ann", "Ann Lindqvist", ["manager"])
    assert len(site.accounts.users()) == 1
    site.provider.person["groups"] = ["others"]
    assert site.refusal() == "no_role"


@pytest.mark.parametrize("groups", [[], ["others"], "others", {"coding": True}, None, 7])
def test_nobody_has_a_role_that_is_not_mapped(site, groups):
    site.provider.person["groups"] = groups
    assert site.refusal() == "no_role"
    assert site.accounts.users() == []


def test_claims_that_the_token_lacks_are_asked_for(site):
    site.provider.withhold = {"groups", "name", "preferred_username"}
    site.arrive()
    assert (site.who()["name"], site.who()["roles"]) == ("Ann", ["coder"])


@pytest.mark.parametrize(
    "spoiled",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another-client"}, {"aud": None}, {"aud": [CLIENT, "another"]}, {"azp": "another"},
        {"iss": "https://elsewhere.example"}, {"iss": None}, {"exp": 1_000_000_000}, {"exp": None}, {"sub": None}, {"at_hash": "wrong"},
        {"nbf": 9_000_000_000},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_for_this_sign_in_is_refused(site, spoiled):
    site.provider.spoil = spoiled
    assert site.refusal() == "identity_refused"
    assert site.accounts.users() == []


@pytest.mark.parametrize("sign", ["another key", "none", "HS256"])
def test_a_token_that_the_provider_did_not_sign_is_refused(site, sign):
    site.provider.sign = sign
    assert site.refusal() == "identity_refused"


@pytest.mark.parametrize(
    "answer", [{"state": "another"}, {"code": "unknown"}, {"code": ""}, {"error": "access_denied"}, {"iss": "elsewhere"}], ids=str
)
def test_an_answer_that_was_not_asked_for_is_refused(site, answer):
    site.provider.answer = answer
    assert site.refusal() == "identity_refused"


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(site):
    back = site.browser.get(site.depart()).headers["location"]
    with httpx.Client(trust_env=False) as another:
        assert "refused=identity_refused" in another.get(back).headers["location"]
        for ticket in ("", "x.y.z", site.browser.cookies["chartcoder_ticket"][:-4] + "AAAA"):
            another.cookies.set("chartcoder_ticket", ticket)
            assert "refused=identity_refused" in another.get(back).headers["location"]
    ticket = site.browser.cookies["chartcoder_ticket"]
    assert "refused" not in site.browser.get(back).headers["location"]
    site.browser.cookies.set("chartcoder_ticket", ticket)
    assert "refused=identity_refused" in site.browser.get(back).headers["location"]


def test_a_ticket_does_not_last(site, monkeypatch):
    from app.identity import tickets

    monkeypatch.setattr(tickets, "LASTS_SECONDS", -1)
    assert site.refusal() == "identity_refused"


def test_metadata_of_another_issuer_is_refused(site):
    site.provider.told = {"issuer": "https://elsewhere.example"}
    sent = site.browser.get(f"{site.url}/sign-in/openid")
    assert sent.headers["location"] == "/sign-in?refused=provider_unreachable"


def test_an_account_with_a_password_is_not_taken_over(site):
    site.accounts.add_user("ann", PASSWORD, {Role.MANAGER})
    assert site.refusal() == "name_taken"
    assert site.browser.post(f"{site.url}/v1/session", json={"user": "ann", "password": PASSWORD}).status_code == 200


def test_an_account_of_the_provider_has_no_password_and_can_be_disabled(site):
    site.arrive()
    for password in ("", "x" * 12):
        assert site.browser.post(f"{site.url}/v1/session", json={"user": "ann", "password": password}).status_code in {401, 422}
    site.accounts.set_disabled("ann", disabled=True)
    assert site.refusal() == "sign_in_refused"


@pytest.mark.parametrize("name", ["me", "a b", "<b>", "x" * 101])
def test_names_that_mean_something_else_are_refused(site, name):
    site.provider.person["preferred_username"] = name
    assert site.refusal() == "invalid_person"


def test_the_sign_in_page_offers_the_provider_and_says_why_not(site):
    html = site.browser.get(f"{site.url}/sign-in?next=/worklist").text
    assert 'href="/sign-in/openid?next=%2Fworklist"' in html
    assert "Sign in with your organisation" in html
    assert 'id="password"' in html
    assert "you have no role here" in site.browser.get(f"{site.url}/sign-in?refused=no_role").text
    assert "did not work" in site.browser.get(f"{site.url}/sign-in?refused=%3Cb%3E").text


def test_passwords_can_be_switched_off(provider):
    app = create_app(settings(provider, passwords=False), opener=FakeOpener())
    with served(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        app.state.service.workflow.accounts.add_user("bea", PASSWORD, {Role.CODER})
        refused = client.post("/v1/session", json={"user": "bea", "password": PASSWORD})
        assert (refused.status_code, refused.json()["code"]) == (403, "passwords_off")
        assert 'id="password"' not in client.get("/sign-in").text


def test_a_provider_that_is_down_is_said_plainly():
    gone = Provider(issuer="http://127.0.0.1:9")
    app = create_app(settings(gone), opener=FakeOpener())
    with served(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        sent = client.get("/sign-in/openid")
        assert sent.headers["location"] == "/sign-in?refused=provider_unreachable"
        assert "can&#39;t be reached" in client.get(sent.headers["location"]).text


@pytest.mark.parametrize(
    "changes",
    [
        {"oidc_client_secret": ""}, {"oidc_client_id": ""}, {"oidc_issuer": "http://elsewhere.example"}, {"oidc_issuer": "", "passwords": False},
        {"oidc_roles": "coding"}, {"oidc_roles": "coding=chief"}, {"public_url": "ftp://x"},
    ],
    ids=str,
)  # fmt: skip
def test_settings_that_let_nobody_or_anybody_in_are_refused(changes):
    with pytest.raises(ValidationError):
        settings(Provider(issuer="https://id.example"), **changes)
