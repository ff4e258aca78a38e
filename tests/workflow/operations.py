"""Every operation of the workflow, and what each role gets: own encounter, another's, and what anybody gets."""

from __future__ import annotations

ONE = "/v1/encounters/{encounter_id}"
CERTIFICATE = "/v1/certificates/{certificate_id}"
SLICE = "/v1/automation/slices/{system}/{setting}/{family}"
MODEL = "/v1/models/{bundle_id}"
RUN = "/v1/training-runs/{run_id}"
WORKFLOW = (
    "POST /v1/session",
    "GET /v1/session",
    "DELETE /v1/session",
    "POST /v1/encounters",
    "GET /v1/encounters",
    "GET /v1/worklist/counts",
    f"GET {ONE}",
    f"POST {ONE}/notes",
    f"PUT {ONE}/notes/{{number}}",
    f"PUT {ONE}/claim",
    f"DELETE {ONE}/claim",
    f"GET {ONE}/revision",
    f"GET {ONE}/basis",
    f"POST {ONE}/offers",
    f"POST {ONE}/decisions",
    f"POST {ONE}/queries",
    f"PUT {ONE}/queries/{{number}}",
    f"PUT {ONE}/queries/{{number}}/status",
    f"GET {ONE}/findings",
    f"POST {ONE}/finalization",
    f"POST {ONE}/reopening",
    f"PUT {ONE}/assignee",
    "POST /v1/assignments",
    "GET /v1/events",
    "GET /v1/certificates",
    f"GET {CERTIFICATE}",
    f"DELETE {CERTIFICATE}",
    f"POST {CERTIFICATE}/revocation",
    f"POST {CERTIFICATE}/reopening",
    "POST /v1/certifications",
    "GET /v1/automation/slices",
    f"PUT {SLICE}",
    "GET /v1/drift",
    "POST /v1/automation/audits",
    "GET /v1/site-phrases",
    "POST /v1/site-phrases",
    "DELETE /v1/site-phrases/{phrase_id}",
    "GET /v1/models",
    f"GET {MODEL}",
    f"POST {MODEL}/promotion",
    f"DELETE {MODEL}/promotion",
    f"PUT {MODEL}/shadow",
    f"DELETE {MODEL}/shadow",
    "POST /v1/training-runs",
    "GET /v1/training-runs",
    f"GET {RUN}",
    f"POST {RUN}/cancellation",
)
SAMPLE = "/v1/audit-samples/{sample_id}"
ITEM = f"{SAMPLE}/items/{{number}}"
AUDITS = (
    "POST /v1/audit-samples",
    "GET /v1/audit-samples",
    f"GET {SAMPLE}",
    f"GET {SAMPLE}/redraw",
    f"GET {ITEM}",
    f"PUT {ITEM}/codes",
    f"POST {ITEM}/differences",
    f"PUT {ITEM}/judgement",
    f"PUT {ITEM}/answer",
    f"PUT {ITEM}/settlement",
    "GET /v1/audit-feedback",
)
DASHBOARDS = ("GET /v1/dashboards", "GET /v1/dashboards/{figure}", "GET /v1/dashboards/{figure}/csv")
