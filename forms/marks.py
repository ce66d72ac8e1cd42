"""Small pieces of HTML: icons, hints, messages and the frame around one field."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from forms import pointer as pointers
from forms import prefill, rules, uischema
from forms.fields.base import Entry
from forms.html import html_params, tag
from forms.messages import word
from forms.problems import Problem
from forms.scene import Scene
from forms.spot import Spot

EMPTY = Markup("")
_RULE_DATA = (
    (rules.VISIBLE, "data_qc_visible"),
    (rules.REQUIRED, "data_qc_required"),
    (rules.COMPUTED, "data_qc_computed"),
)


def join(parts: Sequence[Markup]) -> Markup:
    """Join printed parts."""
    return EMPTY.join(parts)


def icon(scene: Scene, name: str) -> Markup:
    """Print an icon of the sprite; words always stand beside it."""
    return tag('<svg class="ico" aria-hidden="true"><use href="{}#{}"/></svg>').format(scene.icons, name)


def hint_of(spot: Spot) -> str:
    """Find the hint of a place: `ui:description`, `ui:help`, then the schema's description."""
    own = uischema.text_option(spot.ui, "description")
    hint = own if own is not None else spot.schema.get("description")
    help_text = uischema.text_option(spot.ui, "help")
    return "\n".join(text for text in (hint, help_text) if isinstance(text, str) and text)


@dataclass(slots=True)
class Notes:
    """The hint and messages of a place, printed, and the ids that describe its input."""

    html: Markup
    ids: list[str]
    wrong: bool

    def attributes(self) -> dict[str, Any]:
        """List the aria attributes of the input."""
        found: dict[str, Any] = {}
        if self.ids:
            found["aria_describedby"] = " ".join(self.ids)
        if self.wrong:
            found["aria_invalid"] = "true"
        return found


def notes(spot: Spot, scene: Scene, problems: Sequence[Problem], hint: str | None = None) -> Notes:
    """Print hint and messages of a place, in this order, above its input."""
    own = pointers.element_id(spot.pointer, scene.prefix)
    parts, ids = [], []
    text = hint_of(spot) if hint is None else hint
    if text:
        lines = Markup("<br>").join(escape(line) for line in text.split("\n"))
        parts.append(tag('<div class="form-text" id="{}--h">{}</div>').format(own, lines))
        ids.append(f"{own}--h")
    if problems:
        messages = Markup("<br>").join(escape(message) for message in dict.fromkeys(p.message for p in problems))
        mark = icon(scene, "exclamation-circle-fill")
        parts.append(
            tag('<div class="invalid-feedback" id="{}--e">{}<span>{}</span></div>').format(own, mark, messages)
        )
        ids.append(f"{own}--e")
    return Notes(join(parts), ids, bool(problems))


def required_mark(spot: Spot, scene: Scene) -> Markup:
    """Print 必填 in words, and what is filled in by itself.

    `ui:options.requiredText` may say why it is required, as in 赋能清单必填.
    """
    mark = EMPTY
    if spot.required:
        own = uischema.text_option(spot.ui, "requiredText")
        mark = tag('<span class="req">{}</span>').format(own or word("req", scene.locale))
    if prefill.FROM in spot.ui and spot.right == "write":
        mark += tag('<span class="opt">{}</span>').format(word("filled", scene.locale))
    return mark


def right_mark(spot: Spot, scene: Scene) -> Markup:
    """Print on a page for reading that the step could write here."""
    if not scene.tells_rights or spot.right != "write":
        return EMPTY
    return tag(' <span class="chip t-teal">{}</span>').format(word("writable", scene.locale))


