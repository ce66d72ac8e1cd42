"""The form designer over HTTP: drawn, saved, tried, compared, published; nothing overwritten unseen."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import organisation
from engine.clock import FixedClock
from engine.store.base import writing
from tests.build import SYSTEM, Organisation
from tests.webapp.browser import Browser

SCHEMA: dict[str, Any] = {
    "title": "走访",
    "type": "object",
    "properties": {"zeta": {"type": "string", "title": "姓名"}, "alpha": {"type": "integer", "title": "年龄"}},
    "required": ["zeta"],
}
UI: dict[str, Any] = {"qc:views": {"draft": {"/**": "write"}}}


@pytest.fixture
def designer(browser: Browser, database: Engine, city: Organisation, clock: FixedClock) -> Browser:
    """Sign a designer in and begin an empty form."""
    with Session(database, info={"clock": clock}) as session, writing(session):
        post = organisation.put_post(session, "city", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "admin@city", post.id, actor=SYSTEM)
    browser.sign_in("admin@city")
    assert begin(browser, key="visit", title="走访").status_code == 303
    return browser


def begin(designer: Browser, **data: Any) -> Any:
    data.setdefault("from", "empty")
    return designer.send("/studio/forms", data, page="/studio/forms", content_type="multipart/form-data")


def ask(designer: Browser, what: str, body: dict[str, Any], key: str = "visit") -> Any:
    headers = {"X-CSRFToken": designer.token("/studio/forms")}
    return designer.post(f"/studio/forms/{key}/{what}", json=body, headers=headers)


def save(designer: Browser, revision: int, schema: Any = SCHEMA, ui: Any = UI) -> Any:
    return ask(designer, "save", {"schema": schema, "ui": ui, "revision": revision})


def test_what_is_drawn_comes_with_its_places_rules_and_rights(designer: Browser) -> None:
    ui = {**UI, "alpha": {"qc:visible": 'zeta = "x"'}}
    drawn = ask(designer, "draw", {"schema": SCHEMA, "ui": ui}).get_json()
    assert 'data-qc-pointer="/zeta"' in drawn["html"]
    assert [(i["pointer"], i["kind"], i["required"]) for i in drawn["items"]] == [
        ("/zeta", "text", True), ("/alpha", "integer", False),
    ]  # fmt: skip
    assert drawn["rights"] == {"draft": {"/zeta": "write", "/alpha": "write"}}
    assert [(r["rule"], r["model"]) for r in drawn["rules"]] == [
        ("qc:visible", {"field": "zeta", "operator": "=", "value": "x"})
    ]
    assert (drawn["asked"], drawn["findings"]) == (2, [])


def test_rules_that_give_something_come_as_what_may_be_picked(designer: Browser) -> None:
    schema = {
        "type": "object",
        "properties": {"kind": {"type": "string", "enum": ["a", "b"]}, "n": {"type": "integer"}},
    }
    given = [{"when": 'kind = "a"', "value": "5"}, {"when": "kind = null", "value": "n + 1"}]
    ui = {"n": {"qc:set": given}, "kind": {"qc:options": 'if n > 1 then ["a"] else null'}}
    options, first, second = ask(designer, "draw", {"schema": schema, "ui": ui}).get_json()["rules"]
    comparison = {"field": "n", "operator": ">", "value": 1}
    assert options["cases"] == [{"when": "n > 1", "only": ["a"], "model": comparison}]
    assert (first["index"], first["value"], first["literal"]) == (0, "5", {"value": 5})
    assert (second["index"], second["value"], second["literal"]) == (1, "n + 1", None)


def test_a_form_that_cannot_be_drawn_says_why_and_answers_all_the_same(designer: Browser) -> None:
    answer = ask(designer, "draw", {"schema": {"type": "objekt"}, "ui": {}})
    assert answer.status_code == 200
    assert [each["severity"] for each in answer.get_json()["findings"]] == ["error"]


def test_a_save_over_a_revision_somebody_else_has_saved_is_refused_and_changes_nothing(designer: Browser) -> None:
    assert save(designer, 1).get_json()["revision"] == 2
    late = save(designer, 1, {**SCHEMA, "title": "晚了"})
    assert late.status_code == 409
    assert "样例市 admin" in late.text
    page = designer.get("/studio/forms/visit").text
    assert "晚了" not in page
    assert page.index('"zeta"') < page.index('"alpha"'), "the order of the fields is the designer's"


def test_a_picked_condition_becomes_feel_and_nonsense_is_refused(designer: Browser) -> None:
    headers = {"X-CSRFToken": designer.token("/studio/forms")}
    model = {"all": [{"field": "alpha", "operator": ">", "value": 60}, {"field": "zeta", "operator": "is not empty"}]}
    assert designer.post("/studio/forms/rule", json=model, headers=headers).get_json() == {
        "feel": "alpha > 60 and zeta != null"
    }
    refused = designer.post("/studio/forms/rule", json={"field": "", "operator": "="}, headers=headers)
    assert refused.status_code == 422


def test_a_published_form_is_changed_compared_and_published_again(designer: Browser) -> None:
    save(designer, 1)
    assert publish(designer, 2).status_code == 303
    assert begin(designer, key="", **{"from": "form:visit"}).status_code == 303
    changed = json.loads(json.dumps(SCHEMA))
    changed["properties"]["alpha"]["minimum"] = 18
    changed["required"] = ["zeta", "alpha"]
    changed["properties"]["phone"] = {"type": "string", "format": "phone", "title": "电话"}
    assert save(designer, 3, changed).status_code == 200
    page = designer.get("/studio/forms/visit/publish").text
    assert all(words in page for words in ("新加", "改成必填", "minimum 18", "影响已有的值"))
    assert publish(designer, 4, "加电话").status_code == 303
    page = designer.get("/studio/form/visit.schema.json").text
    assert "第 2 版" in page and "加电话" in page
    assert designer.get("/studio/forms/visit").status_code == 404, "the draft is used up"


def test_a_form_with_an_error_is_not_published_and_the_draft_stays(designer: Browser) -> None:
    save(designer, 1, ui={"alpha": {"qc:visible": "zeta >"}})
    answer = publish(designer, 2)
    assert answer.status_code == 422
    assert designer.get("/studio/form/visit.schema.json").status_code == 404
    assert designer.get("/studio/forms/visit").status_code == 200


def test_a_draft_saved_after_the_page_was_opened_is_not_published_unseen(designer: Browser) -> None:
    save(designer, 1)
    assert publish(designer, 1).status_code == 409


def test_trying_checks_as_in_earnest_and_stores_nothing(designer: Browser) -> None:
    save(designer, 1)
    assert designer.send("/studio/forms/visit/try", {"f/zeta": ""}, page="/studio/forms").status_code == 422
    assert "填得没问题" in designer.send("/studio/forms/visit/try", {"f/zeta": "样例"}, page="/studio/forms").text


def test_a_form_is_tried_with_test_data_and_on_paper(designer: Browser) -> None:
    ui = {"qc:views": {"draft": {"/**": "write", "/alpha": "hidden"}}, "qc:official": {"maker": "样例市民政局"}}
    save(designer, 1, ui=ui)
    page = "/studio/forms/visit/try"
    filled = designer.get(page + "?data=example").text
    assert 'value="样例"' in filled and 'value="1"' in filled and "这一步能填什么" not in filled
    of_view = designer.get(page + "?view=draft&data=example").text
    assert "f/alpha" not in of_view and "<dt>能填</dt><dd>姓名</dd>" in of_view
    assert "<dt>看不到</dt><dd>年龄</dd>" in of_view and "<dt>只看</dt><dd>没有</dd>" in of_view

    typed = {"f/zeta": "某户<b>", "f/alpha": "70", "as": "paper"}
    paper = designer.send(page, typed, page="/studio/forms").text
    assert "某户&lt;b&gt;" in paper and "<dt>年龄</dt><dd>70</dd>" in paper and "样例市民政局" in paper
    assert "<dt>年龄</dt>" not in designer.send(page + "?view=draft", typed, page="/studio/forms").text
    assert "还什么都没有填" in designer.send(page, {"as": "paper"}, page="/studio/forms").text


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_table_is_refused_in_words(designer: Browser, content: bytes) -> None:
    answer = begin(designer, key="survey", file=(io.BytesIO(content), "表.xlsx"), **{"from": "excel"})
    assert answer.status_code == 422
    assert "不是 Excel" in answer.text


def test_a_field_a_register_has_is_told_to_be_asked_twice(designer: Browser, database: Engine) -> None:
    columns = {"type": "object", "properties": {"name": {"type": "string", "title": "姓名"}}}
    register = {"name": "people", "title": "人口库", "key": "name", "label": "{name}", "columns": columns}
    file = (io.BytesIO(json.dumps(register).encode()), "people.register.json")
    sent = designer.send("/studio/upload", {"file": file}, page="/studio", content_type="multipart/form-data")
    assert sent.status_code == 303, re.sub(r"<[^>]+>", " ", sent.text)[:500]
    found = ask(designer, "burden", {"schema": SCHEMA, "ui": UI}).get_json()
    assert [(a["pointer"], a["where"], a["owner"], a["column"]) for a in found["alike"]] == [
        ("/zeta", "register", "people", "name")
    ]


@pytest.mark.parametrize("word", ["excel", "rule", "fragment"])
def test_a_word_that_stands_in_an_address_is_no_key_of_a_draft(designer: Browser, word: str) -> None:
    answer = begin(designer, key=word, title="走访")
    assert answer.status_code == 422 and f"“{word}”是系统自己用的词" in answer.text


def test_a_kept_fragment_is_offered_to_other_forms(designer: Browser) -> None:
    headers = {"X-CSRFToken": designer.token("/studio/forms")}
    body = {"title": "联系人", "key": "contact", "schema": {"type": "string", "title": "联系人"}, "ui": {}}
    kept = designer.post("/studio/forms/fragment", json=body, headers=headers).get_json()["fragments"]
    assert [each["title"] for each in kept] == ["联系人"]
    again = designer.post("/studio/forms/fragment", json={**body, "key": "who"}, headers=headers).get_json()
    assert [each["key"] for each in again["fragments"]] == ["who"], "the same name is replaced"


def publish(designer: Browser, revision: int, note: str = "") -> Any:
    data = {"revision": revision, "note": note}
    return designer.send("/studio/forms/visit/publish", data, page="/studio/forms")


def test_a_name_that_is_taken_is_told_and_what_was_typed_is_kept(designer: Browser) -> None:
    answer = begin(designer, key="visit", title="别的")
    assert answer.status_code == 409
    assert "已经有一份" in answer.text and 'value="别的"' in answer.text and 'value="visit"' in answer.text


def test_a_fragment_without_a_name_is_refused(designer: Browser) -> None:
    headers = {"X-CSRFToken": designer.token("/studio/forms")}
    answer = designer.post("/studio/forms/fragment", json={"title": " ", "schema": {}, "ui": {}}, headers=headers)
    assert answer.status_code == 422
