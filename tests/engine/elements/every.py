"""A smallest diagram for every row of `engine.capabilities()`; the element it is about has the id `x`.

Whatever waits for something gets it: a timer fires, a script makes `n` 1, and a signal is thrown, one after another.
"""

from __future__ import annotations

from tests.engine.diagrams.draw import (
    both,
    boundary,
    call,
    definitions,
    each,
    end,
    flow,
    flows,
    node,
    process,
    script,
    some,
    start,
    sub,
    timer,
    times,
    user,
    xor,
)

Row = tuple[str, str]

ROOTS = (
    '<bpmn:message id="M1" name="回函"/><bpmn:message id="M9" name="不来的"/><bpmn:signal id="S1" name="汛情"/>'
    '<bpmn:error id="E1" name="坏了" errorCode="e"/><bpmn:escalation id="X1" name="上报" escalationCode="x"/>'
    '<bpmn:signalEventDefinition id="D1" signalRef="S1"/>'
)
KINDS = {
    "": "",
    "message": '<bpmn:messageEventDefinition messageRef="M1"/>',
    "signal": '<bpmn:signalEventDefinition signalRef="S1"/>',
    "timer": timer("PT1H"),
    "conditional": "<bpmn:conditionalEventDefinition><bpmn:condition>n = 1</bpmn:condition>"
    "</bpmn:conditionalEventDefinition>",
    "error": '<bpmn:errorEventDefinition errorRef="E1"/>',
    "escalation": '<bpmn:escalationEventDefinition escalationRef="X1"/>',
    "cancel": "<bpmn:cancelEventDefinition/>",
    "compensate": "<bpmn:compensateEventDefinition/>",
    "terminate": "<bpmn:terminateEventDefinition/>",
    "link": '<bpmn:linkEventDefinition name="L"/>',
}
KINDS["multiple"] = KINDS["message"] + KINDS["timer"]
KINDS["parallelMultiple"] = KINDS["message"] + KINDS["signal"]
SENT = {**KINDS, "multiple": KINDS["message"] + KINDS["escalation"]}


def file(*parts: str) -> bytes:
    return definitions(ROOTS, process(*parts))


def through(x: str, *more: str, path: str = "s x e") -> bytes:
    return file(start(), x, *more, end(), flows(path))


def happening(x: str, *more: str, path: str) -> bytes:
    """`path` begins at the gateway g; beside it things happen."""
    beside = (
        script("zero", "{n: 0}"),
        both("g"),
        node("intermediateCatchEvent", "t", timer("PT2H")),
        script("one", "{n: 1}"),
        node("intermediateThrowEvent", "th", KINDS["signal"]),
        flows("s zero g t one th e"),
    )
    return file(start(), x, *more, *beside, end(), flows(path))


def attributed(text: str, **attrs: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attrs.items())
    return text.replace('id="x"', f'id="x"{given}', 1)


def catching(kind: str) -> bytes:
    more = {"parallelMultiple": "true"} if kind == "parallelMultiple" else {}
    x = node("intermediateCatchEvent", "x", KINDS[kind], **more)
    if kind == "link":
        return file(start(), node("intermediateThrowEvent", "y", KINDS[kind]), x, end(), flows("s y", "x e"))
    return happening(x, path="g x e")


def throwing(kind: str) -> bytes:
    x = node("intermediateThrowEvent", "x", SENT[kind])
    if kind == "link":
        return file(start(), x, node("intermediateCatchEvent", "y", KINDS[kind]), end(), flows("s x", "y e"))
    return through(x, node("intermediateThrowEvent", "z"), path="s x z e")


def ending(kind: str) -> bytes:
    inside = sub("h", start("s2"), end("x", SENT[kind]), flows("s2 x"), tag="transaction")
    return through(inside, path="s h e")


def standing(kind: str) -> bytes:
    """A boundary event x on a host h that does not end by itself."""
    event = boundary("x", "h", KINDS[kind])
    if kind == "parallelMultiple":
        event = attributed(event, parallelMultiple="true")
    if kind in ("error", "escalation", "cancel"):
        host = sub("h", start("s2"), end("e2", KINDS[kind]), flows("s2 e2"), tag="transaction")
        return through(host, event, flows("x e"), path="s h e")
    if kind == "compensate":
        return undone(user("a"), event.replace('Ref="h"', 'Ref="a"'), handler=user("u", isForCompensation="true"))
    return happening(node("receiveTask", "h", messageRef="M9"), event, flows("x e"), path="g h e")


def undone(*parts: str, handler: str) -> bytes:
    tie = '<bpmn:association id="tie" sourceRef="x" targetRef="u"/>'
    return file(start(), *parts, handler, tie, end("e", KINDS["compensate"]), flows("s a e"))


