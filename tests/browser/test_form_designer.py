"""A department's clerk makes a form without code: from an empty canvas, by keyboard alone, then fills it on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

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


def press_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Walk with Tab until something has the focus: nothing here is clicked or focused by the script."""
    for _ in range(150):
        if target.evaluate("(node) => node === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"Tab does not lead to {target}")


def region(page: Page, selector: str) -> None:
    """Walk with F6 until the focus is in a region."""
    for _ in range(4):
        if page.locator(selector).evaluate("(node) => node.contains(document.activeElement)"):
            return
        page.keyboard.press("F6")
    raise AssertionError(f"F6 does not lead to {selector}")


def put(page: Page, kind: str, title: str) -> None:
    """Add a field behind the chosen one and give it its title, with keys alone."""
    region(page, "#parts-sheet")
    press_to(page, page.locator("#find"), "Shift+Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(kind)
    places = page.locator("#paper [data-qc-pointer]")
    count = places.count()
    page.keyboard.press("Enter")
    expect(places).not_to_have_count(count)
    say(page, "标题", title)
    expect(page.locator("#props-h")).to_have_text(title)


def say(page: Page, label: str, text: str) -> None:
    """Type into an input of the side panel; Enter is a new line where there are several."""
    region(page, "#props-sheet")
    press_to(page, page.locator("#props").get_by_label(label, exact=True))
    page.keyboard.press("Control+a")
    for number, line in enumerate(text.split("\n")):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.type(line)
    page.keyboard.press("Tab")


def pick(page: Page, box: Locator, text: str) -> None:
    """Choose in a select with the arrow keys."""
    press_to(page, box)
    wanted = box.locator("option").all_text_contents().index(text)
    for _ in range(60):
        now = box.evaluate("(node) => node.selectedIndex")
        if now == wanted:
            return
        page.keyboard.press("ArrowDown" if now < wanted else "ArrowUp")
        settle(page)
    raise AssertionError(f"no {text} to choose")


def settle(page: Page) -> None:
    """Wait until what was done is drawn and stored."""
    expect(page.locator("#saved")).to_contain_text("已存")


def test_the_three_clarities_are_built_by_keyboard_alone_and_filled_in_on_a_phone(person: Any) -> None:
    designer = person("designer")
    designer.visit("/studio/forms")
    page: Page = designer.page
    press_to(page, page.locator("#title"))
    page.keyboard.type("三明确派单")
    press_to(page, page.locator("#key"))
    page.keyboard.type("clarities")
    page.keyboard.press("Enter")
    page.wait_for_selector('body[data-ready="1"]')

    put(page, "多行文字", "我做什么")
    press_to(page, page.locator("#props").get_by_label("必填", exact=True))
    page.keyboard.press("Space")
    put(page, "多行文字", "请基层做什么")
    put(page, "下拉单选", "支持方式")
    say(page, "选项（一行一个，“值=文字”可分开写）", "经费\n培训")
    put(page, "金额（元）", "支持金额")

    # The lookup: a record of the register of villages is chosen, its township filled in.
    put(page, "台账记录", "做到哪个村")
    pick(page, page.locator("#props").get_by_label("台账", exact=True), "村情一表")
    put(page, "单行文字", "所在乡镇")
    pick(page, page.locator("#props").get_by_label("从台账带出", exact=True), "做到哪个村 → 乡镇（街道）")

    # The table: its first column is named, a second one added to it.
    put(page, "表格", "给什么支持")
    settle(page)
    region(page, "#stage")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    settle(page)
    say(page, "标题", "支持项")
    put(page, "整数", "数量")
    settle(page)

    # One rule: the amount shows for money only.
    region(page, "#stage")
    press_to(page, page.locator("[role=tab][aria-selected=true]"), "Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    pick(page, page.get_by_label("哪个字段", exact=True), "支持金额")
    press_to(page, page.get_by_role("button", name="加一条规则"))
    page.keyboard.press("Enter")
    line, formula = page.locator("#pane-rules .line"), page.locator("#pane-rules textarea")
    expect(formula).to_have_value("textarea != null")
    press_to(page, page.locator("[role=tab][aria-selected=true]"), "Shift+Tab")
    pick(page, line.get_by_label("字段", exact=True), "支持方式")
    expect(formula).to_have_value("select != null")
    pick(page, line.get_by_label("怎么比", exact=True), "等于")
    expect(formula).to_have_value('select = "经费"')
    settle(page)
    designer.checked.clear()
    designer.look()

    press_to(page, page.get_by_role("link", name="检查并发布"), "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/publish")
    designer.look()
    press_to(page, page.get_by_role("textbox", name="改了什么"))
    page.keyboard.type("第一版")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/form/clarities.schema.json")

    fill_on_a_phone(person("designer", width=390), page.url.split("/studio")[0])


def fill_on_a_phone(someone: Any, home: str) -> None:
    page = someone.page
    someone.visit("/studio/forms")
    page.locator("tr", has_text="三明确派单").filter(has_text="clarities").get_by_role("button", name="改").click()
    page.wait_for_selector('body[data-ready="1"]')
    someone.look()
    someone.visit(page.url.removeprefix(home) + "/try")
    amount = page.locator('[data-qc-pointer="/money"]')
    expect(amount).to_be_hidden()
    page.get_by_label("支持方式").select_option("经费")
    expect(amount).to_be_visible()
    amount.locator("input").fill("1200")
    page.get_by_role("button", name="按提交检查").click()
    expect(page.locator(".errors")).to_contain_text("我做什么")
    someone.checked.clear()
    someone.look()
    page.get_by_label("我做什么").fill("统一采购")
    page.get_by_label("做到哪个村").select_option(index=1)
    page.get_by_role("button", name="按提交检查").click()
    expect(page.locator("main")).to_contain_text("填得没问题")
    someone.checked.clear()
    someone.look()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, "nothing stands out of a phone's screen"


def test_pages_are_made_named_moved_and_filled_on_the_paper(person: Any) -> None:
    page = open_designer(person, "paged")
    add(page, "单行文字")
    name(page, "姓名")
    add(page, "单行文字")
    name(page, "住址")
    page.locator("#find").fill("分步填写")
    page.locator("#find").press("Enter")
    expect(page.locator("#paper header[data-page]")).to_have_count(2)
    name(page, "住在哪里")
    page.locator('#paper [data-qc-pointer="/text_2"]').focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator('[data-qc-group="1"] [data-qc-pointer="/text_2"]')).to_have_count(1)
    page.locator('#paper header[data-page="1"]').focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#paper header[data-page] h2")).to_have_text(["住在哪里", "第 1 页"])
    add(page, "日期")
    page.get_by_label("在哪一页").select_option(label="住在哪里")
    expect(page.locator('[data-qc-group="0"] [data-qc-pointer="/date"]')).to_have_count(1)
    page.locator('#paper header[data-page="1"]').focus()
    page.keyboard.press("Delete")
    expect(page.locator('[data-qc-group="0"] [data-qc-pointer]')).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(page.locator("#paper header[data-page]")).to_have_count(2)
    saved(page)
    page.goto(page.url + "/try")
    expect(page.get_by_role("button", name="下一步：第 1 页")).to_be_visible()


def test_a_hundred_steps_are_undone_and_a_field_is_taken_to_another_form(person: Any) -> None:
    page = open_designer(person, "long")
    add(page, "单行文字")
    title = page.get_by_label("标题", exact=True)
    for number in range(110):
        title.fill(f"第{number}次")
        title.dispatch_event("change")
    page.locator("#undo").focus()
    for _ in range(110):
        page.keyboard.press("Enter")
    expect(page.locator('#paper [data-qc-pointer="/text"] label')).to_contain_text("单行文字")
    name(page, "带走的")
    page.locator('#paper [data-qc-pointer="/text"]').focus()
    page.keyboard.press("Control+c")
    expect(page.locator("#said")).to_contain_text("已复制")
    saved(page)
    other = open_designer(person, "taken-to")
    other.evaluate(
        "(held) => localStorage.setItem('qingche-field', held)", page.evaluate("localStorage['qingche-field']")
    )
    other.locator("#stage").focus()
    other.keyboard.press("Control+v")
    expect(other.locator("#paper label")).to_have_text("带走的")


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


@pytest.mark.parametrize("width", [1280, 390])
def test_the_designer_passes_axe_in_all_its_panes(person: Any, width: int) -> None:
    designer = person("designer", width=width)
    page = open_designer(person, f"panes{width}", "three-clarities")
    designer.visit(f"/studio/forms/panes{width}")
    page = designer.page
    page.wait_for_selector('body[data-ready="1"]')
    for tab in ("rights", "rules", "source", "layout"):
        page.locator(f"#tab-{tab}").click()
        designer.checked.clear()
        designer.look()
    if width == 390:
        for sheet in ("parts", "props"):
            page.locator(f"#open-{sheet}").click()
            expect(page.locator(f"#{sheet}-sheet")).to_be_visible()
            designer.checked.clear()
            designer.look()
