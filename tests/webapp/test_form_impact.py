"""Before a form is published its page says whom it reaches, what would break, and what need not be asked."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from tests.webapp.browser import Browser
from tests.webapp.test_form_designs import SCHEMA, UI, ask, begin, designer, publish, save

__all__ = ["designer"]


def put_register(browser: Browser) -> None:
    columns = {"type": "object", "properties": {"name": {"type": "string", "title": "姓名"}}}
    register = {"name": "people", "title": "人口库", "key": "name", "label": "{name}", "columns": columns}
    file = (io.BytesIO(json.dumps(register).encode()), "people.register.json")
    assert (
        browser.send("/studio/upload", {"file": file}, page="/studio", content_type="multipart/form-data").status_code
        == 303
    )


def body(browser: Browser) -> Any:
    data = re.search(r'id="design">(.*?)</script>', browser.get("/studio/forms/visit").text, re.DOTALL)
    assert data
    return json.loads(data[1])


def test_what_a_register_has_becomes_a_lookup_with_one_click(designer: Browser) -> None:
    put_register(designer)
    save(designer, 1)
    assert "改成自动带出" in designer.get("/studio/forms/visit/publish").text
    sent = {"revision": 2, "pointer": "/zeta", "register": "people", "column": "name"}
    assert designer.send("/studio/forms/visit/lookup", sent, page="/studio/forms").status_code == 303
    now = body(designer)
    assert now["ui"]["zeta"] == {"qc:from": "people_row.name"}
    assert now["ui"]["ui:order"] == ["people_row", "zeta", "alpha"]
    assert now["schema"]["properties"]["people_row"] == {"type": "string", "title": "人口库"}
    page = designer.get("/studio/forms/visit/publish").text
    assert "改成自动带出" not in page and "要查的台账" in page
    assert designer.send("/studio/forms/visit/lookup", sent, page="/studio/forms").status_code == 409, "it has moved on"
    for wrong in ({"pointer": "/none"}, {"column": "none"}):
        refused = designer.send("/studio/forms/visit/lookup", {**sent, "revision": 3, **wrong}, page="/studio/forms")
        assert refused.status_code == 422


def test_a_register_or_column_that_is_not_there_is_told(designer: Browser) -> None:
    put_register(designer)
    picker = {"ui:widget": "register", "ui:options": {"register": "people"}}
    nowhere = {"ui:widget": "register", "ui:options": {"register": "nowhere"}}
    schema = json.loads(json.dumps(SCHEMA))
    schema["properties"] |= {"p": {"type": "string"}, "q": {"type": "string", "title": "甲"}}
    save(designer, 1, schema, {**UI, "p": picker, "q": nowhere, "zeta": {"qc:from": "p.age"}})
    page = designer.get("/studio/forms/visit/publish").text
    assert "台账《人口库》里没有“age”这一列，“姓名”带不出来" in page
    assert "“甲”要查的台账 nowhere 还没有发布" in page


def test_an_old_version_is_restored_as_a_draft_and_never_over_one(designer: Browser) -> None:
    save(designer, 1)
    publish(designer, 2)
    begin(designer, key="", **{"from": "form:visit"})
    save(designer, 3, {**SCHEMA, "properties": {"other": {"type": "string"}}})
    publish(designer, 4)
    page = designer.get("/studio/form/visit.schema.json").text
    assert 'value="form:visit@1"' in page and "恢复成这一版" in page
    assert begin(designer, key="", **{"from": "form:visit@1"}).status_code == 303
    assert list(body(designer)["schema"]["properties"]) == ["zeta", "alpha"]
    again = begin(designer, key="", **{"from": "form:visit@2"})
    assert (again.status_code, "已经有一份" in again.text) == (409, True)
    assert ask(designer, "draw", {"schema": SCHEMA, "ui": UI}).status_code == 200
