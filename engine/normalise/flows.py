"""Sequence flows that miss an end, or stand on another level than what they connect."""

from __future__ import annotations

from typing import Any

from engine.bpmn import BPMN, FLOW_NODES
from engine.normalise.notes import DONE, Note

_FLOW = BPMN + "sequenceFlow"
_NODES = tuple(BPMN + tag for tag in sorted(FLOW_NODES))


def mend(root: Any, note: Note) -> None:
    """Complete flows from the lists of their nodes, put each where its ends are, make pictures of the rest.

    A flow that is only a picture stays in the document under a name that nothing reads.
    """
    nodes = {node.get("id"): node for node in root.iter(_NODES)}
    listed = _listed(root)
    for flow in list(root.iter(_FLOW)):
        for name in ("sourceRef", "targetRef"):
            end = listed.get((name, flow.get("id")))
            if flow.get(name) is None and end is not None:
                flow.set(name, end)
                note(flow.get("id"), f"连线补上了一头（{name} = {end}）", "按节点自己的 incoming、outgoing 补")
        source, target = nodes.get(flow.get("sourceRef")), nodes.get(flow.get("targetRef"))
        if source is None or target is None:
            _picture(flow, note, "它有一头没有连到文件里的节点")
        elif source.getparent() is not target.getparent() or flow in source.iterancestors():
            _picture(flow, note, "它跨出了流程或子流程，两头不在同一层")
        elif flow.getparent() is not source.getparent():
            source.getparent().append(flow)
            note(flow.get("id"), "连线按两头所在的那一层读", "文件把它写在了另一层")


def _listed(root: Any) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for tag, name in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
        for reference in root.iter(BPMN + tag):
            owner = reference.getparent().get("id")
            if owner and reference.text:
                found.setdefault((name, reference.text.strip()), owner)
    return found


def _picture(flow: Any, note: Note, why: str) -> None:
    flow.tag = DONE + "sequenceFlow"
    note(flow.get("id"), "连线只作图示，不走", why)
