"""Finalised encounters to audit, and an auditor's clients."""

from __future__ import annotations

from app.domain.people import Role
from tests.workflow.desk import Client, Desk

PATH = "/v1/audit-samples"


def finalized(desk: Desk, coder: Client, *, leave: str | None = None) -> str:
    """Id of an encounter finalised by a coder, with every suggested code accepted but one."""
    encounter, tag = desk.submit()
    for code in ("I10", "E11.40", "20610"):
        verdict = {"verdict": "reject", "reason": "not_treated"} if code == leave else {"verdict": "accept"}
        done = coder.decide(encounter, tag, verdict.pop("verdict"), code, **verdict)
        assert done.status_code == 201, done.text
        tag = done.headers["ETag"]
    done = coder.write("POST", f"/v1/encounters/{encounter}/finalization", tag, {"active_seconds": 95})
    assert done.status_code == 201, done.text
    return encounter


def auditor_of(desk: Desk, name: str = "aud") -> Client:
    return desk.user(name, Role.AUDITOR)


def drawn(auditor: Client, coder: str, **changes: object) -> dict:
    """A sample by rule of all charts of a coder."""
    body = {"kind": "rule", "share": 1.0, "rule": {"coder": coder}, **changes}
    made = auditor.post(PATH, json=body)
    assert made.status_code == 201, made.text
    return made.json()


def item_path(sample: dict, number: int = 1) -> str:
    return f"{PATH}/{sample['id']}/items/{number}"


def line(code: str, **more: object) -> dict:
    return {"system": "CPT" if code.isdigit() else "ICD-10-CM", "code": code, **more}


def put(client: Client, path: str, what: str, body: object, tag: str | None = None):
    """A write on an item as it is now, or as it was at `tag`."""
    return client.write("PUT", f"{path}/{what}", tag or client.get(path).headers["ETag"], body)
