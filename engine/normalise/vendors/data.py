"""Values a task writes when it is done: output mappings of other engines as `qc:set`, of calls as `qc:output`."""

from __future__ import annotations

from typing import Any

from engine.bpmn import BPMN, FLOW_NODES
from engine.normalise.notes import DONE, Note
from engine.normalise.vendors.document import FAMILY, ZEEBE, add_qc, drop, expression, extensions, of_family

_NODES = tuple(BPMN + tag for tag in sorted(FLOW_NODES))


def translate(root: Any, note: Note) -> None:
    for node in root.iter(_NODES):
        for holder in extensions(node, ZEEBE + "ioMapping"):
            for entry in list(holder.iterchildren(ZEEBE + "input", ZEEBE + "output")):
                _map(node, entry, entry.get("target"), entry.get("source"), note)
            _tidy(holder)
        for holder in extensions(node, *of_family("inputOutput")):
            for entry in list(holder.iterchildren(*of_family("outputParameter"))):
                if not len(entry):
                    _map(node, entry, entry.get("name"), entry.text, note)
            _tidy(holder)


def _map(node: Any, entry: Any, name: str | None, text: str | None, note: Note) -> None:
    call = node.tag == BPMN + "callActivity"
    comes = entry.tag == ZEEBE + "input"
    written = expression(text) if text else None
    if not name or written is None or (comes and not call) or not name.replace(".", "_").isidentifier() or "." in name:
        return
    # The values of a child case are not there yet when an output of the family is evaluated: it sees the caller's.
    kind = "input" if comes else "output" if call and not entry.tag.startswith(FAMILY) else "set"
    drop(entry)
    note(node.get("id"), f"{name} 写作 {add_qc(node, kind, name=name, value=written)}", "值按轻车的写法写")


def _tidy(holder: Any) -> None:
    if all(entry.tag.startswith(DONE) for entry in holder.iterchildren("*")):
        drop(holder)
