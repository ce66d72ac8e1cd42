"""The Merkle tree of RFC 6962: tree hash, inclusion and consistency proofs; pure, over bytes.

A leaf is the hash of 0x00 + data, a node that of 0x01 + left + right, so that neither passes for the other. The hash is
SHA-256, or another of 32 bytes that every function here is given as `by`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.history.hashing import SHA256, Hash


def leaf_hash(data: bytes, by: Hash = SHA256) -> bytes:
    """Return the hash of a leaf (RFC 6962, 2.1)."""
    return by.digest(b"\x00" + data)


def node_hash(left: bytes, right: bytes, by: Hash = SHA256) -> bytes:
    """Return the hash of a node over its two subtrees."""
    return by.digest(b"\x01" + left + right)


class Tree:
    """A tree that grows leaf by leaf and keeps its right edge only: the roots of the full subtrees, largest first."""

    __slots__ = ("by", "edge", "size")

    def __init__(self, size: int = 0, edge: Iterable[bytes] = (), by: Hash = SHA256) -> None:
        self.size, self.by = size, by
        self.edge = list(edge)
        if len(self.edge) != size.bit_count():
            raise ValueError("a tree's edge has one subtree for every bit set in its size")

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        at = self.size
        while at & 1:
            leaf = node_hash(self.edge.pop(), leaf, self.by)
            at >>= 1
        self.edge.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The tree hash of what was added so far."""
        if not self.edge:
            return self.by.digest(b"")
        found = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            found = node_hash(left, found, self.by)
        return found


def root(leaves: Sequence[bytes], by: Hash = SHA256) -> bytes:
    """Return the tree hash of a list of leaf hashes."""
    tree = Tree(by=by)
    for leaf in leaves:
        tree.append(leaf)
    return tree.root


class Levels:
    """A whole tree in memory, for many proofs at once: every node of every level, 32 bytes a leaf and as much above.

    A node without a right neighbour is carried up as it is, which gives the same tree as the recursion of 2.1.
    """

    def __init__(self, leaves: Sequence[bytes], by: Hash = SHA256) -> None:
        self.size, self.by = len(leaves), by
        level = list(leaves)
        self._levels = [level]
        while len(level) > 1:
            above = [node_hash(level[at], level[at + 1], by) for at in range(0, len(level) - 1, 2)]
            level = above + level[len(above) * 2 :]
            self._levels.append(level)

    @property
    def root(self) -> bytes:
        """The tree hash of all leaves."""
        return self._levels[-1][0] if self.size else self.by.digest(b"")

    def inclusion(self, index: int) -> list[bytes]:
        """Return the audit path of one leaf, as `inclusion` does."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        path = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                path.append(level[index ^ 1])
            index >>= 1
        return path

    def consistency(self, size: int) -> list[bytes]:
        """Return the proof that the tree of the first `size` leaves is a beginning of this one, as `consistency`."""
        if not 0 < size <= self.size:
            raise IndexError(size)
        return self._subproof(0, self.size, size, whole=True)

    def _subproof(self, low: int, high: int, size: int, *, whole: bool) -> list[bytes]:
        if size == high - low:
            return [] if whole else [self._node(low, high)]
        at = low + _split(high - low)
        if size <= at - low:
            return [*self._subproof(low, at, size, whole=whole), self._node(at, high)]
        return [*self._subproof(at, high, size - (at - low), whole=False), self._node(low, at)]

    def _node(self, low: int, high: int) -> bytes:
        height = (high - low - 1).bit_length()
        return self._levels[height][low >> height]


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size` (size > 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion(leaves: Sequence[bytes], index: int, by: Hash = SHA256) -> list[bytes]:
    """Return the audit path of one leaf, from the leaf upwards (2.1.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    at = _split(len(leaves))
    if index < at:
        return [*inclusion(leaves[:at], index, by), root(leaves[at:], by)]
    return [*inclusion(leaves[at:], index - at, by), root(leaves[:at], by)]


def consistency(leaves: Sequence[bytes], size: int, by: Hash = SHA256) -> list[bytes]:
    """Return the proof that the tree of the first `size` leaves is a beginning of this one (2.1.2)."""
    if not 0 < size <= len(leaves):
        raise IndexError(size)
    return _subproof(leaves, size, by, whole=True)


def _subproof(leaves: Sequence[bytes], size: int, by: Hash, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [root(leaves, by)]
    at = _split(len(leaves))
    if size <= at:
        return [*_subproof(leaves[:at], size, by, whole=whole), root(leaves[at:], by)]
    return [*_subproof(leaves[at:], size - at, by, whole=False), root(leaves[:at], by)]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes, by: Hash = SHA256) -> bool:
    """Check an audit path: the leaf stands at `index` of the tree of `size` leaves with this root."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found, by)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step, by)
        at, last = at >> 1, last >> 1
    return last == 0 and found == expected


def extends(size: int, first: bytes, grown: int, second: bytes, proof: Sequence[bytes], by: Hash = SHA256) -> bool:
    """Check a consistency proof: the tree of `grown` leaves begins with that of `size` leaves."""
    if not 0 < size <= grown:
        return False
    if size == grown:
        return not proof and first == second
    path = [first, *proof] if size & (size - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = size - 1, grown - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(step, old, by), node_hash(step, new, by)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step, by)
        at, last = at >> 1, last >> 1
    return last == 0 and (old, new) == (first, second)
