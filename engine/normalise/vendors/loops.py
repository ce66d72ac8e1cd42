"""Over what a multi-instance activity runs, as `loopDataInputRef` and data items."""

from __future__ import annotations

from typing import Any

from engine.bpmn import BPMN
from engine.normalise.notes import Note
from engine.normalise.vendors.document import ZEEBE, attribute, drop, expression, extensions, is_expression, of_family

# What a data association may come from; a variable goes by its name.
_DATA = tuple(BPMN + tag for tag in ("property", "dataObject", "dataObjectReference"))
_SEVERAL = BPMN + "multiInstanceLoopCharacteristics"


def translate(root: Any, note: Note) -> None:
    names = {node.get("id"): node.get("name") or node.get("id") for node in root.iter(*_DATA)}
    for loop in root.iter(_SEVERAL):
        activity = loop.getparent()
        _collection(loop, activity, attribute(loop, "collection"), attribute(loop, "elementVariable"), note)
        for found in extensions(loop, *of_family("collection")):
            text = "".join(found.itertext()).strip()
            if text:
                drop(found)
                _collection(loop, activity, text, None, note)
        for found in extensions(loop, ZEEBE + "loopCharacteristics"):
            drop(found)
            _collection(loop, activity, found.get("inputCollection"), found.get("inputElement"), note)
            _results(loop, activity, found.get("outputCollection"), found.get("outputElement"), note)
        _through_input(loop, activity, names, note)
        if loop.find(BPMN + "loopDataInputRef") is not None:
            for count in list(loop.iterchildren(BPMN + "loopCardinality")):
                loop.remove(count)
                note(activity.get("id"), f"次数 {(count.text or '').strip()} 不读", "同时写了清单，按清单办")


def _collection(loop: Any, activity: Any, given: str | None, item: str | None, note: Note) -> None:
    if given:
        written = expression(given if is_expression(given) else f"={given}")
        if written is None:
            note(activity.get("id"), f"多实例的清单 {given} 没有照搬", "它要由别的引擎来算，请改写清单")
            return
        for old in list(loop.iterchildren(BPMN + "loopDataInputRef")):
            loop.remove(old)
        _put(loop, "loopDataInputRef", written)
        note(activity.get("id"), f"多实例的清单 {given} 写作 {written}", "清单按轻车的写法写")
    if item:
        for old in list(loop.iterchildren(BPMN + "inputDataItem")):
            loop.remove(old)
        _put(loop, "inputDataItem", None, id=item, name=item)
        note(activity.get("id"), f"每一项叫 {item}", "按轻车的写法写")


def _results(loop: Any, activity: Any, collection: str | None, item: str | None, note: Note) -> None:
    if not collection:
        return
    name = (item or "").strip().removeprefix("=").strip()
    if not name.isidentifier():
        note(activity.get("id"), f"多实例的结果 {item} 没有照搬", "轻车只收一个变量作每一项的结果")
        return
    _put(loop, "loopDataOutputRef", collection)
    _put(loop, "outputDataItem", None, id=name, name=name)
    note(activity.get("id"), f"每一项的结果 {name} 收进 {collection}", "按轻车的写法写")


def _through_input(loop: Any, activity: Any, names: dict[str, str], note: Note) -> None:
    """A list may come through a data input of the activity: what is associated with it is the list."""
    reference = loop.find(BPMN + "loopDataInputRef")
    name = "" if reference is None else (reference.text or "").strip()
    inputs = {node.get("id") for node in activity.iter(BPMN + "dataInput")}
    if name not in inputs:
        return
    for association in activity.iterchildren(BPMN + "dataInputAssociation"):
        source, target = association.find(BPMN + "sourceRef"), association.find(BPMN + "targetRef")
        if source is not None and target is not None and (target.text or "").strip() == name:
            reference.text = names.get((source.text or "").strip(), (source.text or "").strip())
            note(activity.get("id"), f"多实例的清单 {name} 写作 {reference.text}", "它由数据连线传进来")
            return


def _put(loop: Any, tag: str, text: str | None, **attributes: str) -> None:
    made = loop.makeelement(BPMN + tag, attributes)
    made.text = text
    made.sourceline = loop.sourceline
    loop.append(made)
