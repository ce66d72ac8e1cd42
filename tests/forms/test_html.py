"""Printing attributes and pieces of HTML."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from wtforms.widgets import html_params as slow_params

from forms.html import Tag, html_params
from tests.forms.one import soup


def test_attributes_are_written_as_wtforms_writes_them():
    params = html_params(class_="a", data_qc_pointer="/x", aria_invalid="true", checked=True, hidden=False, title=None)
    assert params == 'class="a" data-qc-pointer="/x" aria-invalid="true" checked'
    assert slow_params(data_qc_pointer="/x") == html_params(data_qc_pointer="/x")


@given(st.text())
def test_no_value_leaves_its_attribute(value):
    tag = soup(f"<i {html_params(title=value)}></i>").i
    assert list(tag.attrs) == ["title"]


@given(st.text(), st.text())
def test_a_piece_of_html_is_filled_as_markupsafe_fills_it(first, second):
    text = '<b title="{1}">{0}{0}</b>'
    assert Tag(text).format(first, second) == Markup(text).format(first, second)


def test_markup_is_not_escaped_twice():
    assert Tag("<p>{}{}</p>").format(Markup("<b>"), "<b>") == "<p><b>&lt;b&gt;</p>"
