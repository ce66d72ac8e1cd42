"""Scripts that are one expression with a variable for its value, as the context our script tasks are."""

from __future__ import annotations

from typing import Any

from engine.bpmn import BPMN
from engine.feel import juel
from engine.normalise.notes import Note
from engine.normalise.vendors.document import ZEEBE, attribute, drop, expression, extensions, peek

_SCRIPT = BPMN + "script"
_FEEL = frozenset({"feel", "feel-scala", "http://www.omg.org/spec/feel/20140401", "juel"})


def translate(root: Any, note: Note) -> None:
    for task in root.iter(BPMN + "scriptTask"):
        for found in extensions(task, ZEEBE + "script"):
            _write(task, found.get("expression") or "", found.get("resultVariable"), note)
            drop(found)
        script = task.find(_SCRIPT)
        said = task.get("scriptFormat", "").strip().lower()
        if script is not None and said in _FEEL and peek(task, "resultVariable"):
            text = (script.text or "").strip()
            _write(task, text if juel.is_juel(text) else f"={text}", attribute(task, "resultVariable"), note)


def _write(task: Any, text: str, variable: str | None, note: Note) -> None:
    written = expression(text)
    if written is None or not variable:
        return
    script = task.find(_SCRIPT)
    if script is None:
        script = task.makeelement(_SCRIPT, {})
        script.sourceline = task.sourceline
        task.append(script)
    script.text = f"{{{juel.quoted(variable)}: {written}}}"
    task.attrib.pop("scriptFormat", None)
    note(task.get("id"), f"脚本写作 {script.text}", f"它把结果放进 {variable}")
