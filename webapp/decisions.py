"""Decisions as pages show them: the table with what matched lit, what went in, what came out, what nearly held.

`sheets` reads what the events of a case recorded, within what the reader may see; `answered` shows one explanation
that nothing recorded. Both make `Sheet`s, which `macros/decision.html` prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from engine.dmn import Box, Drawn, Grid, draw
from engine.dmn.chinese import in_chinese
from engine.dmn.drawing import Head, Row
from engine.feel import FeelError, Note
from engine.model import TimelineEntry
from engine.pins import Bundle
from engine.spiff.sources import sources_of
from webapp.formfiles import FormFile, Sight
from webapp.language import language
from webapp.ports import FormPorts

_POINTER = "#decision/"
_KNOWN_TO_ALL = frozenset({"case"})
_LONGEST_LINE = 60
_MOST_ROWS = 40


@dataclass(frozen=True)
class Tree:
    """A value in words: a text, or names with trees below them."""

    text: str = ""
    parts: tuple[tuple[str, Tree], ...] = ()


@dataclass(frozen=True)
class Miss:
    """The rule that came nearest without matching, and its columns (from 0) that did not hold."""

    rule: int
    columns: frozenset[int]
    words: str


@dataclass(frozen=True)
class Lit:
    """A table with what happened in it: heads and texts of the inputs, the rules (from 0) that matched."""

    grid: Grid
    policy: str
    heads: tuple[str, ...]
    values: tuple[str, ...] = ()
    matched: frozenset[int] = frozenset()
    miss: Miss | None = None
    refused: str = ""
    asked: bool = True

    @property
    def rows(self) -> list[tuple[int, Row]]:
        """The rules to print with their places: of a long table that was asked, those that matched or nearly did."""
        rows = list(enumerate(self.grid.rows))
        if not self.asked or len(rows) <= _MOST_ROWS:
            return rows
        near = {self.miss.rule} if self.miss and not self.matched else set()
        return [(place, row) for place, row in rows if place in self.matched | near][:_MOST_ROWS]

    @property
    def left_out(self) -> int:
        """How many rules are not printed."""
        return len(self.grid.rows) - len(self.rows)

    @property
    def numbers(self) -> str:
        """Number the rules that matched, from 1."""
        return "、".join(str(rule + 1) for rule in sorted(self.matched))


@dataclass(frozen=True)
class Part:
    """One decision of those behind an answer; `tables` stand in the order of the boxes that hold them."""

    name: str
    inputs: tuple[tuple[str, Tree], ...]
    output: Tree | None
    tables: tuple[Lit, ...]
    box: Box | None
    is_hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """One answer: where and when it was asked for, what it was, and the decisions behind it, the last one first."""

    title: str
    step: str
    at: datetime | None
    answer: str
    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Tell whether the reader may not see how it came out."""
        return bool(self.parts) and self.parts[0].is_hidden


@dataclass
class Eyes:
    """What a reader may see of a case's values, and what they are called."""

    files: Sequence[FormFile]
    sight: Sight
    ports: FormPorts | None
    sources: Mapping[str, frozenset[str]]
    _known: dict[str, bool] = field(default_factory=dict)

    def sees(self, name: str) -> bool:
        """Say whether the value of a name may be shown: as a field, or as made of what may be shown."""
        if name not in self._known:
            # While it is being found out, what is made of itself does not decide about itself.
            self._known[name] = True
            self._known[name] = self._may_see(name)
        return self._known[name]

    def _may_see(self, name: str) -> bool:
        if self.sight.everything or name in _KNOWN_TO_ALL:
            return True
        owners = [(file, pointers) for file in self.files if (pointers := _pointers_of(file, name))]
        if owners:
            return any(all(self.sight.sees(file, one) for one in pointers) for file, pointers in owners)
        if name in self.sources:
            return all(self.sees(one) for one in self.sources[name])
        # Nobody can tell where it comes from: it is open where nothing of the case is hidden.
        return all(self.sight.sees(file, one) for file in self.files for one in _all_pointers(file))

    def label(self, name: str) -> str:
        """Call a value what the form calls it."""
        for file in self.files:
            title = file.form().titles().get(f"/{name}") if file.variable is None else None
            if title:
                return title
        return name

    def tree(self, name: str, value: Any) -> Tree:
        """Say a value as its form says it: the label of a choice, the name of a unit."""
        for file in self.files:
            if file.variable is None and name in file.form().first_names and not isinstance(value, dict | list):
                for _label, text, pointer in file.form().summary({name: value}, ports=self.ports):
                    if pointer == f"/{name}":
                        return Tree(text)
        return tree_of(value)


