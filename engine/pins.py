"""Which versions a case runs on: pinned once when it starts, loaded once per process.

`start_case` pins, every later step reads the pins from the case's row. What pins lead to (the parsed program,
the types of its variables, its decisions) never changes, so it is cached by the pins' text.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engine import imports, spiff
from engine.canonical import canonical, parse
from engine.errors import Invalid, InvalidDefinition, NotFound, Refused
from engine.spiff.elements import Program
from engine.store import artifacts
from engine.store.base import Session

T = TypeVar("T")
Pins = dict[str, Any]


class Cache(Generic[T]):
    """A bounded cache of things that never change for their key; the least recently used goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, T] = OrderedDict()

    def get(self, key: str, make: Callable[[], T]) -> T:
        """Return what is kept for the key, or make and keep it; two threads may both make it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made

    def drop(self, key: str) -> None:
        """Forget what is kept for a key that did change after all."""
        with self._lock:
            self._kept.pop(key, None)


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that a step of a case with these pins needs: program, variable types, decisions by id and their imports."""

    pins: Pins
    program: Program
    types: Mapping[str, Mapping[str, Any]]
    decisions: Mapping[str, bytes]
    models: Mapping[str, tuple[bytes, ...]]


_programs: Cache[dict[str, Program]] = Cache(256)
_bundles: Cache[Bundle] = Cache(256)


def bundle_of(session: Session, pins_text: str) -> Bundle:
    """Return what the pins lead to; reads the database only the first time a process meets them."""
    return _bundles.get(pins_text, lambda: _load(session, parse(pins_text)))


def pin(session: Session, key: str, *, artifact_id: str | None = None) -> tuple[artifacts.ArtifactHead, str]:
    """Choose the newest versions of a definition and of everything it may use; returns its head and the pins' text.

    artifact_id: that version of the definition instead, suspended or not, for a case that runs already.

    Pins: {"process": id, "key": process id, "called", "forms", "decisions", "registers": {name: id}}, and
    "models": {decision: [ids]} where decisions import others.
    Raises NotFound for an unknown definition, Refused for a suspended one, Invalid naming what is not published.
    """
    if artifact_id is None:
        head = artifacts.newest(session, ["process"], [key]).get(("process", key))
    else:
        head = artifacts.version(session, artifact_id, kind="process", key=key)
    if head is None:
        raise NotFound(what="definition", id=key)
    if artifact_id is None and head.suspended_at is not None:
        raise Refused(what="definition", id=key)
    family = _family(session, head)
    programs = [program for _, program in family.values()]
    forms = {name for program in programs for name in _form_files(program)}
    looks = {name for program in programs for name in _context_looks(program)}
    decisions = {name for program in programs for name in program.decisions}
    registers = {name for program in programs for name in program.lookups}
    wanted = {"form": forms, "ui": forms | looks, "decision": decisions, "register": registers}
    found = artifacts.newest(session, list(wanted), sorted(forms | looks | decisions | registers))
    ids = {
        kind: {name: found[kind, name].id for name in sorted(names) if (kind, name) in found}
        for kind, names in wanted.items()
    }
    missing = sorted((forms - ids["form"].keys() - ids["ui"].keys()) | (decisions - ids["decision"].keys()))
    if missing:
        raise Invalid(why=f"{key} 用到的 {'、'.join(missing)} 还没有发布")
    pins: Pins = {
        "process": head.id,
        "key": key,
        "called": {name: called.id for name, (called, _) in sorted(family.items())},
        "forms": {**ids["form"], **ids["ui"]},
        "decisions": ids["decision"],
        "registers": ids["register"],
    }
    models = imports.pinned(session, ids["decision"])
    return head, canonical({**pins, "models": models} if models else pins)


def pins_of_child(pins: Pins, process: str) -> str:
    """Return the pins of a called process: the versions its parent pinned."""
    artifact_id = pins["called"].get(process)
    if artifact_id is None:
        raise NotFound(what="definition", id=process)
    return canonical({**pins, "process": artifact_id, "key": process})


