"""Rules of routes, and the menu that follows from them."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine.errors import QingcheError
from engine.store.base import writing
from engine.store.events import EventRow
from tests.webapp.browser import CHEAP, PASSWORD, Browser
from webapp import access, errors
from webapp.accounts.passwords import hash_password
from webapp.accounts.sign_in import add_account


def route(app: Flask, path: str, condition: access.Rule | None) -> None:
    blueprint = Blueprint(path.strip("/"), __name__)
    view = lambda: "open"  # noqa: E731
    blueprint.add_url_rule(path, "show", access.rule(condition)(view) if condition else view)
    app.register_blueprint(blueprint)


def test_a_route_without_a_rule_does_not_start(app: Flask) -> None:
    route(app, "/bare", None)
    with pytest.raises(RuntimeError, match=r"bare\.show"):
        access.require_rules(app)


def test_a_route_without_a_rule_does_not_open_either(app: Flask) -> None:
    route(app, "/bare", None)
    assert app.test_client().get("/bare").status_code == 404


def test_what_is_forbidden_looks_missing_and_is_noted(app: Flask, database: Engine) -> None:
    route(app, "/reviews", access.holds("reviewer"))
    client = app.test_client()
    assert isinstance(client, Browser)
    client.sign_in("clerk@v11")
    forbidden, missing = client.get("/reviews"), client.get("/review")
    assert (forbidden.status_code, missing.status_code) == (404, 404)
    assert forbidden.text.replace("/reviews", "") == missing.text.replace("/review", "")
    with Session(database) as session:
        streams = session.execute(select(EventRow.stream).where(EventRow.kind == "refused")).scalars().all()
    assert len(streams) == 1
    assert streams[0].endswith(":2026-11-23")


def test_the_right_role_opens(app: Flask) -> None:
    route(app, "/reviews", access.holds("reviewer"))
    client = app.test_client()
    assert isinstance(client, Browser)
    client.sign_in("clerk@sw")
    assert client.get("/reviews").text == "open"


def test_the_static_files_and_the_health_check_ask_nobody(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/static/mark.svg").status_code == 200
    assert client.get("/healthz").json == {"ok": True}


def test_somebody_without_a_post_is_told_so(app: Flask, database: Engine) -> None:
    with Session(database) as session, writing(session):
        hashed = hash_password(PASSWORD, cost=CHEAP)
        at = app.extensions["clock"].now()
        add_account(session, login="new", user_id="new", name="新设账号", password_hash=hashed, at=at)
    client = app.test_client()
    assert isinstance(client, Browser)
    client.sign_in("new")
    answer = client.get("/password")
    assert answer.status_code == 404
    assert "您的账号现在没有岗位" in answer.text


def every_error(kind: type[QingcheError]) -> list[type[QingcheError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in every_error(child))]


@pytest.mark.parametrize("kind", every_error(QingcheError), ids=lambda kind: kind.__name__)
def test_every_engine_error_has_a_status(kind: type[QingcheError]) -> None:
    listed = {parent.__dict__.get("code") for parent in kind.__mro__} & errors.STATUS.keys() - {"error"}
    assert listed or kind is QingcheError
