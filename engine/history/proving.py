"""Prove without the database at hand that events are under a signed head, and that heads grow from each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass

from engine.history.choice import hash_of
from engine.history.heads import Head
from engine.history.merkle import Levels
from engine.history.seals import heads, leaf_of
from engine.store import seals as store
from engine.store.base import Session

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Included:
    """One event's place in the tree of the newest head, and the audit path from its leaf to the root, hexadecimal."""

    stream: str
    seq: int
    position: int
    path: list[str]


@dataclass(frozen=True, slots=True)
class Proofs:
    """What was proven against `head`, the newest; nothing but empty lists before the first head.

    heads: those that first covered the events, in order, the newest last. grown: (size, proof) for each of them but
    the newest: the tree of so many leaves is a beginning of the newest head's.
    """

    head: Head | None
    heads: list[Head]
    included: list[Included]
    grown: list[tuple[int, list[str]]]


def prove(session: Session, places: Collection[Place], *, others: Iterable[int] = ()) -> Proofs:
    """Prove these (stream, seq) against the newest head; events without a leaf have no proof.

    others: numbers of further heads to prove the growth from. Reads the whole tree once.
    """
    every = heads(session)
    if not every:
        return Proofs(None, [], [], [])
    newest, wanted, by = every[-1], set(places), hash_of(session)
    leaves, found = [], []
    with closing(store.leaves(session)) as rows:
        for position, stream, seq, event_hash in rows:
            if position >= newest.size:
                break
            leaves.append(leaf_of(stream, seq, event_hash, by))
            if (stream, seq) in wanted:
                found.append((stream, seq, position))
    tree = Levels(leaves, by)
    included = [Included(*place, [step.hex() for step in tree.inclusion(place[2])]) for place in found]
    numbers = {*others, newest.number, *_first_over([place[2] for place in found], every)}
    chosen = [head for head in every if head.number in numbers]
    grown = [(head.size, [step.hex() for step in tree.consistency(head.size)]) for head in chosen if head != newest]
    return Proofs(newest, chosen, included, grown)


def _first_over(positions: Iterable[int], every: Iterable[Head]) -> set[int]:
    """Return the numbers of the heads that first covered these positions."""
    numbers, waiting = set(), sorted(positions)
    at = 0
    for head in every:
        before = at
        while at < len(waiting) and waiting[at] < head.size:
            at += 1
        if at > before:
            numbers.add(head.number)
    return numbers
