"""When and in which units a process may be begun."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; a process without a row is open as before."""
    op.create_table(
        "start_terms",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("opens", sa.String(length=10), nullable=True),
        sa.Column("closes", sa.String(length=10), nullable=True),
        sa.Column("units", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_start_terms")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("start_terms")
