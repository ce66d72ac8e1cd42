"""The same approval of two levels drawn, published, run and migrated without a mouse."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing import Keys, upload

pytestmark = pytest.mark.browser


def enter(someone: Any, keys: Keys, words: str, role: Any = "link") -> None:
    """Walk to a link or button and follow it, then look at where it leads."""
    keys.to(someone.page.get_by_role(role, name=words, exact=True).first)
    with someone.page.expect_navigation():
        keys.press("Enter")


def publish(designer: Any, keys: Keys, key: str) -> None:
    enter(designer, keys, "检查并发布")
    designer.page.wait_for_url("**/publish")
    enter(designer, keys, "发布", "button")
    designer.page.wait_for_url(f"**/studio/process/{key}")
    designer.look()


def draw(page: Page, keys: Keys) -> None:
    """Draw all elements and say what each does; the outline and the canvas take the same keys."""
    keys.region("#side")
    keys.to(page.get_by_role("tab", name="元素"), "Shift+Tab")
    keys.press("ArrowRight", "Tab")
    expect(page.get_by_role("treeitem", name="开始").first).to_be_focused()
    keys.next("userTask", "写请示")
    keys.press("Enter")
    keys.pick("怎么定人", "发起人")
    keys.pick("填哪张表", "经费请示")
    keys.press("Escape")
    keys.next("businessRuleTask", "看几级")
    keys.press("Enter")
    keys.pick("用哪张决策表", "几级审批")
    keys.press("Escape")
    keys.next("userTask", "初审")
    keys.press("Enter")
    keys.pick("怎么定人", "按岗位角色")
    keys.pick("角色", "准入审核岗")
    keys.pick("哪个单位", "样例市社会工作部")
    keys.press("Escape")
    keys.next("exclusiveGateway", "几级")
    keys.next("userTask", "终审")
    keys.press("Enter")
    keys.pick("怎么定人", "发起人")
    keys.press("Escape")
    keys.next("endEvent", "办结")
    keys.region("#side")
    tree = page.locator("#outline [aria-selected=true]")
    while "几级" not in (tree.text_content() or "") or "判断" not in (tree.text_content() or ""):
        keys.press("ArrowUp")
    keys.next("endEvent", "到此为止")


def decide(page: Page, keys: Keys) -> None:
    """Say when each way is taken: one by a condition, the other when that does not hold."""
    keys.region("#side")
    tree = page.locator("#outline [aria-selected=true]")
    while "到“终审”的连线" not in (tree.text_content() or ""):
        keys.press("ArrowUp")
    keys.press("Enter")
    keys.to(page.get_by_label("看哪一项"))
    keys.press("ArrowDown")
    keys.pick("字段", "看几级")
    expect(page.get_by_label("比什么")).to_have_value("")
    keys.fill("比什么", "两级")
    keys.press("Tab")
    expect(page.locator("#lint li", has_text="没有条件")).to_have_count(1)
    keys.region("#side")
    while "到“到此为止”的连线" not in (tree.text_content() or ""):
        keys.press("ArrowDown")
    keys.press("Enter")
    keys.to(page.get_by_label("别的都不成立时走这里"))
    keys.press("Space")
    expect(page.locator("#lint")).to_contain_text("可以发布")


def test_drawn_published_run_and_migrated_by_keys(person: Any) -> None:
    designer = person("designer")
    upload(designer)
    designer.visit("/studio/processes")
    page: Page = designer.page
    keys = Keys(page)
    keys.fill("名称", "键盘请示")
    keys.to(page.locator("#key"))
    keys.write("by-keys")
    enter(designer, keys, "开始画", "button")
    page.wait_for_selector('body[data-ready="1"]')
    keys.region("#props")
    keys.to(page.get_by_label("经办岗（clerk）"))
    keys.press("Space")
    draw(page, keys)
    decide(page, keys)
    designer.look()
    publish(designer, keys, "by-keys")

    clerk, reviewer = person("dept"), person("swd")
    clerk.visit("/start")
    writing = Keys(clerk.page)
    writing.to(clerk.page.locator("form[action$='/start/by-keys']").get_by_role("button"))
    with clerk.page.expect_navigation():
        writing.press("Enter")
    for label, text in (("事由", "修水渠"), ("金额", "6000")):
        writing.to(clerk.page.get_by_label(label))
        writing.write(text)
    enter(clerk, writing, "提交", "button")
    reviewer.visit("/inbox?q=键盘请示")
    reading = Keys(reviewer.page)
    reading.to(reviewer.page.get_by_role("link", name="键盘请示").first)
    with reviewer.page.expect_navigation():
        reading.press("Enter")

    # A second version, and the running case moves to it.
    designer.visit("/studio/processes")
    keys.to(page.locator("tr", has_text="by-keys").get_by_role("button", name="改"))
    keys.press("Enter")
    page.wait_for_selector('body[data-ready="1"]')
    keys.region("#side")
    keys.to(page.get_by_role("tab", name="元素"), "Shift+Tab")
    keys.press("ArrowRight", "Tab")
    tree = page.locator("#outline [aria-selected=true]")
    while not (tree.text_content() or "" if tree.count() else "").startswith("终审"):
        keys.press("ArrowDown")
    keys.press("e")
    keys.press("Control+a")
    keys.write("最后一审")
    keys.press("Enter")
    expect(page.locator("#props-h")).to_have_text("最后一审")
    publish(designer, keys, "by-keys")
    designer.visit("/studio/process/by-keys/running")
    for words in ("看怎样对应", "试算"):
        enter(designer, keys, words, "button")
    moving = page.locator("form", has=page.locator('input[value="migrate"]'))
    keys.to(moving.get_by_label("为什么"))
    keys.write("步骤换了名字")
    enter(designer, keys, "把这 1 件换到第 2 版", "button")
    for _ in range(60):
        if page.locator("main .chip", has_text="等着").count() == 0:
            break
        enter(designer, keys, "看最新情况")

    reviewer.visit("/inbox?q=键盘请示")
    reading.to(reviewer.page.get_by_role("link", name="键盘请示").first)
    with reviewer.page.expect_navigation():
        reading.press("Enter")
    enter(reviewer, reading, "提交", "button")
    clerk.visit("/inbox?q=键盘请示")
    expect(clerk.page.locator("main")).to_contain_text("最后一审")
    writing.to(clerk.page.get_by_role("link", name="键盘请示").first)
    with clerk.page.expect_navigation():
        writing.press("Enter")
    enter(clerk, writing, "提交", "button")
    clerk.visit("/inbox?box=started&q=键盘请示")
    writing.to(clerk.page.get_by_role("link", name="键盘请示").first)
    writing.press("Enter")
    expect(clerk.page.locator("main .chip", has_text="已办结").first).to_be_visible()
