"""The replay with its script: slider, play, two moments; on a wide screen and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_a_case_is_replayed_without_leaving_the_page(person: Any, width: int) -> None:
    auditor = person("auditor", width=width)
    auditor.visit("/cases/ticket")
    links = auditor.page.locator('a[href^="/case/"]').evaluate_all("all => all.map(one => one.getAttribute('href'))")
    longest, last = "", 0
    for case in dict.fromkeys(links[:8]):
        auditor.page.goto(f"{auditor.address}{case}/replay?at=1")
        steps = int(auditor.page.locator("#at").get_attribute("max") or 0)
        longest, last = (case, steps) if steps > last else (longest, last)
    assert last >= 3
    page = auditor.visit(f"{longest}/replay?at=1")
    page.evaluate("window.stays = true")

    page.locator("#at").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".player strong")).to_have_text(f"第 2 步 / {last}")
    expect(page.locator("#at")).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(".player strong")).to_have_text(f"第 {last} 步 / {last}")
    page.get_by_role("link", name="与开头比").click()
    expect(page.locator("#d2")).to_be_visible()
    assert "with=1" in page.url
    page.get_by_role("link", name="第一步").click()
    expect(page.locator(".player strong")).to_have_text(f"第 1 步 / {last}")
    page.get_by_label("快慢").select_option("150")
    page.get_by_role("button", name="放", exact=True).click()
    expect(page.locator(".player strong")).to_have_text(f"第 {last} 步 / {last}", timeout=30_000)
    expect(page.locator("[data-play]")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.stays") is True
    page.get_by_role("link", name="与开头比").click()
    expect(page.locator("#d2")).to_be_visible()
    auditor.checked.clear()
    auditor.look()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
