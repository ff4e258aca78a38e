"""How coder and auditor agree on a chart, in numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the four counts."""
    for name in ("both", "only_coder", "only_auditor", "neither"):
        op.add_column("audit_items", sa.Column(name, sa.Integer(), nullable=True))