def sheets(
    entries: Iterable[TimelineEntry], bundle: Bundle, files: Sequence[FormFile], sight: Sight, ports: FormPorts
) -> list[Sheet]:
    """Return a sheet for every decision the events of a case recorded, newest first."""
    if not bundle.decisions:
        return []
    drawn = {key: _drawn(bundle, key) for key in bundle.decisions}
    reads = {key: frozenset[str]().union(*(one.reads for one in found)) for key, found in drawn.items()}
    eyes = Eyes(files, sight, ports, sources_of(bundle.program, reads))
    made: list[Sheet] = []
    for entry in sorted(entries, key=lambda entry: entry.seq, reverse=True):
        answers = {change.pointer: change.after for change in entry.changes}
        asked = list(enumerate(entry.body.get("decisions", ())))
        for index, (element_id, key) in reversed(asked):
            kept = answers.get(f"{_POINTER}{index}")
            element = bundle.program.elements.get(element_id)
            if isinstance(kept, Mapping) and key in drawn:
                step = element.name if element else ""
                made.append(_sheet(kept, key, drawn[key], eyes, step=step, at=entry.at))
    return made


def answered(told: Mapping[str, Any], value: Any, drawn: Sequence[Drawn], key: str) -> Sheet:
    """Show one explanation to somebody who gave the inputs."""
    eyes = Eyes((), Sight(everything=True), None, {})
    return _sheet({"value": value, "told": told}, key, drawn, eyes, step="", at=None)


def unasked(drawn: Sequence[Drawn]) -> list[Part]:
    """Show decisions nobody has asked yet, the one all are for first."""
    return [
        Part(one.name, (), None, tuple(_unlit(grid) for grid in grids_in(one.box)), one.box)
        for one in reversed(drawn)
        if one.kind in ("decision", "bkm")
    ]


def _drawn(bundle: Bundle, key: str) -> list[Drawn]:
    try:
        return draw(bundle.decisions[key], key, models=bundle.models[key])
    except FeelError:
        return []


def _sheet(
    kept: Mapping[str, Any], key: str, drawn: Sequence[Drawn], eyes: Eyes, *, step: str, at: datetime | None
) -> Sheet:
    told = kept.get("told") if isinstance(kept.get("told"), Mapping) else {}
    named = {one.name: one for one in drawn}
    closed = _closed(drawn, eyes)
    parts = [
        _part(one, named.get(one["name"]), eyes, is_hidden=one["name"] in closed)
        for one in reversed((told or {}).get("decisions", ()))
    ]
    title = drawn[-1].name if drawn else key
    if not parts:
        parts = [Part(title, (), None, (), None, is_hidden=title in closed)]
    hidden = parts[0].is_hidden
    return Sheet(
        title, step, at,
        "" if hidden else line_of(tree_of(kept.get("value"))),
        tuple(parts),
        () if hidden else tuple(map(_note_words, (told or {}).get("warnings", ()))),
    )  # fmt: skip


def _note_words(note: Mapping[str, Any]) -> str:
    found = Note(str(note.get("code")), str(note.get("message")), None)
    return found.message if language() == "en" else in_chinese(found)


def _closed(drawn: Sequence[Drawn], eyes: Eyes) -> set[str]:
    """Name the decisions whose result would tell what the reader may not see."""
    inside = {one.name for one in drawn if one.kind != "inputData"}
    found: set[str] = set()
    for one in drawn:  # What is asked for stands before who asks.
        needs = {name for kind, name in one.requires if kind == "inputData"} | (one.reads - inside)
        asks = {name for kind, name in one.requires if kind != "inputData"}
        if one.kind != "inputData" and (asks & found or not all(map(eyes.sees, needs))):
            found.add(one.name)
    return found


def _part(told: Mapping[str, Any], drawn: Drawn | None, eyes: Eyes, *, is_hidden: bool) -> Part:
    grids = grids_in(drawn.box) if drawn else []
    inputs = tuple(
        (eyes.label(name), eyes.tree(name, value)) for name, value in told["inputs"].items() if eyes.sees(name)
    )
    if is_hidden:
        shown = tuple(_unlit(grid) for grid in grids)
        return Part(told["name"], inputs, None, shown, drawn.box if drawn else None, is_hidden=True)
    lit = tuple(_lit(grid, told["tables"], eyes) for grid in grids)
    return Part(told["name"], inputs, eyes.tree(told["name"], told["output"]), lit, drawn.box if drawn else None)


