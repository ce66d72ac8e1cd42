"""The library: bytes in, checked and versioned artifacts out.

Kinds are process, decision, form, ui, register and pack. The key of a process or decision is its id, of a form
or ui its file name as definitions name it, of a register its name, of a pack its folder. A version never changes
once published; every publication is an event in the stream `artifacts`, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import checking, imports
from engine.canonical import canonical, from_iso, iso, parse, sha256_hex
from engine.checking import KINDS, Checks, Error, error
from engine.clock import now
from engine.errors import Invalid, InvalidDefinition, NotFound
from engine.history.chain import append_event
from engine.ids import new_id
from engine.listening import listen
from engine.model import Actor, Definition
from engine.pins import Cache, program_of
from engine.records import named, suspension_of
from engine.store import artifacts as bodies
from engine.store import events
from engine.store import publications as store
from engine.store.artifacts import ArtifactRow
from engine.store.base import Session
from engine.terms import terms_of

STREAM = "artifacts"
SUFFIXES = (
    (".schema.json", "form"),
    (".ui.json", "ui"),
    (".register.json", "register"),
    (".dmn", "decision"),
    (".bpmn", "process"),
    ("pack.toml", "pack"),
)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One published version with its bytes."""

    id: str
    kind: str
    key: str
    sha256: str
    body: bytes


_loaded: Cache[Artifact] = Cache(256)
_parsed: Cache[dict[str, Any]] = Cache(256)


# ---- publishing ------------------------------------------------------------------------------


def publish(
    session: Session,
    kind: str,
    key: str,
    content: bytes,
    *,
    actor: Actor,
    note: str = "",
    pack: str | None = None,
    checks: Checks | None = None,
    together: frozenset[str] = frozenset(),
) -> Definition:
    """Check and publish one artifact; the same bytes as the version in force give that version, unchanged.

    checks: a further check per kind, of the bytes. together: processes published in the same go, which this one
    may call though they are not there yet. Holds the stream's row until the transaction ends.
    Raises InvalidDefinition with all errors; nothing is written then.
    """
    if kind not in KINDS:
        raise Invalid(why=f"没有 {kind} 这一类")
    digest = sha256_hex(content)
    # One publication at a time: version numbers and the stream go up together.
    events.lock_stream(session, STREAM)
    before = _newest(session, kind, key)
    if before is not None and before.sha256 == digest:
        return before
    checked = _examined(session, kind, key, content, checks, together)
    errors = checked.errors or _foreign_key_errors(before, pack)
    if errors:
        raise InvalidDefinition(name=key, errors=errors)
    at = now(session)
    row = ArtifactRow(
        id=new_id(at),
        kind=kind,
        key=key,
        version=before.version + 1 if before else 1,
        name=checked.name[:200],
        pack=pack or (before.pack if before else None),
        sha256=digest,
        body=content,
        meta=canonical(checked.meta),
        note=note,
        suspended_at=None,
        published_at=iso(at),
        published_by=actor.user_id,
        published_by_name=actor.name,
    )
    session.add(row)
    session.flush()
    if kind == "process":
        _listen(session, key, row, before, actor)
    body = {"artifact": row.id, "kind_of": kind, "key": key, "version": row.version, "sha256": digest, "note": note}
    append_event(session, STREAM, kind="published", actor=actor, body=body)
    return _definition(row)


def examine(session: Session, kind: str, key: str, content: bytes, *, checks: Checks | None = None) -> list[Error]:
    """List what would keep `publish` from taking these bytes; empty = it would take them."""
    return _examined(session, kind, key, content, checks, frozenset()).errors


def _examined(
    session: Session, kind: str, key: str, content: bytes, checks: Checks | None, together: frozenset[str]
) -> checking.Checked:
    """Check the bytes, and against what is published."""
    models = imports.models_for(session, content) if kind == "decision" else ()
    checked = checking.check(kind, key, content, checks=checks, models=models)
    if checked.errors:
        return checked
    errors = [
        *(_missing(session, checked.meta, together) if kind == "process" else []),
        *(imports.broken_importers(session, key, content) if kind == "decision" else []),
    ]
    return checking.Checked(checked.name, checked.meta, errors)


def _listen(session: Session, key: str, row: ArtifactRow, before: Definition | None, actor: Actor) -> None:
    program = program_of(key, row.sha256, row.body)
    failed = listen(session, program, row.id, before=before.id if before else None, actor=actor, at=now(session))
    if failed:
        errors = [error(why.code, why.message("zh"), element_id=str(why.fields["element_id"])) for why in failed]
        raise InvalidDefinition(name=key, errors=errors)


