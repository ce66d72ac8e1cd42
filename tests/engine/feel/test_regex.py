"""Both engines for patterns agree with each other and with Python where the dialects are the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel.regex import PatternError, compile_pattern
from engine.feel.regex.machine import Machine
from engine.feel.regex.native import NotNative, is_bounded, ways, write
from engine.feel.regex.pattern import parse

# Reluctant repetitions of what may be empty are left out: no two engines agree on them.
SINGLES = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "\\d", "\\s"])
PIECES = st.recursive(
    SINGLES,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("({}){}".format, inner, st.sampled_from(["*", "+", "?", "{1,2}", "{2}"])),
    ),
    max_leaves=6,
)


def nothing(_: int) -> None:
    """Charge nobody."""


@settings(max_examples=100, deadline=None)
@given(PIECES, st.text(alphabet="ab1 c", max_size=12), st.sampled_from(["", "^", "$"]))
def test_machine_finds_what_python_finds(pattern: str, text: str, anchor: str) -> None:
    pattern = f"^{pattern}" if anchor == "^" else f"{pattern}{anchor}"
    found = Machine(parse(pattern, "")).search(text, 0, nothing)
    wanted = re.search(pattern.replace("$", "\\Z"), text)
    assert (None if found is None else found[:2]) == (None if wanted is None else wanted.span())


@settings(max_examples=80, deadline=None)
@given(PIECES, st.text(alphabet="ab1 c", max_size=10))
def test_machine_and_native_find_the_same_groups(pattern: str, text: str) -> None:
    tree = parse(pattern, "")
    if "*" in pattern or "+" in pattern:
        # What a group holds after a turn that matched nothing is not the same in any two engines.
        return
    found = Machine(tree).search(text, 0, nothing)
    wanted = write(tree).search(text)
    assert (found is None) == (wanted is None)
    if found is not None and wanted is not None:
        assert [-1 if place is None else place for place in found] == [at for pair in wanted.regs for at in pair]


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(a|a)*", "(a|aa)+b", "((a*)*)*", "(.*a){31}", "(a?){100}a{100}", "a*a*a*a*a*a*"]
)
def test_what_could_go_back_for_ever_is_left_to_the_machine(pattern: str) -> None:
    assert not is_bounded(parse(pattern, "").part, 200)


@pytest.mark.parametrize("pattern", ["^abc$", "a+", "[a-z]+@[a-z]+", "(\\d{1,3}\\.){3}\\d{1,3}", "a|b|c", "^\\s*x"])
def test_plain_patterns_are_run_natively(pattern: str) -> None:
    assert is_bounded(parse(pattern, "").part, 50)
    write(parse(pattern, ""))


def test_ways_are_counted_per_length() -> None:
    assert ways(parse("abc", "").part, 10) == 1
    assert ways(parse("a*", "").part, 10) == 11
    assert ways(parse("a*b*", "").part, 10) == 121
    assert ways(parse("a|b", "").part, 10) == 2
    with pytest.raises(NotNative):
        ways(parse("(a|b)*", "").part, 10)


def test_sets_python_cannot_write_are_left_to_the_machine() -> None:
    for pattern in ("\\w", "\\p{L}", "[a-z-[aeiou]]", "\\i\\c*"):
        with pytest.raises(NotNative):
            write(parse(pattern, ""))


@pytest.mark.parametrize(
    "pattern",
    [
        *("(", ")", "[", "[]", "a**", "a{2,1}", "a{1001}", "{2}", "*", "\\", "\\q", "\\p{Xx}", "\\p", "\\1"),
        *("(a)\\2", "(?=a)", "[z-a]", "[a", "^*", "(" * 40 + ")" * 40, "x" * 2001),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern, "")


def test_cost_is_charged_for_every_step() -> None:
    spent: list[int] = []
    list(compile_pattern("(a|b)+c", "").find_all("ab" * 500, spent.append))
    assert sum(spent) > 1000
