"""JSON pointers (RFC 6901) and the element ids and input names made from them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

Path = tuple[str, ...]

_ODD = re.compile(r"[^\w]")


@lru_cache(maxsize=8192)
def split(pointer: str) -> Path:
    """Cut `/a/b~1c` into `("a", "b/c")`; the empty pointer is the root."""
    if not pointer or pointer == "/":
        return ()
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.lstrip("#").lstrip("/").split("/"))


def escape_token(token: str) -> str:
    """Escape one reference token."""
    if "~" in token or "/" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def join(parent: str, key: str | int) -> str:
    """Append one reference token to a pointer."""
    return f"{parent}/{escape_token(str(key))}"


def of(path: Path) -> str:
    """Write a path as a pointer."""
    return "".join("/" + escape_token(part) for part in path)


def get(data: Any, pointer: str, default: Any = None) -> Any:
    """Read the value at a pointer, or `default` when there is none."""
    for part in split(pointer):
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return default
    return data


@lru_cache(maxsize=8192)
def element_id(pointer: str, prefix: str = "f") -> str:
    """Name the HTML id of the field at a pointer; the same for the same pointer everywhere.

    Letters of any script stay; every other character becomes its code point, so that `a-b` and `a/b` differ. What
    belongs to the field has its id with two hyphens after it (`--h` hint, `--e` message), which no pointer gives.
    """
    parts = [_ODD.sub(lambda hit: f"_{ord(hit.group()):x}_", part) for part in split(pointer)]
    return "-".join([prefix, *parts])