def data_of(spot: Spot) -> Markup:
    """Print the attributes that the browser's rules work on; a place hidden by its rule is hidden."""
    found: dict[str, Any] = {"data_qc_pointer": spot.pointer}
    for key, name in (
        (rules.VISIBLE, "data_qc_visible"),
        (rules.REQUIRED, "data_qc_required"),
        (rules.COMPUTED, "data_qc_computed"),
    ):
        rule = spot.ui.get(key)
        if isinstance(rule, str):
            found[name] = rule
    changing = [spot.ui[key] for key in (rules.OPTIONS, rules.SET, rules.FROZEN, rules.CHECKS) if key in spot.ui]
    if changing:
        found["data_qc_rule"] = json.dumps(changing, ensure_ascii=False)
    if not spot.shown:
        found["hidden"] = True
    return Markup(html_params(**found))  # noqa: S704 - html_params escapes


def label_class(spot: Spot) -> str:
    """Tell the class of a label; `ui:options.label: false` hides it from sight only."""
    return "visually-hidden" if uischema.option(spot.ui, "label") is False else "form-label"


def frame(entry: Entry, spot: Spot, scene: Scene, problems: Sequence[Problem], after: Markup = EMPTY) -> Markup:
    """Print one field: label, hint, message, input, and what is said after it."""
    if entry.bare:
        body = entry.control({})
        return body if entry.kind == "hidden" else tag("<div {}>{}</div>").format(data_of(spot), body)
    hint = hint_of(spot)
    if entry.hint():
        hint = "\n".join(part for part in (hint, entry.hint()) if part)
    said = notes(spot, scene, problems, hint)
    attributes = {"id": entry.id, **said.attributes()}
    if entry.grouped:
        return _group(entry, spot, scene, said, attributes, after)
    if entry.kind == "boolean":
        return _tick(entry, spot, scene, said, attributes, after)
    attributes["class_"] = "form-control is-invalid" if said.wrong else "form-control"
    placeholder = uischema.text_option(spot.ui, "placeholder")
    if placeholder and entry.kind not in ("choice", "file"):
        attributes["placeholder"] = placeholder
    if uischema.option(spot.ui, "autofocus") is True:
        attributes["autofocus"] = True
    label = tag('<label class="{}" for="{}">{}{}</label>').format(
        label_class(spot), entry.id, spot.label, required_mark(spot, scene)
    )
    control = with_unit(entry.control(attributes), entry, spot)
    return tag("<div {}>{}{}{}{}</div>").format(data_of(spot), label, said.html, control, after)


def with_unit(control: Markup, entry: Entry, spot: Spot) -> Markup:
    """Put the unit of measure beside the input."""
    suffix = entry.unit()
    prefix = uischema.text_option(spot.ui, "prefix") or ""
    if not suffix and not prefix:
        return control
    before = tag('<span class="input-group-text">{}</span>').format(prefix) if prefix else EMPTY
    after = tag('<span class="input-group-text">{}</span>').format(suffix) if suffix else EMPTY
    return tag('<div class="input-group">{}{}{}</div>').format(before, control, after)


def _group(entry: Entry, spot: Spot, scene: Scene, said: Notes, attributes: dict[str, Any], after: Markup) -> Markup:
    described = tag(' aria-describedby="{}"').format(" ".join(said.ids)) if said.ids else EMPTY
    attributes = {key: value for key, value in attributes.items() if key in ("id", "aria_invalid")}
    shape = Markup(' class="decide"') if entry.kind == "decide" else EMPTY
    legend = "visually-hidden" if label_class(spot) == "visually-hidden" else "form-label fs-6"
    return tag('<fieldset{}{} {}><legend class="{}">{}{}</legend>{}{}{}</fieldset>').format(
        shape, described, data_of(spot), legend, spot.label, required_mark(spot, scene), said.html,
        entry.control(attributes), after,
    )  # fmt: skip


def _tick(entry: Entry, spot: Spot, scene: Scene, said: Notes, attributes: dict[str, Any], after: Markup) -> Markup:
    attributes["class_"] = "form-check-input is-invalid" if said.wrong else "form-check-input"
    label = tag('<label class="form-check-label" for="{}">{}{}</label>').format(
        entry.id, spot.label, required_mark(spot, scene)
    )
    return tag('<div {}>{}<div class="form-check">{}{}</div>{}</div>').format(
        data_of(spot), said.html, entry.control(attributes), label, after
    )
