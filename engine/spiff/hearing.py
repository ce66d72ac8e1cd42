"""Who waits for a message or signal, found without making tasks of the records of all who do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from engine.spiff.records import STATE
from engine.spiff.task import WAITING, CaseTask

if TYPE_CHECKING:
    from engine.spiff.build import CaseProcessSpec
    from engine.spiff.workflow import CaseSubWorkflow, CaseWorkflow

BODY = 5  # of the record of a subprocess instance


def waiting_for(top: CaseWorkflow, kind: str, name: str) -> list[CaseTask]:
    """Return the tasks of the case that wait for a message or signal of this name, oldest first."""
    found = [place.tasks[key] for place, key, spec in _waiting(top, kind) if spec.element.event.name == name]
    return sorted(found, key=lambda task: task.id)


def names_waited_for(top: CaseWorkflow, kind: str) -> list[str]:
    """Return the names of the messages or signals the case waits for, sorted."""
    return sorted({spec.element.event.name for _, _, spec in _waiting(top, kind)})


def _waiting(top: CaseWorkflow, kind: str) -> Iterator[tuple[CaseWorkflow | CaseSubWorkflow, int, Any]]:
    """Yield (where, task id, spec) of those who wait for anything of a kind."""
    names = _hearing(top.spec, kind)
    quoted = [orjson.dumps(name).decode() for name in names]
    places: list[Any] = [top] if names else []
    for host, kept in list(dict.items(top.subprocesses)) if names else ():
        if type(kept) is not list:
            places.append(kept)
        elif any(name in kept[BODY] for name in quoted):
            places.append(top.subprocesses[host])
    for place in places:
        for key, kept in list(dict.items(place.tasks)):
            name, state = (kept[1], kept[STATE]) if type(kept) is list else (kept.task_spec.name, kept._state)
            if name in names and state == WAITING:
                spec = place.spec.task_specs[name]
                if spec.element.event is not None and spec.element.event.kind == kind:
                    yield place, key, spec


def _hearing(spec: CaseProcessSpec, kind: str) -> frozenset[str]:
    """Return the names of the specs that hear messages or signals, of the process and all subprocesses in it."""
    if kind not in spec.hearing:
        found: set[str] = set()
        todo = [spec]
        while todo:
            at = todo.pop()
            todo.extend(at.inside.values())
            found.update(
                name
                for name, node in at.task_specs.items()
                if getattr(node, "hears", False) and node.element.event.kind == kind
            )
        spec.hearing[kind] = frozenset(found)
    return spec.hearing[kind]
