"""The shell in Chromium: every part once, in both themes, on a desk and on a phone, with and without scripts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from waitress.server import create_server

from engine.clock import FixedClock
from engine.store.base import open_engine
from tests.webapp.kit import add_kit
from webapp import create_app
from webapp.schema import upgrade

pytestmark = pytest.mark.browser
WATCH = "window.__v = []; document.addEventListener('securitypolicyviolation', (e) => __v.push(e.violatedDirective));"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the kit on an empty database; give its address."""
    folder: Path = tmp_path_factory.mktemp("kit")
    url = f"sqlite:///{folder / 'kit.db'}"
    database = open_engine(url, durable=False)
    upgrade(database)
    database.dispose()
    clock = FixedClock(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    app = create_app({"DATABASE_URL": url, "VAR": str(folder), "CLOCK": clock, "RATELIMIT_ENABLED": False})
    add_kit(app)
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Any]:
    """Open a path in a browser of its own; keywords are those of a Playwright context."""
    contexts = []

    def make(path: str, *, width: int = 1280, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", **options)
        context.add_init_script(WATCH)
        contexts.append(context)
        page = context.new_page()
        page.goto(site + path)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["/kit", "/login", "/nowhere"])
def test_nothing_is_found_by_axe_and_no_policy_is_broken(open_page: Any, path: str, width: int, scheme: str) -> None:
    page = open_page(path, width=width, color_scheme=scheme)
    if path == "/kit" and width == 1280:
        page.wait_for_selector('[data-diagram][data-ready="1"]')
    assert page.get_attribute("html", "data-bs-theme") == scheme
    found = Axe().run(page).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"][:200]) for violation in found] == []
    assert page.evaluate("() => window.__v") == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


def test_the_diagram_is_drawn_with_states_counts_and_its_mark(open_page: Any) -> None:
    page = open_page("/kit")
    page.wait_for_selector('[data-diagram][data-ready="1"]')
    marked = {
        state: set(page.eval_on_selector_all(f".djs-element.{state}", "all => all.map((e) => e.dataset.elementId)"))
        for state in ("done", "now", "back")
    }
    assert {"submit", "gate", "f1", "f2", "f5"} <= marked["done"]
    assert marked["now"] == {"dispatch"}
    assert marked["back"] == {"review", "f8"}
    assert sorted(page.locator(".diagram-count").all_inner_texts()) == ["14/17", "2 次", "2 次"]
    assert page.locator(".bjs-powered-by").is_visible()


def test_a_phone_and_a_browser_without_scripts_get_the_words(open_page: Any) -> None:
    for options in ({"width": 390}, {"java_script_enabled": False}):
        page = open_page("/kit", **options)
        assert page.locator(".diagram-words li").first.is_visible()
        assert not page.locator(".diagram-canvas").is_visible()


def test_the_menu_of_a_phone_opens_without_scripts(open_page: Any) -> None:
    page = open_page("/kit", width=390, java_script_enabled=False)
    assert not page.locator("#nav").is_visible()
    page.get_by_role("link", name="菜单").click()
    assert page.locator("#nav").is_visible()
    page.get_by_role("link", name="关闭").click()
    assert not page.locator("#nav").is_visible()


def test_the_error_summary_has_the_focus_and_leads_to_the_fields(open_page: Any) -> None:
    page = open_page("/kit")
    assert page.evaluate("() => document.activeElement.className") == "errors mb-4"
    page.get_by_role("link", name="请填写每村经费").click()
    assert page.evaluate("() => document.activeElement.id") == "fund"


def test_a_long_select_is_searched_and_keeps_what_was_chosen(open_page: Any) -> None:
    page = open_page("/kit")
    page.locator("#village").select_option("样例村007")
    page.get_by_label("在“村”的选项里找").fill("村05")
    left = page.eval_on_selector_all("#village option", "all => all.map((o) => o.text)")
    assert left == ["请选", "样例村007", *(f"样例村{n:03d}" for n in range(50, 60))]
    assert page.locator("#village").input_value() == "样例村007"


def test_many_villages_are_ticked_by_township(open_page: Any) -> None:
    page = open_page("/kit")
    group = page.get_by_role("group", name="派到哪些村")
    group.get_by_text("样例镇03").first.click()
    group.get_by_label("样例镇03 全选").check()
    group.get_by_label("样例村070").uncheck()
    chosen = page.eval_on_selector_all("[name=targets] option:checked", "all => all.map((o) => o.text)")
    assert len(chosen) == 2 + 32
    assert "样例村070" not in chosen
    assert group.get_by_text("已选 34 个，共 558 个").is_visible()


def test_what_cannot_be_undone_asks_first(open_page: Any) -> None:
    page = open_page("/kit")
    page.get_by_role("link", name="作废").click()
    dialog = page.get_by_role("dialog", name="作废这份草稿？")
    assert dialog.is_visible()
    dialog.get_by_role("button", name="留着").click()
    assert not dialog.is_visible()


def test_paper_is_light_and_shows_the_whole_diagram(open_page: Any) -> None:
    page = open_page("/kit", color_scheme="dark")
    page.wait_for_selector('[data-diagram][data-ready="1"]')
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 673, "height": 900})
    assert page.get_attribute("html", "data-bs-theme") == "light"
    canvas = page.locator(".diagram-canvas").bounding_box()
    last = page.locator('[data-element-id="end"] .djs-visual').bounding_box()
    assert canvas is not None
    assert last is not None
    assert last["x"] + last["width"] <= canvas["x"] + canvas["width"] <= 673
    assert not page.locator("#nav").is_visible()
