"""Forms go out as a zip with their fragments and come in again; files of other builders come in with a list."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from tests.webapp.browser import Browser
from tests.webapp.test_form_designs import UI, begin, designer, save

__all__ = ["designer"]

SCHEMA: dict[str, Any] = {
    "title": "走访",
    "type": "object",
    "properties": {"who": {"type": "string", "title": "联系人"}},
}


def bring(browser: Browser, key: str, content: bytes, name: str = "form.json") -> Any:
    return begin(browser, key=key, title="", file=(io.BytesIO(content), name), **{"from": "files"})


def keep(browser: Browser) -> None:
    body = {"title": "联系人", "key": "who", "schema": {"type": "string", "title": "联系人"}, "ui": {}}
    headers = {"X-CSRFToken": browser.token("/studio/forms")}
    assert browser.post("/studio/forms/fragment", json=body, headers=headers).status_code == 200


def test_a_form_and_its_fragments_travel_as_one_zip(designer: Browser) -> None:
    keep(designer)
    ui = {**UI, "who": {"qc:fragment": "联系人"}, "x": {"qc:own": 1}}
    save(designer, 1, SCHEMA, ui)
    packed = designer.get("/studio/forms/visit/file").data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["visit.schema.json", "visit.ui.json", "fragments/1.json"]
        assert json.loads(archive.read("visit.ui.json")) == ui, "unknown keys survive"
    page = bring(designer, "again", packed, "visit.zip").text
    assert "常用字段“联系人”这里已经有了" in page
    assert '"qc:fragment"' in designer.get("/studio/forms/again").text


def test_fragments_of_one_name_are_kept_once(designer: Browser) -> None:
    part = {"title": "联系人", "key": "who", "schema": {"type": "string"}, "ui": {}}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.schema.json", json.dumps(SCHEMA))
        for number in (1, 2):
            archive.writestr(f"fragments/{number}.json", json.dumps(part))
    answer = bring(designer, "twice", out.getvalue(), "a.zip")
    assert answer.status_code == 200 and "常用字段“联系人”这里已经有了" in answer.text
    assert designer.get("/studio/forms/twice").status_code == 200


def test_a_form_of_another_builder_comes_with_what_did_not_fit(designer: Browser) -> None:
    form = {"type": "default", "components": [{"type": "textfield", "key": "a", "label": "甲"}, {"type": "image"}]}
    page = bring(designer, "js", json.dumps(form).encode(), "a.form").text
    assert "没有带过来" in page and "去看这张表" in page
    assert '"ui:title"' in designer.get("/studio/forms/js").text


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"[1]", b"\xff", b"{"])
def test_a_file_that_is_no_form_is_refused_in_words(designer: Browser, content: bytes) -> None:
    answer = bring(designer, "broken", content)
    assert answer.status_code == 422
    assert "还没有建成" in answer.text


def test_a_zip_that_unfolds_to_much_is_refused(designer: Browser) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.schema.json", " " * 3_000_000)
    assert bring(designer, "bomb", stream.getvalue(), "a.zip").status_code == 422
