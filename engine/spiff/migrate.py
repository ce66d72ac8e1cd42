"""Carry a running case over to another version of its process: every token goes to the element the plan names.

A plan maps element ids of the old version to those of the new one; an element it does not name goes to the one of the
same id. What no rule below carries over is a reason why the case stays where it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import CannotOperate
from engine.spiff import window
from engine.spiff.elements import Body, Element, Event, Program
from engine.spiff.face import Closed, Outcome, Ports
from engine.spiff.live import Live, act
from engine.spiff.modify import named, places, starving
from engine.spiff.names import task_id, task_uid
from engine.spiff.scope import Scope
from engine.spiff.specs.gateways import JoiningNode
from engine.spiff.task import COMPLETED, FINISHED, WAITING, CaseTask
from engine.spiff.workflow import CaseWorkflow

Mapped = Mapping[str, str | None]
_GONE = ""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why one element of the old version has no counterpart, or a case cannot be carried over."""

    element_id: str
    why: str


def compare(old: Program, new: Program, mapping: Mapped) -> list[tuple[Element, Element | None, str | None]]:
    """Return every element a token can wait at: (old, its counterpart, why there is none or None)."""
    found: list[tuple[Element, Element | None, str | None]] = []
    for element in old.elements.values():
        if not _may_hold(old, element):
            continue
        why = _why_not(old, new, mapping, element)
        found.append((element, new.elements.get(_target(mapping, element.id)), why))
    return found


def check(live: Live, new: Program, mapping: Mapped) -> list[Obstacle]:
    """Return why a case cannot be carried over; empty: it can, as far as its tokens go."""
    found: dict[tuple[str, str], Obstacle] = {}
    for place in places(live):
        for element_id in _undoable(place.undo):
            why = _why_not_undone(live.program, new, mapping, element_id)
            if why is not None:
                found[element_id, why] = Obstacle(element_id, why)
        for token in place.tokens():
            why = _why_token_stays(live.program, new, mapping, token)
            if why is not None:
                element_id = token.task_spec.element_id
                found[element_id, why] = Obstacle(element_id, why)
    return list(found.values())


def migrate(live: Live, new: Program, mapping: Mapped, ports: Ports) -> Outcome:
    """Carry the case over in place; ids of tasks, items, timers and results stay, new boundary events are armed.

    Raises CannotOperate with all reasons; then `live` is as before.
    """
    obstacles = check(live, new, mapping)
    if obstacles:
        raise CannotOperate(why="；".join(each.why for each in obstacles), element_id=obstacles[0].element_id)
    starved = {_target(mapping, element) for element in starving(live)}
    left_out = [
        task_id(token)
        for place in places(live)
        for token in place.tokens()
        if token.kind is not None and _target(mapping, token.task_spec.element_id) == _GONE
    ]
    old = live.program
    live.workflow = _carried(live, new, mapping)
    live.program = new
    known = {_target(mapping, element_id) for element_id in old.elements}
    outcome = act(live, ports, lambda: _settle(live, known))
    outcome.closed.extend(Closed(each, "cancelled") for each in left_out)
    lost = [element for element in starving(live) if element not in starved]
    if lost:
        why = f"新版里“{named(new, lost[0])}”要等的那一路再也来不了"
        raise CannotOperate(why=why, element_id=lost[0])
    return outcome


def waiting(live: Live) -> dict[str, Element]:
    """Return task id -> element of everything that is open to the outside."""
    return {
        task_id(token): token.task_spec.element
        for place in places(live)
        for token in place.tokens()
        if token.kind is not None
    }


# ---- may it ----------------------------------------------------------------------------------


def _target(mapping: Mapped, element_id: str) -> str:
    found = mapping.get(element_id, element_id)
    return _GONE if found is None else found


def _may_hold(program: Program, element: Element) -> bool:
    """Say whether a token may wait at an element; an event subprocess is waited for at its start."""
    if element.type == "startEvent":
        around = program.elements.get(element.parent)
        return around is not None and around.triggered
    return element.type not in ("endEvent", "exclusiveGateway", "intermediateThrowEvent")


