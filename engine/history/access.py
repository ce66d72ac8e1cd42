"""Record reads, exports, sign-ins and refusals, in a transaction of their own.

They must survive the rollback of what they accompany and never wait for a case: hence one stream per unit and day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.clock import LOCAL_ZONE, now
from engine.history.chain import append_event
from engine.model import Actor
from engine.store.base import Session


def access_stream(actor: Actor, at: datetime) -> str:
    """Return the stream an access by this actor belongs to: the actor's unit and the local day."""
    return f"access:{actor.unit_id or '-'}:{at.astimezone(LOCAL_ZONE).date().isoformat()}"


def record_access(
    session: Session, kind: str, actor: Actor, fields: Mapping[str, Any], *, at: datetime | None = None
) -> None:
    """Write one access event; the caller gives it a short transaction that holds nothing else.

    kind: sign-in, sign-in-failed, refused, read, export …. fields: what was accessed, as JSON; no values of a case
    and no secrets. at: default the clock's now.
    """
    moment = at or now(session)
    append_event(session, access_stream(actor, moment), kind=kind, actor=actor, body=fields, at=moment)
