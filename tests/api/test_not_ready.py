from __future__ import annotations

import threading

import httpx
import pytest

from app.domain.errors import BundleRefused, Fault, ReleaseRefused, SiteRulesRefused
from app.main import create_app
from app.usecases.look_up_codes import LookUpCodes
from tests.api.conftest import SETTINGS
from tests.api.fakes import FakeOpener
from tests.api.serving import served

NOTE = {"text": "Hypertension."}


@pytest.mark.parametrize(
    ("opener", "code", "words"),
    [
        (FakeOpener(suggest_error=BundleRefused("9f2c", "ranker.npz was changed after it was written")), "bundle_refused", "ranker.npz"),
        (FakeOpener(codes_error=ReleaseRefused("ICD-10-CM", "no release is compiled: run `chartcoder-train setup`")), "release_refused", "setup"),
        (
            FakeOpener(suggest_error=SiteRulesRefused([Fault("site.yaml", 7, "there is no rule x")])),
            "site_rules_refused",
            "site.yaml:7: there is no rule x",
        ),
        (FakeOpener(suggest_error=KeyError("surprise")), "unavailable", "KeyError"),
    ],
)
def test_a_broken_bundle_or_release_is_named_and_the_service_starts(opener, code, words):
    app = create_app(SETTINGS, opener=opener)
    with served(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert client.get("/healthz").status_code == 200
        for response in (client.get("/readyz"), client.post("/v1/suggestions", json=NOTE)):
            assert (response.status_code, response.json()["code"]) == (503, code)
            assert words in response.json()["detail"]
            assert response.headers["retry-after"]
        page = client.get("/")
        assert page.status_code == 200
        assert "Not ready" in page.text
        assert words in page.text
        # Codes can be searched without a bundle.
        assert client.get("/v1/codes?q=I10").status_code == (503 if code == "release_refused" else 200)


def test_the_service_listens_while_it_opens():
    may_open = threading.Event()

    class Slow(FakeOpener):
        def open_codes(self) -> LookUpCodes:
            may_open.wait(10)
            return super().open_codes()

    app = create_app(SETTINGS, opener=Slow())
    app.state.service.wait, wait = (lambda _: True), app.state.service.wait
    with served(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").json()["code"] == "starting"
        assert client.post("/v1/suggestions", json=NOTE).json()["code"] == "starting"
        may_open.set()
        assert wait(10)
        assert client.get("/readyz").json()["status"] == "ready"
        assert client.post("/v1/suggestions", json=NOTE).status_code == 200
