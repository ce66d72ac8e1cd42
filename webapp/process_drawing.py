"""What the process designer's pages show: what may be picked, what is wrong, what a new version changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine import library, posts, units
from engine.checking import check_bytes
from engine.spiff import parse
from engine.spiff.elements import Element
from forms.redlines import crossed
from webapp.form_fields import published
from webapp.language import language

_PLANE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" xmlns:qc="urn:qingche:bpmn:1"
    id="definitions_{key}" targetNamespace="urn:qingche:drawn"
    expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/">
  <bpmn:process id="{key}" name={name} isExecutable="true">
    <bpmn:startEvent id="start" name="开始" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="{key}">
      <bpmndi:BPMNShape id="start_di" bpmnElement="start"><dc:Bounds x="180" y="180" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="187" y="223" width="22" height="14" /></bpmndi:BPMNLabel></bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""

# Paths are "/root/…/own/": the root and what is right below it.
_TOP = 3
_MOST_UNITS = 80


@dataclass(frozen=True)
class Difference:
    """One element that came, went or reads otherwise; what: added, removed, changed; parts: which of its sayings."""

    what: str
    element_id: str
    name: str
    type: str
    parts: tuple[str, ...] = ()


def blank(key: str, name: str) -> str:
    """Write an empty diagram with a start event."""
    return _PLANE.format(key=key, name=quoteattr(name))


def palette(session: Session) -> dict[str, Any]:
    """List what a diagram may name: published forms with their views, decisions, processes, registers, and roles."""
    looks = {each.key: list(each.meta.get("views") or []) for each in library.listed(session, "ui")}
    forms = [
        {"key": each.key, "name": each.name, "ui": ui if (ui := _look_of(each.key)) in looks else "",
         "views": looks.get(_look_of(each.key), [])}
        for each in library.listed(session, "form")
    ]  # fmt: skip
    named = {
        kind: [{"key": each.key, "name": each.name} for each in library.listed(session, kind)]
        for kind in ("decision", "process", "register")
    }
    roles = [{"key": role, "name": _role_name(role, names)} for role, names in posts.roles(session).items()]
    return {"forms": forms, **named, "roles": roles, "units": _units(session)}


def findings(session: Session, key: str, xml: str) -> list[dict[str, Any]]:
    """List what keeps a diagram from being published, and what was changed or remarked while it was read.

    Each: {severity, element_id, line, message}.
    """
    content = xml.encode()
    told = [
        {"severity": "remark", "element_id": None, "line": None, "message": message}
        for message in _unready(content, key)
    ]
    errors = library.examine(session, "process", key, content)
    report = check_bytes(content, f"{key}.bpmn", crossed=crossed, fields=published(session))
    said = "en" if language() == "en" else "message"
    return told + [
        {"severity": "error", "element_id": each["element_id"], "line": each["line"], "message": each["message"]}
        for each in errors
    ] + [
        {"severity": "remark", "element_id": each["element_id"], "line": None,
         "message": f"{each['what']}（{each['why']}）"}
        for each in report.changes
    ] + [
        {"severity": "remark", "element_id": each["element_id"], "line": each["line"], "message": each[said]}
        for each in report.remarks
    ]  # fmt: skip


def _unready(content: bytes, key: str) -> list[str]:
    """Say what keeps a correct diagram from being of use to anybody yet."""
    program = parse(content, f"{key}.bpmn").processes.get(key)
    if program is None:
        return []
    told = []
    if not any(each.type != "startEvent" for each in program.elements.values()):
        told.append(_("还没有步骤：从左边拖一个，或点开始旁边的方框"))
    if not program.starters:
        told.append(_("没有写谁能发起：发布后只有别的流程能用到它"))
    return told


def differences(old: bytes | None, new: bytes, key: str) -> list[Difference]:
    """List the elements that differ between two versions; layout does not count."""
    before, after = _sayings(old, key) if old else {}, _sayings(new, key)
    found = []
    for element_id, (name, kind, told) in after.items():
        if element_id not in before:
            found.append(Difference("added", element_id, name, kind))
            continue
        was = before[element_id][2]
        parts = tuple(sorted(part for part in {*was, *told} if was.get(part) != told.get(part)))
        if parts:
            found.append(Difference("changed", element_id, name, kind, parts))
    gone = [(element_id, each) for element_id, each in before.items() if element_id not in after]
    return found + [Difference("removed", element_id, name, kind) for element_id, (name, kind, _told) in gone]


def marked(xml: str, differences: list[Difference]) -> dict[str, Any]:
    """Return a diagram with what is new or changed in it marked, as `data-diagram` takes it."""
    looks = {"added": ("done", _("新")), "changed": ("back", _("改"))}
    marks = {
        each.element_id: {"state": looks[each.what][0], "count": looks[each.what][1]}
        for each in differences
        if each.what in looks and each.type != "sequenceFlow"
    }
    return {"xml": xml, "marks": marks}


def _sayings(content: bytes, key: str) -> dict[str, tuple[str, str, dict[str, str]]]:
    program = parse(content, f"{key}.bpmn").processes.get(key)
    if program is None:
        return {}
    found = {each.id: (each.name, each.type, _said(each)) for each in program.elements.values()}
    for body in program.bodies():
        for flow in body.flows:
            told = {"from": flow.source, "to": flow.target, "condition": flow.condition.text if flow.condition else ""}
            found[flow.id] = (flow.name or flow.id, "sequenceFlow", {**told, "default": str(flow.default)})
    return found


def _said(element: Element) -> dict[str, str]:
    """Tell what an element says about itself, part by part, as text to compare."""
    parts = {
        "name": element.name, "documentation": element.documentation, "form": element.form,
        "candidates": element.candidates, "due": element.due, "lookups": element.lookups, "sets": element.sets,
        "inputs": element.inputs, "outputs": element.outputs, "script": element.script, "decision": element.decision,
        "called": element.called, "event": element.event, "loop": element.loop, "attached": element.attached_to,
    }  # fmt: skip
    return {part: repr(value) for part, value in parts.items() if value}


def _units(session: Session) -> list[dict[str, str]]:
    """List the units at the top of the tree, the ones a diagram may name by their code."""
    root = next(iter(units.search(session, "", limit=1)), None)
    if root is None:
        return []
    below = units.units_under(session, root.root_unit_id)
    near = [each for each in below if each.path.count("/") <= _TOP][:_MOST_UNITS]
    return [{"key": each.code, "name": each.name} for each in near]


def _role_name(role: str, names: list[str]) -> str:
    """Tell a role by the posts people know; its own name follows, which is what the file says."""
    return f"{'、'.join(names[:3])}（{role}）" if names else role


def _look_of(form: str) -> str:
    return form.replace(".schema.json", ".ui.json")
