"""What a diagram reads and no step fills in is told, and nothing that is filled in somewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import engine
from webapp.form_fields import beside

PACKS = Path(__file__).parents[2] / "bpmn"
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qc="urn:qingche:bpmn:1" '
    'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="t"><process id="p" isExecutable="true">'
)
_START = '<extensionElements><qc:starter role="clerk"/></extensionElements>'
_TASK = (
    '<userTask id="fill"><extensionElements><qc:candidate starter="true"/>{variable}<s:properties>'
    '<s:property name="formJsonSchemaFilename" value="f.schema.json"/></s:properties></extensionElements></userTask>'
)
_REST = (
    '<startEvent id="s"/><exclusiveGateway id="x" name="够吗" default="no"/><endEvent id="e"/><endEvent id="e2"/>'
    '<sequenceFlow id="a" sourceRef="s" targetRef="fill"/><sequenceFlow id="b" sourceRef="fill" targetRef="x"/>\n'
    '<sequenceFlow id="yes" sourceRef="x" targetRef="e"><conditionExpression>{condition}</conditionExpression>'
    '</sequenceFlow><sequenceFlow id="no" sourceRef="x" targetRef="e2"/></process></definitions>'
)


def told(condition: str, *, variable: str = "", starter: bool = True, known: bool = True) -> list[dict[str, Any]]:
    task = _TASK.format(variable=f"<s:variableName>{variable}</s:variableName>" if variable else "")
    content = _HEAD + (_START if starter else "") + task + _REST.format(condition=condition)
    asked = frozenset({"amount", "subject"})
    report = engine.check_bytes(content.encode(), "p.bpmn", fields=lambda _name: asked if known else None)
    assert report.ok, report.errors
    return [one for one in report.remarks if one["code"].startswith("unknown-name")]


@pytest.mark.parametrize("condition", ["amount &gt; 5", "case.unit = amount", "for x in [1] return x + amount = [6]"])
def test_a_field_of_the_form_is_known(condition: str) -> None:
    assert told(condition) == []


def test_a_slip_is_told_where_it_is_with_what_may_be_meant() -> None:
    (found,) = told("amuont &gt; 5")
    assert (found["code"], found["element_id"], found["line"]) == ("unknown-name-near", "yes", 2)
    assert "“amount”" in found["message"] and "Is amount meant?" in found["en"]
    (found,) = told("elsewhere = 1")
    assert found["code"] == "unknown-name" and "“elsewhere”" in found["message"]


def test_what_is_kept_under_a_name_of_its_own_is_looked_into() -> None:
    assert told("asked.amount &gt; 5", variable="asked") == []
    (found,) = told("asked.amuont &gt; 5", variable="asked")
    assert "“asked.amount”" in found["message"]
    (found,) = told("amount &gt; 5", variable="asked")
    assert found["code"] == "unknown-name"


def test_where_values_may_come_from_elsewhere_only_slips_are_told() -> None:
    assert told("elsewhere = 1", starter=False) == [] == told("elsewhere = 1", known=False)
    assert [one["code"] for one in told("amuont = 1", starter=False)] == ["unknown-name-near"]


def _of_pack(file: Path, content: bytes) -> list[str]:
    report = engine.check_bytes(content, file.name, fields=beside(file))
    return [one["message"] for one in report.remarks if one["code"].startswith("unknown-name")]


@pytest.mark.parametrize("file", sorted(PACKS.glob("*/*.bpmn")), ids=lambda file: file.name)
def test_the_packs_read_nothing_that_is_not_filled_in(file: Path) -> None:
    assert _of_pack(file, file.read_bytes()) == []


def test_a_slip_in_a_pack_is_found_by_the_forms_of_the_pack() -> None:
    file, right = PACKS / "admission" / "complaint.bpmn", b'reading.decision = "again"'
    assert right in file.read_bytes()
    (message,) = _of_pack(file, file.read_bytes().replace(right, b'reading.decison = "again"'))
    assert "“reading.decision”" in message
