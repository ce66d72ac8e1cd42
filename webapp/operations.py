"""An operator's order as the form of the operations page sends it: what is asked, what would come of it, doing it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import commands, organisation, reads
from engine.commands import Consequences, Standing
from engine.errors import CannotOperate, Invalid
from engine.history.diff import ABSENT
from engine.model import Actor, Task
from engine.pins import bundle_of
from webapp.wording import moment, zone

ACTIONS: dict[str, tuple[LazyString, LazyString, str]] = {
    "suspend": (_l("暂停这件事"), _l("暂停"), "pause-fill"),
    "resume": (_l("恢复这件事"), _l("恢复"), "play-circle"),
    "modify": (_l("取消或开始步骤"), _l("照此调整"), "signpost-2"),
    "edit": (_l("改一个值"), _l("照此改"), "pencil"),
    "restart": (_l("从以前的一步重新办"), _l("重新办"), "arrow-counterclockwise"),
    "due": (_l("改一步的期限"), _l("改期限"), "calendar-plus"),
    "retry": (_l("再试一次"), _l("再试"), "arrow-clockwise"),
}
_MOST_TRIES = 100
_LONGEST_REASON = 500
_NOT_JSON = object()


@dataclass(frozen=True)
class Outcome:
    """What would come of an order, in words; `changes` are (where, before, after)."""

    lines: list[str] = field(default_factory=list)
    closes: Sequence[str] = ()
    opens: Sequence[str] = ()
    changes: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class Order:
    """One order: its action, its reason, and the fields of its form as sent."""

    action: str
    reason: str
    sent: MultiDict[str, str]

    @property
    def title(self) -> str:
        return str(ACTIONS[self.action][0])

    @property
    def verb(self) -> str:
        return str(ACTIONS[self.action][1])

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields to send again with the confirmation."""
        return [(name, value) for name, value in self.sent.items(multi=True) if name not in ("csrf_token", "confirmed")]


def read_order(sent: MultiDict[str, str]) -> Order:
    """Read the form; raises Invalid for an action there is not, or without a reason."""
    action, reason = sent.get("action", ""), sent.get("reason", "").strip()[:_LONGEST_REASON]
    if action not in ACTIONS:
        raise Invalid(why=_("请选要办什么"))
    if not reason:
        raise Invalid(why=_("请写原因"))
    return Order(action, reason, sent)


def foresee(session: Session, seen: Standing, order: Order, person: Actor) -> Outcome:
    """Say what an order would do, without doing it; raises what doing it would raise."""
    case, tasks = seen.case, reads.tasks(session, seen.case.id, open_only=True)
    if case.state != "running":
        raise CannotOperate(why=_("这件事已经结束"))
    if order.action in ("suspend", "resume") and (order.action == "resume") == (case.suspension is None):
        raise CannotOperate(why=_("这件事没有暂停") if case.suspension is None else _("这件事已经暂停"))
    if order.action == "suspend":
        return _if_suspended(tasks)
    if order.action == "resume":
        return Outcome([_("各步可以接着办，暂停期间到期的定时马上办。"), _("跟着它暂停的下级各件一起恢复。")])
    if order.action == "due":
        return _if_due(order, tasks)
    if order.action == "retry":
        tries(order)
        at = until(order)
        when = _("停下的自动步骤 %(at)s 再试；原因没有消除时会再停下。", at=moment(at)) if at else None
        return Outcome([when or _("停下的自动步骤马上再试；原因没有消除时会再停下。")])
    if order.action == "modify":
        told = commands.preview(session, case, "case.modified", commands.modification(instructions(order)))
    elif order.action == "edit":
        inputs = commands.correction(session, case, [correction(session, seen, order)])
        told = commands.preview(session, case, "values.edited", inputs)
    else:
        inputs, _seq = commands.repetition(
            session, case, order.sent.get("element", ""), values=order.sent.get("values", "now")
        )
        told = commands.preview(session, case, "case.restarted", inputs)
    return _told(told)


def carry_out(session: Session, seen: Standing, order: Order, person: Actor) -> None:
    """Do what is ordered."""
    case_id, reason = seen.case.id, order.reason
    if order.action == "suspend":
        commands.suspend_case(session, case_id, actor=person, reason=reason)
    elif order.action == "resume":
        commands.resume_case(session, case_id, actor=person, reason=reason)
    elif order.action == "modify":
        commands.modify_case(session, case_id, instructions(order), actor=person, reason=reason)
    elif order.action == "edit":
        commands.edit_values(session, case_id, [correction(session, seen, order)], actor=person, reason=reason)
    elif order.action == "restart":
        values = order.sent.get("values", "now")
        element = order.sent.get("element", "")
        commands.restart_case(session, case_id, element, actor=person, reason=reason, values=values)
    elif order.action == "due":
        _set_due(session, case_id, order, person)
    else:
        commands.retry_job(
            session, order.sent.get("job", ""), actor=person, reason=reason, attempts=tries(order), due_at=until(order)
        )