def _why_not(old: Program, new: Program, mapping: Mapped, element: Element) -> str | None:
    """Say why an element cannot go to its counterpart, whatever stands on it."""
    name = element.name or element.id
    target = _target(mapping, element.id)
    if target == _GONE and element.type == "boundaryEvent":
        return None
    to = new.elements.get(target)
    if to is None:
        return f"新版没有“{name}”，请指明对应到哪一步"
    if to.type != element.type or to.triggered != element.triggered or to.compensates != element.compensates:
        return f"“{name}”在新版里是另一种步骤，请另外指明对应到哪一步"
    if (to.loop.kind if to.loop else None) != (element.loop.kind if element.loop else None):
        return f"“{name}”在新版里份数的办法变了"
    around = new.id if element.parent == old.id else _target(mapping, element.parent)
    if to.parent != around:
        return f"“{name}”在新版里换到了别的子流程"
    if element.type == "boundaryEvent" and (
        to.attached_to != _target(mapping, element.attached_to or "") or to.interrupting != element.interrupting
    ):
        return f"“{name}”在新版里挂在别的步骤上，或不再同样打断它"
    if _awaited(element.event) != _awaited(to.event):
        return f"“{name}”在新版里等的是别的事"
    return None


def _awaited(event: Event | None) -> list[tuple[str, str, str | None]]:
    if event is None:
        return []
    return [(each.kind, each.name, each.code) for each in (event, *event.parts)]


def _why_token_stays(old: Program, new: Program, mapping: Mapped, token: CaseTask) -> str | None:
    element: Element = token.task_spec.element
    if "undo" in token.internal_data:
        return f"“{element.name or element.id}”正在撤销已办的步骤，请等撤销办完"
    why = _why_not(old, new, mapping, element)
    if why is not None or _target(mapping, element.id) == _GONE:
        return why
    name, to = element.name or element.id, new.elements[_target(mapping, element.id)]
    if token.kind == "call" and to.called != element.called:
        return f"“{name}”已派给下级办，新版派的是另一个流程"
    if isinstance(token.task_spec, JoiningNode) and token._state == WAITING:
        body = _body_of(new, to.parent)
        arrivals = [flow.id for flow in body.flows if flow.target == to.id]
        if len(arrivals) < 2:
            return f"“{name}”在新版里不再汇合几路"
        if token.flow is None:
            # A complex gateway that waits for reset: what it has served must be ways of the new version, too.
            same = set(token.internal_data.get("served", ())) <= set(arrivals)
            return None if same else f"“{name}”已经放行过的几路在新版里没有对应的来路"
        if _flow(old, new, mapping, token, to) is None:
            return f"等在“{name}”的一路在新版里没有对应的来路"
    return None


def _undoable(records: Iterable[list[Any]]) -> Iterator[str]:
    """Yield the ids of completed activities that can still be undone, inner ones included."""
    for name, _, _, _, inner in records:
        yield name.removesuffix(" [child]")
        if inner is not None:
            yield from _undoable(inner[0])


def _why_not_undone(old: Program, new: Program, mapping: Mapped, element_id: str) -> str | None:
    was, to = old.elements[element_id], new.elements.get(_target(mapping, element_id))
    why = _why_not(old, new, mapping, was)
    if why is not None or to is None:
        return why
    handlers = (_target(mapping, was.handler or ""), to.handler or "")
    if to.reversible and handlers[0] == handlers[1] and _target(mapping, was.undone_by or "") == (to.undone_by or ""):
        return None
    return f"“{was.name or was.id}”已办完、可以撤销，新版里撤销的办法变了"


def _flow(old: Program, new: Program, mapping: Mapped, token: CaseTask, to: Element) -> str | None:
    """Return the flow of the new version by which a token that waits at a join counts as come."""
    into = [flow for flow in _body_of(new, to.parent).flows if flow.target == to.id]
    if any(flow.id == token.flow for flow in into):
        return token.flow
    body = _body_of(old, token.task_spec.element.parent)
    source = next((flow.source for flow in body.flows if flow.id == token.flow), None)
    same = [flow.id for flow in into if source is not None and flow.source == _target(mapping, source)]
    return same[0] if len(same) == 1 else None


def _body_of(program: Program, parent: str) -> Body:
    body = program.body if parent == program.id else program.elements[parent].body
    assert body is not None
    return body


# ---- carry -----------------------------------------------------------------------------------


