"""Which process a call activity calls, and which values go in and come back."""

from __future__ import annotations

from typing import Any

from engine.bpmn import BPMN, QC
from engine.normalise.notes import Note
from engine.normalise.vendors.document import (
    FAMILY,
    ZEEBE,
    add_qc,
    drop,
    expression,
    extensions,
    is_expression,
    of_family,
)

_CALL = BPMN + "callActivity"


def translate(root: Any, note: Note) -> None:
    for call in root.iter(_CALL):
        for found in extensions(call, ZEEBE + "calledElement"):
            if found.get("processId"):
                call.set("calledElement", found.get("processId"))
                note(call.get("id"), f"调用流程 {found.get('processId')}", "按 zeebe:calledElement 的 processId")
            if found.get("propagateAllChildVariables") != "false":
                note(call.get("id"), "只传回写明的值", "轻车不会把下级流程的值都传回来")
            drop(found)
        called = call.get("calledElement")
        if called is not None and is_expression(called):
            del call.attrib["calledElement"]
            note(call.get("id"), f"要调用的流程 {called} 没有照搬", "轻车要写明调用哪个流程，不能由流程算出来")
        _mappings(call, note)


def _mappings(call: Any, note: Note) -> None:
    ours = any(name.startswith(FAMILY) for name in call.attrib) or _has(call, *of_family("in"), *of_family("out"))
    whole = False
    for found in extensions(call, *of_family("in")):
        if found.get("variables") == "all":
            whole = True
            drop(found)
    for kind, qc in (("in", "input"), ("out", "output")):
        for found in extensions(call, *of_family(kind)):
            written = _value(found)
            if written is None or not found.get("target") or (whole and kind == "in"):
                continue
            drop(found)
            told = add_qc(call, qc, name=found.get("target"), value=written)
            note(call.get("id"), f"{'传入' if kind == 'in' else '传回'}值写作 {told}", "按轻车的写法写")
    if whole:
        note(call.get("id"), "传入全部值", "原来写的是 variables=all")
    elif ours and not _has(call, QC + "input"):
        note(call.get("id"), "传入全部值", "原来没有写传入什么，轻车这时传全部")


def _has(call: Any, *tags: str) -> bool:
    return next(extensions(call, *tags), None) is not None


def _value(found: Any) -> str | None:
    if found.get("source"):
        return expression(f"={found.get('source')}")
    return expression(found.get("sourceExpression")) if found.get("sourceExpression") else None