def handling(kind: str, **attrs: str) -> bytes:
    """An event subprocess that starts by x."""
    begin = attributed(start("x", KINDS[kind]), **attrs)
    handler = sub("k", begin, end("e3"), flows("x e3")).replace('id="k"', 'id="k" triggeredByEvent="true"', 1)
    if kind in ("error", "escalation", "compensate"):
        inside = sub("h", start("s2"), end("e2", "" if kind == "compensate" else KINDS[kind]), flows("s2 e2"), handler)
        if kind == "compensate":
            return file(start(), inside, end("e", KINDS[kind]), flows("s h e"))
        return through(inside, path="s h e")
    return happening(node("receiveTask", "h", messageRef="M9"), handler, path="g h e")


def ad_hoc(*parts: str, condition: str = "", **attrs: str) -> bytes:
    more = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    return through(attributed(sub("x", *parts, inner=more, tag="adHocSubProcess"), **attrs))


def told(attrs: str, more: str = "") -> bytes:
    loop = times("2", more=more).replace("Characteristics>", f"Characteristics {attrs}>", 1)
    return through(user("h", loop), boundary("x", "h", KINDS["signal"]), flows("x e"), path="s h e")


def moving(tag: str) -> str:
    return f"<bpmn:{tag}><bpmn:assignment><bpmn:from>1</bpmn:from><bpmn:to>y</bpmn:to></bpmn:assignment></bpmn:{tag}>"


PLAIN = "<bpmn:dataInputAssociation><bpmn:sourceRef>D</bpmn:sourceRef></bpmn:dataInputAssociation>"
COMPLEX = (
    "<bpmn:complexBehaviorDefinition><bpmn:condition>numberOfCompletedInstances = 1</bpmn:condition>"
    f'<bpmn:event id="ev">{KINDS["signal"]}</bpmn:event></bpmn:complexBehaviorDefinition>'
)
INSIDE = (start("s2"), user("d"), end("e2"), flows("s2 d e2"))
RULE = "<spiffworkflow:calledDecisionId>r</spiffworkflow:calledDecisionId>"
LOOP = (
    "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>loopCounter &lt; 2</bpmn:loopCondition>"
    "</bpmn:standardLoopCharacteristics>"
)

ACTIVITIES: dict[Row, bytes] = {
    **{(tag, ""): through(node(tag, "x")) for tag in ("task", "manualTask", "serviceTask", "sendTask", "receiveTask")},
    ("userTask", ""): through(user("x")),
    ("scriptTask", ""): through(script("x", "{y: 1}")),
    ("receiveTask", "instantiate"): file(node("receiveTask", "x", instantiate="true"), end(), flows("x e")),
    ("businessRuleTask", ""): through(node("businessRuleTask", "x", ext=RULE)),
    ("callActivity", ""): through(call("x", "other")),
    ("subProcess", ""): through(sub("x", *INSIDE)),
    ("subProcess", "triggeredByEvent"): handling("timer"),
    ("transaction", ""): through(sub("x", *INSIDE, tag="transaction")),
    ("adHocSubProcess", ""): ad_hoc(user("a"), user("b")),
    ("adHocSubProcess", "completionCondition"): ad_hoc(user("a"), script("b", "{n: 1}"), condition="n = 1"),
    ("adHocSubProcess", "cancelRemainingInstances"): ad_hoc(
        user("a"), user("b"), condition="true", cancelRemainingInstances="false"
    ),
    ("adHocSubProcess", "ordering=Sequential"): ad_hoc(user("a"), user("b"), ordering="Sequential"),
    ("adHocSubProcess", "ordering=Sequential with subprocess"): ad_hoc(sub("a", *INSIDE), ordering="Sequential"),
    ("activity", "isForCompensation"): standing("compensate"),
    ("activity", "standardLoopCharacteristics"): through(user("x", LOOP)),
    ("activity", "standardLoopCharacteristics without end"): through(user("x", "<bpmn:standardLoopCharacteristics/>")),
    ("activity", "multiInstanceLoopCharacteristics parallel"): through(user("x", times("2"))),
    ("activity", "multiInstanceLoopCharacteristics sequential"): through(user("x", times("2", sequential=True))),
    ("activity", "loopCardinality"): through(sub("x", *INSIDE, inner=times("2"))),
    ("activity", "loopDataInputRef"): through(call("x", "other", each("[1, 2]", "item"))),
    ("activity", "completionCondition"): through(
        user("x", times("3", more="<bpmn:completionCondition>true</bpmn:completionCondition>"))
    ),
    ("activity", "behavior=None"): told('behavior="None" noneBehaviorEventRef="D1"'),
    ("activity", "behavior=One"): told('behavior="One" oneBehaviorEventRef="D1"'),
    ("activity", "behavior=Complex"): told('behavior="Complex"', COMPLEX),
    ("activity", "dataInputAssociation with assignment"): through(user("x", moving("dataInputAssociation"))),
    ("activity", "dataOutputAssociation with assignment"): through(user("x", moving("dataOutputAssociation"))),
    ("activity", "startQuantity"): through(user("x", startQuantity="2")),
    ("activity", "completionQuantity"): through(user("x", completionQuantity="2")),
    ("activity", "preScript"): through(user("x", ext="<spiffworkflow:preScript>y = 1</spiffworkflow:preScript>")),
    ("activity", "postScript"): through(user("x", ext="<spiffworkflow:postScript>y = 1</spiffworkflow:postScript>")),
}


