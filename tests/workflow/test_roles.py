"""Every endpoint by every role, on an own encounter, on another's and on nobody's business: the documented status."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.domain.people import MATRIX, Permission, Reach, Role
from tests.workflow.desk import BODY
from tests.workflow.operations import CERTIFICATE, MODEL, ONE, RUN, SLICE, WORKFLOW

P = Permission
NO_BUNDLE = "0" * 16
# Operation → what it needs, and the status where that is given. Writes on an older state end with 412: the permission was checked by then.
NEEDS = {
    "POST /v1/encounters": (P.SUBMIT, 201),
    "GET /v1/encounters": (P.WORKLIST, 200),
    "GET /v1/worklist/counts": (P.WORKLIST, 200),
    f"GET {ONE}": (P.READ, 200),
    f"POST {ONE}/notes": (P.SUBMIT, 412),
    f"PUT {ONE}/notes/{{number}}": (P.SUBMIT, 412),
    f"PUT {ONE}/claim": (P.REVIEW, 200),
    f"DELETE {ONE}/claim": (P.REVIEW, 200),
    f"GET {ONE}/revision": (P.READ, 200),
    f"GET {ONE}/basis": (P.READ, 200),
    f"POST {ONE}/offers": (P.READ, 200),
    f"POST {ONE}/decisions": (P.REVIEW, 412),
    f"POST {ONE}/queries": (P.QUERY, 412),
    f"PUT {ONE}/queries/{{number}}": (P.QUERY, 412),
    f"PUT {ONE}/queries/{{number}}/status": (P.QUERY, 412),
    f"GET {ONE}/findings": (P.READ, 200),
    f"POST {ONE}/finalization": (P.FINALIZE, 412),
    f"POST {ONE}/reopening": (P.REOPEN, 412),
    f"PUT {ONE}/assignee": (P.ASSIGN, 200),
    "POST /v1/assignments": (P.ASSIGN, 200),
    "GET /v1/events": (P.EVENTS, 200),
    "GET /v1/certificates": (P.CERTIFICATES, 200),
    f"GET {CERTIFICATE}": (P.CERTIFICATES, 404),
    f"DELETE {CERTIFICATE}": (P.CERTIFY, 404),
    f"POST {CERTIFICATE}/revocation": (P.CERTIFY, 404),
    f"POST {CERTIFICATE}/reopening": (P.AUTOMATE, 404),
    # No bundle serves here.
    "POST /v1/certifications": (P.CERTIFY, 404),
    "GET /v1/automation/slices": (P.CERTIFICATES, 200),
    f"PUT {SLICE}": (P.AUTOMATE, 200),
    "GET /v1/drift": (P.CERTIFICATES, 200),
    "POST /v1/automation/audits": (P.AUTOMATE, 422),
    "GET /v1/site-phrases": (P.PHRASES, 200),
    "POST /v1/site-phrases": (P.PHRASES, 422),
    "DELETE /v1/site-phrases/{phrase_id}": (P.PHRASES, 404),
    "GET /v1/models": (P.MODELS, 200),
    f"GET {MODEL}": (P.MODELS, 404),
    f"POST {MODEL}/promotion": (P.PROMOTE, 409),
    f"DELETE {MODEL}/promotion": (P.PROMOTE, 409),
    f"PUT {MODEL}/shadow": (P.PROMOTE, 404),
    f"DELETE {MODEL}/shadow": (P.PROMOTE, 404),
    "POST /v1/training-runs": (P.TRAIN, 404),
    "GET /v1/training-runs": (P.MODELS, 200),
    f"GET {RUN}": (P.MODELS, 404),
    # Whoever may ask for a run of either kind may cancel it.
    f"POST {RUN}/cancellation": (P.CERTIFY, 404),
}
STATELESS = {
    "POST /v1/suggestions": {"text": "Hypertension."},
    "GET /v1/codes": None,
    "GET /v1/codes/{system}/{code}": None,
}
BODIES = {
    "POST /v1/encounters": BODY,
    f"POST {ONE}/notes": {"text": "Hypertension."},
    f"PUT {ONE}/notes/{{number}}": {"text": "Hypertension."},
    f"POST {ONE}/decisions": {"verdict": "accept", "system": "ICD-10-CM", "code": "I10"},
    f"POST {ONE}/offers": {"words": {"note": 1, "begin": 0, "end": 15}},
    f"POST {ONE}/queries": {"kind": "type", "title": "Type", "question": "Which?"},
    f"PUT {ONE}/queries/{{number}}": {"kind": "type", "title": "Type", "question": "Which?"},
    f"PUT {ONE}/queries/{{number}}/status": {"status": "withdrawn"},
    f"POST {ONE}/finalization": {},
    f"POST {ONE}/reopening": {"reason": "x"},
    f"PUT {ONE}/assignee": {"assignee": None},
    f"POST {CERTIFICATE}/revocation": {"reason": "x"},
    f"POST {CERTIFICATE}/reopening": {"reason": "x"},
    f"PUT {SLICE}": {"on": False, "reason": "x"},
    "POST /v1/certifications": {},
    "POST /v1/automation/audits": {"auditor": "only-auditor"},
    "POST /v1/site-phrases": {"system": "ICD-10-CM", "code": "I10", "text": "a"},
    f"POST {MODEL}/promotion": {"champion": NO_BUNDLE},
    "POST /v1/training-runs": {"compare": NO_BUNDLE},
}
OF_ONE = [name for name in NEEDS if ONE in name]


def ask(client, name, encounter):
    method, path = name.split(" ")
    path = path.replace("{encounter_id}", encounter).replace("{number}", "1").replace("{system}", "ICD-10-CM").replace("{code}", "I10")
    path = path.replace("{certificate_id}", "0" * 16).replace("{setting}", "outpatient").replace("{family}", "I10")
    path = path.replace("{bundle_id}", NO_BUNDLE).replace("{run_id}", "0" * 24)
    body = BODIES.get(name, STATELESS.get(name))
    if name == "POST /v1/assignments":
        body = {"encounters": [encounter], "assignee": None}
    params = {"q": "I10"} if path == "/v1/codes" else None
    return client.request(method, path, json=body, params=params, headers={"If-Match": '"999"'})


@pytest.fixture(scope="module")
def clients(desk):
    people = {role: desk.user(f"only-{role.value}".replace("_", "-"), role) for role in Role if role is not Role.INTEGRATION}
    return {**people, Role.INTEGRATION: desk.machine("only-integration")}


@pytest.fixture(scope="module")
def encounters(desk, clients):
    """Own and another's encounter by role."""
    boss = desk.user("the-boss", Role.MANAGER)
    desk.user("another-coder", Role.CODER)
    own = clients[Role.INTEGRATION].post("/v1/encounters", json=BODY).json()["id"]
    other = desk.machine("a-stranger").post("/v1/encounters", json=BODY).json()["id"]

    def prepare(role, *, mine):
        chart = own if mine else other
        assignee = ("only-coder" if mine else "another-coder") if role is Role.CODER else None
        assert boss.put(f"/v1/encounters/{chart}/assignee", json={"assignee": assignee}).status_code == 200
        return chart

    return prepare


