"""Cases as mining sees them: read from the events, told by unit, and written as logs other tools read."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta

import pytest
from lxml import etree
from sqlalchemy.orm import Session, sessionmaker

from engine.calendar import ZONE, Calendar
from engine.clock import FixedClock
from engine.commands import modify_case
from engine.history.traces import Trace, as_one, traces
from engine.history.xes import write_ocel, write_xes
from tests.engine.flows import REQUEST, each, end, process, start, user
from tests.engine.operations.city import City, make_city

ME = 'starter="true"'
MANY = process(
    "many", start("read"), user("read", "sign", candidate=ME, loop=each("people", "person")),
    user("sign", "end", candidate=ME), end(), extensions='<qc:starter role="clerk"/>',
)  # fmt: skip
NS = {"x": "http://www.xes-standard.org/"}


@pytest.fixture
def city(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> City:
    return make_city(session, session_factory, clock, request=REQUEST, many=MANY)


def found(city: City, **asked: object) -> list[Trace]:
    city.session.commit()
    return list(traces(city.session, city.people.units["city"].id, **asked))  # type: ignore[arg-type]


def requested(city: City) -> str:
    """A request sent back once and then approved, a day between any two steps."""
    case = city.start("request")
    for element, who, verdict in (
        ("draft", "clerk@d1", None), ("review", "clerk@sw", "back"), ("draft", "clerk@d1", None),
        ("review", "clerk@sw", "approve"),
    ):  # fmt: skip
        city.clock.advance(days=1)
        city.do(case, element, who, **({"verdict": verdict} if verdict else {"subject": "请示", "until": "2026-12-01"}))
    return case


def test_a_trace_tells_what_was_done_by_which_unit_and_since_when(city: City) -> None:
    case = requested(city)
    (trace,) = found(city)
    assert (trace.case_id, trace.variant, trace.conforms) == (case, ("draft", "review", "draft", "review"), True)
    assert [one.unit_name for one in trace.activities] == ["样例市林业局", "样例市社会工作部"] * 2
    assert [one.at - one.since for one in trace.activities] == [timedelta(days=1)] * 4
    assert trace.interventions == ()


def test_what_an_operator_moved_is_not_as_drawn(city: City) -> None:
    case = city.start("request")
    city.do(case, "draft", "clerk@d1", subject="请示", until="2026-12-01")
    city.order(
        modify_case, case, [{"do": "cancel", "element": "review"}, {"do": "start", "at": "before", "element": "draft"}]
    )
    city.do(case, "draft", "clerk@d1", subject="请示", until="2026-12-01")
    (trace,) = found(city)
    assert [(one.element, one.ended, one.as_drawn) for one in trace.activities] == [
        ("draft", "completed", True), ("review", "cancelled", False), ("draft", "completed", False),
    ]  # fmt: skip
    assert not trace.conforms and [kind for _seq, kind in trace.interventions] == ["case.modified"]


def test_instances_side_by_side_are_the_one_activity_of_the_diagram(city: City) -> None:
    case = city.start("many", people=[1, 2, 3])
    for _ in range(3):
        city.do(case, "read", "clerk@d1")
    city.do(case, "sign", "clerk@d1")
    (trace,) = found(city)
    assert [one.element for one in trace.activities] == ["read"] * 3 + ["sign"]
    assert [(one.element, one.instances) for one in as_one(trace.activities)] == [("read", 3), ("sign", 1)]


def test_cases_are_chosen_by_process_and_by_the_day_they_began(city: City) -> None:
    first = requested(city)
    later = city.clock.now()
    second = city.start("many", people=[])
    assert [trace.case_id for trace in found(city)] == [second, first]
    assert [trace.case_id for trace in found(city, definition="request")] == [first]
    assert [trace.case_id for trace in found(city, since=later)] == [second]
    assert [trace.case_id for trace in found(city, until=later)] == [first]


def test_the_xes_log_holds_every_trace_and_event(city: City) -> None:
    requested(city)
    case = city.start("many", people=[1, 2])
    city.do(case, "read", "clerk@d1")
    city.do(case, "read", "clerk@d1")
    for asked, events in (({}, 5), ({"instances": True}, 6), ({"starts": True}, 10)):
        out = io.BytesIO()
        assert write_xes(found(city), out, calendar=Calendar(), **asked) == (2, events)  # type: ignore[arg-type]
        log = etree.fromstring(out.getvalue())
        assert len(log.findall("x:trace", NS)) == 2 and len(log.findall("x:trace/x:event", NS)) == events
    times = [at.get("value") for at in log.iterfind("x:trace/x:event/x:date[@key='time:timestamp']", NS)]
    assert all(datetime.fromisoformat(at).utcoffset() == timedelta() for at in times)
    keys = {each_.get("key") for each_ in log.iterfind("x:trace/x:event/*", NS)}
    assert "org:group" in keys and "org:resource" not in keys


def test_hours_in_a_log_are_those_of_working_days(city: City) -> None:
    requested(city)
    out = io.BytesIO()
    write_xes(found(city), out, calendar=Calendar())
    hours = [float(cost.get("value")) for cost in etree.fromstring(out.getvalue()).iterfind(".//x:float", NS)]
    calendar = Calendar()
    expected = [calendar.between(one.since, one.at).total_seconds() / 3600 for one in found(city)[0].activities]
    assert hours == pytest.approx(expected) and 0 < sum(hours) <= 96


def test_names_no_xml_can_hold_do_not_break_a_log(city: City) -> None:
    from dataclasses import replace

    requested(city)
    (trace,) = found(city)
    out = io.BytesIO()
    write_xes([replace(trace, unit_name="镇\x00\ud800<&>")], out, calendar=Calendar())
    group = etree.fromstring(out.getvalue()).find("x:trace/x:string[@key='org:group']", NS)
    assert group is not None and group.get("value") == "镇\ufffd\ufffd<&>"


def test_every_reference_of_an_ocel_log_leads_somewhere(city: City) -> None:
    requested(city)
    out = io.StringIO()
    objects, events = write_ocel(found(city), out)
    log = json.loads(out.getvalue())
    assert (len(log["objects"]), len(log["events"])) == (objects, events) == (3, 4)
    known = {one["id"] for one in log["objects"]}
    named = {each_["objectId"] for one in [*log["objects"], *log["events"]] for each_ in one["relationships"]}
    assert named <= known
    assert {one["type"] for one in log["objects"]} <= {one["name"] for one in log["objectTypes"]}
    assert {one["type"] for one in log["events"]} <= {one["name"] for one in log["eventTypes"]}


def test_time_between_leaves_out_what_is_not_worked() -> None:
    friday = datetime(2026, 11, 20, 12, tzinfo=ZONE)
    calendar = Calendar()
    assert calendar.between(friday, friday + timedelta(days=3)) == timedelta(days=1)
    assert calendar.between(friday, friday) == calendar.between(friday, friday - timedelta(days=9)) == timedelta()
    saturday = friday + timedelta(days=1)
    assert Calendar({saturday.date(): True}).between(friday, friday + timedelta(days=3)) == timedelta(days=2)
