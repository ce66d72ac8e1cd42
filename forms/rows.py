"""Print repeating rows: as a table when every cell is small, as cards otherwise; rows come and go by buttons.

Every row carries a hidden marker `<table>[]` = `<number>=<its number in the stored values>`; the markers say which
rows there are and in which order. Adding, removing and moving works without a script: each button is a submit.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from markupsafe import Markup

from forms import filling, marks, uischema
from forms import pointer as pointers
from forms.html import html_params, tag
from forms.marks import EMPTY, icon, join
from forms.messages import word
from forms.scene import Scene
from forms.spot import Spot

if TYPE_CHECKING:
    from forms.layout import Page

WIDEST_TABLE = 7
NUM = Markup(' class="num"')
_HEAD = tag('<th scope="col"{}>{}{}</th>')
_TABLE = tag(
    '<div class="scroll-x" tabindex="0" role="group" aria-labelledby="{0}--c"><table class="table">'
    '<caption class="visually-hidden" id="{0}--c">{1}</caption><thead><tr><th scope="col">#</th>{2}</tr></thead>'
    "<tbody data-qc-rows>{3}</tbody>{4}</table></div>"
)
_CARD = tag(
    '<div class="panel" role="group" id="{0}" tabindex="-1" aria-labelledby="{0}--t" data-qc-row><header>'
    '<h3 id="{0}--t">{1}</h3>{2}</header>{3}<div class="body stack">{4}</div></div>'
)
_LINE = tag('<div class="d-flex gap-2 align-items-end" data-qc-row>{}<div class="flex-grow-1">{}</div>{}</div>')
_BUTTON = tag('<button class="btn btn-quiet btn-sm" name="{}" value="1" formnovalidate aria-label="{}">{}</button>')
_ADD = tag('<div><button class="btn btn-plain btn-sm" name="_add:{}" value="1" formnovalidate>{}{}</button></div>')
_FILL = tag(
    '<details class="fill" data-qc-fill="{7}"><summary>{1}</summary><div class="stack">'
    '<div class="form-text" id="{0}--fh">{2}</div>'
    '<div><label class="form-label" for="{0}--fp">{3}</label>'
    '<textarea class="form-control" id="{0}--fp" name="{4}" rows="3" aria-describedby="{0}--fh"></textarea></div>'
    '<div><label class="form-label" for="{0}--fs">{5}</label>'
    '<input class="form-control" type="file" id="{0}--fs" name="{6}" accept=".xlsx,.xls,.ods,.csv,.txt"></div>'
    '<div><button class="btn btn-plain btn-sm" name="_fill:{7}" value="1" formnovalidate>{8}</button></div>'
    "</div></details>"
)
_NAMED = tag(
    '<div class="row g-2 align-items-end" data-qc-row><div class="col-sm-4">'
    '<label class="form-label" for="{0}--n">{1}</label>'
    '<input class="form-control" id="{0}--n" name="{2}#" value="{3}" autocomplete="off"></div>'
    '<div class="col-sm-6">{4}</div><div class="col-sm-2">{5}</div></div>'
)


def data_of_rows(spot: Spot, scene: Scene) -> Markup:
    """Print what a script needs to know about a table."""
    if spot.shape not in ("rows", "map"):
        return EMPTY
    found = {"data_qc_array": spot.pointer}
    for keyword, name in (("minItems", "data_qc_min"), ("maxItems", "data_qc_max")):
        bound = spot.schema.get(keyword)
        if isinstance(bound, int):
            found[name] = str(bound)
    if not may_add(spot, scene):
        found["data_qc_fixed"] = "true"
    return Markup(html_params(**found))  # noqa: S704 - html_params escapes


def may_change(spot: Spot, scene: Scene) -> bool:
    """Tell whether rows may be added, removed and moved at all."""
    return spot.right == "write" and not scene.readonly


def may_add(spot: Spot, scene: Scene) -> bool:
    """Tell whether one more row fits."""
    if not may_change(spot, scene) or uischema.option(spot.ui, "addable") is False:
        return False
    if spot.shape == "map":
        most = spot.schema.get("maxProperties")
    else:
        most = spot.schema.get("maxItems")
        if spot.schema.get("items") is False or (spot.fixed and "items" not in spot.schema):
            return False
    return not isinstance(most, int) or len(spot.children) < most


def table_or_cards(page: Page, spot: Spot) -> Markup:
    """Print the rows of an array and the button that adds one."""
    scene = page.scene
    adds = may_add(spot, scene)
    if not spot.children:
        text = word("no-rows", scene.locale, add=_add_text(spot, scene)) if adds else word("none", scene.locale)
        body = tag('<p class="muted" data-qc-empty>{}</p>').format(text)
    elif _fits_table(spot):
        body = _table(page, spot)
    else:
        cards = [_card(page, spot, row) for row in spot.children]
        body = tag('<div class="stack" data-qc-rows>{}</div>').format(join(cards))
    if not adds:
        return body
    body += _ADD.format(spot.pointer, icon(scene, "plus-lg"), _add_text(spot, scene))
    return body + _fill_box(spot, scene) if uischema.option(spot.ui, "fill") is True else body


def _fill_box(spot: Spot, scene: Scene) -> Markup:
    """Print where rows are pasted or a file is chosen; a script also takes them when they are pasted into a cell."""
    own, locale = pointers.element_id(spot.pointer, scene.prefix), scene.locale
    hint = word("fill-hint", locale, columns=word("and", locale).join(filling.columns_of(scene, spot)))
    paste, sheet = f"{scene.prefix}{filling.PASTE}{spot.pointer}", f"{scene.prefix}{filling.SHEET}{spot.pointer}"
    return _FILL.format(
        own, word("fill", locale), hint, word("fill-paste", locale), paste, word("fill-file", locale), sheet,
        spot.pointer, word("fill-do", locale),
    )  # fmt: skip


def _add_text(spot: Spot, scene: Scene) -> str:
    return uischema.text_option(spot.ui, "addText") or word("add", scene.locale)


def _fits_table(spot: Spot) -> bool:
    wished = uischema.option(spot.ui, "layout")
    if wished in ("cards", "table"):
        return bool(wished == "table" and _small(spot.children[0], anything=True))
    return not spot.fixed and all(_small(row) for row in spot.children[:3])


def _small(row: Spot, *, anything: bool = False) -> bool:
    if row.branches or row.shape != "section" or not row.children:
        return False
    cells = row.children
    plain = all(cell.shape == "leaf" and cell.entry is not None and not cell.branches for cell in cells)
    if anything or not plain:
        return plain
    visible = [cell for cell in cells if not _is_unseen(cell)]
    tall = any(cell.right == "write" and cell.entry is not None and cell.entry.tall for cell in visible)
    return len(visible) <= WIDEST_TABLE and not tall


def _columns(spot: Spot) -> list[Spot]:
    """List the columns: those of every row, since a row may lack a cell that another has."""
    found: dict[str, Spot] = {}
    for row in spot.children:
        for cell in row.children:
            if not _is_unseen(cell):
                found.setdefault(cell.path[-1], cell)
    return list(found.values())


def _table(page: Page, spot: Spot) -> Markup:
    own = pointers.element_id(spot.pointer, page.scene.prefix)
    heads = [
        _HEAD.format(
            NUM if _is_figure(cell) and not may_change(spot, page.scene) else EMPTY,
            cell.label,
            EMPTY if page.scene.readonly else marks.required_mark(cell, page.scene),
        )
        for cell in _columns(spot)
    ]
    if may_change(spot, page.scene):
        heads.append(_HEAD.format(EMPTY, word("acts", page.scene.locale), EMPTY))
    body = join([_table_row(page, spot, row) for row in spot.children])
    return _TABLE.format(own, spot.label, join(heads), body, _foot(page, spot))


def _foot(page: Page, spot: Spot) -> Markup:
    """Add up the columns that `ui:options.totals` names."""
    wished = uischema.option(spot.ui, "totals")
    if not isinstance(wished, list) or not spot.children:
        return EMPTY
    cells = [
        _total(page, spot, column) if column.path[-1] in wished else Markup("<td></td>") for column in _columns(spot)
    ]
    if may_change(spot, page.scene):
        cells.append(Markup("<td></td>"))
    head = tag('<th scope="row">{}</th>').format(word("total", page.scene.locale))
    return tag("<tfoot><tr>{}{}</tr></tfoot>").format(head, join(cells))


def _total(page: Page, spot: Spot, column: Spot) -> Markup:
    total = Decimal(0)
    for row in spot.children:
        value = row.value.get(column.path[-1]) if isinstance(row.value, dict) else None
        try:
            total += Decimal(str(value)) if value is not None else 0
        except InvalidOperation:
            continue
    text = column.entry.text(str(total), column, page.scene) if column.entry is not None else str(total)
    return tag('<td class="num" data-qc-total="{}">{}</td>').format(column.path[-1], text)


def _table_row(page: Page, spot: Spot, row: Spot) -> Markup:
    by_name = {cell.path[-1]: cell for cell in row.children}
    cells = [_cell(page, by_name.get(column.path[-1])) for column in _columns(spot)]
    unseen = [page.field(cell) for cell in row.children if _is_unseen(cell) and cell.right == "write"]
    if may_change(spot, page.scene):
        cells.append(tag('<td><div class="acts">{}</div></td>').format(_acts(page, spot, row)))
    head = tag('<th scope="row">{}{}{}</th>').format(_number(row), marker(page, spot, row), join(unseen))
    return tag("<tr data-qc-row>{}{}</tr>").format(head, join(cells))


def _is_figure(cell: Spot) -> bool:
    return cell.entry is not None and cell.entry.figure


def _is_unseen(cell: Spot) -> bool:
    return cell.entry is not None and cell.entry.kind == "hidden"


def _cell(page: Page, cell: Spot | None) -> Markup:
    if cell is None:
        return Markup("<td></td>")
    label = tag(' data-label="{}"').format(cell.label)
    if cell.right != "write" or page.scene.readonly:
        value = cell.entry.display(cell.value, cell, page.scene) if cell.entry is not None else EMPTY
        # A hidden cell would let those after it move up: the rule hides what is in it.
        own = label + NUM if _is_figure(cell) else label
        return tag("<td{}><div {}>{}</div></td>").format(own, marks.data_of(cell), value)
    entry = page.entry(cell)
    said = marks.notes(cell, page.scene, page.at(cell), "")
    attributes = {"id": entry.id, **said.attributes()}
    base = "form-check-input" if entry.kind == "boolean" else "form-control form-control-sm"
    attributes["class_"] = f"{base} is-invalid" if said.wrong else base
    named = tag('<label class="visually-hidden" for="{}">{}</label>').format(entry.id, cell.full_label or cell.label)
    control = marks.with_unit(entry.control(attributes), entry, cell)
    return tag("<td{}><div {}>{}{}{}</div></td>").format(label, marks.data_of(cell), named, said.html, control)


def _card(page: Page, spot: Spot, row: Spot) -> Markup:
    if row.shape == "leaf" and not row.branches:
        return _line(page, spot, row)
    own = pointers.element_id(row.pointer, page.scene.prefix)
    if row.shape == "leaf":
        # The input has the id that problems lead to; the card needs one of its own.
        own, body = f"{own}--r", page.field(row)
    else:
        body = page.inside(row)[1]
    acts = tag('<div class="acts">{}</div>').format(_acts(page, spot, row)) if may_change(spot, page.scene) else EMPTY
    return _CARD.format(own, _heading(spot, row), acts, marker(page, spot, row), body)


def _heading(spot: Spot, row: Spot) -> str:
    titled = uischema.text_option(spot.ui, "rowTitle")
    value = row.value.get(titled) if titled and isinstance(row.value, dict) else None
    return f"{row.label} · {value}" if isinstance(value, str) and value else row.label


def _line(page: Page, spot: Spot, row: Spot) -> Markup:
    """Print a row that is one field: the input with its button beside it."""
    acts = _acts(page, spot, row) if may_change(spot, page.scene) and not _is_fixed(spot, row) else EMPTY
    return _LINE.format(marker(page, spot, row), page.field(row), acts)


def _is_fixed(spot: Spot, row: Spot) -> bool:
    return row.path[-1].isdecimal() and int(row.path[-1]) < spot.fixed


def _number(row: Spot) -> str:
    return str(int(row.path[-1]) + 1) if row.path[-1].isdecimal() else ""


def marker(page: Page, spot: Spot, row: Spot) -> Markup:
    """Print the hidden input that says that this row is there and where it came from."""
    if not may_change(spot, page.scene):
        return EMPTY
    token = row.name.rsplit("/", 1)[-1]
    origin = _origin(page.scene, spot, int(token)) if token.isdecimal() else None
    value = f"{token}={'' if origin is None else origin}"
    return tag('<input type="hidden" name="{}[]" value="{}">').format(page.scene.name(spot.name), value)


def _origin(scene: Scene, spot: Spot, index: int) -> int | None:
    origins = scene.origins.get(spot.pointer)
    if origins is not None:
        return origins[index] if index < len(origins) else None
    return index if isinstance(spot.value, list) and index < len(spot.value) else None


def _acts(page: Page, spot: Spot, row: Spot) -> Markup:
    if _is_fixed(spot, row):
        return EMPTY
    scene = page.scene
    number = _number(row)
    parts = []
    if uischema.option(spot.ui, "orderable") is True and number:
        for action, symbol in (("up", "arrow-up"), ("down", "arrow-down")):
            label = word(action, scene.locale, n=number)
            parts.append(_button(f"_{action}:{row.pointer}", tag("{}").format(icon(scene, symbol)), label))
    if uischema.option(spot.ui, "removable") is not False:
        label = word("remove-row", scene.locale, n=number)
        parts.append(_button(f"_remove:{row.pointer}", tag("{}").format(word("remove", scene.locale)), label))
    return join(parts)


def _button(name: str, content: Markup | str, label: str) -> Markup:
    return _BUTTON.format(name, label, content)


def map_rows(page: Page, spot: Spot) -> Markup:
    """Print named values: the name is an input too."""
    lines = [_named(page, spot, child) for child in spot.children if child.key_of is not None]
    if may_add(spot, page.scene):
        lines.append(_ADD.format(spot.pointer, icon(page.scene, "plus-lg"), _add_text(spot, page.scene)))
    return join(lines)


def _named(page: Page, spot: Spot, row: Spot) -> Markup:
    if not may_change(spot, page.scene):
        return page.field(row)
    scene = page.scene
    own = pointers.element_id(row.pointer, scene.prefix)
    name = row.key_of or ""
    row.label = row.label if row.shape != "leaf" else word("value", scene.locale)
    remove = word("remove", scene.locale)
    button = _button(f"_remove:{row.pointer}", remove, f"{remove} {name}")
    return _NAMED.format(own, word("key", scene.locale), scene.name(row.name), name, page.field(row), button)
