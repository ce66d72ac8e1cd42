"""Files nobody foresaw: samples broken at random are read quickly, and never raise."""

from __future__ import annotations

import copy
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import spiff
from engine.xml import read_xml
from tests.engine.normalise.census import lost
from tests.timing import within

SAMPLES = [file.read_bytes() for file in sorted((Path(__file__).parent / "samples").glob("*.bpmn"))]
QUIET = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def broken(root: Any, chance: random.Random) -> bytes:
    """Take away, double, move or rename a few things of a document."""
    root = copy.deepcopy(root)
    for _ in range(chance.randint(1, 6)):
        nodes = [node for node in root.iter(etree.Element) if node is not root]
        if not nodes:
            break
        node = chance.choice(nodes)
        act = chance.randrange(6)
        if act == 0:
            node.getparent().remove(node)
        elif act == 1:
            node.getparent().append(copy.deepcopy(node))
        elif act == 2 and node.attrib:
            del node.attrib[chance.choice(list(node.attrib))]
        elif act == 3 and node.attrib:
            node.set(
                chance.choice(list(node.attrib)),
                chance.choice(["", " x ", "p", "a", "ns:a", "${a}", "=b", "-1", "true"]),
            )
        elif act == 4:
            other = chance.choice(nodes)
            if node not in [other, *other.iterancestors()]:
                other.append(node)
        else:
            node.tag = chance.choice(nodes).tag
    return etree.tostring(root)


def told(report: spiff.Report) -> None:
    assert all(change["what"] and change["why"] for change in report.changes)
    assert all(error["code"] and error["message"] and error["line"] > 0 for error in report.errors)


@QUIET
@given(st.integers(0, len(SAMPLES) - 1), st.randoms(use_true_random=False))
def test_a_broken_file_is_read_or_refused_and_nothing_of_it_is_lost(which: int, chance: random.Random) -> None:
    content = broken(read_xml(SAMPLES[which]), chance)
    with within(1):
        parsed = spiff.parse(content, "x")
    told(parsed.report)
    if parsed.report.ok:
        assert lost(content, parsed, read_xml(content)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(SAMPLES) - 1), st.randoms(use_true_random=False))
def test_a_broken_file_that_is_accepted_runs_or_says_why_not(which: int, chance: random.Random) -> None:
    run = spiff.run_in_memory(broken(read_xml(SAMPLES[which]), chance), max_steps=60)
    assert run.state in ("completed", "waiting", "failed")


@QUIET
@given(st.integers(0, len(SAMPLES) - 1), st.integers(0, 4_000), st.binary(max_size=12))
def test_a_file_with_wrong_bytes_is_read_or_refused(which: int, at: int, put: bytes) -> None:
    content = SAMPLES[which]
    told(spiff.check_bytes(content[:at] + put + content[at + len(put) :], "x"))


WIDE = {
    "tasks with extensions": "".join(
        f'<task id="t{n}" v:a="1"><extensionElements><v:meta/></extensionElements></task><textAnnotation id="n{n}"/>'
        for n in range(4_000)
    ),
    "gateways with bare flows": "".join(
        f'<exclusiveGateway id="g{n}"/><sequenceFlow sourceRef="g{n}" targetRef="g0"/>'
        f'<sequenceFlow sourceRef="g{n}" targetRef="g1"/>'
        for n in range(4_000)
    ),
    "one gateway with many flows": '<exclusiveGateway id="g"/><task id="t"/>'
    + '<sequenceFlow sourceRef="g" targetRef="t"/>' * 30_000,
    "one id for all": '<task id="a"/>' + '<textAnnotation id="a"/>' * 50_000,
    "one id on many levels": "".join(f'<subProcess id="s{n}"><task id="a"/></subProcess>' for n in range(3_000)),
    "starts": "".join(f'<startEvent id="s{n}"/>' for n in range(4_000)),
    "scripts nobody can read": "".join(
        f'<scriptTask id="t{n}"><script>x = ;</script></scriptTask>' for n in range(4_000)
    ),
}


@pytest.mark.parametrize("name", WIDE)
def test_a_large_foreign_file_is_read_in_seconds(name: str) -> None:
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:v="http://v.example">'
    content = f'{head}<process id="p">{WIDE[name]}</process></definitions>'.encode()
    with within(4):
        report = spiff.check_bytes(content, "x")
    assert report.ok, report.errors[:3]


def test_every_refusal_of_a_file_that_nobody_could_run_names_code_element_and_line() -> None:
    content = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">\n<process id="p">\n'
        b'<task id="a"/>\n<task id="a"/>\n</process></definitions>'
    )
    error = spiff.check_bytes(content, "x").errors[0]
    assert (error["code"], error["element_id"], error["line"]) == ("duplicate-id", "a", 4)
    assert re.search("第 3 行", error["message"])


def test_what_stands_inside_a_value_is_told_when_the_value_is_rewritten() -> None:
    content = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:d="http://www.jboss.org/drools">'
        b'<process id="p"><startEvent id="s"/><userTask id="t"><dataInputAssociation><assignment>'
        b'<from>two words<itemDefinition id="within"/></from><to>x</to></assignment></dataInputAssociation></userTask>'
        b'<sequenceFlow id="f" sourceRef="s" targetRef="t"/></process></definitions>'
    )
    parsed = spiff.parse(content, "x")
    assert parsed.report.ok and lost(content, parsed, read_xml(content)) == []
    assert "within" in {change["element_id"] for change in parsed.report.changes}
