"""Hostile text in every type of field, over HTTP: it comes back as it was typed, does nothing, and breaks nothing."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from bs4 import BeautifulSoup
from lxml import html
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import forms
from engine import packs
from engine.clock import FixedClock
from engine.store.base import writing
from forms.fields import TYPES
from tests.build import SYSTEM
from tests.naughty import MEGABYTE, strings
from tests.webapp.browser import Browser
from tests.webapp.desk import Desk

# The client itself keeps large bodies in temporary files that it leaves to be collected.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
STRINGS = strings()
# As text that may be anything: these come back from the case word for word.
FREE = ("text", "textarea")
# What keeps no typed text: a choice of the page, a tick, a picture, a number the platform gives, a secret.
UNTYPED = {"serial", "hidden", "constant", "boolean", "file", "files", "data-url", "notice", "password", "formula"}
TYPED = [each for each in TYPES if each.entry is not None and each.key not in UNTYPED]
ROWS = 112
_FORBIDDEN = frozenset(("iframe", "object", "embed", "base", "math", "plaintext", "xmp"))
_AS_FORMS_DO: dict[str, Any] = {"content_type": "multipart/form-data"}


def _forms() -> tuple[dict[str, Any], dict[str, Any]]:
    columns = {each.key: {"title": each.zh, **each.schema} for each in TYPED}
    free = {key: {"type": "string", "title": key} for key in FREE}
    schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "free": {"type": "array", "items": {"type": "object", "properties": free}},
            "all": {"type": "array", "items": {"type": "object", "properties": columns}},
            "named": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    looks = {each.key: dict(each.ui) for each in TYPED}
    return schema, {"free": {"items": {"textarea": {"ui:widget": "textarea"}}}, "all": {"items": looks}}


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    """Collect what the client left open before another test is blamed for it."""
    yield
    gc.collect()


@pytest.fixture
def office(desk: Desk, database: Engine, clock: FixedClock, tmp_path: Path) -> Desk:
    """Publish the process with every type of field."""
    schema, ui = _forms()
    copy(Path(__file__).parent / "naughty/hostile.bpmn", tmp_path)
    (tmp_path / "hostile.schema.json").write_text(json.dumps(schema), "utf-8")
    (tmp_path / "hostile.ui.json").write_text(json.dumps(ui), "utf-8")
    with Session(database) as session, writing(session):
        session.info["clock"] = clock
        packs.import_pack(session, tmp_path, tmp_path, actor=SYSTEM)
    return desk


def _task(office: Desk) -> tuple[Browser, str]:
    browser = office.browser("clerk@d1")
    answer = browser.send("/start/hostile", page="/start")
    assert answer.status_code == 303, answer.text
    return browser, answer.headers["Location"]


def _harmless(page: str) -> Any:
    """Parse a page and see that nothing typed became an element that acts."""
    found = html.document_fromstring(page)
    for element in found.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag not in _FORBIDDEN, element.tag
        if element.tag == "script":
            assert element.get("src", "").startswith("/static/") or element.get("type") == "application/json"
        for name, text in element.attrib.items():
            assert not name.startswith("on") and name != "style", (element.tag, name)
            if name in ("href", "src"):
                assert not text.strip().lower().startswith(("javascript:", "data:", "vbscript:")), text
    return found


def _batches() -> list[list[str]]:
    return [STRINGS[start : start + ROWS] for start in range(0, len(STRINGS), ROWS)]


def test_free_text_is_stored_and_shown_as_it_was_typed(office: Desk) -> None:
    for batch in _batches():
        browser, task = _task(office)
        post: dict[str, Any] = {"f/free[]": [f"{n}=" for n, _ in enumerate(batch)], "f/title": batch[0][:200]}
        for number, text in enumerate(batch):
            post |= {f"f/free/{number}/{key}": text for key in FREE}
        answer = browser.send(task, {**post, "action": "submit"}, page=task, **_AS_FORMS_DO)
        assert answer.status_code == 303, answer.text[:2000]
        page = BeautifulSoup(browser.get(answer.headers["Location"]).text, "html.parser")
        for number, text in enumerate(batch):
            wanted = text.replace("\r\n", "\n") if text.strip() else ""
            box, area = page.find(id=f"f-free-{number}-text"), page.find(id=f"f-free-{number}-textarea")
            if box is None or area is None:
                # Blank rows at the end of a list are no rows.
                assert wanted == ""
                continue
            assert str(box.get("value", "")) == wanted
            assert area.get_text().removeprefix("\r\n") == wanted


@pytest.mark.slow
def test_every_type_takes_every_text_without_a_fault_and_gives_it_back(office: Desk) -> None:
    assert len(STRINGS) >= 500
    browser, task = _task(office)
    token = browser.token(task)
    for batch in _batches():
        post: dict[str, Any] = {"csrf_token": token, "f/all[]": [f"{n}=" for n, _ in enumerate(batch)]}
        for number, text in enumerate(batch):
            post |= {f"f/all/{number}/{each.key}": text for each in TYPED}
        answer = browser.post(task, data={**post, "action": "submit"}, **_AS_FORMS_DO)
        assert answer.status_code == 422
        page = _harmless(answer.text)
        refused = 0
        seen: set[str] = set()
        for box in page.iter("input"):
            name = str(box.get("name"))
            if box.get("aria-invalid") != "true" or box.get("type") in ("radio", "checkbox", "hidden") or name in seen:
                continue
            seen.add(name)
            text = batch[int(name.split("/")[2])]
            # What claims to be a drawn signature and is none was never text to be mended.
            if text.startswith("data:image/png") and name.endswith("signature"):
                continue
            assert box.get("value") in (text, text.replace("\r\n", "\n").replace("\r", "\n")), name
            refused += 1
        assert refused > len(batch)


def test_names_of_values_may_be_anything(office: Desk) -> None:
    browser, task = _task(office)
    batch = [text for text in STRINGS if text.strip()][:200]
    post = {f"f/named/~2{n}#": text for n, text in enumerate(batch)}
    post |= {f"f/named/~2{n}": text for n, text in enumerate(batch)}
    answer = browser.send(task, {**post, "action": "save"}, page=task, **_AS_FORMS_DO)
    assert answer.status_code == 303
    page = _harmless(browser.get(task).text)
    shown = {str(box.get("value")) for box in page.iter("input") if str(box.get("name")).endswith("#")}
    assert {text.strip() for text in batch if "\r" not in text} <= shown


@pytest.mark.slow
def test_a_megabyte_in_one_field_is_taken_or_refused_in_words(office: Desk) -> None:
    browser, task = _task(office)
    for start in range(0, len(TYPED), 5):
        post = {f"f/all/0/{each.key}": MEGABYTE for each in TYPED[start : start + 5]}
        answer = browser.send(task, {"f/all[]": ["0="], **post, "action": "submit"}, page=task, **_AS_FORMS_DO)
        assert answer.status_code in (422, 303, 413), answer.status_code
        if answer.status_code == 303:
            browser, task = _task(office)


def test_a_zero_character_is_refused_at_its_field_and_the_rest_kept(office: Desk) -> None:
    browser, task = _task(office)
    post: dict[str, Any] = {
        "f/free[]": ["0="],
        "f/free/0/text": "甲\0乙",
        "f/free/0/textarea": "别的",
        "f/all[]": ["0="],
    }
    post |= {f"f/all/0/{each.key}": "甲\0乙" for each in TYPED}
    answer = browser.send(task, {**post, "action": "submit"}, page=task, **_AS_FORMS_DO)
    assert answer.status_code == 422
    page = _harmless(answer.text)
    assert "看不见的空字符" in answer.text
    assert page.get_element_by_id("f-free-0-text").get("value") == "甲\ufffd乙"
    assert "别的" in answer.text
    assert browser.send(task, {**post, "action": "save"}, page=task, **_AS_FORMS_DO).status_code == 303
    assert browser.get(task).status_code == 200


def test_bytes_that_are_no_text_harm_nothing(office: Desk) -> None:
    browser, task = _task(office)
    token = browser.token(task)
    for body in (
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\xf4\x90\x80\x80",
        b"%ED%A0%80",
        b"a%00b",
        b"%",
        b"%u0041",
    ):
        raw = f"csrf_token={token}&action=save&f/title=".encode() + body
        answer = browser.post(task, data=raw, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500


def test_the_same_holds_in_process_for_every_type() -> None:
    schema, ui = _forms()
    form = forms.compile(schema, ui)
    for text in STRINGS[:20]:
        post = forms.Post({"f/all[]": ["0="], **{f"f/all/0/{each.key}": [text] for each in TYPED}})
        found = form.read(post, None, {})
        _harmless(form.page(found.typed, problems=found.problems))
        _harmless(form.page(found.values, readonly=True))
