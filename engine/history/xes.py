"""Event logs for process mining: XES (IEEE 1849) and OCEL 2.0, written as they are read.

Units stand for who acted; people are left out: logs are for comparing processes, not persons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, TextIO

from lxml import etree

from engine.calendar import Calendar
from engine.history.traces import Activity, Trace, as_one

_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Cost", "cost", "http://www.xes-standard.org/cost.xesext"),
    ("Identity", "identity", "http://www.xes-standard.org/identity.xesext"),
)
# Lifecycle extension: the standard transition of what was taken back before it was done.
_TRANSITIONS = {"completed": "complete", "cancelled": "ate_abort"}
_CURRENCY = "working hours"
# What XML 1.0 cannot hold, section 2.2; a name typed with it is told without it.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xes(
    traces: Iterable[Trace], out: BinaryIO, *, calendar: Calendar, starts: bool = False, instances: bool = False
) -> tuple[int, int]:
    """Write traces as one XES 1.0 log; return (traces, events) written.

    Each activity is one event when it ends, with `start_timestamp` and its working hours as cost. starts: also an event
    when it begins. instances: every instance of a multi-instance is an event of its own; else it is one, as drawn.
    """
    count = events = 0
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("log", {"xes.version": "1.0", "xes.features": "", "xmlns": "http://www.xes-standard.org/"}):
            for name, prefix, uri in _EXTENSIONS:
                file.write(etree.Element("extension", name=name, prefix=prefix, uri=uri))
            file.write(_global("trace", {"concept:name": ""}))
            file.write(_global("event", {"concept:name": "", "lifecycle:transition": "complete"}))
            file.write(etree.Element("classifier", name="Activity", keys="concept:name"))
            file.write(etree.Element("classifier", name="Activity and state", keys="concept:name lifecycle:transition"))
            for trace in traces:
                element, written = _trace(trace, calendar, starts=starts, instances=instances)
                file.write(element)
                count, events = count + 1, events + written
    return count, events


def write_ocel(traces: Iterable[Trace], out: TextIO) -> tuple[int, int]:
    """Write traces as one OCEL 2.0 JSON document; return (objects, events) written.

    Objects are cases (their type is the definition) and units; a case names its parent and its unit.
    """
    objects: dict[str, dict[str, Any]] = {}
    events: list[dict[str, Any]] = []
    types: dict[str, None] = {}
    for trace in traces:
        related = [_related(trace.unit_id, "unit")]
        if trace.parent_case_id:
            related.append(_related(trace.parent_case_id, "parent"))
        attributes = [
            {"name": "number", "time": _utc(trace.started_at), "value": trace.number or ""},
            {"name": "version", "time": _utc(trace.started_at), "value": trace.version},
            {"name": "state", "time": _utc(trace.ended_at or trace.started_at), "value": trace.state},
        ]
        objects[trace.case_id] = {
            "id": trace.case_id, "type": trace.definition, "attributes": attributes, "relationships": related,
        }  # fmt: skip
        for place, one in enumerate(trace.activities):
            types.setdefault(one.name)
            objects.setdefault(one.unit_id, _unit(one.unit_id, one.unit_name))
            events.append(
                {
                    "id": f"{trace.case_id}/{place}", "type": one.name, "time": _utc(one.at),
                    "attributes": [
                        {"name": "start", "value": _utc(one.since)}, {"name": "state", "value": one.ended},
                    ],
                    "relationships": [_related(trace.case_id, "case"), _related(one.unit_id, "done by")],
                }
            )  # fmt: skip
        objects.setdefault(trace.unit_id, _unit(trace.unit_id, trace.unit_name))
    # What lies outside the span is named by a case in it: it is an object without more, so that no reference hangs.
    for found in list(objects.values()):
        for each in found["relationships"]:
            objects.setdefault(
                each["objectId"], {"id": each["objectId"], "type": "case", "attributes": [], "relationships": []}
            )
    declared = {
        "objectTypes": [
            {"name": name, "attributes": _declared(objects, name)}
            for name in sorted({o["type"] for o in objects.values()})
        ],
        "eventTypes": [
            {"name": name, "attributes": [{"name": "start", "type": "time"}, {"name": "state", "type": "string"}]}
            for name in types
        ],
    }
    json.dump({**declared, "objects": list(objects.values()), "events": events}, out, ensure_ascii=False)
    return len(objects), len(events)


def _trace(trace: Trace, calendar: Calendar, *, starts: bool, instances: bool) -> tuple[Any, int]:
    element = etree.Element("trace")
    _put(element, "concept:name", trace.number or trace.case_id)
    _put(element, "identity:id", trace.case_id, "id")
    _put(element, "definition", trace.definition)
    _put(element, "version", trace.version)
    _put(element, "state", trace.state)
    _put(element, "org:group", trace.unit_name)
    if trace.parent_case_id:
        _put(element, "parent", trace.parent_case_id, "id")
    _put(element, "conforms", trace.conforms)
    told: Sequence[Activity] = trace.activities if instances else as_one(trace.activities)
    lines = [(one.at, 1, place, one) for place, one in enumerate(told)]
    if starts:
        lines += [(one.since, 0, place, one) for place, one in enumerate(told)]
    for at, ends, place, one in sorted(lines, key=lambda line: line[:3]):
        element.append(_event(one, at, calendar, ends=bool(ends), place=place))
    return element, len(lines)


def _event(one: Activity, at: datetime, calendar: Calendar, *, ends: bool, place: int) -> Any:
    element = etree.Element("event")
    _put(element, "concept:name", one.name)
    _put(element, "concept:instance", str(place))
    _put(element, "lifecycle:transition", _TRANSITIONS[one.ended] if ends else "start")
    _put(element, "time:timestamp", at)
    _put(element, "org:group", one.unit_name)
    _put(element, "element", one.element)
    _put(element, "type", one.type)
    _put(element, "as_drawn", one.as_drawn)
    if ends:
        _put(element, "start_timestamp", one.since)
        _put(element, "cost:total", round(calendar.between(one.since, one.at).total_seconds() / 3600, 3))
        _put(element, "cost:currency", _CURRENCY)
        if one.instances > 1:
            _put(element, "instances", one.instances)
    return element


def _global(scope: str, names: Mapping[str, str]) -> Any:
    element = etree.Element("global", scope=scope)
    for name, value in names.items():
        _put(element, name, value)
    return element


def _put(parent: Any, key: str, value: object, tag: str = "") -> None:
    text = _utc(value) if isinstance(value, datetime) else _NOT_XML.sub("\ufffd", str(value))
    if isinstance(value, bool):
        tag, text = "boolean", text.lower()
    elif isinstance(value, int):
        tag = "int"
    elif isinstance(value, float):
        tag = "float"
    elif isinstance(value, datetime):
        tag = "date"
    etree.SubElement(parent, tag or "string", key=key, value=text)


def _utc(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _related(object_id: str, qualifier: str) -> dict[str, str]:
    return {"objectId": object_id, "qualifier": qualifier}


def _unit(unit_id: str, name: str) -> dict[str, Any]:
    return {
        "id": unit_id, "type": "unit", "relationships": [],
        "attributes": [{"name": "name", "time": "1970-01-01T00:00:00.000+00:00", "value": name}],
    }  # fmt: skip


def _declared(objects: Mapping[str, Any], kind: str) -> list[dict[str, str]]:
    if kind == "unit":
        return [{"name": "name", "type": "string"}]
    if not any(one["attributes"] for one in objects.values() if one["type"] == kind):
        return []
    return [
        {"name": name, "type": kind}
        for name, kind in (("number", "string"), ("version", "integer"), ("state", "string"))
    ]
