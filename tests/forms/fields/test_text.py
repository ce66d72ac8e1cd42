"""One line of text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forms
from tests.forms.one import control, form_of, message, posted, read_text, soup, value

PLAIN = form_of({"type": "string"})


def test_text_is_stored_as_typed():
    assert value(PLAIN, " 走访 <b>1</b> 次 ") == " 走访 <b>1</b> 次 "


def test_blanks_alone_are_nothing():
    assert value(PLAIN, "   ") is None


def test_missing_text_is_asked_for_by_its_label():
    assert (
        message(form_of({"type": "string", "title": "本部门承担的工作"}, required=True), "") == "请填写本部门承担的工作"
    )


def test_english_is_complete():
    form = forms.compile(
        {"type": "object", "required": ["x"], "properties": {"x": {"type": "string", "title": "Work"}}}, locale="en"
    )
    assert posted(form, "").problems[0].message == "Enter Work"


def test_length_is_told_with_both_numbers():
    assert message(form_of({"type": "string", "maxLength": 3}), "四个字呢") == "甲最多写 3 个字，现在是 4 个"


def test_pattern_points_to_the_hint():
    assert message(form_of({"type": "string", "pattern": "^[0-9]+$"}), "abc") == "甲的写法不对，请看填写说明"


def test_own_message_speaks_first():
    form = form_of({"type": "string", "pattern": "^A"}, {"qc:message": {"pattern": "编号以 A 开头"}})
    assert message(form, "b") == "编号以 A 开头"


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        (form_of({"type": "string", "format": "email"}), "email"),
        (form_of({"type": "string", "format": "uri"}), "url"),
        (form_of({"type": "string"}, {"ui:widget": "password"}), "password"),
        (PLAIN, "text"),
    ],
)
def test_input_type_follows_the_format(form, kind):
    assert control(form)["type"] == kind


def test_password_is_never_printed():
    form = form_of({"type": "string"}, {"ui:widget": "password"})
    assert "geheim" not in form.page({"x": "geheim"}) + form.page({"x": "geheim"}, readonly=True)


def test_wrong_mail_address_says_how_one_looks():
    assert "name@example.org" in message(form_of({"type": "string", "format": "email"}), "nobody")


def test_examples_become_suggestions():
    page = soup(form_of({"type": "string", "examples": ["甲", "乙"]}).page({}))
    assert [option["value"] for option in page.select("datalist#f-x--l option")] == ["甲", "乙"]


def test_web_address_is_a_link_only_with_a_web_scheme():
    form = form_of({"type": "string", "format": "uri"})
    assert "<a " in form.page({"x": "https://example.org/?a=1&b=2"}, readonly=True)
    assert "<a " not in form.page({"x": "javascript:alert(1)"}, readonly=True)


def test_nothing_reads_as_not_filled_in():
    assert read_text(PLAIN, "") == "（未填）"


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80))
def test_any_text_comes_back_unchanged(text):
    text = text.replace("\r\n", "\n")
    found = posted(PLAIN, text)
    assert found.typed["x"] == text
    assert (found.values.get("x") == text) == bool(text.strip())


def test_half_a_character_is_refused_and_shown_as_a_mark():
    found = posted(PLAIN, "a\ud800")
    assert [problem.pointer for problem in found.problems] == ["/x"]
    assert found.typed["x"] == "a?"


@pytest.mark.parametrize(
    "text",
    ['"><script>alert(1)</script>', "{{7*7}}", "\u202eabc", "a\x00b", "' onmouseover='x", "<!--", "&amp;", "💥" * 50],
)
def test_hostile_text_is_shown_harmlessly_and_kept(text):
    page = PLAIN.page({"x": text})
    assert "<script>alert" not in page
    assert soup(page).find(id="f-x")["value"].replace("\ufffd", "\x00") == text


def test_a_megabyte_is_taken_and_more_is_refused():
    assert value(PLAIN, "文" * 1_000_000) == "文" * 1_000_000
    assert "最多 1000000" in message(PLAIN, "文" * 1_000_001)
