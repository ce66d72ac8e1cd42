"""SpiffWorkflow as it comes, driven as its documentation says: what `qingche bench` measures ours against.

It stands here, not below tests, because the command is part of what is installed and only this package may import
SpiffWorkflow. Nothing else uses it.
"""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any, cast

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import DEFAULT_CONFIG, BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.util.task import BpmnTaskIterator
from SpiffWorkflow.util.task import TaskState

# It stops finding tasks below this depth, without an error: after 250 turns of a loop a case just stands still.
_DEPTH = 1_000_000


class _DeepIterator(BpmnTaskIterator):
    def __init__(self, task: Any, end_at_spec: Any = None, max_depth: int = _DEPTH, **more: Any) -> None:
        super().__init__(task, end_at_spec, max_depth, **more)


class _DeepWorkflow(BpmnWorkflow):
    def get_tasks_iterator(self, first_task: Any = None, **more: Any) -> Any:
        return _DeepIterator(first_task or self.task_tree, **more)


class Stock:
    """One process of a file. A case is a `BpmnWorkflow`; its text is what the library's own serializer writes."""

    def __init__(self, content: bytes, process: str, *, deep: bool = False) -> None:
        """Parse once. deep: lift the depth at which the library loses tasks, so that long cases can be compared."""
        for name in ("spiff", "spiff.task", "spiff.workflow"):
            logging.getLogger(name).setLevel(logging.WARNING)
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(BytesIO(content)), filename="bench.bpmn")
        self._spec = parser.get_spec(process)
        self._inside = parser.get_subprocess_specs(process)
        self._class: type[BpmnWorkflow] = _DeepWorkflow if deep else BpmnWorkflow
        config = dict(DEFAULT_CONFIG)
        config[self._class] = config.pop(BpmnWorkflow)
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))

    def start(self, values: dict[str, Any]) -> BpmnWorkflow:
        """Start a case and run it to its first task for a person."""
        made = self._class(self._spec, self._inside)
        made.data.update(values)
        made.task_tree.data.update(values)
        made.do_engine_steps()
        return made

    def complete(self, case: BpmnWorkflow, values: dict[str, Any]) -> bool:
        """Complete the first ready task for a person and run on; False when the case is over."""
        task = case.get_next_task(state=TaskState.READY, manual=True)
        task.data.update(values)
        task.run()
        case.do_engine_steps()
        return not case.is_completed()

    def dump(self, case: BpmnWorkflow) -> str:
        """Write the whole case, definition included."""
        return cast("str", self._serializer.serialize_json(case))

    def load(self, text: str) -> BpmnWorkflow:
        """Read the whole case back."""
        return self._serializer.deserialize_json(text)
