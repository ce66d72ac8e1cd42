"""init, seed, serve, worker, demo: set a deployment up, fill it and run it."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session, sessionmaker

from engine.errors import NotFound, QingcheError, Refused
from engine.history.choice import OtherHash, UnknownHash, require
from engine.store.base import open_engine
from webapp.cli.answer import refuse
from webapp.config import DEFAULTS, absolute_url, told
from webapp.schema import upgrade

if TYPE_CHECKING:
    from flask import Flask

    from engine.worker import Worker
    from webapp.queue import Caller

_BESIDE_QUEUE = 5  # how much slower the own sweep is beside a queue
_DB = click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL, else SQLite in var/.")


@contextmanager
def opened_database(url: str | None, *, durable: bool = True) -> Iterator[Engine]:
    """Open the database named on the command line, in the environment, or the default one.

    durable: False while an empty database is filled, which can be done again.
    """
    chosen = url or os.environ.get("QINGCHE_DATABASE_URL") or str(DEFAULTS["DATABASE_URL"])
    engine = open_engine(absolute_url(chosen), durable=durable)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def opened_session(url: str | None) -> Iterator[Session]:
    """Open a session that reads; it is closed without a commit."""
    with opened_database(url) as engine, Session(engine) as session:
        yield session


@contextmanager
def opened_app(url: str | None) -> Iterator[Flask]:
    """Make the application for one command, with its context; its connections are closed with it."""
    from webapp import create_app
    from webapp.db import db

    app = create_app({"DATABASE_URL": url} if url else None)
    with app.app_context():
        engine = db.engine
    try:
        with app.app_context():
            yield app
    finally:
        engine.dispose()


@click.command()
@_DB
def init(db: str | None) -> None:
    """Create the tables, or bring them up to date."""
    with opened_database(db) as engine:
        _upgrade(engine)
    click.echo("ready", err=True)


@click.command()
@click.argument("packs", nargs=-1)
@click.option("--scale", type=click.Choice(["small", "city"]), default="small", show_default=True)
@click.option("--password", envvar="QINGCHE_DEMO_PASSWORD", help="Password of every seeded account.")
@_DB
def seed(packs: tuple[str, ...], scale: str, password: str | None, db: str | None) -> None:
    """Fill an empty database with a pack's starter data, through the engine's own commands."""
    from webapp import seeding

    began = time.perf_counter()
    with opened_database(db, durable=False) as engine:
        _upgrade(engine)
        for pack in packs or ("admission",):
            try:
                summary = seeding.load(sessionmaker(engine), pack, scale=scale, password=password, say=_say)
            except NotFound as why:
                raise click.ClickException(f"{pack}: there is no such pack") from why
            except Refused as why:
                raise click.ClickException(f"{pack}: the database is in use; starter data needs an empty one") from why
            _say(f"{pack}: {summary}")
    _say(f"{time.perf_counter() - began:.1f} s")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True)
def serve(host: str, port: int, threads: int) -> None:
    """Serve the web application with its embedded worker."""
    _serve(host, port, threads)


@click.command()
@click.option("--every", "interval_s", default=2.0, show_default=True, help="Seconds between two sweeps.")
@click.option("--threads", default=4, show_default=True, help="Jobs at a time, with QINGCHE_BROKER_URL.")
@_DB
def worker(interval_s: float, threads: int, db: str | None) -> None:
    """Run due jobs until stopped; with QINGCHE_BROKER_URL set, those that Celery distributes."""
    from engine.worker import Worker
    from webapp import create_app
    from webapp.db import session_factory
    from webapp.outside import lease_of, outside_of

    app = create_app({"DATABASE_URL": db} if db else None)
    with app.app_context():
        _require_hash(app)
        queued = bool(app.config["BROKER_URL"])
        # Beside a queue the sweep only looks for what the queue did not bring, and Redis may be away for long.
        pace = interval_s * _BESIDE_QUEUE if queued else interval_s
        running = Worker(
            session_factory(),
            interval_s=pace,
            outside=outside_of(app.config),
            wakes=not queued,
            lease=lease_of(app.config),
        )
    running.start()
    try:
        if queued:
            from webapp.queue import make_queue, work

            work(make_queue(app), threads)
        while running.is_alive() and not queued:
            running.join(1.0)
    except KeyboardInterrupt:
        pass
    finally:
        running.stop()


@click.command()
@click.option("--port", default=8000, show_default=True)
def demo(port: int) -> None:
    """Set up a local database with sample data once, print the accounts and serve it."""
    from webapp import seeding

    url = absolute_url(os.environ.get("QINGCHE_DATABASE_URL") or str(DEFAULTS["DATABASE_URL"]))
    _fill_once(url)
    click.echo(f"\n轻车 Qingche  http://127.0.0.1:{port}\n")
    for login, post, what in seeding.demo_accounts("admission"):
        click.echo(f"  {login:<12} {seeding.DEMO_PASSWORD:<12} {post}  {what}")
    click.echo(f"\nCtrl+C 停止 / to stop. 数据在 / data in {make_url(url).render_as_string()}\n")
    _serve("127.0.0.1", port, 8)


def _fill_once(url: str) -> None:
    """Bring the demo's database up to date and load the sample data into an empty one.

    A SQLite file is filled under another name and moved into place when it is whole: a first start that was
    broken off leaves nothing half filled behind.
    """
    from webapp import seeding

    file = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
    fresh = file is not None and not file.exists()
    filling = file.with_name(file.name + ".filling") if file and fresh else None
    if filling:
        filling.parent.mkdir(parents=True, exist_ok=True)
        for leftover in filling.parent.glob(filling.name + "*"):
            leftover.unlink()
    with opened_database(f"sqlite:///{filling}" if filling else url, durable=False) as engine:
        _upgrade(engine)
        if seeding.is_empty(sessionmaker(engine)):
            _say("第一次启动：正在装入样例数据 / first start: loading sample data")
            seeding.load(sessionmaker(engine), "admission", scale="small", password=seeding.DEMO_PASSWORD, say=_say)
    if file and filling:
        filling.replace(file)


def _upgrade(engine: Engine) -> None:
    try:
        upgrade(engine, os.environ.get("QINGCHE_HASH", ""))
    except (UnknownHash, OtherHash) as why:
        _refuse_hash(why)


def _require_hash(app: Flask) -> None:
    """Refuse to run on a database whose history is made with another hash than the one set; needs the app's context."""
    from webapp.db import db, session_factory

    try:
        with session_factory()() as session:
            require(session, app.config["HASH"])
    except (UnknownHash, OtherHash) as why:
        db.engine.dispose()
        _refuse_hash(why)


