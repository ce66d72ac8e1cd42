"""Signatures."""

from __future__ import annotations

import base64
from hashlib import sha256

import forms
from tests.forms.one import Office, form_of, message, posted, read_text, soup

FORM = form_of({"type": "object"}, {"ui:widget": "signature"}, required=True)
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
DRAWN = "data:image/png;base64," + base64.b64encode(PICTURE).decode()


def test_a_drawing_is_stored_by_its_hash():
    office = Office()
    found = posted(FORM, DRAWN, "", ports=office)
    assert found.problems == []
    assert found.values["x"]["sha256"] == sha256(PICTURE).hexdigest()
    assert found.values["x"]["type"] == "image/png"
    assert office.files[found.values["x"]["sha256"]] == PICTURE


def test_it_survives_a_page_that_comes_back():
    office = Office()
    first = posted(FORM, DRAWN, "", ports=office)
    token = soup(FORM.page(first.typed, ports=office)).select_one('[name="f/x:keep"]')["value"]
    again = FORM.read(forms.Post({"f/x": ["", ""], "f/x:keep": [token]}), None, {}, ports=office)
    assert again.values == first.values


def test_a_typed_one_will_do():
    found = posted(FORM, "", "样例镇01 主任")
    assert found.values == {"x": {"text": "样例镇01 主任"}}
    assert read_text(FORM, {"text": "样例镇01 主任"}) == "样例镇01 主任"


def test_what_is_no_picture_is_refused():
    assert "不是可以附的类型" in message(FORM, "data:image/png;base64," + base64.b64encode(b"<svg>").decode())
    assert message(FORM, "data:image/png;base64,###") == "甲填得不对，请核对"
    assert "太长" in message(FORM, "甲" * 101)


def test_nothing_is_asked_for():
    assert message(FORM, "", "") == "请附上甲"


def test_the_picture_is_shown_with_its_hash():
    class Linked(Office):
        def file_link(self, pointer: str, entry: dict) -> str:
            return "/file/1"

    page = soup(FORM.page({"x": {"sha256": "ab" * 32, "name": "s.png", "size": 3}}, readonly=True, ports=Linked()))
    assert (page.img["src"], page.img["alt"]) == ("/file/1", "甲：已签名")
    assert "abababab" in page.get_text()
    assert read_text(FORM, {"sha256": "ab" * 32, "name": "s.png", "size": 3}) == "已签名"
