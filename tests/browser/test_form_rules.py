"""What a rule gives is picked, not written: a value that is filled in, and the options that are left."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_form_designer import add, name, open_designer, saved

pytestmark = pytest.mark.browser


def rule(page: Page, about: str, kind: str) -> Locator:
    """Begin a rule and return its card."""
    cards = page.locator("#pane-rules .rule")
    count = cards.count()
    page.get_by_label("哪个字段", exact=True).select_option(label=about)
    page.get_by_label("哪种规则", exact=True).select_option(label=kind)
    page.get_by_role("button", name="加一条规则").click()
    expect(cards).to_have_count(count + 1)
    return cards.filter(has=page.get_by_role("heading", name=f"“{about}”在这些时候"))


def test_a_value_is_filled_in_and_options_are_left_by_rules_made_by_hand(person: Any) -> None:
    page = open_designer(person, "giving")
    for kind, title in (("下拉单选", "办法"), ("整数", "户数"), ("多选", "材料")):
        add(page, kind)
        name(page, title)
    saved(page)
    page.locator("#tab-rules").click()

    number = rule(page, "户数", "什么时候自动填成")
    number.get_by_label("怎么比", exact=True).select_option(label="等于")
    expect(number.locator("textarea").first).to_have_value('select = "选项一"')
    number.get_by_label("填成什么", exact=True).fill("7")
    page.keyboard.press("Tab")
    expect(number.get_by_label("填成什么（公式）", exact=True)).to_have_value("7")

    # Two changes in one breath: neither is lost.
    papers = rule(page, "材料", "什么时候只能选其中几项")
    papers.get_by_label("怎么比", exact=True).select_option(label="等于")
    papers.get_by_role("checkbox", name="选项二").uncheck()
    expect(papers.locator("textarea")).to_have_value('if select = "选项一" then ["选项一"] else null')
    saved(page)
    someone = person("designer", width=390)
    someone.visit("/studio/forms/giving")
    someone.page.wait_for_selector('body[data-ready="1"]')
    someone.page.locator("#tab-rules").click()
    someone.look()

    filled = person("designer")
    filled.visit("/studio/forms/giving/try")
    page = filled.page
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    page.get_by_label("办法").select_option("选项一")
    expect(page.get_by_label("户数")).to_have_value("7")
    expect(boxes).to_have_count(1)
    page.get_by_label("办法").select_option("选项二")
    expect(boxes).to_have_count(2)
