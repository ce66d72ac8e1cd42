"""A real server on a seeded database, and people who visit it with Chromium.

House rules: no patching, no waiting by the clock, everything through what a person sees. Every page a person
visits is held against axe, and no visit may break the content security policy.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import sessionmaker
from waitress.server import create_server

from engine.store.base import open_engine
from tests.browser import sheet
from webapp import create_app, seeding
from webapp.db import session_factory
from webapp.schema import upgrade

PASSWORD = "correct horse 8"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WATCH_POLICY = """
window.__violations = JSON.parse(sessionStorage.getItem('violations') || '[]');
document.addEventListener('securitypolicyviolation', (event) => {
  window.__violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile);
  sessionStorage.setItem('violations', JSON.stringify(window.__violations));
});
"""


@pytest.fixture(scope="session")
def deployment() -> Iterator[tuple[str, dict[str, Any]]]:
    """Serve a small seeded city with its worker on a free port; give its address and settings."""
    from engine.worker import Worker

    folder = Path(tempfile.mkdtemp(prefix="qingche-browser-"))
    url = f"sqlite:///{folder / 'qingche.db'}"
    database = open_engine(url, durable=False)
    upgrade(database)
    seeding.load(sessionmaker(database), "admission", scale="small", password=PASSWORD)
    sheet.publish(database, folder / "sheet")
    database.dispose()
    settings = {"DATABASE_URL": url, "VAR": str(folder), "DURABLE": False, "RATELIMIT_ENABLED": False}
    app = create_app(settings)
    with app.app_context():
        worker = Worker(session_factory(), interval_s=0.2)
    app.extensions["worker"] = worker
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    worker.start()
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}", settings
    worker.stop()
    server.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def address(deployment: tuple[str, dict[str, Any]]) -> str:
    """Give the address of the seeded city."""
    return deployment[0]


@pytest.fixture(scope="session")
def address_by_two(deployment: tuple[str, dict[str, Any]]) -> Iterator[str]:
    """Serve the same city as one that publishes by two; who is signed in there is signed in here, too."""
    server = create_server(create_app({**deployment[1], "PUBLISH_BY_TWO": True}), host="127.0.0.1", port=0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one headless Chromium for the run."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is missing: sh tests/browser/install.sh"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser: visits pages, fills forms by their labels, presses buttons by their words."""

    page: Page
    context: BrowserContext
    address: str
    checked: set[str] = field(default_factory=set)

    def visit(self, path: str) -> Page:
        """Open a page and hold it against axe and the policy."""
        self.page.goto(self.address + path)
        self.look()
        return self.page

    def look(self) -> None:
        """Hold the page in front against axe, once per title, and against the policy."""
        title = self.page.title()
        if title not in self.checked:
            self.checked.add(title)
            found = [_words(violation) for violation in Axe().run(self.page).response["violations"]]
            assert found == [], f"{self.page.url} ({title}): {json.dumps(found, ensure_ascii=False, indent=1)}"
        violations: list[str] = self.page.evaluate("() => window.__violations")
        assert violations == [], self.page.url

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press a button or follow a link by its words, then look at where it leads."""
        target = self.page.get_by_role("button", name=name, exact=exact).or_(
            self.page.get_by_role("link", name=name, exact=exact)
        )
        target.first.click()
        self.page.wait_for_load_state("load")
        self.look()

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        self.visit("/login")
        self.page.get_by_label("账号").fill(login)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.press("登录", exact=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Keep a picture of every page in front when a test fails."""
    report = yield
    if report.when == "call" and report.failed:
        folder = Path(tempfile.gettempdir()) / "qingche-browser-failures"
        folder.mkdir(exist_ok=True)
        for number, someone in enumerate(item.stash.get(_PEOPLE, [])):
            someone.page.screenshot(path=folder / f"{item.name}-{number}.png", full_page=True)
        report.sections.append(("pages", str(folder)))
    return report


_PEOPLE = pytest.StashKey[list[Person]]()


@pytest.fixture
def person(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Any]:
    """Make people; each has a browser of their own and is signed in with the seeded account named."""
    contexts: list[BrowserContext] = []

    def make(login: str | None = None, *, width: int = 1280, scripts: bool = True) -> Person:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        context.add_init_script(_WATCH_POLICY)
        contexts.append(context)
        someone = Person(context.new_page(), context, address)
        request.node.stash.setdefault(_PEOPLE, []).append(someone)
        if login:
            someone.sign_in(login)
        return someone

    yield make
    for context in contexts:
        context.close()


def _words(violation: dict[str, Any]) -> dict[str, Any]:
    return {
        "rule": violation["id"],
        "help": violation["help"],
        "where": [node["html"][:200] for node in violation["nodes"][:3]],
    }
