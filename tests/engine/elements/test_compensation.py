"""BPMN 2.0.2 clauses 10.7 and 13.5.5: what completed is undone, in reverse order, once, and only when it completed."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.diagrams.draw import (
    both,
    boundary,
    diagram,
    each,
    end,
    flow,
    flows,
    node,
    script,
    start,
    sub,
    times,
    user,
)
from tests.engine.diagrams.drive import Driver

UNDO = "<bpmn:compensateEventDefinition/>"
CANCEL = "<bpmn:cancelEventDefinition/>"


def undo(activity: str, *, waits: bool = True) -> str:
    more = "" if waits else ' waitForCompletion="false"'
    return f'<bpmn:compensateEventDefinition activityRef="{activity}"{more}/>'


def handled(host: str, by: str) -> str:
    """A compensation boundary event on `host` with its handler, a user task `by`."""
    return (
        boundary(f"b_{host}", host, UNDO)
        + user(by, isForCompensation="true")
        + f'<bpmn:association id="as_{host}" sourceRef="b_{host}" targetRef="{by}"/>'
    )


def handler(id: str, *parts: str) -> str:
    return sub(id, *parts).replace(f'id="{id}"', f'id="{id}" triggeredByEvent="true"', 1)


def throw(id: str, inner: str = UNDO) -> str:
    return node("intermediateThrowEvent", id, inner)


TWO = diagram(
    start(),
    user("a"),
    handled("a", "undo_a"),
    user("b"),
    handled("b", "undo_b"),
    throw("t"),
    user("c"),
    end(),
    flows("s a b t c e"),
)


def test_a_throw_undoes_all_that_completed_the_last_first_and_waits_for_it() -> None:
    case = Driver(TWO)
    case.complete("a")
    case.complete("b")
    assert case.waiting() == ["undo_b"]
    case.complete("undo_b")
    assert case.waiting() == ["undo_a"]
    case.complete("undo_a")
    assert (case.waiting(), case.path) == (["c"], ["s", "a", "b", "undo_b", "undo_a", "t"])
    assert case.complete("c").state == "completed"


def test_the_handler_is_not_part_of_the_normal_flow() -> None:
    case = Driver(diagram(start(), user("a"), handled("a", "undo_a"), end(), flows("s a e")))
    assert case.waiting() == ["a"]
    assert case.complete("a").state == "completed"
    assert spiff.check_bytes(TWO, "x").changes == []


def test_what_has_not_completed_is_not_undone() -> None:
    content = diagram(
        start(), both("g"), user("a"), handled("a", "undo_a"), user("b"), throw("t"), end(), flows("s g a e", "g b t e")
    )
    case = Driver(content)
    case.complete("b")
    assert (case.waiting(), case.path) == (["a"], ["s", "g", "b", "t", "e"])


def test_nothing_is_undone_twice() -> None:
    content = diagram(
        start(), user("a"), handled("a", "undo_a"), throw("t"), throw("t2"), user("c"), end(), flows("s a t t2 c e")
    )
    case = Driver(content)
    case.complete("a")
    case.complete("undo_a")
    assert (case.waiting(), case.path.count("undo_a")) == (["c"], 1)


def test_each_visit_of_a_loop_is_undone() -> None:
    content = diagram(
        start(),
        '<bpmn:exclusiveGateway id="m"/>',
        user("a"),
        handled("a", "undo_a"),
        '<bpmn:exclusiveGateway id="x" default="x_m"/>',
        end("e", UNDO),
        flows("s m a x m"),
        flow("x", "e", "ok"),
    )
    case = Driver(content)
    case.complete("a", ok=False)
    case.complete("a", ok=True)
    case.complete("undo_a")
    assert case.waiting() == ["undo_a"]
    assert case.complete("undo_a").state == "completed"


def test_a_throw_may_name_what_it_undoes_and_need_not_wait() -> None:
    parts = (
        start(),
        user("a"),
        handled("a", "undo_a"),
        user("b"),
        handled("b", "undo_b"),
        user("c"),
        end(),
        flows("s a b t c e"),
    )
    case = Driver(diagram(*parts, throw("t", undo("a"))))
    case.complete("a")
    case.complete("b")
    assert case.waiting() == ["undo_a"]
    hurried = Driver(diagram(*parts, throw("t", undo("a", waits=False))))
    hurried.complete("a")
    hurried.complete("b")
    assert sorted(hurried.waiting()) == ["c", "undo_a"]
    assert hurried.complete("c").state == "running"
    assert hurried.complete("undo_a").state == "completed"


def test_the_instances_of_a_list_are_undone_one_by_one_with_what_each_of_them_held() -> None:
    content = diagram(
        start(),
        user("a", each("places", "place")),
        handled("a", "undo_a"),
        end("e", UNDO),
        flows("s a e"),
    )
    case = Driver(content, {"places": ["v1", "v2"]})
    case.complete("a", room="r1")
    case.complete("a", room="r2")
    seen = []
    while case.open:
        task = case.task("undo_a")
        seen.append((task.locals["place"], task.locals["room"]))
        case.complete("undo_a", undone=task.locals["room"])
    assert seen == [("v2", "r2"), ("v1", "r1")]
    assert (case.outcome.state, case.values["undone"]) == ("completed", "r1")


def test_a_completed_subprocess_is_undone_by_undoing_what_is_in_it() -> None:
    inside = sub("sub", start("s2"), user("a"), handled("a", "undo_a"), user("b"), end("e2"), flows("s2 a b e2"))
    deep = sub("deep", start("s1"), inside, user("c"), handled("c", "undo_c"), end("e1"), flows("s1 sub c e1"))
    case = Driver(diagram(start(), deep, throw("t", undo("deep")), user("z"), end(), flows("s deep t z e")))
    for step in ("a", "b", "c", "undo_c", "undo_a"):
        assert case.waiting() == [step]
        case.complete(step)
    assert (case.waiting(), case.path[-3:]) == (["z"], ["undo_c", "undo_a", "t"])


def test_a_subprocess_with_a_handler_of_its_own_is_undone_by_that() -> None:
    inside = sub("sub", start("s2"), user("a"), handled("a", "undo_a"), end("e2"), flows("s2 a e2"))
    case = Driver(diagram(start(), inside, handled("sub", "undo_sub"), end("e", UNDO), flows("s sub e")))
    case.complete("a")
    assert case.waiting() == ["undo_sub"]
    assert case.complete("undo_sub").state == "completed"


def test_each_instance_of_a_subprocess_is_undone_with_its_own_values() -> None:
    inside = sub("sub", start("s2"), user("a"), handled("a", "undo_a"), end("e2"), flows("s2 a e2"), inner=times("2"))
    case = Driver(diagram(start(), inside, end("e", UNDO), flows("s sub e")))
    case.complete("a", room="r1")
    case.complete("a", room="r2")
    first = case.task("undo_a")
    assert first.locals == {"loopCounter": 2, "room": "r2"}
    case.complete("undo_a")
    second = case.task("undo_a")
    assert (second.locals["room"], second.id != first.id) == ("r1", True)
    assert case.complete("undo_a").state == "completed"


def test_what_is_inside_an_interrupted_subprocess_cannot_be_undone_any_more() -> None:
    inside = sub("sub", start("s2"), user("a"), handled("a", "undo_a"), user("b"), end("e2"), flows("s2 a b e2"))
    late = boundary("late", "sub", "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration>"
                    "</bpmn:timerEventDefinition>")  # fmt: skip
    case = Driver(diagram(start(), inside, late, end("e", UNDO), flows("s sub e", "late e")))
    case.complete("a")
    assert case.fire("late").state == "completed"


def test_a_cancelled_transaction_is_undone_before_its_cancel_event_is_taken() -> None:
    parts = (
        start("s2"),
        both("g"),
        user("a"),
        handled("a", "undo_a"),
        user("b"),
        user("c"),
        end("e2", CANCEL),
        end("e3"),
        flows("s2 g a b e2", "g c e3"),
    )
    inside = sub("sub", *parts, tag="transaction")
    content = diagram(
        start(), inside, boundary("x", "sub", CANCEL), user("after"), end(), flows("s sub e", "x after e")
    )
    case = Driver(content)
    case.complete("a")
    case.complete("b")
    assert (case.waiting(), case.cancelled) == (["undo_a"], ["c"])
    case.complete("undo_a")
    assert (case.waiting(), case.path[-3:]) == (["after"], ["undo_a", "e2", "x"])


def test_a_completed_transaction_is_undone_like_a_subprocess() -> None:
    inside = sub("sub", start("s2"), user("a"), handled("a", "undo_a"), end("e2"), flows("s2 a e2"), tag="transaction")
    case = Driver(diagram(start(), inside, end("e", UNDO), flows("s sub e")))
    case.complete("a")
    assert case.waiting() == ["undo_a"]
    assert case.complete("undo_a").state == "completed"


def test_scripts_undo_everything_in_one_step() -> None:
    def quick(host: str) -> str:
        by = script(f"u_{host}", f'{{done: append(done, "{host}")}}')
        return (
            script(host, "{}")
            + boundary(f"on_{host}", host, UNDO)
            + by.replace("<bpmn:scriptTask", '<bpmn:scriptTask isForCompensation="true"')
            + f'<bpmn:association id="t_{host}" sourceRef="on_{host}" targetRef="u_{host}"/>'
        )

    inside = sub("h", start("s2"), quick("b"), quick("c"), end("e2"), flows("s2 b c e2"))
    case = Driver(diagram(start(), quick("a"), inside, quick("d"), end("e", UNDO), flows("s a h d e")), {"done": []})
    assert (case.outcome.state, case.values) == ("completed", {"done": ["d", "c", "b", "a"]})


def test_a_handler_may_be_a_subprocess_or_a_script() -> None:
    undoing = sub("u", start("s3"), user("d"), end("e3"), flows("s3 d e3")).replace(
        'id="u"', 'id="u" isForCompensation="true"'
    )
    quick = script("q", "{q: 1}").replace('id="q"', 'id="q" isForCompensation="true"')
    ties = "".join(
        boundary(f"b{host}", host, UNDO) + f'<bpmn:association id="t{host}" sourceRef="b{host}" targetRef="{by}"/>'
        for host, by in (("a", "u"), ("b", "q"))
    )
    case = Driver(diagram(start(), user("a"), user("b"), undoing, quick, ties, end("e", UNDO), flows("s a b e")))
    case.complete("a")
    case.complete("b")
    assert (case.waiting(), case.values) == (["d"], {"q": 1})
    assert case.complete("d").state == "completed"


REFUSED = {
    "event tied to nothing": (diagram(start(), user("a"), boundary("b", "a", UNDO), end(), flows("s a e")), "b"),
    "handler in the flow": (diagram(start(), user("a"), handled("a", "u"), end(), flows("s a u e")), "u"),
    "flow out of the event": (diagram(start(), user("a"), handled("a", "u"), end(), flows("s a e", "b_a e")), "b_a"),
    "start of a process": (diagram(start("s", UNDO), end(), flows("s e")), "s"),
    "handler of a process": (
        diagram(start(), end(), handler("h", start("s3", UNDO), end("e3"), flows("s3 e3")), flows("s e")),
        "s3",
    ),
    "activity that is not there": (diagram(start(), throw("t", undo("zz")), end(), flows("s t e")), "t"),
    "activity of another level": (
        diagram(
            start(),
            sub("sub", start("s2"), user("a"), handled("a", "u"), end("e2"), flows("s2 a e2")),
            throw("t", undo("a")),
            end(),
            flows("s sub t e"),
        ),
        "t",
    ),
    "event on a handler": (
        diagram(
            start(),
            user("a"),
            handled("a", "u"),
            boundary("m", "u", "<bpmn:messageEventDefinition/>"),
            end(),
            flows("s a e", "m e"),
        ),
        "m",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    content, element = REFUSED[name]
    errors = spiff.check_bytes(content, "x").errors
    assert ("compensation", element) in [(e["code"], e["element_id"]) for e in errors], errors


def test_a_subprocess_may_say_itself_how_it_is_undone() -> None:
    undoing = handler("h", start("s3", UNDO), user("x"), throw("all"), user("y"), end("e3"), flows("s3 x all y e3"))
    inside = sub(
        "sub", start("s2"), user("a"), handled("a", "undo_a"), end("e2"), undoing, flows("s2 a e2"), inner=times("2")
    )
    case = Driver(diagram(start(), inside, end("e", UNDO), flows("s sub e")))
    case.complete("a", room="r1")
    case.complete("a", room="r2")
    for room in ("r2", "r1"):
        for step in ("x", "undo_a", "y"):
            assert (case.waiting(), case.task(step).locals["room"]) == ([step], room)
            case.complete(step)
    assert (case.outcome.state, case.path[-1]) == ("completed", "e")


def test_who_catches_an_error_in_a_subprocess_may_undo_what_completed_in_it() -> None:
    error = "<bpmn:errorEventDefinition/>"
    mend = handler("h", start("s3", error), throw("undoing"), user("told"), end("e3"), flows("s3 undoing told e3"))
    inside = sub(
        "sub", start("s2"), user("a"), handled("a", "undo_a"), user("b"), end("e2", error), mend, flows("s2 a b e2")
    )
    case = Driver(diagram(start(), inside, user("z"), end(), flows("s sub z e")))
    for step in ("a", "b", "undo_a", "told", "z"):
        assert case.waiting() == [step]
        case.complete(step)
    assert case.outcome.state == "completed"
