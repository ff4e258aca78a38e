"""Runs that certify."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add what a certification is to prove, and what keeps a second one from being open."""
    op.add_column("training_runs", sa.Column("guarantee", sa.JSON(), nullable=True))
    op.add_column("training_runs", sa.Column("certifying", sa.Boolean(), nullable=True))
    op.create_index("ix_training_runs_certifying", "training_runs", ["certifying"], unique=True)
