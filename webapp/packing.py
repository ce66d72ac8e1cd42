"""Start from a process that is there: working copies of it and of its forms, under names of their own."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from engine import designs, library
from engine.model import Actor, Definition
from engine.xml import rewritten
from webapp.designing import SCHEMA, UI, published


def forms_of(session: Session, process: Definition) -> list[Definition]:
    """Return the published forms a process uses, by title."""
    named = {use[member] for use in process.meta["forms"] for member in ("schema", "context") if use[member]}
    found = (library.live(session, "form", key) for key in named)
    return sorted((one for one in found if one is not None), key=lambda one: one.name)


def start_from(session: Session, process: Definition, key: str, name: str, *, actor: Actor) -> int:
    """Make working copies of a process as `key` and of its forms as `key-<form>`; returns how many forms.

    Raises AlreadyThere when there is a working copy of one of these names.
    """
    xml = rewritten(library.body(session, process.id))
    old = re.escape(process.key)
    xml = re.sub(rf'\b(id|processRef|bpmnElement)="{old}"', rf'\g<1>="{key}"', xml)
    tag = rf'(<(?:\w+:)?process\b[^>]*\bid="{re.escape(key)}"[^>]*\bname=")[^"]*"'
    xml = re.sub(tag, lambda found: found.group(1) + _escaped(name) + '"', xml, count=1)
    forms = forms_of(session, process)
    for form in forms:
        plain = form.key.removesuffix(SCHEMA)
        for suffix in (SCHEMA, UI):
            xml = xml.replace(f'value="{plain}{suffix}"', f'value="{key}-{plain}{suffix}"')
        schema, ui = published(session, plain) or ({}, {})
        body = {"schema": schema, "ui": ui}
        designs.create(session, "form", f"{key}-{plain}", title=form.name, body=body, actor=actor, based_on={})
    designs.create(session, "process", key, title=name, body={"xml": xml}, actor=actor, based_on={})
    return len(forms)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
