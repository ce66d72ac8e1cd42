"""What may be drawn: exactly what the engine says it runs, in a clerk's words, with BPMN's own beside them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask_babel import gettext as _

import engine

# How a variant of the engine's list reads as what tells one drawn element from another of its type.
_EVENTS = {
    "message": "MessageEventDefinition", "timer": "TimerEventDefinition", "signal": "SignalEventDefinition",
    "conditional": "ConditionalEventDefinition", "link": "LinkEventDefinition", "error": "ErrorEventDefinition",
    "escalation": "EscalationEventDefinition", "compensate": "CompensateEventDefinition",
    "cancel": "CancelEventDefinition", "terminate": "TerminateEventDefinition",
}  # fmt: skip
_SWITCHES = {"triggeredByEvent", "instantiate", "cancelActivity=false", "isInterrupting=false"}
_DRAWN = {"activities", "gateways and flows", "events", "data, pictures and the rest"}
_LINES = {"sequenceFlow", "association", "messageFlow", "dataInputAssociation"}
_PARTS = {"activity", "dataObject", "ioSpecification", "property", "laneSet", "category", "callChoreography"}


@dataclass(frozen=True)
class Offer:
    """One thing to draw.

    element: BPMN's name; event: its event definition or ""; switch: the attribute that makes the difference or "";
    name: in plain words; bpmn: in BPMN's; group: who, path, event, picture; first: offered without being asked for.
    """

    element: str
    event: str
    switch: str
    name: str
    bpmn: str
    group: str
    icon: str
    first: bool


def offers() -> list[Offer]:
    """List what runs or is kept as a picture, what people need most first."""
    named, first = _names(), list(_first())
    found = []
    for each in engine.capabilities():
        event = _EVENTS.get(each.variant, "")
        plain = each.variant == "" or event or each.variant in _SWITCHES
        if each.state == "refused" or not plain or each.element in _LINES | _PARTS or each.group not in _DRAWN:
            continue
        switch = each.variant if each.variant in _SWITCHES else ""
        key = (each.element, each.variant)
        bpmn = each.element + (f" · {each.variant}" if each.variant else "")
        icon = _ICONS.get(key) or _ICONS.get((each.element, ""), "circle")
        name = named.get(key) or _event_name(each.element, each.variant) or bpmn
        found.append(Offer(each.element, event, switch, name, bpmn, _group(each.element), icon, key in first))
    order = {key: at for at, key in enumerate(first)}
    return sorted(found, key=lambda each: order.get((each.element, _variant(each)), len(order)))


def plain(found: list[Offer]) -> list[dict[str, object]]:
    """Write offers as JSON."""
    return [asdict(each) for each in found]


def _variant(offer: Offer) -> str:
    return offer.switch or next((word for word, name in _EVENTS.items() if name == offer.event), "")


def _group(element: str) -> str:
    if element.endswith("Gateway"):
        return "path"
    if element.endswith("Event"):
        return "event"
    return "who" if element.endswith(("ask", "Activity", "SubProcess", "subProcess", "transaction")) else "picture"


def _first() -> tuple[tuple[str, str], ...]:
    return (
        ("userTask", ""), ("scriptTask", ""), ("businessRuleTask", ""), ("serviceTask", ""), ("callActivity", ""),
        ("subProcess", ""), ("exclusiveGateway", ""), ("parallelGateway", ""), ("inclusiveGateway", ""),
        ("startEvent", ""), ("endEvent", ""), ("intermediateCatchEvent", "timer"),
        ("intermediateCatchEvent", "message"), ("textAnnotation", ""), ("dataStoreReference", ""), ("participant", ""),
    )  # fmt: skip


_ICONS = {
    ("userTask", ""): "person", ("task", ""): "person", ("manualTask", ""): "clipboard-check",
    ("scriptTask", ""): "braces", ("businessRuleTask", ""): "table", ("serviceTask", ""): "gear",
    ("sendTask", ""): "send", ("receiveTask", ""): "envelope", ("callActivity", ""): "box-arrow-in-down-right",
    ("subProcess", ""): "plus-square", ("adHocSubProcess", ""): "list-check", ("transaction", ""): "arrow-return-left",
    ("exclusiveGateway", ""): "x-diamond", ("parallelGateway", ""): "diagram-3", ("inclusiveGateway", ""): "diagram-2",
    ("eventBasedGateway", ""): "hourglass-split", ("complexGateway", ""): "signpost-2", ("startEvent", ""): "circle",
    ("endEvent", ""): "record-circle", ("intermediateCatchEvent", "timer"): "alarm",
    ("intermediateCatchEvent", "message"): "envelope", ("textAnnotation", ""): "chat-square-text",
    ("dataStoreReference", ""): "table", ("dataObjectReference", ""): "text-paragraph", ("participant", ""): "people",
    ("group", ""): "intersect",
}  # fmt: skip


def _names() -> dict[tuple[str, str], str]:
    return {
        ("userTask", ""): _("人办的事"),
        ("task", ""): _("一般的事"),
        ("manualTask", ""): _("线下办"),
        ("scriptTask", ""): _("自动算"),
        ("businessRuleTask", ""): _("查表决定"),
        ("serviceTask", ""): _("调用外部系统"),
        ("sendTask", ""): _("发消息"),
        ("receiveTask", ""): _("等消息"),
        ("receiveTask", "instantiate"): _("收到消息就开始"),
        ("callActivity", ""): _("转给下级办"),
        ("subProcess", ""): _("子流程"),
        ("subProcess", "triggeredByEvent"): _("出事时才走的子流程"),
        ("transaction", ""): _("可以整个退掉的子流程"),
        ("adHocSubProcess", ""): _("不分先后的子流程"),
        ("exclusiveGateway", ""): _("判断"),
        ("parallelGateway", ""): _("并行"),
        ("inclusiveGateway", ""): _("可走几条的判断"),
        ("eventBasedGateway", ""): _("看先等到什么"),
        ("eventBasedGateway", "instantiate"): _("等到哪个就从哪个开始"),
        ("complexGateway", ""): _("自己定规矩的汇合"),
        ("startEvent", ""): _("开始"),
        ("endEvent", ""): _("结束"),
        ("intermediateThrowEvent", ""): _("到了这里"),
        ("intermediateCatchEvent", "timer"): _("到时候再走"),
        ("intermediateCatchEvent", "message"): _("等外面的消息"),
        ("startEvent", "isInterrupting=false"): _("不打断的开始"),
        ("boundaryEvent", "cancelActivity=false"): _("不打断的边界"),
        ("textAnnotation", ""): _("批注"),
        ("dataStoreReference", ""): _("台账"),
        ("dataObjectReference", ""): _("数据"),
        ("participant", ""): _("泳池"),
        ("group", ""): _("分组框"),
    }


def _event_name(element: str, variant: str) -> str:
    """Name an event by where it stands and what it waits for or tells: 结束并发消息."""
    what = {
        "message": _("消息"), "timer": _("定时"), "signal": _("信号"), "conditional": _("条件"), "link": _("链接"),
        "error": _("出错"), "escalation": _("上报"), "compensate": _("补偿"), "cancel": _("整个退掉"),
        "terminate": _("全部停下"),
    }.get(variant)  # fmt: skip
    where = {
        "startEvent": _("开始：%(what)s", what=what), "endEvent": _("结束：%(what)s", what=what),
        "intermediateCatchEvent": _("等：%(what)s", what=what),
        "intermediateThrowEvent": _("发出：%(what)s", what=what),
        "boundaryEvent": _("办的时候：%(what)s", what=what),
    }.get(element)  # fmt: skip
    return where if what and where else ""
