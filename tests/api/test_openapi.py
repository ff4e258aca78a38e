from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import APIOperation

from tests.workflow.operations import AUDITS, DASHBOARDS, WORKFLOW

load_all_checks()
# A date that no release covers and a code that does not exist are well formed and refused all the same.
LEFT_OUT = ("positive_data_acceptance",)
CHECKED = [check for check in CHECKS.get_all() if check.__name__ not in LEFT_OUT]
DOCS = Path(__file__).parents[2] / "docs"
REFUSALS = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]
OPERATIONS = (
    "POST /v1/suggestions",
    "POST /v1/validations",
    "POST /v1/queries/draft",
    "POST /v1/queries/lint",
    "GET /v1/codes",
    "GET /v1/codes/{system}/{code}",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
)


def operations_of(url: str) -> dict[str, APIOperation]:
    """Every operation of the document at `url` by method and path. A body over the limit (413) is refused before it is read."""
    config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}})
    document = schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)
    found = [result.ok() for result in document.get_all_operations()]
    return {f"{o.method.upper()} {o.path}": o for o in found}


@pytest.fixture(scope="session")
def operations(url: str) -> dict[str, APIOperation]:
    return operations_of(url)


def test_every_operation_is_exercised(operations):
    assert sorted(operations) == sorted((*OPERATIONS, *WORKFLOW, *AUDITS, *DASHBOARDS))


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda m: m.value)
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_service_keeps_to_its_openapi_document(operations, name, mode):
    takes_nothing = name.count("/") == 1
    if mode is GenerationMode.NEGATIVE and takes_nothing:
        return

    @settings(max_examples=5 if takes_nothing else 60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operations[name].as_strategy(generation_mode=mode))
    def keeps_to_it(case):
        case.call_and_validate(checks=CHECKED)

    keeps_to_it()


def test_every_route_documents_its_errors_as_problems(app):
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, method, status)
            assert "500" in operation["responses"]


def test_examples_are_valid_answers(app):
    from app.api.schemas.codes import SEARCH_EXAMPLE, SearchResponse
    from app.api.schemas.request import SuggestionsRequest
    from app.api.schemas.response import EXAMPLE, SuggestionsResponse

    SuggestionsResponse.model_validate(EXAMPLE)
    SearchResponse.model_validate(SEARCH_EXAMPLE)
    request = app.openapi()["components"]["schemas"]["SuggestionsRequest"]["examples"][0]
    SuggestionsRequest.model_validate(request)
    evidence = EXAMPLE["codes"][0]["evidence"][0]
    assert request["text"][evidence["begin"] : evidence["end"]] == evidence["text"]


def test_every_route_is_documented(app):
    text = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("api.md", "audit.md", "automation.md", "dashboards.md", "workflow-api.md"))
    for path in app.openapi()["paths"]:
        assert f"{path}`" in text, path
