"""The workflow keeps to its OpenAPI document, whatever is sent."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from app.domain.people import Role
from tests.api.test_openapi import CHECKED, operations_of
from tests.workflow.audited import auditor_of, drawn, finalized
from tests.workflow.operations import AUDITS, DASHBOARDS, ONE, SAMPLE, WORKFLOW

# Signing in and out would change who asks: test_signing_in.py has both.
OPERATIONS = [name for name in (*WORKFLOW, *AUDITS, *DASHBOARDS) if "/v1/session" not in name]
# These ask without the session on purpose; test_roles.py asks every endpoint without one.
CHECKS = [check for check in CHECKED if check.__name__ != "ignored_auth"]


@pytest.fixture(scope="module")
def operations(desk):
    return operations_of(desk.url)


@pytest.fixture(scope="module")
def everyone(desk):
    """A manager who also is an integration: nothing is refused for want of a permission."""
    return {"Authorization": f"Bearer {desk.workflow.accounts.add_key('everyone', set(Role))}"}


@pytest.fixture(scope="module")
def seeded(desk):
    charts = [desk.submit()[0] for _ in range(4)]
    return itertools.cycle(charts)


@pytest.fixture(scope="module")
def sample(desk):
    coder = desk.user("sampled")
    for _ in range(2):
        finalized(desk, coder)
    return drawn(auditor_of(desk), "sampled")["id"]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda m: m.value)
@pytest.mark.parametrize("name", OPERATIONS)
def test_it_keeps_to_its_document(operations, everyone, seeded, sample, name, mode):
    @settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operations[name].as_strategy(generation_mode=mode))
    def keeps_to_it(case):
        real = mode is GenerationMode.POSITIVE and ONE in name
        if real:
            case.path_parameters["encounter_id"] = next(seeded)
            case.headers = {**(case.headers or {}), "If-Match": '"1"'}
        if mode is GenerationMode.POSITIVE and SAMPLE in name:
            case.path_parameters["sample_id"] = sample
            case.headers = {**(case.headers or {}), "If-Match": '"1"'}
        # What the strategy makes up for the cookie and the key is not what is tried here.
        for place in (case.headers, case.cookies):
            for key in [k for k in place or {} if k.lower() in {"authorization", "chartcoder_session", "x-csrf-token"}]:
                del place[key]
        case.call_and_validate(checks=CHECKS, headers=everyone)

    keeps_to_it()
