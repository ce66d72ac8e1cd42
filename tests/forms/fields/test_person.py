"""People and posts."""

from __future__ import annotations

from tests.forms.one import Office, form_of, message, read_text, soup, value

FORM = form_of({"type": "string"}, {"ui:widget": "person"})
SEVERAL = form_of({"type": "array", "items": {"type": "string"}}, {"ui:widget": "person"})
HEADS = form_of({"type": "string"}, {"ui:widget": "person", "ui:options": {"role": "head"}})


def test_people_are_picked_by_post_and_grouped_by_unit():
    page = soup(FORM.page({}, ports=Office()))
    assert page.optgroup["label"] == "样例村01"
    assert [box["value"] for box in page.select("optgroup option")] == ["n1", "n2"]
    assert value(FORM, "n2", ports=Office()) == "n2"
    assert value(SEVERAL, "n1", "n2", ports=Office()) == ["n1", "n2"]


def test_a_role_narrows_the_choice():
    assert "不在可选的人员里" in message(HEADS, "n2", ports=Office())


def test_a_person_reads_as_unit_and_post():
    assert read_text(FORM, "n1", ports=Office()) == "样例村01 主任"
    assert read_text(FORM, "gone", ports=Office()) == "gone"


def test_without_ports_the_id_is_typed():
    assert value(FORM, "n1") == "n1"
