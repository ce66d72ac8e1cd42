"""Which places a form can have at all, whatever its values: for checking what its ui and views speak of."""

from __future__ import annotations

from typing import Any

from forms.pointer import Path
from forms.resolve import Resolver

MOST = 20_000
_DEEPEST = 12
_ALIKE = ("allOf", "anyOf", "oneOf")
_PLAIN = ("if", "then", "else")


def paths_of(schema: Any) -> tuple[set[Path], set[Path]]:
    """List every path of a form, rows as `*`, and those below which anything may stand."""
    resolver = Resolver(schema if isinstance(schema, dict) else {})
    paths: set[Path] = {()}
    open_below: set[Path] = set() if isinstance(schema, dict) else {()}
    seen: set[tuple[int, Path]] = set()
    waiting: list[tuple[Any, Path]] = [(schema, ())]
    while waiting and len(seen) < MOST:
        part, path = waiting.pop()
        if not isinstance(part, dict) or len(path) > _DEEPEST or (id(part), path) in seen:
            continue
        seen.add((id(part), path))
        reference = part.get("$ref", part.get("$dynamicRef"))
        if isinstance(reference, str):
            waiting.append((resolver.target(reference), path))
        for name, inner in _named(part, "properties"):
            paths.add((*path, name))
            waiting.append((inner, (*path, name)))
        for key in _ALIKE:
            waiting += [(inner, path) for inner in part.get(key, ()) if isinstance(part.get(key), list)]
        waiting += [(part.get(key), path) for key in _PLAIN]
        for keyword in ("dependentSchemas", "dependencies"):
            waiting += [(inner, path) for _, inner in _named(part, keyword)]
        if part.get("additionalProperties") or part.get("patternProperties") or _is_bare(part):
            open_below.add(path)
        rows = [*_listed(part.get("items")), *_listed(part.get("prefixItems"))]
        if rows:
            paths.add((*path, "*"))
            waiting += [(inner, (*path, "*")) for inner in rows]
    return paths, open_below


def fields_of(schema: Any) -> frozenset[str] | None:
    """Return the names a form's values may have at their outermost level; None: any."""
    paths, open_below = paths_of(schema)
    return None if () in open_below else frozenset(path[0] for path in paths if len(path) == 1)


def _named(part: dict[str, Any], keyword: str) -> list[tuple[str, Any]]:
    found = part.get(keyword)
    return list(found.items()) if isinstance(found, dict) else []


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found] if isinstance(found, dict) else []


def _is_bare(part: dict[str, Any]) -> bool:
    """Tell whether a schema says nothing about what an object holds."""
    return part.get("type") == "object" and not any(key in part for key in ("properties", "$ref", *_ALIKE, "if"))


def knows(paths: set[Path], open_below: set[Path], pattern: Path) -> bool:
    """Tell whether a pattern of a view can match any place of the form."""
    if "**" in pattern:
        pattern = pattern[: pattern.index("**")]
    if any(_same(pattern[: len(path)], path) for path in open_below if len(path) <= len(pattern)):
        return True
    return any(len(path) >= len(pattern) and _same(pattern, path[: len(pattern)]) for path in paths)


def _same(pattern: Path, path: Path) -> bool:
    return len(pattern) == len(path) and all(
        asked == "*" or asked == real or (real == "*" and asked.isdecimal())
        for asked, real in zip(pattern, path, strict=True)
    )
