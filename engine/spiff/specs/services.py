"""A service task: what the other system answered becomes values, an error of the process, or nothing yet."""

from __future__ import annotations

from typing import Any

from engine.errors import CallFailed, EvaluationFailed
from engine.spiff.elements import Service
from engine.spiff.scope import Scope, TaskView
from engine.spiff.specs.activities import WaitingNode
from engine.spiff.specs.node import write
from engine.spiff.specs.throwing import caught
from engine.spiff.task import FINISHED, CaseTask

_FAILED = 300  # no redirect is followed, so one is no answer either


class ServiceNode(WaitingNode):
    """Waits for the answer of a call (`qc:call`), or like any external task for whoever works on its topic."""

    def error_in(self, my_task: CaseTask, service: Service, response: dict[str, Any]) -> str | None:
        """Return the code of the error the definition makes of {"status", "headers", "body"}, if it does."""
        if service.error is None:
            return None
        code = service.error.strict(_view(my_task, response))
        if code is not None and (not isinstance(code, str) or not code):
            raise service.error.failed("expected the code of an error as a text, or null")
        return code

    def answer(self, my_task: CaseTask, service: Service, response: dict[str, Any]) -> None:
        """Take an answer; what cannot be read in it goes to who catches errors.

        Raises CallFailed for a status that says no, and nothing is changed then.
        """
        if response["status"] >= _FAILED:
            raise CallFailed(element_id=self.element_id, why=f"HTTP {response['status']}", status=response["status"])
        try:
            self.keep(my_task, service, response, _view(my_task, response))
        except EvaluationFailed as why:
            if not caught(my_task, why):
                raise
        if not my_task._state & FINISHED:
            my_task.run()

    def keep(self, my_task: CaseTask, service: Service, response: dict[str, Any], view: TaskView) -> None:
        """Write what is wanted of the answer: under the name the definition gives, else entry by entry."""
        name = service.result or self.element.variable
        if service.mapping is None:
            if name is not None:
                my_task.scope.put(name, response["body"])
            return
        value = service.mapping.strict(view)
        if name is not None:
            write(my_task, name, value, service.mapping)
            return
        if not isinstance(value, dict):
            raise service.mapping.failed("without result= the map must be a context such as {total: response.body.sum}")
        for part, inner in value.items():
            write(my_task, part, inner, service.mapping)


def _view(my_task: CaseTask, response: dict[str, Any]) -> TaskView:
    return my_task.workflow.top_workflow.view(Scope({"response": response}, my_task.scope))
