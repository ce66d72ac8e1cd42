"""The buttons of rows, without a script: what was typed is changed and the page is shown again.

A button is a submit named `_add:/table`, `_remove:/table/2`, `_up:…`, `_down:…`, `_pick:/place`, `_fill:/table` or
`_step:2`. The last two are carried out where files and problems are known (`filling.py`, `steps.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from forms import pointer as pointers
from forms import values
from forms.spot import Spot
from forms.values import Typed

MOST_ROWS = 2000
_ACTION = re.compile(r"_(add|remove|up|down|pick|fill|step):(.*)", re.DOTALL)


def read(key: object) -> tuple[str, str] | None:
    """Take the name of a posted button apart into action and pointer."""
    hit = _ACTION.fullmatch(str(key))
    return (hit[1], hit[2]) if hit else None


def table_of(action: str, pointer: str) -> tuple[str, ...]:
    """Find the table an action is about."""
    path = pointers.split(pointer)
    return path if action in ("add", "fill") else path[:-1]


def carry_out(keys: Iterable[object], typed: Typed, root: Spot) -> str | None:
    """Carry out the pressed button on what was typed; answers its name without the underscore."""
    for key in keys:
        hit = read(key)
        if hit is not None:
            _act(hit[0], hit[1], typed, root)
            return f"{hit[0]}:{hit[1]}"
    return None


def _act(action: str, pointer: str, typed: Typed, root: Spot) -> None:
    path, table = pointers.split(pointer), table_of(action, pointer)
    where = pointers.of(table)
    spot = root.at(where)
    if (
        action in ("pick", "fill", "step")
        or spot.pointer != where
        or spot.right != "write"
        or spot.shape not in ("rows", "map")
    ):
        return
    if spot.shape == "map":
        _act_on_map(action, path, typed, table)
        return
    rows = typed.rows(table)
    if not isinstance(rows, list):
        return
    origins = typed.origins.setdefault(where, [index for index, _ in enumerate(rows)])
    origins += [None] * (len(rows) - len(origins))
    del origins[len(rows) :]
    if action == "add":
        most = spot.schema.get("maxItems")
        if len(rows) < (most if isinstance(most, int) else MOST_ROWS):
            rows.append(None)
            origins.append(None)
        return
    index = int(path[-1]) if path[-1].isdecimal() and len(path[-1]) < 7 else len(rows)
    if index >= len(rows) or index < spot.fixed:
        return
    other = {"up": index - 1, "down": index + 1}.get(action)
    for listed in (rows, origins):
        if other is None:
            listed.pop(index)
        elif spot.fixed <= other < len(rows):
            listed[index], listed[other] = listed[other], listed[index]


def _act_on_map(action: str, path: tuple[str, ...], typed: Typed, table: tuple[str, ...]) -> None:
    held = values.ensure(typed, table, {})
    if not isinstance(held, dict):
        return
    if action == "add":
        held.setdefault("", None)
    elif action == "remove":
        held.pop(path[-1], None)
