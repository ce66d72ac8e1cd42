"""Check the seals: signatures, the chain of heads, the tree, the sealed events, and heads kept outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from engine.history.choice import hash_of
from engine.history.hashing import Hash
from engine.history.heads import Head, Keys, read_head
from engine.history.merkle import Tree
from engine.history.seals import leaf_of
from engine.store import seals as store
from engine.store.base import Session
from engine.store.history_reads import CASE_PREFIX

SEALS = "seals"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found; first_bad as `verify` gives it, for a head with stream "seals" and the head's number as seq."""

    heads: int
    sealed: int
    unsealed: int
    first_bad: dict[str, Any] | None


def check_seals(
    session: Session, keys: Keys, *, anchors: Iterable[str] = (), streams: Sequence[str] | None = None
) -> Proof:
    """Check every head and the whole tree, the sealed events of these streams or all, and anchored heads.

    anchors: published lines; empty ones are passed over. An altered event is named before the head it breaks. The
    chains themselves are `verify`'s.
    """
    lines, known, by = store.lines(session), keys.known(), hash_of(session)
    heads, bad_head = _read_heads(lines, known, by)
    sealed, bad_tree = _check_tree(session, heads, by)
    found = _check_events(session, streams) or bad_head or bad_tree or _check_anchors(anchors, heads, known)
    return Proof(len(lines), sealed, store.count_unsealed(session), found)


def _bad(stream: str, seq: int, why: str) -> dict[str, Any]:
    case = stream.removeprefix(CASE_PREFIX) if stream.startswith(CASE_PREFIX) else None
    return {"stream": stream, "case": case, "seq": seq, "why": why}


def _check_events(session: Session, streams: Sequence[str] | None) -> dict[str, Any] | None:
    row = store.first_changed(session, streams)
    if row is None:
        return None
    why = "the event was sealed and is gone" if row.hash is None else "the event was sealed with another hash"
    return _bad(row.stream, row.seq, why)


def _read_heads(lines: Sequence[Any], known: frozenset[str], by: Hash) -> tuple[list[Head], dict[str, Any] | None]:
    """Return the heads up to the first that is not right, and what is wrong with it."""
    heads: list[Head] = []
    for expected, row in enumerate(lines, 1):
        head = read_head(row.line)
        before = heads[-1] if heads else None
        if row.number != expected:
            return heads, _bad(SEALS, expected, f"head {expected} is missing, {row.number} comes next")
        why = "is not a head" if head is None else _wrong(head, before, expected, known, by)
        if head is None or why:
            return heads, _bad(SEALS, expected, f"head {expected} {why}")
        heads.append(head)
    return heads, None


def _wrong(head: Head, before: Head | None, number: int, known: frozenset[str], by: Hash) -> str | None:
    if head.key not in known:
        return "is signed with a key that is not ours"
    if not head.is_signed():
        return "does not carry the signature of its key"
    if head.algorithm != by.name:
        return f"is made with {head.algorithm}, the history with {by.name}"
    if head.number != number:
        return "stands in another head's place"
    if head.prev != (before.hash if before else ""):
        return "does not name the head before it"
    return "covers no more than the one before" if before and head.size <= before.size else None


def _check_tree(session: Session, heads: Sequence[Head], by: Hash) -> tuple[int, dict[str, Any] | None]:
    tree, waiting, bad = Tree(by=by), iter(heads), None
    head = next(waiting, None)
    with closing(store.leaves(session)) as leaves:
        for position, stream, seq, event_hash in leaves:
            if position != tree.size:
                return tree.size, bad or _bad(
                    SEALS, head.number if head else len(heads), f"leaf {tree.size} is missing"
                )
            tree.append(leaf_of(stream, seq, event_hash, by))
            if head is not None and tree.size == head.size:
                if tree.root.hex() != head.root:
                    return tree.size, _bad(
                        SEALS, head.number, f"the leaves under head {head.number} are not those it signs"
                    )
                head = next(waiting, None)
    if head is not None:
        bad = _bad(SEALS, head.number, f"head {head.number} signs {head.size} leaves and there are {tree.size}")
    elif tree.size > (heads[-1].size if heads else 0):
        bad = _bad(SEALS, len(heads), "there are leaves that no head signs")
    return tree.size, bad


def _check_anchors(anchors: Iterable[str], heads: Sequence[Head], known: frozenset[str]) -> dict[str, Any] | None:
    for at, line in enumerate(anchors, 1):
        if not line.strip():
            continue
        anchor = read_head(line.strip())
        if anchor is None or anchor.key not in known or not anchor.is_signed():
            return _bad(SEALS, at, f"line {at} of the anchored heads is no head signed by us")
        if anchor.number > len(heads):
            return _bad(
                SEALS, anchor.number, f"head {anchor.number} was published and is gone: the history was cut off"
            )
        if heads[anchor.number - 1] != anchor:
            return _bad(
                SEALS, anchor.number, f"head {anchor.number} was published as another: the history was replaced"
            )
    return None


def newest_head(session: Session) -> Head | None:
    """Return the newest head, or None before the first seal; whether it holds is `check_seals`'s to say."""
    row = store.last(session)
    return None if row is None else read_head(row.line)


def head_at(session: Session, number: int) -> Head | None:
    """Return the head of a number, or None."""
    (row,) = store.some_lines(session, before=number + 1, limit=1) or [None]
    return None if row is None or row.number != number else read_head(row.line)


def newest_heads(session: Session, *, before: int | None = None, limit: int) -> list[Head]:
    """Return heads below a number, newest first."""
    found = (read_head(row.line) for row in store.some_lines(session, before=before, limit=limit))
    return [head for head in found if head is not None]


def recorded_event(session: Session, stream: str, seq: int) -> str | None:
    """Return the hash of an event as it is recorded, or None."""
    return store.event_hash(session, stream, seq)
