"""What is refused before it can run: with a code, the element, its line and a Chinese sentence that says what to do."""

from __future__ import annotations

import re

import pytest

from engine import spiff
from tests.engine.diagrams.draw import (
    begin,
    both,
    boundary,
    call,
    definitions,
    diagram,
    end,
    flow,
    flows,
    handler,
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

LINK = '<bpmn:linkEventDefinition name="L"/>'
CANCEL = "<bpmn:cancelEventDefinition/>"
ERROR = "<bpmn:errorEventDefinition/>"
MESSAGE = "<bpmn:messageEventDefinition/>"
TWO = timer("PT1H") + MESSAGE


def through(*parts: str, path: str = "s a e") -> bytes:
    """A diagram with start and end around the parts."""
    return diagram(start(), *parts, end(), flows(path))


def qc(ext: str, tag: str = "userTask") -> bytes:
    return through(node(tag, "a", ext=ext))


REFUSED = {
    "link to nowhere": (through(node("intermediateThrowEvent", "a", LINK)), "link-event", "a"),
    "two link targets": (
        diagram(
            start(),
            node("intermediateThrowEvent", "a", LINK),
            node("intermediateCatchEvent", "b", LINK),
            node("intermediateCatchEvent", "c", LINK),
            end(),
            flows("s a", "b e", "c e"),
        ),
        "link-event",
        "c",
    ),
    "link from nowhere": (
        diagram(start(), node("intermediateCatchEvent", "a", LINK), end(), flows("s e", "a e")),
        "link-event",
        "a",
    ),
    "flow out of a link": (
        diagram(
            start(),
            node("intermediateThrowEvent", "a", LINK),
            node("intermediateCatchEvent", "b", LINK),
            end(),
            flows("s a e", "b e"),
        ),
        "link-event",
        "a",
    ),
    "event subprocess that waits for nothing": (
        through(user("a"), handler("x", start("s2"), end("e2"), flows("s2 e2"))),
        "event-kind",
        "s2",
    ),
    "event subprocess in the flow": (
        through(handler("a", start("s2", MESSAGE), end("e2"), flows("s2 e2"))),
        "event-subprocess",
        "a",
    ),
    "event subprocess several times": (
        through(user("a"), handler("x", start("s2", MESSAGE), end("e2"), flows("s2 e2"), inner=times("3"))),
        "event-subprocess",
        "x",
    ),
    "event subprocess with two starts": (
        through(user("a"), handler("x", start("s2", MESSAGE), start("s3", ERROR), end("e2"), flows("s2 e2", "s3 e2"))),
        "several-starts",
        "s3",
    ),
    "event subprocess without start": (through(user("a"), handler("x", end("e2"))), "no-start", "x"),
    "event subprocess with a boundary event": (
        through(
            user("a"),
            handler("x", start("s2", MESSAGE), end("e2"), flows("s2 e2")),
            boundary("b", "x", timer("PT1H")),
        ),
        "boundary-loose",
        "b",
    ),
    "event subprocess for an error beside the work": (
        through(user("a"), handler("x", begin("s2", ERROR, interrupting=False), end("e2"), flows("s2 e2"))),
        "event-kind",
        "s2",
    ),
    "start of a process by an error": (diagram(start("s", ERROR), end(), flows("s e")), "event-kind", "s"),
    "cancel end outside a transaction": (diagram(start(), end("e", CANCEL), flows("s e")), "cancel-outside", "e"),
    "cancel event on a plain task": (through(user("a"), boundary("b", "a", CANCEL)), "cancel-outside", "b"),
    "message start in a subprocess": (
        through(sub("a", start("s2", MESSAGE), end("e2"), flows("s2 e2"))),
        "subprocess-start",
        "s2",
    ),
    "multi-instance behavior": (
        through(user("a", times("3").replace("Characteristics>", 'Characteristics behavior="Some">', 1))),
        "loop-behavior",
        "a",
    ),
    "multi-instance of nothing": (through(user("a", "<bpmn:multiInstanceLoopCharacteristics/>")), "bad-loop", "a"),
    "loop without end": (through(user("a", "<bpmn:standardLoopCharacteristics/>")), "bad-loop", "a"),
    "parallel event gateway": (
        diagram(
            start(),
            node("eventBasedGateway", "g", eventGatewayType="Parallel"),
            node("intermediateCatchEvent", "m", MESSAGE),
            end(),
            flows("s g m e"),
        ),
        "event-gateway",
        "g",
    ),
    "instantiating task in the middle": (
        through(user("b"), node("receiveTask", "a", instantiate="true"), path="s b a e"),
        "instantiating-task",
        "a",
    ),
    "event gateway before a task": (
        diagram(start(), node("eventBasedGateway", "g"), user("a"), end(), flows("s g a e")),
        "event-gateway",
        "g",
    ),
    "event gateway before a receive task without message": (
        diagram(start(), node("eventBasedGateway", "g"), node("receiveTask", "a"), end(), flows("s g a e")),
        "event-gateway",
        "g",
    ),
    "one of several definitions is none to wait for": (
        through(node("intermediateCatchEvent", "a", TWO + ERROR)),
        "event-kind",
        "a",
    ),
    "error waited for together with a message": (
        through(user("a"), node("boundaryEvent", "b", MESSAGE + ERROR, attachedToRef="a", parallelMultiple="true")),
        "event-kind",
        "b",
    ),
    "process that starts when several things have come": (
        diagram(node("startEvent", "s", TWO, parallelMultiple="true"), end(), flows("s e")),
        "event-kind",
        "s",
    ),
    "event gateway before one that needs several": (
        diagram(
            start(),
            node("eventBasedGateway", "g"),
            node("intermediateCatchEvent", "a", TWO, parallelMultiple="true"),
            end(),
            flows("s g a e"),
        ),
        "event-gateway",
        "g",
    ),
    "event definition that is not there": (
        through(node("intermediateCatchEvent", "a", "<bpmn:eventDefinitionRef>gone</bpmn:eventDefinitionRef>")),
        "reference-missing",
        "a",
    ),
    "catch of nothing": (through(node("intermediateCatchEvent", "a")), "event-kind", "a"),
    "timer at an end": (diagram(start(), end("e", timer("PT1H")), flows("s e")), "event-kind", "e"),
    "error caught in the flow": (through(node("intermediateCatchEvent", "a", ERROR)), "event-kind", "a"),
    "error that does not interrupt": (
        through(sub("a", start("s2"), end("e2"), flows("s2 e2")), boundary("b", "a", ERROR, interrupting=False)),
        "event-kind",
        "b",
    ),
    "timer without a time": (
        through(node("intermediateCatchEvent", "a", "<bpmn:timerEventDefinition/>")),
        "timer-missing",
        "a",
    ),
    "cron": (through(node("intermediateCatchEvent", "a", timer("0 0 9 * * ?", "timeCycle"))), "feel-syntax", "a"),
    "script without text": (through(node("scriptTask", "a")), "expression-missing", "a"),
    "script in Python beyond the subset": (through(script("a", "x = 1\nwhile x:\n  pass")), "feel-syntax", "a"),
    "call of nothing": (through(node("callActivity", "a")), "called-missing", "a"),
    "rule without decision": (through(node("businessRuleTask", "a")), "decision-missing", "a"),
    "nothing to start with": (diagram(user("a"), user("b"), flows("a b a")), "no-start", "p"),
    "empty process": (diagram(), "no-start", "p"),
    "flow to nowhere": (diagram(start(), flows("s gone")), "flow-loose", "s_gone"),
    "flow with one end": (
        diagram(start(), end(), flows("s e"), '<bpmn:sequenceFlow id="f" sourceRef="s"/>'),
        "flow-loose",
        "f",
    ),
    "flow across levels": (
        through(sub("a", start("s2"), end("e2"), flows("s2 e2")), flow("s2", "e")),
        "flow-crosses",
        "s2_e",
    ),
    "flow after the end": (through(user("a"), path="s a e a"), "flow-after-end", "e"),
    "flow into the start": (through(user("a"), path="s a s"), "flow-into-start", "s"),
    "flow into a boundary event": (
        through(user("a"), boundary("b", "a", timer("PT1H")), path="s a e b"),
        "flow-into-boundary",
        "b",
    ),
    "boundary event on nothing": (through(user("a"), boundary("b", "gone", timer("PT1H"))), "boundary-loose", "b"),
    "boundary event on a gateway": (through(both("a"), boundary("b", "a", timer("PT1H"))), "boundary-loose", "b"),
    "gateway without way out": (diagram(start(), xor("x"), flows("s x")), "gateway-alone", "x"),
    "exclusive flow without condition": (
        diagram(start(), xor("x"), user("a"), end(), flow("x", "a", "n > 1"), flows("s x e", "a e")),
        "condition-missing",
        "x_e",
    ),
    "inclusive flow without condition": (
        diagram(start(), some("x"), user("a"), end(), flow("x", "a", "n > 1"), flows("s x e", "a e")),
        "condition-missing",
        "x_e",
    ),
    "parallel flow with condition": (
        diagram(start(), both("x"), end(), flow("x", "e", "n > 1"), flows("s x")),
        "parallel-condition",
        "x",
    ),
    "default that is not its flow": (
        diagram(start(), xor("x", default="zzz"), end(), flows("s x e")),
        "default-missing",
        "x",
    ),
    "message that is not there": (
        through(node("intermediateCatchEvent", "a", '<bpmn:messageEventDefinition messageRef="M"/>')),
        "reference-missing",
        "a",
    ),
    "unknown qc element": (qc('<qc:candidat role="r"/>'), "unknown-qc", "a"),
    "unknown qc attribute": (qc('<qc:candidate role="r" units="x"/>'), "unknown-qc", "a"),
    "qc attribute on the task": (
        diagram(start(), '<bpmn:task id="a" qc:role="x"/>', end(), flows("s a e")),
        "unknown-qc",
        "a",
    ),
    "qc element of the process on a task": (qc('<qc:title value="1"/>'), "unknown-qc", "a"),
    "qc element of a task on the process": (
        diagram(start(), end(), flows("s e"), ext='<qc:due value="1"/>'),
        "unknown-qc",
        "p",
    ),
    "candidate of a script": (qc('<qc:candidate role="r"/>', "scriptTask"), "unknown-qc", "a"),
    "candidate of two kinds": (qc('<qc:candidate role="r" user="x"/>'), "bad-candidate", "a"),
    "due without value": (qc("<qc:due/>"), "qc-attribute-missing", "a"),
    "due that is no expression": (qc('<qc:due value="1 +"/>'), "feel-syntax", "a"),
    "lookup without name": (qc('<qc:lookup register="r" key="k"/>'), "qc-attribute-missing", "a"),
    "number at no element": (
        diagram(start(), end(), flows("s e"), ext='<qc:number template="x" at="zz"/>'),
        "number-at",
        "p",
    ),
    "unsupported node": (diagram(start(), end(), flows("s e"), '<bpmn:callChoreography id="x"/>'), "unsupported", "x"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_code_element_line_and_advice(name: str) -> None:
    content, code, element = REFUSED[name]
    report = spiff.check_bytes(content, "upload.bpmn")
    found = [e for e in report.errors if (e["code"], e["element_id"]) == (code, element)]
    assert found, report.errors
    assert isinstance(found[0]["line"], int)
    assert f'id="{element}"' in "\n".join(content.decode().splitlines()[found[0]["line"] - 5 : found[0]["line"]])
    assert re.search(r"[一-鿿]", found[0]["message"])
    assert spiff.run_in_memory(content).state == "failed"


def test_a_syntax_error_gives_the_place_in_the_expression() -> None:
    content = diagram(start(), script("c", "{\n  a: 1,\n  b: 2 +\n}"), end(), flows("s c e"))
    message = spiff.check_bytes(content, "x").errors[0]["message"]
    assert "第 4 行第 1 列" in message


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("${n > }", "不用 ${ }"),
        ("a && b", "and、or"),
        ("x +", "请改成 FEEL 表达式"),
    ],
)
def test_a_condition_of_another_language_is_told_how_feel_writes_it(text: str, advice: str) -> None:
    content = diagram(start(), xor("x", default="x_e"), user("a"), end(), flow("x", "a", text), flows("s x e", "a e"))
    error = spiff.check_bytes(content, "x").errors[0]
    assert (error["code"], error["element_id"]) == ("feel-syntax", "x_a")
    assert advice in error["message"]


def test_texts_may_say_what_expressions_may_not() -> None:
    content = diagram(start(), script("c", '{a: "x == None"}'), end(), flows("s c e"))
    assert spiff.run_in_memory(content).values == {"a": "x == None"}


def test_a_qc_attribute_in_python_is_refused_with_how_feel_writes_it() -> None:
    error = spiff.check_bytes(qc('<qc:due value="None if n == 1 else n"/>'), "x").errors[0]
    assert (error["code"], error["element_id"]) == ("feel-syntax", "a")
    assert "相等写一个 =" in error["message"]
    assert "null" in error["message"]


REMARKED = {
    "task nobody may do": (through(user("a", ext="")), "a"),
    "gateway without default": (
        diagram(
            start(), xor("x"), user("a"), end(), flow("x", "a", "n > 1"), flow("x", "e", "n < 1"), flows("s x", "a e")
        ),
        "x",
    ),
    "node nobody reaches": (through(user("a"), user("island")), "island"),
    "process marked as not executable": (
        definitions(process(start(), end(), flows("s e")).replace('isExecutable="true"', 'isExecutable="false"')),
        "p",
    ),
    "operator nobody calls": (
        through(node("serviceTask", "a", ext='<spiffworkflow:serviceTaskOperator id="http/Get"/>')),
        "a",
    ),
    "property nothing reads": (
        qc('<spiffworkflow:properties><spiffworkflow:property name="colour" value="1"/></spiffworkflow:properties>'),
        "a",
    ),
    "error that cannot come": (through(user("a"), boundary("b", "a", ERROR)), "b"),
    "several starts": (diagram(start(), start("s2"), user("a"), end(), flows("s a e", "s2 a")), "s"),
    "no start drawn": (diagram(user("a"), end(), flows("a e")), "a"),
    "instantiating task behind a start": (through(node("receiveTask", "a", instantiate="true")), "a"),
    "start that waits for a time": (diagram(start("s", timer("P1D")), end(), flows("s e")), "s"),
    "condition in Python": (
        diagram(start(), xor("x", default="x_e"), user("a"), end(), flow("x", "a", "n == 1"), flows("s x e", "a e")),
        "x_a",
    ),
    "data flow": (through(node("scriptTask", "a", "<bpmn:dataInputAssociation/><bpmn:script>{}</bpmn:script>")), "a"),
}


@pytest.mark.parametrize("name", REMARKED)
def test_it_is_accepted_and_remarked(name: str) -> None:
    content, element = REMARKED[name]
    report = spiff.check_bytes(content, "upload.bpmn")
    assert report.ok, report.errors
    assert [c for c in report.changes if c["element_id"] == element and c["what"] and c["why"]]


def test_a_clean_diagram_has_nothing_to_remark() -> None:
    report = spiff.check_bytes(through(user("a")), "upload.bpmn")
    assert (report.ok, report.errors, report.changes) == (True, [], [])


def test_the_program_tells_what_it_uses() -> None:
    form = (
        '<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" value="t.schema.json"/>'
        '<spiffworkflow:property name="formView" value="draft"/></spiffworkflow:properties>'
        '<qc:lookup register="matters" key="k" as="row"/>'
    )
    rule = node("businessRuleTask", "r", ext="<spiffworkflow:calledDecisionId>route</spiffworkflow:calledDecisionId>")
    content = diagram(start(), user("a", ext=form), rule, call("c", "other"), end(), flows("s a r c e"))
    program = spiff.parse(content, "x").processes["p"]
    assert (program.called, program.decisions, program.lookups) == ({"other"}, {"route"}, {"matters"})
    assert program.forms == [spiff.FormUse("a", "t.schema.json", None, "draft", None, None)]
    assert [(e.id, e.type, e.order) for e in program.elements.values()][:2] == [
        ("s", "startEvent", 1),
        ("a", "userTask", 2),
    ]


def test_lanes_and_documentation_are_read() -> None:
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="村委会"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>'
        "</bpmn:laneSet>"
    )
    task = user("a", "<bpmn:documentation>请如实填写</bpmn:documentation>")
    element = spiff.parse(diagram(lanes, start(), task, end(), flows("s a e")), "x").processes["p"].elements["a"]
    assert (element.lane, element.documentation, element.line) == ("村委会", "请如实填写", 10)
