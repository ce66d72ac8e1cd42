"""A scratch database with one unit and one clerk, and what is done at it through the engine's own commands."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import library, organisation
from engine.bench.diagrams import ROLE, UNIT
from engine.commands import complete_task, start_case
from engine.history.choice import choose
from engine.model import Actor, Case, Completion
from engine.store import driver, hot
from engine.store.base import Session, guard_events, open_engine, sessionmaker, writing
from engine.store.tables import metadata

_SYSTEM = Actor("system", "系统", "", "", "", via="cli")


@dataclass(slots=True)
class Running:
    """A case and the ids of its open tasks, oldest first."""

    case_id: str
    tasks: list[str]


class Desk:
    """One session on one connection it keeps, as a program has that does nothing else; every act is one transaction."""

    def __init__(self, url: str, *, durable: bool, hash_name: str = "") -> None:
        self.database = open_engine(url, durable=durable)
        metadata.create_all(self.database)
        guard_events(self.database)
        self.sessions: sessionmaker[Session] = sessionmaker(self.database)
        self._connection = self.database.connect()
        self.session = Session(bind=self._connection, expire_on_commit=False)
        choose(self.session, hash_name)
        with writing(self.session) as session:
            organisation.put_unit(session, UNIT, name="样例单位", level="department", parent=None, actor=_SYSTEM)
            self.post_in(session, UNIT)
        self.clerk = self.actor()

    def post_in(self, session: Session, unit: str) -> None:
        """Give a unit its post of clerk; the same person holds all of them."""
        post = organisation.put_post(session, unit, ROLE, grants=[ROLE], actor=_SYSTEM)
        organisation.hold_post(session, "clerk", post.id, actor=_SYSTEM)

    def units(self, count: int) -> list[str]:
        """Make so many units below the one there is, each with its clerk; returns their codes."""
        codes = [f"v{number}" for number in range(count)]
        with writing(self.session) as session:
            for code in codes:
                organisation.put_unit(session, code, name=code, level="village", parent=UNIT, actor=_SYSTEM)
                self.post_in(session, code)
        self.clerk = self.actor()
        return codes

    def actor(self) -> Actor:
        """Return the clerk with the grants held now."""
        found = organisation.actor_of(self.session, "clerk", name="文书")
        self.session.rollback()
        return found

    def publish(self, **files: bytes) -> None:
        """Publish definitions under their names."""
        with writing(self.session) as session:
            for key, content in files.items():
                library.publish(session, "process", key, content, actor=_SYSTEM)

    def start(self, key: str, values: Mapping[str, Any]) -> Running:
        """Start a case."""
        with writing(self.session) as session:
            case = self.begin(session, key, values)
        tasks = [row[0] for row in self.asked("SELECT id FROM tasks WHERE case_id = :id AND state = 'open'", case.id)]
        return Running(case.id, tasks)

    def begin(self, session: Session, key: str, values: Mapping[str, Any]) -> Case:
        """Start a case in a transaction of the caller's."""
        return start_case(session, key, actor=self.clerk, values=values)

    def complete(self, task_id: str, values: Mapping[str, Any]) -> Completion:
        """Complete a task: what is measured."""
        with writing(self.session) as session:
            return complete_task(session, task_id, values, actor=self.clerk)

    def window(self, case_id: str) -> bytes:
        """Return the hot row of a case as stored."""
        found = hot.read_case(self.session, case_id)
        self.session.rollback()
        return b"" if found is None else bytes(found.window)

    def asked(self, sql: str, id: str) -> list[Any]:
        """Return the rows of a question with one parameter."""
        found = driver.rows(self.session, driver.Statement(sql), {"id": id})
        self.session.rollback()
        return found

    def pragma(self) -> str:
        """Say what SQLite promises of a commit, as it says itself."""
        level = self.session.connection().exec_driver_sql("PRAGMA synchronous").scalar()
        mode = self.session.connection().exec_driver_sql("PRAGMA journal_mode").scalar()
        self.session.rollback()
        return f"journal_mode={mode} synchronous={ {1: 'NORMAL', 2: 'FULL'}.get(level or 0, level) }"

    def close(self) -> None:
        self.session.close()
        self._connection.close()
        self.database.dispose()


@contextmanager
def scratch(*, durable: bool, hash_name: str = "") -> Iterator[Desk]:
    """Give a desk on a SQLite file that is deleted afterwards; hash_name: of its history, SHA-256 when empty."""
    with tempfile.TemporaryDirectory(prefix="qingche-bench-") as folder:
        desk = Desk(f"sqlite:///{Path(folder) / 'bench.db'}", durable=durable, hash_name=hash_name)
        try:
            yield desk
        finally:
            desk.close()
