"""Values that go into a task and come out of it: mappings of other engines as data associations of BPMN.

Inputs are local to the task, as they are in those engines. An event has no data of its own here: what it puts out is
`qc:set`, what goes in stays an extension. So does what comes back from a called process (`qc:output`).
"""

from __future__ import annotations

from typing import Any

from engine.bpmn import ACTIVITIES, BPMN, FLOW_NODES
from engine.normalise.notes import DONE, Note
from engine.normalise.vendors.document import ZEEBE, add_qc, drop, expression, extensions, of_family

_NODES = tuple(BPMN + tag for tag in sorted(FLOW_NODES))
_ACTIVITIES = frozenset(BPMN + tag for tag in ACTIVITIES)
_CALL = BPMN + "callActivity"


def translate(root: Any, note: Note) -> None:
    for node in root.iter(_NODES):
        for holder in extensions(node, ZEEBE + "ioMapping"):
            for entry in list(holder.iterchildren(ZEEBE + "input", ZEEBE + "output")):
                _map(node, entry, entry.get("target"), entry.get("source"), note)
            _tidy(holder)
        for holder in extensions(node, *of_family("inputOutput")):
            for entry in list(holder.iterchildren(*of_family("inputParameter"), *of_family("outputParameter"))):
                if not len(entry):
                    _map(node, entry, entry.get("name"), entry.text, note)
            _tidy(holder)


def _map(node: Any, entry: Any, name: str | None, text: str | None, note: Note) -> None:
    written = expression(text) if text else None
    goes_in = "input" in entry.tag.rpartition("}")[2]
    if not name or not name.isidentifier() or written is None or (goes_in and node.tag not in _ACTIVITIES):
        return
    drop(entry)
    if node.tag not in _ACTIVITIES:
        told = f"放进 {add_qc(node, 'set', name=name, value=written)}"
    elif node.tag == _CALL and not goes_in and entry.getparent().tag == ZEEBE + "ioMapping":
        told = f"传回 {add_qc(node, 'output', name=name, value=written)}"
    else:
        _move(node, "dataInputAssociation" if goes_in else "dataOutputAssociation", name, written)
        told = f"{'办的时候' if goes_in else '办完后'} {name} = {written}"
    note(node.get("id"), told, "值按轻车的写法写")


def _move(node: Any, tag: str, name: str, written: str) -> None:
    association = node.makeelement(BPMN + tag, {})
    assignment = association.makeelement(BPMN + "assignment", {})
    for part, text in (("from", written), ("to", name)):
        made = assignment.makeelement(BPMN + part, {})
        made.text = text
        assignment.append(made)
    association.append(assignment)
    association.sourceline = node.sourceline
    node.append(association)


def _tidy(holder: Any) -> None:
    if all(entry.tag.startswith(DONE) for entry in holder.iterchildren("*")):
        drop(holder)