def publish_file(
    session: Session,
    file_name: str,
    content: bytes,
    *,
    actor: Actor,
    note: str = "",
    pack: str | None = None,
    checks: Checks | None = None,
) -> Definition:
    """Publish an uploaded file: its suffix says the kind, its content (or name, for forms) the key.

    A file that ends in none of .bpmn .dmn .schema.json .ui.json .register.json raises InvalidDefinition; so does
    a pack.toml, which says nothing without the folder it stands in.
    """
    kind, key = kind_and_key(file_name, content)
    if kind == "pack":
        raise InvalidDefinition(name=key, errors=[error("unknown-kind", "pack.toml 要和整个包一起导入，不能单独上传")])
    return publish(session, kind, key, content, actor=actor, note=note, pack=pack, checks=checks)


def kind_and_key(file_name: str, content: bytes) -> tuple[str, str]:
    """Say which artifact a file is; raises InvalidDefinition when the suffix or content tells nothing."""
    name = Path(file_name).name
    kind = next((kind for suffix, kind in SUFFIXES if name.endswith(suffix)), None)
    if kind is None:
        known = " ".join(suffix for suffix, _ in SUFFIXES)
        raise InvalidDefinition(name=name, errors=[error("unknown-kind", f"只收这几种文件：{known}")])
    if kind in ("form", "ui"):
        return kind, name
    if kind == "pack":
        return kind, Path(file_name).parent.name or "pack"
    if kind == "register":
        register, errors = checking.read_object(content)
        key = register.get("name")
        if errors or not isinstance(key, str) or not key:
            raise InvalidDefinition(name=name, errors=errors or [error("register-member", "台账定义缺少 name")])
        return kind, key
    key, errors = checking.main_id(kind, content, name)
    if key is None:
        raise InvalidDefinition(name=name, errors=errors)
    return kind, key


def suspend(session: Session, kind: str, key: str, *, actor: Actor, reason: str) -> Definition:
    """Let nothing new start from an artifact until it is resumed or a new version is published."""
    return _set_suspended(session, kind, key, "suspended", actor, reason)


def resume(session: Session, kind: str, key: str, *, actor: Actor, reason: str = "") -> Definition:
    """Lift a suspension."""
    return _set_suspended(session, kind, key, "resumed", actor, reason)


# ---- reading ---------------------------------------------------------------------------------


def current(session: Session, kind: str, key: str) -> Definition:
    """Return the version in force, suspended or not; raises NotFound."""
    found = _newest(session, kind, key)
    if found is None:
        raise NotFound(what=kind, id=key)
    return found


def listed(session: Session, kind: str | None = None) -> list[Definition]:
    """Return the version in force of every artifact, of one kind or all, by kind and key."""
    return [_definition(row) for row in store.newest_of_each(session, kind)]


def versions(session: Session, kind: str, key: str) -> list[Definition]:
    """Return all versions of an artifact, newest first; empty when there is none."""
    return [_definition(row) for row in store.all_versions(session, kind, key)]


def offered(session: Session, actor: Actor) -> list[Definition]:
    """Return the processes that name a role the actor holds and are not suspended, whatever their terms say.

    A process that names no starter is only called by others.
    """
    roles = {role for role, _ in actor.grants}
    return [
        found
        for found in listed(session, "process")
        if not found.suspended and roles & set(found.meta.get("starters", []))
    ]


def startable(session: Session, actor: Actor, *, any_day: bool = False) -> list[Definition]:
    """Return the processes the actor may start now, by role and by the terms of each; any_day: on other days, too."""
    found, at = offered(session, actor), now(session)
    terms = terms_of(session, [one.key for one in found])
    return [
        one
        for one in found
        if (limits := terms.get(one.key)) is None
        or (limits.include(actor.unit_path) and (any_day or limits.are_open(at)))
    ]


def live(session: Session, kind: str, key: str) -> Definition | None:
    """Return the version in force, suspended or not, or None."""
    return _newest(session, kind, key)


def artifact(session: Session, artifact_id: str) -> Definition:
    """Return one version by id, without its bytes; raises NotFound."""
    row = store.by_id(session, artifact_id)
    if row is None:
        raise NotFound(what="artifact", id=artifact_id)
    return _definition(row)


def body(session: Session, artifact_id: str) -> bytes:
    """Return the bytes of one version as they were published; raises NotFound."""
    return load(session, artifact_id).body


def register_columns(session: Session, register: str) -> dict[str, Any] | None:
    """Return a register as published (name, title, key, label, columns), or None; not to be changed."""
    found = _newest(session, "register", register)
    return load_json(session, found.id) if found else None


def pack_file(session: Session, pack: str | None = None) -> bytes:
    """Return the `pack.toml` of a pack, of the first by name when none is given; empty when there is none."""
    packs = [found for found in listed(session, "pack") if pack in (None, found.key)]
    return body(session, packs[0].id) if packs else b""


