"""Activities that do one thing: wait for a person, a service or a child case, run a script, ask a decision."""

from __future__ import annotations

from typing import Any

from engine import feel
from engine.errors import EvaluationFailed
from engine.spiff.face import Answer, Kind
from engine.spiff.opening import opened
from engine.spiff.scope import Scope
from engine.spiff.specs.around import run_script
from engine.spiff.specs.node import Node
from engine.spiff.specs.throwing import caught
from engine.spiff.task import CaseTask
from engine.spiff.typed import to_json


class WaitingNode(Node):
    """Opens a task for the outside and runs when `complete` brings its values."""

    kind: Kind = "external"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.manual = True

    def _update_hook(self, my_task: CaseTask) -> bool:
        self.enter(my_task)
        my_task.workflow.top_workflow.recorder.open(my_task, opened(my_task, self.kind))
        return True

    def accept(self, my_task: CaseTask, values: dict[str, Any]) -> None:
        """Write what came: under the variable the element names, else each entry by its own name."""
        if self.element.variable:
            my_task.scope.put(self.element.variable, values)
            return
        for name, value in values.items():
            my_task.scope.put(name, value)


class UserNode(WaitingNode):
    kind: Kind = "user"


class ManualNode(WaitingNode):
    kind: Kind = "manual"


class CallNode(WaitingNode):
    """A call activity: waits for its child case, then maps the child's values back."""

    kind: Kind = "call"

    def accept(self, my_task: CaseTask, values: dict[str, Any]) -> None:
        self.assign(my_task, self.element.outputs, "output", Scope(values))
        loop = self.element.loop
        if loop is not None and my_task.own_scope is not None:
            for name in loop.output_item:
                if name in values:
                    my_task.own_scope.values[name] = values[name]


class ScriptNode(Node):
    """Evaluates a FEEL context; its entries become values. A failure goes to who catches errors, if anybody does."""

    def _run_hook(self, my_task: CaseTask) -> bool:
        assert self.element.script is not None
        try:
            run_script(my_task, self.element.script)
        except EvaluationFailed as why:
            if not caught(my_task, why):
                raise
        return True


class DecisionNode(WaitingNode):
    """Asks the decision port; without one it waits like an external task."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        if my_task.workflow.top_workflow.recorder.ports.decide is None:
            return super()._update_hook(my_task)
        self.enter(my_task)
        return True

    def _run_hook(self, my_task: CaseTask) -> bool:
        recorder = my_task.workflow.top_workflow.recorder
        decision = self.element.decision or ""
        if my_task.kind is not None or recorder.ports.decide is None:
            return True
        try:
            answer = recorder.ports.decide(decision, dict(self.view(my_task)))
            answer = answer if isinstance(answer, Answer) else Answer(answer)
            if answer.why is not None:
                raise feel.FeelEvaluationError("decision", answer.why)
            value, told = answer.value, answer.told
            kept, _ = to_json(value)
        except (feel.FeelError, ValueError) as why:
            failed = EvaluationFailed(element_id=self.element_id, what="decision", text=decision, why=str(why))
            if caught(my_task, failed):
                return True
            raise failed from why
        record = {"element_id": self.element_id, "decision": decision, "value": kept}
        recorder.decisions.append(record if told is None else {**record, "told": told})
        scope, ports = my_task.scope, recorder.ports
        if self.element.variable or not isinstance(value, dict):
            scope.put_feel(self.element.variable or decision, value, ports)
            return True
        for name, part in value.items():
            scope.put_feel(name, part, ports)
        return True
