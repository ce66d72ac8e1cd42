"""Posts, whoever holds them."""

from __future__ import annotations

from tests.forms.one import Office, form_of, message, read_text, value

FORM = form_of({"type": "string"}, {"ui:widget": "post"})


def test_a_post_is_picked_and_reads_with_its_unit():
    assert value(FORM, "t1", ports=Office()) == "t1"
    assert read_text(FORM, "t1", ports=Office()) == "样例村01 主任"


def test_another_is_refused():
    assert "不在可选的岗位里" in message(FORM, "n1", ports=Office())
