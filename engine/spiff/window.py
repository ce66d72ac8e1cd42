"""The live window of a case as bytes: unfinished tasks only, no specs, no clock, no process values.

The same state gives the same bytes. Layout: the JSON array
[version, counter, wave, kinds of process values, cancelled, [counts, root id, tasks], …subprocesses]; see `records`.
"""

from __future__ import annotations

import heapq
from typing import Any

import orjson

from engine.spiff.elements import Program
from engine.spiff.names import case_uid
from engine.spiff.records import leaf_of_workflow, leaves, pack, pack_inside, restore
from engine.spiff.scope import Scope
from engine.spiff.workflow import CaseWorkflow

VERSION = 2
_READ = (1, VERSION)


def dump(top: CaseWorkflow) -> bytes:
    """Return the window of a case that is between tasks."""
    top.prune()
    parts: list[Any] = [VERSION, top.counter, top.wave, top.scope.kinds, int(top.cancelled), pack(top)]
    parts.extend(inside if type(inside) is list else pack_inside(inside) for inside in top.subprocesses.kept())
    return orjson.dumps(parts)


def load(program: Program, blob: bytes, values: dict[str, Any], case_id: str) -> CaseWorkflow:
    """Return the workflow a window was taken of; `values` become its process values (the dict itself is not kept)."""
    version, counter, wave, kinds, cancelled, body, *insides = orjson.loads(blob)
    if version not in _READ:
        raise ValueError(f"window version {version} is not {VERSION}")
    top = CaseWorkflow(program, case_uid(case_id), Scope(dict(values), kinds=kinds))
    restore(top, body)
    for inside in insides:
        top.subprocesses[inside[0]] = inside
    for inside in insides:
        if inside[4]:
            top.subprocesses[inside[0]]
    top.counter, top.wave, top.cancelled = counter, wave, bool(cancelled)
    top.completed = not top.live
    heapq.heapify(top.ready)
    return top


def canonical(top: CaseWorkflow) -> dict[str, Any]:
    """Return what the digest of a case is taken of: its values and a share for each live task and subprocess."""
    return {
        "state": "cancelled" if top.cancelled else "completed" if top.completed else "running",
        "tasks": leaves(top),
        "inside": sorted(leaf_of_workflow(inside) for inside in top.subprocesses.kept()),
        "values": top.scope.values,
        "kinds": top.scope.kinds,
    }
