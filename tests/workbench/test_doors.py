"""Who gets where: redirects, refusals, links by role, and what every page answers with."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.domain.errors import BundleRefused
from app.domain.people import Role
from app.main import create_app
from app.settings import Settings
from app.workbench.navigation import local
from tests.api.fakes import FakeOpener
from tests.api.serving import served
from tests.usecases.fake_records import FakeWork
from tests.workflow.desk import PASSWORD, Desk, desk_over

PAGE = {"Accept": "text/html,application/xhtml+xml"}
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "form-action 'self'",
    "frame-ancestors 'none'", "base-uri 'none'",
}  # fmt: skip


@pytest.fixture(scope="module")
def desk():
    with desk_over(FakeWork()) as desk:
        yield desk


def visit(client: httpx.Client, path: str) -> httpx.Response:
    return client.get(path, headers=PAGE)


def links(html: str) -> list[str]:
    nav = html.split('<nav class="nav"')[1].split("</nav>", maxsplit=1)[0]
    return [part.split("<")[0] for part in nav.split('">')[1:] if "</a>" in part]


@pytest.mark.parametrize(("path", "next_"), [("/worklist?status=new&order=age", "/worklist?status=new&order=age"), ("/try", "/try"), ("/", None)])
def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(desk: Desk, path, next_):
    response = visit(desk.client(), path)
    assert response.status_code == 303
    to = urlsplit(response.headers["location"])
    assert to.path == "/sign-in"
    assert parse_qs(to.query).get("next") == (None if next_ is None else [next_])


@pytest.mark.parametrize(
    "path",
    ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)", "\\\\elsewhere", "/\t/elsewhere.example",
     "x", "", "/sign-in", "/sign-in?next=/", "/a\nb", " /worklist", "/" + "a" * 600],
)  # fmt: skip
def test_the_way_back_never_leads_elsewhere(desk: Desk, path):
    assert local(path) is None
    client = desk.user("returning")
    response = client.get("/sign-in", params={"next": path})
    assert (response.status_code, response.headers["location"]) == (303, "/worklist")
    assert 'data-next=""' in desk.client().get("/sign-in", params={"next": path}).text


def test_the_way_back_leads_back(desk: Desk):
    response = desk.user("returning").get("/sign-in", params={"next": "/worklist?status=new"})
    assert response.headers["location"] == "/worklist?status=new"
    assert 'data-next="/worklist?status=new"' in desk.client().get("/sign-in", params={"next": "/worklist?status=new"}).text


@pytest.mark.parametrize(
    ("role", "worklist"), [(Role.CODER, True), (Role.AUDITOR, True), (Role.MANAGER, True), (Role.ML_ENGINEER, False), (Role.ADMIN, False)]
)
def test_people_see_links_to_what_they_may_and_begin_at_the_first(desk: Desk, role, worklist):
    client = desk.user(f"links-{role.value}", role)
    html = visit(client, "/try").text
    assert ("Worklist" in links(html)) == worklist
    assert "Try a note" in links(html)
    assert f'<li><a href="{visit(client, "/").headers["location"]}"' in html.split('<nav class="nav"')[1].split("</li>")[0]


@pytest.mark.parametrize("path", ["/worklist", "/worklist/next"])
def test_who_may_not_is_told_plainly(desk: Desk, path):
    response = visit(desk.user("links-admin", Role.ADMIN), path)
    assert response.status_code == 403
    assert response.headers["content-type"].startswith("text/html")
    assert "You may not see this page" in response.text
    assert "links-admin" in response.text


def test_an_auditor_takes_no_chart_up(desk: Desk):
    assert visit(desk.user("links-auditor", Role.AUDITOR), "/worklist/next").status_code == 403


def test_browsers_get_pages_and_machines_get_problems(desk: Desk):
    client = desk.user("returning")
    page = visit(client, "/nothing")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such page" in page.text
    assert page.headers["x-request-id"] in page.text
    assert client.get("/nothing").headers["content-type"] == "application/problem+json"
    for path in ("/v1/encounters/" + "0" * 24, "/static/nothing.js"):
        assert visit(client, path).headers["content-type"] == "application/problem+json"
    assert visit(client, "/worklist?after=nonsense").status_code == 422


def test_an_id_that_can_not_be_one_names_no_page(desk: Desk):
    page = visit(desk.user("returning"), "/charts/nonsense")
    assert page.status_code == 404
    assert "There is no such page" in page.text
    assert "pattern" not in page.text


def test_every_page_has_the_strict_policy_and_is_not_kept(desk: Desk):
    client = desk.user("returning")
    for path in ("/worklist", "/try", "/nothing", "/static/theme.js"):
        response = visit(client, path)
        assert set(response.headers["content-security-policy"].split("; ")) == POLICY
        assert response.headers["x-frame-options"] == "DENY"
        if path != "/static/theme.js":
            assert response.headers["cache-control"] == "no-store"


def test_a_page_carries_the_token_that_its_scripts_need(desk: Desk):
    client = desk.user("returning")
    token = client.get("/v1/session").json()["csrf_token"]
    assert f'<meta name="csrf" content="{token}">' in visit(client, "/worklist").text
    assert 'name="csrf"' not in visit(desk.client(), "/sign-in").text


def test_words_from_outside_are_text_in_pages(desk: Desk):
    desk.submit(external_id="<b>x</b>")
    html = visit(desk.user("returning"), "/worklist?assignee=%22%3E%3Cb%3E&external_id=%3Cb%3Ex%3C/b%3E").text
    assert "<b>" not in html
    assert "&lt;b&gt;x" in html


def test_an_old_bookmark_still_opens(desk: Desk):
    client = desk.user("returning")
    for query in ("status=gone", "setting=x", "age=%C2%B2", "priority=nan", "order=x", "external_id=%00", "assignee=%00"):
        assert visit(client, f"/worklist?{query}").status_code == 200


def test_demo_mode_says_so_and_who_can_sign_in_on_the_way_in():
    with served(create_app(Settings(), opener=FakeOpener())) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert client.get("/").status_code == 200
        assert "Demo mode." in client.get("/sign-in").text
        assert visit(client, "/worklist").headers["location"] == "/sign-in?next=%2Fworklist"
        assert "Demo mode." in visit(client, "/nothing").text


def test_no_demo_mode_no_demo_users(desk: Desk):
    assert "Demo mode" not in desk.client().get("/sign-in").text


def test_a_service_that_is_not_open_says_so_in_a_page():
    opener = FakeOpener()
    opener.open_workflow = lambda _: (_ for _ in ()).throw(BundleRefused("9f2c", "it is broken"))
    with served(create_app(Settings(auth="required"), opener=opener)) as url, httpx.Client(base_url=url, trust_env=False) as client:
        response = visit(client, "/worklist")
        assert response.status_code == 503
        assert "Not available yet" in response.text
        assert response.headers["retry-after"]
        assert client.get("/sign-in").status_code == 200


def test_the_try_page_works_with_a_session_when_sign_in_is_required(desk: Desk):
    client = desk.user("returning")
    assert client.get("/demo-notes").status_code == 200
    assert desk.client().get("/demo-notes").status_code == 401
    assert client.post("/v1/suggestions", json={"text": "Hypertension."}).status_code == 200
    del client.headers["X-CSRF-Token"]
    assert client.post("/v1/suggestions", json={"text": "Hypertension."}).status_code == 403
    assert PASSWORD not in visit(client, "/try").text
