"""Three small definitions to work through in a browser, and a desk that knows its way about them.

request: the starter drafts, a reviewer at "sw" approves or returns, each township then has a case of its own.
whisper: restricted to the starter's unit and the reviewer, with a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from engine import packs
from engine.clock import Clock
from engine.store.base import writing
from engine.worker import run_due
from tests.build import SYSTEM, Organisation
from tests.once import made_once
from tests.webapp.browser import Browser

FOLDER = Path(__file__).parent


@dataclass
class Desk:
    """The application with the definitions published, and browsers of its people."""

    app: Flask
    database: Engine
    city: Organisation
    clock: Clock

    def browser(self, login: str) -> Browser:
        """Sign a person in."""
        client = self.app.test_client()
        assert isinstance(client, Browser)
        assert client.sign_in(login).status_code == 302
        return client

    def unit(self, code: str) -> str:
        """Return a unit's id."""
        return self.city.units[code].id

    def sweep(self) -> None:
        """Run what the worker would run now, children of children included."""
        for _ in range(5):
            run_due(sessionmaker(self.database, info={"clock": self.clock}), clock=self.clock, limit=100)

    def drafted(self, login: str = "clerk@d1") -> tuple[Browser, str]:
        """Start a request; returns the browser and the address of its first task."""
        browser = self.browser(login)
        answer = browser.send("/start/request", page="/start")
        assert answer.status_code == 303, answer.text
        return browser, answer.headers["Location"]

    def submitted(self, **changes: Any) -> tuple[str, str]:
        """Start and submit a request; returns the addresses of its case and of its review."""
        browser, task = self.drafted()
        answer = browser.send(task, {**self.request(), **changes, "action": "submit"}, page=task)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"], self.task_of(self.browser("clerk@sw"))

    def request(self) -> dict[str, Any]:
        """Return the fields of a request that may be submitted."""
        return {
            "f/subject": "冬春防火隐患排查", "f/work": "发底图\n到场复核", "f/ask": "每处走看一次",
            "f/inner": "只给自己看", "f/lines[]": ["0"], "f/lines/0/what": "经费", "f/lines/0/amount": "300.00",
            "f/targets": [self.unit("t1"), self.unit("t2")],
        }  # fmt: skip

    @staticmethod
    def task_of(browser: Browser, box: str = "todo") -> str:
        """Return the address of the first task in a box."""
        found = re.search(r'href="(/task/[^"]+)"', browser.get(f"/inbox?box={box}").text)
        assert found, f"nothing in {box}"
        return found.group(1)


def publish(database: Engine, clock: Clock) -> None:
    """Publish the definitions and forms of this folder."""
    with Session(database) as session, writing(session):
        session.info["clock"] = clock
        made_once(session, "desk", lambda: packs.import_pack(session, FOLDER, FOLDER, actor=SYSTEM))
