"""Read the UI schema of JSON Forms (layouts, groups, controls, rules) as the rjsf-like ui this package prints.

Controls become fields in their order, a horizontal layout shares its row, groups become titled sections, categories
tabs or steps, labels text before the next field. Rules become `qc:visible` and `qc:readonly` (`conditions.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms import conditions

LAYOUTS = frozenset(
    ("VerticalLayout", "HorizontalLayout", "Group", "Categorization", "Category", "Control", "Label", "ListWithDetail")
)
_TITLED = ("Group", "Category")
_FORMATS = {"radio": "radio", "password": "password", "date": "date", "time": "time", "date-time": "date-time"}
Element = Mapping[str, Any]
Around = tuple[Element, ...]


def is_layout(ui: Any) -> bool:
    """Tell whether a ui was written for JSON Forms."""
    return isinstance(ui, Mapping) and ui.get("type") in LAYOUTS and ("elements" in ui or "scope" in ui or "text" in ui)


def convert(ui: Element) -> dict[str, Any]:
    """Turn a JSON Forms UI schema into ours."""
    made: dict[str, Any] = {}
    order: dict[tuple[str, ...], list[str]] = {}
    groups: list[dict[str, Any]] = []
    said: list[str] = []
    for element, around in _elements(ui, ()):
        if element.get("type") == "Label":
            said.append(str(element.get("text", "")))
            continue
        path = conditions.path_of(element.get("scope"))
        if not path:
            continue
        for depth, name in enumerate(path):
            names = order.setdefault(path[:depth], [])
            if name not in names:
                names.append(name)
        own = _under(made, path)
        _apply(own, element, around)
        if said:
            own["qc:before"], said = "\n".join(said), []
        _join_group(groups, path, around)
    for path, names in order.items():
        _under(made, path)["ui:order"] = [*names, "*"]
    if groups:
        made["qc:groups"] = groups
        _style(made, ui)
    return made


def _style(made: dict[str, Any], ui: Element) -> None:
    found = next((element for element in _layouts(ui) if element.get("type") == "Categorization"), None)
    if found is not None:
        options = found.get("options")
        stepped = isinstance(options, Mapping) and options.get("variant") == "stepper"
        made["ui:options"] = {**made.get("ui:options", {}), "groups": "steps" if stepped else "tabs"}


def _layouts(element: Any, depth: int = 0) -> Iterator[Element]:
    if isinstance(element, Mapping) and depth <= 30:
        yield element
        elements = element.get("elements")
        for inner in elements if isinstance(elements, list) else ():
            yield from _layouts(inner, depth + 1)


def _elements(element: Any, around: Around) -> Iterator[tuple[Element, Around]]:
    if not isinstance(element, Mapping) or len(around) > 30:
        return
    if element.get("type") in ("Control", "Label") or ("scope" in element and "elements" not in element):
        yield element, around
    elements = element.get("elements")
    for inner in elements if isinstance(elements, list) else ():
        yield from _elements(inner, (*around, element))


def _under(made: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for name in path:
        made = made.setdefault(name, {})
    return made


def _apply(own: dict[str, Any], control: Element, around: Around) -> None:
    _label(own, control.get("label"))
    given = control.get("options")
    options = given if isinstance(given, Mapping) else {}
    _widget(own, options)
    _list(own, options)
    if any(_is_locked(element) for element in (*around, control)):
        own["ui:readonly"] = True
    if isinstance(options.get("placeholder"), str):
        own["ui:placeholder"] = options["placeholder"]
    if options.get("focus") is True:
        own["ui:autofocus"] = True
    if isinstance(options.get("suggestion"), list):
        _option(own, suggestions=options["suggestion"])
    row = next((box for box in reversed(around) if box.get("type") == "HorizontalLayout"), None)
    if row is not None and around[-1] is row:
        _option(own, width=max(3, 12 // max(1, len(row.get("elements", ())))))
    rules = [element.get("rule") for element in (*around, control)]
    for key, read in (("qc:visible", conditions.visible), ("qc:readonly", conditions.frozen)):
        found = [text for rule in rules if (text := read(rule)) is not None]
        if found:
            joint = " and " if key == "qc:visible" else " or "
            own[key] = joint.join(f"({text})" for text in found)


def _label(own: dict[str, Any], label: Any) -> None:
    if isinstance(label, Mapping):
        label = label.get("text", True) if label.get("show") is not False else False
    if isinstance(label, str):
        own["ui:title"] = label
    elif label is False:
        _option(own, label=False)


def _widget(own: dict[str, Any], options: Element) -> None:
    if options.get("format") in _FORMATS:
        own["ui:widget"] = _FORMATS[options["format"]]
    elif options.get("multi") is True:
        own["ui:widget"] = "textarea"
    elif options.get("slider") is True:
        own["ui:widget"] = "range"


def _list(own: dict[str, Any], options: Element) -> None:
    detail = options.get("detail")
    if isinstance(detail, Mapping) and is_layout(detail):
        own["items"] = {**own.get("items", {}), **convert(detail)}
        _option(own, layout="cards")
    titled = options.get("elementLabelProp", options.get("childLabelProp"))
    if not isinstance(titled, str) and isinstance(options.get("labelRef"), str):
        titled = (conditions.path_of(options["labelRef"]) or ("",))[-1]
    if isinstance(titled, str) and titled:
        _option(own, rowTitle=titled.rsplit(".", 1)[-1])
    if options.get("showSortButtons") is True:
        _option(own, orderable=True)
    for key, ours in (("disableAdd", "addable"), ("disableRemove", "removable")):
        if options.get(key) is True:
            _option(own, **{ours: False})


def _option(own: dict[str, Any], **values: Any) -> None:
    own["ui:options"] = {**own.get("ui:options", {}), **values}


def _is_locked(element: Element) -> bool:
    options = element.get("options")
    return isinstance(options, Mapping) and (options.get("readonly") is True or options.get("readOnly") is True)


def _join_group(groups: list[dict[str, Any]], path: tuple[str, ...], around: Around) -> None:
    """Note which fields of the first level stand under which heading; a category counts before a group in it."""
    boxes = [box for box in around if box.get("type") in _TITLED and box.get("label")]
    box = next((box for box in boxes if box.get("type") == "Category"), boxes[-1] if boxes else None)
    if box is None or any(path[0] in group["fields"] for group in groups):
        return
    label = box["label"]
    title = str(label.get("text", "")) if isinstance(label, Mapping) else str(label)
    if not groups or groups[-1]["title"] != title:
        groups.append({"title": title, "fields": []})
    groups[-1]["fields"].append(path[0])
