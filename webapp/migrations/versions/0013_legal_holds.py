"""Cases of which nothing may be erased for now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; no case is under a hold."""
    op.create_table(
        "legal_holds",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_legal_holds")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("legal_holds")
