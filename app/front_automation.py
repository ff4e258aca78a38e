"""Hands the page of automation what it needs of the interface, which it does not know."""

from __future__ import annotations

from fastapi import FastAPI

from app.api.state import ServiceState
from app.domain.audit import Actor
from app.usecases.drift.watch import DriftReport
from app.workbench import automation
from app.workbench.pages import Pages


def include_automation(app: FastAPI, shown: Pages, state: ServiceState) -> None:
    """Add the page to the application."""

    def drift(actor: Actor) -> DriftReport:
        suggest = state.suggest
        return state.workflow.drift.report(actor, suggest.bundle.bundle_id, suggest.reference)

    app.include_router(
        automation.router(
            shown,
            automation.AutomationViews(
                lambda: state.workflow.automation, lambda: state.workflow.certify, lambda: state.workflow.send_to_audit, drift
            ),
        )
    )
