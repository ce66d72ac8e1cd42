"""Findings about who does what: tasks without a form, approving one's own work, words that cross a red line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from engine.lint.texts import finding
from engine.spiff.elements import PERSONAL, Body, Element, Program

Crossed = Callable[[str, str], str | None]

_APPROVES = re.compile(r"审|批准|批复|核准|复核|准入|裁定|approv|review|sign.?off", re.IGNORECASE)


def look(program: Program, crossed: Crossed | None) -> Iterator[dict[str, Any]]:
    """Yield the findings of a program; crossed(words, language) names the red line that words cross, or None."""
    for body in program.bodies():
        for node in body.nodes:
            if node.type == "userTask" and node.candidates and node.form is None:
                yield finding("no-form", node.id, node.line, name=node.name)
        yield from _own_approvals(body)
    if crossed is not None:
        yield from _red_lines(program, crossed)


def _own_approvals(body: Body) -> Iterator[dict[str, Any]]:
    """Find steps that approve, by their name, right after a step the same people do that does not."""
    nodes = {node.id: node for node in body.nodes}
    leaving: dict[str, list[str]] = {}
    for flow in body.flows:
        leaving.setdefault(flow.source, []).append(flow.target)
    told: set[str] = set()
    for node in body.nodes:
        who = _who(node)
        if not who or _approves(node):
            continue
        for later in _next_people(node.id, nodes, leaving):
            if _approves(later) and _who(later) == who and later.id not in told:
                told.add(later.id)
                yield finding("self-approval", later.id, later.line, name=later.name, other=node.name)


def _next_people(at: str, nodes: dict[str, Element], leaving: dict[str, list[str]]) -> list[Element]:
    """Return the tasks of people that come next after a node, whatever the machine does in between."""
    seen, found = {at}, []
    todo = list(leaving.get(at, ()))
    while todo:
        here = todo.pop()
        node = nodes.get(here)
        if node is None or here in seen:
            continue
        seen.add(here)
        if node.type in PERSONAL:
            found.append(node)
        else:
            todo += leaving.get(here, ())
    return sorted(found, key=lambda node: node.order)


def _who(node: Element) -> frozenset[tuple[str, ...]]:
    """Say who may do a task, where the diagram says it by role or as the starter; else nothing."""
    if node.type not in PERSONAL or any(each.user is not None for each in node.candidates):
        return frozenset()
    return frozenset(
        ("starter",) if each.starter else (each.role or "", each.unit.text if each.unit else "")
        for each in node.candidates
    )


def _approves(node: Element) -> bool:
    return bool(_APPROVES.search(node.name))


def _red_lines(program: Program, crossed: Crossed) -> Iterator[dict[str, Any]]:
    lines = {program.id: program.line}
    texts = [(program.id, program.name), (program.id, program.documentation or "")]
    for node in program.elements.values():
        lines[node.id] = node.line
        texts += [(node.id, node.name), (node.id, node.documentation or "")]
    told: set[str] = set()
    for element_id, words in texts:
        why = crossed(words, "zh")
        if why is None or element_id in told:
            continue
        told.add(element_id)
        name = words.strip()[:60]
        made = finding("red-line", element_id, lines[element_id], name=name, why=why)
        yield made | {"en": finding("red-line", None, None, name=name, why=crossed(words, "en") or why)["en"]}
