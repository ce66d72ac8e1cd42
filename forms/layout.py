"""Print a grown tree as HTML: panels for sections, a grid for narrow fields, definition lists for what is only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from markupsafe import Markup
from wtforms.form import BaseForm

from forms import binding, marks, paged, rows, rules, steps, uischema
from forms import pointer as pointers
from forms.fields.base import Entry
from forms.html import tag
from forms.marks import EMPTY, Notes, data_of, frame, join, notes
from forms.messages import word
from forms.problems import Problem
from forms.scene import Scene
from forms.spot import Spot

Found = Mapping[str, Sequence[Problem]]
_PLAIN_PANEL = tag('<section class="panel"><div class="body stack">{}</div></section>')
_COLUMN = tag('<div class="col-sm-{}">{}</div>')
_FIELDSET = tag(
    '<fieldset class="stack" id="{}" tabindex="-1"{} {}><legend class="form-label fs-6">{}{}</legend>{}</fieldset>'
)
_PANEL = tag(
    '<section class="panel" id="{0}" tabindex="-1" aria-labelledby="{0}--t"{1} {2}><header>'
    '<h2 id="{0}--t"{3}>{4}{5}{6}</h2></header><div class="body stack">{7}</div></section>'
)
# Without a script nothing appears while one types: this button shows what the rules now ask for.
_UPDATE = tag(
    '<noscript><div><button class="btn btn-plain btn-sm" name="_pick:" value="1" formnovalidate>{}</button></div>'
    "</noscript>"
)
_BEFORE = tag('<p class="fw-semibold mb-1">{}</p>')
_WARNED = tag('<p class="form-text warned t-amber" role="status">{} {}</p>')
_GROUP = tag(
    '<section class="panel" aria-labelledby="{0}" data-qc-group="{3}"><header><h2 id="{0}">{1}</h2></header>'
    '<div class="body stack">{2}</div></section>'
)
_PICKER = tag(
    '<div><label class="form-label" for="{0}--b">{1}</label><div class="input-group">'
    '<select class="form-select" id="{0}--b" name="{2}?" data-qc-branch="{3}">{4}</select>'
    '<button class="btn btn-plain" name="_pick:{3}" value="1" formnovalidate>{5}</button></div></div>'
)


class Page:
    """One printing of a form: its tree, its WTForms fields and the problems to show beside them."""

    def __init__(self, scene: Scene, problems: Sequence[Problem]) -> None:
        self.scene = scene
        self.form = BaseForm({}, prefix="")
        self.warned: Mapping[str, str] = {}
        self.inner: set[tuple[str, ...]] = set()
        self.problems: Found = {
            pointer: list(group)
            for pointer, group in groupby(sorted(problems, key=lambda p: p.pointer), key=lambda p: p.pointer)
        }

    def entry(self, spot: Spot) -> Entry:
        """Bind the WTForms field of a leaf to its value."""
        entry = binding.bind(self.form, spot, self.scene)
        entry.process(None, data=spot.value)
        return entry

    def at(self, spot: Spot) -> Sequence[Problem]:
        """List the problems of a place."""
        return self.problems.get(spot.pointer, ())

    def whole(self, tree: Spot) -> Markup:
        """Print the form: one panel for each section and table, one for each run of plain fields between them."""
        if tree.shape == "rows":
            return self.block(tree)
        if tree.shape == "leaf":
            return join(self.blocks([tree]))
        said = notes(tree, self.scene, self.at(tree))
        parts = [said.html] if said.html else []
        if tree.branches:
            parts.append(self.picker(tree))
        parts += self.grouped(tree)
        if tree.shape == "map":
            parts.append(_PLAIN_PANEL.format(rows.map_rows(self, tree)))
        if not self.scene.readonly and any(rules.VISIBLE in spot.ui for spot in tree.walk()):
            parts.append(_UPDATE.format(word("update", self.scene.locale)))
        return join(parts)

    def below(self, spot: Spot) -> list[Problem]:
        """List the problems of a place and of all that lies in it."""
        start = spot.pointer + "/"
        return [
            problem
            for pointer, found in self.problems.items()
            if pointer == spot.pointer or pointer.startswith(start)
            for problem in found
        ]

    def grouped(self, root: Spot) -> list[Markup]:
        """Print what `qc:groups` makes of the fields of the first level: headings, tabs or steps."""
        look = steps.style(root.ui)
        pages = steps.shown(root.ui, root.children) if look != "headings" else []
        if not pages:
            return self.headed(root.children, {name: each for each in steps.listed(root.ui) for name in each.fields})
        parts = self.blocks(steps.loose(root.ui, root.children))
        if look == "tabs" or self.scene.readonly:
            return parts + paged.tabs(self, pages)
        spoken = [problem for found in self.problems.values() for problem in found]
        return parts + paged.wizard(self, pages, steps.current(pages, self.scene.step, spoken))

    def headed(self, children: Sequence[Spot], groups: Mapping[str, steps.Group]) -> list[Markup]:
        """Print panels with headings over runs of fields."""
        if not groups:
            return self.blocks(children)
        parts = []
        for number, (group, run) in enumerate(groupby(children, key=lambda spot: groups.get(spot.path[-1]))):
            members = list(run)
            if group is None or not group.title:
                parts += self.blocks(members)
                continue
            self.inner.update(spot.path for spot in members)
            own = f"{self.scene.prefix}--g{number}"
            parts.append(_GROUP.format(own, group.title, self.run(members), group.number))
        return parts

    def blocks(self, children: Sequence[Spot]) -> list[Markup]:
        """Print runs of fields and the sections between them."""
        parts = []
        for is_block, group in groupby((c for c in children if c.key_of is None), key=_is_block):
            members = list(group)
            if is_block:
                parts += [self.block(child) for child in members]
            else:
                body = self.run(members)
                if body:
                    parts.append(_PLAIN_PANEL.format(body))
        return parts

    def run(self, spots: Sequence[Spot]) -> Markup:
        """Print fields one below the other, narrow ones beside each other, read ones as a list."""
        parts = []
        for kind, group in groupby(spots, key=lambda spot: _column(spot, self.scene)):
            members = list(group)
            if kind == "read":
                parts.append(self.listing(members))
            elif kind == "grid":
                columns = [
                    tag('<div class="col-sm-{}">{}</div>').format(width_of(spot), self.field(spot)) for spot in members
                ]
                parts.append(tag('<div class="row g-3">{}</div>').format(join(columns)))
            else:
                parts += [self.field(spot) for spot in members]
        return join(parts)

    def field(self, spot: Spot) -> Markup:
        """Print one place in its usual form, whatever it is, after the text that `qc:before` puts there."""
        before = spot.ui.get("qc:before")
        return _BEFORE.format(before) + self.bare(spot) if isinstance(before, str) else self.bare(spot)

    def bare(self, spot: Spot) -> Markup:
        """Print one place by itself."""
        if spot.shape != "leaf":
            return self.block(spot)
        if not writes(spot, self.scene):
            return self.listing([spot])
        warned = self.warned.get(spot.pointer)
        after = _WARNED.format(marks.icon(self.scene, "exclamation-triangle-fill"), warned) if warned else EMPTY
        body = frame(self.entry(spot), spot, self.scene, self.at(spot), after)
        return self.picker(spot) + body if spot.branches else body

    def listing(self, spots: Sequence[Spot]) -> Markup:
        """Print read-only values as a definition list."""
        pairs = [
            tag("<dt {0}>{1}{4}</dt><dd{2}>{3}</dd>").format(
                data_of(spot),
                spot.label,
                EMPTY if spot.shown else Markup(" hidden"),
                display(spot, self.scene),
                marks.right_mark(spot, self.scene),
            )
            for spot in spots
            if not (spot.entry is not None and spot.entry.kind == "hidden")
        ]
        banners = [frame(self.entry(spot), spot, self.scene, ()) for spot in spots if _is_notice(spot)]
        if banners:
            return join(banners)
        return tag('<dl class="pairs">{}</dl>').format(join(pairs)) if pairs else EMPTY

    def block(self, spot: Spot) -> Markup:
        """Print a section or a table: a panel on the first level, a fieldset below it."""
        own = pointers.element_id(spot.pointer, self.scene.prefix)
        said, body = self.inside(spot)
        described = tag(' aria-describedby="{}"').format(" ".join(said.ids)) if said.ids else EMPTY
        data = data_of(spot) + Markup(" ") + rows.data_of_rows(spot, self.scene)
        # That a section is required says nothing: its own fields say what must be filled in.
        is_table = spot.shape == "rows"
        mark = marks.required_mark(spot, self.scene) + marks.right_mark(spot, self.scene) if is_table else EMPTY
        if spot.depth > 1 or spot.path[:1] in self.inner:
            return _FIELDSET.format(own, described, data, spot.label, mark, body)
        glyph = _glyph(spot)
        row = Markup(' class="d-flex gap-2 align-items-center"') if glyph else EMPTY
        label = spot.label or word("rest", self.scene.locale)
        return _PANEL.format(own, described, data, row, glyph, label, mark, body)

    def inside(self, spot: Spot) -> tuple[Notes, Markup]:
        """Print what stands inside a section, table or row: its notes, the choice of branch and its parts."""
        said = notes(spot, self.scene, self.at(spot))
        if spot.shape == "leaf":
            body = self.field(spot)
        elif spot.shape == "rows":
            body = rows.table_or_cards(self, spot)
        else:
            body = self.run([child for child in spot.children if child.key_of is None])
            if spot.shape == "map":
                body += rows.map_rows(self, spot)
        return said, said.html + (self.picker(spot) if spot.branches else EMPTY) + body

    def picker(self, spot: Spot) -> Markup:
        """Print the choice between branches; without a script the button beside it shows the other one."""
        if spot.right != "write" or self.scene.readonly:
            return EMPTY
        own = pointers.element_id(spot.pointer, self.scene.prefix)
        options = join(
            [
                tag('<option value="{}"{}>{}</option>').format(
                    i, Markup(" selected") if i == spot.branch else EMPTY, label
                )
                for i, label in enumerate(spot.branches)
            ]
        )
        label = spot.ui.get("qc:branchLabel") or word("kind", self.scene.locale, label=spot.label)
        switch = word("switch", self.scene.locale)
        return _PICKER.format(own, label, self.scene.name(spot.name), spot.pointer, options, switch)


def writes(spot: Spot, scene: Scene) -> bool:
    """Tell whether a place is printed with an input."""
    return spot.right == "write" and not scene.readonly


def display(spot: Spot, scene: Scene) -> Markup:
    """Print the value of a leaf for reading."""
    if spot.entry is None:
        return EMPTY
    return spot.entry.display(spot.value, spot, scene)


def width_of(spot: Spot) -> int:
    """Tell how many of twelve columns a field takes."""
    wished = uischema.option(spot.ui, "width")
    if isinstance(wished, int) and not isinstance(wished, bool) and 1 <= wished <= 12:
        return wished
    return 4 if spot.entry is not None and spot.entry.narrow else 12


def _column(spot: Spot, scene: Scene) -> str:
    if spot.shape != "leaf":
        return "block"
    if not writes(spot, scene):
        return "notice" if _is_notice(spot) else "read"
    return "grid" if width_of(spot) < 12 else "wide"


def _is_block(spot: Spot) -> bool:
    return spot.shape != "leaf"


def _is_notice(spot: Spot) -> bool:
    return spot.entry is not None and spot.entry.kind == "notice"


def _glyph(spot: Spot) -> Markup:
    glyph = uischema.text_option(spot.ui, "glyph")
    return tag('<span class="glyph">{}</span>').format(glyph[:2]) if glyph else EMPTY


__all__: list[str] = ["Page", "display", "width_of", "writes"]
