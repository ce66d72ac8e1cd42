"""Which decision a business rule task asks, and where its answer goes."""

from __future__ import annotations

from typing import Any

from engine.bpmn import BPMN
from engine.normalise.notes import Note
from engine.normalise.vendors.document import (
    ZEEBE,
    add_spiff,
    attribute,
    drop,
    extensions,
    is_expression,
    of_family,
)

_KEYS = frozenset({"decisionTableReferenceKey", "decisionServiceReferenceKey", "decisionReferenceKey"})


def translate(root: Any, note: Note) -> None:
    for task in root.iter(BPMN + "businessRuleTask", BPMN + "serviceTask"):
        for found in extensions(task, ZEEBE + "calledDecision"):
            _ask(task, found.get("decisionId"), found.get("resultVariable"), note)
            drop(found)
        if task.tag == BPMN + "businessRuleTask":
            _ask(task, attribute(task, "decisionRef"), attribute(task, "resultVariable"), note)
        for field in extensions(task, *of_family("field")):
            if field.get("name") in _KEYS:
                key = field.get("stringValue") or "".join(field.itertext())
                drop(field)
                _retag(task, note)
                _ask(task, key.strip(), None, note)


def _retag(task: Any, note: Note) -> None:
    """The family also asks decisions by service tasks of type `dmn`."""
    if task.tag != BPMN + "businessRuleTask":
        task.tag = BPMN + "businessRuleTask"
        note(task.get("id"), "当作业务规则任务", "它问的是决策表")


def _ask(task: Any, decision: str | None, variable: str | None, note: Note) -> None:
    if not decision:
        return
    if is_expression(decision):
        note(task.get("id"), f"决策 {decision} 没有照搬", "轻车的决策编号要写明，不能由流程算出来")
        return
    add_spiff(task, "calledDecisionId", decision)
    if variable:
        add_spiff(task, "variableName", variable)
    where = f"，结果放进 {variable}" if variable else ""
    note(task.get("id"), f"问决策 {decision}{where}", "决策按轻车的写法写")
