"""Findings about tokens: what the soundness verdict of each level means to who draws it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.texts import finding
from engine.soundness import Judged, judge
from engine.spiff.elements import Body, Element, Program

_AT_ONCE = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "scriptTask", "businessRuleTask"}
)


def look(program: Program, *, strict: bool) -> Iterator[dict[str, Any]]:
    """Yield what is wrong with the ways through a program; strict: what surely hangs is an error."""
    for judged in reversed(judge(program)):
        yield from _level(program, judged, strict=strict)
    for body in program.bodies():
        yield from _loops(body, strict=strict)


def _level(program: Program, judged: Judged, *, strict: bool) -> Iterator[dict[str, Any]]:
    body, verdict = judged.level.body, judged.verdict
    hard = "error" if strict and not judged.saved else "remark"
    unreached = _first_dead(body, verdict.reached, verdict.never) if verdict.decided else set()
    circling = _first(body, verdict.circling)
    for node in body.nodes:
        if node.id in verdict.never:
            yield finding("join-never", node.id, node.line, severity=hard, name=node.name)
        elif node.id in verdict.waits:
            yield finding("join-may-wait", node.id, node.line, name=node.name)
        if node.id in verdict.twice:
            yield finding("taken-twice", node.id, node.line, name=node.name)
        if node.id in unreached:
            yield finding("dead-branch", node.id, node.line, name=node.name)
        if node.id == circling:
            yield finding("no-end", node.id, node.line, name=node.name)
    if not verdict.decided:
        owner = judged.level.owner
        at, line, name = (
            (program.id, program.line, program.name) if owner is None else (owner.id, owner.line, owner.name)
        )
        yield finding("undecided", at, line, name=name)


def _first(body: Body, among: set[str]) -> str | None:
    return next((node.id for node in body.nodes if node.id in among), None)


def _first_dead(body: Body, reached: set[str], never: set[str]) -> set[str]:
    """Of what is never reached, where it begins: what lies behind needs no finding of its own.

    What no flow leads to at all is told by the checks, and what lies behind a join that waits for ever by that join.
    """
    hosts = {node.id: node.attached_to for node in body.nodes if node.attached_to}
    alive = reached - never
    found = {flow.target for flow in body.flows if flow.source in alive and flow.target not in reached}
    kinds = {"error", "escalation", "cancel", "compensate"}  # Told by the checks: what they wait for is never thrown.
    quiet = {n.id for n in body.nodes if n.event is not None and n.event.kind in kinds}
    return found | {event for event, host in hosts.items() if host in alive and event not in reached | quiet}


# ---- loops in which nothing waits ------------------------------------------------------------


def _loops(body: Body, *, strict: bool) -> Iterator[dict[str, Any]]:
    """Find circles of steps that are all done at once; with no way out of one the engine would never come to rest."""
    quick = {node.id: node for node in body.nodes if _is_quick(node)}
    ways: dict[str, list[str]] = {key: [] for key in quick}
    out: dict[str, list[str]] = {key: [] for key in quick}
    for flow in body.flows:
        if flow.source in quick:
            out[flow.source].append(flow.target)
            if flow.target in quick:
                ways[flow.source].append(flow.target)
    for circle in _circles(ways):
        first = min((quick[key] for key in circle), key=lambda node: node.order)
        leaves = any(target not in circle for key in circle for target in out[key])
        if leaves:
            yield finding("busy-loop", first.id, first.line, name=first.name)
        else:
            yield finding(
                "endless-loop", first.id, first.line, severity="error" if strict else "remark", name=first.name
            )


def _is_quick(node: Element) -> bool:
    if node.acts_as is not None or node.topic:
        return False
    if node.type == "intermediateThrowEvent":
        return True
    if node.type == "intermediateCatchEvent":
        return node.event is not None and node.event.kind == "link"
    if node.type == "sendTask":
        return node.event is not None
    return node.type in _AT_ONCE


def _circles(ways: dict[str, list[str]]) -> list[set[str]]:
    """Return the strongly connected parts with a cycle (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    held: set[str] = set()
    found: list[set[str]] = []
    for root in ways:
        if root in index:
            continue
        work = [(root, iter(ways[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        held.add(root)
        while work:
            at, following = work[-1]
            fresh = next((each for each in following if each not in index), None)
            if fresh is not None:
                index[fresh] = low[fresh] = len(index)
                stack.append(fresh)
                held.add(fresh)
                work.append((fresh, iter(ways[fresh])))
                continue
            work.pop()
            low[at] = min([low[at], *(low[each] for each in ways[at] if each in held)])
            if low[at] == index[at]:
                part: set[str] = set()
                while at not in part:
                    part.add(stack.pop())
                held -= part
                if len(part) > 1 or at in ways[at]:
                    found.append(part)
    return found
