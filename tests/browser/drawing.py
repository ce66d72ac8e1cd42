"""What the walks through the process designer need: a form and a decision to name, and hands on the keyboard."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "title": "经费请示",
    "required": ["subject", "amount"],
    "properties": {
        "subject": {"type": "string", "title": "事由"},
        "amount": {"type": "integer", "title": "金额"},
    },
}
DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="levels" name="几级审批" namespace="urn:levels">
 <decision id="level" name="几级审批"><variable name="几级审批" typeRef="string"/>
  <decisionTable hitPolicy="FIRST"><input id="i"><inputExpression typeRef="number"><text>amount</text></inputExpression>
   </input><output id="o" typeRef="string"/>
   <rule id="r1"><inputEntry><text>&gt; 5000</text></inputEntry><outputEntry><text>"两级"</text></outputEntry></rule>
   <rule id="r2"><inputEntry><text>-</text></inputEntry><outputEntry><text>"一级"</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""


def upload(designer: Any) -> None:
    """Publish the form and the decision, as a designer does with files."""
    for name, content in (("expense.schema.json", json.dumps(FORM)), ("level.dmn", DECISION)):
        designer.visit("/studio")
        page: Page = designer.page
        page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": content.encode()})
        page.get_by_role("button", name="检查并发布").click()
        page.wait_for_load_state()


class Keys:
    """Somebody who uses the keyboard alone: nothing is clicked, and nothing is given the focus by the script."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type as an input method does."""
        self.page.keyboard.insert_text(text)

    def to(self, target: Locator, key: str = "Tab") -> None:
        """Walk until the target has the focus."""
        target.wait_for()
        for _ in range(200):
            if target.evaluate("(node) => node === document.activeElement"):
                return
            self.press(key)
        raise AssertionError(f"{key} does not lead to {target}")

    def fill(self, label: str, text: str) -> None:
        self.to(self.page.get_by_label(label, exact=True))
        self.press("Control+a")
        self.write(text)

    def pick(self, label: str, words: str) -> None:
        """Walk through the options of a select until the words stand there."""
        select = self.page.get_by_label(label, exact=True).first
        self.to(select)
        for _ in range(60):
            if select.evaluate("(node) => node.selectedOptions[0].textContent").startswith(words):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{label} has no {words}")

    def follow(self, key: str, kind: str) -> None:
        """Open a menu of the chosen element and take the entry of this kind."""
        self.press(key)
        entry = self.page.locator(".djs-popup [role=option], .djs-popup .entry")
        entry.first.wait_for()
        self.page.keyboard.type(kind)
        self.press("Enter")
        expect(self.page.locator(".djs-popup")).to_have_count(0)

    def next(self, kind: str, name: str) -> None:
        """Put an element behind the chosen one and type its name on the canvas."""
        self.follow("a", kind)
        editing = self.page.locator(".djs-direct-editing-content")
        if kind.endswith("Gateway"):
            self.press("e")
        expect(editing).to_be_visible()
        self.write(name)
        self.press("Enter")
        expect(editing).to_have_count(0)
        expect(self.page.locator("#props-h")).to_have_text(name)

    def region(self, selector: str) -> None:
        """Go round the regions until one has the focus."""
        for _ in range(4):
            if self.page.locator(selector).evaluate("(node) => node.contains(document.activeElement)"):
                return
            self.press("F6")
        raise AssertionError(f"F6 does not lead to {selector}")
