"""The live window: small, the same for the same state, and as cheap late as early."""

from __future__ import annotations

import time
from statistics import median

import orjson
import pytest

from engine import spiff
from engine.errors import StepLimit
from tests.engine.diagrams.draw import (
    both,
    diagram,
    each,
    end,
    flow,
    flows,
    script,
    start,
    sub,
    user,
    xor,
)
from tests.engine.diagrams.drive import FACTS, NOW, Driver

LOOP = diagram(
    start(),
    script("i", "{n: 0}"),
    xor("m"),
    both("g"),
    user("a"),
    script("b", "{}"),
    both("j"),
    script("k", "{n: n + 1}"),
    xor("x", default="x_m"),
    end(),
    flows("s i m g a j k x m", "g b j"),
    flow("x", "e", "n >= 4000"),
)


def test_two_thousand_turns_of_a_loop_do_not_grow_the_window_nor_its_cost() -> None:
    case = Driver(LOOP, {"payload": "字" * 260})
    sizes, early, late = [], [], []
    for turn in range(2_000):
        task = case.task("a")
        began = time.process_time()
        live = spiff.load(case.program, case.blob, case.values, FACTS)
        outcome = spiff.complete(live, task.id, {"seen": turn}, case.ports)
        blob = spiff.dump(live)
        (early if turn < 300 else late).append(time.process_time() - began)
        case.blob, case.values, case.open = blob, outcome.values, list(outcome.opened)
        sizes.append(len(blob))
    assert case.values["n"] == 2_000
    assert max(sizes) <= 400
    assert sizes[-1] - sizes[10] <= 40  # Only digits of counters.
    assert median(late[-300:]) <= median(early) * 1.5


def test_the_window_holds_overlays_but_no_process_values() -> None:
    case = Driver(
        diagram(start(), user("a", each("places", "v", "r", "rs")), end(), flows("s a e")),
        {"places": ["v-one", "v-two"], "secret": "process-value"},
    )
    assert b"process-value" not in case.blob
    assert b"v-one" in case.blob
    case.complete("a", r="first-answer")
    assert b"first-answer" in case.blob
    case.complete("a", r="second")
    assert b"first-answer" not in case.blob


def test_a_window_loaded_by_another_parse_of_the_same_bytes_goes_on() -> None:
    case = Driver(LOOP)
    other = spiff.parse(LOOP, "again").processes["p"]
    live = spiff.load(other, case.blob, case.values, FACTS)
    assert spiff.complete(live, case.task("a").id, {}, case.ports).digest == case.complete("a").digest


def test_loading_does_not_write_into_the_values_it_was_given() -> None:
    case = Driver(LOOP)
    given = orjson.loads(orjson.dumps(case.values))
    live = spiff.load(case.program, case.blob, given, FACTS)
    spiff.complete(live, case.task("a").id, {"new": 1}, case.ports)
    assert given == case.values


def test_the_digest_tells_values_tokens_and_states_apart() -> None:
    content = diagram(start(), user("a"), user("b"), end(), flows("s a b e"))
    one, two = Driver(content, {"n": 1}), Driver(content, {"n": 2})
    digests = {one.outcome.digest, two.outcome.digest}
    digests.add(one.complete("a").digest)
    digests.add(one.cancel().digest)
    assert len(digests) == 4


def test_cancelling_closes_every_open_task() -> None:
    inside = sub("sub", start("s2"), user("b"), end("e2"), flows("s2 b e2"))
    case = Driver(diagram(start(), both("g"), user("a"), inside, end(), flows("s g a e", "g sub e")))
    outcome = case.cancel()
    assert (outcome.state, case.open) == ("cancelled", [])
    assert sorted(case.cancelled) == ["a", "b", "sub"]
    assert {c.state for c in outcome.closed} == {"cancelled"}


def test_an_endless_loop_of_the_engines_own_stops_with_an_element() -> None:
    content = diagram(start(), xor("m"), script("k", "{}"), flows("s m k m"))
    with pytest.raises(StepLimit) as stopped:
        Driver(content)
    assert stopped.value.fields["element_id"] in ("m", "k")


def test_five_thousand_tasks_in_sequence_parse_and_run() -> None:
    names = [f"t{n}" for n in range(5_000)]
    content = diagram(start(), *(script(n, "{}") for n in names), end(), flows(" ".join(["s", *names, "e"])))
    program = spiff.parse(content, "long").processes["p"]
    _, outcome = spiff.start(program, FACTS, {}, spiff.Ports(NOW))
    assert outcome.state == "completed"
    assert [s.element_id for s in outcome.path if s.what == "completed"] == ["s", *names, "e"]


