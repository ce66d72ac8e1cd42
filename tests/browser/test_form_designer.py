"""A department's clerk makes a form without code: from an empty canvas, by keyboard alone, then fills it on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def open_designer(person: Any, key: str, begin: str = "empty") -> Page:
    designer = person("designer")
    designer.visit("/studio/forms")
    page: Page = designer.page
    page.fill("#title", "居家养老走访")
    page.fill("#key", key)
    page.check(f'input[name=from][value="{begin}"]')
    page.get_by_role("button", name="开始做").press("Enter")
    page.wait_for_selector('body[data-ready="1"]')
    return page


def add(page: Page, kind: str) -> None:
    """Find a field type in the palette and add it, without a mouse."""
    count = page.locator("#paper [data-qc-pointer]").count()
    find = page.locator("#find")
    find.focus()
    find.fill(kind)
    find.press("Enter")
    expect(page.locator("#paper [data-qc-pointer]")).not_to_have_count(count)


def name(page: Page, title: str) -> None:
    """Give the chosen field its title in the side panel."""
    field = page.get_by_label("标题", exact=True)
    field.focus()
    field.fill(title)
    field.press("Tab")
    expect(page.locator("#props-h")).to_have_text(title)


def saved(page: Page) -> None:
    """Wait until what was done is stored: the note says so after it said that something was not."""
    expect(page.locator("#saved")).to_contain_text("已存")


def test_a_ticket_is_built_by_keyboard_alone_published_and_filled_in_on_a_phone(person: Any) -> None:
    page = open_designer(person, "visit")
    for kind, title in (("多行文字", "我做什么"), ("多行文字", "请基层做什么"), ("下拉单选", "给什么支持")):
        add(page, kind)
        name(page, title)
    options = page.get_by_label("选项（一行一个，“值=文字”可分开写）")
    options.focus()
    options.fill("经费\n培训")
    options.press("Tab")
    required = page.get_by_label("必填", exact=True)
    required.focus()
    required.press("Space")
    add(page, "金额（元）")
    name(page, "支持金额")
    add(page, "台账")
    name(page, "支持依据")
    register = page.get_by_label("台账", exact=True)
    register.focus()
    register.select_option(label="支持种类")
    add(page, "表格")
    name(page, "明细")

    # A rule, picked together without a formula: the amount shows for money only.
    page.locator("#tab-layout").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    about = page.get_by_label("哪个字段", exact=True)
    about.focus()
    about.select_option(label="支持金额")
    page.get_by_role("button", name="加一条规则").press("Enter")
    line, formula = page.locator("#pane-rules .line"), page.locator("#pane-rules textarea")
    line.get_by_label("字段", exact=True).select_option(label="给什么支持")
    expect(formula).to_have_value("select != null")
    line.get_by_label("怎么比", exact=True).select_option(label="等于")
    expect(formula).to_have_value('select = "经费"')
    line.get_by_label("比什么", exact=True).select_option(label="培训")
    expect(formula).to_have_value('select = "培训"')
    line.get_by_label("比什么", exact=True).select_option(label="经费")
    expect(formula).to_have_value('select = "经费"')

    # Undone and done again; moved by keyboard.
    page.locator("#tab-rules").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.locator('#paper [data-qc-pointer="/money"]').focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#said")).to_contain_text("已移动")
    page.keyboard.press("Control+z")
    expect(page.locator("#redo")).to_be_enabled()
    saved(page)

    page.get_by_role("link", name="检查并发布").press("Enter")
    page.wait_for_url("**/publish")
    note = page.get_by_role("textbox", name="改了什么")
    note.fill("第一版")
    page.get_by_role("button", name="发布", exact=True).press("Enter")
    page.wait_for_url("**/studio/form/visit.schema.json")

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.url.split("/studio")[0] + "/studio/forms")
    page.locator("tr", has_text="居家养老走访").get_by_role("button", name="改").click()
    page.wait_for_selector('body[data-ready="1"]')
    page.goto(page.url + "/try")
    amount = page.locator('[data-qc-pointer="/money"]')
    expect(amount).to_be_hidden()
    page.locator('[data-qc-pointer="/select"] select').select_option("经费")
    expect(amount).to_be_visible()
    amount.locator("input").fill("1200")
    page.get_by_role("button", name="按提交检查").click()
    expect(page.locator("main")).to_contain_text("填得没问题")
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 390, "nothing stands out of the screen of a phone"


def test_two_who_draw_at_once_do_not_overwrite_each_other(person: Any) -> None:
    first = open_designer(person, "together")
    second = person("designer").page
    second.goto(first.url)
    second.wait_for_selector('body[data-ready="1"]')
    add(first, "单行文字")
    saved(first)
    first.reload()
    expect(first.locator("#paper [data-qc-pointer]")).to_have_count(1)
    add(second, "多行文字")
    expect(second.locator("#saved")).to_contain_text("没有存")
    first.reload()
    first.wait_for_selector('body[data-ready="1"]')
    expect(first.locator('#paper [data-qc-pointer="/text"]')).to_have_count(1)
    expect(first.locator("#paper [data-qc-pointer]")).to_have_count(1)


def test_the_designer_passes_axe_in_all_its_panes(person: Any) -> None:
    designer = person("designer")
    page = open_designer(person, "panes", "three-clarities")
    designer.visit("/studio/forms/panes")
    page = designer.page
    page.wait_for_selector('body[data-ready="1"]')
    for tab in ("rights", "rules", "source", "layout"):
        page.locator(f"#tab-{tab}").click()
        designer.checked.clear()
        designer.look()