def load(session: Session, artifact_id: str) -> Artifact:
    """Return one version with its bytes; kept in a bounded cache, since versions never change."""

    def read() -> Artifact:
        found = bodies.bodies(session, [artifact_id])
        if not found:
            raise NotFound(what="artifact", id=artifact_id)
        return Artifact(*found[0])

    return _loaded.get(artifact_id, read)


def load_json(session: Session, artifact_id: str) -> dict[str, Any]:
    """Return a form, ui or register as the object it is; shared by all callers, who must not change it."""

    def read() -> dict[str, Any]:
        value = parse(load(session, artifact_id).body.removeprefix(b"\xef\xbb\xbf"))
        if not isinstance(value, dict):
            raise NotFound(what="artifact", id=artifact_id)
        return value

    return _parsed.get(artifact_id, read)


def _newest(session: Session, kind: str, key: str) -> Definition | None:
    rows = store.newest_of_each(session, kind, [key])
    return _definition(rows[0]) if rows else None


def named_by(meta: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return (kind, key) of what a process of this `meta` names: forms, looks, processes, decisions, registers."""
    forms = {("form", use[member]) for use in meta["forms"] for member in ("schema", "context") if use[member]}
    looks = {("ui", look) for use in meta["forms"] for look in (use["ui"], _look_of(use["context"])) if look}
    others = {"process": meta["called"], "decision": meta["decisions"], "register": meta["lookups"]}
    return forms | looks | {(kind, key) for kind, keys in others.items() for key in keys}


def _missing(session: Session, meta: dict[str, Any], together: frozenset[str]) -> list[Error]:
    """Say what a process names that is not published: forms, views, called processes, decisions, registers."""
    uses = meta["forms"]
    named = {key for _, key in named_by(meta)}
    there = {(row.kind, row.key): parse(row.meta) for row in store.newest_of_each(session, None, named)}
    errors = [
        error(f"{kind}-missing", f"用到的{label}“{key}”还没有发布，请先发布它")
        for kind, label, keys in (
            ("process", "流程", set(meta["called"]) - together),
            ("decision", "决策", set(meta["decisions"])),
            ("register", "台账", set(meta["lookups"])),
        )
        for key in sorted(keys)
        if (kind, key) not in there
    ]
    for use in uses:
        for member, kind in (("schema", "form"), ("context", "form"), ("ui", "ui")):
            if use[member] and (kind, use[member]) not in there:
                message = f"用到的表单“{use[member]}”还没有发布，请先发布它"
                errors.append(error("form-missing", message, element_id=use["element_id"]))
        looks = ((use["ui"], use["view"]), (_look_of(use["context"]), use["context_view"]))
        for file, view in looks:
            views = there.get(("ui", file or ""), {}).get("views")
            if views and not view:
                # Without a view every field is open, also those that all views hide.
                message = f"表单“{file}”声明了视图，这一步要写明用哪一个（有：{'、'.join(views)}）"
                errors.append(error("view-missing", message, element_id=use["element_id"]))
            elif view and views is not None and view not in views:
                message = f"表单“{file}”里没有视图“{view}”（有：{'、'.join(views) or '没有'}）"
                errors.append(error("unknown-view", message, element_id=use["element_id"]))
    return errors


def _look_of(schema: str | None) -> str:
    """The ui file that goes with a form by its name; a context form is named by its schema alone."""
    return (schema or "").replace(".schema.json", ".ui.json")


def _foreign_key_errors(before: Definition | None, pack: str | None) -> list[Error]:
    if before is None or pack is None or before.pack in (None, pack):
        return []
    return [error("other-pack", f"“{before.key}”已由“{before.pack}”使用，请换一个名字")]


def _set_suspended(session: Session, kind: str, key: str, what: str, actor: Actor, reason: str) -> Definition:
    events.lock_stream(session, STREAM)
    found = current(session, kind, key)
    at = iso(now(session))
    told = canonical({"at": at, "by": named(actor), "why": reason})
    marks = (at, told) if what == "suspended" else (None, None)
    store.set_suspended(session, found.id, *marks)
    body = {"artifact": found.id, "kind_of": kind, "key": key, "version": found.version, "note": reason}
    append_event(session, STREAM, kind=what, actor=actor, body=body)
    return current(session, kind, key)


def _definition(row: Any) -> Definition:
    return Definition(
        id=row.id,
        kind=row.kind,
        key=row.key,
        version=row.version,
        name=row.name,
        sha256=row.sha256,
        published_at=from_iso(row.published_at),
        published_by_name=row.published_by_name,
        note=row.note,
        pack=row.pack,
        meta=parse(row.meta),
        suspended=row.suspended_at is not None,
        suspension=suspension_of(row.suspension),
    )
