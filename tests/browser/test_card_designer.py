"""A clerk makes an approval of two levels of cards alone, on a phone; people finish one. What is no tree is refused."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_design_to_case import give_to, publish

pytestmark = pytest.mark.browser

CROSSED = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
 <bpmn:process id="crossed" isExecutable="true" camunda:historyTimeToLive="30"><bpmn:startEvent id="s"/>
  <bpmn:parallelGateway id="g"/><bpmn:userTask id="a" name="收件" camunda:assignee="demo"/><bpmn:userTask id="b"/>
  <bpmn:exclusiveGateway id="x"/><bpmn:userTask id="c" name="合并审查"/><bpmn:endEvent id="e"/><bpmn:endEvent id="e2"/>
  <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="g"/><bpmn:sequenceFlow id="f2" sourceRef="g" targetRef="a"/>
  <bpmn:sequenceFlow id="f3" sourceRef="g" targetRef="b"/><bpmn:sequenceFlow id="f4" sourceRef="a" targetRef="x"/>
  <bpmn:sequenceFlow id="f5" sourceRef="x" targetRef="c"/><bpmn:sequenceFlow id="f6" sourceRef="x" targetRef="e"/>
  <bpmn:sequenceFlow id="f7" sourceRef="b" targetRef="c"/><bpmn:sequenceFlow id="f8" sourceRef="c" targetRef="e2"/>
 </bpmn:process></bpmn:definitions>"""


def add(page: Page, after: str, kind: str, name: str = "") -> None:
    """Put a card behind another, by its buttons; name it."""
    page.get_by_label(f"在“{after}”后面加一张卡片", exact=True).last.click()
    page.locator("details[open] .kinds").get_by_role("button", name=kind, exact=True).click()
    field = page.locator("#props").get_by_label("名称", exact=True)
    expect(field).to_be_focused()
    if name:
        field.fill(name)
        page.keyboard.press("Tab")


def leave(page: Page) -> None:
    """Close the card that is open."""
    page.locator("#props").get_by_label("名称", exact=True).press("Escape")
    expect(page.locator("#card-store #props-box")).to_have_count(1)


def test_a_two_level_approval_is_made_of_cards_and_run(person: Any) -> None:
    designer = person("designer", width=390)
    designer.visit("/studio/processes")
    page: Page = designer.page
    page.fill("#name", "卡片请示")
    page.fill("#key", "card-level")
    page.get_by_role("button", name="开始画").click()
    page.wait_for_selector('body[data-ready="1"]')
    page.get_by_role("link", name="卡片", exact=True).click()
    page.wait_for_selector('.carding body, body[data-ready="1"] .cards')
    designer.look()

    page.get_by_role("button", name="改 卡片请示").click()
    page.get_by_label("经办岗（clerk）").check()
    page.get_by_label("归在哪一类").fill("请示")
    page.keyboard.press("Tab")
    leave(page)
    add(page, "开始", "办理", "写请示")
    give_to(page, "发起人", form="complaint-answer.schema.json")
    leave(page)
    add(page, "写请示", "审批", "初审")
    give_to(page, "按岗位角色", "reviewer")
    page.get_by_label("哪个单位").select_option('"swd"')
    leave(page)
    add(page, "初审", "条件", "查实了吗")
    leave(page)
    page.get_by_role("button", name="改条件 第 1 条路").click()
    page.get_by_label("看哪一项").select_option("finding")
    page.get_by_label("比什么").select_option(label="属实")
    leave(page)
    page.get_by_label("“第 2 条路”走完以后").select_option(label="走完后到此结束")
    add(page, "查实了吗", "审批", "终审")
    give_to(page, "发起人")
    leave(page)
    expect(page.locator("#lint")).to_contain_text("可以发布")
    designer.look()
    # What is taken back comes again, and nothing but the last edit goes.
    page.get_by_role("button", name="删去“终审”").click()
    expect(page.get_by_role("heading", name="终审")).to_have_count(0)
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.get_by_role("heading", name="终审")).to_have_count(1)
    publish(page, "card-level")

    clerk, reviewer = person("dept"), person("swd")
    clerk.visit("/start")
    clerk.page.locator("form[action$='/start/card-level']").get_by_role("button").click()
    clerk.page.get_by_role("radio", name="属实", exact=True).check()
    clerk.page.get_by_label("给投诉村的答复").fill("请批准这件事")
    clerk.page.get_by_label("怎么处理").fill("照此办理")
    clerk.press("提交", exact=True)
    reviewer.visit("/inbox?q=卡片请示")
    reviewer.page.get_by_role("link", name="卡片请示").first.click()
    reviewer.press("提交", exact=True)
    clerk.visit("/inbox?q=卡片请示")
    clerk.page.get_by_role("link", name="卡片请示").first.click()
    expect(clerk.page.locator("main")).to_contain_text("终审")
    clerk.press("提交", exact=True)
    clerk.visit("/inbox?box=started&q=卡片请示")
    clerk.page.get_by_role("link", name="卡片请示").first.click()
    expect(clerk.page.locator("main .chip", has_text="已办结").first).to_be_visible()


def test_a_diagram_that_is_no_tree_is_refused_by_name_and_the_diagram_is_at_hand(person: Any) -> None:
    designer = person("designer")
    designer.visit("/studio/processes")
    page: Page = designer.page
    page.set_input_files("#file", {"name": "c.bpmn", "mimeType": "application/xml", "buffer": CROSSED.encode()})
    page.get_by_role("button", name="打开", exact=True).click()
    page.wait_for_url("**/studio/processes/crossed")
    designer.visit("/studio/processes/crossed/cards")
    page.wait_for_selector('body[data-ready="1"]')
    expect(page.locator("#cards")).to_contain_text("这张图不能用卡片来看")
    expect(page.locator("#cards")).to_contain_text("合并审查")
    designer.look()
    page.get_by_role("link", name="在流程图里看和改").click()
    page.wait_for_url("**/studio/processes/crossed")