def _lit(grid: Grid, told: Sequence[Mapping[str, Any]], eyes: Eyes) -> Lit:
    mine = [one for one in told if one["id"] == grid.id and len(one["inputs"]) == len(grid.inputs)]
    if not mine:
        return _unlit(grid)
    # Of a table in a loop the last turn is shown: it is the one that is still remembered elsewhere.
    one = mine[-1]
    values = tuple(
        line_of(eyes.tree(" ".join(head.text.split()), value))
        for head, (_label, value) in zip(grid.inputs, one["inputs"], strict=True)
    )
    heads = tuple(eyes.label(head.label) if _is_plain(head) else head.label for head in grid.inputs)
    matched = frozenset(number - 1 for number in one["matched"])
    miss = _miss(one, heads, values) if one.get("nearest") else None
    return Lit(grid, policy_words(grid.policy), heads, values, matched, miss, one.get("refused") or "")


def _is_plain(head: Head) -> bool:
    return head.label == head.text.strip()


def _miss(told: Mapping[str, Any], heads: Sequence[str], values: Sequence[str]) -> Miss:
    nearest = told["nearest"]
    columns = frozenset(cell["column"] - 1 for cell in nearest["failed"])
    said = [
        _("“%(column)s”要 %(cell)s，实为 %(value)s",
          column=heads[cell["column"] - 1], cell=cell["cell"] or "-", value=values[cell["column"] - 1])
        for cell in nearest["failed"]
    ]  # fmt: skip
    return Miss(nearest["rule"] - 1, columns, "；".join(said))


def _unlit(grid: Grid) -> Lit:
    return Lit(grid, policy_words(grid.policy), tuple(head.label for head in grid.inputs), asked=False)


def finding_words(one: Mapping[str, Any]) -> str:
    """Say a finding in this request's language, where it is told in two."""
    return str((one.get("message_en") if language() == "en" else None) or one["message"])


def finding_place(one: Mapping[str, Any]) -> str:
    """Say where in a decision a finding is: table, rule, column."""
    parts = [_("表 %(name)s", name=one["table"])] if one.get("table") else []
    parts += [_("第 %(n)s 条规则", n=one["rule"])] if one.get("rule") else []
    parts += [_("第 %(n)s 列", n=one["column"])] if one.get("column") else []
    return " · ".join(parts)


def grids_in(box: Box | None) -> list[Grid]:
    """Return the tables of a box in the order they are drawn."""
    if box is None:
        return []
    return [box.grid] if box.grid else [grid for part in box.parts for grid in grids_in(part)]


def policy_words(policy: str) -> str:
    """Say a hit policy in words."""
    words = {
        "U": _("只许一条符合"), "A": _("可以几条符合，结果要相同"), "P": _("几条符合时取最优先的"),
        "F": _("从上往下，取第一条符合的"), "R": _("取所有符合的，按规则先后"),
        "O": _("取所有符合的，按结果的优先次序"), "C": _("取所有符合的"), "C+": _("把所有符合的相加"),
        "C#": _("数一数符合的有几条"), "C<": _("取符合的里面最小的"), "C>": _("取符合的里面最大的"),
    }  # fmt: skip
    return str(words.get(policy, policy))


def tree_of(value: Any) -> Tree:
    """Say a JSON value in words."""
    if isinstance(value, Mapping):
        return Tree(parts=tuple((str(name), tree_of(part)) for name, part in value.items()))
    if isinstance(value, list):
        if not any(isinstance(part, Mapping | list) for part in value):
            return Tree("、".join(tree_of(part).text for part in value) or _("空清单"))
        return Tree(parts=tuple((str(number), tree_of(part)) for number, part in enumerate(value, 1)))
    words = {None: _("空"), True: _("是"), False: _("否")}
    return Tree(str(words[value]) if value is None or isinstance(value, bool) else str(value))


def line_of(tree: Tree) -> str:
    """Say a tree in one line."""
    if not tree.parts:
        return tree.text
    text = "，".join(f"{name}：{line_of(part)}" for name, part in tree.parts)
    return text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE] + "…"


def _pointers_of(file: FormFile, name: str) -> list[str]:
    """Return the places of a form that hold the value of a name; none if the form is not about it."""
    every = _all_pointers(file)
    if file.variable is not None:
        return every if file.variable == name else []
    return [one for one in every if one == f"/{name}" or one.startswith(f"/{name}/")]


def _all_pointers(file: FormFile) -> list[str]:
    return [pointer.replace("*", "0") for pointer in file.form().titles()]
