"""The small city with somebody who operates on its cases, and steps that commit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from engine import organisation, run_due, start_case
from engine.canonical import parse
from engine.clock import FixedClock
from engine.history.replay import replay
from engine.model import Actor
from engine.pins import bundle_of
from engine.spiff import load
from engine.step import facts_of
from engine.store import hot
from engine.store.base import writing
from engine.store.cases import CaseRow, CaseWindowRow
from engine.store.events import EventRow
from tests.build import SYSTEM, Organisation, an_organisation
from tests.engine.flows import do, open_tasks, published


class City:
    """Cases of the small city; every step is a transaction of its own."""

    def __init__(
        self, session: Session, factory: sessionmaker[Session], clock: FixedClock, people: Organisation
    ) -> None:
        self.session, self.factory, self.clock, self.people = session, factory, clock, people

    def actor(self, who: str) -> Actor:
        found = self.people.actor(self.session, who)
        self.session.commit()
        return found

    @property
    def operator(self) -> Actor:
        return self.actor("ops@city")

    def publish(self, **definitions: bytes) -> None:
        self.session.commit()
        with writing(self.session):
            published(self.session, **definitions)

    def start(self, key: str, who: str = "clerk@d1", **values: Any) -> str:
        actor = self.actor(who)
        with writing(self.session):
            return start_case(self.session, key, actor=actor, values=values).id

    def do(self, case_id: str, element_id: str, who: str, **values: Any) -> Any:
        actor = self.actor(who)
        with writing(self.session):
            return do(self.session, case_id, element_id, values, actor)

    def order(self, command: Any, *args: Any, who: str = "ops@city", reason: str = "测试", **more: Any) -> Any:
        """Give an operator's command with a reason."""
        actor = self.actor(who)
        with writing(self.session):
            return command(self.session, *args, actor=actor, reason=reason, **more)

    def work(self, *, after: timedelta = timedelta()) -> int:
        self.session.commit()
        self.clock.advance(after)
        return run_due(self.factory, clock=self.clock)

    def waiting(self, case_id: str) -> list[str]:
        self.session.commit()
        return sorted(open_tasks(self.session, case_id))

    def case(self, case_id: str) -> CaseRow:
        self.session.commit()
        self.session.expire_all()
        return self.session.get_one(CaseRow, case_id)

    def values(self, case_id: str) -> Any:
        self.session.commit()
        self.session.expire_all()
        return parse(self.session.get_one(CaseWindowRow, case_id).values_json)

    def last_event(self, case_id: str) -> dict[str, Any]:
        case = self.case(case_id)
        found: dict[str, Any] = parse(self.session.get_one(EventRow, (f"case:{case_id}", case.head_seq)).body)
        return found

    def sound(self, case_id: str) -> None:
        """Replay the case to equal digests, and load its window as the next step would."""
        self.session.commit()
        found = replay(self.session, case_id)
        assert found.mismatches == []
        case = self.case(case_id)
        if case.state == "running":
            row = hot.read_case(self.session, case_id)
            assert row is not None
            program = bundle_of(self.session, row.pins).program
            assert load(program, bytes(row.window), self.values(case_id), facts_of(row)).workflow.live > 0


def make_city(session: Session, factory: sessionmaker[Session], clock: FixedClock, **definitions: bytes) -> City:
    """Make the small city, an operator of it, and publish definitions."""
    with writing(session):
        people = an_organisation(session, clock)
        post = organisation.put_post(session, "city", "运维岗", grants=["operator", "designer"], actor=SYSTEM)
        organisation.hold_post(session, "ops@city", post.id, actor=SYSTEM)
        published(session, **definitions)
    return City(session, factory, clock, people)
