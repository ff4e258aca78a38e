"""Runs migrations on the connection that migrate.py gives; Alembic loads this file by its name."""

from __future__ import annotations

from alembic import context

from app.store.tables import TABLES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TABLES,
    # SQLite changes columns by copying the table.
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
