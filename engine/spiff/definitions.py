"""Event definitions and loop characteristics of a flow node, read from their XML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.spiff.elements import AdHoc, Element, Event, Findings, Loop, Timer, Told
from engine.spiff.expressions import cycle, literal
from engine.spiff.vocabulary import BPMN, SPIFF, Compile, extensions_of

_TOLD = frozenset({"message", "signal", "error", "escalation"})
_SUFFIX = "EventDefinition"


@dataclass(slots=True)
class Shared:
    """Root elements that flow nodes refer to by id; `definitions` are event definitions for several events."""

    messages: dict[str, Any] = field(default_factory=dict)
    signals: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Any] = field(default_factory=dict)
    escalations: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    bindings: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, Any] = field(default_factory=dict)


def read_shared(root: Any) -> Shared:
    """Index messages, signals, errors and escalations by id, and what correlates each message.

    keys: message id -> FEEL over what is sent, from the retrieval expressions of its correlation properties; several
    make a list. bindings: message id -> FEEL over the values of a case that waits for it, where the file binds all of
    these properties.
    """
    shared = Shared()
    for child in root.iterchildren():
        if not isinstance(child.tag, str) or not child.tag.startswith(BPMN):
            continue
        tables = {"message": "messages", "signal": "signals", "error": "errors", "escalation": "escalations"}
        table = tables.get(child.tag[len(BPMN) :])
        if child.tag.endswith(_SUFFIX):
            table = "definitions"
        if table is not None and child.get("id"):
            getattr(shared, table)[child.get("id")] = child
    _read_keys(root, shared)
    return shared


def _read_keys(root: Any, shared: Shared) -> None:
    bound = {
        found.get("correlationPropertyRef"): "".join(found.itertext()).strip()
        for found in root.iter(BPMN + "correlationPropertyBinding")
    }
    paths: dict[str, dict[str, str]] = {}
    for prop in root.iter(BPMN + "correlationProperty"):
        for found in prop.iterchildren(BPMN + "correlationPropertyRetrievalExpression"):
            text = "".join(found.itertext()).strip()
            if found.get("messageRef") and text:
                paths.setdefault(found.get("messageRef"), {})[prop.get("id")] = text
    for message, of in paths.items():
        shared.keys[message] = _one_or_list(list(of.values()))
        if all(bound.get(name) for name in of):
            shared.bindings[message] = _one_or_list([bound[name] for name in of])


def _one_or_list(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def read_event(node: Any, element: Element, shared: Shared, findings: Findings, compile_text: Compile) -> None:
    """Set `element.event` of an event, or of a send or receive task that names a message."""
    if element.type in ("sendTask", "receiveTask"):
        reference = node.get("messageRef")
        definition = node.find(BPMN + "messageEventDefinition")
        if reference is not None or definition is not None:
            source = node if reference is not None else definition
            element.event = _message(source, element, shared, findings, compile_text)
        return
    found = [
        c for c in node.iterchildren() if isinstance(c.tag, str) and c.tag.startswith(BPMN) and c.tag.endswith(_SUFFIX)
    ]
    for reference in node.iterchildren(BPMN + "eventDefinitionRef"):
        there = _referred((reference.text or "").strip(), reference, shared.definitions, element, findings)
        if there is not None:
            found.append(there)
    events = [_definition(one, element, shared, findings, compile_text) for one in found] or [Event("none")]
    if len(events) == 1:
        element.event = events[0]
    else:
        element.event = Event("multiple", parts=events, parallel=node.get("parallelMultiple") == "true")


def _definition(node: Any, element: Element, shared: Shared, findings: Findings, compile_text: Compile) -> Event:
    kind = node.tag[len(BPMN) : -len(_SUFFIX)]
    if kind == "message":
        return _message(node, element, shared, findings, compile_text)
    if kind == "timer":
        timer = _timer(node, element, findings, compile_text)
        return Event("timer", timer=timer)
    if kind == "conditional":
        text = node.findtext(BPMN + "condition")
        return Event("conditional", condition=compile_text(text, "condition", element.id, node.sourceline))
    if kind == "signal":
        signal = _resolve(node, "signalRef", shared.signals, element, findings)
        event = Event("signal", name=_name(signal, element), variable=_text(signal, "variableName"))
        return _with_payload(event, signal, element, compile_text)
    if kind in ("error", "escalation"):
        table = shared.errors if kind == "error" else shared.escalations
        thing = _resolve(node, f"{kind}Ref", table, element, findings)
        code = None if thing is None else thing.get(f"{kind}Code") or thing.get("name") or thing.get("id")
        event = Event(kind, name=_name(thing, element), code=code, variable=_text(thing, "variableName"))
        return _with_payload(event, thing, element, compile_text)
    if kind == "compensate":
        return Event(kind, activity=node.get("activityRef"), waits=node.get("waitForCompletion") != "false")
    if kind == "link":
        return Event("link", name=node.get("name") or element.name)
    return Event(kind)


def _with_payload(event: Event, thing: Any, element: Element, compile_text: Compile) -> Event:
    text = _text(thing, "payloadExpression")
    if text:
        event.payload = compile_text(text, "payload", element.id, element.line)
    return event


def _message(node: Any, element: Element, shared: Shared, findings: Findings, compile_text: Compile) -> Event:
    message = _resolve(node, "messageRef", shared.messages, element, findings)
    event = Event("message", name=_name(message, element))
    for holder in (message, node):
        event.variable = _text(holder, "messageVariable") or event.variable
        payload = _text(holder, "messagePayload")
        if payload:
            event.payload = compile_text(payload, "payload", element.id, element.line)
    for child in () if node is None else extensions_of(node):
        if child.tag == SPIFF + "processVariableCorrelation":
            event.key = compile_text(child.findtext(SPIFF + "expression"), "correlation", element.id, child.sourceline)
    if element.correlation is not None:
        event.key = element.correlation
    elif event.key is None and message is not None:
        _standard_key(event, message.get("id"), element, shared, findings, compile_text)
    return event


def _standard_key(
    event: Event, message: str, element: Element, shared: Shared, findings: Findings, compile_text: Compile
) -> None:
    """Read the key BPMN's correlation properties make (8.4.2): off what is sent, or off the case that waits.

    A path that is no expression here (XPath, for one) tells nobody apart; that is remarked, not refused.
    """
    throws = element.type in ("intermediateThrowEvent", "endEvent", "sendTask")
    bound = None if throws else shared.bindings.get(message)
    text = bound or shared.keys.get(message)
    if not text or (element.type == "startEvent" and not element.handles):
        return
    before = len(findings.errors)
    event.key = compile_text(text, "correlation", element.id, element.line)
    event.key_in_payload = bound is None
    if event.key is None:
        del findings.errors[before:]
        findings.remark(element.id, "不按关联键区分这条消息", f"“{text}”不是能算的表达式")


def _resolve(node: Any, attribute: str, table: dict[str, Any], element: Element, findings: Findings) -> Any:
    reference = node.get(attribute)
    return None if reference is None else _referred(reference, node, table, element, findings)


def _referred(reference: str, node: Any, table: dict[str, Any], element: Element, findings: Findings) -> Any:
    found = table.get(reference.split(":")[-1])
    if found is None:
        findings.error(
            "reference-missing",
            element.id,
            node.sourceline,
            f"“{element.id}”引用的 {reference} 在文件里没有，请补上或改正",
        )
    return found


def _name(thing: Any, element: Element) -> str:
    return element.name if thing is None else thing.get("name") or thing.get("id") or element.name


def _text(holder: Any, name: str) -> str | None:
    for child in () if holder is None else extensions_of(holder):
        if child.tag == SPIFF + name and child.text and child.text.strip():
            return str(child.text).strip()
    return None


def _timer(node: Any, element: Element, findings: Findings, compile_text: Compile) -> Timer | None:
    kinds = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
    given = [c for c in node.iterchildren() if isinstance(c.tag, str) and c.tag[len(BPMN) :] in kinds]
    if len(given) != 1:
        findings.error(
            "timer-missing", element.id, node.sourceline, f"“{element.id}”的定时要写一个：日期、时长或周期（如 PT1H）"
        )
        return None
    kind: Any = kinds[given[0].tag[len(BPMN) :]]
    text = given[0].text or ""
    repeats: int | None = 1
    first = None
    parts = cycle(text) if kind == "cycle" else None
    if parts is not None:
        repeats, begin, text = parts
        if begin is not None:
            first = compile_text(literal(begin), "timer", element.id, given[0].sourceline)
    every = compile_text(literal(text), "timer", element.id, given[0].sourceline)
    return None if every is None else Timer(kind, every, repeats, first)


def read_ad_hoc(node: Any, element: Element, compile_text: Compile) -> AdHoc:
    """Return how the steps of an ad-hoc subprocess are done."""
    condition = node.find(BPMN + "completionCondition")
    return AdHoc(
        node.get("ordering") == "Sequential",
        None
        if condition is None
        else compile_text("".join(condition.itertext()), "condition", element.id, condition.sourceline),
        node.get("cancelRemainingInstances") != "false",
    )


def read_loop(node: Any, element: Element, shared: Shared, findings: Findings, compile_text: Compile) -> None:
    """Set `element.loop` from standard loop or multi-instance characteristics."""
    standard = node.find(BPMN + "standardLoopCharacteristics")
    several = node.find(BPMN + "multiInstanceLoopCharacteristics")
    if standard is not None:
        element.loop = _standard(standard, element, findings, compile_text)
    elif several is not None:
        element.loop = _several(several, element, findings, compile_text)
        if element.loop is not None:
            element.loop.told = _told(several, element, shared, findings, compile_text)


def _standard(node: Any, element: Element, findings: Findings, compile_text: Compile) -> Loop | None:
    line, maximum = node.sourceline, None
    if node.get("loopMaximum") is not None:
        if not node.get("loopMaximum").strip().isdigit():
            findings.error("bad-loop", element.id, line, f"“{element.id}”的循环上限要写一个数字")
        else:
            maximum = int(node.get("loopMaximum"))
    text = node.findtext(BPMN + "loopCondition")
    condition = compile_text(text, "loop", element.id, line) if text is not None else None
    if condition is None and maximum is None:
        findings.error("bad-loop", element.id, line, f"“{element.id}”的循环要写条件或上限，否则停不下来")
    return Loop("standard", condition=condition, maximum=maximum, test_before=node.get("testBefore") == "true")


def _several(node: Any, element: Element, findings: Findings, compile_text: Compile) -> Loop | None:
    line, eid = node.sourceline, element.id
    cardinality, collection = node.findtext(BPMN + "loopCardinality"), node.findtext(BPMN + "loopDataInputRef")
    if (cardinality is None) == (collection is None):
        findings.error("bad-loop", eid, line, f"“{eid}”的多实例要写次数或清单（loopDataInputRef），只写一个")
        return None
    completion = node.findtext(BPMN + "completionCondition")
    return Loop(
        "sequential" if node.get("isSequential") == "true" else "parallel",
        cardinality=None if cardinality is None else compile_text(cardinality, "loop", eid, line),
        collection=None if collection is None else compile_text(collection, "loop", eid, line),
        item=_item_names(node.find(BPMN + "inputDataItem")),
        output_item=_item_names(node.find(BPMN + "outputDataItem")),
        output=(node.findtext(BPMN + "loopDataOutputRef") or "").strip() or None,
        completion=None if completion is None else compile_text(completion, "loop", eid, line),
    )


def _told(node: Any, element: Element, shared: Shared, findings: Findings, compile_text: Compile) -> list[Told]:
    """Read what is thrown to boundary events as instances complete (`behavior`, clause 10.3.8)."""
    behavior, told = node.get("behavior") or "All", []
    if behavior in ("None", "One"):
        event = Event("signal")  # The signal of the standard itself has no name: any signal event on the activity.
        name = node.get(f"{behavior.lower()}BehaviorEventRef")
        definition = None if name is None else _referred(name, node, shared.definitions, element, findings)
        if definition is not None:
            event = _definition(definition, element, shared, findings, compile_text)
        told.append(Told(event, first_only=behavior == "One"))
    for rule in node.iterchildren(BPMN + "complexBehaviorDefinition") if behavior == "Complex" else ():
        text = rule.findtext(BPMN + "condition")
        condition = compile_text(text, "loop", element.id, rule.sourceline)
        holder = Element("", "intermediateThrowEvent", element.name, rule.sourceline, 0, element.id)
        for thrown in rule.iterchildren(BPMN + "event"):
            read_event(thrown, holder, shared, findings, compile_text)
        if holder.event is not None:
            told.append(Told(holder.event, condition=condition))
    if behavior not in ("None", "One", "All", "Complex") or any(t.event.kind not in _TOLD for t in told):
        why = f"“{element.id}”的多实例每办完一个要通知的事件（behavior）只能是消息、信号、错误或升级，请改正"
        findings.error("loop-behavior", element.id, node.sourceline, why)
    return told


def _item_names(node: Any) -> tuple[str, ...]:
    """An item goes by its id (what SpiffWorkflow's modelers write) and by its name."""
    if node is None:
        return ()
    return tuple(dict.fromkeys(n.strip() for n in (node.get("id"), node.get("name")) if n and n.strip()))
