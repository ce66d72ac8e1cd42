"""A designer opens what there is, changes one thing and loses nothing; and draws a small process that then runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
# What a file of another tool may carry: unknown extensions, attributes and namespaces, references to nothing.
FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 xmlns:own="urn:some:tool" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d" targetNamespace="t" own:tool="7">
 <bpmn:process id="foreign" name="外来" isExecutable="true" camunda:historyTimeToLive="30">
  <bpmn:startEvent id="s"><bpmn:outgoing>f</bpmn:outgoing></bpmn:startEvent>
  <bpmn:userTask id="u" name="旧名" camunda:assignee="${who}" own:colour="red"><bpmn:extensionElements>
    <own:thing level="3"><own:inner>文字</own:inner></own:thing>
    <camunda:taskListener event="create" class="some.Listener"/></bpmn:extensionElements>
   <bpmn:incoming>f</bpmn:incoming><bpmn:outgoing>g</bpmn:outgoing>
   <bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopDataInputRef>villages</bpmn:loopDataInputRef>
    <bpmn:inputDataItem id="village" name="village"/></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>
  <bpmn:endEvent id="e"><bpmn:incoming>g</bpmn:incoming></bpmn:endEvent>
  <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="u"/><bpmn:sequenceFlow id="g" sourceRef="u" targetRef="e"/>
 </bpmn:process>
 <bpmndi:BPMNDiagram id="b"><bpmndi:BPMNPlane id="p" bpmnElement="foreign">
  <bpmndi:BPMNShape id="s1" bpmnElement="s"><dc:Bounds x="100" y="100" width="36" height="36"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="u1" bpmnElement="u"><dc:Bounds x="200" y="78" width="100" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="e1" bpmnElement="e"><dc:Bounds x="360" y="100" width="36" height="36"/></bpmndi:BPMNShape>
 </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>"""


def open_file(person: Any, name: str, content: bytes) -> Page:
    designer = person("designer")
    designer.visit("/studio/processes")
    page: Page = designer.page
    page.set_input_files("#file", {"name": name, "mimeType": "application/xml", "buffer": content})
    page.get_by_role("button", name="打开").click()
    page.wait_for_selector('body[data-ready="1"]')
    return page


def rename(page: Page, element: str, name: str) -> bytes:
    """Give one element another name; return the file as it is stored then."""
    page.locator(f'.djs-element[data-element-id="{element}"] .djs-hit').first.click()
    field = page.get_by_label("名称", exact=True)
    field.fill(name)
    with page.expect_response(lambda answer: answer.url.endswith("/save") and answer.ok) as saved:
        field.press("Tab")
    return str(saved.value.request.post_data_json["xml"]).encode()


def census(content: bytes) -> dict[str, int]:
    """Count every element with its attributes and text, whatever their order and prefixes."""
    found: dict[str, int] = {}
    for node in etree.fromstring(content).iter(etree.Element):
        text = " ".join((node.text or "").split())
        for line in (f"{node.tag}|{text}", *(f"{node.tag}@{name}={value}" for name, value in node.attrib.items())):
            found[line] = found.get(line, 0) + 1
    return found


@pytest.mark.parametrize(
    ("name", "element"), [("foreign", "u"), ("village", "accept"), ("ticket", "draft"), ("complaint", "write")]
)
def test_one_label_is_changed_and_all_else_is_still_there(person: Any, name: str, element: str) -> None:
    path = ROOT / "bpmn" / "admission" / f"{name}.bpmn"
    content = FOREIGN.encode() if name == "foreign" else path.read_bytes()
    before = census(content)
    page = open_file(person, f"{name}.bpmn", content)
    after = census(rename(page, element, "换了名字"))
    lost = {line: count for line, count in before.items() if after.get(line, 0) < count}
    come = {line: count for line, count in after.items() if before.get(line, 0) < count}
    assert len(lost) == 1 and next(iter(lost)).split("@")[1].startswith("name="), lost
    assert len(come) == 1 and next(iter(come)).endswith("@name=换了名字"), come
    expect(page.locator("#lint")).to_contain_text("可以发布" if name != "foreign" else "")
    page.goto(page.url + "/publish")
    page.get_by_role("button", name="删去这份草稿").click()


def test_the_designer_passes_axe_and_the_policy(person: Any) -> None:
    designer = person("designer")
    designer.visit("/studio/processes")
    designer.page.fill("#name", "走访")
    designer.page.fill("#key", "visiting")
    designer.page.get_by_role("button", name="开始画").click()
    designer.page.wait_for_selector('body[data-ready="1"]')
    designer.look()
    designer.visit("/studio/processes/visiting/publish")
