"""Operations on a running case: cancel tokens, put new ones, edit values, restart from an earlier element.

Each is data (`inputs`, JSON) run by `operate`, so that a command, its preview and a replay do the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.errors import CannotOperate
from engine.spiff.build import upstream_of
from engine.spiff.elements import Body, Element, Program
from engine.spiff.face import Outcome, Ports
from engine.spiff.live import Live, act, find
from engine.spiff.names import task_uid
from engine.spiff.patch import apply
from engine.spiff.specs.gateways import JoiningNode, ParallelNode
from engine.spiff.specs.loops import SeveralNode
from engine.spiff.specs.node import Node, is_boundary
from engine.spiff.specs.several import AllPart
from engine.spiff.task import COMPLETED, FINISHED, READY, STARTED, WAITING, CaseTask

Place = Any  # a CaseWorkflow or CaseSubWorkflow


def operate(live: Live, kind: str, inputs: Mapping[str, Any], ports: Ports) -> Outcome:
    """Do one operation and run what it makes ready.

    kind and inputs: "case.modified" {"do": [instruction, …]}, "values.edited" {"patch": [{"op", "path", "value"}, …]},
    "case.restarted" {"element", "within", "values", "kinds"} (values null: as they are). An instruction is
    {"do": "cancel", "task" | "element"}, {"do": "start", "at": "before" | "after", "element", "within", "values"} or
    {"do": "due", "task", "at"}; within: id of the subprocess instance where there are several. Raises CannotOperate
    for what the state does not allow: then `live` is unusable.
    """
    starved = set(starving(live))
    outcome = act(live, ports, lambda: _OPERATIONS[kind](live, inputs))
    lost = [element for element in starving(live) if element not in starved]
    if lost:
        names = "、".join(named(live.program, element) for element in lost)
        raise CannotOperate(
            why=f"“{names}”要等的那一路再也来不了；请同时在它后面开始，并取消已等在那里的", element_id=lost[0]
        )
    return outcome


def modify(live: Live, inputs: Mapping[str, Any]) -> None:
    """Follow the instructions in their order; what they make ready runs after the last."""
    for instruction in inputs["do"]:
        _INSTRUCTIONS[instruction["do"]](live, instruction)
    _tidy(live)
    if not live.workflow.live:
        raise CannotOperate(why="这样一来没有要办的步骤了；要结束这件事请用“作废”")


def edit(live: Live, inputs: Mapping[str, Any]) -> None:
    """Change process values by JSON pointers; what FEEL knew a value as (a date) it knows the new one as."""
    scope = live.workflow.scope
    values = apply(scope.values, inputs["patch"])
    for name in scope.values.keys() - values.keys():
        scope.kinds.pop(name, None)
    scope.values = values


def restart(live: Live, inputs: Mapping[str, Any]) -> None:
    """Start an element anew and cancel what came after it; other branches go on."""
    element = _element(live, inputs["element"])
    if inputs.get("values") is not None:
        scope = live.workflow.scope
        scope.values, scope.kinds = dict(inputs["values"]), dict(inputs.get("kinds") or {})
    for place, names, flows in _later(live, element, inputs.get("within")):
        for token in list(place.tokens()):
            if token._state & FINISHED or token.task_spec.element_id not in names or is_boundary(token):
                continue
            if isinstance(token.task_spec, JoiningNode) and token._state == WAITING and token.flow not in flows:
                continue  # It came from a branch that is not repeated: the join still needs it.
            holder = token if token.task_spec.loop_spec is None else place.tasks[token._parent]
            holder.cancel()
    start_before(live, element.id, inputs.get("within"))


# ---- instructions ----------------------------------------------------------------------------


def _cancel(live: Live, instruction: Mapping[str, Any]) -> None:
    if instruction.get("task"):
        drop(live, find(live, instruction["task"]))
        return
    tokens = [t for place in places(live) for t in place.tokens() if t.task_spec.element_id == instruction["element"]]
    tokens = [t for t in tokens if t.task_spec.loop_spec is None]
    if not tokens:
        raise CannotOperate(
            why=f"“{named(live.program, instruction['element'])}”现在没有在办", element_id=instruction["element"]
        )
    for token in tokens:
        if not token._state & FINISHED:
            drop(live, token)


def _start(live: Live, instruction: Mapping[str, Any]) -> None:
    begin = start_after if instruction["at"] == "after" else start_before
    begin(live, instruction["element"], instruction.get("within"), instruction.get("values"))


def _due(live: Live, instruction: Mapping[str, Any]) -> None:
    task = find(live, instruction["task"])
    if task.kind != "timer":
        raise CannotOperate(why="只有定时可以改时间")
    task.due = datetime.fromisoformat(instruction["at"]).isoformat()


def _tidy(live: Live) -> None:
    """Give up subprocesses without a token of their own, and what would start event subprocesses of such levels."""
    done = False
    while not done:
        done = True
        for place in list(places(live)):
            if place.spec.aside:
                place.disarm_when_done()
            if place is not live.workflow and not place.live and not place.host._state & FINISHED:
                drop(live, place.host)
                done = False


def drop(live: Live, task: CaseTask) -> None:
    """Cancel a token with all that depends on it alone: its instance, its race, the event it is one part of."""
    place = task.workflow
    loop = task.task_spec.loop_spec
    race = task.internal_data.get("race")
    if isinstance(task.task_spec, AllPart):
        drop(live, place.tasks[task._parent])
    elif loop is not None:
        _drop_instance(live, place.tasks[task._parent], task)
    elif race is not None:
        for other in [t for t in place.tokens() if t.internal_data.get("race") == race]:
            other.cancel()
    else:
        task.cancel()


def _drop_instance(live: Live, several: CaseTask, instance: CaseTask) -> None:
    """Cancel one instance: the others go on, and the last one's end is the activity's."""
    if not isinstance(several.task_spec, SeveralNode):
        several.cancel()
        return
    instance.cancel()
    state = several.internal_data
    state["n"] -= 1
    if state["done"] == state["n"]:
        if not state["n"]:
            several.cancel()
        else:
            several._set_state(READY)
    elif state.get("left"):
        item = state["left"].pop(0)
        several.task_spec.body._update(several.task_spec.begin(several, state["done"], item))


def start_before(
    live: Live, element_id: str, within: str | None = None, values: Mapping[str, Any] | None = None
) -> None:
    """Put a token on an element as if a flow had just brought it; at a join it stands for the first way still empty."""
    element = _element(live, element_id)
    if element.type == "boundaryEvent" or element.compensates or element.triggered:
        why = f"“{named(live.program, element_id)}”要由它等的事来启动，请从它所在的步骤开始"
        raise CannotOperate(why=why, element_id=element_id)
    place = _place(live, element, within)
    spec = place.spec.task_specs[element_id]
    flow = None
    if isinstance(spec, JoiningNode) and len(spec.arrivals) > 1:
        there = {t.flow for t in place.joins.get(spec.name, ())}
        flow = next((one for one in spec.arrivals if one not in there), spec.arrivals[0])
    _write(place, values)
    token = place.task_tree.child(spec, flow)
    spec._update(token)


def start_after(
    live: Live, element_id: str, within: str | None = None, values: Mapping[str, Any] | None = None
) -> None:
    """Put tokens on the ways out of an element as if it had just been done, conditions included."""
    element = _element(live, element_id)
    place = _place(live, element, within)
    spec: Node = place.spec.task_specs[element_id]
    if not spec.ways:
        raise CannotOperate(why=f"“{element.name or element.id}”后面没有步骤", element_id=element_id)
    _write(place, values)
    passed = place.task_tree.child(spec, None)
    spec.move(passed, spec.ways if spec.plain else spec.choose(passed))
    passed._set_state(COMPLETED)


def _write(place: Place, values: Mapping[str, Any] | None) -> None:
    for name, value in (values or {}).items():
        place.scope.put(name, value)


# ---- where -----------------------------------------------------------------------------------


def places(live: Live) -> Iterator[Place]:
    """Yield the case and every subprocess instance in it."""
    yield live.workflow
    yield from live.workflow.subprocesses.values()


def named(program: Program, element_id: str) -> str:
    """Return an element's name for people."""
    found = program.elements.get(element_id)
    return (found.name or found.id) if found else element_id


