"""What is true of a diagram, by walking through every state it can reach; knows nothing of the finder in the engine.

A state is a sorted tuple of tokens. A token is (flow, where it stands, what has happened beside it, inside): the state
inside when the token has started a subprocess, else None. A join passes its tokens on as soon as it may.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from tests.engine.soundness.drawings import Drawing

State = tuple[Any, ...]


class TooManyError(Exception):
    """The diagram has too many states, or more and more tokens, to be labelled."""


@dataclass
class Labels:
    never: set[str] = field(default_factory=set)
    waits: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    twice: bool = False
    circling: bool = False
    endless: set[State] = field(default_factory=set)


def label(drawing: Drawing, most: int = 20_000) -> list[Labels]:
    """Return the labels of every level, the innermost first. Raises TooManyError."""
    found: list[Labels] = []
    endless: dict[str, set[State]] = {}
    for shape in drawing.shapes.values():
        if shape.inside is not None:
            inner = label(shape.inside, most)
            found += inner
            endless[shape.id] = inner[-1].endless
    return [*found, _Walk(drawing, endless).labels(most)]


class _Walk:
    def __init__(self, drawing: Drawing, endless: dict[str, set[State]]) -> None:
        self.drawing, self.endless = drawing, endless
        self.joins = [s.id for s in drawing.shapes.values() if s.type in ("and", "or") and len(drawing.into(s.id)) > 1]
        self.entered: set[str] = set()
        self.fired: set[str] = set()

    def begin(self) -> State:
        start = next(s.id for s in self.drawing.shapes.values() if s.type == "start")
        self.entered.add(start)
        return _sorted([("", start, (), None)])

    def labels(self, most: int) -> Labels:
        first = self.begin()
        after: dict[State, list[State]] = {}
        todo = [first]
        while todo:
            state = todo.pop()
            if state in after:
                continue
            if len(after) > most or self.crowd(state) > 4:
                raise TooManyError
            after[state] = self.following(state)
            todo.extend(after[state])
        return self.judged(after)

    def following(self, state: State) -> list[State]:
        for join in self.joins:
            arrived = {token[0]: token for token in reversed(state) if token[1] == join}
            if arrived and self.may_join(state, join, set(arrived)):
                break
        else:
            return [made for token in dict.fromkeys(state) for made in self.moved(state, token)]
        ready = [
            (join, arrived)
            for join in self.joins
            if (arrived := {t[0]: t for t in reversed(state) if t[1] == join})
            and self.may_join(state, join, set(arrived))
        ]
        found = []
        for join, arrived in ready:
            self.fired.add(join)
            left = list(state)
            for token in arrived.values():
                left.remove(token)
            found += [self.put(left, flows) for flows in self.choices(join)]
        return found

    def may_join(self, state: State, join: str, having: set[str]) -> bool:
        empty = set(self.drawing.into(join)) - having
        if self.drawing.shapes[join].type == "and":
            return not empty
        for _, at, _, _ in state:
            if at == join:
                continue
            leads = {flow for flow in self.drawing.into(join) if self.leads(at, flow, join)}
            if leads and not leads & having:
                return False
        return True

    def leads(self, at: str, flow: str, join: str) -> bool:
        """Tell whether a path goes from a shape to this flow without passing the join."""
        goal, seen, todo = self.drawing.flows[flow][0], set(), [at]
        while todo:
            here = todo.pop()
            if here == join or here in seen:
                continue
            if here == goal:
                return True
            seen.add(here)
            todo += [self.drawing.flows[f][1] for f in self.drawing.out(here)]
            todo += [event.id for event in self.drawing.beside(here)]
        return False

    def choices(self, at: str) -> list[tuple[str, ...]]:
        flows, kind = self.drawing.out(at), self.drawing.shapes[at].type
        if kind == "xor":
            return [(flow,) for flow in flows]
        if kind == "or" and len(flows) > 1:
            return [some for size in range(1, len(flows) + 1) for some in combinations(flows, size)]
        return [tuple(flows)]

    def moved(self, state: State, token: Any) -> list[State]:
        flow, at, happened, inside = token
        shape = self.drawing.shapes[at]
        if at in self.joins:
            return []
        left = list(state)
        left.remove(token)
        found = []
        for event in self.drawing.beside(at):
            if shape.type == "sub" and inside is None:
                continue
            if event.cuts:
                self.entered.add(event.id)
                found.append(_sorted([*left, ("", event.id, (), None)]))
            elif event.id not in happened:
                self.entered.add(event.id)
                again = (flow, at, tuple(sorted((*happened, event.id))), inside)
                found.append(_sorted([*left, again, ("", event.id, (), None)]))
        if shape.type == "terminate" or shape.type == "fail":
            return [()]
        if shape.type == "sub":
            assert shape.inside is not None
            inner = _Walk(shape.inside, {})
            if inside is None:
                return [_sorted([*left, (flow, at, happened, inner.begin())])]
            if inside:
                return found + [_sorted([*left, (flow, at, happened, each)]) for each in inner.following(inside)]
        return found + [self.put(left, flows) for flows in self.choices(at)]

    def put(self, left: list[Any], flows: tuple[str, ...]) -> State:
        made = list(left)
        for flow in flows:
            target = self.drawing.flows[flow][1]
            self.entered.add(target)
            if self.drawing.shapes[target].type != "end":
                made.append((flow, target, (), None))
        return _sorted(made)

    # ---- judging -----------------------------------------------------------------------------

    def judged(self, after: dict[State, list[State]]) -> Labels:
        made = Labels(dead=set(self.drawing.shapes) - self.entered)
        made.endless = after.keys() - _leading_to(after, {()} & after.keys())
        hung = {state for state in after if any(t[3] in self.endless.get(t[1], ()) for t in state)}
        near_hung = _leading_to(after, hung)
        stuck: set[State] = set()
        for join in self.joins:
            without = {state for state in after if not any(token[1] == join for token in state)}
            for_ever = after.keys() - _leading_to(after, without) - near_hung
            stuck |= for_ever
            if for_ever:
                (made.waits if join in self.fired else made.never).add(join)
        made.circling = bool(made.endless - _leading_to(after, stuck | hung))
        for state in after:
            made.twice = made.twice or self.crowd(state, 2) > 1
        return made

    def crowd(self, state: State, flows: int = 0) -> int:
        """Count the tokens of the fullest place, a flow into a join or any other shape, with so many flows into it."""
        spots = Counter(token[:2] if token[1] in self.joins else token[1] for token in state)
        return max((n for at, n in spots.items() if len(self.drawing.into(_shape(at))) >= flows), default=0)


def _shape(spot: str | tuple[str, str]) -> str:
    return spot if isinstance(spot, str) else spot[1]


def _leading_to(after: dict[State, list[State]], goals: set[State]) -> set[State]:
    """Return the goals and all states from which one of them can be reached."""
    before: dict[State, list[State]] = {}
    for state, following in after.items():
        for each in following:
            before.setdefault(each, []).append(state)
    seen, todo = set(goals), list(goals)
    while todo:
        for state in before.get(todo.pop(), ()):
            if state not in seen:
                seen.add(state)
                todo.append(state)
    return seen


def _sorted(tokens: list[Any]) -> State:
    return tuple(sorted(tokens, key=repr))
