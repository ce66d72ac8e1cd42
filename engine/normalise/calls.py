"""Calls of global tasks: the task itself stands in the place of the call (BPMN 2.0.2 clause 10.3.6)."""

from __future__ import annotations

from typing import Any

from engine.bpmn import BPMN
from engine.normalise.notes import Note

_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def inline(root: Any, note: Note) -> None:
    """Make each call of a global task of the file a task of that kind."""
    known = {node.get("id"): node for tag in _TASKS for node in root.iterchildren(BPMN + tag)}
    for call in list(root.iter(BPMN + "callActivity")) if known else ():
        called = known.get(call.get("calledElement"))
        if called is None:
            continue
        call.tag = BPMN + _TASKS[called.tag[len(BPMN) :]]
        del call.attrib["calledElement"]
        for script in called.iterchildren(BPMN + "script"):
            copy = call.makeelement(script.tag, dict(script.attrib))
            copy.text = script.text
            call.append(copy)
        note(call.get("id"), f"按 {called.get('id')} 这个公用任务直接办", "它调用的是公用任务，不是流程")
