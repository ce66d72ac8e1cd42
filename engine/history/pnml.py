"""Write a net as PNML (ISO/IEC 15909-2, place/transition nets), with the marks process mining tools read."""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO

from lxml import etree

from engine.history.nets import SINK, SOURCE, Net

_GRAMMAR = "http://www.pnml.org/version-2009/grammar/"
# ProM's own way to say that nobody sees a transition; pm4py and others read it, too.
_SILENT = {"tool": "ProM", "version": "6.4", "activity": "$invisible$"}


def write_pnml(net: Net, out: BinaryIO, *, name: str) -> None:
    """Write a net with its initial and its final marking. name: of the process."""
    spaces: dict[str | None, str] = {None: f"{_GRAMMAR}pnml"}
    root = etree.Element(f"{{{_GRAMMAR}pnml}}pnml", nsmap=spaces)  # type: ignore[arg-type]
    whole = _child(root, "net", id="net", type=f"{_GRAMMAR}ptnet")
    _text(whole, "name", name)
    page = _child(whole, "page", id="page")
    ids = {place: f"p{number}" for number, place in enumerate(net.places)}
    for place, id_ in ids.items():
        drawn = _child(page, "place", id=id_)
        _text(drawn, "name", place)
        if place == SOURCE:
            _text(drawn, "initialMarking", "1")
    arcs: list[tuple[str, str, int]] = []
    for number, transition in enumerate(net.transitions):
        id_ = f"t{number}"
        drawn = _child(page, "transition", id=id_)
        _text(drawn, "name", transition.id if transition.label is None else transition.label)
        if transition.label is None:
            _child(drawn, "toolspecific", **_SILENT, localNodeID=id_)
        arcs += [(ids[place], id_, count) for place, count in Counter(transition.takes).items()]
        arcs += [(id_, ids[place], count) for place, count in Counter(transition.puts).items()]
    for number, (source, target, count) in enumerate(arcs):
        arc = _child(page, "arc", id=f"a{number}", source=source, target=target)
        _text(arc, "inscription", str(count))
    marking = _child(_child(whole, "finalmarkings"), "marking")
    _text(_child(marking, "place", idref=ids[SINK]), None, "1")
    out.write(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_GRAMMAR}pnml}}{tag}", attributes)


def _text(parent: etree._Element, tag: str | None, text: str) -> None:
    _child(_child(parent, tag) if tag else parent, "text").text = text
