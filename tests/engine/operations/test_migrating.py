"""Running cases carried over to another version: what maps goes on, what does not is refused with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import Invalid, NotFound, claim, library, replay, save_draft
from engine.canonical import canonical, iso, parse
from engine.clock import FixedClock
from engine.commands import (
    able_of_trial,
    dry_run,
    migrate_case,
    order_migration,
    order_trial,
    plan,
    read_batch,
    read_draft,
    set_due,
)
from engine.commands.migrating import program_of_version
from engine.errors import CannotOperate, EvaluationFailed
from engine.model import Actor
from engine.pins import bundle_of
from engine.store.base import writing
from engine.store.jobs import JobRow
from engine.store.tasks import TaskCandidateRow
from tests.engine.flows import _WAIT, PATIENT, ROUNDS, each, end, flow, process, start, the_task, user
from tests.engine.operations.city import City, make_city

STARTER = '<qc:starter role="clerk"/>'
ME = 'starter="true"'


def line(*steps: str, key: str = "line") -> bytes:
    nodes = [user(at, to, candidate=ME, name=f"办{at}") for at, to in zip(steps, [*steps[1:], "end"], strict=True)]
    return process(key, start(steps[0]), *nodes, end(), extensions=STARTER)


def inside(*steps: str, host: str = "sub") -> bytes:
    nodes = [user(at, to, candidate=ME) for at, to in zip(steps, [*steps[1:], "e1"], strict=True)]
    return process(
        "inside", start(host), f'<bpmn:subProcess id="{host}"><bpmn:startEvent id="s1"/>', flow("s1", steps[0]), *nodes,
        '<bpmn:endEvent id="e1"/></bpmn:subProcess>', flow(host, "end"), end(), extensions=STARTER,
    )  # fmt: skip


def many(step: str) -> bytes:
    loop = each("items", "item", output="answers", output_item="answer")
    return process(
        "many", start(step), user(step, "read", candidate=ME, loop=loop), user("read", "end", candidate=ME), end(),
        extensions=STARTER,
    )  # fmt: skip


@pytest.fixture
def city(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> City:
    return make_city(
        session, session_factory, clock,
        line=line("a", "b"), rounds=ROUNDS, patient=PATIENT, inside=inside("x", "y"), many=many("ask"),
    )  # fmt: skip


def newest(city: City, key: str) -> str:
    return library.current(city.session, "process", key).id


def carry(city: City, case_id: str, mapping: dict[str, str | None] | None = None, *, who: str = "ops@city") -> Any:
    key = city.case(case_id).definition
    return city.order(migrate_case, case_id, newest(city, key), mapping or {}, who=who, reason="换新版")


def test_a_case_goes_on_in_the_new_version(city: City) -> None:
    case_id = city.start("line")
    city.do(case_id, "a", "clerk@d1")
    task, clerk = the_task(city.session, case_id, "b").id, city.actor("clerk@d1")
    with writing(city.session):
        claim(city.session, task, actor=clerk)
        save_draft(city.session, task, {"typed": 1}, actor=clerk)
    city.publish(line=line("a", "b", "c"))
    carry(city, case_id)
    row = the_task(city.session, case_id, "b")
    assert (row.id, row.holder_id) == (task, "clerk@d1")
    assert read_draft(city.session, task, actor=clerk) == {"typed": 1}
    case = city.case(case_id)
    assert (case.artifact_id, parse(case.pins)["process"]) == (newest(city, "line"),) * 2
    city.do(case_id, "b", "clerk@d1")
    assert city.waiting(case_id) == ["c"]
    city.sound(case_id)


def test_a_renamed_step_is_mapped_and_its_task_keeps_its_id(city: City) -> None:
    case_id = city.start("line")
    task = the_task(city.session, case_id, "a").id
    city.publish(line=line("alpha", "b"))
    with pytest.raises(CannotOperate) as told:
        carry(city, case_id)
    assert "办a" in str(told.value.fields["why"])
    assert city.waiting(case_id) == ["a"]
    carry(city, case_id, {"a": "alpha"})
    row = the_task(city.session, case_id, "alpha")
    assert (row.id, row.name) == (task, "办alpha")
    city.sound(case_id)
    city.do(case_id, "alpha", "clerk@d1")
    assert city.waiting(case_id) == ["b"]
    city.sound(case_id)


def test_forms_of_open_tasks_are_pinned_anew(city: City) -> None:
    def form(title: str) -> bytes:
        return canonical({"type": "object", "title": title, "properties": {"x": {"type": "string"}}}).encode()

    def using(name: str) -> bytes:
        more = (
            "<spiffworkflow:properties><spiffworkflow:property "
            f'name="formJsonSchemaFilename" value="{name}"/></spiffworkflow:properties>'
        )
        return process("form", start("a"), user("a", "end", candidate=ME, more=more), end(), extensions=STARTER)

    admin = Actor("system", "系统", "", "", "", via="seed")
    with writing(city.session):
        for name in ("one.schema.json", "two.schema.json"):
            library.publish(city.session, "form", name, form(name), actor=admin)
    city.publish(form=using("one.schema.json"))
    case_id = city.start("form")
    city.publish(form=using("two.schema.json"))
    carry(city, case_id)
    assert parse(the_task(city.session, case_id, "a").form or "")["schema"] == "two.schema.json"
    assert list(parse(city.case(case_id).pins)["forms"]) == ["two.schema.json"]
    city.sound(case_id)


def test_a_token_at_a_join_and_one_before_it(city: City) -> None:
    case_id = city.start("rounds")
    city.do(case_id, "one", "clerk@d1")
    renamed = ROUNDS.replace(b'"join"', b'"meet"').replace(b"_to_join", b"_to_meet").replace(b"join_to", b"meet_to")
    city.publish(rounds=renamed)
    with pytest.raises(CannotOperate):
        carry(city, case_id)
    carry(city, case_id, {"join": "meet"})
    assert city.do(case_id, "two", "lead@d1").case.state == "completed"
    city.sound(case_id)


def test_a_timer_keeps_its_moment_and_a_new_one_is_armed(city: City) -> None:
    case_id = city.start("patient")
    boundary = '<bpmn:boundaryEvent id="early" attachedToRef="work" cancelActivity="false">{}</bpmn:boundaryEvent>'
    early = boundary.format(_WAIT.format("PT1H") + "</bpmn:timerEventDefinition>") + flow("early", "remind")
    city.publish(patient=PATIENT.replace(b"</bpmn:process>", early.encode() + b"</bpmn:process>"))
    carry(city, case_id)
    assert city.waiting(case_id) == ["early", "late", "work"]
    city.work(after=timedelta(hours=2))
    assert city.waiting(case_id) == ["late", "remind", "work"]
    city.work(after=timedelta(hours=47))
    assert city.waiting(case_id) == ["remind"]
    city.sound(case_id)


def test_a_timer_that_is_gone_is_left_out_only_when_the_plan_says_so(city: City) -> None:
    case_id = city.start("patient")
    city.publish(
        patient=process("patient", start("work"), user("work", "end", candidate=ME), end(), extensions=STARTER)
    )
    with pytest.raises(CannotOperate):
        carry(city, case_id)
    carry(city, case_id, {"late": None})
    assert city.waiting(case_id) == ["work"]
    assert city.session.scalars(select(JobRow.state).where(JobRow.kind == "timer")).one() == "cancelled"
    city.sound(case_id)


def test_a_subprocess_is_carried_with_what_is_in_it(city: City) -> None:
    case_id = city.start("inside")
    task = the_task(city.session, case_id, "x").id
    city.publish(inside=inside("x", "z", "y", host="part"))
    carry(city, case_id, {"sub": "part"})
    assert the_task(city.session, case_id, "x").id == task
    for element in ("x", "z", "y"):
        done = city.do(case_id, element, "clerk@d1")
    assert done.case.state == "completed"
    city.sound(case_id)


def test_a_step_that_left_its_subprocess_is_refused(city: City) -> None:
    case_id = city.start("inside")
    city.publish(inside=process("inside", start("x"), user("x", "end", candidate=ME), end(), extensions=STARTER))
    with pytest.raises(CannotOperate) as told:
        carry(city, case_id)
    assert "子流程" in str(told.value.fields["why"])


def test_instances_keep_their_items_and_results(city: City) -> None:
    case_id = city.start("many", items=["x", "y"])
    city.do(case_id, "ask", "clerk@d1", answer=1)
    city.publish(many=many("question"))
    carry(city, case_id, {"ask": "question"})
    city.do(case_id, "question", "clerk@d1", answer=2)
    assert city.waiting(case_id) == ["read"]
    assert sorted(city.values(case_id)["answers"]) == [1, 2]
    city.sound(case_id)


def aside(host: str, *, wait: str = "PT5H") -> str:
    return (
        f'<bpmn:subProcess id="{host}" triggeredByEvent="true"><bpmn:startEvent id="{host}_at" isInterrupting="false">'
        f"{_WAIT.format(wait)}</bpmn:timerEventDefinition></bpmn:startEvent>{flow(f'{host}_at', f'{host}_watch')}"
        f"{user(f'{host}_watch', f'{host}_end', candidate=ME)}<bpmn:endEvent id='{host}_end'/></bpmn:subProcess>"
    )


def with_aside(*hosts: str) -> bytes:
    more = [aside(host) for host in hosts]
    return process("aside", start("a"), user("a", "end", candidate=ME), end(), *more, extensions=STARTER)


def test_an_event_subprocess_stays_armed_and_a_new_one_is(city: City) -> None:
    city.publish(aside=with_aside("one"))
    case_id, later = city.start("aside"), city.start("aside")
    city.work(after=timedelta(hours=6))
    fresh = city.start("aside")
    assert city.waiting(case_id) == ["a", "one_watch"]
    city.publish(aside=with_aside("one", "two"))
    for each_case in (case_id, fresh):
        carry(city, each_case)
    # What has occurred once is not armed again; what still waits keeps its moment; what is new is armed.
    assert city.waiting(case_id) == ["a", "one_watch", "two_at"]
    assert city.waiting(fresh) == ["a", "one_at", "two_at"]
    city.work(after=timedelta(hours=6))
    assert city.waiting(case_id) == ["a", "one_watch", "two_watch"]
    city.publish(aside=with_aside("two"))
    with pytest.raises(CannotOperate):
        carry(city, later)
    for each_case in (case_id, fresh, later):
        city.sound(each_case)


def test_a_dry_run_says_of_every_case_whether_it_can_and_changes_nothing(city: City) -> None:
    stays, goes = city.start("line"), city.start("line")
    city.do(goes, "a", "clerk@d1")
    heads = [city.case(each_case).head_seq for each_case in (stays, goes)]
    city.publish(line=line("alpha", "b"))
    root = city.operator.root_unit_id
    found = {
        each.case_id: each.why
        for each in dry_run(city.session, "line", newest(city, "line"), {}, root_unit_id=root, limit=100)
    }
    assert (found[goes], "办a" in found[stays]) == ("", True)
    assert heads == [city.case(each_case).head_seq for each_case in (stays, goes)]


def test_many_cases_are_carried_over_one_by_one_with_a_result_each(city: City) -> None:
    cases = [city.start("line") for _ in range(3)]
    for case_id in cases[1:]:
        city.do(case_id, "a", "clerk@d1")
    city.publish(line=line("alpha", "b"))
    batch = city.order(order_migration, "line", newest(city, "line"), {}, cases, reason="换新版")
    assert (read_batch(city.session, batch).waiting, read_batch(city.session, batch).total) == (3, 3)
    city.work()
    told = read_batch(city.session, batch)
    assert (told.done, told.refused, told.waiting) == (2, 1, 0)
    assert (told.results[0].case_id, "办a" in told.results[0].why) == (cases[0], True)
    assert city.last_event(cases[1])["who"]["id"] == "ops@city"
    for case_id in cases:
        city.sound(case_id)


def test_a_plan_names_every_step_that_needs_a_word(city: City) -> None:
    case_id = city.start("patient")
    old = bundle_of(city.session, city.case(case_id).pins).program
    city.publish(patient=process("patient", start("job"), user("job", "end", candidate=ME), end(), extensions=STARTER))
    changed = city.start("patient")
    new = bundle_of(city.session, city.case(changed).pins).program
    told = {
        each_line.element_id: (each_line.target, each_line.why is None) for each_line in plan(old, new, {"work": "job"})
    }
    assert told == {"work": ("job", True), "late": (None, False), "remind": (None, False)}


def test_who_may_and_what_is_refused(city: City) -> None:
    case_id = city.start("line")
    with pytest.raises(CannotOperate):
        carry(city, case_id)
    city.publish(line=line("a", "b", "c"))
    with pytest.raises(NotFound):
        carry(city, case_id, who="clerk@d1")
    city.session.rollback()
    with pytest.raises(NotFound):
        city.order(migrate_case, case_id, newest(city, "rounds"), {}, reason="别的流程")
    city.session.rollback()
    with pytest.raises(Invalid):
        city.order(migrate_case, case_id, newest(city, "line"), {}, reason="")
    city.session.rollback()
    assert replay(city.session, case_id).ok


def voted(*, last: str) -> bytes:
    rule = '<bpmn:activationCondition xsi:type="bpmn:tFormalExpression">activationCount >= 2</bpmn:activationCondition>'
    branches = [
        part for each_one in ("p", "q", last) for part in (flow("fork", each_one), user(each_one, "vote", candidate=ME))
    ]
    return process(
        "voted", start("fork"), '<bpmn:parallelGateway id="fork"/>', *branches,
        f'<bpmn:complexGateway id="vote">{rule}</bpmn:complexGateway>', flow("vote", "after"),
        user("after", "end", candidate=ME), end(), extensions=STARTER,
    )  # fmt: skip


def test_a_complex_gateway_between_its_phases_is_carried_over(city: City) -> None:
    city.publish(voted=voted(last="r"))
    case_id = city.start("voted")
    for element in ("p", "q"):
        city.do(case_id, element, "clerk@d1")
    assert city.waiting(case_id) == ["after", "r"]
    city.publish(voted=voted(last="s"))
    carry(city, case_id, {"r": "s"})
    for element in ("s", "after"):
        city.do(case_id, element, "clerk@d1")
    assert city.case(case_id).state == "completed"
    city.sound(case_id)


def asked(candidate: str, due: str = "") -> bytes:
    more = f'<qc:due value="{due}"/>' if due else ""
    return process("asked", start("a"), user("a", "b", candidate=candidate, more=more), user("b", "end", candidate=ME),
                   end(), extensions=STARTER)  # fmt: skip


LEAD = 'role="lead" unit="case.unit"'


def test_what_the_new_version_states_differently_is_decided_anew(city: City) -> None:
    city.publish(asked=asked(ME, "date and time(&quot;2026-12-01T18:00:00+08:00&quot;)"))
    case_id = city.start("asked")
    old = newest(city, "asked")
    city.publish(asked=asked(LEAD, "date and time(&quot;2026-12-09T18:00:00+08:00&quot;)"))
    programs = [program_of_version(city.session, "asked", one) for one in (old, newest(city, "asked"))]
    told = {line.element_id: line.renews for line in plan(*programs, {})}
    assert told == {"a": {"candidates", "due"}, "b": frozenset()}
    carry(city, case_id)
    task = the_task(city.session, case_id, "a")
    assert (task.due_at, task.sort_at) == ("2026-12-09T10:00:00.000000Z",) * 2
    assert parse(task.candidates) != ["clerk@d1"] and len(parse(task.candidates)) == 1
    free = city.session.scalars(select(TaskCandidateRow.candidate_id).where(TaskCandidateRow.task_id == task.id))
    assert list(free) == parse(task.candidates)
    (row,) = city.last_event(case_id)["renewed"]
    assert row["task"] == task.id and row["candidates"][0]["role"] == "lead"
    city.sound(case_id)
    city.publish(asked=asked(LEAD))
    carry(city, case_id)
    city.session.expire_all()
    task = the_task(city.session, case_id, "a")
    assert (task.due_at, task.sort_at[0]) == (None, "9") and parse(task.candidates) == row_ids(row)
    assert city.do(case_id, "a", "lead@d1").case.state == "running"
    city.sound(case_id)


def test_what_is_written_alike_stays_as_a_person_set_it(city: City) -> None:
    city.publish(asked=asked(ME))
    case_id = city.start("asked")
    task, due = the_task(city.session, case_id, "a").id, city.clock.now() + timedelta(days=3)
    city.order(set_due, task, due, reason="宽限")
    city.publish(asked=asked(ME).replace(b'name="a"', b'name="other"'))
    carry(city, case_id)
    city.session.expire_all()
    assert the_task(city.session, case_id, "a").due_at == iso(due)
    assert "renewed" not in city.last_event(case_id)


def test_people_the_new_version_cannot_name_keep_the_case_where_it_is(city: City) -> None:
    city.publish(asked=asked(ME))
    case_id = city.start("asked")
    city.publish(asked=asked('role="lead" unit="nowhere.at_all"'))
    (verdict,) = dry_run(
        city.session, "asked", newest(city, "asked"), {}, root_unit_id=city.case(case_id).root_unit_id, limit=10
    )
    assert verdict.why
    with pytest.raises(EvaluationFailed):
        carry(city, case_id)
    city.sound(case_id)


def row_ids(row: dict[str, Any]) -> list[str]:
    return [one.get("grant") or one["user"] for one in row["candidates"]]


def test_a_trial_says_of_every_case_whether_it_can_and_changes_nothing(city: City) -> None:
    stays, goes, over = [city.start("line") for _ in range(3)]
    for case_id in (goes, over):
        city.do(case_id, "a", "clerk@d1")
    city.publish(line=line("alpha", "b"))
    there = city.start("line")
    with writing(city.session):
        trial = order_trial(city.session, "line", newest(city, "line"), {}, actor=city.operator)
    city.do(over, "b", "clerk@d1")
    heads = {case_id: city.case(case_id).head_seq for case_id in (stays, goes, over, there)}
    assert read_batch(city.session, trial).waiting == 3
    city.work()
    told = read_batch(city.session, trial)
    why = {result.case_id: result.why for result in told.results}
    assert (told.done, told.refused, told.waiting, why[goes]) == (1, 2, 0, "")
    assert "办a" in why[stays] and "已经结束" in why[over] and there not in why
    assert able_of_trial(city.session, trial) == [goes]
    assert heads == {case_id: city.case(case_id).head_seq for case_id in heads}


def test_a_trial_is_for_who_may_carry_over_and_needs_a_case(city: City) -> None:
    city.start("line")
    city.publish(line=line("a", "b", "c"))
    with pytest.raises(NotFound):
        order_trial(city.session, "line", newest(city, "line"), {}, actor=city.actor("clerk@d1"))
    with pytest.raises(Invalid):
        order_trial(city.session, "rounds", newest(city, "rounds"), {}, actor=city.operator)
