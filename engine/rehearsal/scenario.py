"""Scenarios as files (YAML): who does what with which values, and what must come of it.

title, process            what is tried, by process id
by, unit                  who begins it (role@unit code) and for which unit; without `by` the machine begins it
start                     the values it begins with
clock                     when it begins (ISO); default 2026-11-02T09:00+08:00
registers                 rows laid over those there are: {register: {key: values}}
steps                     in order, each one of
  do: ELEMENT             by: role@unit, in: unit of the case, values, refused: code it must be refused with
  clock: next|TIME|P3D    go to what is due next, to a moment, or on by a duration
  message: NAME           key, values
  answer: ELEMENT         status, headers, body: what a service call is answered
  expect: {...}           as below, at this point
answers, once, timers, stop
                          after the steps everything is done that has an answer, by whoever may: answers by
                          element (a list is used up but for its last; those under `once` altogether), timers that
                          are waited for, call activities whose cases are left alone
expect                    state, waiting (elements; or {element: [role@unit]}), in_order, never, times, values,
                          facts, phases, title, readers
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from engine.errors import Invalid

_KNOWN = frozenset({
    "title", "process", "by", "unit", "start", "clock", "registers", "steps", "answers", "once", "timers", "stop",
    "expect",
})  # fmt: skip
_STEPS = {
    "do": frozenset({"do", "by", "in", "values", "refused"}),
    "clock": frozenset({"clock"}),
    "message": frozenset({"message", "key", "values"}),
    "answer": frozenset({"answer", "status", "headers", "body"}),
    "expect": frozenset({"expect"}),
}
_EXPECTED = frozenset(
    ["state", "waiting", "in_order", "never", "times", "values", "facts", "phases", "title", "readers"]
)


class BadScenario(Invalid):
    """fields: name (file), line, why."""

    code = "bad-scenario"
    zh = "走法“{name}”第 {line} 行：{why}"
    en = "Scenario {name}, line {line}: {why}"


@dataclass(frozen=True)
class Scenario:
    """One scenario as written; lines: path into the document (("steps", 2), …) -> line in the file, from 1."""

    name: str
    told: Mapping[str, Any]
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.told.get("title") or self.name)

    @property
    def process(self) -> str:
        return str(self.told["process"])

    def line(self, *place: str | int) -> int:
        """Return the line of a part, or of the nearest part around it that has one."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_scenario(text: str, name: str) -> Scenario:
    """Read a scenario file; raises BadScenario with the line."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        told = yaml.safe_load(text)
    except yaml.MarkedYAMLError as why:
        mark = why.problem_mark
        raise BadScenario(name=name, line=mark.line + 1 if mark else 1, why=why.problem or "YAML") from why
    except (yaml.YAMLError, ValueError, RecursionError) as why:
        raise BadScenario(name=name, line=1, why="YAML") from why
    lines: dict[tuple[str | int, ...], int] = {}
    _note_lines(node, (), lines)
    scenario = Scenario(name, told if isinstance(told, dict) else {}, lines)
    _check(scenario)
    return scenario


def write_scenario(told: Mapping[str, Any]) -> str:
    """Write a scenario as YAML, in the order of its members."""
    return yaml.safe_dump(dict(told), allow_unicode=True, sort_keys=False, width=110)


def _check(scenario: Scenario) -> None:
    told = scenario.told

    def refuse(why: str, *place: str | int) -> None:
        raise BadScenario(name=scenario.name, line=scenario.line(*place), why=why)

    if not isinstance(told.get("process"), str):
        refuse("没有写 process")
    for key in told.keys() - _KNOWN:
        refuse(f"没有“{key}”这一项", str(key))
    for key, kind in (("steps", list), ("expect", dict), ("answers", dict), ("registers", dict), ("start", dict)):
        if not isinstance(told.get(key, kind()), kind):
            refuse(f"“{key}”写得不对", key)
    for key in told.get("expect", {}).keys() - _EXPECTED:
        refuse(f"expect 里没有“{key}”", "expect")
    for place, step in enumerate(told.get("steps", [])):
        kinds = [kind for kind in _STEPS if isinstance(step, dict) and kind in step]
        if len(kinds) != 1:
            refuse(f"一步要写 {'、'.join(_STEPS)} 中的一样", "steps", place)
        for key in step.keys() - _STEPS[kinds[0]]:
            refuse(f"这一步没有“{key}”", "steps", place)
        if kinds[0] == "expect" and not (isinstance(step["expect"], dict) and step["expect"].keys() <= _EXPECTED):
            refuse("expect 写得不对", "steps", place)


def _note_lines(node: Any, place: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> None:
    if node is None:
        return
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode) and len(place) < 4:
        for key, value in node.value:
            own = (*place, str(key.value))
            lines[own] = key.start_mark.line + 1
            _note_lines(value, own, lines)
    elif isinstance(node, yaml.SequenceNode) and len(place) < 4:
        for index, value in enumerate(node.value):
            _note_lines(value, (*place, index), lines)
