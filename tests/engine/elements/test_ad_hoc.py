"""BPMN 2.0.2 clauses 10.3.5 and 13.3.5: ad-hoc subprocesses, whose steps people do in the order they choose."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.diagrams.draw import diagram, end, flows, node, script, start, sub, times, user
from tests.engine.diagrams.drive import Driver


def ad_hoc(*parts: str, condition: str = "", **attrs: str) -> bytes:
    given = "".join(f' {name}="{value}"' for name, value in attrs.items())
    more = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    inside = sub("h", *parts, inner=more, tag="adHocSubProcess").replace('id="h"', f'id="h"{given}', 1)
    return diagram(start(), inside, user("z"), end(), flows("s h z e"))


def test_every_free_step_is_open_and_it_ends_when_each_has_been_done() -> None:
    case = Driver(ad_hoc(user("a"), user("b"), user("c"), flows("b c")))
    assert case.waiting() == ["a", "b"]
    case.complete("b")
    assert case.waiting() == ["a", "c"]
    case.complete("c")
    case.complete("a")
    assert (case.waiting(), case.path) == (["z"], ["s", "b", "c", "a", "h"])


def test_with_a_condition_what_was_done_opens_again_until_it_holds_and_the_rest_is_cancelled() -> None:
    case = Driver(ad_hoc(user("a"), user("b"), condition="n &gt; 1"))
    first = case.task("a").id
    case.complete("a", n=1)
    assert sorted(case.waiting()) == ["a", "b"]
    assert case.task("a").id != first
    case.complete("a", n=2)
    assert (case.waiting(), case.cancelled) == (["z"], ["b"])


def test_what_is_open_may_be_finished_when_the_rest_is_not_to_be_cancelled() -> None:
    content = ad_hoc(
        user("a"), user("b"), user("c"), flows("b c"), condition="n &gt; 1", cancelRemainingInstances="false"
    )
    case = Driver(content)
    case.complete("a", n=2)
    assert case.waiting() == ["b"]
    case.complete("b")
    assert (case.waiting(), case.path) == (["z"], ["s", "a", "b", "h"])


def test_a_condition_that_is_null_does_not_hold() -> None:
    case = Driver(ad_hoc(user("a"), script("i", "{m: 1}"), condition="if n = 2 then null else false"), {"n": 2})
    assert case.waiting() == ["a"]
    case.complete("a")
    assert case.waiting() == ["a"]


def test_steps_in_turn_are_offered_together_and_one_ends_it() -> None:
    case = Driver(ad_hoc(user("a"), user("b"), condition="n = 1", ordering="Sequential"))
    assert case.waiting() == ["a", "b"]
    case.complete("b", n=1)
    assert case.waiting() == ["z"]


def test_a_step_may_be_a_subprocess_or_run_several_times() -> None:
    inside = sub("x", start("s2"), user("d"), end("e2"), flows("s2 d e2"))
    case = Driver(ad_hoc(user("a", times("2")), inside))
    assert case.waiting() == ["a", "a", "d"]
    for step in ("a", "d", "a"):
        case.complete(step)
    assert case.waiting() == ["z"]


def test_an_empty_one_is_over_at_once() -> None:
    assert Driver(ad_hoc()).waiting() == ["z"]


REFUSED = {
    "start event": ((start("s2"), user("a"), flows("s2 a")), {}, "s2"),
    "gateway nothing leads to": (('<bpmn:exclusiveGateway id="x"/>', user("a"), flows("x a")), {}, "x"),
    "call in turn": ((user("a"), node("callActivity", "c", calledElement="p")), {"ordering": "Sequential"}, "c"),
    "list in turn": ((user("a", times("2")),), {"ordering": "Sequential"}, "a"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    parts, attrs, element = REFUSED[name]
    errors = spiff.check_bytes(ad_hoc(*parts, **attrs), "x").errors
    assert ("ad-hoc", element) in [(e["code"], e["element_id"]) for e in errors], errors
