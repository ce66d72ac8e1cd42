"""What the form designer's pages show: the form drawn, what is wrong, who may write what, what is asked twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

import forms
from engine import feel, library
from engine.designs import Design
from engine.feel import builder
from engine.pins import Cache
from forms import designer, rules
from forms.designer import Alike, Change, Item
from forms.designer.burden import Known, asked, known_columns
from forms.errors import FormError
from forms.rules import names_of
from forms.views import rights_of
from webapp import assets
from webapp.ports import FormPorts

SCHEMA, UI = ".schema.json", ".ui.json"
# What a form may be called by a diagram.
KEY = re.compile(r"[a-z][a-z0-9_-]{1,60}")
_known: Cache[list[Known]] = Cache(256)


def draw(schema: Any, ui: Any, *, view: str | None, language: str, ports: FormPorts) -> dict[str, Any]:
    """Draw a form that is being made: its HTML, places, findings, rules and rights, as JSON for the designer's script.

    A form that cannot be drawn has findings and no HTML; nothing typed is refused here.
    """
    found = forms.check_definition(_text(schema), _text(ui), locale=language)
    answer: dict[str, Any] = {
        "findings": [
            {"severity": f.severity, "pointer": f.pointer, "line": f.line, "message": f.message, "in_ui": f.in_ui}
            for f in found
        ],
        "html": "", "items": [], "rules": [], "rights": {}, "asked": 0,
    }  # fmt: skip
    try:
        form = forms.compile(schema, ui, view=view, locale=language)
        answer["html"] = form.page(form.sample(), ports=ports, icons=assets.icons())
        items = designer.outline(schema, ui)
    except (FormError, ValueError, RecursionError):
        return answer
    answer["items"] = [_plain(item) for item in items]
    answer["rules"] = _rules(items, names_of(schema))
    answer["rights"] = _rights(ui, items)
    answer["asked"] = asked(items)
    return answer


def rule_text(model: Mapping[str, Any]) -> str:
    """Write a condition as FEEL; raises feel.FeelError for what is none."""
    text = builder.to_feel(model)
    feel.compile(text)
    return text


def shares(schema: Any, ui: Any, view: str | None) -> dict[str, list[str]]:
    """Return the titles of the fields a view lets its step `write`, `read` and not see (`hidden`), in order.

    Without a view every field may be written. Raises FormError for a form that cannot be compiled.
    """
    items = designer.outline(schema, ui)
    rights = _rights(ui, items).get(view or "", {})
    found: dict[str, list[str]] = {"write": [], "read": [], "hidden": []}
    parents = {item.parent for item in items}
    for item in items:
        if item.pointer not in parents:
            found.setdefault(rights.get(item.pointer, "write"), []).append(item.title)
    return found


def is_address(place: str, key: str) -> bool:
    """Say whether the designers below `place` (/studio/forms) have a page of their own at this key: no draft's name."""
    return any(rule.rule == f"{place}/{key}" for rule in current_app.url_map.iter_rules())


def publishable(design: Design) -> tuple[bytes, bytes]:
    """Write a working copy as the two files to publish."""
    return (_pretty(design.body["schema"]), _pretty(design.body.get("ui") or {}))


def read_json(content: bytes) -> dict[str, Any]:
    """Read a published file of a form as the object it is."""
    return dict(json.loads(content.decode("utf-8-sig")))


def findings(design: Design, language: str) -> list[forms.Finding]:
    """Check a working copy as it would be checked when it is published."""
    return forms.check_definition(*publishable(design), locale=language)


