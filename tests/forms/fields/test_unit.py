"""Picking a unit."""

from __future__ import annotations

from tests.forms.one import Office, control, form_of, message, posted, read_text, soup, value

ONE = form_of({"type": "string", "title": "牵头单位"}, {"ui:widget": "unit"})
MANY = form_of(
    {"type": "array", "items": {"type": "string"}}, {"ui:widget": "unit", "ui:options": {"level": "village"}}
)


def test_units_are_grouped_by_the_unit_above():
    page = soup(ONE.page({"x": "v1"}, ports=Office()))
    assert [group["label"] for group in page.select("optgroup")] == ["样例镇01"]
    assert page.select_one("option[selected]").get_text() == "样例村01"


def test_the_level_narrows_what_is_offered():
    assert [option["value"] for option in control(MANY, ports=Office()).select("option")] == ["v1", "v2"]


def test_the_id_is_stored():
    assert value(ONE, "v2", ports=Office()) == "v2"
    assert value(MANY, "v2", "v1", "v2", ports=Office()) == ["v2", "v1"]


def test_a_unit_that_is_not_offered_is_refused():
    assert message(ONE, "v9", ports=Office()) == "牵头单位不在可选的单位里，请从列表中选"


def test_a_stored_unit_that_is_gone_stays_chosen():
    assert control(ONE, "old", ports=Office()).select_one("option[selected]")["value"] == "old"


def test_without_ports_the_id_is_typed():
    assert control(ONE).name == "input"
    assert value(ONE, "v2") == "v2"


def test_it_reads_by_name():
    assert read_text(MANY, ["v1", "v2"], ports=Office()) == "样例村01、样例村02"


def test_nothing_picked_is_asked_for():
    form = form_of({"type": "string", "title": "牵头单位"}, {"ui:widget": "unit"}, required=True)
    assert message(form, "", ports=Office()) == "请选择牵头单位"
    assert posted(MANY, ports=Office()).values == {}


def test_a_suggestion_outside_the_scope_is_not_offered():
    ui = {"ui:widget": "unit", "ui:options": {"level": "village", "scope": "own"}}
    form = form_of({"type": "array", "items": {"type": "string"}}, ui)
    page = soup(form.page({"x": ["v1", "elsewhere"]}, ports=Office()))
    assert [option["value"] for option in page.select("option[selected]")] == ["v1"]
    assert "elsewhere" not in page.get_text()
