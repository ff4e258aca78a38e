"""How long people worked on a chart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the seconds of the present version, and those that a finalised set took."""
    op.add_column("charts", sa.Column("active_seconds", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("finalized_sets", sa.Column("active_seconds", sa.Integer(), nullable=True))
