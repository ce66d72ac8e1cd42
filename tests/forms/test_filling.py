"""Tables filled from Excel, pasted or uploaded."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

import forms
from tests.forms.browse import post_of
from tests.forms.one import Office, soup

ROW = {
    "type": "object",
    "required": ["village"],
    "properties": {
        "village": {"type": "string", "title": "村（社区）"},
        "families": {"type": "integer", "title": "户数"},
        "on": {"type": "string", "format": "date", "title": "日期"},
        "kind": {"enum": ["a", "b"], "title": "类别"},
        "done": {"type": "boolean", "title": "已办"},
    },
}
SCHEMA = {"type": "object", "properties": {"t": {"type": "array", "title": "明细", "items": ROW, "maxItems": 50}}}
UI = {"t": {"ui:options": {"fill": True}, "items": {"kind": {"ui:enumNames": ["甲类", "乙类"]}}}}
FORM = forms.compile(SCHEMA, UI)


class Upload:
    """A file as werkzeug hands it over."""

    def __init__(self, body: bytes, name: str = "a.xlsx") -> None:
        self.filename, self.stream = name, io.BytesIO(body)


def _filled(text: str = "", upload: Upload | None = None, base: dict | None = None) -> forms.Submission:
    post = post_of(FORM.page(base or {}), **{"_fill:/t": "1"})
    post["f!paste/t"] = [text]
    return FORM.read(post, forms.Post({"f!sheet/t": [upload]}) if upload else None, base or {})


def test_rows_are_laid_over_the_columns_by_name():
    found = _filled("户数\t村（社区）\t类别\t已办\n1,200\t样例村01\t乙类\t是\n\n30\t样例村02\t甲类\t\n")
    assert found.problems == []
    assert [dict(row) for row in found.typed["t"]] == [
        {"families": 1200, "village": "样例村01", "kind": "b", "done": True} | {"families": "1,200"},
        {"families": "30", "village": "样例村02", "kind": "a"},
    ]
    stored = FORM.read(post_of(FORM.page(found.typed)), None, {})
    assert stored.problems == []
    assert stored.values["t"][0] == {"village": "样例村01", "families": 1200, "kind": "b", "done": True}


def test_without_a_head_the_order_counts():
    found = _filled("样例村01\t12\t2026年11月26日")
    assert found.typed["t"] == [{"village": "样例村01", "families": "12", "on": "2026年11月26日"}]
    assert FORM.read(post_of(FORM.page(found.typed)), None, {}).values["t"][0]["on"] == "2026-11-26"


def test_rows_come_after_those_that_are_there():
    found = _filled("样例村02", base={"t": [{"village": "样例村01"}]})
    assert [row["village"] for row in found.typed["t"]] == ["样例村01", "样例村02"]
    assert found.typed.origins["/t"] == [0, None]


def test_what_does_not_fit_is_shown_and_told_later():
    found = _filled("样例村01\t许多\t那天\t丙类")
    html = FORM.page(found.typed)
    again = FORM.read(post_of(html), None, {})
    assert [problem.pointer for problem in again.problems] == ["/t/0/families", "/t/0/on", "/t/0/kind"]
    assert soup(html).find(id="f-t-0-families")["value"] == "许多"


def _sheet(*lines: list) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, line in enumerate(lines):
            for column, cell in enumerate(line):
                if isinstance(cell, tuple):
                    sheet.write_datetime(number, column, cell[0], day)
                else:
                    sheet.write(number, column, cell)
    return stream.getvalue()


def test_a_sheet_is_read_with_its_numbers_and_dates():
    from datetime import datetime

    body = _sheet(["村（社区）", "户数", "日期", "已办"], ["样例村01", 12, (datetime(2026, 11, 26),), True])
    found = _filled(upload=Upload(body))
    stored = FORM.read(post_of(FORM.page(found.typed)), None, {})
    assert stored.values["t"] == [{"village": "样例村01", "families": 12, "on": "2026-11-26", "done": True}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_of_either_encoding_is_read(encoding):
    found = _filled(upload=Upload("村（社区）,户数\n样例村01,3\n".encode(encoding), "a.csv"))
    assert found.typed["t"] == [{"village": "样例村01", "families": "3"}]


@pytest.mark.parametrize(
    "body", [b"", b"PK\x03\x04broken", b"\x00\x01\x02", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"\n\n"]
)
def test_what_cannot_be_read_says_so_and_keeps_the_page(body):
    found = _filled(upload=Upload(body))
    assert [(problem.pointer, problem.code) for problem in found.problems] == [("/t", "fill-unread")]


def test_no_more_rows_than_the_table_takes():
    found = _filled("\n".join(f"样例村{n}" for n in range(80)))
    assert len(found.typed["t"]) == 50


def test_a_list_of_single_values_is_filled_too():
    form = forms.compile({"type": "object", "properties": {"t": {"type": "array", "items": {"type": "string"}}}}, UI)
    found = form.read(forms.Post({"_fill:/t": ["1"], "f!paste/t": ["甲\n乙"]}), None, {})
    assert found.typed["t"] == ["甲", "乙"]


def test_units_are_named_by_their_names():
    row = {"type": "object", "properties": {"u": {"type": "string", "title": "单位"}}}
    form = forms.compile(
        {"type": "object", "properties": {"t": {"type": "array", "items": row}}},
        {"t": {"items": {"u": {"ui:widget": "unit"}}}},
    )
    found = form.read(forms.Post({"_fill:/t": ["1"], "f!paste/t": ["样例村02"]}), None, {}, ports=Office())
    assert found.typed["t"] == [{"u": "v2"}]


def test_a_table_that_may_only_be_read_is_not_filled():
    form = forms.compile(SCHEMA, {**UI, "qc:views": {"v": {"/t": "read"}}}, view="v")
    with pytest.raises(forms.ForbiddenWrite):
        form.read(forms.Post({"_fill:/t": ["1"], "f!paste/t": ["甲"]}), None, {})
