"""Marks of official forms, and the code on a printed sheet."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from webapp.formfiles import FormFile
from webapp.paper import code_of, marks_of


def _file(**official: object) -> FormFile:
    return FormFile("a.schema.json", {"title": "月报"}, {"qc:official": official} if official else {}, ("1", "2"))


@pytest.mark.parametrize(("today", "is_void"), [(date(2026, 12, 31), False), (date(2027, 1, 1), True)])
def test_a_form_past_its_date_is_void_by_itself(app: Flask, today: date, is_void: bool) -> None:
    with app.test_request_context():
        (marks,) = marks_of([_file(tableNumber="统1表", validUntil="2026-12-31")], today)
    assert marks.lines == [("表号", "统1表"), ("有效期限", "至 2026年12月31日")]
    assert marks.is_void is is_void


def test_a_form_without_marks_has_none_and_odd_ones_harm_nothing(app: Flask) -> None:
    with app.test_request_context():
        assert marks_of([_file(), _file(tableNumber=3, maker=" ", validUntil=["x"])], date(2026, 1, 1)) == []
        assert marks_of([_file(validUntil="长期")], date(2026, 1, 1))[0].lines == [("有效期限", "长期")]


def test_the_code_is_a_drawing_and_nothing_else() -> None:
    drawn = code_of("https://qingche.example/case/1", "<b>扫码</b>")
    assert drawn.startswith("<svg") and "<title>&lt;b&gt;扫码&lt;/b&gt;</title>" in drawn
    assert "style=" not in drawn and "<script" not in drawn
