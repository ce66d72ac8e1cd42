"""A form is open from a day to a day; outside of them nothing begins with it, and what runs goes on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import library
from engine.store.base import writing
from tests.build import SYSTEM
from tests.webapp.desk import FOLDER, Desk
from webapp.availability import Window, window_of


def publish(desk: Desk, **keys: Any) -> None:
    ui = json.loads(Path(FOLDER / "request.ui.json").read_text("utf-8")) | keys
    with Session(desk.database, info={"clock": desk.clock}) as session, writing(session):
        library.publish(session, "ui", "request.ui.json", json.dumps(ui).encode(), actor=SYSTEM)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"qc:available": {"from": "2099-01-01"}}, "2099年1月1日 起可以发起"),
        ({"qc:available": {"until": "2020-01-01"}}, "2020年1月1日 已到期，不再发起"),
        ({"qc:official": {"validUntil": "2020-01-01"}}, "2020年1月1日 已到期，不再发起"),
    ],
)
def test_a_form_that_is_not_open_begins_nothing(desk: Desk, keys: dict[str, Any], words: str) -> None:
    begun, task = desk.drafted()
    publish(desk, **keys)
    browser = desk.browser("clerk@d1")
    page = browser.get("/start").text
    assert words in page and 'action="/start/request"' not in page
    refused = browser.send("/start/request", page="/start")
    assert refused.status_code == 409 and words in refused.text
    assert begun.get(task).status_code == 200, "what runs goes on"


def test_on_its_days_a_form_is_open(desk: Desk) -> None:
    today = desk.clock.now().date().isoformat()
    publish(desk, **{"qc:available": {"from": today, "until": today}})
    assert desk.drafted()[1].startswith("/task/")


def test_the_earlier_end_counts_and_nonsense_is_no_day() -> None:
    ui = {"qc:available": {"from": "soon", "until": "2026-12-31"}, "qc:official": {"validUntil": "2026-06-30"}}
    assert window_of(ui) == Window(None, date(2026, 6, 30))
    assert window_of({"qc:available": 3, "qc:official": []}) == Window(None, None)
