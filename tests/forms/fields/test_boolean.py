"""Yes or no."""

from __future__ import annotations

from tests.forms.one import control, form_of, message, posted, read_text, value

FORM = form_of({"type": "boolean"})


def test_a_tick_is_true_and_no_tick_false():
    assert value(FORM, "true") is True
    assert posted(FORM).values == {"x": False}


def test_a_stored_tick_is_shown():
    assert control(FORM, data=True).has_attr("checked")
    assert not control(FORM, data=False).has_attr("checked")


def test_consent_must_be_ticked():
    assert message(form_of({"type": "boolean", "const": True, "title": "已核对"}, required=True)) == "请勾选“已核对”"


def test_radio_buttons_leave_nothing_chosen():
    form = form_of({"type": "boolean"}, {"ui:widget": "radio"}, required=True)
    assert message(form) == "请选择甲"
    assert value(form, "false") is False


def test_it_reads_as_words():
    assert (read_text(FORM, data=True), read_text(FORM, data=False)) == ("是", "否")
