"""The tree is RFC 6962's: against its own definitions written out, and every proof checked and spoiled."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.history import merkle


def by_definition(data: list[bytes]) -> bytes:
    """MTH(D[n]) as section 2.1 says it."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(data[:k]) + by_definition(data[k:])).digest()


# The inputs and roots that implementations of the RFC share.
_SHARED = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
_SHARED.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", sorted(_ROOTS))
def test_roots_are_those_other_implementations_give(size: int) -> None:
    assert merkle.root([merkle.leaf_hash(data) for data in _SHARED[:size]]).hex() == _ROOTS[size]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_growing_tree_has_the_hash_of_the_definition(data: list[bytes]) -> None:
    tree = merkle.Tree()
    for leaf in data:
        tree = merkle.Tree(tree.size, tree.edge)  # as it is read back from a seal
        tree.append(merkle.leaf_hash(leaf))
    assert tree.root == by_definition(data)


@given(st.data(), st.integers(1, 70))
def test_a_leaf_is_proved_to_be_in_and_nothing_else_is(data: st.DataObject, size: int) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    path, expected = merkle.inclusion(leaves, index), merkle.root(leaves)
    assert merkle.includes(leaves[index], index, size, path, expected)
    other = data.draw(st.integers(0, size).filter(lambda number: number != index))
    assert not merkle.includes(leaves[index], other, size, path, expected)
    assert not merkle.includes(merkle.leaf_hash(b"other"), index, size, path, expected)
    assert not merkle.includes(leaves[index], index, size, [*path, expected], expected)


@given(st.data(), st.integers(1, 70))
def test_a_tree_is_proved_to_begin_with_an_earlier_one(data: st.DataObject, grown: int) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(grown)]
    size = data.draw(st.integers(1, grown))
    proof, first, second = merkle.consistency(leaves, size), merkle.root(leaves[:size]), merkle.root(leaves)
    assert merkle.extends(size, first, grown, second, proof)
    assert not merkle.extends(size, merkle.leaf_hash(b"other"), grown, second, proof)
    assert not merkle.extends(size, first, grown, merkle.leaf_hash(b"other"), proof)
    altered = [*leaves[: size - 1], merkle.leaf_hash(b"altered"), *leaves[size:]]
    assert not merkle.extends(size, first, grown, merkle.root(altered), merkle.consistency(altered, size))


@given(st.data(), st.integers(1, 70))
def test_a_tree_in_memory_gives_the_same_proofs(data: st.DataObject, size: int) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    levels = merkle.Levels(leaves)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert levels.root == merkle.root(leaves)
    assert levels.inclusion(index) == merkle.inclusion(leaves, index)
    assert levels.consistency(first) == merkle.consistency(leaves, first)
