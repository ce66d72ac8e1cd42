"""Elements of drafts and odd writers of BPMN 2.0 under the namespace of the standard."""

from __future__ import annotations

import re
from typing import Any

from engine.bpmn import BPMN, MODEL
from engine.normalise.notes import Note

# Drafts had other addresses; DI, DC and the colour extension are namespaces of their own and stay.
_DRAFT = re.compile(r"(?i)^(https?://)?((www|schema)\.)?omg\.org/(spec/)?bpmn[\w./-]*$")
_OTHER = re.compile(r"(?i)/(di|dc)/?$|non-normative|/dd/")
_INSIDE = frozenset(
    {
        "process",
        "collaboration",
        "choreography",
        "globalTask",
        "conversation",
        "message",
        "itemDefinition",
        "BPMNDiagram",
    }
)


def adopt(root: Any, note: Note) -> Any:
    """Give elements of other BPMN namespaces, or of none, the standard's; return the `definitions` element."""
    root = _unwrapped(root, note)
    space, name = _parts(root.tag)
    if name != "definitions":
        return root
    strange = {found for found in _spaces(root) if found != MODEL and _is_draft(found)}
    if space != MODEL and any(_parts(child.tag)[1] in _INSIDE for child in root.iterchildren("*")):
        strange.add(space)
    if not strange:
        return root
    for node in root.iter("*"):
        space, name = _parts(node.tag)
        if space in strange:
            node.tag = BPMN + name
    told = "、".join(found or "（没有命名空间）" for found in sorted(strange))
    note(root.get("id"), f"{told} 按 BPMN 2.0 标准的命名空间读", "文件用的不是标准的命名空间")
    return root


def _unwrapped(root: Any, note: Note) -> Any:
    if _parts(root.tag)[1] == "definitions":
        return root
    inside = [node for node in root.iter("{*}definitions") if node.tag == BPMN + "definitions"]
    if len(inside) != 1:
        return root
    note(inside[0].get("id"), "只读里面的 definitions", f"它包在 {_parts(root.tag)[1]} 里面")
    return inside[0]


def _spaces(root: Any) -> set[str]:
    return {_parts(node.tag)[0] for node in root.iter("*")}


def _is_draft(space: str) -> bool:
    return _DRAFT.match(space) is not None and _OTHER.search(space) is None


def _parts(tag: str) -> tuple[str, str]:
    """Split a name; a prefix that the file does not declare stands for its namespace."""
    space, brace, name = tag.rpartition("}")
    if brace:
        return space[1:], name
    prefix, colon, name = tag.rpartition(":")
    return f"{prefix}{colon}", name
