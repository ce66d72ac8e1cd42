"""Events: starts, ends, throws, and the catches that wait for a moment, a message or a condition."""

from __future__ import annotations

from typing import Any

from engine.errors import EvaluationFailed
from engine.feel import FeelError
from engine.spiff.elements import Element, Event
from engine.spiff.expressions import is_true
from engine.spiff.face import Kind
from engine.spiff.keys import key_text
from engine.spiff.opening import moment, opened, timer_at
from engine.spiff.specs import throwing, undoing
from engine.spiff.specs.node import Node
from engine.spiff.task import CANCELLED, COMPLETED, READY, STARTED, WAITING, CaseTask

_KINDS: dict[str, Kind] = {"timer": "timer", "message": "message"}
_NOT_THERE = frozenset({"unknown-name", "unknown-entry"})


class CatchNode(Node):
    """Waits until `occur` is called: by `fire`, `deliver`, a throw inside the case, or a condition become true.

    parts: of an event that needs all of several things, what waits for each of them; it occurs with the last.
    """

    parts: tuple[CatchNode, ...] = ()

    @property
    def event(self) -> Event:
        assert self.element.event is not None
        return self.element.event

    def _update_hook(self, my_task: CaseTask) -> bool:
        self.enter(my_task)
        self.wait(my_task)
        return False

    def wait(self, my_task: CaseTask) -> None:
        """Arm: compute the moment or the key once, and open what the outside must serve."""
        top = my_task.workflow.top_workflow
        event, view = self.event, self.view(my_task)
        my_task.wave = top.wave + 1
        if self.parts:
            my_task._set_state(STARTED)
            for part in self.parts:
                part._update(my_task.child(part, None))
            return
        my_task._set_state(WAITING)
        if event.timer is not None and my_task.due is None:
            my_task.due = timer_at(event.timer, view).isoformat()
        if event.key is not None:
            # A key stated over what is sent: a case has it if its values go by the same names, else any will do.
            value = event.key.lenient(view) if event.key_in_payload else event.key.strict(view)
            my_task.internal_data["key"] = key_text(value)
        if event.kind == "conditional":
            top.watching[my_task.id] = my_task
        kind = _KINDS.get(event.kind)
        if kind is not None:
            top.recorder.open(my_task, opened(my_task, kind))

    def holds(self, my_task: CaseTask) -> bool:
        """Tell whether the condition has become true (10.5.5): one that occurred must have been false in between.

        A value that is not there yet makes it false; any other failure of the condition is an incident.
        """
        assert self.event.condition is not None
        try:
            true = is_true(self.event.condition, self.view(my_task))
        except EvaluationFailed as why:
            if not isinstance(why.__cause__, FeelError) or why.__cause__.code not in _NOT_THERE:
                raise
            true = False
        if "held" not in my_task.internal_data:
            return true
        if not true:
            del my_task.internal_data["held"]
        return False

    def occur(self, my_task: CaseTask, payload: dict[str, Any] | None) -> None:
        """Take what happened: cancel the other events of a race, keep the payload, become ready."""
        self.forget(my_task)
        race = my_task.internal_data.pop("race", None)
        if race is not None:
            for other in [t for t in my_task.workflow.tokens() if t.internal_data.get("race") == race]:
                if other.task_spec.element_id == self.element_id:
                    other.internal_data["same"] = True
                other.cancel()
        self.take(my_task, payload)
        go(my_task)

    def take(self, my_task: CaseTask, payload: dict[str, Any] | None) -> None:
        """Write a payload: under the variable the event names, else each entry by its own name.

        What an error or escalation says of itself is kept under a variable only.
        """
        if payload is None:
            return
        if self.event.variable:
            my_task.scope.put(self.event.variable, payload)
            return
        if self.event.kind in ("error", "escalation"):
            return
        for name, value in payload.items():
            my_task.scope.put(name, value)

    def forget(self, my_task: CaseTask) -> None:
        my_task.workflow.top_workflow.watching.pop(my_task.id, None)

    def _on_cancel(self, my_task: CaseTask) -> None:
        self.forget(my_task)
        super()._on_cancel(my_task)


class HappeningNode(CatchNode):
    """An event of which the diagram does not say how it is noticed: somebody says that it happened."""

    def wait(self, my_task: CaseTask) -> None:
        my_task.wave = my_task.workflow.top_workflow.wave + 1
        my_task._set_state(WAITING)
        my_task.workflow.top_workflow.recorder.open(my_task, opened(my_task, "manual"))


class LinkNode(Node):
    """The target of a link: its token comes by a flow that is not drawn and goes on at once."""


class StartNode(Node):
    """Runs at once: what a start event waits for has happened when the case is started."""


