"""The application on the test's own database, with a small city and a signed-in browser on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine.clock import FixedClock
from engine.store.base import writing
from tests.build import Organisation, an_organisation
from tests.once import made_once
from tests.webapp.browser import CHEAP, PASSWORD, Browser
from tests.webapp.desk import Desk, publish
from webapp import create_app
from webapp.accounts.passwords import hash_password
from webapp.accounts.sign_in import add_account


class _Templates(BytecodeCache):
    """Templates are compiled once a run, whatever application draws them."""

    def __init__(self) -> None:
        self.compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled from the same text."""
        bucket.code = self.compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self.compiled[bucket.key, bucket.checksum] = bucket.code


_templates = _Templates()


@pytest.fixture
def city(database: Engine, clock: FixedClock) -> Organisation:
    """Make the small city; every user of it can sign in with PASSWORD."""
    with Session(database) as session, writing(session):
        organisation = an_organisation(session, clock)
        made_once(session, "accounts", lambda: _open_accounts(session, organisation, clock))
    return organisation


def _open_accounts(session: Session, organisation: Organisation, clock: FixedClock) -> None:
    hashed = hash_password(PASSWORD, cost=CHEAP)
    for code in organisation.units:
        for post in ("admin", "audit") if code == "city" else ("clerk", "lead"):
            login, name = f"{post}@{code}", f"{organisation.units[code].name} {post}"
            add_account(session, login=login, user_id=login, name=name, password_hash=hashed, at=clock.now())


@pytest.fixture
def make_app(database: Engine, clock: FixedClock, tmp_path: Any) -> Iterator[Callable[..., Flask]]:
    """Make an application on the test's database; keywords are settings."""
    made: list[Flask] = []

    def make(**settings: Any) -> Flask:
        app = create_app(
            {
                "DATABASE_URL": database.url.render_as_string(hide_password=False),
                "VAR": str(tmp_path / "var"),
                "DURABLE": False,
                "ARGON2": CHEAP,
                "CLOCK": clock,
                "RATELIMIT_ENABLED": False,
                # Errors are logged whole; they are answered as in production all the same.
                "TESTING": True,
                "PROPAGATE_EXCEPTIONS": False,
                **settings,
            }
        )
        app.test_client_class = Browser
        app.jinja_env.bytecode_cache = _templates
        made.append(app)
        return app

    yield make
    from webapp.db import db

    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask], city: Organisation) -> Flask:
    """Make the application with the small city in it."""
    return make_app()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Give a browser nobody has signed in with."""
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


@pytest.fixture
def desk(app: Flask, database: Engine, city: Organisation, clock: FixedClock) -> Desk:
    """Publish small definitions and give a desk to work at."""
    publish(database, clock)
    return Desk(app, database, city, clock)
