"""The net of a definition can do what its cases did, and not what they did not do."""

from __future__ import annotations

import io

import pytest
from sqlalchemy.orm import Session, sessionmaker

from engine import capabilities, library, run_in_memory, spiff
from engine.clock import FixedClock
from engine.commands import modify_case
from engine.history.nets import net_of
from engine.history.pnml import write_pnml
from engine.history.traces import as_one, traces
from engine.spiff.elements import ACTIVITIES, Program
from tests.engine.elements.every import DIAGRAMS
from tests.engine.flows import REQUEST
from tests.engine.history.test_traces import MANY, requested
from tests.engine.history.tokens import TokenGame
from tests.engine.operations.city import make_city

ROWS = [(row.element, row.variant) for row in capabilities() if row.state in ("runs", "runs with remark")]


def game_of(program: Program) -> TokenGame:
    out = io.BytesIO()
    write_pnml(net_of(program), out, name=program.name or program.id)
    return TokenGame(out.getvalue())


def labels_of(program: Program, path: list[str]) -> list[str]:
    """Tell a path as logs do: activities by name, those that are done several times side by side once, at the end."""
    elements = program.elements
    told = [each for each in path if each in elements and elements[each].type in ACTIVITIES]
    last = {each: place for place, each in enumerate(told)}
    return [
        elements[each].name or each
        for place, each in enumerate(told)
        if elements[each].loop is None or place == last[each]
    ]


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_a_net_can_do_what_the_engine_did(row: tuple[str, str]) -> None:
    content = DIAGRAMS[row]
    begins = 'startEvent id="x"' in content.decode() and "triggeredByEvent" not in content.decode()
    run = run_in_memory(content, answers={"x": {}}, at="x" if begins else None)
    program = next(each for each in spiff.parse(content, "x").processes.values() if set(run.path) & set(each.elements))
    game, labels = game_of(program), labels_of(program, run.path)
    if run.state == "completed":
        assert game.accepts(labels), run.path
    assert game.reaches(labels), run.path
    assert not game.reaches([*labels, "什么都不是"])


def test_honest_cases_fit_and_what_was_moved_by_hand_does_not(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock
) -> None:
    city = make_city(session, session_factory, clock, request=REQUEST, many=MANY)
    requested(city)
    several = city.start("many", people=[1, 2, 3])
    for step in ("read", "read", "read", "sign"):
        city.do(several, step, "clerk@d1")
    moved = city.start("request")
    city.order(modify_case, moved, [{"do": "start", "at": "before", "element": "review"}])
    city.do(moved, "review", "clerk@sw", verdict="return")
    city.session.commit()
    for trace in traces(city.session, city.people.units["city"].id):
        definition = library.current(city.session, "process", trace.definition)
        content = library.body(city.session, definition.id)
        game = game_of(spiff.parse(content, "x").processes[trace.definition])
        labels = [one.name for one in as_one(trace.activities) if one.ended == "completed"]
        assert (game.accepts if trace.state == "completed" else game.reaches)(labels) is trace.conforms
        assert trace.conforms is (trace.case_id != moved)