def joined(inner: str) -> bytes:
    return file(start(), both("g"), user("a"), node("complexGateway", "x", inner), end(), flows("s g a x e", "g x"))


FLOWS: dict[Row, bytes] = {
    ("exclusiveGateway", ""): through(
        xor("x", default="x_e"), user("a"), flow("x", "a", "true"), flows("a e"), path="s x e"
    ),
    ("exclusiveGateway", "flow without condition"): file(
        start(), xor("x"), user("a"), end(), flow("x", "a", "true"), flows("s x e", "a e")
    ),
    ("parallelGateway", ""): file(start(), both("g"), user("a"), both("x"), end(), flows("s g a x e", "g x")),
    ("parallelGateway", "flow with condition"): file(start(), both("x"), end(), flow("x", "e", "true"), flows("s x")),
    ("inclusiveGateway", ""): file(start(), both("g"), user("a"), some("x"), end(), flows("s g a x e", "g x")),
    ("eventBasedGateway", ""): happening(
        node("eventBasedGateway", "x"), node("intermediateCatchEvent", "y", KINDS["timer"]), path="g x y e"
    ),
    ("eventBasedGateway", "instantiate"): file(
        node("eventBasedGateway", "x", instantiate="true"),
        node("intermediateCatchEvent", "y", KINDS["message"]),
        end(),
        flows("x y e"),
    ),
    ("eventBasedGateway", "instantiate eventGatewayType=Parallel"): file(
        node("eventBasedGateway", "x", instantiate="true", eventGatewayType="Parallel"),
        node("intermediateCatchEvent", "y", KINDS["message"]),
        node("intermediateCatchEvent", "t", KINDS["timer"]),
        both("j"),
        end(),
        flows("x y j e", "x t j"),
    ),
    ("eventBasedGateway", "eventGatewayType=Parallel"): through(
        node("eventBasedGateway", "x", eventGatewayType="Parallel"),
        node("intermediateCatchEvent", "y", KINDS["timer"]),
        path="s x y e",
    ),
    ("complexGateway", ""): through(node("complexGateway", "x")),
    ("complexGateway", "activationCondition"): joined("<bpmn:activationCondition>true</bpmn:activationCondition>"),
    ("complexGateway", "join without activationCondition"): joined(""),
    ("sequenceFlow", ""): through(user("x")),
    ("sequenceFlow", "conditionExpression out of an activity"): file(
        start(), user("a"), user("x"), end(), flow("a", "x", "true"), flows("s a", "x e")
    ),
    ("sequenceFlow", "conditionExpression out of an event"): file(
        start("x"), user("a"), user("b"), end(), flow("x", "a", "true"), flow("x", "b", "false"), flows("a e", "b e")
    ),
    ("sequenceFlow", "default out of an activity"): file(
        start(),
        user("a", default="a_x"),
        user("x"),
        end(),
        flow("a", "e", "false"),
        flow("a", "x"),
        flows("s a", "x e"),
    ),
    ("sequenceFlow", "several out of an activity"): through(user("x"), user("b"), flows("x b")),
    ("sequenceFlow", "several into an activity"): file(
        start(), both("g"), user("a"), user("x"), end(), flows("s g a x e", "g x")
    ),
    ("sequenceFlow", "none out of an activity"): file(start(), user("x"), flows("s x")),
    ("sequenceFlow", "across a subprocess border"): through(sub("h", *INSIDE), flows("s d"), path="s h e"),
}


def beginning(kind: str, **attrs: str) -> bytes:
    return file(attributed(start("x", KINDS[kind]), **attrs), end(), flows("x e"))