class StandingNode(CatchNode):
    """Waits beside the flow, while something else goes on; one that does not interrupt may occur again."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        my_task.occurrence = my_task.workflow.occurrence_of(self.element_id)
        if self.event.kind == "timer" and self.event.timer is not None and self.event.timer.repeats is not None:
            my_task.internal_data.setdefault("left", self.event.timer.repeats)
        self.wait(my_task)
        return False

    def repeat(self, my_task: CaseTask) -> bool:
        """Tell whether a non-interrupting event can occur once more; counts a cycle down."""
        if self.event.kind != "timer":
            return True
        left = my_task.internal_data.get("left")
        if left is None:
            return self.event.timer is not None and self.event.timer.kind == "cycle"
        my_task.internal_data["left"] = left - 1
        return bool(left > 1)

    def arm_again(self, my_task: CaseTask, holder: CaseTask) -> None:
        """Wait once more, on `holder`, after `my_task` occurred."""
        following = holder.child(self, None)
        if my_task.due is not None and self.event.timer is not None:
            following.internal_data["left"] = my_task.internal_data.get("left")
            following.due = self.next_due(my_task)
        if self.event.kind == "conditional":
            following.internal_data["held"] = True
        self._update(following)

    def next_due(self, my_task: CaseTask) -> str:
        """Count the next round of a cycle from when this one was due, not from when it was noticed."""
        assert self.event.timer is not None and my_task.due is not None
        every, view = self.event.timer.every, self.view(my_task)
        view.now = view.now.fromisoformat(my_task.due).astimezone(view.ports.zone)
        return moment(every.strict(view), every, view).isoformat()

    def _on_cancel(self, my_task: CaseTask) -> None:
        """An event that did not happen leaves no trace on the path."""
        self.forget(my_task)


class BoundaryNode(StandingNode):
    """Stands on its host's task; a child of it until it occurs."""

    def occur(self, my_task: CaseTask, payload: dict[str, Any] | None) -> None:
        """Interrupting: the host is cancelled and the token goes on here. Else a second token starts here."""
        workflow = my_task.workflow
        tasks = workflow.tasks
        host = tasks[my_task._parent]
        above = tasks[host._parent]
        self.forget(my_task)
        again = not self.element.interrupting and self.repeat(my_task)
        host._children.remove(my_task.id)
        above._children.append(my_task.id)
        my_task._parent = above.id
        if self.element.interrupting:
            host.cancel()
        elif again:
            self.arm_again(my_task, host)
        workflow.top_workflow.recorder.entered(my_task)
        self.take(my_task, payload)
        go(my_task)


class ReceiveNode(CatchNode):
    """A receive task that names its message."""


class ThrowNode(Node):
    """An intermediate throw or an end event; one that has something undone waits for it before it completes."""

    def __init__(self, wf_spec: Any, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, element)
        events = [] if element.event is None else element.event.parts or [element.event]
        self.undoes = next((event for event in events if event.kind in ("compensate", "cancel")), None)

    def _run_hook(self, my_task: CaseTask) -> bool | None:
        event = self.undoes
        if event is None or "undo" in my_task.internal_data:
            return True
        if event.kind == "cancel":
            for other in [t for t in my_task.workflow.tokens() if t is not my_task]:
                other.cancel()
        if not undoing.throw(my_task, event):
            return True
        if not event.waits:
            my_task.internal_data["gone"] = True
            self.move(my_task, self.ways)
        return None

    def _on_complete(self, my_task: CaseTask) -> None:
        if self.element.sets:
            self.assign(my_task, self.element.sets, "set")
        workflow = my_task.workflow
        workflow.top_workflow.recorder.completed(my_task)
        event, breaks = self.element.event, workflow.breaks
        if event is not None and event.kind not in ("none", "link"):
            for part in sorted(event.parts, key=_ends) or [event]:
                self.throw(my_task, part)
        if "gone" in my_task.internal_data:  # Its token has not waited.
            workflow._task_completed_notify(my_task)
        elif workflow.breaks == breaks and not cancelled_around(my_task):
            self.finish(my_task)

    def throw(self, my_task: CaseTask, event: Event) -> None:
        if event.kind == "compensate":
            return  # Done before the event completes.
        if event.kind == "terminate":
            my_task.workflow.stop()
        elif event.kind == "cancel":
            throwing.cancel_transaction(my_task)
        elif event.kind in ("error", "escalation"):
            throwing.raise_up(my_task, event, self.payload(my_task, event))
        else:
            payload = self.payload(my_task, event)
            throwing.announce(my_task, event, payload, self.key(my_task, event, payload))

    def key(self, my_task: CaseTask, event: Event, payload: dict[str, Any] | None) -> str | None:
        """Evaluate what tells the receivers of a message apart, read off what is sent if the file says so."""
        if event.key is None:
            return None
        view = self.view(my_task)
        more = (payload or {}) if event.key_in_payload else {}
        return key_text(event.key.over(view, more))

    def payload(self, my_task: CaseTask, event: Event) -> dict[str, Any] | None:
        """Evaluate what is sent along: a context as it is, any other value under the name of the event."""
        if event.payload is None:
            return None
        value = event.payload.strict(self.view(my_task))
        return value if isinstance(value, dict) else {event.name: value}


def _ends(event: Event) -> bool:
    """Of several definitions, those that end something are thrown last: all are thrown (10.5.3)."""
    return event.kind in ("error", "terminate", "cancel")


def cancelled_around(my_task: CaseTask) -> bool:
    """Tell whether what was thrown has cancelled the subprocess the task stands in."""
    host = getattr(my_task.workflow, "host", None)
    return host is not None and host._state == CANCELLED


def go(my_task: CaseTask) -> None:
    """Let a catch that waited run: to the outside it is over now."""
    if my_task.kind is not None:
        my_task.workflow.top_workflow.recorder.close(my_task, COMPLETED)
        my_task.kind = None
    my_task._set_state(READY)
