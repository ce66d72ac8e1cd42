"""Who does a task: assignees and candidates of other engines, and BPMN's own resource roles, as `qc:candidate`."""

from __future__ import annotations

import re
from typing import Any

from engine.bpmn import BPMN, PERSONAL
from engine.normalise.notes import Note
from engine.normalise.vendors.document import (
    FAMILY,
    ZEEBE,
    add_qc,
    attribute,
    drop,
    expression,
    extensions,
    is_expression,
)

_TASKS = tuple(BPMN + tag for tag in sorted(PERSONAL))
_ROLES = tuple(BPMN + tag for tag in ("potentialOwner", "humanPerformer", "performer"))
_GROUP = re.compile(r"^group\((.*)\)$")
_USER = re.compile(r"^user\((.*)\)$")


def translate(root: Any, note: Note) -> None:
    starter = _starter(root)
    for task in root.iter(_TASKS):
        _attributes(task, starter, note)
        for found in extensions(task, ZEEBE + "assignmentDefinition"):
            _users(task, found.get("assignee"), starter, note)
            _users(task, found.get("candidateUsers"), starter, note)
            _groups(task, found.get("candidateGroups"), note)
            drop(found)
        for role in list(task.iterchildren(*_ROLES)):
            _role(task, role, starter, note)
        _assigned(task, starter, note)


def _starter(root: Any) -> str | None:
    """The variable in which the family keeps who started the case."""
    for start in root.iter(BPMN + "startEvent"):
        for space in FAMILY:
            if start.get(space + "initiator"):
                return str(start.get(space + "initiator"))
    return None


def _attributes(task: Any, starter: str | None, note: Note) -> None:
    _users(task, attribute(task, "assignee"), starter, note)
    _users(task, attribute(task, "candidateUsers"), starter, note)
    _groups(task, attribute(task, "candidateGroups"), note)


def _role(task: Any, role: Any, starter: str | None, note: Note) -> None:
    text = "".join(t for node in role.iter(BPMN + "formalExpression") for t in node.itertext()).strip()
    if not text or role.find(BPMN + "resourceRef") is not None:
        return
    for part in re.split(r",(?![^()]*\))", text) if "{" not in text else [text]:
        group, user = _GROUP.match(part.strip()), _USER.match(part.strip())
        if group is not None:
            _groups(task, group.group(1), note)
        elif user is not None or role.tag != BPMN + "potentialOwner" or is_expression(part):
            _users(task, user.group(1) if user is not None else part, starter, note)
        else:
            _groups(task, part, note)
    if role.get("id"):
        note(role.get("id"), "照搬到任务的办理人里", "轻车把由谁办写在任务上")
    drop(role)


def _assigned(task: Any, starter: str | None, note: Note) -> None:
    """The task of jBPM has data inputs of these names; their texts are assigned to them."""
    named = {node.get("id"): node.get("name") for node in task.iter(BPMN + "dataInput")}
    for assignment in task.iter(BPMN + "assignment") if {"GroupId", "ActorId"} & set(named.values()) else ():
        source, target = assignment.find(BPMN + "from"), assignment.find(BPMN + "to")
        if source is None or target is None:
            continue
        text, name = "".join(source.itertext()).strip(), named.get("".join(target.itertext()).strip())
        if name == "GroupId":
            _groups(task, text, note)
        elif name == "ActorId":
            _users(task, text, starter, note)


def _users(task: Any, given: str | None, starter: str | None, note: Note) -> None:
    for text in _listed(given):
        if starter is not None and text in (f"${{{starter}}}", f"#{{{starter}}}"):
            _note(task, text, add_qc(task, "candidate", starter="true"), note)
            continue
        written = expression(text)
        if written is None:
            note(task.get("id"), f"办理人 {text} 没有照搬", "它要由别的引擎来算，请改写由谁办")
        else:
            _note(task, text, add_qc(task, "candidate", user=written), note)


def _groups(task: Any, given: str | None, note: Note) -> None:
    for text in _listed(given):
        if is_expression(text):
            note(task.get("id"), f"候选组 {text} 没有照搬", "轻车的岗位要写明，不能由流程算出来")
        else:
            _note(task, text, add_qc(task, "candidate", role=text), note)


def _listed(given: str | None) -> list[str]:
    if not given or not given.strip():
        return []
    if is_expression(given):
        return [given.strip()]
    return [bare for part in given.split(",") if (bare := part.strip().strip('"'))]


def _note(task: Any, text: str, written: str, note: Note) -> None:
    note(task.get("id"), f"由谁办：{text} 写作 {written}", "办理人按轻车的写法写")
