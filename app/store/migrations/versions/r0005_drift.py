"""Counts of notes as they came in, and alarms of drift that stand; why a chart is worth a review."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables, and the reasons of a priority."""
    op.add_column("charts", sa.Column("priority_reasons", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "note_profiles",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("setting", sa.String(length=20), nullable=False),
        sa.Column("bundle_id", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_note_profiles_chart_id")),
        sa.PrimaryKeyConstraint("chart_id", "note", "version", name=op.f("pk_note_profiles")),
    )
    op.create_index(op.f("ix_note_profiles_bundle_id_at"), "note_profiles", ["bundle_id", "at"], unique=False)
    op.create_table(
        "drift_alarms",
        sa.Column("bundle_id", sa.String(length=64), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", "measure", "system", name=op.f("pk_drift_alarms")),
    )
