"""All tables, under one name for migrations."""

from __future__ import annotations

from app.store import audit, audit_tables, certificates, chart_tables, heads, models, outbox, outcome_tables, people, profiles, runs, site_phrases
from app.store.schema import METADATA

TABLES = METADATA
"""The metadata with every table registered; the modules named are imported for that."""

MODULES = (audit, audit_tables, certificates, chart_tables, heads, models, outbox, outcome_tables, people, profiles, runs, site_phrases)
