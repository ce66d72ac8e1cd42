"""What the database itself keeps true: events are append-only, their hash stays, candidates follow tasks.

The triggers save three statements per step and leave no way to close a task and forget its candidates. A row of
`task_candidates` is there while its task is open and unclaimed; one of `case_candidates` stays, see tasks.py.
"""

from __future__ import annotations

_FREE = (
    "INSERT INTO task_candidates (candidate_id, sort_at, task_id, case_id) "
    "SELECT value, NEW.sort_at, NEW.id, NEW.case_id FROM json_each(NEW.candidates) WHERE NEW.holder_id IS NULL; "
)
_ASKED = (
    "INSERT OR IGNORE INTO case_candidates (candidate_id, case_id) "
    "SELECT value, NEW.case_id FROM json_each(NEW.candidates); "
)
_GONE = (
    "DELETE FROM task_candidates WHERE candidate_id IN (SELECT value FROM json_each(OLD.candidates)) "
    "AND sort_at = OLD.sort_at AND task_id = OLD.id; "
)
_DRAFTS = "DELETE FROM task_drafts WHERE task_id = NEW.id; "
_CHANGED = "AFTER UPDATE OF state, candidates, sort_at, holder_id ON tasks"

_SQLITE = {
    **{
        f"events_no_{verb.lower()}": f"BEFORE {verb} ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        for verb in ("UPDATE", "DELETE")
    },
    **{
        f"history_hash_no_{verb.lower()}": f"BEFORE {verb} ON history_hash "
        "BEGIN SELECT RAISE(ABORT, 'the hash of the history is chosen once'); END"
        for verb in ("UPDATE", "DELETE")
    },
    "tasks_opened": f"AFTER INSERT ON tasks WHEN NEW.state = 'open' BEGIN {_FREE}{_ASKED}END",
    "tasks_changed": f"{_CHANGED} WHEN NEW.state = 'open' BEGIN {_GONE}{_FREE}{_ASKED}END",
    "tasks_closed": f"{_CHANGED} WHEN NEW.state <> 'open' BEGIN {_GONE}{_DRAFTS}END",
}

_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$",
    "CREATE OR REPLACE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events "
    "FOR EACH ROW EXECUTE FUNCTION refuse_event_change()",
    "CREATE OR REPLACE FUNCTION refuse_hash_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the hash of the history is chosen once'; END $$",
    "CREATE OR REPLACE TRIGGER history_hash_no_change BEFORE UPDATE OR DELETE ON history_hash "
    "FOR EACH ROW EXECUTE FUNCTION refuse_hash_change()",
    "CREATE OR REPLACE FUNCTION list_task_candidates() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' THEN DELETE FROM task_candidates "
    "WHERE candidate_id IN (SELECT json_array_elements_text(OLD.candidates::json)) "
    "AND sort_at = OLD.sort_at AND task_id = OLD.id; END IF; "
    "IF NEW.state = 'open' THEN INSERT INTO task_candidates (candidate_id, sort_at, task_id, case_id) "
    "SELECT candidate, NEW.sort_at, NEW.id, NEW.case_id FROM json_array_elements_text(NEW.candidates::json) candidate "
    "WHERE NEW.holder_id IS NULL; "
    "INSERT INTO case_candidates (candidate_id, case_id) "
    "SELECT candidate, NEW.case_id FROM json_array_elements_text(NEW.candidates::json) candidate "
    "ON CONFLICT DO NOTHING; "
    "ELSE DELETE FROM task_drafts WHERE task_id = NEW.id; END IF; "
    "RETURN NULL; END $$",
    "CREATE OR REPLACE TRIGGER tasks_opened AFTER INSERT ON tasks "
    "FOR EACH ROW WHEN (NEW.state = 'open' AND NEW.candidates <> '[]') EXECUTE FUNCTION list_task_candidates()",
    "CREATE OR REPLACE TRIGGER tasks_changed AFTER UPDATE OF state, candidates, sort_at, holder_id ON tasks "
    "FOR EACH ROW EXECUTE FUNCTION list_task_candidates()",
)


def trigger_statements(dialect: str) -> list[str]:
    """Return the DDL of every trigger for `sqlite` or `postgresql`, safe to run again; one of before is replaced."""
    if dialect != "sqlite":
        return list(_POSTGRESQL)
    return [
        statement
        for name, body in _SQLITE.items()
        for statement in (f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {body}")
    ]