def allowed(role, permission, *, mine):
    reach = MATRIX[role].get(permission, Reach.NONE)
    owner = role in {Role.CODER, Role.INTEGRATION}
    return reach is Reach.ANY or (reach is Reach.OWN and mine and owner)


def test_the_matrix_covers_every_operation():
    assert {*NEEDS, "POST /v1/session", "GET /v1/session", "DELETE /v1/session"} == set(WORKFLOW)


@pytest.mark.parametrize("mine", [True, False], ids=["own", "other"])
@pytest.mark.parametrize("role", list(Role), ids=lambda r: r.value)
def test_each_role_gets_the_documented_status_on_an_encounter(clients, encounters, role, mine):
    got, expected = {}, {}
    for name in OF_ONE:
        chart = encounters(role, mine=mine)
        permission, status = NEEDS[name]
        expected[name] = status if allowed(role, permission, mine=mine) else 403
        got[name] = ask(clients[role], name, chart).status_code
    assert got == expected


@pytest.mark.parametrize("role", list(Role), ids=lambda r: r.value)
def test_each_role_gets_the_documented_status_elsewhere(clients, encounters, role):
    chart = encounters(role, mine=True)
    for name in [n for n in NEEDS if ONE not in n]:
        permission, status = NEEDS[name]
        expected = status if MATRIX[role].get(permission, Reach.NONE) is not Reach.NONE else 403
        assert ask(clients[role], name, chart).status_code == expected, name
    for name in STATELESS:
        assert ask(clients[role], name, chart).status_code == 200, name


def test_a_stranger_gets_nothing_but_health(desk, encounters):
    chart = encounters(Role.CODER, mine=True)
    for headers in ({}, {"Authorization": "Bearer cck_000000000000_wrong"}, {"Authorization": "Bearer nonsense"}, {"Cookie": "chartcoder_session=x"}):
        stranger = desk.client(**headers)
        for name in (*NEEDS, *STATELESS, "GET /v1/session", "DELETE /v1/session"):
            refused = ask(stranger, name, chart)
            assert refused.status_code == 401, name
            assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert [desk.client().get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200] * 3


def test_a_refusal_is_written_to_the_audit_trail(desk, clients, encounters):
    chart = encounters(Role.CODER, mine=False)
    assert clients[Role.CODER].get(f"/v1/encounters/{chart}").status_code == 403
    with desk.workflow.sign_in._work() as work:
        last = list(work.audit.events(subject=chart))[-1]
    assert (last.action, last.actor, last.detail) == ("chart.refused", "only-coder", '{"permission":"read"}')


def test_a_coder_sees_only_own_and_free_encounters_in_the_worklist(desk, clients, encounters):
    mine, theirs = encounters(Role.CODER, mine=True), encounters(Role.CODER, mine=False)
    seen = set()
    cursor = None
    while True:
        page = clients[Role.CODER].get("/v1/encounters", params={"limit": 200} | ({"cursor": cursor} if cursor else {})).json()
        seen |= {r["id"] for r in page["encounters"]}
        cursor = page["next"]
        if cursor is None:
            break
    assert mine in seen
    assert theirs not in seen


def test_the_matrix_is_as_documented():
    text = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
    header = next(line for line in text.splitlines() if line.startswith("| permission"))
    names = {"ml engineer": Role.ML_ENGINEER}
    roles = [names.get(cell.strip().lower()) or Role(cell.strip()) for cell in header.strip("|").split("|")[1:]]
    documented = {}
    for permission, cells in re.findall(r"^\| `(\w+)`[^|]*\|(.*)\|$", text, re.MULTILINE):
        for role, cell in zip(roles, cells.split("|"), strict=True):
            documented[role, Permission(permission)] = Reach(cell.strip() or "none")
    assert documented == {(role, p): MATRIX[role].get(p, Reach.NONE) for role in Role for p in Permission}
