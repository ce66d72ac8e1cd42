"""What Alembic runs: the connection comes from the caller (webapp/schema.py), never from a file."""

from __future__ import annotations

from alembic import context

from webapp.schema import whole_metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=whole_metadata(),
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
