"""Tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FINAL = ("audit_events", "finalized_sets", "finalized_codes", "drafts")


def upgrade() -> None:
    """Create every table, the two heads, and the triggers that keep what is final."""
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=True),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("expires", sa.Float(), nullable=True),
        sa.Column("revoked", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("name", name=op.f("uq_api_keys_name")),
    )
    op.create_table(
        "audit_events",
        sa.Column("sequence", _SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_events")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_events_subject"), ["subject"], unique=False)

    op.create_table(
        "charts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("setting", sa.String(length=20), nullable=False),
        sa.Column("sex", sa.String(length=20), nullable=False),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("service_date", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Float(), nullable=False),
        sa.Column("random_slice", sa.Boolean(), nullable=False),
        sa.Column("assignee", sa.String(length=64), nullable=True),
        sa.Column("claim_by", sa.String(length=64), nullable=True),
        sa.Column("claim_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charts")),
    )
    with op.batch_alter_table("charts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charts_assignee_status_priority_id"), ["assignee", "status", "priority", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charts_external_id"), ["external_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charts_priority_id"), ["priority", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charts_received_at_id"), ["received_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charts_source_received_at_id"), ["source", "received_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charts_status_priority_id"), ["status", "priority", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charts_status_received_at_id"), ["status", "received_at", "id"], unique=False)

    op.create_table(
        "heads",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("sequence", _SEQUENCE, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heads")),
    )
    op.create_table(
        "receipts",
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_receipts")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "chart_events",
        sa.Column("sequence", _SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_chart_events_chart_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_chart_events")),
    )
    with op.batch_alter_table("chart_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chart_events_source_sequence"), ["source", "sequence"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_decisions_chart_id")),
        sa.PrimaryKeyConstraint("chart_id", "sequence", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_by_at"), ["by", "at"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bundle_id", sa.String(length=64), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_drafts_chart_id")),
        sa.PrimaryKeyConstraint("chart_id", "note", "version", name=op.f("pk_drafts")),
    )
    op.create_table(
        "finalized_codes",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_finalized_codes_chart_id")),
        sa.PrimaryKeyConstraint("chart_id", "version", "position", name=op.f("pk_finalized_codes")),
    )
    with op.batch_alter_table("finalized_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finalized_codes_system_code"), ["system", "code"], unique=False)

    op.create_table(
        "finalized_sets",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("override", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_finalized_sets_chart_id")),
        sa.PrimaryKeyConstraint("chart_id", "version", name=op.f("pk_finalized_sets")),
    )
    op.create_table(
        "notes",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_notes_chart_id")),
        sa.PrimaryKeyConstraint("chart_id", "number", "version", name=op.f("pk_notes")),
    )
    op.create_table(
        "queries",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_queries_chart_id")),
        sa.PrimaryKeyConstraint("chart_id", "number", name=op.f("pk_queries")),
    )
    op.create_table(
        "reopenings",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_reopenings_chart_id")),
        sa.PrimaryKeyConstraint("chart_id", "version", name=op.f("pk_reopenings")),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("begun", sa.Float(), nullable=False),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", _SEQUENCE, nullable=False),
        sa.Column("webhook_id", sa.String(length=64), nullable=False),
        sa.Column("event", _SEQUENCE, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["chart_events.sequence"], name=op.f("fk_deliveries_event")),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_state_next_at"), ["state", "next_at"], unique=False)
    heads = sa.table("heads", sa.column("name"), sa.column("sequence"), sa.column("hash"))
    op.bulk_insert(heads, [{"name": "audit", "sequence": 0, "hash": "0" * 64}, {"name": "events", "sequence": 0, "hash": ""}])
    for table in _FINAL:
        _keep(table)


def _keep(table: str) -> None:
    """Refuse every change to rows of a table once they are written."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        return
    op.execute(f"CREATE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$")
    op.execute(f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep()")
