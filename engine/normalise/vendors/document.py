"""Reading extensions out of a document and writing ours into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine import feel
from engine.bpmn import BPMN, QC, SPIFF
from engine.feel import juel
from engine.normalise.notes import DONE

# Engines of one family: they have the same attributes and elements under names of their own.
FAMILY = tuple(
    f"{{{space}}}"
    for space in (
        "http://camunda.org/schema/1.0/bpmn",
        "http://flowable.org/bpmn",
        "http://activiti.org/bpmn",
        "http://operaton.org/schema/1.0/bpmn",
        "http://activiti.com/modeler",
    )
)
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"


def attribute(node: Any, name: str) -> str | None:
    """Take an attribute of the family off a node: it is translated, or noted by the caller."""
    for space in FAMILY:
        value = node.attrib.pop(space + name, None)
        if value is not None and value.strip():
            return str(value).strip()
    return None


def peek(node: Any, *names: str) -> str | None:
    """Return the first of these attributes of the family that a node has, and leave it there."""
    for name in names:
        for space in FAMILY:
            value = node.get(space + name)
            if value is not None and value.strip():
                return str(value).strip()
    return None


def extensions(node: Any, *tags: str) -> Iterator[Any]:
    """Yield the extension elements of a node with one of these full names; they may be taken off meanwhile."""
    for holder in list(node.iterchildren(BPMN + "extensionElements")):
        yield from list(holder.iterchildren(*tags))


def of_family(name: str) -> tuple[str, ...]:
    return tuple(space + name for space in FAMILY)


def drop(node: Any) -> None:
    """Take an element that was translated out of everybody's sight; what else stands in it is still found."""
    node.tag = DONE + node.tag.rpartition("}")[2]


def add(node: Any, tag: str, text: str | None = None, /, **attributes: str) -> Any:
    """Put an extension element of ours on a node, at the line of the node."""
    holder = node.find(BPMN + "extensionElements")
    if holder is None:
        holder = node.makeelement(BPMN + "extensionElements", {})
        holder.sourceline = node.sourceline
        # After the documentation, where the schema of BPMN wants it.
        node.insert(sum(1 for _ in node.iterchildren(BPMN + "documentation")), holder)
    made = holder.makeelement(tag, attributes)
    made.text = text
    made.sourceline = node.sourceline
    holder.append(made)
    return made


def add_qc(node: Any, name: str, /, **attributes: str) -> str:
    """Put a `qc:` element on a node; return how it is written, for the note."""
    add(node, QC + name, None, **attributes)
    return f"qc:{name} " + " ".join(f'{key}="{value}"' for key, value in attributes.items())


def add_spiff(node: Any, name: str, text: str) -> None:
    add(node, SPIFF + name, text)


def expression(text: str) -> str | None:
    """Return the FEEL for a value: `${…}`, `=…`, or a plain text, which stands for itself. None: nothing in FEEL."""
    try:
        if text.strip().startswith("="):
            written = text.strip()[1:].strip()
        elif juel.is_juel(text):
            written = juel.as_feel(text)
        else:
            return juel.quoted(text)
        feel.compile(written)
    except feel.FeelSyntaxError:
        return None
    return written


def is_expression(text: str) -> bool:
    return juel.is_juel(text) or text.strip().startswith("=")
