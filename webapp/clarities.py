"""The three clarities of a matter as one card: what the department does, what is asked, what support goes with it.

A form declares the card in its ui, so any definition can have one:

    "qc:card": {"kind": "three-clarities", "does": "/own_work", "asks": "/ask", "gives": "/support",
                "burden": [{"value": "ask.hours", "words": "小时"}],
                "support": [{"value": "sum(support.amount)", "words": "元"}]}

does, asks, gives: JSON pointers of fields, sections or tables. burden, support: FEEL over the form's values;
what has no value is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.feel import FeelError
from engine.feel import compile as compile_feel

Line = tuple[str, str, str]
Figure = tuple[str, str]


@dataclass(frozen=True)
class Card:
    """The card ready to print; notes are the small print of the three heads, burden and support the balance line."""

    does: list[str]
    asked: list[str]
    gives: list[str]
    notes: tuple[str, str, str] = ("", "", "")
    burden: tuple[Figure, ...] = ()
    support: tuple[Figure, ...] = ()
    note: str = ""


def pointers_of(ui: Mapping[str, Any] | None) -> tuple[str, str, str] | None:
    """Return the pointers of the three parts a form's ui declares, or None when it declares no card."""
    declared = (ui or {}).get("qc:card")
    if not isinstance(declared, Mapping) or declared.get("kind") != "three-clarities":
        return None
    return str(declared.get("does", "")), str(declared.get("asks", "")), str(declared.get("gives", ""))


def card_of(
    ui: Mapping[str, Any] | None,
    lines: Sequence[Line],
    values: Mapping[str, Any],
    *,
    notes: tuple[str, str, str] = ("", "", ""),
) -> Card | None:
    """Build the card from what the reader may see (`lines`: label, text, pointer); None where that is nothing."""
    parts = pointers_of(ui)
    if ui is None or parts is None:
        return None
    does, asked, gives = (list(bullets(lines, pointer)) for pointer in parts)
    if not (does or asked or gives):
        return None
    declared = ui["qc:card"]
    return Card(
        does, asked, gives, notes,
        burden=_figures(declared.get("burden"), values) if asked else (),
        support=_figures(declared.get("support"), values) if gives else (),
    )  # fmt: skip


def without_card(ui: Mapping[str, Any] | None, lines: Sequence[Line]) -> list[Line]:
    """Return the lines the card does not already say."""
    parts = pointers_of(ui)
    if parts is None:
        return list(lines)
    return [line for line in lines if not any(_is_under(line[2], pointer) for pointer in parts)]


def bullets(lines: Iterable[Line], pointer: str) -> Iterable[str]:
    """Say what lies at a pointer, one line each: a text by its lines, a table by its rows, a section by its fields."""
    rows: dict[str, list[str]] = {}
    for label, text, at in lines:
        if not text or not pointer or not _is_under(at, pointer):
            continue
        inside = at[len(pointer) :].split("/")[1:]
        if not inside:
            yield from (part.strip() for part in text.splitlines() if part.strip())
        elif inside[0].isdigit():
            rows.setdefault(inside[0], []).append(text)
        else:
            yield f"{label}：{text}"
    yield from ("，".join(texts) for texts in rows.values())


def _is_under(pointer: str, root: str) -> bool:
    return bool(root) and (pointer == root or pointer.startswith(root + "/"))


def _figures(declared: Any, values: Mapping[str, Any]) -> tuple[Figure, ...]:
    found = []
    for entry in declared if isinstance(declared, list) else ():
        try:
            value = compile_feel(str(entry["value"]))(values)
        except (FeelError, KeyError, TypeError):
            continue
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            found.append((_number(Decimal(value)), str(entry.get("words", ""))))
    return tuple(found)


def _number(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.1"))
    return f"{rounded:,.0f}" if rounded == rounded.to_integral_value() else f"{rounded:,.1f}"
