"""One Alembic history for engine and webapp: expand now, contract a release later."""
