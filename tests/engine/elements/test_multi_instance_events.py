"""BPMN 2.0.2 clause 10.3.8: what a multi-instance activity throws to its boundary events as instances complete."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.diagrams.draw import boundary, definitions, end, flows, process, start, times, user
from tests.engine.diagrams.drive import Driver

ROOTS = (
    '<bpmn:signal id="S1" name="办完一个"/>',
    '<bpmn:escalation id="X1" name="过半" escalationCode="half"/>',
    '<bpmn:signalEventDefinition id="D1" signalRef="S1"/>',
    '<bpmn:timerEventDefinition id="D2"><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>',
)
SIGNAL = '<bpmn:signalEventDefinition signalRef="S1"/>'
NAMELESS = "<bpmn:signalEventDefinition/>"
HALF = '<bpmn:escalationEventDefinition escalationRef="X1"/>'


def several(attrs: str, *events: str, more: str = "") -> bytes:
    loop = times("3", more=more).replace("Characteristics>", f"Characteristics {attrs}>", 1)
    return definitions(*ROOTS, process(start(), user("a", loop), *events, user("b"), end(), flows("s a e", "x b e")))


def test_none_tells_of_every_instance() -> None:
    case = Driver(several('behavior="None" noneBehaviorEventRef="D1"', boundary("x", "a", SIGNAL, interrupting=False)))
    case.complete("a")
    case.complete("a")
    assert case.waiting().count("b") == 2
    assert case.values["numberOfCompletedInstances"] == 2


def test_one_tells_of_the_first_only_and_may_interrupt_the_rest() -> None:
    told = several('behavior="One" oneBehaviorEventRef="D1"', boundary("x", "a", SIGNAL, interrupting=False))
    case = Driver(told)
    case.complete("a")
    case.complete("a")
    assert case.waiting().count("b") == 1
    cut = Driver(several('behavior="One"', boundary("x", "a", NAMELESS)))
    cut.complete("a")
    assert (cut.waiting(), cut.cancelled) == (["b"], ["a", "a"])


def test_complex_tells_when_its_condition_holds() -> None:
    rule = (
        "<bpmn:complexBehaviorDefinition><bpmn:condition>numberOfCompletedInstances * 2 &gt; numberOfInstances"
        f'</bpmn:condition><bpmn:event id="i">{HALF}</bpmn:event></bpmn:complexBehaviorDefinition>'
    )
    case = Driver(several('behavior="Complex"', boundary("x", "a", HALF), more=rule))
    case.complete("a")
    assert "b" not in case.waiting()
    case.complete("a")
    assert (case.waiting(), case.cancelled) == (["b"], ["a"])


def test_all_tells_nothing_and_what_nobody_takes_is_forgotten() -> None:
    for attrs in ('behavior="All"', 'behavior="None"'):
        case = Driver(several(attrs, boundary("x", "a", HALF)))
        for _ in range(3):
            case.complete("a")
        assert case.outcome.state == "completed"


@pytest.mark.parametrize("attrs", ['behavior="Some"', 'behavior="One" oneBehaviorEventRef="D2"'])
def test_what_cannot_be_thrown_is_refused(attrs: str) -> None:
    errors = spiff.check_bytes(several(attrs, boundary("x", "a", SIGNAL)), "x").errors
    assert [(e["code"], e["element_id"]) for e in errors] == [("loop-behavior", "a")]