def _carried(live: Live, new: Program, mapping: Mapped) -> CaseWorkflow:
    """Return the case's tokens on the new version's specs, its indexes made anew as after a load."""
    was = live.workflow
    top = CaseWorkflow(new, was.uid, Scope(was.scope.values, kinds=was.scope.kinds))
    top.counter, top.wave, top.cancelled = was.counter, was.wave, was.cancelled
    todo: list[tuple[Any, Any]] = [(was, top)]
    while todo:
        source, place = todo.pop()
        _carry_place(live.program, new, mapping, source, place)
        for inside in was.subprocesses.values():
            if inside.host.workflow is source:
                made = top.inside_of(place.tasks[inside.host.id])
                top.subprocesses[inside.host.id] = made
                todo.append((inside, made))
    return window.load(new, window.dump(top), was.scope.values, live.case.id)


def _carry_place(old: Program, new: Program, mapping: Mapped, source: Any, place: Any) -> None:
    counts: dict[str, int] = dict(source.counts)
    for element_id, count in source.counts.items():
        target = _target(mapping, element_id)
        if target != element_id:
            # Two elements that become one go on counting above both, so that no id is given twice.
            counts[target] = counts.get(target, 0) + count
    place.counts = counts
    place.undo = _undo_carried(source.undo, mapping)
    place.task_tree = CaseTask(place, place.spec.start, None, COMPLETED, source.task_tree.id)
    for token in source.tokens():
        if _target(mapping, token.task_spec.element_id) != _GONE:
            _carry(old, new, mapping, token, place)
    kept = place.tasks.keys()
    for task in place.tasks.values():
        task._children = [child for child in task._children if child in kept]
    root = source.task_tree
    place.task_tree._children = [child for child in root._children if child in kept]


def _undo_carried(records: list[list[Any]], mapping: Mapped) -> list[list[Any]]:
    made = []
    for name, occurrence, values, kinds, inner in records:
        element_id = name.removesuffix(" [child]")
        carried = _target(mapping, element_id) + name[len(element_id) :]
        inside = None if inner is None else [_undo_carried(inner[0], mapping), inner[1]]
        made.append([carried, occurrence, values, kinds, inside])
    return made


def _carry(old: Program, new: Program, mapping: Mapped, token: CaseTask, place: Any) -> None:
    spec = token.task_spec
    target = _target(mapping, spec.element_id)
    name = target + spec.name[len(spec.element_id) :]
    if name not in place.spec.task_specs:
        what = spec.element.name or spec.element_id
        raise CannotOperate(why=f"“{what}”在新版里等的是别的事", element_id=spec.element_id)
    made = CaseTask(place, place.spec.task_specs[name], None, token._state, token.id)
    for attribute, value in vars(token).items():
        if attribute not in ("workflow", "task_spec", "own_scope", "leaf", "id"):
            setattr(made, attribute, value)
    made._children = list(token._children)
    made.internal_data = dict(token.internal_data)
    if target != spec.element_id and (token.kind is not None or spec.element.body is not None):
        made.internal_data["uid"] = task_uid(token).hex()
    own = token.own_scope
    if own is not None:
        made.own_scope = Scope(own.values, place.scope, own.kinds, isolated=own.isolated)
    if isinstance(spec, JoiningNode) and token._state == WAITING and token.flow is not None:
        made.flow = _flow(old, new, mapping, token, new.elements[target])


def _settle(live: Live, known: Collection[str]) -> None:
    """Let joins look again, and arm what the new version added: to steps that wait, and beside levels with work."""
    for place in list(places(live)):
        for waiting_here in [list(tokens) for tokens in place.joins.values()]:
            first = next((task for task in waiting_here if not task._state & FINISHED), None)
            if first is not None and first.task_spec.arrived(first):
                first._ready()
        own = [token for token in place.tokens() if token.task_spec.name not in place.spec.aside]
        for token in own:
            # An event the old version had, too, has been armed and may have occurred.
            for boundary in token.task_spec.attached:
                if boundary.element_id not in known and token.task_spec.loop_spec is None:
                    boundary._update(token.child(boundary, None))
        for trigger in place.spec.triggers if own else ():
            if trigger.element_id not in known:
                trigger._update(place.task_tree.child(trigger, None))
