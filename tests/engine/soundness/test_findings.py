"""One diagram for each finding, and one beside it that must not have it."""

from __future__ import annotations

from itertools import pairwise

import pytest

import engine
from engine.soundness import judge
from engine.spiff import parse
from forms.redlines import crossed
from tests.engine.soundness.drawings import Drawing, Maker, file_of
from tests.timing import within

OURS = ' xmlns:qc="urn:qingche:bpmn:1"'
HEAD = f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"{OURS} targetNamespace="t">'
FORM = (
    '<spiffworkflow:properties xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">'
    '<spiffworkflow:property name="formJsonSchemaFilename" value="f.schema.json"/></spiffworkflow:properties>'
)


def drawn(text: str, *, foreign: bool = False) -> bytes:
    """Write a process: `a>b` is a flow, `a?b` one with a condition, anything else an element by its first letters."""
    kinds = {
        "s": "startEvent", "e": "endEvent", "x": "exclusiveGateway", "a": "parallelGateway", "o": "inclusiveGateway",
        "u": "userTask", "c": "scriptTask", "v": "eventBasedGateway", "k": "complexGateway",
    }  # fmt: skip
    made, names = [], dict.fromkeys(word for part in text.split() for word in part.replace("?", ">").split(">"))
    for name in names:
        inner = "<script>{a: 1}</script>" if name[0] == "c" else ""
        made.append(f'<{kinds[name[0]]} id="{name}">{inner}</{kinds[name[0]]}>')
    for number, part in enumerate(text.split()):
        ends = part.replace("?", ">").split(">")
        inner = "<conditionExpression>true</conditionExpression>" if "?" in part else ""
        for at, (source, target) in enumerate(pairwise(ends)):
            made.append(
                f'<sequenceFlow id="f{number}_{at}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
            )
    head = HEAD.replace(OURS, "") if foreign else HEAD
    return f'{head}<process id="p" isExecutable="true">{"".join(made)}</process></definitions>'.encode()


def told(content: bytes) -> dict[str, tuple[str | None, str]]:
    """Return code -> (element, severity) of what the rules found."""
    report = engine.check_bytes(content, "p.bpmn", crossed=crossed)
    hard = {one["code"]: (one["element_id"], "error") for one in report.errors}
    return hard | {one["code"]: (one["element_id"], one["severity"]) for one in report.remarks}


@pytest.mark.parametrize(
    ("text", "code", "element", "severity"),
    [
        ("s>x x?u1 x?u2 u1>a u2>a a>e", "join-never", "a", "error"),
        ("s>a1 a1>u1>a2 a1>x x?u2 x?e1 u2>a2 a2>e", "join-may-wait", "a2", "remark"),
        ("s>a a>u1>u a>u2>u u>e", "taken-twice", "u", "remark"),
        ("s>x x?u x?e u>x1 x1?u x1?u3 u3>u4 u4>u3", "no-end", "u3", "remark"),
        ("s>c1 c1>c2 c2>c1", "endless-loop", "c1", "error"),
        ("s>x1>c1>x x?x1 x?e", "busy-loop", "x1", "remark"),
    ],
)
def test_each_fault_is_found_where_it_is(text: str, code: str, element: str, severity: str) -> None:
    assert told(drawn(text)).get(code) == (element, severity)


def test_a_file_of_another_tool_is_never_refused_for_it() -> None:
    found = told(drawn("s>x x?u1 x?u2 u1>a u2>a a>e", foreign=True))
    assert found["join-never"] == ("a", "remark")
    assert engine.check_bytes(drawn("s>c1 c1>c2 c2>c1", foreign=True), "p.bpmn").ok


def test_what_fits_together_has_no_finding() -> None:
    right = "s>a1 a1>u1>a2 a1>x1 x1?u2>x2 x1?u3>x2 x2>a2 a2>o1 o1?u4>o2 o1?u5>o2 o2>x3>u6>x4 x4?x3 x4?e"
    assert told(drawn(right)) == {}


def test_a_timer_beside_the_subprocess_saves_what_hangs_in_it() -> None:
    inner = drawn("s>x x?u1 x?u2 u1>a u2>a a>e").decode().split('isExecutable="true">')[1].split("</process>")[0]
    timer = (
        '<boundaryEvent id="t" attachedToRef="sub"><timerEventDefinition><timeDuration>P1D</timeDuration>'
        "</timerEventDefinition></boundaryEvent>"
    )
    flow = '<sequenceFlow id="g1" sourceRef="s0" targetRef="sub"/>'
    around = f'<startEvent id="s0"/><subProcess id="sub">{inner}</subProcess>{timer}{flow}'
    text = f'{HEAD}<process id="p">{around}</process></definitions>'
    assert told(text.encode())["join-never"] == ("a", "remark")


def test_approving_ones_own_work_is_remarked_and_another_role_is_not() -> None:
    def between(role: str) -> bytes:
        tasks = "".join(
            f'<userTask id="{key}" name="{name}"><extensionElements><qc:candidate role="{who}"/>{FORM}'
            "</extensionElements></userTask>"
            for key, name, who in (("u1", "起草", "clerk"), ("u2", "审批", role))
        )
        flows = "".join(
            f'<sequenceFlow id="{a}{b}" sourceRef="{a}" targetRef="{b}"/>'
            for a, b in (("s", "u1"), ("u1", "u2"), ("u2", "e"))
        )
        ends = '<startEvent id="s"/><endEvent id="e"/>'
        return f'{HEAD}<process id="p">{ends}{tasks}{flows}</process></definitions>'.encode()

    assert told(between("clerk"))["self-approval"] == ("u2", "remark")
    assert told(between("leader")) == {}


def test_a_step_that_crosses_a_red_line_is_remarked_with_the_rule() -> None:
    content = drawn("s>u1>e").replace(b'id="u1"', 'id="u1" name="每天打卡"'.encode())
    report = engine.check_bytes(content, "p.bpmn", crossed=crossed)
    (found,) = [one for one in report.remarks if one["code"] == "red-line"]
    assert (found["element_id"], found["line"]) == ("u1", 1)
    assert "不搞打卡签到" in found["message"] and "no check-ins" in found["en"]


@pytest.mark.parametrize("right", [True, False])
def test_200_elements_are_judged_while_a_designer_draws(right: bool) -> None:
    seed = looked_at = 0
    while looked_at < 4:
        seed += 1
        parsed = parse(file_of(large(seed, right=right)), "p.bpmn")
        if parsed.report.errors:
            continue
        looked_at += 1
        assert len(parsed.processes["p"].elements) >= 180
        with within(0.2):
            found = judge(parsed.processes["p"])
        assert not right or all(each.verdict.decided for each in found)


def large(seed: int, *, right: bool) -> Drawing:
    """Draw some 200 elements, with mistakes or without."""
    maker = Maker(seed, loose=not right)
    maker.wrong = 0.0 if right else 0.3
    drawing = Drawing()
    at = maker.shape(drawing, "start")
    while file_of(drawing).count(b'id="') < 400:  # Elements and flows.
        maker.blocks = 20
        first, last = maker.block(drawing, 0)
        maker.flow(drawing, at, first)
        at = last
    maker.flow(drawing, at, maker.shape(drawing, "end"))
    return drawing
