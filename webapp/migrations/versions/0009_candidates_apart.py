"""Who may take an open task and who was ever asked become two tables, each one tree and no index beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_EACH = {
    "sqlite": "tasks t, json_each(t.candidates) c",
    "postgresql": "tasks t, json_array_elements_text(t.candidates::json) AS c(value)",
}


def upgrade() -> None:
    """Keep who was asked per case; make the rows of open tasks anew from the tasks themselves."""
    op.create_table(
        "case_candidates",
        sa.Column("candidate_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", "case_id", name=op.f("pk_case_candidates")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO case_candidates SELECT DISTINCT candidate_id, case_id FROM task_candidates ORDER BY 1, 2")
    _drop()
    op.create_table(
        "task_candidates",
        sa.Column("candidate_id", sa.String(length=36), nullable=False),
        sa.Column("sort_at", sa.String(length=27), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", "sort_at", "task_id", name=op.f("pk_task_candidates")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO task_candidates (candidate_id, sort_at, task_id, case_id) "
        f"SELECT c.value, t.sort_at, t.id, t.case_id FROM {_EACH[op.get_bind().dialect.name]} "
        "WHERE t.state = 'open' AND t.holder_id IS NULL"
    )


def downgrade() -> None:
    """Make one row per task and candidate again; the code of before brings its own triggers."""
    _drop()
    op.create_table(
        "task_candidates",
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("candidate_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("sort_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_task_candidates_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_candidates_task_id")),
        sa.PrimaryKeyConstraint("task_id", "candidate_id", name=op.f("pk_task_candidates")),
    )
    op.execute(
        "INSERT INTO task_candidates (task_id, candidate_id, case_id, sort_at) SELECT t.id, c.value, t.case_id, "
        "CASE WHEN t.state = 'open' AND t.holder_id IS NULL THEN t.sort_at END "
        f"FROM {_EACH[op.get_bind().dialect.name]}"
    )
    op.create_index("ix_task_candidates_case", "task_candidates", ["case_id", "candidate_id"])
    op.create_index("ix_task_candidates_inbox", "task_candidates", ["candidate_id", "sort_at", "task_id"])
    op.drop_table("case_candidates")


def _drop() -> None:
    """Drop the table and, where they would keep it from being changed, the triggers: made anew after every upgrade."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("tasks_opened", "tasks_changed", "tasks_closed"):
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.drop_table("task_candidates")
