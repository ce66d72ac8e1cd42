"""Run a scenario on a stage and say how far it went as it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import registers
from engine.canonical import canonical
from engine.clock import LOCAL_ZONE
from engine.errors import QingcheError
from engine.rehearsal.coverage import Coverage, coverage_of
from engine.rehearsal.play import NoTurn, Play, Turn
from engine.rehearsal.scenario import BadScenario, Scenario
from engine.rehearsal.stage import Stage
from engine.rehearsal.steps import perform
from engine.store.base import Session, writing

BEGINS = datetime(2026, 11, 2, 9, 0, tzinfo=LOCAL_ZONE)
_MOST_STEPS = 300


class Unmet(Exception):
    """What came is not what the scenario says: where in the document, and why."""

    def __init__(self, why: str, *place: str | int) -> None:
        super().__init__(why)
        self.why, self.place = why, place


@dataclass
class Result:
    """How a scenario went: ok, or the first thing that did not go as written, with its line; and what it reached."""

    name: str
    title: str
    ok: bool = True
    line: int | None = None
    why: str = ""
    path: list[str] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)


def run_scenario(stage: Stage, scenario: Scenario) -> Result:
    """Run a scenario in a database of its own; never raises for what the scenario or the process says."""
    result = Result(scenario.name, scenario.title)
    with stage.opened(_begins(scenario)) as factory:
        play = Play(factory)
        try:
            _Run(play, scenario).go()
        except Unmet as why:
            result.ok, result.why, result.line = False, why.why, scenario.line(*why.place)
        if play.root_id:
            result.path = play.path()
            result.coverage = coverage_of(play.programs(), play.events())
    return result


class _Run:
    def __init__(self, play: Play, scenario: Scenario) -> None:
        self.play, self.scenario, self.told = play, scenario, scenario.told
        given: Mapping[str, Any] = self.told.get("answers", {})
        self.answers = {key: list(one) if isinstance(one, list) else [one] for key, one in given.items()}
        self.timers = list(self.told.get("timers", []))

    def go(self) -> None:
        self._try(self._begin, "process")
        for place, step in enumerate(self.told.get("steps", [])):
            self._step(step, place)
        for _ in range(_MOST_STEPS):
            if not self._try(self._rest, "answers"):
                break
        self._expect(self.told.get("expect", {}), "expect")

    def _begin(self) -> None:
        with self.play.factory() as session, writing(session):
            self._lay_rows(session)
        by, unit = self.told.get("by"), self.told.get("unit")
        if by is None and unit is None:
            first = self.play.starters(self.scenario.process)
            by = first[0].key if first else None
        self.play.begin(self.scenario.process, by=by, unit=unit, values=self.told.get("start"))

    def _lay_rows(self, session: Session) -> None:
        for register, rows in self.told.get("registers", {}).items():
            found = [dict(self.play.with_ids(values)) for values in rows.values()]
            column = registers.columns(session, register)["key"]
            for key, values in zip(rows, found, strict=True):
                values.setdefault(column, key)
            registers.put_rows(session, register, found, actor=self.play.machine, note=self.scenario.title)

    def _step(self, step: Mapping[str, Any], place: int) -> None:
        if "expect" in step:
            self._expect(step["expect"], "steps", place, "expect")
            return
        wanted = step.get("refused")
        try:
            perform(self.play, step)
        except QingcheError as why:
            if why.code != wanted:
                raise Unmet(self._told_of(why), "steps", place) from why
            return
        if wanted:
            raise Unmet(f"本应拒绝（{wanted}），却办成了", "steps", place, "refused")

    def _rest(self) -> bool:
        """Do one thing that has an answer; false when nothing has."""
        away = self._left_alone()
        for turn in self.play.turns():
            if turn.case.id not in away and self.answers.get(turn.task.element_id):
                self.play.do(turn, self._answer(turn))
                return True
        due = self.play.next_due
        if due is not None and due[1] in self.timers:
            self.timers.remove(due[1])
            self.play.move(due[0])
            return True
        return False

    def _answer(self, turn: Turn) -> dict[str, Any]:
        given = self.answers[turn.task.element_id]
        used_up = len(given) > 1 or turn.task.element_id in self.told.get("once", [])
        return dict(given.pop(0) if used_up else given[0])

    def _left_alone(self) -> set[str]:
        stop = set(self.told.get("stop", []))
        return {case_id for case_id, element in self.play.called_by().items() if element in stop} if stop else set()

    def _try(self, act: Any, *place: str | int) -> Any:
        try:
            return act()
        except QingcheError as why:
            raise Unmet(self._told_of(why), *place) from why

    def _told_of(self, why: QingcheError) -> str:
        said = why.message("zh")
        if isinstance(why, NoTurn):
            said += f"；在等：{'、'.join(t.task.element_id for t in self.play.turns()) or '没有'}"
        return said

    # ---- what must have come of it ----------------------------------------------------------------

    def _expect(self, expected: Mapping[str, Any], *place: str | int) -> None:
        if not expected:
            return
        case, values = self.play.case()
        facts = self.play.with_codes(case.facts)
        for stopped in self.play.stopped():
            raise Unmet(f"停下了：{stopped['message']}", *place)
        self._same(expected, "state", case.state, *place)
        self._same(expected, "title", case.title, *place)
        self._same(expected, "readers", self._readers(case.readers), *place)
        for key, found in (("values", values), ("facts", facts)):
            for name, wanted in expected.get(key, {}).items():
                if canonical(found.get(name)) != canonical(wanted):
                    raise Unmet(f"{name} 应是 {_plain(wanted)}，现在是 {_plain(found.get(name))}", *place, key, name)
        self._path(expected, self.play.path(), *place)
        if "phases" in expected:
            came = self._phases()[: len(expected["phases"])]
            self._same(expected, "phases", came, *place)
        if "waiting" in expected:
            self._waiting(expected["waiting"], *place, "waiting")

    def _same(self, expected: Mapping[str, Any], key: str, found: Any, *place: str | int) -> None:
        if key in expected and expected[key] != found:
            more = f"；在等：{'、'.join(self.play.waiting()) or '没有'}" if key == "state" else ""
            raise Unmet(f"{key} 应是 {_plain(expected[key])}，现在是 {_plain(found)}{more}", *place, key)

    def _path(self, expected: Mapping[str, Any], path: list[str], *place: str | int) -> None:
        at = 0
        for element in expected.get("in_order", []):
            if element not in path[at:]:
                raise Unmet(f"没有走到“{element}”，走过：{' › '.join(path)}", *place, "in_order")
            at = path.index(element, at) + 1
        for element in expected.get("never", []):
            if element in path:
                raise Unmet(f"不应走到“{element}”", *place, "never")
        for element, times in expected.get("times", {}).items():
            if path.count(element) != times:
                raise Unmet(f"“{element}”应办 {times} 次，办了 {path.count(element)} 次", *place, "times", element)

    def _waiting(self, expected: Any, *place: str | int) -> None:
        if isinstance(expected, list):
            if sorted(self.play.waiting()) != sorted(expected):
                raise Unmet(f"应在等 {_plain(expected)}，现在等 {_plain(self.play.waiting())}", *place)
            return
        for element, who in expected.items():
            found = {post.key for turn in self.play.turns() if turn.task.element_id == element for post in turn.posts}
            if found != set(who):
                raise Unmet(
                    f"“{element}”应由 {_plain(sorted(who))} 办，现在是 {_plain(sorted(found))}", *place, element
                )

    def _readers(self, readers: Any) -> Any:
        if readers is None:
            return None
        return [{"role": each["role"], "unit": self.play.codes.get(each["unit_id"])} for each in readers]

    def _phases(self) -> list[str]:
        found: list[str] = []
        for done in self.play.events():
            phase = done.body.get("phase") if done.case_id == self.play.root_id else None
            if phase and (not found or found[-1] != phase):
                found.append(phase)
        return found


def _plain(value: Any) -> str:
    """Write a value for people: names in a row, anything else as JSON; nothing as 空."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "、".join(value) or "空"
    return "空" if value is None else value if isinstance(value, str) else canonical(value)


def _begins(scenario: Scenario) -> datetime:
    told = scenario.told.get("clock")
    if told is None:
        return BEGINS
    try:
        at = told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
    except ValueError as why:
        raise BadScenario(name=scenario.name, line=scenario.line("clock"), why="时间没有看懂") from why
    return at if at.tzinfo else at.replace(tzinfo=LOCAL_ZONE)
