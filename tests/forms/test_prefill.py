"""Fields filled from the register record that another field names."""

from __future__ import annotations

import forms
from tests.forms.one import Office, soup

SCHEMA = {
    "type": "object",
    "properties": {
        "matter": {"type": "string", "title": "事项"},
        "name": {"type": "string", "title": "名称"},
        "fixed": {"type": "string", "title": "清单名称"},
        "rows": {
            "type": "array",
            "items": {"type": "object", "properties": {"m": {"type": "string"}, "n": {"type": "string"}}},
        },
    },
}
PICK = {"ui:widget": "register", "ui:options": {"register": "matters"}}
UI = {
    "matter": PICK,
    "name": {"qc:from": "matter.name"},
    "fixed": {"qc:from": "matter.name", "ui:readonly": True},
    "rows": {"items": {"m": PICK, "n": {"qc:from": "m.name"}}},
}
FORM = forms.compile(SCHEMA, UI)


def read(post, base=None):
    return FORM.read(forms.Post({key: [value] for key, value in post.items()}), None, base or {}, ports=Office())


def test_an_empty_field_is_filled_on_the_page_and_says_so():
    page = soup(FORM.page({"matter": "5"}, ports=Office()))
    assert page.find(id="f-name")["value"] == "居家养老入户走访"
    assert page.select_one('label[for="f-name"] .opt').get_text() == "自动带出，可改"


def test_what_was_typed_is_not_overwritten_nor_what_was_emptied():
    assert soup(FORM.page({"matter": "5", "name": "别的"}, ports=Office())).find(id="f-name")["value"] == "别的"
    found = read({"f/matter": "5", "f/name": ""})
    assert soup(FORM.page(found.typed, ports=Office())).find(id="f-name")["value"] == ""
    assert "name" not in found.values


def test_a_field_that_cannot_be_written_has_what_the_register_has():
    assert read({"f/matter": "5"}, {"fixed": "旧的"}).values["fixed"] == "居家养老入户走访"
    assert read({"f/matter": ""}, {"fixed": "旧的"}).values["fixed"] is None


def test_a_row_looks_at_its_own_record():
    page = soup(FORM.page({"matter": "5", "rows": [{"m": "21"}, {}]}, ports=Office()))
    assert page.find(id="f-rows-0-n")["value"] == "灾害预警接收传递"
    assert page.find(id="f-rows-1-n")["value"] == ""


def test_without_a_record_nothing_is_filled():
    assert soup(FORM.page({"matter": "6"}, ports=Office())).find(id="f-name")["value"] == ""
    assert soup(FORM.page({"matter": "5"})).find(id="f-name")["value"] == ""
