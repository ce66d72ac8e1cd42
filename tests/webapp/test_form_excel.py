"""An Excel table becomes a form, and a register, of the columns a person accepted."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import xlsxwriter

from tests.forms.one import soup
from tests.webapp.browser import Browser
from tests.webapp.test_form_designs import begin, designer

__all__ = ["designer"]


def workbook() -> io.BytesIO:
    """Write a table as offices do: a title over all, a merged header, units in heads, sample rows, a total."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 5, "独居老人取暖摸底表")
    for column, words in enumerate(("序号", "姓名", "居民身份证号")):
        sheet.merge_range(1, column, 2, column, words)
    sheet.merge_range(1, 3, 1, 4, "取暖")
    sheet.write_row(2, 3, ["方式", "补助（元）"])
    sheet.merge_range(1, 5, 2, 5, "登记日期")
    sheet.write_row(3, 0, [1, "样例甲", "110101194001010013", "煤", 300.5, "2026-11-01"])
    sheet.write_row(4, 0, [2, "样例乙", "110101193802020029", "电", 200, "2026-11-02"])
    sheet.write_row(5, 0, [3, "样例丙", "110101193802020029", "电", 200, "2026-11-02"])
    sheet.write_row(6, 0, [4, "样例丁", "110101193802020029", "煤", 200, "2026-11-02"])
    sheet.write_row(7, 0, ["合计", "", "", "", 900.5, ""])
    book.close()
    stream.seek(0)
    return stream


def review(designer: Browser) -> dict[str, str]:
    """Upload the table and return what the page that asks about it would send."""
    answer = begin(designer, key="survey", title="", file=(workbook(), "表.xlsx"), **{"from": "excel"})
    assert answer.status_code == 200, answer.status_code
    sent: dict[str, str] = {}
    for control in soup(answer.text).select("main form input[name], main form select[name]"):
        if control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            assert chosen is not None
            sent[str(control["name"])] = str(chosen["value"])
        elif control.get("type") not in ("checkbox", "radio") or control.has_attr("checked"):
            sent[str(control["name"])] = str(control.get("value", ""))
    return sent


def design(designer: Browser) -> Any:
    data = re.search(r'id="design">(.*?)</script>', designer.get("/studio/forms/survey").text, re.DOTALL)
    assert data
    return json.loads(data[1])


def test_accepted_as_it_is_a_table_becomes_a_form(designer: Browser) -> None:
    sent = review(designer)
    assert designer.send("/studio/forms/excel", sent, page="/studio/forms").status_code == 303
    schema = design(designer)["schema"]
    columns = schema["properties"]["rows"]["items"]
    assert schema["title"] == "独居老人取暖摸底表"
    assert [(each["title"], each.get("format"), each.get("enum")) for each in columns["properties"].values()] == [
        ("姓名", None, None), ("居民身份证号", "resident-id", None), ("取暖 · 方式", None, ["煤", "电"]),
        ("取暖 · 补助", "money", None), ("登记日期", "date", None),
    ]  # fmt: skip
    assert len(columns["required"]) == 5


def test_columns_are_taken_named_and_typed_by_a_person(designer: Browser) -> None:
    sent = review(designer)
    del sent["c5.take"], sent["c4.required"]
    sent |= {"c1.title": "老人姓名", "c4.kind": "number", "shape": "fields", "title": "取暖", "c1.kind": "select"}
    assert designer.send("/studio/forms/excel", sent, page="/studio/forms").status_code == 303
    schema = design(designer)["schema"]
    assert list(schema["properties"]) == ["c1", "c2", "c3", "c4"]
    assert schema["properties"]["c1"] == {"title": "老人姓名", "type": "string"}, "no options were found for a choice"
    assert schema["properties"]["c4"]["type"] == "number"
    assert schema["required"] == ["c1", "c2", "c3"]


def test_a_register_comes_with_the_form(designer: Browser) -> None:
    sent = review(designer) | {"with_register": "1", "register": "heating", "register_key": "c2"}
    assert designer.send("/studio/forms/excel", sent, page="/studio/forms").status_code == 303
    page = designer.get("/studio/register/heating").text
    assert "居民身份证号" in page and "由 Excel 表建成" in page
    again = designer.send("/studio/forms/excel", sent | {"key": "second"}, page="/studio/forms")
    assert again.status_code == 422 and "已经有叫 heating 的台账" in again.text
    assert designer.get("/studio/forms/second").status_code == 404, "neither of them is made"


def test_a_register_waits_for_the_second_person_where_two_publish(designer: Browser) -> None:
    designer.application.config["PUBLISH_BY_TWO"] = True
    sent = review(designer) | {"with_register": "1", "register": "heating", "register_key": "c2"}
    assert designer.send("/studio/forms/excel", sent, page="/studio/forms").status_code == 303
    assert designer.get("/studio/register/heating").status_code == 404
    page = designer.get("/studio/approvals/register/heating")
    assert page.status_code == 200 and "要由另一个人同意" in page.text


def test_a_forged_page_makes_nothing(designer: Browser) -> None:
    sent = review(designer)
    for wrong in ("", "[]", "{", "[1]", '[{"kind": "evil"}]'):
        assert designer.send("/studio/forms/excel", sent | {"columns": wrong}, page="/studio/forms").status_code == 422
    assert designer.send("/studio/forms/excel", sent | {"key": "../x"}, page="/studio/forms").status_code == 422
    assert (
        designer.send(
            "/studio/forms/excel",
            {"key": "visit", **{k: v for k, v in sent.items() if k != "key"}},
            page="/studio/forms",
        ).status_code
        == 409
    )
