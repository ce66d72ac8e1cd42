"""Messages find their one receiver, signals all of theirs, and published definitions begin cases by themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from engine import library, replay, run_due, start_case, stopped_jobs
from engine.assignment import system_actor
from engine.canonical import iso, parse
from engine.clock import LOCAL_ZONE, FixedClock
from engine.commands import broadcast, cancel_case, correlate, resume_case, set_start_terms, suspend_case
from engine.errors import AmbiguousMessage, Invalid, InvalidDefinition, NobodyWaits, NotForUnit
from engine.store.base import writing
from engine.store.cases import CaseRow, CaseWindowRow
from engine.store.events import EventRow
from engine.store.jobs import JobRow
from engine.store.subscriptions import KeptMessageRow, SubscriptionRow
from engine.store.tasks import TaskRow
from tests.build import SYSTEM, Organisation, an_organisation
from tests.engine.flows import end, flow, process, start, user

_ROOTS = '<bpmn:message id="M" name="paid"/><bpmn:signal id="S" name="台风"/>'
_MESSAGE = '<bpmn:messageEventDefinition messageRef="M"/>'
_SIGNAL = '<bpmn:signalEventDefinition signalRef="S"/>'


def _file(key: str, *nodes: str, starter: str = '<qc:starter role="clerk"/>', roots: str = _ROOTS) -> bytes:
    content = process(key, *nodes, extensions=starter)
    return content.replace(b"</bpmn:process>", b"</bpmn:process>" + roots.encode(), 1)


def _event(tag: str, id: str, definition: str, ext: str = "") -> str:
    extensions = f"<bpmn:extensionElements>{ext}</bpmn:extensionElements>" if ext else ""
    return f'<bpmn:{tag} id="{id}" name="{id}">{extensions}{definition}</bpmn:{tag}>'


def _waiter(key: str = "waiter", *, ext: str = '<qc:correlation value="order"/>', definition: str = _MESSAGE) -> bytes:
    catch = _event("intermediateCatchEvent", "wait", definition, ext)
    return _file(
        key, start("wait"), catch, flow("wait", "read"), user("read", "end", candidate='starter="true"'), end()
    )


_SENT = _ROOTS.replace(
    'name="paid"/>',
    'name="paid"><bpmn:extensionElements><spiffworkflow:messagePayload>{sum: 5}</spiffworkflow:messagePayload>'
    "</bpmn:extensionElements></bpmn:message>",
    1,
)
_SENDER = _file(
    "sender", start("tell"), _event("endEvent", "tell", _MESSAGE, '<qc:correlation value="order"/>'), roots=_SENT
)
_CALLER = _file("caller", start("tell"), _event("endEvent", "tell", _SIGNAL))


def _begins(key: str, definition: str, ext: str = "") -> bytes:
    begin = _event("startEvent", "on", definition, ext)
    return _file(key, begin, flow("on", "look"), user("look", "end", candidate='role="clerk" unit="case.unit"'), end())


class Town:
    """The small city, and steps that commit."""

    def __init__(self, session: Session, factory: sessionmaker[Session], clock: FixedClock) -> None:
        self.session, self.factory, self.clock = session, factory, clock
        with writing(session):
            self.people: Organisation = an_organisation(session, clock)
        self.root = self.people.units["city"].id

    def publish(self, key: str, content: bytes) -> None:
        with self.writing():
            library.publish(self.session, "process", key, content, actor=SYSTEM)

    def start(self, key: str, **values: Any) -> str:
        actor = self.people.actor(self.session, "clerk@d1")
        with self.writing():
            return start_case(self.session, key, actor=actor, values=values).id

    @contextmanager
    def writing(self) -> Iterator[None]:
        self.session.commit()
        with writing(self.session):
            yield

    def correlate(self, key: object = None, payload: dict[str, Any] | None = None, **more: Any) -> Any:
        with self.writing():
            return correlate(self.session, "paid", key, payload, actor=system_actor(self.root), **more)

    def work(self, **later: float) -> int:
        self.session.commit()
        self.clock.advance(**later)
        return run_due(self.factory, clock=self.clock)

    def values(self, case_id: str) -> Any:
        self.session.expire_all()
        return parse(self.session.get_one(CaseWindowRow, case_id).values_json)

    def cases(self, key: str) -> list[CaseRow]:
        self.session.expire_all()
        return list(self.session.scalars(select(CaseRow).where(CaseRow.definition == key).order_by(CaseRow.id)))

    def events(self, case_id: str) -> list[str]:
        found = select(EventRow.kind).where(EventRow.stream == f"case:{case_id}").order_by(EventRow.seq)
        return list(self.session.scalars(found))

    def count(self, row: Any) -> int:
        return int(self.session.scalar(select(func.count()).select_from(row)) or 0)


@pytest.fixture
def town(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> Town:
    session.info["clock"] = clock
    return Town(session, session_factory, clock)


def test_a_message_reaches_the_one_case_of_its_key_in_one_event(town: Town) -> None:
    town.publish("waiter", _waiter())
    first, second = town.start("waiter", order=1), town.start("waiter", order=2)
    done = town.correlate(2, {"sum": 7})
    assert done.case.id == second and not done.begun
    assert town.values(second) == {"order": 2, "sum": 7} and town.values(first) == {"order": 1}
    assert town.events(second) == ["case.started", "message.received"]
    assert replay(town.session, second).ok and town.count(SubscriptionRow) == 1


def test_who_waits_under_just_this_key_goes_before_who_waits_under_none(town: Town) -> None:
    town.publish("waiter", _waiter())
    town.publish("any", _waiter("any", ext=""))
    open_to_all, exact = town.start("any"), town.start("waiter", order=1)
    assert town.correlate(1).case.id == exact
    assert town.correlate(9).case.id == open_to_all


def test_several_that_might_take_it_are_an_error_and_nothing_happens(town: Town) -> None:
    town.publish("waiter", _waiter())
    town.start("waiter", order=1), town.start("waiter", order=1)
    with pytest.raises(AmbiguousMessage) as found:
        town.correlate(1)
    assert found.value.fields["several"] == 2 and town.count(SubscriptionRow) == 2


def test_a_message_nobody_waits_for_is_kept_for_its_time(town: Town) -> None:
    town.publish("waiter", _waiter())
    assert town.correlate(5, {"sum": 9}, keep_for=timedelta(hours=1)).case is None
    other, case = town.start("waiter", order=4), town.start("waiter", order=5)
    town.work()
    assert town.values(case) == {"order": 5, "sum": 9} and town.values(other) == {"order": 4}
    assert town.count(KeptMessageRow) == 0 and replay(town.session, case).ok
    town.correlate(6, keep_for=timedelta(hours=1))
    town.work(hours=2)
    late = town.start("waiter", order=6)
    assert town.work() == 0 and town.events(late) == ["case.started"]
    with pytest.raises(NobodyWaits):
        town.correlate(7, keep_for=timedelta(0))


def test_a_message_and_who_comes_to_wait_for_it_never_miss_each_other(town: Town) -> None:
    """Both at once, over and over: whoever commits first, in the end nobody waits for a message that is kept."""
    town.publish("waiter", _waiter())
    actor = town.people.actor(town.session, "clerk@d1")
    town.session.commit()

    def wait(order: int) -> None:
        with town.factory() as session:
            session.info["clock"] = town.clock
            with writing(session):
                start_case(session, "waiter", actor=actor, values={"order": order})

    def tell(order: int) -> None:
        with town.factory() as session:
            session.info["clock"] = town.clock
            with writing(session):
                correlate(session, "paid", order, {}, actor=system_actor(town.root))

    for order in range(12):
        both = [threading.Thread(target=act, args=(order,)) for act in (wait, tell)]
        for one in both[:: 1 if order % 2 else -1]:
            one.start()
        for one in both:
            one.join()
    town.work()
    town.work()
    assert (town.count(SubscriptionRow), town.count(KeptMessageRow)) == (0, 0)
    assert {case.state for case in town.cases("waiter")} == {"running"}


def test_what_one_case_sends_another_receives_by_a_job(town: Town) -> None:
    town.publish("waiter", _waiter())
    town.publish("sender", _SENDER)
    case = town.start("waiter", order=3)
    town.start("sender", order=3)
    assert town.values(case) == {"order": 3}
    town.work()
    assert town.values(case) == {"order": 3, "sum": 5}


def test_a_sent_message_that_several_might_take_is_an_incident_of_its_sender(town: Town) -> None:
    town.publish("waiter", _waiter())
    town.publish("sender", _SENDER)
    town.start("waiter", order=3), town.start("waiter", order=3)
    sender = town.start("sender", order=3)
    town.work()
    (stopped,) = stopped_jobs(town.session, case_id=sender)
    assert (stopped.kind, stopped.code) == ("send", "ambiguous-message")
    assert town.events(sender)[-1] == "incident.raised"


def test_a_message_sent_to_a_suspended_case_is_handed_over_when_it_is_resumed(town: Town) -> None:
    town.publish("waiter", _waiter())
    town.publish("sender", _SENDER)
    case, admin = town.start("waiter", order=3), town.people.actor(town.session, "admin@city")
    with town.writing():
        suspend_case(town.session, case, actor=admin, reason="查清楚再说")
    town.start("sender", order=3)
    town.work()
    assert town.events(case)[-1] == "case.suspended"
    with town.writing():
        resume_case(town.session, case, actor=admin, reason="查清了")
    town.work()
    assert town.values(case) == {"order": 3, "sum": 5} and replay(town.session, case).ok


def test_a_message_for_cases_of_one_unit_goes_to_no_other_when_its_receiver_stops_waiting(town: Town) -> None:
    town.publish("waiter", _waiter())
    town.start("waiter", order=3)
    with town.writing():
        town.session.execute(update(TaskRow).values(state="cancelled"))
    with pytest.raises(NobodyWaits):
        town.correlate(3, within=town.people.units["d1"].path)


def test_keys_longer_than_a_column_are_told_apart(town: Town) -> None:
    town.publish("waiter", _waiter())
    long = "号" * 600
    first, second = town.start("waiter", order=long + "1"), town.start("waiter", order=long + "2")
    assert town.correlate(long + "2").case.id == second
    assert town.correlate(long + "3").case is None
    assert town.values(first) == {"order": long + "1"} and town.count(KeptMessageRow) == 1


def test_a_case_that_ended_waits_for_nothing(town: Town) -> None:
    town.publish("waiter", _waiter())
    case = town.start("waiter", order=1)
    with town.writing():
        cancel_case(town.session, case, actor=town.people.actor(town.session, "clerk@d1"), reason="不办了")
    assert town.count(SubscriptionRow) == 0


def test_a_signal_reaches_all_who_wait_and_begins_what_it_begins(town: Town) -> None:
    town.publish("waiter", _waiter(definition=_SIGNAL, ext=""))
    town.publish("watch", _begins("watch", _SIGNAL))
    town.publish("caller", _CALLER)
    cases = [town.start("waiter"), town.start("waiter")]
    town.start("caller")
    town.work()
    assert [town.events(case) for case in cases] == [["case.started", "signal.received"]] * 2
    assert all(replay(town.session, case).ok for case in cases)
    (begun,) = town.cases("watch")
    assert (begun.started_by, begun.unit_id) == ("system", town.root) and replay(town.session, begun.id).ok
    with town.writing():
        assert broadcast(town.session, "台风", actor=system_actor(town.root)) == 1
    town.work()
    assert len(town.cases("watch")) == 2


def test_a_message_begins_a_case_in_the_unit_it_names(town: Town) -> None:
    town.publish("report", _begins("report", _MESSAGE, '<qc:unit value="place"/>'))
    done = town.correlate(None, {"place": "t1", "what": "漏水"})
    assert done.begun and done.case.unit_id == town.people.units["t1"].id
    assert town.values(done.case.id) == {"place": "t1", "what": "漏水"} and replay(town.session, done.case.id).ok


def test_a_new_version_listens_instead_of_the_one_before(town: Town) -> None:
    town.publish("report", _begins("report", _MESSAGE))
    town.publish("report", _begins("report", _SIGNAL))
    assert town.correlate(None, {}).case is None
    assert town.count(SubscriptionRow) == 1


_TIMER = "<bpmn:timerEventDefinition><bpmn:{0}>{1}</bpmn:{0}></bpmn:timerEventDefinition>"


def test_a_cycle_begins_a_case_each_time_and_leaves_out_what_passed(town: Town) -> None:
    town.publish("daily", _begins("daily", _TIMER.format("timeCycle", "R3/PT24H")))
    begun = []
    for hours in (23, 1, 24 * 3, 24, 24 * 9):
        town.work(hours=hours)
        begun.append(len(town.cases("daily")))
    assert begun == [0, 1, 2, 3, 3]
    assert replay(town.session, town.cases("daily")[0].id).ok


def test_a_date_begins_one_case_and_a_new_version_takes_the_old_one_back(town: Town) -> None:
    town.publish("once", _begins("once", _TIMER.format("timeDate", "2026-11-24T09:00:00+08:00")))
    town.publish("once", _begins("once", _TIMER.format("timeDate", "2026-11-25T09:00:00+08:00")))
    town.publish("past", _begins("past", _TIMER.format("timeDate", "2026-11-01T09:00:00+08:00")))
    town.work(hours=25)
    assert town.cases("once") == []
    town.work(hours=25)
    assert (len(town.cases("once")), len(town.cases("past"))) == (1, 0)


def test_a_suspended_definition_begins_nothing_and_goes_on_later(town: Town) -> None:
    town.publish("daily", _begins("daily", _TIMER.format("timeCycle", "R/PT24H")))
    with town.writing():
        library.suspend(town.session, "process", "daily", actor=SYSTEM, reason="停用")
    town.work(hours=25)
    assert town.cases("daily") == []
    with town.writing():
        library.resume(town.session, "process", "daily", actor=SYSTEM)
    town.work(hours=25)
    assert len(town.cases("daily")) == 1


def test_a_condition_begins_a_case_when_it_comes_true(town: Town) -> None:
    condition = '<bpmn:conditionalEventDefinition><bpmn:condition>today() &gt;= date("2026-11-24")</bpmn:condition>'
    town.publish("winter", _begins("winter", condition + "</bpmn:conditionalEventDefinition>"))
    town.work(minutes=10)
    assert town.cases("winter") == []
    town.work(hours=15)
    town.work(hours=15)
    assert len(town.cases("winter")) == 1


def test_a_timer_that_gives_no_moment_is_refused_at_publishing(town: Town) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        town.publish("bad", _begins("bad", _TIMER.format("timeDuration", "nowhere")))
    assert refused.value.fields["errors"][0]["element_id"] == "on"
    town.session.rollback()
    assert town.count(SubscriptionRow) == 0


def test_a_start_that_fails_is_an_incident_of_its_definition(town: Town) -> None:
    town.publish(
        "daily", _begins("daily", _TIMER.format("timeCycle", "R/PT24H"), '<qc:unit value="&quot;nowhere&quot;"/>')
    )
    town.work(hours=25)
    (stopped,) = stopped_jobs(town.session)
    assert (stopped.kind, stopped.case_id, stopped.definition, stopped.element_id) == ("begin", "", "daily", "on")
    town.publish("daily", _begins("daily", _TIMER.format("timeCycle", "R/PT24H")))
    assert stopped_jobs(town.session) == []


def test_a_send_task_reaches_a_receive_task_and_a_boundary_event_of_other_cases(town: Town) -> None:
    key = '<bpmn:extensionElements><qc:correlation value="order"/></bpmn:extensionElements>'
    sender = f'<bpmn:sendTask id="tell" name="tell" messageRef="M">{key}</bpmn:sendTask>'
    receiver = f'<bpmn:receiveTask id="wait" name="wait" messageRef="M">{key}</bpmn:receiveTask>'
    boundary = f'<bpmn:boundaryEvent id="paid" attachedToRef="work">{key}{_MESSAGE}</bpmn:boundaryEvent>'
    work = user("work", "end", candidate='starter="true"')
    town.publish("sends", _file("sends", start("tell"), sender, flow("tell", "end"), end(), roots=_SENT))
    town.publish("takes", _file("takes", start("wait"), receiver, flow("wait", "end"), end()))
    town.publish("works", _file("works", start("work"), work, boundary, flow("paid", "end"), end()))
    takes, works = town.start("takes", order=1), town.start("works", order=2)
    town.start("sends", order=1)
    town.start("sends", order=2)
    town.work()
    assert {case.state for key in ("sends", "takes", "works") for case in town.cases(key)} == {"completed"}
    assert [town.values(case)["sum"] for case in (takes, works)] == [5, 5]
    assert all(replay(town.session, case).ok for case in (takes, works))


def test_a_suspended_case_hears_a_signal_when_it_is_resumed(town: Town) -> None:
    town.publish("waiter", _waiter(definition=_SIGNAL, ext=""))
    case = town.start("waiter")
    admin = town.people.actor(town.session, "admin@city")
    with town.writing():
        suspend_case(town.session, case, actor=admin, reason="查清楚再说")
        broadcast(town.session, "台风", actor=system_actor(town.root))
    town.work()
    assert "signal.received" not in town.events(case)
    with town.writing():
        resume_case(town.session, case, actor=admin, reason="查清了")
    town.work()
    assert town.events(case)[-1] == "signal.received"


def test_a_start_that_fails_comes_again_at_its_next_time(town: Town) -> None:
    unit = '<qc:unit value="if now() &lt; date and time(&quot;2026-11-25T12:00:00+08:00&quot;) then 1 else null"/>'
    daily = _TIMER.format("timeCycle", "R/PT24H")
    town.publish("daily", _begins("daily", daily, unit))
    town.work(hours=25)
    assert [stopped.kind for stopped in stopped_jobs(town.session)] == ["begin"]
    town.work(hours=24)
    assert [stopped.kind for stopped in stopped_jobs(town.session)] == ["begin", "begin"]
    due = select(JobRow.due_at).where(JobRow.kind == "begin", JobRow.state == "due")
    assert len(list(town.session.scalars(due))) == 1


def test_a_message_whose_receiver_went_is_kept_no_longer_than_it_was_to_be(town: Town) -> None:
    town.publish("waiter", _waiter())
    until = iso(town.clock.now() + timedelta(hours=1))
    town.correlate(5, keep_for=timedelta(hours=1))
    case = town.start("waiter", order=5)
    with town.writing():
        cancel_case(town.session, case, actor=SYSTEM, reason="不办了")
    town.work()
    assert list(town.session.scalars(select(KeptMessageRow.expires_at))) == [until]
    second = town.start("waiter", order=5)
    with town.writing():
        cancel_case(town.session, second, actor=SYSTEM, reason="不办了")
    town.work(hours=2)
    assert town.count(KeptMessageRow) == 0 and stopped_jobs(town.session) == []


def test_a_name_too_long_to_be_found_by_is_refused(town: Town) -> None:
    long = _ROOTS.replace('"paid"', f'"{"收" * 201}"')
    with pytest.raises(InvalidDefinition) as refused:
        town.publish("long", _file("long", start("wait"), _event("intermediateCatchEvent", "wait", _MESSAGE),
                                   flow("wait", "end"), end(), roots=long))  # fmt: skip
    (error,) = refused.value.fields["errors"]
    assert (error["code"], error["element_id"]) == ("name-too-long", "wait") and error["line"]
    with pytest.raises(Invalid), town.writing():
        correlate(town.session, "收" * 201, actor=SYSTEM)


def test_outside_its_days_and_units_a_process_begins_by_nothing(town: Town) -> None:
    town.publish("report", _begins("report", _MESSAGE, '<qc:unit value="place"/>'))
    town.publish("watch", _begins("watch", _SIGNAL))
    town.publish("daily", _begins("daily", _TIMER.format("timeCycle", "R/PT24H")))
    day = town.clock.now().astimezone(LOCAL_ZONE).date()
    admin = town.people.actor(town.session, "admin@city")

    def limit(key: str, *, opens: date | None = None, units: tuple[str, ...] = ()) -> None:
        with town.writing():
            set_start_terms(town.session, key, opens=opens, closes=None, in_units=units, actor=admin)

    limit("report", units=("t2",))
    for key in ("watch", "daily"):
        limit(key, opens=day + timedelta(days=2))
    with pytest.raises(NotForUnit):
        town.correlate(None, {"place": "t1"})
    town.session.rollback()
    assert town.correlate(None, {"place": "t2"}).begun
    with town.writing():
        broadcast(town.session, "台风", {}, actor=system_actor(town.root))
    town.work(hours=25)
    assert town.cases("watch") == town.cases("daily") == []
    town.work(hours=25)
    assert len(town.cases("daily")) == 1
