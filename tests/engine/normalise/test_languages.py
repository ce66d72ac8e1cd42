"""Conditions, timers, loops and scripts in the languages of other engines: translated and told, or an incident."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import pytest

from engine import spiff

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="p">'


def decided(condition: str, values: dict[str, Any], language: str = "") -> spiff.Run:
    """Run start -> gateway -> yes, or no by default."""
    said = f' language="{language}"' if language else ""
    content = (
        f'{HEAD}<startEvent id="s"/><exclusiveGateway id="x" default="f2"/><endEvent id="yes"/><endEvent id="no"/>'
        f'<sequenceFlow id="f0" sourceRef="s" targetRef="x"/><sequenceFlow id="f1" sourceRef="x" targetRef="yes">'
        f"<conditionExpression{said}>{escape(condition)}</conditionExpression></sequenceFlow>"
        '<sequenceFlow id="f2" sourceRef="x" targetRef="no"/></process></definitions>'
    ).encode()
    report = spiff.check_bytes(content, "x")
    assert report.ok, report.errors
    assert [change["element_id"] for change in report.changes] == ["f1"]
    return spiff.run_in_memory(content, answers={"s": values})


@pytest.mark.parametrize(
    ("condition", "language"),
    [
        ("${n > 1}", ""),
        ("#{n gt 1 and not empty name}", ""),
        ("  ${n == 2}\n", "juel"),
        ("=n > 1", ""),
        ('= n > 1 and name = "a"', ""),
        ("n > 1 and name == 'a'", ""),
        ("return n == 2;", "http://www.java.com/java"),
        ("n === 2 && name != 'b'", "javascript"),
        ("n > 1 && name == 'a'", "groovy"),
    ],
)
def test_a_condition_decides_in_its_own_language(condition: str, language: str) -> None:
    assert decided(condition, {"n": 2, "name": "a"}, language).path[-1] == "yes"
    assert decided(condition, {"n": 0, "name": "b"}, language).path[-1] == "no"


@pytest.mark.parametrize(
    ("condition", "language"),
    [
        ("${checker.ask(execution)}", ""),
        ("#{now() > due}", ""),
        ("n.matches('a') || new Date() > due", "groovy"),
        ("/data/value > 1", "http://www.w3.org/1999/XPath"),
        ("all is well?!", ""),
        ("${n >}", ""),
    ],
)
def test_a_condition_nobody_can_read_here_stops_the_case_when_it_is_reached(condition: str, language: str) -> None:
    run = decided(condition, {"n": 2}, language)
    assert (run.state, run.error and run.error["code"], run.error and run.error["element_id"]) == (
        "failed",
        "evaluation-failed",
        "f1",
    )


def timed(inner: str) -> tuple[spiff.Report, spiff.Run]:
    content = (
        f'{HEAD}<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition>{inner}</timerEventDefinition>'
        '</intermediateCatchEvent><endEvent id="e"/><sequenceFlow id="f0" sourceRef="s" targetRef="t"/>'
        '<sequenceFlow id="f1" sourceRef="t" targetRef="e"/></process></definitions>'
    ).encode()
    return spiff.check_bytes(content, "x"), spiff.run_in_memory(content, answers={"s": {"wait": "PT5M"}})


@pytest.mark.parametrize(
    ("inner", "changes"),
    [
        ("<timeDuration>PT1H</timeDuration>", 0),
        ("<timeDuration> P1DT2H30M </timeDuration>", 0),
        ("<timeDate>2026-01-02T10:00:00Z</timeDate>", 0),
        ("<timeDate>2026-01-02</timeDate>", 0),
        ("<timeDate>2026-01-02T10:00:00.123+08:00</timeDate>", 0),
        ("<timeCycle>R3/PT10M</timeCycle>", 0),
        ("<timeDuration>${wait}</timeDuration>", 1),
        ("<timeDuration>=duration(wait)</timeDuration>", 1),
        ("<timeDuration>10s</timeDuration>", 1),
        ("<timeDuration>500ms</timeDuration>", 1),
        ("<timeDuration>pt1h</timeDuration>", 1),
        ("<timeCycle>1s###5m</timeCycle>", 1),
        ("<timeDuration>R3/PT10M</timeDuration>", 1),
        ("<timeCycle>R3/2026-01-02T10:00:00Z/PT10M</timeCycle>", 1),
        ("<timeDate/><timeDuration>PT1H</timeDuration>", 1),
        ("", 1),
        ("<timeDuration/>", 1),
        ("<timeCycle>0 0/5 * * * ?</timeCycle>", 2),
        ("<timeDuration>three working days</timeDuration>", 0),
    ],
)
def test_a_timer_fires_in_the_form_it_is_written_or_by_hand(inner: str, changes: int) -> None:
    report, run = timed(inner)
    assert report.ok, report.errors
    assert [change["element_id"] for change in report.changes] == ["t"] * changes
    if "three" in inner:  # FEEL takes it for a name; that it is none shows when the timer is set.
        assert run.error is not None
        assert run.error["element_id"] == "t"
    else:
        assert (run.state, run.path) == ("completed", ["s", "t", "e"])


def scripted(text: str, attributes: str) -> spiff.Run:
    content = (
        f'{HEAD}<startEvent id="s"/><scriptTask id="c" {attributes}><script>{escape(text)}</script></scriptTask>'
        '<endEvent id="e"/><sequenceFlow id="f0" sourceRef="s" targetRef="c"/>'
        '<sequenceFlow id="f1" sourceRef="c" targetRef="e"/></process></definitions>'
    ).encode()
    report = spiff.check_bytes(content, "x")
    assert report.ok, report.errors
    return spiff.run_in_memory(content, answers={"c": {"from": "outside"}})


@pytest.mark.parametrize(
    ("text", "attributes", "values"),
    [
        ("{a: 1 + 1}", "", {"a": 2}),
        ("a = 1 + 1", 'scriptFormat="python"', {"a": 2}),
        ("execution.setVariable('a', 2)", 'scriptFormat="groovy"', {"from": "outside"}),
        ("var a = 1;", 'scriptFormat="javascript"', {"from": "outside"}),
        ("System.out.println(1);", 'scriptFormat="http://www.java.com/java"', {"from": "outside"}),
        ("${execution.setVariable('a', 2)}", 'scriptFormat="juel"', {"from": "outside"}),
        ("", "", {"from": "outside"}),
    ],
)
def test_a_script_runs_as_feel_or_waits_for_somebody_outside(text: str, attributes: str, values: Any) -> None:
    run = scripted(text, attributes)
    assert (run.state, run.path, run.values) == ("completed", ["s", "c", "e"], values)
