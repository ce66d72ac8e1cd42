"""Every type of field in a real browser: seen at two widths, worked with, submitted, printed."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
_PASTE = """(text) => {
  const cell = document.querySelector('[data-qc-array="/table"] tbody input:not([type=hidden])');
  const data = new DataTransfer();
  data.setData('text/plain', text);
  cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def sheet(person: Any) -> Any:
    """Open the form with every type of field."""
    dept = person("dept")
    dept.visit("/start")
    dept.page.locator('form[action$="/start/hostile"] button').click()
    dept.page.wait_for_selector("form.task-form")
    return dept


def _tabs(page: Page) -> list[Any]:
    return page.locator("[data-qc-tab]").all()


@pytest.mark.parametrize("width", [1280, 390])
def test_every_field_is_sound_at_both_widths(sheet: Any, width: int) -> None:
    sheet.page.set_viewport_size({"width": width, "height": 900})
    for tab in _tabs(sheet.page):
        tab.click()
        found = [violation["id"] for violation in Axe().run(sheet.page).response["violations"]]
        assert found == [], tab.inner_text()
        assert sheet.page.evaluate("document.documentElement.scrollWidth") <= width


def test_fields_that_scripts_help_with_work_and_are_stored(sheet: Any) -> None:
    page: Page = sheet.page
    page.locator("#f-text").fill("入户走访")
    page.locator("div.rich.form-control").click()
    page.keyboard.type("第一段")
    page.get_by_role("link", name="单位与人").click()
    places = page.locator('[data-qc-cascade="/region"] select')
    for level in range(3):
        expect(places).to_have_count(level + 1)
        places.nth(level).select_option(index=1)
    page.get_by_role("link", name="附件与签名").click()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=5)
    page.mouse.up()
    page.get_by_role("link", name="其他").click()
    page.locator("svg.map-point").click(position={"x": 100, "y": 80})
    expect(page.locator('[name="f/map-point"]').first).not_to_have_value("")
    page.get_by_role("link", name="表格").click()
    page.evaluate(_PASTE, "甲村\n乙村\n丙村")
    expect(page.locator('[data-qc-array="/table"] [data-qc-row]')).to_have_count(3)
    expect(page.locator("#f-text")).to_have_value("入户走访")
    sheet.press("提交", exact=True)
    href = page.locator('a[href^="/case/"]').first.get_attribute("href")
    assert href is not None
    paper = sheet.visit(href.split("#")[0] + "/print")
    for said in ("入户走访", "第一段", "已签名", "丙村", "样减1表", "signature.png"):
        expect(paper.locator("#main")).to_contain_text(said)
    expect(paper.locator("svg.qr")).to_be_visible()
