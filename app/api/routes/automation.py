"""/v1/certificates, /v1/automation and /v1/drift: what needs no person, on what that rests, and how it is ended."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path
from starlette.responses import JSONResponse, Response

from app.api.auth import Who
from app.api.documents import problems
from app.api.schemas import automation as a
from app.api.schemas import drift as d
from app.api.schemas.request import SystemName
from app.api.state import ServiceState
from app.domain.automation.certificate import CodeSlice
from app.domain.code import CodeSystem
from app.domain.encounter import Setting

PATH, SLICES, DRIFT = "/v1/certificates", "/v1/automation/slices", "/v1/drift"
AUDITS = "/v1/automation/audits"
ONE = f"{PATH}/{{certificate_id}}"
CertificateId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="As in GET /v1/certificates")]
Family = Annotated[str, Path(pattern=r"^[A-Za-z0-9 ]{1,40}$", description="As in a certificate: a category, a chapter or part, or `other`")]


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["automation"])
    reads, writes = problems(401, 403, 404, 422, 500, 503), problems(400, 401, 403, 404, 409, 413, 415, 422, 500, 503)

    @routes.get(PATH, response_model=a.CertificatesOut, responses=problems(401, 403, 422, 500, 503))
    def list_certificates(who: Who) -> Response:
        """List every certificate, the last issued first, with what was done under it and what audits said since."""
        return JSONResponse(a.certificates(state.workflow.automation.certificates(who)))

    @routes.get(ONE, response_model=a.CertificateOut, responses=reads)
    def read_certificate(who: Who, certificate_id: CertificateId) -> Response:
        """Read one certificate."""
        return JSONResponse(a.certificate(state.workflow.automation.certificate(who, certificate_id)))

    @routes.post(f"{ONE}/revocation", status_code=201, response_model=a.CertificateOut, responses=writes)
    def revoke_certificate(who: Who, certificate_id: CertificateId, body: Annotated[a.ReasonIn, Body()]) -> Response:
        """End a certificate for good, and switch its slice off. Charts that were finalised under it stay until they are re-opened."""
        automation = state.workflow.automation
        automation.revoke(who, certificate_id, body.reason)
        return JSONResponse(a.certificate(automation.certificate(who, certificate_id)), 201)

    @routes.delete(ONE, response_model=a.CertificateOut, responses=problems(401, 403, 404, 409, 422, 500, 503))
    def delete_certificate(who: Who, certificate_id: CertificateId) -> Response:
        """End a certificate as `POST .../revocation` does, without words of one's own; it stays listed."""
        automation = state.workflow.automation
        automation.revoke(who, certificate_id, "by DELETE")
        return JSONResponse(a.certificate(automation.certificate(who, certificate_id)))

    @routes.post(f"{ONE}/reopening", status_code=201, responses=writes)
    def reopen_automatic(who: Who, certificate_id: CertificateId, body: Annotated[a.ReasonIn, Body()]) -> a.ReopenedOut:
        """Take up again every encounter that was finalised without a person under the certificate and still stands so."""
        return a.ReopenedOut(encounters=state.workflow.automation.reopen(who, certificate_id, body.reason))

    @routes.get(SLICES, response_model=a.SwitchesOut, responses=problems(401, 403, 422, 500, 503))
    def list_slices(who: Who) -> Response:
        """List the slices that were ever switched, as they are now; every other is off."""
        return JSONResponse({"slices": [a.switch(s) for s in state.workflow.automation.switches(who)]})

    @routes.put(f"{SLICES}/{{system}}/{{setting}}/{{family}}", response_model=a.SwitchOut, responses=writes)
    def switch_slice(who: Who, system: SystemName, setting: Setting, family: Family, body: Annotated[a.SwitchIn, Body()]) -> Response:
        """Allow encounters to be finalised without a person by certificates of a slice, or end that at once."""
        of = CodeSlice(CodeSystem(system), setting, family)
        return JSONResponse(a.switch(state.workflow.automation.switch(who, of, on=body.on, reason=body.reason)))

    @routes.post(AUDITS, status_code=201, responses=problems(400, 401, 403, 413, 415, 422, 500, 503))
    def send_to_audit(who: Who, body: Annotated[a.SendIn, Body()]) -> a.SentOut:
        """Make an audit sample of the encounters that were drawn when they were finalised without a person and that nobody audited yet."""
        sent = state.workflow.send_to_audit(who, body.auditor, blind=body.blind)
        return a.SentOut(sample=sent.sample_id, encounters=sent.charts)

    @routes.get(DRIFT, response_model=d.DriftOut, responses=problems(401, 403, 422, 500, 503))
    def read_drift(who: Who) -> Response:
        """Tell how far what came in during the last 30 days is from what the bundle in use was trained on."""
        suggest = state.suggest
        return JSONResponse(d.drift(state.workflow.drift.report(who, suggest.bundle.bundle_id, suggest.reference)))

    return routes
