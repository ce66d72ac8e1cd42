"""Several lines of text."""

from __future__ import annotations

from tests.forms.one import control, form_of, posted, value

FORM = form_of({"type": "string"}, {"ui:widget": "textarea", "ui:options": {"rows": 5}})


def test_it_is_a_text_area_of_the_wished_height():
    assert (control(FORM).name, control(FORM)["rows"]) == ("textarea", "5")


def test_line_breaks_are_stored_as_one_character():
    assert value(FORM, "一\r\n二") == "一\n二"


def test_a_leading_line_break_is_kept():
    assert control(FORM, "\n一").get_text().lstrip("\r").removeprefix("\n") == "\n一"


def test_text_is_escaped():
    assert "<b>" not in FORM.page({"x": "</textarea><b>"})


def test_lines_stay_lines_when_read():
    assert "一<br>二" in FORM.page({"x": "一\n二"}, readonly=True)


def test_blanks_are_nothing():
    assert posted(FORM, "\r\n ").values == {}
