"""A business rule task in a case: the pinned decision answers, and its event says why."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import library, replay, start_case
from engine.canonical import parse
from engine.clock import FixedClock
from engine.store.base import writing
from engine.store.cases import CaseWindowRow
from engine.store.events import EventRow, EventValueRow
from tests.build import SYSTEM, an_organisation
from tests.engine.dmn.draw import decision, given, model, table
from tests.engine.flows import end, flow, process, published, start, user

_ROUTE = model(
    given("amount", "number"),
    decision(
        "route",
        table(["amount: number"], [": string"], [["< 1000", '"village"'], [">= 1000", '"city"']]),
        needs=["i:amount"],
        type="string",
    ),
).replace(b'id="_route"', b'id="route"')
_RULED = process(
    "ruled",
    start("decide"),
    '<bpmn:businessRuleTask id="decide" name="decide"><bpmn:extensionElements>'
    "<spiffworkflow:calledDecisionId>route</spiffworkflow:calledDecisionId></bpmn:extensionElements>"
    "</bpmn:businessRuleTask>",
    flow("decide", "work"),
    user("work", "end", candidate='starter="true"'),
    end(),
    extensions='<qc:starter role="clerk"/>',
)


def test_a_case_keeps_the_answer_of_its_decision_and_why(session: Session, clock: FixedClock) -> None:
    with writing(session):
        city = an_organisation(session, clock)
        library.publish(session, "decision", "route", _ROUTE, actor=SYSTEM)
        published(session, ruled=_RULED)
    case = start_case(session, "ruled", actor=city.actor(session, "clerk@d1"), values={"amount": 1200})
    values = parse(session.get_one(CaseWindowRow, case.id).values_json)
    assert values == {"amount": 1200, "route": "city"}
    event = session.scalars(select(EventRow).where(EventRow.stream == f"case:{case.id}")).first()
    assert event is not None
    assert parse(event.body)["decisions"] == [["decide", "route"]]
    kept = session.scalars(select(EventValueRow).where(EventValueRow.pointer == "#decision/0")).one()
    answer = parse(kept.after)
    assert answer["value"] == "city"
    told = answer["told"]["decisions"][0]
    assert (told["name"], told["inputs"], told["output"]) == ("route", {"amount": 1200}, "city")
    (tried,) = told["tables"]
    assert tried["matched"] == [2]
    assert tried["nearest"] == {
        "rule": 1,
        "id": "tr1",
        "failed": [{"column": 1, "input": "amount", "cell": "< 1000", "value": 1200}],
    }
    assert replay(session, case.id).ok
