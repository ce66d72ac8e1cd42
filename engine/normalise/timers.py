"""Times as other tools write them, in the form ISO 8601 and BPMN give them."""

from __future__ import annotations

import re
from typing import Any

from engine.bpmn import BPMN
from engine.normalise.notes import Note

_KINDS = tuple(BPMN + name for name in ("timeDate", "timeDuration", "timeCycle"))
_CYCLE = re.compile(r"^R\d*/\S+$")
_PLAIN = re.compile(r"(?i)^(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m(?:in)?)?\s*(?:(\d+)s)?\s*(?:(\d+)ms)?$")
_LOWER = re.compile(r"^p(?=.)[\dymwdths.]+$")


def tidy(root: Any, note: Note) -> None:
    """Write durations such as `10s`, `500ms` or `pt1h` as ISO 8601, and call a cycle a cycle."""
    for timer in root.iter(BPMN + "timerEventDefinition"):
        owner = timer.getparent().get("id")
        given = list(timer.iterchildren(*_KINDS))
        written = [node for node in given if (node.text or "").strip()]
        for node in given:
            if node not in written and written:
                timer.remove(node)
                note(owner, f"空的 {node.tag[len(BPMN) :]} 不读", "同一个定时里另外写了时间")
        for node in written:
            _tidy(node, owner, note)


def _tidy(node: Any, owner: str | None, note: Note) -> None:
    text = node.text.strip()
    first, several, rest = text.partition("###")
    made = _iso(rest) and f"R/{_iso(rest)}" if several and _iso(first) else _iso(text)
    if made:
        node.text = made
        note(owner, f"时间 {text} 写作 {made}", "时长按 ISO 8601 写")
    if _CYCLE.match(node.text.strip()):
        if node.tag != BPMN + "timeCycle":
            note(owner, f"{node.tag[len(BPMN) :]} 当作周期（timeCycle）", f"{text} 是一个周期")
            node.tag = BPMN + "timeCycle"
        if node.text.count("/") > 1:
            note(owner, "周期从到达时算起", f"{text} 里写的起止时间不读，只读每隔多久")


def _iso(text: str) -> str | None:
    bare = text.strip()
    if _LOWER.match(bare):
        return bare.upper()
    found = _PLAIN.match(bare)
    if not bare or found is None or bare.isdigit():
        return None
    days, hours, minutes, seconds, milliseconds = found.groups()
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
    if seconds or milliseconds:
        whole, part = divmod(int(milliseconds or 0), 1000)
        time += f"{int(seconds or 0) + whole}" + (f".{part:03d}".rstrip("0") if part else "") + "S"
    return "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")
