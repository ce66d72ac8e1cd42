"""Passwords."""

from __future__ import annotations

from tests.forms.one import control, form_of, posted, read_text, value

FORM = form_of({"type": "string"}, {"ui:widget": "password"})


def test_it_is_never_printed():
    assert "geheim" not in FORM.page({"x": "geheim"})
    assert (control(FORM, "geheim")["type"], control(FORM)["autocomplete"]) == ("password", "new-password")
    assert read_text(FORM, "geheim") == "••••••"
    assert FORM.summary({"x": "geheim"}) == [("甲", "••••••", "/x")]


def test_an_empty_input_leaves_it_as_it_is():
    assert value(FORM, "neu") == "neu"
    assert posted(FORM, "", base={"x": "geheim"}).values["x"] == "geheim"
