"""Makers for form tests: a form of one field, a post of one value, the HTML as something to ask."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag

import forms


def form_of(field: dict[str, Any], ui: dict[str, Any] | None = None, *, required: bool = False) -> forms.Form:
    """Make a form with the one field `x`."""
    schema = {"type": "object", "properties": {"x": {"title": "甲", **field}}, "required": ["x"] if required else []}
    return forms.compile(schema, {"x": ui or {}})


def posted(form: forms.Form, *values: str, base: Any = None, ports: Any = None, name: str = "f/x") -> forms.Submission:
    """Post values for `x`, or nothing at all."""
    return form.read(forms.Post({name: list(values)} if values else {}), None, base or {}, ports=ports)


def value(form: forms.Form, *values: str, ports: Any = None) -> Any:
    """Post values for `x` and answer what it became; problems fail the test."""
    found = posted(form, *values, ports=ports)
    assert found.problems == []
    return found.values.get("x")


def message(form: forms.Form, *values: str, ports: Any = None) -> str:
    """Post values for `x` and answer what the person is told."""
    found = posted(form, *values, ports=ports)
    assert len(found.problems) == 1, found.problems
    assert found.problems[0].pointer == "/x"
    return found.problems[0].message


def soup(html: str) -> BeautifulSoup:
    """Parse a page."""
    return BeautifulSoup(html, "html.parser")


def control(form: forms.Form, data: Any = None, **kwargs: Any) -> Tag:
    """Print the form and answer the input of `x`."""
    found = soup(form.page({"x": data} if data is not None else {}, **kwargs)).find(id="f-x")
    assert isinstance(found, Tag)
    return found


def read_text(form: forms.Form, data: Any, **kwargs: Any) -> str:
    """Print the form for reading and answer what stands beside the label."""
    found = soup(form.page({"x": data}, readonly=True, **kwargs)).find("dd")
    assert isinstance(found, Tag)
    return found.get_text(" ", strip=True)


class Office:
    """Ports over a few units, records and files kept in memory."""

    secret = b"kept for tests"

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def units(self, scope: str | None, level: str | None, query: str | None) -> list[tuple[str, str, str]]:
        listed = [("u1", "样例镇01", ""), ("v1", "样例村01", "样例镇01"), ("v2", "样例村02", "样例镇01")]
        return [entry for entry in listed if level != "village" or entry[0].startswith("v")]

    def unit_label(self, unit_id: str) -> str | None:
        return {identity: label for identity, label, _ in self.units(None, None, None)}.get(unit_id)

    def rows(self, register: str, query: str | None) -> list[tuple[str, str, str]]:
        return [("21", "灾害预警接收传递", "履职"), ("5", "居家养老入户走访", "赋能")] if register == "matters" else []

    def row(self, register: str, key: str) -> dict[str, Any] | None:
        found = {row: {"name": label} for row, label, _ in self.rows(register, None)}
        return found.get(key)

    def rows_below(self, register: str, column: str, parent: str | None) -> list[tuple[str, str]]:
        listed = [("a", "甲类", None), ("a1", "甲一", "a"), ("b", "乙类", None)]
        return [(key, label) for key, label, above in listed if above == parent]

    def regions(self, parent: str | None) -> list[tuple[str, str]]:
        return {None: [("p", "样例省")], "p": [("c", "样例县")], "c": [("v1", "样例村01")]}.get(parent, [])

    def region_path(self, identity: str) -> list[str]:
        path = ["p", "c", "v1"]
        return path[: path.index(identity) + 1] if identity in path else []

    def people(self, scope: str | None, role: str | None) -> list[tuple[str, str, str]]:
        listed = [("n1", "主任", "样例村01"), ("n2", "文书", "样例村01")]
        return listed if role is None else listed[:1]

    def person_label(self, identity: str) -> str | None:
        return {"n1": "样例村01 主任", "n2": "样例村01 文书"}.get(identity)

    def posts(self, scope: str | None, role: str | None) -> list[tuple[str, str, str]]:
        return [("t1", "主任", "样例村01")]

    def post_label(self, identity: str) -> str | None:
        return {"t1": "样例村01 主任"}.get(identity)

    def save_file(self, stream: Any, name: str) -> dict[str, Any]:
        from hashlib import sha256

        body = stream.read()
        digest = sha256(body).hexdigest()
        self.files[digest] = body
        return {"sha256": digest, "name": name, "size": len(body), "type": "application/octet-stream"}
