"""Picking a record of a register."""

from __future__ import annotations

from tests.forms.one import Office, control, form_of, message, read_text, soup, value

FORM = form_of({"type": "string"}, {"ui:widget": "register", "ui:options": {"register": "matters"}})


def test_records_are_offered_with_what_tells_them_apart():
    assert [o.get_text() for o in control(FORM, ports=Office()).select("option")][1] == "灾害预警接收传递（履职）"


def test_the_key_is_stored():
    assert value(FORM, "5", ports=Office()) == "5"


def test_an_unknown_key_is_refused():
    assert message(FORM, "6", ports=Office()) == "甲在台账里没有找到，请从列表中选"


def test_many_records_are_typed_with_suggestions():
    form = form_of(
        {"type": "string"}, {"ui:widget": "register", "ui:options": {"register": "matters", "style": "search"}}
    )
    page = soup(form.page({}, ports=Office()))
    assert page.find(id="f-x")["list"] == page.find("datalist")["id"]


def test_it_reads_by_the_name_of_the_record():
    assert read_text(FORM, "5", ports=Office()) == "居家养老入户走访"
    assert read_text(FORM, "5") == "5"