def _element(live: Live, element_id: str) -> Element:
    found = live.program.elements.get(element_id)
    if found is None:
        raise CannotOperate(why=f"流程里没有“{element_id}”这一步", element_id=element_id)
    return found


def _running(live: Live, body_id: str, within: str | None) -> list[Place]:
    """Return the live instances of a process or subprocess body, one only if `within` names it."""
    if body_id == live.program.id:
        return [live.workflow]
    found = [p for p in live.workflow.subprocesses.values() if p.host.task_spec.element_id == body_id]
    if within is None:
        return found
    return [p for p in found if task_uid(p.host).hex() == within.replace("-", "")]


def _place(live: Live, element: Element, within: str | None) -> Place:
    """Return where a token of this element stands; the subprocess around is started if it is not running."""
    found = _running(live, element.parent, within)
    if len(found) > 1:
        raise CannotOperate(why=f"“{named(live.program, element.parent)}”正同时办 {len(found)} 份，请指明是哪一份")
    if found:
        return found[0]
    host = _element(live, element.parent)
    if within is not None or host.loop is not None or host.triggered:
        raise CannotOperate(why=f"“{host.name or host.id}”没有在办，不能从它里面开始", element_id=host.id)
    around = _place(live, host, None)
    spec = around.spec.task_specs[host.id]
    token = around.task_tree.child(spec, None)
    spec.enter(token)
    token._set_state(STARTED)
    inside = live.workflow.create_subprocess(token, host.id)
    inside.completed = False
    for trigger in inside.spec.triggers:
        trigger._update(inside.task_tree.child(trigger, None))
    return inside


