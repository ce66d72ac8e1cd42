"""The three clarities of a matter as one card: what the department does, what is asked, what support goes with it.

A form declares the card in its ui, so any definition can have one:

    "qc:card": {"kind": "three-clarities", "does": "/own_work", "asks": "/ask", "gives": "/support",
                "burden": [{"value": "ask.hours", "words": "小时"}],
                "support": [{"value": "sum(support.amount)", "words": "元"}]}

does, asks, gives: the JSON pointer of a field, section or table, or a list of those and of {"at": pointer, "label":
words}. burden, support: FEEL over the form's values; what has no value is left out.
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


def card_of(
    ui: Mapping[str, Any] | None,
    lines: Sequence[Line],
    values: Mapping[str, Any],
    *,
    notes: tuple[str, str, str] = ("", "", ""),
) -> Card | None:
    """Build the card from what the reader may see (`lines`: label, text, pointer); None where that is nothing."""
    declared = _declared(ui)
    if declared is None:
        return None
    does, asked, gives = (_said(lines, declared.get(part)) for part in _PARTS)
    if not (does or asked or gives):
        return None
    return Card(
        does, asked, gives, notes,
        burden=_figures(declared.get("burden"), values) if asked else (),
        # Nothing given is no support; nothing asked is worth saying.
        support=tuple(figure for figure in _figures(declared.get("support"), values) if figure[0] != "0")
        if gives
        else (),
    )  # fmt: skip


def without_card(ui: Mapping[str, Any] | None, lines: Sequence[Line]) -> list[Line]:
    """Return the lines the card does not already say."""
    declared = _declared(ui)
    if declared is None:
        return list(lines)
    roots = [at for part in _PARTS for at, _label in _places(declared.get(part))]
    return [line for line in lines if not any(_is_under(line[2], root) for root in roots)]


def bullets(lines: Iterable[Line], pointer: str, label: str = "") -> list[str]:
    """Say what lies at a pointer, one line each: a text by its lines, a table by its rows, a section by its fields.

    label: put before the lines of a single field, which otherwise stand alone.
    """
    said: list[str] = []
    rows: dict[str, list[str]] = {}
    for name, text, at in lines:
        if not text or not _is_under(at, pointer):
            continue
        inside = at[len(pointer) :].split("/")[1:]
        if inside and inside[0].isdigit():
            rows.setdefault(inside[0], []).append(text)
        else:
            said += _with_label(label if not inside else name, text)
    return said + ["，".join(texts) for texts in rows.values()]


def _with_label(label: str, text: str) -> list[str]:
    parts = [part.strip() for part in text.splitlines() if part.strip()]
    return [f"{label}：{'；'.join(parts)}"] if label else parts


_PARTS = ("does", "asks", "gives")


def _declared(ui: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    declared = (ui or {}).get("qc:card")
    return declared if isinstance(declared, Mapping) and declared.get("kind") == "three-clarities" else None


def _places(declared: Any) -> list[tuple[str, str]]:
    """Read one part of a declaration: a pointer, or a list of pointers and {"at", "label"}."""
    entries = declared if isinstance(declared, list) else [declared]
    return [
        (str(entry.get("at", "")), str(entry.get("label", ""))) if isinstance(entry, Mapping) else (str(entry), "")
        for entry in entries
        if entry
    ]


def _said(lines: Sequence[Line], declared: Any) -> list[str]:
    return [line for at, label in _places(declared) for line in bullets(lines, at, label)]


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