def test_facts_title_number_and_readers_follow_the_values() -> None:
    ext = (
        '<qc:title value="matter + &quot;（&quot; + case.unit + &quot;）&quot;"/>'
        '<qc:fact name="funded" value="money > 0"/>'
        '<qc:number template="派〔{year}〕{seq:04d}" at="a"/><qc:starter role="clerk"/><qc:category value="派单"/>'
        '<qc:reader role="head" unit="owner"/><qc:reader role="audit"/>'
    )
    case = Driver(diagram(start(), user("a"), user("b"), end(), flows("s a b e"), ext=ext))
    assert (case.outcome.title, case.outcome.facts, case.outcome.number_at) == (None, {"funded": None}, [])
    assert case.outcome.readers == [{"role": "audit", "unit": None}]
    case.complete("a", matter="巡查", money=3, owner="v1")
    assert (case.outcome.title, case.outcome.facts) == ("巡查（unit-7）", {"funded": True})
    assert case.outcome.number_at == ["a"]
    assert case.outcome.readers == [{"role": "head", "unit": "v1"}, {"role": "audit", "unit": None}]
    assert (case.program.starters, case.program.category) == (["clerk"], "派单")
    assert case.program.number == {"template": "派〔{year}〕{seq:04d}", "at": "a", "scope": "unit"}


def test_a_definition_that_names_no_reader_restricts_nobody() -> None:
    assert Driver(LOOP).outcome.readers is None


def test_completing_one_of_six_hundred_instances_makes_only_the_tasks_it_moves() -> None:
    inner = sub("inner", start("s3"), user("k"), end("e3"), flows("s3 k e3"), inner=each("town", "v", "r", "rs"))
    outer = sub("outer", start("s2"), inner, end("e2"), flows("s2 inner e2"), inner=each("towns", "town", "rs", "all"))
    towns = [list(range(30)) for _ in range(20)]
    case = Driver(diagram(start(), outer, end(), flows("s outer e")), {"towns": towns})
    assert len(case.open) == 600
    task = case.open[333]
    live = case.load()
    outcome = spiff.complete(live, task.id, {"r": "done"}, case.ports)
    made = [inside for inside in live.workflow.subprocesses.kept() if type(inside) is not list]
    assert len(made) == 1
    assert [closed.task_id for closed in outcome.closed] == [task.id]
    again = spiff.load(case.program, spiff.dump(live), outcome.values, FACTS)
    assert spiff.digest(again) == outcome.digest


def test_completing_one_of_five_hundred_instances_leaves_the_others_as_they_were_kept() -> None:
    places = {"places": [f"v{n}" for n in range(500)]}
    case = Driver(diagram(start(), user("a", each("places", "v", "r", "rs")), end(), flows("s a e")), places)
    live = case.load()
    spiff.complete(live, case.open[250].id, {"r": 1}, case.ports)
    assert sum(type(task) is not list for task in live.workflow.tasks.kept()) == 2


def test_a_window_of_version_one_goes_on_as_one_of_today() -> None:
    inside = sub("sub", start("s2"), user("b", each("places", "v", "r", "rs")), end("e2"), flows("s2 b e2"))
    content = diagram(start(), both("g"), user("a"), inside, end(), flows("s g a e", "g sub e"))
    case, old = (Driver(content, {"places": ["v1", "v2"]}) for _ in range(2))
    for each_one in (case, old):
        each_one.complete("b", r="x")
    old.blob = (
        b'[1,10,4,{},0,[{"s":1,"g":1,"a":1,"sub":1},1,[[4,"a",1,16,"Hy1PhnQGWdjjyGzE","ff0a322f","g_a",3,1,0,"user"],'
        b'[5,"sub",1,32,"RotQURi6+51o0nEf",0,"g_sub",0,1]]],[5,0,"caTM/bl3bHQUBe2j","21c0b39b",0,'
        rb'"[{\"s2\":1,\"b\":2},6,[[8,\"b\",6,32,\"t4sZ4JuLnYntG5a9\",0,\"s2_b\",0,0,0,0,{\"n\":2,\"done\":1,'
        rb"\"out\":[[0,\"x\",null]]}],[10,\"b [child]\",8,16,\"GG41ihnSveP9E/I5\",\"21c0b39b\",0,4,2,0,\"user\","
        rb'{\"i\":1},{\"loopCounter\":2,\"v\":\"v2\"}]]]"]]'
    )
    for element_id in ("a", "b"):
        assert old.complete(element_id, r="y").digest == case.complete(element_id, r="y").digest
    assert (old.outcome.state, old.values) == ("completed", case.values)
