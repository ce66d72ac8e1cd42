"""Foreign BPMN -> the BPMN we run: the document as read from the file is rewritten in memory, every change listed.

The stored artifact keeps its bytes; what is built and run is the normalised document. A file that declares our own
vocabulary (`urn:qingche:bpmn:1`) was drawn for us and is held to our rules instead: there only names are read as
BPMN says, and nothing is filled in. Called by `engine.spiff.reading` before elements are built; knows no engine.
"""

from __future__ import annotations

from typing import Any

from engine.bpmn import QC
from engine.normalise import calls, flows, identifiers, kept, namespaces, references, shared, timers, vendors
from engine.normalise.notes import Note

__all__ = ["Note", "is_foreign", "normalise"]


def normalise(root: Any, note: Note) -> Any:
    """Rewrite a document in place and return its `definitions`, which is `root` or stands inside it.

    note(element_id, what, why) is called once for each change, and for each part that is kept but does nothing.
    """
    root = namespaces.adopt(root, note)
    references.tidy(root)
    if not is_foreign(root):
        return root
    identifiers.complete(root, note)
    references.resolve(root)
    calls.inline(root, note)
    vendors.translate(root, note)
    shared.complete(root, note)
    timers.tidy(root, note)
    kept.note_all(root, note)
    flows.mend(root, note)
    return root


def is_foreign(root: Any) -> bool:
    """Tell whether a file was drawn without our vocabulary; decides between filling in and refusing."""
    if QC[1:-1] in root.nsmap.values():
        return False
    return next(root.iter(QC + "*"), None) is None
