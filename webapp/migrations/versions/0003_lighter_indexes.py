"""lighter_indexes: a step writes into three indexes less."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_TASKS = {
    'ix_tasks_holder': (['holder_id', 'state', 'sort_at', 'id'], 'holder_id IS NOT NULL'),
    'ix_tasks_done_by': (['done_by', 'done_at', 'id'], 'done_by IS NOT NULL'),
}


def upgrade() -> None:
    op.drop_index('ix_events_kind', 'events')
    for name, (columns, condition) in _TASKS.items():
        op.drop_index(name, 'tasks')
        op.create_index(name, 'tasks', columns, sqlite_where=text(condition), postgresql_where=text(condition))


def downgrade() -> None:
    for name, (columns, _) in _TASKS.items():
        op.drop_index(name, 'tasks')
        op.create_index(name, 'tasks', columns)
    op.create_index('ix_events_kind', 'events', ['kind', 'at'])
