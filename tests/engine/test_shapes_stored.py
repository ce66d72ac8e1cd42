"""Compensation, ad-hoc subprocesses and complex gateways of stored cases: each step is an event, all is replayed."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import complete_task, start_case
from engine.clock import FixedClock
from engine.history.replay import replay
from engine.store.base import writing
from tests.build import an_organisation
from tests.engine.flows import end, flow, open_tasks, process, published, start, user

CLERK = 'role="clerk" unit="&quot;d1&quot;"'
STARTER = '<qc:starter role="clerk"/>'


def _undone(host: str, by: str) -> str:
    return (
        f'<bpmn:boundaryEvent id="b_{host}" attachedToRef="{host}"><bpmn:compensateEventDefinition/>'
        f'</bpmn:boundaryEvent><bpmn:association id="t_{host}" sourceRef="b_{host}" targetRef="{by}"/>'
        + user(by, None, candidate=CLERK).replace("<bpmn:userTask", '<bpmn:userTask isForCompensation="true"')
    )


UNDONE = process(
    "undone",
    start("book"),
    user("book", "pay", candidate=CLERK),
    _undone("book", "unbook"),
    user("pay", "back", candidate=CLERK),
    _undone("pay", "repay"),
    '<bpmn:intermediateThrowEvent id="back"><bpmn:compensateEventDefinition/></bpmn:intermediateThrowEvent>',
    flow("back", "end"),
    end(),
    extensions=STARTER,
)
CHOSEN = process(
    "chosen",
    start("open"),
    '<bpmn:adHocSubProcess id="open"><bpmn:completionCondition>enough</bpmn:completionCondition>',
    user("visit", None, candidate=CLERK),
    user("ask", None, candidate=CLERK),
    "</bpmn:adHocSubProcess>",
    flow("open", "end"),
    end(),
    extensions=STARTER,
)
TWO_OF_THREE = process(
    "two",
    start("fork"),
    '<bpmn:parallelGateway id="fork"/>',
    *(flow("fork", each) + user(each, "some", candidate=CLERK) for each in ("a", "b", "c")),
    '<bpmn:complexGateway id="some"><bpmn:activationCondition>activationCount = 2</bpmn:activationCondition>'
    "</bpmn:complexGateway>",
    flow("some", "end"),
    end(),
    extensions=STARTER,
)
WORK = {
    "undone": (["book", "pay", "repay", "unbook"], {}),
    "chosen": (["visit", "visit", "ask"], {"enough": False}),
    "two": (["c", "a", "b"], {}),
}


@pytest.mark.parametrize("name", WORK)
def test_it_runs_step_by_step_and_is_replayed(session: Session, clock: FixedClock, name: str) -> None:
    steps, values = WORK[name]
    with writing(session):
        people = an_organisation(session, clock)
        published(session, undone=UNDONE, chosen=CHOSEN, two=TWO_OF_THREE)
    clerk = people.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        case_id = start_case(session, name, actor=clerk).id
    state = ""
    for step in steps:
        given = dict.fromkeys(values, step == steps[-1])
        task_id = open_tasks(session, case_id)[step].id
        session.commit()
        with writing(session):
            state = complete_task(session, task_id, given, actor=clerk).case.state
    assert state == "completed"
    found = replay(session, case_id)
    assert (found.ok, found.events) == (True, len(steps) + 1)
