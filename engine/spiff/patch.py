"""JSON Patch (RFC 6902) on the values of a case: add, replace, remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from engine.errors import CannotOperate


def apply(values: Mapping[str, Any], patch: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return new values; raises CannotOperate for a pointer that leads nowhere."""
    made: dict[str, Any] = deepcopy(dict(values))
    for step in patch:
        _apply(made, step)
    return made


def tokens_of(pointer: str) -> list[str]:
    """Return the reference tokens of a JSON pointer (RFC 6901)."""
    if not pointer.startswith("/") or pointer == "/":
        raise CannotOperate(why=f"“{pointer}”不是值的位置，位置以 / 开头，例如 /decision")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def _apply(values: dict[str, Any], step: Mapping[str, Any]) -> None:
    pointer, op = str(step["path"]), step["op"]
    *way, last = tokens_of(pointer)
    here: Any = values
    for part in way:
        here = _member(here, part, pointer)
    if isinstance(here, dict):
        if op != "add" and last not in here:
            raise _nowhere(pointer)
        if op == "remove":
            del here[last]
        else:
            here[last] = deepcopy(step["value"])
    elif isinstance(here, list):
        _in_list(here, op, last, step, pointer)
    else:
        raise _nowhere(pointer)


def _in_list(here: list[Any], op: str, last: str, step: Mapping[str, Any], pointer: str) -> None:
    if op == "add":
        place = len(here) if last == "-" else _index(last, len(here) + 1, pointer)
        here.insert(place, deepcopy(step["value"]))
        return
    place = _index(last, len(here), pointer)
    if op == "remove":
        del here[place]
    else:
        here[place] = deepcopy(step["value"])


def _member(here: Any, part: str, pointer: str) -> Any:
    if isinstance(here, dict) and part in here:
        return here[part]
    if isinstance(here, list):
        return here[_index(part, len(here), pointer)]
    raise _nowhere(pointer)


def _index(part: str, length: int, pointer: str) -> int:
    if not part.isascii() or not part.isdigit() or (part != "0" and part.startswith("0")) or int(part) >= length:
        raise _nowhere(pointer)
    return int(part)


def _nowhere(pointer: str) -> CannotOperate:
    return CannotOperate(why=f"这件事里没有“{pointer}”这个值")
