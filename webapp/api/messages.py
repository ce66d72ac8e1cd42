"""Messages and signals of other systems: handed to the case that waits for them, or beginning one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint

from engine.commands import broadcast, correlate
from engine.errors import NotFound
from webapp import db
from webapp.access import actor, rule, token, with_token
from webapp.api.body import takes

blueprint = Blueprint("messages", __name__, url_prefix="/api/v1")

_NAME = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[^\u0000]+$"}
_KEY = {"type": ["string", "number", "boolean", "null"], "maxLength": 500}


@blueprint.post("/messages")
@rule(with_token)
@takes(
    {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": _NAME,
            "key": _KEY,
            "payload": {"type": "object"},
            "keep_seconds": {"type": "integer", "minimum": 0, "maximum": 7 * 86400, "default": 86400},
        },
        "additionalProperties": False,
    }
)
def send(body: dict[str, Any]) -> dict[str, Any]:
    """Give a message to the one case that waits for its name and key, or begin a case with it; else keep it a while.

    The token must allow the topic `message:NAME`. A token of a unit below the root reaches the cases of that unit and
    below, and nothing is kept for it.
    """
    _allow(f"message:{body['name']}")
    own = actor()
    is_root = own.unit_id == own.root_unit_id
    done = correlate(
        db.session(),
        body["name"],
        body.get("key"),
        body.get("payload"),
        actor=own,
        keep_for=timedelta(seconds=body.get("keep_seconds", 86400)),
        within="/" if is_root else own.unit_path,
    )
    case = done.case
    return {"case": case.id if case else None, "begun": done.begun, "state": case.state if case else "kept"}


@blueprint.post("/signals")
@rule(with_token)
@takes(
    {
        "type": "object",
        "required": ["name"],
        "properties": {"name": _NAME, "payload": {"type": "object"}},
        "additionalProperties": False,
    }
)
def signal(body: dict[str, Any]) -> dict[str, Any]:
    """Send a signal to all cases that wait for it and all processes it begins.

    The token must allow the topic `signal:NAME` and belong to the root unit.
    """
    _allow(f"signal:{body['name']}")
    own = actor()
    if own.unit_id != own.root_unit_id:
        raise NotFound(what="signal", id=body["name"])
    return {"receivers": broadcast(db.session(), body["name"], body.get("payload"), actor=own)}


def _allow(topic: str) -> None:
    topics = token().topics
    if topics is not None and topic not in topics:
        raise NotFound(what="topic", id=topic)
