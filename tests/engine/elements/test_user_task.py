"""BPMN 2.0.2 clause 10.3.4.1: a user task waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest

from engine import spiff
from engine.errors import EvaluationFailed
from tests.engine.diagrams.draw import diagram, end, flows, node, start, user
from tests.engine.diagrams.drive import FACTS, Driver

FORM = (
    "<spiffworkflow:properties>"
    '<spiffworkflow:property name="formJsonSchemaFilename" value="ticket.schema.json"/>'
    '<spiffworkflow:property name="formUiSchemaFilename" value="ticket.ui.json"/>'
    '<spiffworkflow:property name="formView" value="draft"/>'
    '<spiffworkflow:property name="contextForm" value="ask.schema.json"/>'
    '<spiffworkflow:property name="phase" value="审核"/>'
    "</spiffworkflow:properties>"
)


def one(ext: str) -> bytes:
    return diagram(start(), user("a", ext=ext), end(), flows("s a e"))


def test_a_user_task_opens_and_takes_what_the_form_wrote() -> None:
    case = Driver(one('<qc:candidate role="clerk" unit="village"/>'), {"village": "v1"})
    assert case.task("a").candidates == [{"role": "clerk", "unit": "v1"}]
    outcome = case.complete("a", matter="巡查")
    assert (outcome.state, case.values, case.path) == (
        "completed",
        {"village": "v1", "matter": "巡查"},
        ["s", "a", "e"],
    )
    assert [(c.state) for c in outcome.closed] == ["completed"]


def test_form_view_phase_and_variable_come_from_the_extensions() -> None:
    case = Driver(one(FORM + "<spiffworkflow:variableName>ticket</spiffworkflow:variableName>"))
    task = case.task("a")
    assert task.form == {
        "schema": "ticket.schema.json",
        "ui": "ticket.ui.json",
        "view": "draft",
        "context": "ask.schema.json",
        "context_view": None,
    }
    assert (case.outcome.phase, task.variable, task.name, task.kind) == ("审核", "ticket", "a 名", "user")
    case.complete("a", x=1)
    assert case.values == {"ticket": {"x": 1}}


def test_candidates_may_be_the_starter_users_or_several_units() -> None:
    starter = Driver(one('<qc:candidate starter="true"/>'))
    users = Driver(one('<qc:candidate user="[&quot;u1&quot;, &quot;u2&quot;]"/>'))
    units = Driver(
        one('<qc:candidate role="clerk" unit="places"/><qc:candidate role="head"/>'), {"places": ["v1", "v2"]}
    )
    assert starter.task("a").candidates == [{"user": "u-start"}]
    assert users.task("a").candidates == [{"user": "u1"}, {"user": "u2"}]
    assert units.task("a").candidates == [
        {"role": "clerk", "unit": "v1"},
        {"role": "clerk", "unit": "v2"},
        {"role": "head", "unit": None},
    ]


@pytest.mark.parametrize("unit", ["missing", "null", "[]", "3"])
def test_a_candidate_that_names_nobody_is_an_incident(unit: str) -> None:
    with pytest.raises(EvaluationFailed) as failed:
        Driver(one(f'<qc:candidate role="clerk" unit="{unit}"/>'))
    assert failed.value.fields["element_id"] == "a"
    assert failed.value.fields["what"] == "candidate"
    assert failed.value.fields["text"] == unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("duration(&quot;P2D&quot;)", datetime(2026, 3, 4, 1, 0, tzinfo=UTC)),
        ("date(&quot;2026-03-05&quot;)", datetime(2026, 3, 5, 16, 0, tzinfo=UTC)),
        ("date and time(&quot;2026-03-05T09:00:00Z&quot;)", datetime(2026, 3, 5, 9, 0, tzinfo=UTC)),
        ("today() + duration(&quot;P1D&quot;)", datetime(2026, 3, 3, 16, 0, tzinfo=UTC)),
        ("duration(&quot;P1M&quot;)", datetime(2026, 4, 2, 1, 0, tzinfo=UTC)),
        ("null", None),
    ],
)
def test_a_due_is_a_day_a_moment_or_a_time_from_now(text: str, expected: datetime | None) -> None:
    assert Driver(one(f'<qc:due value="{text}"/>')).task("a").due_at == expected


def test_a_due_that_is_a_form_date_is_typed_by_the_schema() -> None:
    case = Driver(one('<qc:due value="by"/>'), {"by": "2026-03-09"}, types={"by": {"type": "string", "format": "date"}})
    assert case.task("a").due_at == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)


def test_values_set_on_completion_see_what_was_written() -> None:
    case = Driver(one('<qc:set name="total" value="amount * 2"/><qc:set name="twice" value="total * 2"/>'))
    case.complete("a", amount=21)
    assert case.values == {"amount": 21, "total": 42, "twice": 84}


def test_a_register_row_is_read_on_entering_and_recorded() -> None:
    rows = {("matters", "m1"): {"version": 3, "values": {"name": "护林防火"}}}
    ext = '<qc:lookup register="matters" key="matter" as="row"/><qc:candidate role="clerk" unit="row.name"/>'
    case = Driver(one(ext), {"matter": "m1"}, lookup=lambda register, key: rows.get((register, key)))
    assert case.outcome.lookups == [("matters", "m1", 3)]
    assert case.values["row"] == {"name": "护林防火"}
    assert case.task("a").candidates == [{"role": "clerk", "unit": "护林防火"}]


def test_a_missing_register_row_is_null() -> None:
    case = Driver(
        one('<qc:lookup register="matters" key="matter" as="row"/>'),
        {"matter": "m9"},
        lookup=lambda register, key: None,
    )
    assert (case.outcome.lookups, case.values["row"]) == ([("matters", "m9", None)], None)


def test_ids_of_tasks_are_the_same_in_every_run_and_differ_by_visit() -> None:
    content = diagram(start(), user("a"), node("exclusiveGateway", "x"), flows("s x a x"))
    first, second = Driver(content), Driver(content)
    ids = [first.task("a").id]
    assert second.task("a").id == ids[0]
    for _ in range(3):
        first.complete("a")
        ids.append(first.task("a").id)
    assert len(set(ids)) == 4


def test_the_id_of_a_task_is_a_uuid5_of_case_element_and_visit() -> None:
    case = Driver(one(""))
    assert case.task("a").id == str(uuid5(UUID(FACTS.id), "a:1"))


def test_a_task_that_is_not_open_cannot_be_completed() -> None:
    case = Driver(one(""))
    gone = case.task("a").id
    case.complete("a")
    for wrong in (gone, "no id at all"):
        with pytest.raises(spiff.NoSuchTask):
            case.step(lambda live, ports, wrong=wrong: spiff.complete(live, wrong, {}, ports))


def test_manual_service_send_and_receive_tasks_wait_too() -> None:
    tags = {
        "manualTask": "manual",
        "task": "manual",
        "serviceTask": "external",
        "sendTask": "external",
        "receiveTask": "external",
    }
    for tag, kind in tags.items():
        case = Driver(diagram(start(), node(tag, "a"), end(), flows("s a e")))
        assert case.task("a").kind == kind
        assert case.complete("a", answer=1).state == "completed"
        assert case.values == {"answer": 1}
