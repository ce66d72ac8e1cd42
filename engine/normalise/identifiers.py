"""Ids that are missing or stand twice. Two flow nodes of one id stay: nobody can tell which one is meant."""

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
    for node in root.iter(_NEED):
        tag = node.tag[len(BPMN) :]
        counts[tag] += 1
        if node.get("id"):
            continue
        made = _free(f"{tag}_{counts[tag]}", taken)
        node.set("id", made)
        note(made, f"给第 {node.sourceline} 行的 {tag} 加了编号 {made}", "文件里没有写 id")


def _rename_repeated(root: Any, note: Note) -> None:
    """The id stays with the flow node if there is one, else with the process, else with the first in the file."""
    nodes: dict[str, list[Any]] = {}
    for node in root.iter(BPMN + "*"):
        if node.get("id") and not node.tag.endswith(_VARIABLES):
            nodes.setdefault(node.get("id"), []).append(node)
    taken = set(nodes)
    for name, same in nodes.items():
        if len(same) < 2:
            continue
        keeper = min(same, key=_rank)
        for node in same:
            if node is keeper or _rank(node) == 0:
                continue
            made = _free(f"{name}_2", taken)
            node.set("id", made)
            what = f"第 {node.sourceline} 行的 {node.tag[len(BPMN) :]} 改用编号 {made}"
            note(name, what, f"编号 {name} 在第 {keeper.sourceline} 行已经用过")


def _rank(node: Any) -> int:
    tag = node.tag[len(BPMN) :]
    return 0 if tag in FLOW_NODES else 1 if tag == "process" else 2 if tag == "sequenceFlow" else 3


def _free(wanted: str, taken: set[str]) -> str:
    made, n = wanted, 2
    while made in taken:
        made = f"{wanted}_{n}"
        n += 1
    taken.add(made)
    return made
