"""Every operation of the audit by every role: on a chart of one's own and on another's."""

from __future__ import annotations

import pytest

from app.domain.people import MATRIX, Permission, Reach, Role
from tests.workflow.audited import PATH, drawn, finalized, item_path, line, put
from tests.workflow.operations import AUDITS, ITEM, SAMPLE

P = Permission
# Operation → what it needs, and the status where that is given; writes are on an older state.
NEEDS = {
    "POST /v1/audit-samples": (P.AUDIT, 201),
    "GET /v1/audit-samples": (P.AUDIT_READ, 200),
    f"GET {SAMPLE}": (P.AUDIT_READ, 200),
    f"GET {SAMPLE}/redraw": (P.AUDIT_READ, 200),
    "GET /v1/audit-feedback": (P.AUDIT_ANSWER, 200),
}
OF_ITEM = {
    f"GET {ITEM}": ({Role.AUDITOR, Role.MANAGER}, Role.CODER, 200),
    f"PUT {ITEM}/codes": (set(), Role.AUDITOR, 412),
    f"POST {ITEM}/differences": (set(), Role.AUDITOR, 200),
    f"PUT {ITEM}/judgement": (set(), Role.AUDITOR, 412),
    f"PUT {ITEM}/settlement": (set(), Role.AUDITOR, 412),
    f"PUT {ITEM}/answer": (set(), Role.CODER, 412),
}
"""Operation → roles that may for every chart, the role that may for its own, the status where it may."""
BODIES = {
    f"PUT {ITEM}/codes": {"codes": []},
    f"POST {ITEM}/differences": {"codes": []},
    f"PUT {ITEM}/judgement": {"codes": []},
    f"PUT {ITEM}/settlement": {},
    f"PUT {ITEM}/answer": {"answer": "acknowledged"},
}


def ask(client, name, path):
    method, address = name.split(" ")
    sample = path.split("/")[3]
    address = address.replace("{sample_id}", sample).replace("{number}", path.rsplit("/", 1)[1])
    body = (
        {"kind": "rule", "charts": 1, "rule": {"coder": "roles-coder"}, "auditor": "only-auditor"}
        if name == "POST /v1/audit-samples"
        else BODIES.get(name)
    )
    return client.request(method, address, json=body, headers={"If-Match": '"999"'})


@pytest.fixture(scope="module")
def clients(desk):
    people = {role: desk.user(f"only-{role.value}".replace("_", "-"), role) for role in Role if role is not Role.INTEGRATION}
    return {**people, Role.INTEGRATION: desk.machine("only-integration")}


@pytest.fixture(scope="module")
def judged(desk, clients):
    """Judged charts: own of the coder and the auditor, and another's."""
    other_coder, other_auditor = desk.user("roles-coder"), desk.user("roles-auditor", Role.AUDITOR)
    finalized(desk, clients[Role.CODER])
    finalized(desk, other_coder)
    # Rule samples leave out what was drawn before: one chart is left for the operation that draws.
    own = item_path(drawn(clients[Role.AUDITOR], "only-coder"))
    other = item_path(drawn(other_auditor, "roles-coder"))
    for client, path in ((clients[Role.AUDITOR], own), (other_auditor, other)):
        done = put(client, path, "judgement", {"codes": [line(c) for c in ("I10", "E11.40", "20610")]})
        assert done.status_code == 200, done.text
    return {True: own, False: other}


def test_the_matrix_covers_every_operation():
    assert {*NEEDS, *OF_ITEM} == set(AUDITS)


@pytest.mark.parametrize("mine", [True, False], ids=["own", "other"])
@pytest.mark.parametrize("role", list(Role), ids=lambda r: r.value)
def test_each_role_gets_the_documented_status_on_a_chart_of_a_sample(clients, judged, role, mine):
    expected = {name: status if role in everyone or (mine and role is owner) else 403 for name, (everyone, owner, status) in OF_ITEM.items()}
    assert {name: ask(clients[role], name, judged[mine]).status_code for name in OF_ITEM} == expected


@pytest.mark.parametrize("role", list(Role), ids=lambda r: r.value)
def test_each_role_gets_the_documented_status_elsewhere(desk, clients, judged, role):
    if role is Role.AUDITOR:
        finalized(desk, desk.user("roles-coder"))
    for name, (permission, status) in NEEDS.items():
        expected = status if MATRIX[role].get(permission, Reach.NONE) is not Reach.NONE else 403
        assert ask(clients[role], name, judged[True]).status_code == expected, name


def test_a_stranger_gets_nothing(desk, judged):
    for name in AUDITS:
        assert ask(desk.client(), name, judged[True]).status_code == 401, name


def test_a_refusal_is_written_to_the_audit_trail(desk, clients, judged):
    chart = clients[Role.AUDITOR].get(judged[False]).json()["encounter"]
    assert clients[Role.CODER].get(judged[False]).status_code == 403
    with desk.workflow.sign_in._work() as work:
        last = list(work.audit.events(subject=chart))[-1]
    assert (last.action, last.actor) == ("chart.refused", "only-coder")
    assert '"permission":"audit_read"' in last.detail


def test_what_is_not_there_is_not_found(clients, judged):
    auditor = clients[Role.AUDITOR]
    for path in (f"{PATH}/{'0' * 24}", f"{PATH}/{'0' * 24}/redraw", f"{PATH}/{'0' * 24}/items/1", judged[True].rsplit("/", 1)[0] + "/99"):
        missing = auditor.get(path)
        assert (missing.status_code, missing.json()["code"]) == (404, "sample_not_found")
