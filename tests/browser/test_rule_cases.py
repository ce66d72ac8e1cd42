"""The one table of rules, typed into a real page: what shows there is what Python says, decimals and dates included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.forms.test_rule_cases import SCHEMA

pytestmark = pytest.mark.browser

CASES = json.loads(Path("tests/cases/forms/rules.json").read_text("utf-8"))

_ROUND_TRIPS = """() => performance.getEntriesByType('resource')
  .filter((entry) => entry.initiatorType === 'fetch').map((entry) => entry.duration)"""


def fill(page: Page, values: dict[str, Any]) -> None:
    """Type values as a person would; a tick that is not wanted is left alone."""
    for name, value in values.items():
        place = page.locator(f'[data-qc-pointer="/{name}"]')
        if isinstance(value, list):
            for each in value:
                place.locator(f'input[value="{each}"]').check()
        elif isinstance(value, bool):
            place.locator("input[type=checkbox]").set_checked(value)
        else:
            place.locator("input").fill(str(value))
            place.locator("input").dispatch_event("change")


def test_every_rule_of_the_table_shows_in_a_page_what_it_says_in_python(person: Any) -> None:
    designer = person("designer")
    page = designer.page
    # A note for each rule; all of them hang on the same fields.
    notes = {f"note_{number}": {"type": "string", "title": case["name"]} for number, case in enumerate(CASES)}
    fields = {name: part for name, part in SCHEMA["properties"].items() if name != "note"}
    schema = {**SCHEMA, "title": "规则", "properties": {**fields, **notes}}
    ui = {f"note_{number}": {"qc:visible": case["rule"]} for number, case in enumerate(CASES)}
    page.goto(designer.address + "/studio/forms")
    page.fill("#key", "rule-table")
    page.check('input[name=from][value="files"]')
    for box, name, content in (("#file", "r.schema.json", schema), ("#look", "r.ui.json", ui)):
        page.set_input_files(
            box, {"name": name, "mimeType": "application/json", "buffer": json.dumps(content).encode()}
        )
    page.get_by_role("button", name="开始做").click()
    page.wait_for_selector('body[data-ready="1"]')
    address = page.url + "/try"
    asked: list[float] = []
    for number, case in enumerate(CASES):
        page.goto(address)
        fill(page, case["values"])
        note = page.locator(f'[data-qc-pointer="/note_{number}"]')
        expect(note, case["name"]).to_be_visible() if case["result"] else expect(note, case["name"]).to_be_hidden()
        page.wait_for_load_state("networkidle")
        expect(note, case["name"]).to_be_visible(visible=case["result"])
        asked += page.evaluate(_ROUND_TRIPS)
    assert len(asked) >= len(CASES) // 2, "the page asked the server"
