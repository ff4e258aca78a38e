"""Hands the pages of the audit and of the dashboards what they need of the interface, which they do not know."""

from __future__ import annotations

from fastapi import FastAPI

from app.api.state import ServiceState
from app.workbench import audits, dashboards
from app.workbench.pages import Pages


def include_audits(app: FastAPI, shown: Pages, state: ServiceState) -> None:
    """Add the pages to the application."""
    app.include_router(audits.router(shown, lambda: state.workflow))
    app.include_router(dashboards.router(shown, lambda: state.workflow.figures))
