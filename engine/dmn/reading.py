"""A DMN file of unknown origin to `Definitions`: hardened XML, all namespaces from 1.1 to 1.5, cached by content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.dmn.boxed import Cell
from engine.dmn.errors import InvalidModel
from engine.dmn.model import Definitions, Import, ItemDefinition, Kind, Node
from engine.dmn.reading_boxed import (
    child,
    children,
    name_of,
    read_cell,
    read_expression,
    read_function,
    tag_of,
    text_of,
)
from engine.xml import Unreadable, read_xml

MAX_BYTES = 8 * 1024 * 1024
_KINDS: dict[str, Kind] = {
    "decision": "decision",
    "inputData": "inputData",
    "businessKnowledgeModel": "bkm",
    "decisionService": "decisionService",
}


def read(source: bytes | Path) -> Definitions:
    """Read a model; raises InvalidModel. The last 64 contents are kept."""
    return _read(source if isinstance(source, bytes) else source.read_bytes())


@lru_cache(maxsize=64)
def _read(content: bytes) -> Definitions:
    if len(content) > MAX_BYTES:
        raise InvalidModel("too-large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB")
    try:
        root = read_xml(content)
    except Unreadable as why:
        raise InvalidModel(why.code, str(why), why.line) from None
    if root is None or tag_of(root) != "definitions":
        raise InvalidModel("not-dmn", "文件不是 DMN 决策模型（最外层不是 DMN 的 definitions）", 1)
    return Definitions(
        name_of(root),
        root.get("namespace") or "",
        hashlib.sha256(content).hexdigest(),
        tuple(_node(found, _KINDS[tag_of(found)]) for found in children(root, *_KINDS)),
        tuple(_item(found) for found in children(root, "itemDefinition")),
        tuple(
            Import(
                name_of(found),
                found.get("namespace") or "",
                found.sourceline,
                "/spec/DMN/" in (found.get("importType") or "/spec/DMN/"),
            )
            for found in children(root, "import")
        ),
        {prefix or "": uri for prefix, uri in root.nsmap.items()},
    )


def _node(element: Any, kind: Kind) -> Node:
    variable = child(element, "variable")
    label = name_of(element)
    logic = child(element, "encapsulatedLogic") if kind == "bkm" else None
    if kind == "bkm":
        expression: Any = None if logic is None else read_function(logic)
    else:
        expression = read_expression(element) if kind == "decision" else None
    return Node(
        kind,
        element.get("id"),
        (name_of(variable) if variable is not None else "") or label,
        label,
        element.sourceline,
        None if variable is None else variable.get("typeRef"),
        expression,
        tuple(_hrefs(element, "informationRequirement", "requiredDecision", "requiredInput")),
        tuple(_hrefs(element, "knowledgeRequirement", "requiredKnowledge")),
        _services(element, "outputDecision"),
        _services(element, "encapsulatedDecision"),
        _services(element, "inputDecision"),
        _services(element, "inputData"),
    )


def _hrefs(element: Any, requirement: str, *names: str) -> list[str]:
    return [
        reference.get("href").strip()
        for found in children(element, requirement)
        for reference in children(found, *names)
        if reference.get("href")
    ]


def _services(element: Any, name: str) -> tuple[str, ...]:
    return tuple(found.get("href").strip() for found in children(element, name) if found.get("href"))


def _item(element: Any) -> ItemDefinition:
    function = child(element, "functionItem")
    if function is not None:
        parameters = tuple(
            ItemDefinition(name_of(found), found.sourceline, found.get("typeRef"))
            for found in children(function, "parameters")
        )
        result = function.get("outputTypeRef")
        return ItemDefinition(name_of(element), element.sourceline, result, parameters, is_function=True)
    base = text_of(element, "typeRef")
    return ItemDefinition(
        name_of(element),
        element.sourceline,
        base.strip() if base and base.strip() else None,
        tuple(_item(found) for found in children(element, "itemComponent")),
        _values(element, "allowedValues"),
        _values(element, "typeConstraint"),
        (element.get("isCollection") or "").strip() in ("true", "1"),
    )


def _values(element: Any, name: str) -> Cell | None:
    found = child(element, name)
    if found is None:
        return None
    cell = read_cell(found)
    return cell if cell.text else None
