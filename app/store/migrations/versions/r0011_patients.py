"""Whose chart it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the patient's id, sealed."""
    op.add_column("charts", sa.Column("patient", sa.LargeBinary(), nullable=True))