def _later(live: Live, element: Element, within: str | None) -> Iterator[tuple[Place, frozenset[str], frozenset[str]]]:
    """Yield, for each running level a restart touches: the place, what lies after the element there, and the flows."""
    found = _running(live, element.parent, within)
    if not found and element.parent in live.program.elements:
        yield from _later(live, live.program.elements[element.parent], None)
        return
    body = live.program.body if element.parent == live.program.id else live.program.elements[element.parent].body
    assert body is not None
    names = _reachable(element.id, body)
    flows = frozenset(flow.id for flow in body.flows if flow.source in names)
    for place in found:
        yield place, names, flows


def _reachable(element_id: str, body: Body) -> frozenset[str]:
    seen: set[str] = set()
    todo = [element_id]
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        todo.extend(flow.target for flow in body.flows if flow.source == at)
        todo.extend(node.id for node in body.nodes if node.attached_to == at)
    return frozenset(seen)


def starving(live: Live) -> list[str]:
    """Return the parallel joins that hold tokens while no token is left that could bring the rest."""
    found = []
    for place in places(live):
        for name, waiting in place.joins.items():
            spec = place.spec.task_specs[name]
            if not waiting or not isinstance(spec, ParallelNode):
                continue
            body = live.program.body if place is live.workflow else live.program.elements[place.spec.name].body
            assert body is not None
            there = {task.flow for task in waiting}
            moving = {t.task_spec.element_id for t in place.tokens() if t.task_spec is not spec}
            before = upstream_of(spec.element_id, body)
            if any(not (before[flow] & moving) for flow in spec.arrivals if flow not in there):
                found.append(spec.element_id)
    return found


_OPERATIONS: Mapping[str, Callable[[Live, Mapping[str, Any]], None]] = {
    "case.modified": modify,
    "values.edited": edit,
    "case.restarted": restart,
}
OPERATIONS = frozenset(_OPERATIONS)
_INSTRUCTIONS: Mapping[str, Callable[[Live, Mapping[str, Any]], None]] = {
    "cancel": _cancel,
    "start": _start,
    "due": _due,
}
