"""Chinese is what the templates say; English has every text and is chosen per person."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from flask import Flask

from tests.webapp.browser import Browser
from webapp.language import catalogue

WEBAPP = Path(__file__).resolve().parents[2] / "webapp"
METHODS = [
    ("cli/**", "ignore"),
    ("frontend/**", "ignore"),
    ("static/**", "ignore"),
    ("**.py", "python"),
    ("templates/**.html", "jinja2"),
]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def texts() -> dict[str, str]:
    """Return every text of templates and modules with the file that says it first."""
    found: dict[str, str] = {}
    for file, _line, text, _comments, _context in extract_from_dir(str(WEBAPP), METHODS, keywords=KEYWORDS):
        found.setdefault(text if isinstance(text, str) else text[0], file)
    return found


def test_every_text_has_an_english_one() -> None:
    english = catalogue("en")
    missing = {text: file for text, file in texts().items() if english.get(text) is None}
    assert missing == {}


def test_placeholders_are_the_same_in_both_languages() -> None:
    def names(text: str) -> list[str]:
        return sorted(re.findall(r"%\((\w+)\)s", text))

    wrong = [
        message.id
        for message in catalogue("en")
        if isinstance(message.id, str) and message.id and names(message.id) != names(str(message.string))
    ]
    assert wrong == []


def test_no_template_says_chinese_past_the_catalogue() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    spoken = re.compile(r"""_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\{#.*?#\}|>[一二三]<""", re.DOTALL)
    strays = {}
    for path in (WEBAPP / "templates").rglob("*.html"):
        rest = spoken.sub("", path.read_text("utf-8"))
        lines = [line.strip() for line in rest.splitlines() if han.search(line)]
        if lines:
            strays[str(path.relative_to(WEBAPP))] = lines
    assert strays == {}


def test_chinese_is_the_default_whatever_the_browser_prefers(browser: Browser) -> None:
    page = browser.get("/login", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert '<html lang="zh-CN"' in page
    assert '<h1 class="mb-3">登录</h1>' in page


def test_a_visitor_switches_to_english_and_back(browser: Browser) -> None:
    answer = browser.send("/language", {"language": "en", "next": "/login"})
    assert answer.location == "/login"
    page = browser.get("/login").text
    assert '<html lang="en"' in page
    assert '<h1 class="mb-3">Sign in</h1>' in page
    browser.send("/language", {"language": "zh", "next": "/login"})
    assert '<h1 class="mb-3">登录</h1>' in browser.get("/login").text


def test_the_choice_goes_with_the_account_to_another_browser(app: Flask) -> None:
    first, second = app.test_client(), app.test_client()
    assert isinstance(first, Browser)
    assert isinstance(second, Browser)
    first.sign_in("clerk@v11")
    first.send("/language", {"language": "en", "next": "/password"}, page="/password")
    first.send("/theme", {"theme": "dark", "next": "/password"}, page="/password")
    second.sign_in("clerk@v11")
    page = second.get("/password").text
    assert '<html lang="en" data-bs-theme="dark"' in page
    assert "<h1>Change password</h1>" in page


def test_an_unknown_language_or_theme_changes_nothing(browser: Browser) -> None:
    browser.send("/language", {"language": "xx"})
    browser.send("/theme", {"theme": "pink"})
    assert '<html lang="zh-CN" data-bs-theme="light" data-theme="auto"' in browser.get("/login").text
