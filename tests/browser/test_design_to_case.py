"""A designer draws an approval of two levels with the mouse from an empty canvas; then people start and finish one."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing import upload

pytestmark = pytest.mark.browser


def append(page: Page, kind: str, name: str) -> None:
    """Put the next element behind the chosen one and name it in the side panel."""
    page.locator(f'.djs-context-pad .entry[data-action="append.{kind}"]').click()
    editing = page.locator(".djs-direct-editing-content")
    if kind == "append-task":
        expect(editing).to_be_visible()
        page.keyboard.press("Escape")
    page.locator("#props").get_by_label("名称", exact=True).fill(name)
    page.keyboard.press("Tab")
    expect(page.locator("#props-h")).to_have_text(name)


def give_to(page: Page, how: str, role: str = "", form: str = "") -> None:
    page.get_by_label("怎么定人").select_option(label=how)
    if role:
        page.get_by_label("角色", exact=True).select_option(role)
    if form:
        page.get_by_label("填哪张表").first.select_option(form)


def choose(page: Page, element: str) -> None:
    page.locator(f'.djs-element[data-element-id^="{element}"] .djs-hit').first.click()


def flows(page: Page) -> Locator:
    return page.locator('.djs-connection[data-element-id^="Flow_"]')


def publish(page: Page, key: str) -> None:
    page.get_by_role("link", name="检查并发布").click()
    page.wait_for_url("**/publish")
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url(f"**/studio/process/{key}")


def test_from_the_empty_canvas_to_a_finished_case(person: Any) -> None:
    designer = person("designer")
    upload(designer)
    designer.visit("/studio/processes")
    page: Page = designer.page
    page.fill("#name", "两级请示")
    page.fill("#key", "two-level")
    page.get_by_role("button", name="开始画").click()
    page.wait_for_selector('body[data-ready="1"]')

    # Who may start it, and where it is found.
    page.get_by_label("经办岗（clerk）").check()
    page.get_by_label("归在哪一类").fill("请示")
    page.keyboard.press("Tab")

    # A task with a form, a decision, a task, a gateway, a last task and two ends.
    choose(page, "start")
    append(page, "append-task", "写请示")
    give_to(page, "发起人", form="expense.schema.json")
    page.locator('#parts [data-offer="businessRuleTask"]').click()
    page.locator(".djs-direct-editing-content").fill("看几级")
    page.keyboard.press("Enter")
    page.get_by_label("用哪张决策表").select_option("level")
    append(page, "append-task", "初审")
    give_to(page, "按岗位角色", "reviewer")
    page.get_by_label("哪个单位").select_option('"swd"')
    append(page, "gateway", "几级")
    append(page, "append-task", "终审")
    give_to(page, "发起人")
    append(page, "end-event", "办结")
    choose(page, "Gateway_")
    append(page, "end-event", "到此为止")
    expect(flows(page)).to_have_count(7)

    # The check tells that the branches want conditions, and leads to each of them.
    unconditioned = page.locator("#lint li", has_text="没有条件")
    expect(unconditioned).to_have_count(2)
    unconditioned.first.get_by_role("link").click()
    page.get_by_label("看哪一项").select_option("level")
    page.get_by_label("比什么").fill("两级")
    page.keyboard.press("Tab")
    expect(unconditioned).to_have_count(1)
    unconditioned.first.get_by_role("link").click()
    page.get_by_label("别的都不成立时走这里").check()
    expect(page.locator("#lint")).to_contain_text("可以发布")
    publish(page, "two-level")

    # The clerk starts one and hands it in; the reviewer finds it and passes it on.
    clerk, reviewer = person("dept"), person("swd")
    clerk.visit("/start")
    clerk.page.locator("form[action$='/start/two-level']").get_by_role("button").click()
    clerk.page.get_by_label("事由").fill("修水渠")
    clerk.page.get_by_label("金额").fill("6000")
    clerk.press("提交", exact=True)
    reviewer.visit("/inbox?q=两级请示")
    reviewer.page.get_by_role("link", name="两级请示").first.click()

    # Meanwhile a step gets another name; the running case is moved to the new version.
    designer.visit("/studio/processes")
    page.locator("tr", has_text="two-level").get_by_role("button", name="改").click()
    page.wait_for_selector('body[data-ready="1"]')
    page.locator(".djs-shape", has_text="终审").locator(".djs-hit").first.click()
    page.locator("#props").get_by_label("名称", exact=True).fill("最后一审")
    page.keyboard.press("Tab")
    publish(page, "two-level")
    designer.visit("/studio/process/two-level/running")
    page.get_by_label("换到哪一版").select_option(index=0)
    designer.press("看怎样对应")
    designer.press("试算")
    moving = page.locator("form", has=page.locator('input[value="migrate"]'))
    moving.get_by_label("为什么").fill("步骤换了名字")
    designer.press("把这 1 件换到第 2 版")

    reviewer.page.reload()
    reviewer.look()
    reviewer.press("提交", exact=True)
    clerk.visit("/inbox?q=两级请示")
    clerk.page.get_by_role("link", name="两级请示").first.click()
    clerk.page.wait_for_load_state()
    clerk.look()
    expect(clerk.page.locator("main")).to_contain_text("最后一审")
    clerk.press("提交", exact=True)
    clerk.visit("/inbox?box=started&q=两级请示")
    clerk.page.get_by_role("link", name="两级请示").first.click()
    expect(clerk.page.locator("main .chip", has_text="已办结").first).to_be_visible()
    clerk.look()
