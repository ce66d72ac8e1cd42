"""The game: what waits in a model of `happenings` after each thing that happens, by BPMN 2.0.2 clauses 10.5 and 13.5.

Written from the text, with running scopes instead of tokens in a tree; it shares no code and no idea with the engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.engine.spiff.happenings import Item, Scope, Standing, Trigger

Then = Callable[[], None]


class Level:
    """One running process, subprocess or handler; `flows`: how many tokens of its own it has."""

    def __init__(self, game: Game, scope: Scope, around: Level | None, host: Place | None, by: Standing | None) -> None:
        self.game, self.scope, self.around, self.host, self.by = game, scope, around, host, by
        self.alive, self.flows, self.handlers, self.armed = True, 1, 0, True
        self.cuts = 0

    def begin(self) -> None:
        for handler in self.scope.handlers:
            self.game.arm(handler, self, None)
        self.game.run(self.scope.items, self, self.last)

    def last(self) -> None:
        if self.scope.ending:
            self.game.places.append(Place(self, f"{self.scope.id}_t", self.ending))
        else:
            self.arrive()

    def ending(self) -> None:
        if self.scope.ending == "terminate" or not self.game.throw("error", self.scope.ending, self):
            self.empty()
            self.finish()

    def arrive(self) -> None:
        """A token comes to an end event."""
        self.flows -= 1
        self.check()

    def check(self) -> None:
        if not self.flows:
            self.armed = False
            if not self.handlers:
                self.finish()

    def finish(self) -> None:
        if not self.alive:
            return
        self.alive = False
        if self.by is not None and self.around is not None:
            self.around.handlers -= 1
            self.around.check()
        elif self.host is not None:
            self.host.leave()

    def empty(self) -> None:
        """Cancel all that is in it."""
        for place in self.game.places:
            if place.level is self:
                place.alive = False
        for level in self.game.levels:
            if level.around is self:
                level.alive = False
                level.empty()
        self.flows = self.handlers = 0
        self.armed = False

    def interrupt(self, by: Standing) -> None:
        self.empty()
        self.cuts += 1
        self.start(by)

    def start(self, by: Standing) -> None:
        assert by.scope is not None
        self.handlers += 1
        self.game.level(by.scope, self, None, by)


class Place:
    """Where a token stands: a task, a catch event, or a subprocess (`id` None: not seen from outside)."""

    def __init__(self, level: Level, id: str | None, then: Then, *, work: bool = False) -> None:
        self.level, self.id, self.then, self.work, self.alive = level, id, then, work, True

    def leave(self) -> None:
        self.alive = False
        self.then()


class Wait:
    """One event that waits: on a place, or for a level. pending: what has not come yet."""

    def __init__(self, id: str, pending: list[Trigger], standing: Standing | None, level: Level, place: Place | None):
        self.id, self.pending, self.standing, self.level, self.place = id, list(pending), standing, level, place
        self.told = False

    @property
    def alive(self) -> bool:
        if self.told or not self.level.alive:
            return False
        return self.level.armed if self.place is None else self.place.alive


class Game:
    def __init__(self, scope: Scope) -> None:
        self.levels: list[Level] = []
        self.places: list[Place] = []
        self.waits: list[Wait] = []
        self.moving: list[tuple[Level, int, Then]] = []
        self.top = self.level(scope, None, None, None)

    def level(self, scope: Scope, around: Level | None, host: Place | None, by: Standing | None) -> Level:
        made = Level(self, scope, around, host, by)
        self.levels.append(made)
        made.begin()
        return made

    def run(self, items: list[Item], level: Level, then: Then) -> None:
        if not items:
            then()
            return
        item = items[0]
        self.item(item, level, lambda: self.run(items[1:], level, then))

    def item(self, item: Item, level: Level, then: Then) -> None:
        if item.kind == "both":
            level.flows += len(item.branches) - 1
            arrived: list[int] = []

            def join() -> None:
                arrived.append(1)
                if len(arrived) == len(item.branches):
                    level.flows -= len(item.branches) - 1
                    then()

            for branch in item.branches:
                self.run(branch, level, join)
            return
        if item.kind == "up":
            self.places.append(Place(level, item.id, lambda: self.escalate(item, level, then)))
            return
        place = Place(level, item.id if item.kind in ("user", "work") else None, then, work=item.kind == "work")
        self.places.append(place)
        for boundary in item.boundaries:
            self.arm(boundary, level, place)
        if item.kind == "catch":
            for pending in [item.triggers] if item.all else [[trigger] for trigger in item.triggers]:
                self.waits.append(Wait(item.id, pending, None, level, place))
        elif item.kind == "sub":
            assert item.scope is not None
            self.level(item.scope, level, place, None)

    def escalate(self, item: Item, level: Level, then: Then) -> None:
        before = level.cuts
        self.throw("escalation", item.code, level)
        if level.alive and level.cuts == before:
            then()

    def arm(self, standing: Standing, level: Level, place: Place | None) -> None:
        for pending in [standing.triggers] if standing.all else [[trigger] for trigger in standing.triggers]:
            self.waits.append(Wait(standing.id, pending, standing, level, place))

    # ---- what happens ----

    def complete(self, id: str) -> None:
        next(place for place in self.places if place.alive and place.id == id).leave()

    def fail(self, id: str, code: str) -> bool:
        place = next(place for place in self.places if place.alive and place.id == id)
        return self.catch("error", code, [w for w in self.waits if w.place is place]) or self.throw(
            "error", code, place.level
        )

    def tell(self, trigger: Trigger) -> None:
        """Tell everybody who waits now; tokens move when all have been told."""
        for wait in [wait for wait in self.waits if wait.alive and trigger in wait.pending]:
            if wait.alive:
                wait.pending.remove(trigger)
                if not wait.pending:
                    self.occur(wait, trigger)
        moving, self.moving = self.moving, []
        for level, cuts, then in moving:
            if level.alive and level.cuts == cuts:
                then()

    def throw(self, kind: str, code: str, level: Level) -> bool:
        """Go outward from a level until somebody catches."""
        out_of: Standing | None = None
        at: Level | None = level
        while at is not None:
            mine = [w for w in self.waits if w.level is at and w.place is None and w.standing is not out_of]
            if self.catch(kind, code, mine):
                return True
            if at.host is not None and self.catch(kind, code, [w for w in self.waits if w.place is at.host]):
                return True
            out_of, at = at.by, at.around
        return False

    def catch(self, kind: str, code: str, waits: list[Wait]) -> bool:
        for name in (code, ""):
            for wait in waits:
                if wait.alive and wait.pending == [(kind, name)]:
                    self.occur(wait, (kind, name))
                    return True
        return False

    def occur(self, wait: Wait, trigger: Trigger) -> None:
        wait.told = True
        standing = wait.standing
        if standing is None:
            assert wait.place is not None
            wait.place.alive = False
            self.moving.append((wait.level, wait.level.cuts, wait.place.then))
            return
        if not standing.interrupting and (standing.all or trigger[0] != "timer"):
            again = standing.triggers if standing.all else [trigger]
            self.waits.append(Wait(wait.id, again, standing, wait.level, wait.place))
        if wait.place is None:
            if standing.interrupting:
                wait.level.interrupt(standing)
            else:
                wait.level.start(standing)
            return
        if standing.interrupting:
            wait.place.alive = False
            for level in self.levels:
                if level.host is wait.place and level.alive:
                    level.alive = False
                    level.empty()
        else:
            wait.level.flows += 1
        self.places.append(Place(wait.level, f"{standing.id}_t", wait.level.arrive))

    # ---- what is seen ----

    def waiting(self) -> Counter[str]:
        """Count the open tasks of each element: what people and workers do, messages and timers."""
        found = Counter(place.id for place in self.places if place.alive and place.id is not None)
        for wait in self.waits:
            if wait.alive:
                found.update({wait.id: sum(kind in ("message", "timer") for kind, _ in wait.pending)})
        return +Counter({name: count for name, count in found.items() if name is not None})

    def heard(self, trigger: Trigger) -> int:
        """Count who waits for a trigger."""
        return sum(wait.alive and trigger in wait.pending for wait in self.waits)
