"""Ids that are missing or stand twice.

Two flow nodes of one id on one level stay: nobody can tell which one a flow means. On another level the flows and
boundary events beside a node mean that one.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from engine.bpmn import BPMN, FLOW_NODES
from engine.normalise.notes import Note

_NEED = tuple(BPMN + tag for tag in sorted(FLOW_NODES | {"process", "sequenceFlow"}))
_VARIABLES = ("DataItem", "dataInput", "dataOutput")


def complete(root: Any, note: Note) -> None:
    """Give processes, flow nodes and flows without id one of their own, and rename what repeats another's id.

    A made id is `<tag>_<n>`, n counting the elements of that tag in the file, so that reading again gives the same.
    """
    _rename_repeated(root, note)
    taken = {node.get("id") for node in root.iter(BPMN + "*") if node.get("id")}
    counts: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for node in root.iter(_NEED):
        tag = node.tag[len(BPMN) :]
        counts[tag] += 1
        if node.get("id"):
            continue
        made = _free(f"{tag}_{counts[tag]}", taken, again)
        node.set("id", made)
        note(made, f"给第 {node.sourceline} 行的 {tag} 加了编号 {made}", "文件里没有写 id")


def _rename_repeated(root: Any, note: Note) -> None:
    """The id stays with the outermost flow node if there is one, else with the process, else with the first."""
    nodes: dict[str, list[Any]] = {}
    for node in root.iter(BPMN + "*"):
        if node.get("id") and not node.tag.endswith(_VARIABLES):
            nodes.setdefault(node.get("id"), []).append(node)
    taken, again = set(nodes), Counter[str]()
    for name, same in nodes.items():
        if len(same) < 2:
            continue
        keeper = min(same, key=lambda node: (_rank(node), sum(1 for _ in node.iterancestors())))
        for node in same:
            level = node.getparent()
            if node is keeper or (_rank(node) == 0 and level is keeper.getparent()):
                continue
            made = _free(name, taken, again)
            node.set("id", made)
            if _rank(node) == 0:
                _follow(level, name, made)
            what = f"第 {node.sourceline} 行的 {node.tag[len(BPMN) :]} 改用编号 {made}"
            note(name, what, f"编号 {name} 在第 {keeper.sourceline} 行已经用过")


def _follow(level: Any, name: str, made: str) -> None:
    """Let what stands on the same level mean the renamed node."""
    for beside in level.iterchildren(BPMN + "sequenceFlow", BPMN + "boundaryEvent"):
        for reference in ("sourceRef", "targetRef", "attachedToRef"):
            if beside.get(reference) == name:
                beside.set(reference, made)
    for lane in level.iterchildren(BPMN + "laneSet"):
        for reference in lane.iter(BPMN + "flowNodeRef"):
            if (reference.text or "").strip() == name:
                reference.text = made


def _rank(node: Any) -> int:
    tag = node.tag[len(BPMN) :]
    return 0 if tag in FLOW_NODES else 1 if tag == "process" else 2 if tag == "sequenceFlow" else 3


def _free(wanted: str, taken: set[str], counts: Counter[str]) -> str:
    """Return `wanted`, or the first of `wanted_2`, `wanted_3` … that nobody has, and take it."""
    made = wanted
    while made in taken:
        counts[wanted] += 1
        made = f"{wanted}_{counts[wanted] + 1}"
    taken.add(made)
    return made
