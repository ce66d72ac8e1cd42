"""One step of a scenario or of a dry run, as data, done in a play."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.clock import LOCAL_ZONE
from engine.errors import Invalid
from engine.feel import FeelError, evaluate
from engine.rehearsal.play import Play


def perform(play: Play, step: Mapping[str, Any]) -> None:
    """Do one step: do, clock, message or answer, as `engine.rehearsal.scenario` describes them.

    Raises QingcheError for what the engine refuses, Invalid for a time that cannot be read.
    """
    if "do" in step:
        turn = play.turn(step["do"], unit=step.get("in"), by=step.get("by"))
        play.do(turn, step.get("values") or {}, by=step.get("by"))
    elif "clock" in step:
        play.move(_moment(play, step["clock"]))
    elif "message" in step:
        play.tell(step["message"], step.get("key"), step.get("values"))
    else:
        play.answer(step["answer"], {key: step[key] for key in ("status", "headers", "body") if key in step})


def _moment(play: Play, to: Any) -> datetime:
    now = play.clock.now()
    if to == "next":
        due = play.next_due
        if due is None:
            raise Invalid(why="没有到期要办的事")
        return due[0]
    try:
        if str(to).startswith("P"):
            moment: datetime = now + evaluate(f'duration("{to}")', {})
            return moment
        moment = to if isinstance(to, datetime) else datetime.fromisoformat(str(to))
    except (FeelError, ValueError, TypeError, OverflowError) as why:
        raise Invalid(why=f"时间没有看懂：{to}") from why
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)
