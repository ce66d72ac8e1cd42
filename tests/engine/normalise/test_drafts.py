"""Diagrams that leave something open or wrong: each has the behaviour that its list of changes states."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from engine import spiff

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def flow(path: str) -> str:
    ids = path.split()
    return "".join(f'<sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(ids))


def file(process: str, before: str = "") -> bytes:
    head = f'<definitions xmlns="{MODEL}" targetNamespace="t">\n{before}<process id="p">'
    return f"{head}{process}</process></definitions>".encode()


def around(inner: str, path: str = "s a e", before: str = "") -> bytes:
    """Start and end with `inner` between them."""
    return file(f'<startEvent id="s"/>{inner}<endEvent id="e"/>{flow(path)}', before)


def event(tag: str, kind: str, id: str = "a", attributes: str = "") -> str:
    return f'<{tag} id="{id}" {attributes}><{kind}EventDefinition/></{tag}>'


ON_A = 'attachedToRef="a"'
CATCH, THROW = "intermediateCatchEvent", "intermediateThrowEvent"
HANDLER = '<subProcess id="h" triggeredByEvent="true">'
INSTANCES = "multiInstanceLoopCharacteristics"

# What is open -> the path a case takes, and whether it waits at the end.
RUNS = {
    "timer without a time": (around(event(CATCH, "timer")), "s a e"),
    "condition without a text": (around(event(CATCH, "conditional")), "s a e"),
    "event of nothing": (around(f'<{CATCH} id="a"/>'), "s a e"),
    "message without a name": (around(event(CATCH, "message")), "s waiting"),
    "signal thrown without a name": (around(event(THROW, "signal")), "s a e"),
    "escalation thrown without a code": (around(event(THROW, "escalation")), "s a e"),
    "error end without a code": (file(f'<startEvent id="s"/>{event("endEvent", "error", "e")}{flow("s e")}'), "s e"),
    "start with a timer that has no time": (
        file(f'{event("startEvent", "timer", "s")}<endEvent id="e"/>{flow("s e")}'),
        "s e",
    ),
    "boundary timer without a time": (around('<task id="a"/>' + event("boundaryEvent", "timer", "b", ON_A)), "s a e"),
    "boundary event of nothing": (around('<task id="a"/><boundaryEvent id="b" attachedToRef="a"/>'), "s a e"),
    "boundary event on nothing": (around('<task id="a"/>' + event("boundaryEvent", "signal", "b")), "s a e"),
    "boundary event on another level": (
        around('<task id="a"/><subProcess id="z">' + event("boundaryEvent", "signal", "b", ON_A) + "</subProcess>"),
        "s a e",
    ),
    "event subprocess that nothing starts": (
        around('<task id="a"/>' + HANDLER + '<startEvent id="s2"/></subProcess>'),
        "s a e",
    ),
    "event subprocess whose timer has no time": (
        around('<task id="a"/>' + HANDLER + event("startEvent", "timer", "s2") + "</subProcess>"),
        "s a e",
    ),
    "compensation without an activity to undo": (
        around('<task id="a"/>' + event("boundaryEvent", "compensate", "b", ON_A)),
        "s a e",
    ),
    "loop without an end": (around('<task id="a"><standardLoopCharacteristics/></task>'), "s a e"),
    "instances of nothing": (around('<task id="a"><multiInstanceLoopCharacteristics/></task>'), "s a e"),
    "instances without a number": (
        around('<task id="a"><' + INSTANCES + "><loopCardinality/></" + INSTANCES + "></task>"),
        "s a e",
    ),
    "call of nothing": (around('<callActivity id="a"/>'), "s a e"),
    "call of a global task": (
        around('<callActivity id="a" calledElement="g"/>', before='<globalUserTask id="g"/>'),
        "s a e",
    ),
    "rule without decision": (around('<businessRuleTask id="a"/>'), "s a e"),
    "script without text": (around('<scriptTask id="a"/>'), "s a e"),
    "empty subprocess": (around('<subProcess id="a"/>'), "s a e"),
    "empty ad-hoc subprocess": (around('<adHocSubProcess id="a"/>'), "s a e"),
    "default that is not there": (around('<task id="a" default="nope"/>'), "s a e"),
    "gateway without a way out": (around('<exclusiveGateway id="a"/>', "s a"), "s a"),
    "flow out of the end": (around('<task id="a"/>', "s e a"), "s e a"),
    "flow to nowhere": (around('<task id="a"/><sequenceFlow id="x" sourceRef="a" targetRef="nope"/>'), "s a e"),
    "condition on a parallel gateway": (
        around(
            '<parallelGateway id="a"/><sequenceFlow id="x" sourceRef="a" targetRef="e">'
            "<conditionExpression>false</conditionExpression></sequenceFlow>",
            "s a",
        ),
        "s a e",
    ),
    "event gateway before events without details": (
        around(
            '<eventBasedGateway id="a"/>'
            + event(CATCH, "timer", "b")
            + event(CATCH, "conditional", "c")
            + flow("a b e")
            + flow("a c e"),
            "s a",
        ),
        "s a b e",
    ),
    "event behind a gateway that others lead to": (
        around('<eventBasedGateway id="a"/>' + event(CATCH, "timer", "b") + f'<task id="z"/>{flow("z b")}', "s a b e"),
        "s a b e",
    ),
    "choreography task in a process": (around('<task id="a"/><choreographyTask id="c"/>' + flow("a c")), "s a e"),
    "element nobody knows": (around('<task id="a"/><robotTask id="c"/>' + flow("a c")), "s a e"),
    "two nodes of one id on two levels": (
        around(
            '<subProcess id="a"><startEvent id="s"/><task id="t"/><endEvent id="e"/>' + flow("s t e") + "</subProcess>"
        ),
        "s s_2 t e_2 a e",
    ),
    "not executable in other words": (
        file('<startEvent id="s"/>').replace(b'id="p"', b'id="p" isExecutable="1"'),
        "s",
    ),
}


@pytest.mark.parametrize("name", RUNS)
def test_what_is_open_has_a_stated_behaviour(name: str) -> None:
    content, expected = RUNS[name]
    report = spiff.check_bytes(content, "x")
    assert report.ok, report.errors
    run = spiff.run_in_memory(content)
    assert run.error is None
    assert run.path + (["waiting"] if run.state == "waiting" else []) == expected.split()


STOPS = {
    "error in the flow": around(event(CATCH, "error")),
    "timer at an end": file(f'<startEvent id="s"/>{event("endEvent", "timer", "a")}{flow("s a")}'),
    "cancel outside a transaction": file(f'<startEvent id="s"/>{event("endEvent", "cancel", "a")}{flow("s a")}'),
    "link to nowhere": file(f'<startEvent id="s"/>{event(THROW, "link")}{flow("s a")}'),
    "compensation of nothing": around(f'<{THROW} id="a"><compensateEventDefinition activityRef="nope"/></{THROW}>'),
    "event gateway before a subprocess": around('<eventBasedGateway id="a"/><subProcess id="b"/>' + flow("a b"), "s a"),
    "subprocess that goes in circles": around(
        f'<subProcess id="a"><task id="x"/><task id="y"/>{flow("x y x")}</subProcess>'
    ),
}


@pytest.mark.parametrize("name", STOPS)
def test_what_cannot_be_done_rightly_stops_the_case_and_says_what_is_missing(name: str) -> None:
    report = spiff.check_bytes(STOPS[name], "x")
    assert report.ok, report.errors
    assert any(change["element_id"] == "a" and "会停下" in (change["what"] or "") for change in report.changes)
    run = spiff.run_in_memory(STOPS[name])
    assert run.error is not None
    assert (run.error["code"], run.error["element_id"]) == ("unfinished-element", "a")
    assert re.search("还没有画完", run.error["message"])


def test_several_bare_flows_stop_the_case_where_one_must_be_chosen() -> None:
    content = around('<exclusiveGateway id="a"/><task id="b"/>' + flow("a b"))
    run = spiff.run_in_memory(content)
    assert run.error is not None
    assert (run.error["code"], run.path) == ("evaluation-failed", ["s"])


def test_the_only_bare_flow_of_a_gateway_is_its_default() -> None:
    content = around(
        '<exclusiveGateway id="a"/><task id="b"/><sequenceFlow id="x" sourceRef="a" targetRef="b">'
        "<conditionExpression>n > 1</conditionExpression></sequenceFlow>"
    )
    assert spiff.run_in_memory(content, answers={"s": {"n": 1}}).path == ["s", "a", "e"]
    assert spiff.run_in_memory(content, answers={"s": {"n": 2}}).path == ["s", "a", "b"]


def test_bare_flows_of_an_inclusive_gateway_are_always_taken() -> None:
    content = around(
        '<inclusiveGateway id="a"/><task id="b"/><task id="c"/>' + flow("a b") + '<sequenceFlow id="x" sourceRef="a"'
        ' targetRef="c"><conditionExpression>n > 1</conditionExpression></sequenceFlow>'
    )
    assert set(spiff.run_in_memory(content, answers={"s": {"n": 1}}).path) == {"s", "a", "b", "e"}
    assert set(spiff.run_in_memory(content, answers={"s": {"n": 2}}).path) == {"s", "a", "b", "c", "e"}


def test_our_own_files_are_held_to_our_rules() -> None:
    theirs = around(event(CATCH, "timer"))
    ours = theirs.replace(b"<definitions", b'<definitions xmlns:qc="urn:qingche:bpmn:1"')
    assert spiff.check_bytes(theirs, "x").ok
    assert [error["code"] for error in spiff.check_bytes(ours, "x").errors] == ["timer-missing"]


def test_a_process_that_never_begins_is_a_picture() -> None:
    content = file(f'<task id="x"/><task id="y"/>{flow("x y x")}')
    report = spiff.check_bytes(content, "x")
    assert (report.ok, report.definitions) == (True, [])
    assert {change["element_id"] for change in report.changes} >= {"p", "x", "y", "x-y", "y-x"}


@pytest.mark.parametrize(
    "wrong",
    [
        ('targetNamespace="t"', 'targetNamespace="t" xmlns:x="not an address"'),
        ('<task id="a"', '<task id="a" undeclared:mark="1"'),
        ('<task id="a"', '<task xml:id="1 2" id="a"'),
        ("<definitions", '<definitions xmlns:y=""'),
    ],
)
def test_wrong_namespaces_are_read_and_told(wrong: tuple[str, str]) -> None:
    content = around('<task id="a"/>').decode().replace(*wrong).encode()
    report = spiff.check_bytes(content, "x")
    assert report.ok, report.errors
    assert "前缀和命名空间照字面读" in [change["what"] for change in report.changes]
    assert spiff.run_in_memory(content).path == ["s", "a", "e"]


def test_an_undeclared_prefix_may_stand_for_bpmn_itself() -> None:
    content = around('<task id="a"/>').decode().replace(f' xmlns="{MODEL}"', "")
    content = content.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    assert spiff.run_in_memory(content.encode()).path == ["s", "a", "e"]


@pytest.mark.parametrize("text", ["&nbsp;", "&", "\x0b", "<"])
def test_what_is_no_xml_is_refused_with_the_line(text: str) -> None:
    error = spiff.check_bytes(around(f'<task id="a" name="{text}"/>'), "x").errors[0]
    assert (error["code"], error["line"]) == ("not-xml", 2)
