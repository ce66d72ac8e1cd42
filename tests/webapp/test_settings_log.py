"""What the platform is set to stands in the operation log: each change once, without passwords."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from engine.history.log import entries
from engine.history.settings import record_settings
from engine.history.verify import verify
from tests.build import SYSTEM
from tests.webapp.desk import Desk
from webapp.config import DEFAULTS, absolute_url, told


def config(**more: Any) -> dict[str, Any]:
    at_home = {"VAR": str(Path(DEFAULTS["VAR"]).resolve()), "DATABASE_URL": absolute_url(DEFAULTS["DATABASE_URL"])}
    return {**DEFAULTS, **at_home, **more}


def test_defaults_and_passwords_are_not_told() -> None:
    assert told(config()) == {}
    shown = told(
        config(
            MAIL_PASSWORD="geheim", HTTPS=True, CALL_HOSTS=["a.example"],
            DATABASE_URL="postgresql://q:geheim@db.example/q?password=geheim", BROKER_URL="redis://:geheim@r.example/0",
            RATELIMIT_STORAGE_URI="redis://a@r.example",
        )
    )  # fmt: skip
    assert shown == {
        "BROKER_URL": "redis://:***@r.example/0", "CALL_HOSTS": '["a.example"]',
        "DATABASE_URL": "postgresql://q:***@db.example/q", "HTTPS": "true", "MAIL_PASSWORD": "***",
        "RATELIMIT_STORAGE_URI": "redis://a@r.example",
    }  # fmt: skip


def test_a_change_is_recorded_once_and_read_by_the_auditor(desk: Desk) -> None:
    with Session(desk.database, info={"clock": desk.clock}) as session:
        assert record_settings(session, {}, actor=SYSTEM) == {}
        assert record_settings(session, {"HTTPS": "true"}, actor=SYSTEM) == {"HTTPS": "– → true"}
        assert record_settings(session, {"HTTPS": "true"}, actor=SYSTEM) == {}
        changed = {"HTTPS": "true → –", "IDLE_MINUTES": "– → 30"}
        assert record_settings(session, {"IDLE_MINUTES": "30"}, actor=SYSTEM) == changed
        assert [entry.fields["changed"] for entry in entries(session, "settings")] == [changed, {"HTTPS": "– → true"}]
        assert verify(session).first_bad is None
    page = desk.browser("audit@city").get("/log?book=settings").text
    assert "改了系统设置" in page and "IDLE_MINUTES: – → 30" in page