def instructions(order: Order) -> list[dict[str, Any]]:
    """Return what the form asks to cancel and to start; raises Invalid for values that cannot be read."""
    asked: list[dict[str, Any]] = []
    for mark in order.sent.getlist("cancel"):
        kind, _colon, name = mark.partition(":")
        asked.append({"do": "cancel", "task" if kind == "task" else "element": name})
    for element, at in zip(order.sent.getlist("start"), order.sent.getlist("at"), strict=False):
        if element:
            one: dict[str, Any] = {"do": "start", "at": "after" if at == "after" else "before", "element": element}
            values = _values(order.sent.get("values", ""))
            if values:
                one["values"] = values
            asked.append(one)
    return asked


def correction(session: Session, seen: Standing, order: Order) -> dict[str, Any]:
    """Return the JSON Patch step the form asks for: text where text stands or the form says so, else JSON."""
    op, pointer = order.sent.get("op", "replace"), order.sent.get("pointer", "").strip()
    if op not in ("add", "replace", "remove") or not pointer:
        raise Invalid(why=_("请选要改哪一个值"))
    step: dict[str, Any] = {"op": op, "path": pointer}
    if op != "remove":
        text = order.sent.get("value", "").replace("\r\n", "\n")
        step["value"] = text if _is_text(session, seen, pointer) else _json(text, or_text=op == "add")
    return step


def units_of(session: Session, seen: Standing) -> str:
    """Name the unit a case belongs to."""
    return organisation.unit(session, seen.case.unit_id).name


def _is_text(session: Session, seen: Standing, pointer: str) -> bool:
    if isinstance(seen.values.get(pointer), str):
        return True
    name, *way = pointer.strip("/").split("/")
    schema: Any = bundle_of(session, seen.case.pins).types.get(name)
    for part in way:
        if not isinstance(schema, Mapping):
            return False
        schema = schema.get("items") if part.isdigit() or part == "-" else schema.get("properties", {}).get(part)
    return isinstance(schema, Mapping) and schema.get("type") == "string"


def _json(text: str, *, or_text: bool) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        if or_text:
            return text
        raise Invalid(why=_("新的值没有看懂：数字直接写，是或否写 true 或 false，多项写成 JSON")) from error


def _values(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid(why=_('带进去的值要写成 JSON 对象，例如 {"decision": "approve"}'))
    return found


def _if_suspended(tasks: Sequence[Task]) -> Outcome:
    waiting = [task.name for task in tasks if task.kind in ("user", "manual", "external")]
    calls = sum(task.kind == "call" for task in tasks)
    timers = sum(task.kind == "timer" for task in tasks)
    lines = [_("这几步不能领取、保存和提交：%(names)s", names="、".join(waiting))] if waiting else []
    lines += [_("%(n)s 个定时停下等着，恢复后到期的马上办", n=timers)] if timers else []
    lines += [_("派下去的 %(n)s 件跟着暂停", n=calls)] if calls else []
    return Outcome(lines)


def _if_due(order: Order, tasks: Sequence[Task]) -> Outcome:
    task = _task(order, tasks)
    at = until(order)
    was = moment(task.due_at) if task.due_at else _("没有期限")
    return Outcome(changes=[(task.name, was, moment(at) if at else _("没有期限"))])


def _set_due(session: Session, case_id: str, order: Order, person: Actor) -> None:
    task, at = _task(order, reads.tasks(session, case_id, open_only=True)), until(order)
    if task.kind == "timer":
        if at is None:
            raise Invalid(why=_("定时要有时间"))
        move = {"do": "due", "task": task.id, "at": at.isoformat()}
        commands.modify_case(session, case_id, [move], actor=person, reason=order.reason)
    else:
        commands.set_due(session, task.id, at, actor=person, reason=order.reason)


def _task(order: Order, tasks: Sequence[Task]) -> Task:
    found = next((task for task in tasks if task.id == order.sent.get("task")), None)
    if found is None:
        raise Invalid(why=_("请选一步"))
    return found


def tries(order: Order) -> int | None:
    """Return how often the form lets a stopped step be tried; None as before."""
    text = order.sent.get("attempts", "").strip()
    if text and not (text.isdecimal() and 1 <= int(text) <= _MOST_TRIES):
        raise Invalid(why=_("次数要写 1 到 %(most)s 的整数", most=_MOST_TRIES))
    return int(text) if text else None


def until(order: Order) -> datetime | None:
    """Return the moment the form names, in the zone pages are shown in; None for none."""
    text = order.sent.get("until", "").strip()
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone())
    except ValueError as error:
        raise Invalid(why=_("时间没有看懂，请写成 2026-11-26 17:00")) from error


def _told(told: Consequences) -> Outcome:
    lines = []
    if told.state == "completed":
        lines.append(_("这件事就此办结，不再有要办的步骤"))
    if not (told.closes or told.opens or told.changes or lines):
        lines.append(_("正在办的步骤和值都不变"))
    changes = [(change.pointer, _shown(change.before), _shown(change.after)) for change in told.changes]
    return Outcome(lines, told.closes, told.opens, changes)


def _shown(value: Any) -> str:
    if value is ABSENT:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
