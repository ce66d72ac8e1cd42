"""Assignments of data associations, as jBPM and others write them: texts that stand for themselves, `#{…}`, XPath."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine import feel
from engine.bpmn import BPMN
from engine.normalise.notes import Note
from engine.normalise.vendors.document import drop, expression, is_expression

_DROOLS = "http://www.jboss.org/drools"
_MOVES = tuple(BPMN + name for name in ("dataInputAssociation", "dataOutputAssociation"))
_SOURCES = tuple(BPMN + name for name in ("from", "transformation"))


def translate(root: Any, note: Note) -> None:
    literal = _DROOLS in root.nsmap.values()
    for move in root.iter(_MOVES):
        for source in list(move.iter(_SOURCES)):
            owner = move.getparent().get("id")
            text = "".join(source.itertext()).strip()
            written = _written(text, literal=literal)
            if written is None:
                assignment = source.getparent() if source.tag == _SOURCES[0] else source
                _tell(assignment, note)
                drop(assignment)
                note(assignment.get("id") or owner, f"数据连线的值 {text[:120]} 没有照搬", "它不是 FEEL，请改写")
            elif written != text:
                _tell(source, note)
                for inside in list(source):
                    source.remove(inside)
                source.text = written
                note(owner, f"数据连线的值 {text[:120]} 写作 {written}", "值按轻车的写法写")


def _tell(holder: Any, note: Note) -> None:
    """Note what stands inside a value and goes with it: a text has no elements, but a file may."""
    for node in holder.iterdescendants("*"):
        if node.get("id"):
            note(node.get("id"), f"{etree.QName(node).localname} 没有照搬", "它夹在一个值里")


def _written(text: str, *, literal: bool) -> str | None:
    if not text:
        return None
    if literal or is_expression(text):
        return expression(text)
    try:
        feel.compile(text)
    except feel.FeelSyntaxError:
        return None
    return text
