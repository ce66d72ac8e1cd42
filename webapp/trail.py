"""Where a case has been and where it stands: marks for the diagram, and the same in words.

Pure: reads the program, the steps its events recorded and its tasks; asks no database.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from engine.model import Task, TimelineEntry
from engine.spiff.elements import Element, Flow, Program
from webapp.wording import day

PEOPLE = frozenset({"userTask", "manualTask", "task", "callActivity"})


@dataclass(frozen=True)
class Step:
    """One line of the text twin: done, now, or not yet (None)."""

    text: str
    note: str
    state: str | None


@dataclass(frozen=True)
class Visit:
    """One completed or cancelled element, with the entry of the event that recorded it."""

    element_id: str
    what: str
    entry: TimelineEntry


def visits(entries: Iterable[TimelineEntry]) -> list[Visit]:
    """Return what the events say was passed, oldest first; entries are in any order."""
    found = []
    for entry in sorted(entries, key=lambda entry: entry.seq):
        for element_id, what in _path(entry.body):
            if what in ("completed", "cancelled"):
                found.append(Visit(element_id, what, entry))
    return found


def marks(program: Program, passed: Sequence[Visit], tasks: Iterable[Task]) -> dict[str, dict[str, Any]]:
    """Return element id -> {"state": done | now | back | cancelled, "count": text}, as the diagram prints it.

    A step that was done again after something later came back is `back`; instances of a multi-instance step
    that run now are counted "14/17".
    """
    by_element = _by_element(tasks)
    often = Counter(visit.element_id for visit in passed if visit.what == "completed")
    last = {visit.element_id: visit.what for visit in passed}
    made: dict[str, dict[str, Any]] = {}
    for element_id, what in last.items():
        again = _again(program, by_element, element_id, often)
        state = "cancelled" if what == "cancelled" else "back" if again else "done"
        made[element_id] = {"state": state}
        if state == "back":
            made[element_id]["count"] = _("%(n)s 次", n=often[element_id])
    for element_id, own in by_element.items():
        if any(task.state == "open" for task in own):
            made[element_id] = {"state": "now"}
            if _is_many(program, element_id):
                made[element_id]["count"] = f"{sum(task.state == 'completed' for task in own)}/{len(own)}"
            elif often[element_id]:
                made[element_id]["count"] = _("第 %(n)s 次", n=often[element_id] + 1)
    return made


def steps(program: Program, passed: Sequence[Visit], tasks: Iterable[Task], *, running: bool) -> list[Step]:
    """Say the diagram in words: what people did, in order of the first time, what waits, and what still lies ahead."""
    by_element = _by_element(tasks)
    open_now = [key for key, own in by_element.items() if any(task.state == "open" for task in own)]
    done: dict[str, list[Visit]] = {}
    for visit in passed:
        if visit.what == "completed" and visit.element_id in program.elements:
            done.setdefault(visit.element_id, []).append(visit)
    lines = [
        _done_step(program, key, seen, by_element.get(key, []))
        for key, seen in done.items()
        if _is_shown(program, key) and key not in open_now
    ]
    lines += [
        _now_step(program, key, by_element[key], len(done.get(key, []))) for key in open_now if key in program.elements
    ]
    if running:
        ahead = [key for key in _ahead(program, open_now) if key not in done and key not in open_now]
        lines += [Step(_name(program.elements[key]), "", None) for key in ahead]
    elif passed:
        end = program.elements.get(passed[-1].element_id)
        if end is not None and end.type == "endEvent" and end.name:
            lines.append(Step(end.name, day(passed[-1].entry.at), "done"))
    return lines


def _path(body: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for step in body.get("path", ()):
        if isinstance(step, Mapping):
            yield str(step.get("element_id") or step.get("element")), str(step.get("what"))
        elif isinstance(step, list | tuple) and len(step) >= 2:
            yield str(step[0]), str(step[1])


def _by_element(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.element_id, []).append(task)
    return found


def _is_many(program: Program, element_id: str) -> bool:
    element = program.elements.get(element_id)
    return element is not None and element.loop is not None


def _is_shown(program: Program, element_id: str) -> bool:
    element = program.elements[element_id]
    return element.type in PEOPLE


def _again(program: Program, by_element: Mapping[str, list[Task]], element_id: str, often: Counter[str]) -> bool:
    if often[element_id] < 2 or element_id not in by_element:
        return False
    return not _is_many(program, element_id)


def _done_step(program: Program, element_id: str, seen: Sequence[Visit], own: Sequence[Task]) -> Step:
    element, last = program.elements[element_id], seen[-1].entry
    if element.loop is not None and len(own) > 1:
        finished = sum(task.state == "completed" for task in own)
        note = _("%(day)s，%(n)s/%(all)s 份", day=day(last.at), n=finished, all=len(own))
    elif element.type == "callActivity":
        note = day(last.at)
    else:
        note = " ".join(part for part in (day(last.at), last.unit_name) if part)
        if len(seen) > 1:
            note += _("，共 %(n)s 次", n=len(seen))
    return Step(_name(element), note, "done")


def _now_step(program: Program, element_id: str, own: Sequence[Task], before: int) -> Step:
    element = program.elements[element_id]
    if element.loop is not None:
        note = _("已办 %(n)s/%(all)s", n=sum(task.state == "completed" for task in own), all=len(own))
    else:
        waiting = [task for task in own if task.state == "open"]
        holder = next((task.holder_name for task in waiting if task.holder_name), None)
        note = _("%(who)s 在办", who=holder) if holder else _("等着办")
        if before:
            note += _("，第 %(n)s 次", n=before + 1)
    return Step(_name(element), note, "now")


def _name(element: Element) -> str:
    return element.name or element.id


def _ahead(program: Program, open_now: Sequence[str]) -> list[str]:
    """List what people still have to do on the way to the end that lies farthest, by the fewest steps of people."""
    start = next((key for key in open_now if key in program.elements), None)
    if start is None:
        return []
    out: dict[str, list[Flow]] = {}
    for flow in program.body.flows:
        out.setdefault(flow.source, []).append(flow)
    best: dict[str, tuple[str, ...]] = {start: ()}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for flow in out.get(here, ()):
            element = program.elements.get(flow.target)
            if element is None:
                continue
            own = (element.id,) if element.type in PEOPLE else ()
            way = best[here] + own
            if flow.target not in best or len(way) < len(best[flow.target]):
                best[flow.target] = way
                queue.append(flow.target)
    ends = [way for key, way in best.items() if program.elements[key].type == "endEvent"]
    longest = max(ends, key=len, default=())
    return list(longest)
