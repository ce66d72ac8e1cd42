"""Models from the YAML of tests/cases/dmn: a short way to write what `draw` writes long."""

from __future__ import annotations

from typing import Any

from tests.engine.dmn import draw


def model_of(group: dict[str, Any], version: str = "1.4") -> bytes:
    """Write the model of one group of cases."""
    given = group.get("given", {})
    parts = [_item(one) for one in group.get("items", ())]
    parts += [draw.given(name, type_) for name, type_ in given.items()]
    parts += [
        draw.bkm(
            name,
            found.get("params", []),
            expression(found["body"]),
            uses=found.get("uses", ()),
            type=found.get("type"),
            kind=found.get("kind", "FEEL"),
        )
        for name, found in group.get("bkms", {}).items()
    ]
    everything = [f"i:{name}" for name in given]
    knowledge = list(group.get("bkms", {})) + list(group.get("services", {}))
    if "decide" in group:
        parts.append(
            draw.decision(
                "answer", expression(group["decide"]), needs=everything, uses=knowledge, type=group.get("type")
            )
        )
    for name, found in group.get("decisions", {}).items():
        parts.append(
            draw.decision(
                name,
                expression(found["is"]),
                needs=found.get("needs", everything),
                uses=found.get("uses", ()),
                type=found.get("type"),
            )
        )
    parts += [draw.service(name, **found) for name, found in group.get("services", {}).items()]
    return draw.model(*parts, version=group.get("version", version))


def expression(found: Any) -> str:
    """Write one boxed expression; a text is a literal one."""
    if not isinstance(found, dict):
        return draw.text(str(found))
    for key, write in _WRITERS.items():
        if key in found:
            return write(found)
    raise ValueError(found)


def _table(found: dict[str, Any]) -> str:
    table = found["table"]
    rules = [[str(cell) for cell in rule] for rule in table.get("rules", ())]
    return draw.table(
        [str(one) for one in table.get("in", ())],
        table["out"],
        rules,
        policy=table.get("policy", "UNIQUE"),
        aggregation=table.get("agg"),
    )


def _context(found: dict[str, Any]) -> str:
    return draw.context(
        *((str(one[0]), expression(one[1])) if isinstance(one, list) else expression(one) for one in found["context"])
    )


def _relation(found: dict[str, Any]) -> str:
    columns = "".join(draw.named("column", name) for name in found["relation"])
    rows = "".join(f"<row>{''.join(map(expression, row))}</row>" for row in found["rows"])
    return f"<relation>{columns}{rows}</relation>"


def _conditional(found: dict[str, Any]) -> str:
    parts = "".join(f"<{key}>{expression(found[key])}</{key}>" for key in ("if", "then", "else"))
    return f"<conditional>{parts}</conditional>"


def _filter(found: dict[str, Any]) -> str:
    return f"<filter><in>{expression(found['filter'])}</in><match>{expression(found['match'])}</match></filter>"


def _loop(kind: str, last: str) -> Any:
    def write(found: dict[str, Any]) -> str:
        source, body = expression(found["in"]), expression(found[last])
        return f'<{kind} iteratorVariable="{found[kind]}"><in>{source}</in><{last}>{body}</{last}></{kind}>'

    return write


_WRITERS: dict[str, Any] = {
    "table": _table,
    "context": _context,
    "call": lambda found: draw.invocation_of(found["call"], *((k, str(v)) for k, v in found.get("with", {}).items())),
    "function": lambda found: draw.function(found["function"], expression(found["body"])),
    "list": lambda found: f"<list>{''.join(map(expression, found['list']))}</list>",
    "relation": _relation,
    "if": _conditional,
    "filter": _filter,
    "for": _loop("for", "return"),
    "some": _loop("some", "satisfies"),
    "every": _loop("every", "satisfies"),
    "typed": lambda found: draw.text(found["typed"], found["as"]),
}


def _item(found: dict[str, Any]) -> str:
    parts = [_component(one) for one in found.get("parts", ())]
    return draw.item(
        found["name"],
        found.get("base", ""),
        *parts,
        allowed=found.get("allowed", ""),
        constraint=found.get("constraint", ""),
        many=found.get("many", False),
    )


def _component(found: dict[str, Any]) -> str:
    parts = [_component(one) for one in found.get("parts", ())]
    return draw.component(
        found["name"], found.get("base", ""), *parts, allowed=found.get("allowed", ""), many=found.get("many", False)
    )
