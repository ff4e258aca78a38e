"""A served workflow with one user of each role, and clients that speak for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from app.domain.people import Permission, Role
from app.main import create_app
from app.settings import Settings
from app.usecases.records.unit_of_work import Work
from app.usecases.workflow import Workflow
from tests.api.fakes import FakeOpener
from tests.api.serving import served

PASSWORD = "correct horse battery"
TEXT = "Type 2 diabetes with neuropathy. Hypertension. Knee injection performed. No chest pain."
SUGGESTED = ("I10", "E11.40", "20610")
BODY = {
    "external_id": "visit-4711",
    "encounter": {"setting": "outpatient", "service_date": "2026-05-04", "patient": {"sex": "female", "age": 67}},
    "notes": [{"title": "Progress note", "text": TEXT}],
}
QUERY = {
    "kind": "type",
    "title": "Clarification of type",
    "question": (
        "The record states \u201cType 2 diabetes with neuropathy\u201d. Based on your clinical judgment, please clarify the type of neuropathy."
    ),
    "options": ["Polyneuropathy", "Mononeuropathy", "Other (please specify)", "Unable to determine"],
    "quotes": ["Type 2 diabetes with neuropathy."],
}
"""A query that the linter passes, about TEXT."""
SETTINGS = Settings(auth="required", max_note_characters=20_000, max_request_bytes=200_000)


class Client(httpx.Client):
    """A client that brings the CSRF token of its session with every write."""

    csrf = ""

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        response = self.post("/v1/session", json={"user": name, "password": password})
        if response.is_success:
            self.headers["X-CSRF-Token"] = response.json()["csrf_token"]
        return response

    def write(self, method: str, path: str, tag: str, body: object = None) -> httpx.Response:
        return self.request(method, path, json=body, headers={"If-Match": tag})

    def decide(self, encounter: str, tag: str, verdict: str, code: str | None = None, **more: object) -> httpx.Response:
        body: dict[str, object] = {"verdict": verdict, **more}
        if code is not None:
            body |= {"system": "CPT" if code.isdigit() else "ICD-10-CM", "code": code}
        return self.write("POST", f"/v1/encounters/{encounter}/decisions", tag, body)


@dataclass
class Desk:
    """The address of a service and its use cases."""

    url: str
    workflow: Workflow
    clients: list[httpx.Client] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)

    def client(self, **headers: str) -> Client:
        client = Client(base_url=self.url, trust_env=False, headers=headers, timeout=60, verify=False)
        self.clients.append(client)
        return client

    def user(self, name: str, *roles: Role) -> Client:
        """A client signed in as a user, who is made at first."""
        if name not in {u.name for u in self.workflow.accounts.users()}:
            self.workflow.accounts.add_user(name, PASSWORD, roles or {Role.CODER})
        client = self.client()
        assert client.sign_in(name).status_code == 200
        return client

    def machine(self, name: str = "ehr", scopes: set[Permission] | None = None) -> Client:
        """A client with an integration's key, which is made at first."""
        if name not in self.keys:
            self.keys[name] = self.workflow.accounts.add_key(name, {Role.INTEGRATION}, scopes=scopes)
        return self.client(Authorization=f"Bearer {self.keys[name]}")

    def submit(self, **changes: object) -> tuple[str, str]:
        """Id and ETag of a new encounter."""
        response = self.machine().post("/v1/encounters", json={**BODY, **changes})
        assert response.status_code == 201, response.text
        return response.json()["id"], response.headers["ETag"]

    def ready(self, coder: Client) -> tuple[str, str]:
        """Id and ETag of an encounter with every code accepted."""
        encounter, tag = self.submit()
        for code in SUGGESTED:
            response = coder.decide(encounter, tag, "accept", code)
            assert response.status_code == 201, response.text
            tag = response.headers["ETag"]
        return encounter, tag


@contextmanager
def desk_over(work: Work, **changes: object) -> Iterator[Desk]:
    app = create_app(SETTINGS, opener=FakeOpener(work=work, max_characters=20_000, **changes))
    with served(app) as url:
        desk = Desk(url, app.state.service.workflow)
        try:
            yield desk
        finally:
            for client in desk.clients:
                client.close()
