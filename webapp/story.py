"""What happened in a case as a person reads it: who, what, when, what changed, and the reason in their own words.

Values are shown through the forms they were typed in, and only those the reader may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from engine.model import Change, TimelineEntry
from forms.views import rights_of
from webapp.clarities import bullets
from webapp.formfiles import FormFile, Sight
from webapp.looks import post_of
from webapp.ports import FormPorts
from webapp.reading import table_of

Delta = tuple[str, str, str]

# What a decision's value means for the reader; a definition may name others, which read as a plain step.
_TONES = {
    **dict.fromkeys(("approve", "accept", "admit", "confirm", "agree", "done", "satisfied", "execute"), "green"),
    **dict.fromkeys(("return", "correct", "explain", "advise", "review", "again"), "amber"),
    **dict.fromkeys(("refuse", "reject", "withdraw", "disagree"), "red"),
}
_ICONS = {"green": "check-lg", "amber": "arrow-return-left", "red": "slash-circle", "indigo": "pencil"}
_DECISION = "/decision"
_BY_HAND = frozenset({"values.edited", "case.modified", "case.restarted"})
# Inputs of a step and answers of decisions are kept for replay; what became of them is in the values.
_NOT_VALUES = "#"
_INPUT = "#input"


@dataclass(frozen=True)
class Happened:
    """One entry ready to print: `changes` are (label, before, after) of what was there before, `filled` what is new."""

    tone: str
    icon: str
    who: str
    what: str
    at: datetime
    quote: str = ""
    changes: list[Delta] = field(default_factory=list)
    filled: list[Delta] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One change as the form says it; pointer is the form's own."""

    label: str
    before: str
    after: str
    pointer: str


@dataclass(frozen=True)
class Reader:
    """Who reads: the forms of the case by step, what may be seen of them, and how values are named."""

    forms: Mapping[str, tuple[FormFile, str | None]]
    sight: Sight
    ports: FormPorts


def tell(entries: Sequence[TimelineEntry], values: Mapping[str, Any], reader: Reader) -> list[Happened]:
    """Tell a case's events newest first; `entries` are all of them, `values` what they led to.

    The values at every step are found by walking back from now over the recorded changes.
    """
    after = deepcopy(dict(values))
    told = []
    left_out = _claims_that_led_on(entries)
    for entry in sorted(entries, key=lambda entry: entry.seq, reverse=True):
        before = undone(after, entry.changes)
        if entry.kind != "draft.saved" and entry.seq not in left_out:
            told.append(_told(entry, before, after, reader))
        after = before
    return told


def _told(entry: TimelineEntry, before: Mapping[str, Any], after: Mapping[str, Any], reader: Reader) -> Happened:
    own = reader.forms.get(entry.element_id or "") if entry.kind == "task.completed" else None
    was, now = _form_data(entry, own[0], before, after) if own else ({}, {})
    rows = _typed(own, was, now, reader) if own else _corrected(entry, before, after, reader)
    decision = next((row for row in rows if row.pointer == _DECISION), None)
    quotes = [row for row in rows if own and decision and row is not decision and _is_long(own[0].ui, row.pointer)]
    plain = [row for row in rows if row is not decision and row not in quotes]
    code = now.get(_DECISION.strip("/"))
    tone = _TONES.get(str(code), "indigo") if decision else _tone(entry)
    return Happened(
        tone=tone,
        icon=_ICONS.get(tone, "check-lg") if decision else _icon(entry),
        who=who_did(entry),
        what=what_was_done(entry, decision.after if decision else ""),
        at=entry.at,
        quote=entry.note or "\n".join(row.after for row in quotes),
        changes=[(row.label, row.before, row.after) for row in plain if row.before],
        filled=[(row.label, row.before, row.after) for row in plain if not row.before],
    )