def published(session: Session, key: str, version: int | None = None) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return (schema, ui) of a published form, of the newest version or a given one; None where there is none."""
    versions = library.versions(session, "form", key + SCHEMA)
    chosen = next((each for each in versions if version in (None, each.version)), None)
    if chosen is None:
        return None
    # A look belongs to the schema that was in force when it was published: the newest not younger than the next one.
    later = [each.published_at for each in versions if each.version == chosen.version + 1]
    looks = [u for u in library.versions(session, "ui", key + UI) if not later or u.published_at < later[0]]
    ui = library.load_json(session, looks[0].id) if looks else {}
    return dict(library.load_json(session, chosen.id)), dict(ui)


def changes(session: Session, design: Design) -> list[Change]:
    """List what a working copy changes in the published form; everything is new where there is none."""
    old = published(session, design.key) or ({}, {})
    return designer.compare(old, (design.body["schema"], design.body.get("ui") or {}))


def burden(session: Session, key: str, schema: Any, ui: Any) -> tuple[int, list[Alike]]:
    """Count what a clerk must type, and find what a register or another live form already has."""
    items = designer.outline(schema, ui)
    return asked(items), designer.alike(items, known(session, but=key))


def known(session: Session, *, but: str = "") -> list[Known]:
    """List every column of every register and every field of every live form except `but`."""
    found: list[Known] = []
    for each in library.listed(session, "register"):
        found += _known.get(each.id, lambda each=each: _columns(session, each))  # type: ignore[misc]
    for each in library.listed(session, "form"):
        if each.key != but + SCHEMA and not each.suspended:
            found += _known.get(each.id, lambda each=each: _fields(session, each))  # type: ignore[misc]
    return found


def registers_to_pick(session: Session) -> list[dict[str, Any]]:
    """List registers with their columns, for lookups: {key, title, columns: [{key, title}]}."""
    found = []
    for each in library.listed(session, "register"):
        columns = (library.register_columns(session, each.key) or {}).get("columns", {}).get("properties", {})
        listed = [{"key": name, "title": part.get("title", name)} for name, part in columns.items()]
        found.append({"key": each.key, "title": each.name, "columns": listed})
    return found


def _columns(session: Session, register: Any) -> list[Known]:
    declared = library.register_columns(session, register.key) or {}
    items = designer.outline(declared.get("columns") or {}, {})
    return known_columns("register", register.key, register.name, items)


def _fields(session: Session, form: Any) -> list[Known]:
    items = designer.outline(library.load_json(session, form.id), {})
    return known_columns("form", form.key.removesuffix(SCHEMA), form.name, items)


def _plain(item: Item) -> dict[str, Any]:
    return {
        "pointer": item.pointer, "schemaAt": list(item.schema_at), "uiAt": list(item.ui_at), "key": item.key,
        "title": item.title, "kind": item.kind, "required": item.required, "parent": item.parent, "shared": item.shared,
    }  # fmt: skip


def _rules(items: Iterable[Item], names: Iterable[str]) -> list[dict[str, Any]]:
    """List every rule of the form; `model` is null for what has no form in the builder."""
    found = []
    for item in items:
        for key in rules.KEYS:
            stated = item.ui.get(key)
            listed = key in (rules.CHECKS, rules.SET)
            for index, rule in enumerate(stated if listed and isinstance(stated, list) else [stated]):
                text = rule.get("when") if isinstance(rule, Mapping) else rule
                if isinstance(text, str):
                    message = rule.get("message") if isinstance(rule, Mapping) else None
                    found.append(
                        {"pointer": item.pointer, "uiAt": list(item.ui_at), "title": item.title, "rule": key,
                         "index": index if listed else None, "feel": text, "message": message,
                         "level": rule.get("level") if isinstance(rule, Mapping) else None,
                         "model": _model(text, names), **_given(key, rule, names)}
                    )  # fmt: skip
    return found


def _given(key: str, rule: Any, names: Iterable[str]) -> dict[str, Any]:
    """Say what a rule gives: of `qc:set` the value, as text and as data, of `qc:options` when which are left."""
    value = rule.get("value") if isinstance(rule, Mapping) else None
    try:
        if key == rules.SET and isinstance(value, str):
            return {"value": value, "literal": builder.value_of(value)}
        if key == rules.OPTIONS:
            cases = (builder.cases_of(rule, names) or {}).get("cases")
            return {"cases": cases and [{**case, "model": _model(case["when"], names)} for case in cases]}
    except feel.FeelError:
        pass
    return {"value": value} if key == rules.SET else {}


def _model(text: str, names: Iterable[str]) -> dict[str, Any] | None:
    try:
        model = builder.from_feel(text, names)
    except feel.FeelError:
        return None
    return None if "feel" in model else model


def _rights(ui: Any, items: Iterable[Item]) -> dict[str, dict[str, str]]:
    views = ui.get("qc:views") if isinstance(ui, Mapping) else None
    found: dict[str, dict[str, str]] = {}
    for view in views if isinstance(views, Mapping) else ():
        try:
            rights = rights_of(views, view)
        except FormError:
            continue
        found[str(view)] = {item.pointer: rights.of_pointer(item.pointer) for item in items}
    return found


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _pretty(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
