"""What the decision designer's pages show: what is wrong, how test rows come out, what a new version changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any
from xml.sax.saxutils import quoteattr

from sqlalchemy.orm import Session

from engine import imports, library, registers
from engine.dmn import Box, Grid, check, draw, inputs_schema, run_trials, untrue
from engine.dmn.drawing import Head, Row
from engine.dmn.reading import read
from engine.feel import FeelError
from webapp.decisions import finding_place, finding_words, grids_in, policy_words

_BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:qc="urn:qingche:dmn:1"
    xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"
    id="definitions_{key}" name={name} namespace="urn:qingche:decisions:{key}">
  <decision id="{key}" name={name}>
    <variable id="{key}_variable" name={name} />
    <decisionTable id="{key}_table" hitPolicy="UNIQUE">
      <input id="{key}_in"><inputExpression id="{key}_ine" typeRef="string"><text></text></inputExpression></input>
      <output id="{key}_out" typeRef="string" />
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="{key}_diagram"><dmndi:DMNShape id="{key}_shape" dmnElementRef="{key}">
    <dc:Bounds height="80" width="180" x="180" y="100" /></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
"""


@dataclass(frozen=True)
class Change:
    """One line of a comparison: what (added removed changed), where, and how it read before and reads now."""

    what: str
    where: str
    rule: int | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def blank(key: str, name: str) -> str:
    """Write a decision file with one empty table."""
    return _BLANK.format(key=key, name=quoteattr(name))


def findings(session: Session, key: str, xml: str) -> list[dict[str, Any]]:
    """List what keeps a decision from being published, and what is remarked.

    Each: {severity: error | remark, element_id, line, table, rule, column, place, message}.
    """
    content = xml.encode()
    models = imports.models_for(session, content)
    errors = library.examine(session, "decision", key, content)
    soft = [one for one in check(content, f"{key}.dmn", models=models) if one["severity"] != "error"]
    soft += untrue(content, models=models)
    return [
        {
            "severity": severity,
            **{name: one.get(name) for name in ("element_id", "line", "table", "rule", "column")},
            "place": finding_place(one),
            "message": finding_words(one),
        }
        for severity, found in (("error", errors), ("remark", soft))
        for one in found
    ]


def tried(session: Session, xml: str, of: str, *, at: datetime) -> dict[str, Any]:
    """Run the test rows of a file and say what one of its decisions asks for and answers.

    {inputs: [{name, title, type, enum}], outputs: [{name, type}], rows: [{passed, value, matched, error}]}.
    """
    content = xml.encode()
    models = imports.models_for(session, content)
    try:
        asked = inputs_schema(content, of, models=models)["properties"]
        grids = grids_in(draw(content, of, models=models)[-1].box)
        outcomes = run_trials(content, models=models, now=at, calendar=registers.working_days(session))
    except FeelError as why:
        return {"inputs": [], "outputs": [], "rows": [], "error": str(why)}
    return {
        "inputs": [
            {"name": name, "title": each.get("title", name), "type": each.get("type", ""), "enum": each.get("enum")}
            for name, each in asked.items()
        ],
        "outputs": [{"name": each.label, "type": each.type} for each in grids[0].outputs] if len(grids) == 1 else [],
        "rows": [
            {"passed": each.passed, "value": each.value, "matched": each.matched, "error": each.error}
            for each in outcomes
            if each.trial.of == of
        ],
        "error": "",
    }


def failed(session: Session, content: bytes, *, at: datetime) -> tuple[int, int]:
    """Count the test rows of a file and those that do not come out as expected."""
    models = imports.models_for(session, content)
    try:
        outcomes = run_trials(content, models=models, now=at, calendar=registers.working_days(session))
    except FeelError:
        return 0, 0
    return len(outcomes), sum(not each.passed for each in outcomes)


def differences(old: bytes | None, new: bytes) -> list[Change]:
    """List what differs between two versions: tables that came or went, heads, hit policy, and rule by rule."""
    before, after = _grids(old) if old else {}, _grids(new)
    found = [Change("removed", name) for name in before if name not in after]
    was, now = _texts(old) if old else {}, _texts(new)
    found += [
        Change("changed" if was.get(name) and now.get(name) else "added" if now.get(name) else "removed", name, None,
               (was.get(name, ""),), (now.get(name, ""),))
        for name in {**was, **now}
        if was.get(name) != now.get(name)
    ]  # fmt: skip
    for name, grid in after.items():
        if name not in before:
            found.append(Change("added", name))
            found += [Change("added", name, number, (), _cells(row)) for number, row in enumerate(grid.rows, 1)]
        else:
            found += _compared(name, before[name], grid)
    return found


def _compared(name: str, old: Grid, new: Grid) -> list[Change]:
    found = []
    if old.policy != new.policy:
        found.append(Change("changed", name, None, (policy_words(old.policy),), (policy_words(new.policy),)))
    heads = [[_head(each) for each in (*grid.inputs, *grid.outputs)] for grid in (old, new)]
    if heads[0] != heads[1]:
        found.append(Change("changed", name, None, tuple(heads[0]), tuple(heads[1])))
    rows = [[_cells(row) for row in grid.rows] for grid in (old, new)]
    for what, low, high, start, end in SequenceMatcher(None, rows[0], rows[1], autojunk=False).get_opcodes():
        if what == "equal":
            continue
        pairs = min(high - low, end - start)
        found += [
            Change("changed", name, start + at + 1, rows[0][low + at], rows[1][start + at]) for at in range(pairs)
        ]
        found += [Change("removed", name, at + 1, rows[0][at]) for at in range(low + pairs, high)]
        found += [Change("added", name, at + 1, (), rows[1][at]) for at in range(start + pairs, end)]
    return found


def _boxes(content: bytes) -> dict[str, Any]:
    try:
        nodes = [node for node in read(content).nodes if node.kind in ("decision", "bkm") and (node.id or node.label)]
        return {node.label or str(node.id): draw(content, node.id or node.label)[-1].box for node in nodes}
    except FeelError:
        return {}


def _grids(content: bytes) -> dict[str, Grid]:
    found = {}
    for name, box in _boxes(content).items():
        for number, grid in enumerate(grids_in(box)):
            found[name if number == 0 else f"{name} {number + 1}"] = grid
    return found


def _texts(content: bytes) -> dict[str, str]:
    """Return what stands in decisions that are no table, as lines of text."""
    boxes = _boxes(content).items()
    return {name: _line(box) for name, box in boxes if box is not None and not grids_in(box)}


def _line(box: Box) -> str:
    inside = "；".join(filter(None, map(_line, box.parts)))
    return "：".join(filter(None, (box.name, box.text or inside)))


def _cells(row: Row) -> tuple[str, ...]:
    return (*(text or "-" for text in row.inputs), *row.outputs, *filter(None, row.notes))


def _head(head: Head) -> str:
    said = [head.label or head.text, head.type, head.values, head.default]
    return " · ".join(part for part in said if part)
