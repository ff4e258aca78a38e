"""Second-level audit, and the outcomes that figures are made from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables, and the triggers that keep samples as they were drawn."""
    op.create_table(
        "audit_samples",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("size", sa.JSON(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("auditor", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_samples")),
    )
    with op.batch_alter_table("audit_samples", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_samples_auditor_drawn_at"), ["auditor", "drawn_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_samples_drawn_at"), ["drawn_at"], unique=False)

    op.create_table(
        "audit_items",
        sa.Column("sample_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("coder", sa.String(length=64), nullable=False),
        sa.Column("auditor", sa.String(length=64), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("blind_lines", sa.JSON(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("codes", sa.Integer(), nullable=True),
        sa.Column("agreed", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["chart_id"], ["charts.id"], name=op.f("fk_audit_items_chart_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["audit_samples.id"], name=op.f("fk_audit_items_sample_id")),
        sa.PrimaryKeyConstraint("sample_id", "number", name=op.f("pk_audit_items")),
    )
    with op.batch_alter_table("audit_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_items_chart_id_version"), ["chart_id", "version"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_items_coder_state_judged_at"), ["coder", "state", "judged_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_items_judged_at"), ["judged_at"], unique=False)

    op.create_table(
        "audit_judgements",
        sa.Column("sample_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sample_id", "number"], ["audit_items.sample_id", "audit_items.number"], name=op.f("fk_audit_judgements_sample_id_number")
        ),
        sa.PrimaryKeyConstraint("sample_id", "number", "sequence", name=op.f("pk_audit_judgements")),
    )
    op.create_table(
        "audit_marks",
        sa.Column("sample_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["sample_id", "number"], ["audit_items.sample_id", "audit_items.number"], name=op.f("fk_audit_marks_sample_id_number")
        ),
        sa.PrimaryKeyConstraint("sample_id", "number", "system", "code", name=op.f("pk_audit_marks")),
    )
    with op.batch_alter_table("audit_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_marks_system_code"), ["system", "code"], unique=False)

    op.create_table(
        "audit_replies",
        sa.Column("sample_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sample_id", "number"], ["audit_items.sample_id", "audit_items.number"], name=op.f("fk_audit_replies_sample_id_number")
        ),
        sa.PrimaryKeyConstraint("sample_id", "number", "sequence", name=op.f("pk_audit_replies")),
    )
    op.create_table(
        "chart_outcomes",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("coder", sa.String(length=64), nullable=False),
        sa.Column("setting", sa.String(length=20), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=False),
        sa.Column("latest", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("suggested", sa.Integer(), nullable=False),
        sa.Column("billed", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("first_kept", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chart_id", "version"], ["finalized_sets.chart_id", "finalized_sets.version"], name=op.f("fk_chart_outcomes_chart_id_version")
        ),
        sa.PrimaryKeyConstraint("chart_id", "version", name=op.f("pk_chart_outcomes")),
    )
    with op.batch_alter_table("chart_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chart_outcomes_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_chart_outcomes_day"), ["day"], unique=False)

    op.create_table(
        "code_outcomes",
        sa.Column("chart_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("coder", sa.String(length=64), nullable=False),
        sa.Column("setting", sa.String(length=20), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=False),
        sa.Column("latest", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("billed", sa.Boolean(), nullable=False),
        sa.Column("replaced", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chart_id", "version"], ["chart_outcomes.chart_id", "chart_outcomes.version"], name=op.f("fk_code_outcomes_chart_id_version")
        ),
        sa.PrimaryKeyConstraint("chart_id", "version", "system", "code", name=op.f("pk_code_outcomes")),
    )
    with op.batch_alter_table("code_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_outcomes_day"), ["day"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            refuse = "SELECT RAISE(ABORT, 'audit_samples is append-only')"
            op.execute(f"CREATE TRIGGER audit_samples_no_{verb.lower()} BEFORE {verb} ON audit_samples BEGIN {refuse}; END")
        return
    refuse = "RAISE EXCEPTION 'audit_samples is append-only'"
    op.execute(f"CREATE FUNCTION audit_samples_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse}; END $$")
    rows = "BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_samples FOR EACH STATEMENT"
    op.execute(f"CREATE TRIGGER audit_samples_keep {rows} EXECUTE FUNCTION audit_samples_keep()")
