"""Forms in pages: `qc:groups` as tabs or as steps, one after the other.

All fields are on the page and posted, those of other steps unseen: going on and back loses nothing and needs no
script. Going on is refused while the steps left behind have problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms import pointer as pointers
from forms.problems import Problem
from forms.spot import Spot
from forms.uischema import Ui, option

STEP = "!step"


@dataclass(frozen=True)
class Group:
    """One page: its title, its fields of the first level, and its number among those of the ui."""

    number: int
    title: str
    fields: tuple[str, ...]


def listed(ui: Ui) -> list[Group]:
    """Read `qc:groups`; a field stands in the first group that names it."""
    found, taken = [], set[str]()
    groups = ui.get("qc:groups")
    for number, group in enumerate(groups if isinstance(groups, list) else ()):
        if isinstance(group, Mapping) and isinstance(group.get("fields"), list):
            names = [name for name in group["fields"] if isinstance(name, str) and name not in taken]
            taken.update(names)
            found.append(Group(number, str(group.get("title", "")), tuple(names)))
    return found


def style(ui: Ui) -> str:
    """Tell how groups stand: `tabs`, `steps`, or as headings one below the other."""
    wished = option(ui, "groups")
    return wished if wished in ("tabs", "steps") else "headings"


def shown(ui: Ui, children: Iterable[Spot]) -> list[tuple[Group, list[Spot]]]:
    """Pair each group with its places in this view; groups of which nothing is seen are left out."""
    places = {child.path[-1]: child for child in children if child.key_of is None}
    made = [(group, [places[name] for name in group.fields if name in places]) for group in listed(ui)]
    return [(group, members) for group, members in made if any(member.shown for member in members)]


def loose(ui: Ui, children: Iterable[Spot]) -> list[Spot]:
    """List the places that stand in no group."""
    named = {name for group in listed(ui) for name in group.fields}
    return [child for child in children if child.key_of is None and child.path[-1] not in named]


def current(pages: Sequence[tuple[Group, list[Spot]]], wished: int | None, problems: Sequence[Problem]) -> int:
    """Choose the step to show, as an index: that of the first problem, else the one wished for."""
    for index, (_, members) in enumerate(pages):
        if any(_concerns(problem, members) for problem in problems):
            return index
    return min(max(wished or 0, 0), max(len(pages) - 1, 0))


def before(ui: Ui, root: Spot, wanted: int, problems: Iterable[Problem]) -> list[Problem]:
    """List the problems of the steps that going on to `wanted` would leave behind, and of what is in no step."""
    pages = shown(ui, root.children)
    ahead = [member for _, members in pages[wanted:] for member in members]
    return [problem for problem in problems if not _concerns(problem, ahead)]


def number_of(raw: Any) -> int:
    """Read a posted step number."""
    text = str(raw)
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _concerns(problem: Problem, members: Iterable[Spot]) -> bool:
    head = pointers.split(problem.pointer)[:1]
    return any(member.path[:1] == head for member in members)
