"""Complex gateways: a start phase by a condition over the tokens that have come, then a reset phase (13.4.5).

After the first phase a token without a flow stays at the gateway: it remembers which flows have been served and stands
for "waiting for reset". Flows out without a condition, and the default, are for the first phase only: in the second the
standard sends tokens only where a condition says so.
"""

from __future__ import annotations

from collections import Counter

from engine.spiff.expressions import Expr, is_true
from engine.spiff.face import NoWayOut
from engine.spiff.scope import Scope
from engine.spiff.specs.gateways import InclusiveNode
from engine.spiff.specs.node import Way
from engine.spiff.task import READY, WAITING, CaseTask


class ComplexNode(InclusiveNode):
    """internal_data of the token that waits for reset: `served`, the flows of the first phase."""

    def lead(self, ways: list[Way]) -> None:
        super().lead(ways)
        self.plain = False

    def look_again(self, my_task: CaseTask) -> None:
        waiting = my_task.workflow.joins[self.name]
        reset = next((task for task in waiting if "served" in task.internal_data), None)
        if reset is not None:
            self.reset(reset)
        elif self.element.activation is not None and self.holds(my_task, self.element.activation):
            self.begin(my_task)

    def holds(self, my_task: CaseTask, condition: Expr, *, starting: bool = True) -> bool:
        """Evaluate a condition: it also sees how many tokens lie on each flow, and the phase."""
        waiting = my_task.workflow.joins.get(self.name, ())
        lying = Counter(task.flow for task in waiting if task.flow is not None)
        counts = {"activationCount": lying.total(), "waitingForStart": starting}
        scope = Scope({**{flow: lying[flow] for flow in self.arrivals}, **counts}, my_task.scope)
        return is_true(condition, my_task.workflow.top_workflow.view(scope))

    def begin(self, my_task: CaseTask) -> None:
        """Take a token from every flow that has one, and wait for reset from now on."""
        workflow = my_task.workflow
        tokens = self.first_by_flow(my_task)
        oldest = self.take(my_task, tokens)
        reset = workflow.task_tree.child(self, None)
        reset.internal_data["served"] = sorted(tokens)
        reset._set_state(WAITING)
        workflow.joins.setdefault(self.name, []).append(reset)
        workflow.top_workflow.merging[reset.id] = reset
        oldest._ready()

    def reset(self, reset: CaseTask) -> None:
        """Take what has come late once nothing can come any more on the flows that were not served."""
        workflow = reset.workflow
        if any(task.task_spec is self and task._state == READY for task in workflow.tokens()):
            return
        served = reset.internal_data["served"]
        tokens = {flow: task for flow, task in self.first_by_flow(reset).items() if flow not in served}
        if self.is_expected(reset, {*served, *tokens}):
            return
        self.take(reset, {**tokens, "": reset})
        reset._ready()

    def choose(self, my_task: CaseTask) -> list[Way]:
        starting = "served" not in my_task.internal_data
        chosen = []
        for way in self.ways:
            flow = way[0]
            if flow.condition is not None and not flow.default:
                if self.holds(my_task, flow.condition, starting=starting):
                    chosen.append(way)
            elif starting and not flow.default:
                chosen.append(way)
        if starting and not chosen:
            chosen = [way for way in self.ways if way[0].default]
            if not chosen:
                raise NoWayOut(element_id=self.element_id)
        return chosen
