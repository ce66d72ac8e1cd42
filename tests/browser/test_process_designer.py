"""A designer opens what there is, changes one thing and loses nothing; and draws a small process that then runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"


def open_file(person: Any, name: str, content: bytes) -> Page:
    designer = person("designer")
    designer.visit("/studio/processes")
    page: Page = designer.page
    page.set_input_files("#file", {"name": name, "mimeType": "application/xml", "buffer": content})
    page.get_by_role("button", name="打开").click()
    page.wait_for_selector('body[data-ready="1"]')
    return page


def rename(page: Page, element: str, name: str) -> bytes:
    """Give one element another name; return the file as it is stored then."""
    page.locator(f'.djs-element[data-element-id="{element}"] .djs-hit').first.click()
    field = page.get_by_label("名称", exact=True)
    field.fill(name)
    with page.expect_response(lambda answer: answer.url.endswith("/save") and answer.ok) as saved:
        field.press("Tab")
    return str(saved.value.request.post_data_json["xml"]).encode()


# Attributes the standard says are the same written or left out (BPMN 2.0.2, the schema's defaults).
DEFAULTS = {
    ("textFormat", "text/plain"), ("typeLanguage", "http://www.w3.org/2001/XMLSchema"),
    ("expressionLanguage", "http://www.w3.org/1999/XPath"), ("completionQuantity", "1"), ("startQuantity", "1"),
    ("isForCompensation", "false"), ("isClosed", "false"), ("processType", "None"), ("isCollection", "false"),
    ("associationDirection", "None"), ("isInterrupting", "true"), ("cancelActivity", "true"),
}  # fmt: skip


def census(content: bytes) -> dict[str, int]:
    """Count every element by where it stands, with its attributes and text, whatever their order and prefixes."""
    found: dict[str, int] = {}
    for node in etree.fromstring(content).iter(etree.Element):
        own = (each.get("id") for each in node.iterancestors() if each.get("id"))
        here = f"{next(own, '')}/{node.tag}"
        text = " ".join((node.text or "").split())
        said = [each for each in node.attrib.items() if each not in DEFAULTS]
        for line in (f"{here}|{text}", *(f"{here}@{name}={_figure(value)}" for name, value in said)):
            found[line] = found.get(line, 0) + 1
    return found


def _figure(value: str) -> str:
    """Tell 30.0 and 30 apart from other figures, not from each other."""
    return value.removesuffix(".0") if re.fullmatch(r"-?\d+\.0", value) else value


@pytest.mark.parametrize(
    ("path", "element"),
    [
        (SAMPLES / "camunda.bpmn", "approve"),
        (SAMPLES / "flowable.bpmn", "check"),
        (SAMPLES / "signavio.bpmn", "sid-task"),
        (SAMPLES / "spiffworkflow.bpmn", "tell"),
        (ROOT / "bpmn" / "admission" / "village.bpmn", "accept"),
        (ROOT / "bpmn" / "admission" / "ticket.bpmn", "draft"),
        (ROOT / "bpmn" / "admission" / "complaint.bpmn", "write"),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else "",
)
def test_one_label_is_changed_and_all_else_is_still_there(person: Any, path: Path, element: str) -> None:
    content = path.read_bytes()
    before = census(content)
    page = open_file(person, path.name, content)
    after = census(rename(page, element, "换了名字"))
    lost = {line: count for line, count in before.items() if after.get(line, 0) < count}
    come = {line: count for line, count in after.items() if before.get(line, 0) < count}
    assert len(lost) == 1 and next(iter(lost)).split("@")[1].startswith("name="), lost
    assert len(come) == 1 and next(iter(come)).endswith("@name=换了名字"), come
    if path.parent != SAMPLES:
        expect(page.locator("#lint")).to_contain_text("可以发布")
    page.goto(page.url + "/publish")
    page.get_by_role("button", name="删去这份草稿").click()


def test_the_designer_passes_axe_and_the_policy(person: Any) -> None:
    designer = person("designer")
    designer.visit("/studio/processes")
    designer.page.fill("#name", "走访")
    designer.page.fill("#key", "visiting")
    designer.page.get_by_role("button", name="开始画").click()
    designer.page.wait_for_selector('body[data-ready="1"]')
    designer.look()
    designer.visit("/studio/processes/visiting/publish")
