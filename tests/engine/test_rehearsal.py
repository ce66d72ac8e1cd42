"""A rehearsal leaves no trace, and a scenario says where it stopped going as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rehearsal import BadScenario, Play, Stage, read_scenario, run_scenario
from engine.rehearsal.running import BEGINS
from webapp.rehearsing import sample_stage

FILE = Path("bpmn/admission/scenarios/village-accepts.yaml")
COMPLAINT = """\
title: 投诉
process: complaint
by: village_clerk@town01-v01
steps:
  - do: write
    by: dispatcher@town01
    refused: not-found
  - do: write
    values: {kind: 绕过平台, summary: 要名单, what: 在群里发表格, accused: dept01}
  - expect:
      waiting: {handle: [reviewer@swd]}
      values: {accused: dept01}
  - clock: P8D
  - do: handle
    by: reviewer@swd
    values: {finding: 属实, text: 已收回}
expect:
  waiting: [read_answer]
"""


@pytest.fixture(scope="module")
def stage() -> Stage:
    return sample_stage("admission")


def test_steps_say_who_does_what_and_who_is_refused(stage: Stage) -> None:
    result = run_scenario(stage, read_scenario(COMPLAINT, "x.yaml"))
    assert (result.ok, result.why) == (True, "")
    assert result.coverage.of("complaint")["unreached"]


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("refused: not-found", "refused: task-gone", 5, "没有"),
        ("by: reviewer@swd", "by: dispatcher@town01", 14, "没有"),
        ("do: handle\n", "do: ruling\n", 14, "ruling"),
        ("handle: [reviewer@swd]", "handle: [lead@swd]", 11, "lead@swd"),
        ("accused: dept01}\n  - clock", "accused: dept02}\n  - clock", 12, "dept02"),
        ("waiting: [read_answer]", "waiting: [handle]", 18, "handle"),
        ("village_clerk@town01-v01", "village_clerk@nowhere", 2, "nowhere"),
    ],
)
def test_the_first_thing_that_goes_otherwise_is_told_by_its_line(
    stage: Stage, old: str, new: str, line: int, why: str
) -> None:
    result = run_scenario(stage, read_scenario(COMPLAINT.replace(old, new), "x.yaml"))
    assert (result.ok, result.line) == (False, line), result.why
    assert why in result.why


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- a", 1),
        ("process: p\nsteps:\n  - {}", 3),
        ("process: p\nsteps:\n  - do: a\n    clock: next", 3),
        ("process: p\nexpect:\n  never: []\n  whatever: 1", 2),
        ("process: p\nsteps: [", 2),
        ("process: p\nwho: me", 2),
        ("process: !!python/object/apply:os.system ['true']", 1),
        ("process: p\nclock: 2026-99-99", 1),
        pytest.param("process: p\nstart: " + "[" * 20_000, 1, id="deep"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BadScenario) as refused:
        read_scenario(text, "x.yaml")
    assert refused.value.fields["line"] == line


def test_two_plays_on_a_stage_know_nothing_of_each_other(stage: Stage) -> None:
    for _ in range(2):
        with stage.opened(BEGINS) as factory:
            play = Play(factory)
            play.begin("complaint", by="village_clerk@town01-v01")
            assert [turn.task.element_id for turn in play.turns()] == ["write"]
            assert len({done.case_id for done in play.events()}) == 1


def test_a_post_that_nobody_holds_is_marked_and_can_be_played(stage: Stage) -> None:
    with stage.opened(BEGINS) as factory:
        play = Play(factory)
        play.begin("complaint", by="village_clerk@town01")
        assert [turn.nobody for turn in play.turns()] == [True]
        play.do(play.turn("write"), {"kind": "绕过平台", "summary": "要名单", "what": "发表格", "accused": "dept01"})
        assert [turn.task.element_id for turn in play.turns()] == ["handle"]
