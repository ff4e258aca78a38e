"""Who a user is at the identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the subject; unique where there is one."""
    op.add_column("users", sa.Column("subject", sa.String(64), nullable=True))
    op.create_index("ix_users_subject", "users", ["subject"], unique=True)
