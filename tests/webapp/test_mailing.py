"""Heads by mail, to a mail server that really listens: once a day, again after a failure, never without its TLS."""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from engine import record_access
from engine.chores import do, failing
from engine.clock import FixedClock, now
from engine.history.heads import read_head
from engine.store.base import writing
from tests.build import SYSTEM, an_organisation
from webapp.config import DEFAULTS
from webapp.mailing import mailer, receivers_of
from webapp.sealing import sealer


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail without asking who it is from; `busy` turns everybody away."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.got: list[tuple[list[str], EmailMessage]] = []
        self.busy = False

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 ready")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("RCPT"):
                to.append(line.split("<")[1].split(">")[0])
            if word == "DATA":
                self._say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.got.append((to, email.message_from_bytes(body, policy=email.policy.default)))  # type: ignore[arg-type]
            refused = self.server.busy and word.startswith("MAIL")
            self._say("451 later" if refused else "221 bye" if word == "QUIT" else "250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


@pytest.fixture
def app(server: MailServer, tmp_path: Path, session_factory: sessionmaker[Session], clock: FixedClock) -> Flask:
    session_factory.configure(info={"clock": clock})
    made = Flask("test")
    made.config.from_mapping(DEFAULTS)
    made.config.update(
        VAR=str(tmp_path), MAIL_HOST=server.place, MAIL_TLS="none", HEADS_MAIL_TO="a@city.example, b@province.example"
    )
    with session_factory() as session, writing(session):
        an_organisation(session, clock)
    return made


def work(app: Flask, factory: sessionmaker[Session]) -> list[str]:
    """Do both chores as the worker does; returns which fail."""
    with factory() as session:
        at = now(session)
    for chore in (sealer(app), mailer(app)):
        do(factory, chore, at)
    with factory() as session:
        return failing(session)


def happens(factory: sessionmaker[Session]) -> None:
    with factory() as session, writing(session):
        record_access(session, "export", SYSTEM, {"what": "x"})


def test_new_heads_are_mailed_once_a_day(
    app: Flask, server: MailServer, session_factory: sessionmaker[Session], clock: FixedClock
) -> None:
    assert work(app, session_factory) == []
    happens(session_factory)
    assert work(app, session_factory) == []  # sealed, and not yet time for another mail
    ((to, mail),) = server.got
    assert to == ["a@city.example", "b@province.example"] and "1" in mail["Subject"]
    clock.advance(hours=25)
    happens(session_factory)
    assert work(app, session_factory) == []
    assert work(app, session_factory) == []
    (_, (_, later)) = server.got
    (attached,) = later.iter_attachments()
    heads = [read_head(line) for line in str(attached.get_content()).splitlines()]
    assert [head and (head.number, head.is_signed()) for head in heads] == [(2, True), (3, True)]
    body = later.get_body()
    assert body is not None and heads[-1] is not None and heads[-1].line in body.get_content().splitlines()


def test_a_mail_that_fails_is_known_and_tried_again(
    app: Flask, server: MailServer, session_factory: sessionmaker[Session]
) -> None:
    server.busy = True
    assert work(app, session_factory) == ["mail_heads"] and server.got == []
    server.busy = False
    assert work(app, session_factory) == [] and len(server.got) == 1


def test_no_mail_goes_out_in_the_clear_where_tls_is_asked_for(
    app: Flask, server: MailServer, session_factory: sessionmaker[Session]
) -> None:
    app.config["MAIL_TLS"] = "starttls"
    assert work(app, session_factory) == ["mail_heads"] and server.got == []


def test_nothing_is_sent_without_a_server_or_receivers(
    app: Flask, server: MailServer, session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    app.config.update(HEADS_MAIL_TO=["", " "])
    assert receivers_of(app.config) == [] and work(app, session_factory) == []
    app.config.update(HEADS_MAIL_TO=["a@city.example"], MAIL_HOST="")
    assert work(app, session_factory) == [] and server.got == []
    app.config.update(MAIL_HOST=server.place)
    (tmp_path / "heads-mailed.json").write_text("{", encoding="ascii")
    assert work(app, session_factory) == []
    assert json.loads((tmp_path / "heads-mailed.json").read_text("ascii"))["number"] == 1