def _family(session: Session, head: artifacts.ArtifactHead) -> dict[str, tuple[artifacts.ArtifactHead, Program]]:
    """The definition and all it calls, however deep, by process id."""
    family: dict[str, tuple[artifacts.ArtifactHead, Program]] = {}
    waiting = {head.key: head}
    while waiting:
        programs = _read(session, {key: found.id for key, found in waiting.items()})
        family |= {key: (waiting[key], program) for key, program in programs.items()}
        called = sorted({name for program in programs.values() for name in program.called} - family.keys())
        newest = artifacts.newest(session, ["process"], called) if called else {}
        waiting = {key: found for (_, key), found in newest.items()}
        missing = [name for name in called if name not in waiting]
        if missing:
            raise Invalid(why=f"{head.key} 调用的 {'、'.join(missing)} 还没有发布")
    return family


def _read(session: Session, ids: Mapping[str, str]) -> dict[str, Program]:
    """Return the program of every process id, parsing what this process has not parsed yet."""
    by_id = {
        artifact_id: (sha256, body) for artifact_id, _, _, sha256, body in artifacts.bodies(session, list(ids.values()))
    }
    return {key: program_of(key, *by_id[artifact_id]) for key, artifact_id in ids.items()}


def program_of(key: str, sha256: str, body: bytes) -> Program:
    """Return the program `key` of a file, parsed once per content. Raises InvalidDefinition."""

    def make() -> dict[str, Program]:
        parsed = spiff.parse(body, key)
        if not parsed.report.ok:
            raise InvalidDefinition(name=key, errors=parsed.report.errors)
        return parsed.processes

    programs = _programs.get(sha256, make)
    if key not in programs:
        raise InvalidDefinition(name=key, errors=[])
    return programs[key]


def _form_files(program: Program) -> Iterator[str]:
    for use in program.forms:
        yield from (name for name in (use.schema, use.ui, use.context) if name)


def _context_looks(program: Program) -> Iterator[str]:
    """Name the ui beside each form that is only read: a task names its schema, its look comes with it if published."""
    for use in program.forms:
        if use.context:
            yield use.context.replace(".schema.json", ".ui.json")


def _load(session: Session, pins: Pins) -> Bundle:
    ids = {pins["process"], *pins["called"].values(), *pins["forms"].values(), *pins["decisions"].values()}
    models: dict[str, list[str]] = pins.get("models", {})
    ids |= {at for imported in models.values() for at in imported}
    found = {
        artifact_id: (kind, sha256, body)
        for artifact_id, kind, _, sha256, body in artifacts.bodies(session, sorted(ids))
    }
    own = program_of(pins["key"], *found[pins["process"]][1:])
    others = [program_of(key, *found[at][1:]) for key, at in sorted(pins["called"].items()) if key != pins["key"]]
    schemas = {
        name: parse(found[at][2].removeprefix(b"\xef\xbb\xbf"))
        for name, at in pins["forms"].items()
        if found[at][0] == "form"
    }
    types: dict[str, Mapping[str, Any]] = {}
    for program in (*others, own):
        types |= _types(program, schemas)
    decisions = {name: found[at][2] for name, at in pins["decisions"].items()}
    imported = {name: tuple(found[at][2] for at in models.get(name, ())) for name in decisions}
    return Bundle(pins, own, types, decisions, imported)


def _types(program: Program, schemas: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Variable -> JSON schema, from the forms: a form with a variable types it, any other types its fields."""
    types: dict[str, Mapping[str, Any]] = {}
    for use in program.forms:
        for name in (use.context, use.schema):
            schema = schemas.get(name or "")
            if not isinstance(schema, dict):
                continue
            variable = program.elements[use.element_id].variable if name == use.schema else None
            if variable:
                types[variable] = schema
            else:
                types |= {key: value for key, value in schema.get("properties", {}).items() if isinstance(value, dict)}
    return types
