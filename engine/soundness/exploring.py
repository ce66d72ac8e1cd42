"""All states a net can reach, and what they tell: joins that wait for ever, second tokens, what never comes.

A state is the sorted tuple of the places with a token. What waits at a join for ever is read off the graph of states:
no state that can still be reached is without it. A search that gives up says so, and then only tells what it has seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.soundness.net import DONE, SINK, Alternative, Net

MAX_STATES = 3_000
_MOST = 4  # More tokens in one place are not followed.

State = tuple[int, ...]


@dataclass(slots=True)
class Verdict:
    """What was found on one level; element ids.

    never: joins that get a token and never all they need; waits: joins that may wait for ever, but need not;
    twice: where flows meet and a second token came while the first was still there; reached: where a token came;
    circling: where tokens go round without a way to the end; outcomes: how the level may end; hangs: it may never end;
    decided: all states were seen.
    """

    never: set[str] = field(default_factory=set)
    waits: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    circling: set[str] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=set)
    hangs: bool = False
    decided: bool = True


def explore(net: Net) -> Verdict:
    """Visit the states of a net and judge them."""
    return _Search(net).run()


class _Search:
    def __init__(self, net: Net) -> None:
        self.net = net
        self.verdict = Verdict()
        self.target = {e: edge.target for e, edge in net.edges.items()}
        self.joins = [n for n, node in net.nodes.items() if node.join != "any" and len(node.ins) > 1]
        self.bit = {n: 1 << at for at, n in enumerate(self.joins)}
        self.open_bit = 1 << len(self.joins)
        self.all_bits = (self.open_bit << 1) - 1
        top = max(net.edges, default=-1) + 1
        self.hung = {n: top + at for at, n in enumerate(net.nodes)}
        self.served = {e: top + len(net.nodes) + at for at, e in enumerate(net.edges)}
        self.hung_at = {place: n for n, place in self.hung.items()}
        self.served_by = {place: e for e, place in self.served.items()}
        self.above = {
            e: self._upstream(n, e) for n in self.joins if net.nodes[n].join != "all" for e in net.nodes[n].ins
        }
        self.rank = self._ranks()
        self.fired: set[int] = set()
        self.used: set[int] = set()

    def run(self) -> Verdict:
        first = [tuple(sorted(begin)) for begin in self.net.begins]
        self.used.update(e for begin in self.net.begins for e in begin)
        index: dict[State, int] = {}
        states: list[State] = []
        follow: list[list[int]] = []
        free: set[int] = set()

        def number(state: State) -> int:
            known = index.get(state)
            if known is None:
                known = index[state] = len(states)
                states.append(state)
                follow.append([])
            return known

        for begin in first:
            number(tuple(e for e in begin if self.target[e] != SINK))
        at = 0
        while at < len(states):
            state = states[at]
            if self._note(state):
                free.add(at)
                self.verdict.decided = False
            elif at >= MAX_STATES:
                free.update(range(at, len(states)))
                self.verdict.decided = False
                break
            else:
                follow[at] = [number(after) for after in self._after(state)]
            at += 1
        self._judge(states, follow, free)
        return self.verdict

    # ---- states ------------------------------------------------------------------------------

    def _note(self, state: State) -> bool:
        """Note second tokens; True when there are too many to go on from here."""
        if len(state) < 2:
            return False
        seen: dict[int | str, int] = {}
        for place in state:
            target = self.target.get(place)
            if target is not None:
                node = self.net.nodes[target]
                spot: int | str = place if node.join != "any" else node.gate
                seen[spot] = seen.get(spot, 0) + 1
                if seen[spot] == 2 and node.merges:
                    self.verdict.twice.add(node.gate)
        return max(seen.values(), default=0) > _MOST

    def _after(self, state: State) -> list[State]:
        """List the states that follow. A join that has what it needs acts at once, as in the engine."""
        waiting: dict[int, list[int]] = {}
        moving: list[int] = []
        for place in dict.fromkeys(state):
            target = self.target.get(place)
            if target is None:
                owner = self.served_by.get(place)
                if owner is not None:
                    waiting.setdefault(self.target[owner], [])
            elif target in self.bit:
                waiting.setdefault(target, []).append(place)
            else:
                moving.append(place)
        urgent = [after for join, places in waiting.items() for after in self._joined(state, join, places)]
        if urgent:
            return urgent
        found = [after for join, places in waiting.items() for after in self._begun(state, join, places)]
        if self.rank and moving:
            lowest = min(moving, key=lambda place: self.rank[self.target[place]])
            if self.rank[self.target[lowest]] < len(self.net.nodes):
                moving = [lowest]
        for place in moving:
            number = self.target[place]
            node = self.net.nodes[number]
            self.fired.add(number)
            rest = _without(state, (place,))
            found.extend(self._put(rest, way) for way in node.alternatives)
            if node.hangs:
                found.append(tuple(sorted((*rest, self.hung[number]))))
        return found

    def _joined(self, state: State, join: int, places: list[int]) -> list[State]:
        """Let a join act that must: all flows are there, or nothing else can come."""
        node = self.net.nodes[join]
        if node.join == "all":
            if len(places) < len(node.ins):
                return []
            self.fired.add(join)
            return [self._put(_without(state, tuple(node.ins)), way) for way in node.alternatives]
        served = [e for e in node.ins if self.served[e] in state]
        if node.join == "complex" and not served:
            return []
        if self._expected(state, join, {*places, *served}):
            return []
        self.fired.add(join)
        late = tuple(place for place in places if place not in served)
        taken = _without(state, (*late, *(self.served[e] for e in served)))
        return [self._put(taken, way) for way in (node.late if node.join == "complex" else node.alternatives)]

    def _begun(self, state: State, join: int, places: list[int]) -> list[State]:
        """Let a complex gateway act by its condition, with whatever has come."""
        node = self.net.nodes[join]
        if node.join != "complex" or any(self.served[e] in state for e in node.ins):
            return []
        self.fired.add(join)
        rest = tuple(sorted((*_without(state, tuple(places)), *(self.served[e] for e in places))))
        return [self._put(rest, way) for way in node.alternatives]

    def _put(self, rest: State, way: Alternative) -> State:
        self.used.update(way.edges)
        if way.ends is not None:
            self.verdict.outcomes.add(way.ends)
            return ()
        after = tuple(sorted((*rest, *(e for e in way.edges if self.target[e] != SINK))))
        if not after:
            self.verdict.outcomes.add(DONE)
        return after

    def _expected(self, state: State, join: int, having: set[int]) -> bool:
        full: set[int] = set()
        empty: set[int] = set()
        for e in self.net.nodes[join].ins:
            (full if e in having else empty).update(self.above[e])
        for place in state:
            number = self.target.get(place, self.hung_at.get(place))
            if number is not None and number != join and number in empty and number not in full:
                return True
        return False

    def _upstream(self, join: int, edge: int) -> frozenset[int]:
        """The nodes from which a token may come on this edge without passing the join."""
        seen: set[int] = set()
        source = self.net.edges[edge].source
        todo = [] if source is None else [source]
        while todo:
            number = todo.pop()
            if number == join or number in seen:
                continue
            seen.add(number)
            todo.extend(s for e in self.net.nodes[number].ins if (s := self.net.edges[e].source) is not None)
        return frozenset(seen)

    def _ranks(self) -> dict[int, int]:
        """Number the nodes so that tokens only go up; empty when there are loops, or joins look around.

        Then one order of steps stands for all: always the lowest token first. What ends the level comes last.
        """
        net = self.net
        choosing = (node for node in net.nodes.values() if len(node.alternatives) > 1)
        mixed = any(way.ends is not None for node in choosing for way in node.alternatives)
        if net.counts_others or mixed:
            return {}
        taken = {e for node in net.nodes.values() for way in node.alternatives for e in way.edges}
        left = {n: sum(e in taken for e in node.ins) for n, node in net.nodes.items()}
        todo = [n for n, count in left.items() if count == 0]
        order: dict[int, int] = {}
        while todo:
            number = todo.pop()
            ends = any(way.ends is not None for way in net.nodes[number].alternatives)
            order[number] = len(order) + (len(net.nodes) if ends else 0)
            for e in {e for way in net.nodes[number].alternatives for e in way.edges}:
                target = net.edges[e].target
                if target != SINK:
                    left[target] -= 1
                    if left[target] == 0:
                        todo.append(target)
        return order if len(order) == len(net.nodes) else {}

    # ---- judging -----------------------------------------------------------------------------

    def _judge(self, states: list[State], follow: list[list[int]], free: set[int]) -> None:
        may, waits, before = self._prospects(states, follow, free)
        stuck: set[int] = set()
        verdict = self.verdict
        troubled: list[int] = []
        for at, state in enumerate(states):
            still = waits[at] & ~may[at]
            verdict.hangs = verdict.hangs or bool(still & self.open_bit)
            if still & ~self.open_bit:
                stuck.update(n for n in self.joins if still & self.bit[n])
            if still & ~self.open_bit or any(place in self.hung_at for place in state):
                troubled.append(at)
        told = _behind(troubled, before)
        for at, state in enumerate(states):
            if waits[at] & ~may[at] & self.open_bit and at not in told:
                verdict.circling.update(self.net.nodes[n].gate for p in state if (n := self.target.get(p)) is not None)
        if () in states[:1] or not verdict.decided:
            verdict.outcomes.add(DONE)
        nodes = self.net.nodes
        got = {self.target[e] for e in self.used}
        never = {n for n in self.joins if n in got and n not in self.fired and verdict.decided}
        verdict.never = {nodes[n].gate for n in stuck & never}
        verdict.waits = {nodes[n].gate for n in stuck - never}
        for e in self.used:
            edge = self.net.edges[e]
            verdict.reached |= edge.passes
            if edge.target != SINK:
                verdict.reached.add(nodes[edge.target].gate)
        for number in self.fired:
            verdict.reached |= nodes[number].through

    def _prospects(
        self, states: list[State], follow: list[list[int]], free: set[int]
    ) -> tuple[list[int], list[int], list[list[int]]]:
        """For each state: what will be over in some state that can be reached, what waits in it, what is before it.

        Bits: one for each join with a token, one for the level not being over. Of states that were not followed, and
        of those in which the inside of a subprocess hangs, nothing is held against a join.
        """
        waits, may = [0] * len(states), [0] * len(states)
        before: list[list[int]] = [[] for _ in states]
        for at, state in enumerate(states):
            for place in state:
                target = self.target.get(place)
                waits[at] |= self.bit.get(target, 0) if target is not None else 0
            if state:
                waits[at] |= self.open_bit
            hung = any(place in self.hung_at for place in state)
            may[at] = self.all_bits if at in free else self.all_bits & ~waits[at]
            if hung:
                may[at] |= self.all_bits & ~self.open_bit
            for after in follow[at]:
                before[after].append(at)
        todo = list(range(len(states)))
        while todo:
            at = todo.pop()
            for earlier in before[at]:
                if may[at] & ~may[earlier]:
                    may[earlier] |= may[at]
                    todo.append(earlier)
        return may, waits, before


def _behind(states: list[int], before: list[list[int]]) -> set[int]:
    """Return these states and all from which one of them can be reached."""
    seen, todo = set(states), list(states)
    while todo:
        fresh = [at for at in before[todo.pop()] if at not in seen]
        seen.update(fresh)
        todo.extend(fresh)
    return seen


def _without(state: State, places: tuple[int, ...]) -> State:
    left = list(state)
    for place in places:
        left.remove(place)
    return tuple(left)
