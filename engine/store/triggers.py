"""What the database itself keeps true: events are append-only, task_candidates follows tasks.candidates.

The triggers save three statements per step and leave no way to close a task and forget its candidates. A
candidate's `sort_at` is set while the task is open and unclaimed; rows are never taken away, see tasks.py.
"""

from __future__ import annotations

_SQLITE = (
    *(
        f"CREATE TRIGGER IF NOT EXISTS events_no_{verb.lower()} BEFORE {verb} ON events "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "CREATE TRIGGER IF NOT EXISTS tasks_opened AFTER INSERT ON tasks WHEN NEW.state = 'open' BEGIN "
    "INSERT INTO task_candidates (task_id, candidate_id, case_id, sort_at) "
    "SELECT NEW.id, value, NEW.case_id, CASE WHEN NEW.holder_id IS NULL THEN NEW.sort_at END "
    "FROM json_each(NEW.candidates); END",
    "CREATE TRIGGER IF NOT EXISTS tasks_changed AFTER UPDATE OF state, candidates, sort_at, holder_id ON tasks BEGIN "
    "UPDATE task_candidates SET sort_at = NULL WHERE task_id = NEW.id; "
    "INSERT INTO task_candidates (task_id, candidate_id, case_id, sort_at) "
    "SELECT NEW.id, value, NEW.case_id, CASE WHEN NEW.holder_id IS NULL THEN NEW.sort_at END "
    "FROM json_each(NEW.candidates) WHERE NEW.state = 'open' "
    "ON CONFLICT (task_id, candidate_id) DO UPDATE SET sort_at = excluded.sort_at; "
    "DELETE FROM task_drafts WHERE task_id = NEW.id AND NEW.state <> 'open'; END",
)

_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$",
    "CREATE OR REPLACE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events "
    "FOR EACH ROW EXECUTE FUNCTION refuse_event_change()",
    "CREATE OR REPLACE FUNCTION list_task_candidates() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' THEN UPDATE task_candidates SET sort_at = NULL WHERE task_id = NEW.id; END IF; "
    "IF NEW.state = 'open' THEN INSERT INTO task_candidates (task_id, candidate_id, case_id, sort_at) "
    "SELECT NEW.id, candidate, NEW.case_id, CASE WHEN NEW.holder_id IS NULL THEN NEW.sort_at END "
    "FROM json_array_elements_text(NEW.candidates::json) AS candidate "
    "ON CONFLICT (task_id, candidate_id) DO UPDATE SET sort_at = excluded.sort_at; "
    "ELSE DELETE FROM task_drafts WHERE task_id = NEW.id; END IF; "
    "RETURN NULL; END $$",
    "CREATE OR REPLACE TRIGGER tasks_opened AFTER INSERT ON tasks "
    "FOR EACH ROW WHEN (NEW.state = 'open' AND NEW.candidates <> '[]') EXECUTE FUNCTION list_task_candidates()",
    "CREATE OR REPLACE TRIGGER tasks_changed AFTER UPDATE OF state, candidates, sort_at, holder_id ON tasks "
    "FOR EACH ROW EXECUTE FUNCTION list_task_candidates()",
)


def trigger_statements(dialect: str) -> list[str]:
    """Return the DDL of every trigger for `sqlite` or `postgresql`, safe to run again."""
    return list(_SQLITE if dialect == "sqlite" else _POSTGRESQL)
