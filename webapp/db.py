"""The request's session and its one transaction.

A writing request (POST, PUT, PATCH, DELETE) takes the write lock before anything is read and is committed
here, once, after the view has answered below 400; every other answer rolls back. Notes for the access
stream are written after that, in a transaction of their own, so that they survive a refusal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from engine.store.base import Base, begin_writing, open_engine, writing

_log = logging.getLogger("qingche.web")

WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

View = TypeVar("View", bound=Callable[..., Any])


class _Database(SQLAlchemy):
    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        # The engine decides how a database is opened; command line and worker open it the same way.
        url = options.pop("url")
        address = url if isinstance(url, str) else url.render_as_string(hide_password=False)
        return open_engine(address, durable=app.config["DURABLE"], **options)


db = _Database(model_class=Base, disable_autonaming=True)


def init_app(app: Flask) -> None:
    """Open the database of `app` and put the boundary around its requests."""
    db.init_app(app)
    app.before_request(_begin)
    app.after_request(_finish)


def session() -> Session:
    """Return this request's session; it works by the application's clock. In a play it is the play's (`played`)."""
    if "played" in g:
        found: Session = g.played
        return found
    current = db.session()
    current.info.setdefault("clock", current_app.extensions["clock"])
    return current


@contextmanager
def played(on: Session) -> Iterator[Session]:
    """Let everything in this block that asks for the request's session have that of a dry run."""
    g.played = on
    try:
        yield on
    finally:
        del g.played


def session_factory() -> sessionmaker[Session]:
    """Return a maker of sessions outside the request's transaction; they work by the application's clock."""
    return sessionmaker(db.engine, info={"clock": current_app.extensions["clock"]})


def reads_first(view: View) -> View:
    """Mark a writing view that takes the lock itself with `start_writing`, after slow work without it."""
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def start_writing() -> Session:
    """End what was read so far and begin the request's writing transaction."""
    current = session()
    current.rollback()
    begin_writing(current)
    g.writing = True
    return current


def keep() -> None:
    """Commit what this request wrote although it answers with a refusal."""
    g.keep = True


def abandon() -> None:
    """Undo what this request wrote and release its locks; for error pages, before they read anything."""
    session().rollback()
    g.abandoned = True


def afterwards(work: Callable[[Session], None]) -> None:
    """Run `work` in a short transaction of its own after this request's has ended, whichever way."""
    g.setdefault("afterwards", []).append(work)


def _begin() -> None:
    if request.method not in WRITING or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    if not getattr(view, "reads_first", False):
        start_writing()


def _finish(response: Response) -> Response:
    current = session()
    keeps = response.status_code < 400 or g.get("keep", False)
    written = g.get("writing", False) and keeps and not g.get("abandoned", False)
    if written:
        current.commit()
    else:
        current.rollback()
    for work in g.pop("afterwards", []):
        try:
            with session_factory()() as own, writing(own):
                work(own)
        except SQLAlchemyError:
            # What was committed is acknowledged: "nothing was saved" would be a lie. A mere look that
            # cannot be recorded is not given.
            if not written:
                raise
            _log.exception("access_note_lost", extra={"path": request.path})
    return response
