"""Text with headings and lists."""

from __future__ import annotations

import pytest

from forms.fields import markup
from tests.forms.one import control, form_of, soup, value

FORM = form_of({"type": "string", "format": "html"})


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<p>一</p><ul><li><b>二</b></li></ul>", "<p>一</p><ul><li><b>二</b></li></ul>"),
        ("<p onclick=x>一<script>alert(1)</script></p>", "<p>一</p>"),
        ('<p>一</p><img src=x onerror="alert(1)">', "<p>一</p>"),
        ('<a href="javascript:alert(1)">一</a>', "<a>一</a>"),
        ('<a href="https://a.cn" target=x>一</a>', '<a href="https://a.cn" rel="noopener noreferrer nofollow">一</a>'),
        ("<h1>一</h1><div>二</div>", "<h3>一</h3><p>二</p>"),
        ("<b>一", "<b>一</b>"),
        ("<b><i>一</b></i>", "<b><i>一</i></b>"),
        ("<p>一<p>二", "<p>一</p><p>二</p>"),
        (
            '<table><tr><td colspan="2" style="x">一</td></tr></table>',
            '<table><tr><td colspan="2">一</td></tr></table>',
        ),
        ('<p>一</p><style>p{}</style><iframe src="//a"><p>x</p></iframe>二', "<p>一</p>二"),
        ("<p>1 &lt; 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>"),
    ],
)
def test_only_known_elements_are_stored(typed, stored):
    assert value(FORM, typed) == stored
    assert markup.sanitise(stored) == stored


@pytest.mark.parametrize("typed", ["一\n二", "1 < 2 & 3", "<script>alert(1)</script>", "{{ x }}", "&lt;b&gt;"])
def test_plain_lines_come_back_as_they_were_typed(typed):
    stored = value(FORM, typed)
    assert stored.startswith("<p>")
    assert control(FORM, stored).get_text().removeprefix("\r\n") == typed
    assert "<script" not in FORM.page({"x": stored}, readonly=True)


def test_markup_without_text_is_nothing():
    assert value(FORM, "<p><br></p>") is None


def test_a_value_from_elsewhere_is_cleaned_where_it_is_shown():
    page = soup(FORM.page({"x": "<p>一</p><script>alert(1)</script><p onload=x>二</p>"}, readonly=True))
    assert page.script is None
    assert page.select_one(".rich").decode_contents() == "<p>一</p><p>二</p>"


def test_it_reads_as_lines():
    assert FORM.summary({"x": "<p>一</p><ul><li>二</li></ul>"}) == [("甲", "一\n二", "/x")]


def test_deep_markup_is_cut_off():
    assert markup.sanitise("<b>" * 5000).count("<b>") == 40
