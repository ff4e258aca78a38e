"""When the words of a site's phrase were last said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the time, for retention."""
    op.add_column("site_phrases", sa.Column("said", sa.DateTime(timezone=True), nullable=True))