def _form_data(
    entry: TimelineEntry, file: FormFile, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the form's values before and after; a form with a variable of its own starts empty each time."""
    if not file.variable:
        return file.data(before), file.data(after)
    # Instances that run side by side keep their answers to themselves, so the input is what tells them apart.
    typed = next((change.after for change in entry.changes if change.pointer == _INPUT), None)
    return {}, typed if isinstance(typed, Mapping) else file.data(after)


def _typed(
    own: tuple[FormFile, str | None], was: Mapping[str, Any], now: Mapping[str, Any], reader: Reader
) -> list[Row]:
    """Return what a person changed in the form of their step, as far as the reader may see it.

    What the definition computed from it is left out.
    """
    file, view = own
    form = file.form()
    rights = rights_of(file.views, view) if view in file.views else rights_of(None, None)
    found = [
        Row(*row)
        for row in form.changes(was, now, ports=reader.ports)
        if rights.of_pointer(row[3]) == "write" and reader.sight.sees(file, row[3])
    ]
    tables = dict.fromkeys(table for row in found if (table := table_of(row.pointer)))
    titles = form.titles() if tables else {}
    whole = [Row(titles.get(table, ""), *_rows_changed(table, was, now, file, reader), table) for table in tables]
    return [row for row in [*found, *whole] if (row.before or row.after) and not table_of(row.pointer)]


def _corrected(entry: TimelineEntry, before: Mapping[str, Any], after: Mapping[str, Any], reader: Reader) -> list[Row]:
    """Return what an operator changed by hand, as the forms of the case name it and the reader may see it."""
    if entry.kind not in _BY_HAND:
        return []
    files = {file.schema_name: file for file, _view in reader.forms.values() if not file.variable}
    return [
        Row(*row)
        for file in files.values()
        for row in file.form().changes(file.data(before), file.data(after), ports=reader.ports)
        if reader.sight.sees(file, row[3])
    ]


def _rows_changed(
    table: str, was: Mapping[str, Any], now: Mapping[str, Any], file: FormFile, reader: Reader
) -> tuple[str, str]:
    """Say a table's rows that went and that came: comparing them by their place would call a moved row changed."""
    form = file.form()
    old, new = (
        bullets([line for line in form.summary(data, ports=reader.ports) if reader.sight.sees(file, line[2])], table)
        for data in (was, now)
    )
    return "；".join(row for row in old if row not in new), "；".join(row for row in new if row not in old)


def _is_long(ui: Mapping[str, Any], pointer: str) -> bool:
    here: Any = ui
    for part in pointer.strip("/").split("/"):
        here = here.get("items" if part.isdigit() else part) if isinstance(here, Mapping) else None
    return isinstance(here, Mapping) and here.get("ui:widget") == "textarea"


def who_did(entry: TimelineEntry) -> str:
    """Say who acted: the post, and for whom it stood in."""
    if entry.actor_id in (None, "system"):
        return _("平台")
    who = post_of(entry.actor_name, entry.unit_name)
    absent = entry.body.get("who", {}).get("on_behalf_name")
    return _("%(who)s（代%(absent)s）", who=who, absent=absent) if absent else who


def what_was_done(entry: TimelineEntry, decision: str = "") -> str:
    """Say what an event did; decision: what was decided, for readers who may see it."""
    step, body = entry.element_name, entry.body
    opened = [task for task in body.get("opened", ()) if isinstance(task, Mapping)]
    calls = [task for task in opened if task.get("kind") == "call"]
    sent = _("，派出 %(n)s 件", n=len(calls)) if calls else ""
    if entry.kind == "task.completed":
        return (f"{step}：{decision}" if decision else _("办完“%(step)s”", step=step)) + sent
    parent = body.get("case", {}).get("parent") if isinstance(body.get("case"), Mapping) else None
    words = {
        "case.started": _("收到派来的事") if parent else _("发起"),
        "case.cancelled": _("作废"),
        "task.claimed": _("领取“%(step)s”", step=step),
        "task.released": _("放回“%(step)s”", step=step),
        "task.transferred": _("把“%(step)s”转给别人办", step=step),
        "timer.fired": _("到期：%(step)s", step=step),
        "child.finished": _("“%(step)s”有一份办完", step=step),
        "child.raised": _("“%(step)s”有一份上报了情况", step=step),
        "message.received": _("收到消息，办完“%(step)s”", step=step),
        "signal.received": _("收到信号“%(name)s”", name=body.get("signal", "")),
        "incident.raised": _("流程走不下去，等人处理"),
        "incident.retried": _("故障处理后继续"),
        "case.suspended": _("暂停这件事"),
        "case.resumed": _("恢复这件事"),
        "case.modified": _("调整正在办的步骤"),
        "case.restarted": _("从“%(step)s”重新办", step=step),
        "case.migrated": _("换到流程的另一版接着办"),
        "values.edited": _("更正填写的内容"),
        "value.erased": _("依法删除一项内容"),
        "hold.placed": _("开始保全"),
        "hold.lifted": _("解除保全"),
        "task.due-set": _("改“%(step)s”的期限", step=step),
    }
    return str(words.get(entry.kind, step or entry.kind)) + sent


def _tone(entry: TimelineEntry) -> str:
    tones = {
        "case.cancelled": "red", "incident.raised": "red", "timer.fired": "amber", "child.finished": "teal",
        "child.raised": "amber",
        "task.completed": "indigo", "case.started": "teal", "case.modified": "amber", "case.restarted": "amber",
        "values.edited": "amber", "message.received": "teal", "signal.received": "amber",
    }  # fmt: skip
    return tones.get(entry.kind, "grey")


def _icon(entry: TimelineEntry) -> str:
    icons = {
        "case.started": "plus-lg", "case.cancelled": "x-lg", "task.completed": "pencil", "task.claimed": "person",
        "task.released": "arrow-counterclockwise", "task.transferred": "person", "timer.fired": "alarm",
        "child.raised": "diagram-2",
        "child.finished": "diagram-2", "incident.raised": "exclamation-triangle-fill", "case.suspended": "pause-fill",
        "case.resumed": "play-circle", "case.modified": "signpost-2", "case.restarted": "arrow-counterclockwise",
        "case.migrated": "diagram-3", "values.edited": "pencil", "value.erased": "eraser",
        "hold.placed": "shield-check", "hold.lifted": "shield-check",
        "task.due-set": "calendar-plus",
        "message.received": "envelope", "signal.received": "bell",
    }  # fmt: skip
    return icons.get(entry.kind, "circle")


def _claims_that_led_on(entries: Iterable[TimelineEntry]) -> set[int]:
    """Find claims whose holder then did the step: the second line says it all."""
    done = {_task_and_actor(entry) for entry in entries if entry.kind == "task.completed"}
    return {entry.seq for entry in entries if entry.kind == "task.claimed" and _task_and_actor(entry) in done}


def _task_and_actor(entry: TimelineEntry) -> tuple[Any, str | None]:
    return entry.body.get("task"), entry.actor_id


def undone(after: Mapping[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """Return the values before these changes, which led to `after`."""
    before = deepcopy(dict(after))
    # From the end of a list to its start: a row that is taken away must not move the rows before it.
    for change in sorted(changes, key=lambda change: _order(change.pointer), reverse=True):
        if not change.pointer.startswith(_NOT_VALUES):
            _put_back(before, change)
    return before


def _put_back(values: dict[str, Any], change: Change) -> None:
    *way, last = (part.replace("~1", "/").replace("~0", "~") for part in change.pointer.split("/")[1:])
    here: Any = values
    for part in way:
        if isinstance(here, list):
            here = here[int(part)] if part.isdigit() and int(part) < len(here) else None
        elif isinstance(here, dict):
            here = here.get(part)
    if isinstance(here, dict):
        if change.before is None:
            here.pop(last, None)
        else:
            here[last] = change.before
    elif isinstance(here, list) and last.isdigit():
        place = int(last)
        if change.before is None:
            del here[place:]
        else:
            here.extend([None] * (place + 1 - len(here)))
            here[place] = change.before


def _order(pointer: str) -> tuple[tuple[int, int | str], ...]:
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in pointer.split("/"))
