"""Certificates, switches of automation, what was finalised without a person; events of no chart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables, and let an event be of no chart."""
    op.create_table(
        "certificates",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("setting", sa.String(length=20), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("without", sa.JSON(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("confidence_level", sa.Float(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("missed", sa.JSON(), nullable=False),
        sa.Column("bundle_id", sa.String(length=64), nullable=False),
        sa.Column("releases", sa.JSON(), nullable=False),
        sa.Column("issued", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=64), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
    )
    op.create_index(op.f("ix_certificates_issued"), "certificates", ["issued"], unique=False)
    op.create_table(
        "automation_switches",
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("setting", sa.String(length=20), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("system", "setting", "family", name=op.f("pk_automation_switches")),
    )
    op.create_table(
        "auto_finalizations",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_auto_finalizations_chart_id")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"], name=op.f("fk_auto_finalizations_certificate_id")),
        sa.PrimaryKeyConstraint("chart_id", "version", "certificate_id", name=op.f("pk_auto_finalizations")),
    )
    op.create_index(op.f("ix_auto_finalizations_certificate_id"), "auto_finalizations", ["certificate_id"], unique=False)
    _events_of_no_chart()


def _events_of_no_chart() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("chart_events", "chart_id", existing_type=sa.String(length=64), nullable=True)
        return
    # SQLite changes a column by making the table anew, which deliveries must not refer to meanwhile.
    op.execute("CREATE TEMPORARY TABLE deliveries_meanwhile AS SELECT * FROM deliveries")
    op.execute("DELETE FROM deliveries")
    with op.batch_alter_table("chart_events", schema=None) as batch_op:
        batch_op.alter_column("chart_id", existing_type=sa.String(length=64), nullable=True)
    op.execute("INSERT INTO deliveries SELECT * FROM deliveries_meanwhile")
    op.execute("DROP TABLE deliveries_meanwhile")
