"""What a browser would post of a printed form, without a script and without touching anything."""

from __future__ import annotations

from typing import Any

import forms
from tests.forms.one import soup


def post_of(html: str, **pressed: str) -> forms.Post:
    """Collect the successful controls of a page as HTML 4.10.22 has it; pressed: buttons by name."""
    post = forms.Post()
    for control in soup(html).select("input, select, textarea"):
        name, kind = control.get("name"), str(control.get("type", "text"))
        if not name or control.has_attr("disabled") or kind in ("submit", "button", "file", "image"):
            continue
        if kind in ("checkbox", "radio") and not control.has_attr("checked"):
            continue
        if control.name == "select":
            options = control.select("option")
            chosen = [option for option in options if option.has_attr("selected")]
            if not chosen and not control.has_attr("multiple"):
                chosen = [option for option in options if not option.has_attr("disabled")][:1]
            values = [str(option["value"]) for option in chosen]
        elif control.name == "textarea":
            values = [control.get_text().removeprefix("\r\n").removeprefix("\n").replace("\n", "\r\n")]
        else:
            values = [str(control.get("value", "on" if kind in ("checkbox", "radio") else ""))]
        post.setdefault(str(name), []).extend(values)
    for name, value in pressed.items():
        post[name] = [value]
    return post


def again(schema: Any, ui: Any, data: Any, *, ports: Any = None) -> forms.Submission:
    """Print values, post the page as it is, and answer what came of it."""
    form = forms.compile(schema, ui)
    return form.read(post_of(form.page(data, ports=ports)), None, data, ports=ports)
