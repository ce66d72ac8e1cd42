"""External tasks: what another system's worker fetches, does and gives back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint

from engine.commands import external
from engine.commands.external import ExternalTask, ForeignWorker
from engine.model import Completion
from webapp import db
from webapp.access import actor, note_access, rule, token, with_token
from webapp.api.body import takes

blueprint = Blueprint("external_tasks", __name__, url_prefix="/api/v1/external-tasks")

_WORKER = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": r"^[^\u0000]+$"}
_SECONDS = {"type": "integer", "minimum": 1, "maximum": 86400}
_TEXT = {"type": "string", "maxLength": 2000, "pattern": r"^[^\u0000]*$"}


def _body(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["worker", *required],
        "properties": {"worker": _WORKER, **properties},
        "additionalProperties": False,
    }


@blueprint.post("/fetch-and-lock")
@rule(with_token)
@takes(
    _body(
        "topics",
        topics={"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 50},
        lock_seconds={**_SECONDS, "default": 300},
        most={"type": "integer", "minimum": 1, "maximum": 100, "default": 1},
        values={"type": "array", "items": _TEXT, "maxItems": 200},
    )
)
def fetch(body: dict[str, Any]) -> dict[str, Any]:
    """Lock free tasks of some topics and return them with the case's values, or with those named in `values`."""
    lock_for = timedelta(seconds=body.get("lock_seconds", 300))
    worker = _worker(body)
    tasks = external.fetch_and_lock(db.session(), worker, body["topics"], lock_for=lock_for, most=body.get("most", 1))
    if tasks:
        note_access("external-fetched", worker=worker.name, tasks=[task.id for task in tasks])
    return {"tasks": [_shown(task, body.get("values")) for task in tasks]}


@blueprint.post("/<task_id>/complete")
@rule(with_token)
@takes(_body(values={"type": "object"}))
def complete(task_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Finish a locked task; `values` become values of the case."""
    return _after(external.complete_external(db.session(), task_id, body.get("values", {}), worker=_worker(body)))


@blueprint.post("/<task_id>/fail")
@rule(with_token)
@takes(
    _body(
        "message",
        message=_TEXT,
        retries={"type": "integer", "minimum": 0, "maximum": 100},
        retry_seconds={"type": "integer", "minimum": 0, "maximum": 30 * 86400, "default": 0},
    )
)
def fail(task_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Give a locked task back as failed; with no retries left somebody here looks at it."""
    left = external.fail_external(
        db.session(),
        task_id,
        message=body["message"],
        worker=_worker(body),
        retries=body.get("retries"),
        retry_after=timedelta(seconds=body.get("retry_seconds", 0)),
    )
    return {"retries_left": left}


@blueprint.post("/<task_id>/error")
@rule(with_token)
@takes(_body("code", code={**_TEXT, "minLength": 1, "maxLength": 200}, message=_TEXT))
def error(task_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """End a locked task with an error of the process, which its diagram catches by the code."""
    message = body.get("message", "")
    return _after(
        external.throw_external(db.session(), task_id, code=body["code"], message=message, worker=_worker(body))
    )


@blueprint.post("/<task_id>/extend")
@rule(with_token)
@takes(_body("lock_seconds", lock_seconds=_SECONDS))
def extend(task_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Keep a locked task for so long from now."""
    lock_for = timedelta(seconds=body["lock_seconds"])
    until = external.extend_lock(db.session(), task_id, worker=_worker(body), lock_for=lock_for)
    return {"locked_until": until.isoformat()}


@blueprint.post("/<task_id>/unlock")
@rule(with_token)
@takes(_body())
def unlock(task_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Give a locked task back untouched."""
    external.unlock(db.session(), task_id, worker=_worker(body))
    return {}


def _worker(body: dict[str, Any]) -> ForeignWorker:
    own = token()
    # Two systems that choose the same worker name stay apart.
    return ForeignWorker(actor(), f"{own.id}/{body['worker']}", own.topics)


def _shown(task: ExternalTask, wanted: list[str] | None) -> dict[str, Any]:
    values = task.values if wanted is None else {name: task.values.get(name) for name in wanted}
    return {
        "id": task.id,
        "topic": task.topic,
        "case": {"id": task.case_id, "number": task.case_number, "definition": task.definition},
        "element": {"id": task.element_id, "name": task.name},
        "values": values,
        "retries_left": task.retries_left,
        "locked_until": task.locked_until.isoformat(),
        "created_at": task.created_at.isoformat(),
    }


def _after(done: Completion) -> dict[str, Any]:
    return {"case": {"id": done.case.id, "number": done.case.number, "state": done.case.state}}
