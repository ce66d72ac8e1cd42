"""Which hash the history is made with: SHA-256 where there are events already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; a database with a history has made its choice."""
    op.create_table(
        "history_hash",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_history_hash_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_hash")),
    )
    op.execute("INSERT INTO history_hash (id, name) SELECT 1, 'sha256' WHERE EXISTS (SELECT 1 FROM events)")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("history_hash")