EVENTS: dict[Row, bytes] = {
    **{
        ("startEvent", kind): beginning(kind)
        for kind in ("", "message", "timer", "signal", "conditional", "multiple")
    },
    ("startEvent", "parallelMultiple"): beginning("parallelMultiple", parallelMultiple="true"),
    ("startEvent", "several"): file(start("x"), start("s2"), end(), flows("x e", "s2 e")),
    ("startEvent", "none at all"): file(user("x"), end(), flows("x e")),
    ("startEvent", "several in a subprocess"): through(sub("x", start("s2"), start("s3"), end("e2"), flows("s2 e2"))),
    **{
        ("startEvent", f"{kind} of an event subprocess"): handling(kind)
        for kind in (
            "message", "timer", "signal", "conditional", "error", "escalation", "compensate", "multiple",
        )
    },
    ("startEvent", "isInterrupting=false"): handling("timer", isInterrupting="false"),
    **{
        ("intermediateCatchEvent", kind): catching(kind)
        for kind in ("", "error", "message", "timer", "signal", "conditional", "link", "multiple", "parallelMultiple")
    },
    **{
        ("intermediateThrowEvent", kind): throwing(kind)
        for kind in ("", "message", "signal", "escalation", "compensate", "link", "multiple")
    },
    **{
        ("endEvent", kind): ending(kind)
        for kind in (
            "", "message", "signal", "error", "escalation", "terminate", "cancel", "compensate", "multiple",
        )
    },
    ("endEvent", "cancel outside a transaction"): file(start(), end("x", KINDS["cancel"]), flows("s x")),
    **{
        ("boundaryEvent", kind): standing(kind)
        for kind in (
            "message", "timer", "signal", "conditional", "error", "escalation", "cancel", "compensate", "multiple",
            "parallelMultiple",
        )
    },
    ("boundaryEvent", "cancelActivity=false"): happening(
        node("receiveTask", "h", messageRef="M9"),
        boundary("x", "h", KINDS["timer"], interrupting=False),
        flows("x e"),
        path="g h e",
    ),
    ("boundaryEvent", "error with cancelActivity=false"): through(
        sub("h", *INSIDE), boundary("x", "h", KINDS["error"], interrupting=False), flows("x e"), path="s h e"
    ),
    ("boundaryEvent", "compensate without association"): through(
        user("a"), boundary("x", "a", KINDS["compensate"]), path="s a e"
    ),
}  # fmt: skip


def pictured(*parts: str, inner: str = "") -> bytes:
    return through(user("x", inner), *parts)


def beside(*parts: str) -> bytes:
    return definitions(ROOTS, process(start(), user("x"), end(), flows("s x e")), *parts)


LANES = (
    '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="村委会"><bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane>'
    "</bpmn:laneSet>"
)
POOLS = (
    '<bpmn:collaboration id="c"><bpmn:participant id="p1" processRef="p"/><bpmn:participant id="p2"/>'
    '<bpmn:messageFlow id="mf" sourceRef="p2" targetRef="x"/></bpmn:collaboration>'
)
PICTURES: dict[Row, bytes] = {
    ("association", "compensation"): standing("compensate"),
    ("dataObject", ""): pictured('<bpmn:dataObject id="D"/>'),
    ("dataObjectReference", ""): pictured(
        '<bpmn:dataObject id="O"/><bpmn:dataObjectReference id="D" dataObjectRef="O"/>'
    ),
    ("dataStoreReference", ""): pictured('<bpmn:dataStoreReference id="D" name="台账"/>'),
    ("dataInputAssociation", ""): pictured('<bpmn:dataObject id="D"/>', inner=PLAIN),
    ("ioSpecification", ""): pictured(
        inner='<bpmn:ioSpecification><bpmn:dataInput id="I"/><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>'
    ),
    ("property", ""): pictured(inner='<bpmn:property id="P" name="q"/>'),
    ("laneSet", ""): pictured(LANES),
    ("participant", ""): beside(POOLS),
    ("messageFlow", ""): beside(POOLS),
    ("textAnnotation", ""): pictured('<bpmn:textAnnotation id="T"><bpmn:text>请注意</bpmn:text></bpmn:textAnnotation>'),
    ("group", ""): pictured('<bpmn:group id="G" categoryValueRef="V"/>'),
    ("category", ""): beside('<bpmn:category id="C"><bpmn:categoryValue id="V" value="v"/></bpmn:category>'),
    ("callChoreography", ""): pictured('<bpmn:callChoreography id="cc"/>'),
}

DIAGRAMS = {**ACTIVITIES, **FLOWS, **EVENTS, **PICTURES}
# What the path names when the element itself is not on it: handlers run, the event they hang on does not.
ON_PATH = {
    ("boundaryEvent", "compensate"): "u",
    ("activity", "isForCompensation"): "u",
    ("association", "compensation"): "u",
}