def _refuse_hash(why: QingcheError) -> NoReturn:
    refuse(f"{why.code}: {why.message('zh')}\n{why.message('en')}")


def _serve(host: str, port: int, threads: int) -> None:
    import waitress

    from engine.assignment import system_actor
    from engine.history.settings import record_settings
    from engine.worker import Worker
    from webapp import create_app, filestore, mailing, sealing
    from webapp.db import session_factory
    from webapp.outside import lease_of, outside_of

    app = create_app()
    with app.app_context():
        _require_hash(app)
    running: Worker | Caller
    if app.config["BROKER_URL"]:
        from webapp.queue import Caller, make_queue

        running = Caller(make_queue(app))
    else:
        with app.app_context():
            running = Worker(
                session_factory(),
                chores=[
                    (timedelta(hours=1), filestore.sweeper()),
                    (sealing.EVERY, sealing.sealer(app)),
                    (sealing.EVERY, mailing.mailer(app)),
                ],
                outside=outside_of(app.config),
                lease=lease_of(app.config),
            )
    app.extensions["worker"] = running
    with app.app_context(), session_factory()() as session:
        record_settings(session, told(app.config), actor=system_actor("", via="cli"))
    running.start()
    # What a server has loaded by now it keeps: not to be looked through each time rubbish is collected. And rarely
    # does a request leave rings behind, but a long history makes many objects at once.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    try:
        waitress.serve(app, host=host, port=port, threads=threads, ident="qingche", clear_untrusted_proxy_headers=True)
    finally:
        running.stop()


def _say(line: str) -> None:
    click.echo(line, file=sys.stderr)


COMMANDS = [init, seed, serve, worker, demo]
