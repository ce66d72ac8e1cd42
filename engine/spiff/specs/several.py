"""Events with several definitions (BPMN 2.0.2 clause 10.5.5): any of them will do, or all are needed.

Each definition waits as a token of its own, so that the outside serves it like any other timer or message. An event
that takes any of several is a race of its parts in the flow, and as many events as parts on a boundary or at the start
of an event subprocess. An event that needs all of them holds its parts as children.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from engine.spiff.elements import Element
from engine.spiff.specs.events import CatchNode
from engine.spiff.specs.node import Node
from engine.spiff.task import COMPLETED, FINISHED, CaseTask

Standing = TypeVar("Standing", bound=CatchNode)


def one_by_one(element: Element) -> list[tuple[str, Element]]:
    """Return a name and an element for each definition of an event with several."""
    assert element.event is not None
    return [(f"{element.id} [{n}]", replace(element, event=part)) for n, part in enumerate(element.event.parts, 1)]


def needs_all(element: Element) -> bool:
    """Tell whether all definitions of an event must have come."""
    return element.event is not None and element.event.kind == "multiple" and element.event.parallel


def takes_any(element: Element) -> bool:
    """Tell whether an event has several definitions of which any will do."""
    return element.event is not None and element.event.kind == "multiple" and not element.event.parallel


def standing(kind: type[Standing], wf_spec: Any, name: str, element: Element) -> list[Standing]:
    """Make what waits for an event beside the flow: one node, or one for each definition of which any will do."""
    if takes_any(element):
        return [kind(wf_spec, f"{name} {part}", each) for part, each in one_by_one(element)]
    return [with_parts(kind(wf_spec, name, element))]


def with_parts(node: Standing) -> Standing:
    """Give a catching node the parts it needs all of, if its event has such."""
    if needs_all(node.element):
        node.parts = tuple(
            AllPart(node._wf_spec, f"{node.name} {name}", each) for name, each in one_by_one(node.element)
        )
    return node


class AnyNode(Node):
    """A catch event in the flow that takes whichever comes first: its token becomes a race of its parts."""

    def __init__(self, wf_spec: Any, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, element)
        self.parts = [AnyPart(wf_spec, part, each) for part, each in one_by_one(element)]

    def lead(self, ways: list[Any]) -> None:
        super().lead(ways)
        for part in self.parts:
            part.lead(ways)

    def _update_hook(self, my_task: CaseTask) -> bool:
        self.enter(my_task)
        race = my_task.internal_data.get("race") or f"{self.element_id}:{my_task.occurrence}"
        racing = [my_task.child(part, my_task.flow) for part in self.parts]
        for child in racing:
            child.internal_data["race"] = race
        for child in racing:
            child.task_spec._update(child)
        my_task._set_state(COMPLETED)
        return False


class AnyPart(CatchNode):
    """One of the things such an event waits for; the event is on the path once, whichever came."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        my_task.occurrence = my_task.workflow.occurrence_of(self.element_id)
        self.wait(my_task)
        return False

    def _on_cancel(self, my_task: CaseTask) -> None:
        self.forget(my_task)
        if self.first and "same" not in my_task.internal_data:
            my_task.workflow.top_workflow.recorder.cancelled(my_task)

    @property
    def first(self) -> bool:
        return self.name.endswith("[1]")


class AllPart(CatchNode):
    """One of the things that must all have come; a child of the event's token until it has."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        my_task.occurrence = my_task.workflow.occurrence_of(self.element_id)
        self.wait(my_task)
        return False

    def occur(self, my_task: CaseTask, payload: dict[str, Any] | None) -> None:
        """Keep what came; the last one lets the event itself occur."""
        self.forget(my_task)
        self.take(my_task, payload)
        holder = my_task.workflow.tasks[my_task._parent]
        my_task._set_state(COMPLETED)
        if not any(not child._state & FINISHED for child in holder.children):
            holder.task_spec.occur(holder, None)

    def _on_cancel(self, my_task: CaseTask) -> None:
        self.forget(my_task)
