"""The replay with its script: slider, play, two moments; on a wide screen and on a phone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from engine import organisation
from engine.bench.desk import UNIT, scratch
from engine.bench.replay import LONG, long_case
from engine.clock import now
from engine.store.base import writing
from tests.browser.conftest import PASSWORD, Person
from webapp.accounts.passwords import hash_password
from webapp.accounts.sign_in import add_account
from webapp.bench.deployment import free_port, wait_for

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


@pytest.mark.nightly
@pytest.mark.skipif(os.environ.get("QINGCHE_NIGHTLY") != "1", reason="works a case through 5,000 events")
def test_a_case_of_5000_events_is_painted_within_a_second(chromium: Browser) -> None:
    with scratch(durable=False) as desk:
        case, url = long_case(desk).case_id, desk.database.url
        with writing(desk.session) as session:
            post = organisation.put_post(session, UNIT, "audit", grants=["auditor"], actor=desk.clerk)
            organisation.hold_post(session, "audit", post.id, actor=desk.clerk)
            hashed = hash_password(PASSWORD, cost=(1, 8, 1))
            add_account(session, login="audit", user_id="audit", name="审计岗", password_hash=hashed, at=now(session))
        port = free_port()
        settings = {"QINGCHE_DATABASE_URL": str(url), "QINGCHE_VAR": str(Path(url.database or "").parent)}
        command = [sys.executable, "-m", "webapp", "serve", "--port", str(port)]
        server = subprocess.Popen(command, env={**os.environ, **settings})
        wait_for(port)
        page = chromium.new_page()
        auditor = Person(page, page.context, f"http://127.0.0.1:{port}")
        page.goto(f"{auditor.address}/login")
        page.get_by_label("账号").fill("audit")
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.goto(f"{auditor.address}/case/{case}/replay")
        expect(page.locator(".player strong")).to_have_text(f"第 {LONG} 步 / {LONG}")
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        page.close()
        server.terminate()
        server.wait(10)
    assert painted < 1000
