"""What forms ask of the outside, answered for this request: units, registers and files, within the person's rights."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, BinaryIO

from flask import current_app, request, url_for

from engine import numbers, organisation, registers
from engine.calendar import Calendar
from engine.model import Actor, Attachment, Unit
from webapp import access, db, filestore
from webapp.wording import zone

_MANY = 2000
_FRESH_S = 30
# Levels that are places rather than offices.
_PLACES = frozenset({"province", "city", "county", "township", "village"})
_trees: dict[str, tuple[float, dict[str, Unit]]] = {}
_lock = threading.Lock()


class FormPorts:
    """`forms.Ports` over the request's session; what was looked up once is kept for the request.

    The bytes of an upload are stored at once, the row of their use only with the submission that carries them:
    a refused submission loses no file, an abandoned one leaves an orphan that is swept.
    uses: gives the attachments this person may open, for links to files; asked when the first file is printed.
    """

    def __init__(self, person: Actor, *, uses: Callable[[], Iterable[Attachment]] | None = None) -> None:
        self._person = person
        self._tree: dict[str, Unit] | None = None
        self._lists: dict[tuple[str, str | None], list[tuple[str, str, str]]] = {}
        self._rows: dict[tuple[str, str], dict[str, Any] | None] = {}
        self._below: dict[str, dict[str | None, list[tuple[str, str]]]] = {}
        self._held: dict[tuple[str, str | None], list[organisation.Held]] = {}
        self._attached = uses
        key = str(current_app.config["SECRET_KEY"]).encode()
        # Bound to the person: the token of an uploaded file is worth nothing in somebody else's form.
        self.secret = hmac.digest(key, f"uploads:{person.user_id}".encode(), "sha256")
        self.zone = zone()
        self.now = access.now()

    def units(self, scope: str | None, level: str | None, query: str | None) -> list[tuple[str, str, str]]:
        """List (id, name, name of the unit above) below a scope: a unit id or code, `own`, or the whole tree."""
        tree = self._units()
        root = self._root(tree, scope)
        if root is None:
            return []
        found = [
            unit
            for unit in tree.values()
            if unit.valid_to is None
            and unit.path.startswith(root.path)
            and (level is None or unit.level == level)
            and (not query or query in unit.name or query in unit.code)
        ]
        above = {unit_id: place for place, unit_id in enumerate(tree)}
        found.sort(key=lambda unit: above.get(unit.parent_id or "", -1))
        several = len({unit.parent_id for unit in found}) > 1
        return [(unit.id, unit.name, self._above(tree, unit) if several else "") for unit in found]

    def unit_label(self, unit_id: str) -> str | None:
        """Name a unit of this deployment, closed ones too."""
        found = self._units().get(unit_id)
        return found.name if found else None

    def rows(self, register: str, query: str | None) -> list[tuple[str, str, str]]:
        """List (key, label, hint) of a register's rows valid now, in the register's order."""
        key = (register, query)
        if key not in self._lists:
            page = registers.search(db.session(), register, query=query, limit=_MANY, at=access.now())
            self._lists[key] = [(row.key, row.label, hint_of(row.values)) for row in page.items]
        return self._lists[key]

    def row(self, register: str, key: str) -> dict[str, Any] | None:
        """Read one row as of now: its values, and its label under `label`."""
        if (register, key) not in self._rows:
            found = registers.read(db.session(), register, key, at=access.now())
            self._rows[register, key] = {"label": found.label, **found.values} if found else None
        return self._rows[register, key]

    def rows_below(self, register: str, column: str, parent: str | None) -> list[tuple[str, str]]:
        """List (key, label) of the rows whose column names a parent; without one, of those that name none."""
        key = f"{register}\n{column}"
        if key not in self._below:
            page = registers.search(db.session(), register, limit=_MANY, at=access.now())
            found: dict[str | None, list[tuple[str, str]]] = {}
            for row in page.items:
                found.setdefault(row.values.get(column) or None, []).append((row.key, row.label))
            self._below[key] = found
        return self._below[key].get(parent, [])

    def regions(self, parent: str | None) -> list[tuple[str, str]]:
        """List (id, name) of the places below a place; without one, the place the deployment begins with."""
        tree = self._units()
        if parent is None:
            root = tree.get(self._person.root_unit_id)
            return [(root.id, root.name)] if root else []
        return [
            (unit.id, unit.name)
            for unit in tree.values()
            if unit.parent_id == parent and unit.valid_to is None and unit.level in _PLACES
        ]

    def region_path(self, unit_id: str) -> list[str]:
        """List the ids of the places above a place, itself last."""
        found = self._units().get(unit_id)
        return [part for part in found.path.split("/") if part] if found else []

    def people(self, scope: str | None, role: str | None) -> list[tuple[str, str, str]]:
        """List (user id, post, unit) of who holds a post below a scope; people are called by their posts."""
        return [
            (held.user_id, held.post_name, held.unit_name)
            for held in self._posts(scope, role)
            if held.user_id is not None
        ]

    def person_label(self, user_id: str) -> str | None:
        """Name a person by unit and post."""
        held = next((held for held in self._posts(None, None) if held.user_id == user_id), None)
        return f"{held.unit_name} {held.post_name}" if held else None

    def posts(self, scope: str | None, role: str | None) -> list[tuple[str, str, str]]:
        """List (post id, name, unit) of the posts below a scope, vacant ones too."""
        found = {held.post_id: (held.post_id, held.post_name, held.unit_name) for held in self._posts(scope, role)}
        return list(found.values())

    def post_label(self, post_id: str) -> str | None:
        """Name a post with its unit."""
        held = next((held for held in self._posts(None, None) if held.post_id == post_id), None)
        return f"{held.unit_name} {held.post_name}" if held else None

    @cached_property
    def calendar(self) -> Calendar:
        """The working days of this deployment."""
        return registers.working_days(db.session())

    def serial(self, template: str) -> str:
        """Take the next number of a template for the person's unit; its row stays locked until the step is stored."""
        return numbers.allocate(db.session(), template, unit_id=self._person.unit_id, at=access.now())

    def note_read(self, what: str, pointer: str) -> None:
        """Record that personal data was shown in full."""
        access.note_access("personal-read", path=request.path, what=what, pointer=pointer)

    def save_file(self, stream: BinaryIO, name: str) -> dict[str, Any]:
        """Store the bytes of an upload under their hash."""
        return filestore.keep(stream, name)

    def file_link(self, _pointer: str, entry: Mapping[str, Any]) -> str:
        """Return the address of a file this person may open; of any other, the page itself."""
        use = self._uses.get(str(entry.get("sha256")))
        return url_for("files.read", id=use) if use else request.path

    @cached_property
    def _uses(self) -> dict[str, str]:
        return {use.sha256: use.id for use in self._attached()} if self._attached is not None else {}

    def reload(self) -> None:
        """Forget the units, so that one made a moment ago is known."""
        with _lock:
            _trees.pop(self._person.root_unit_id, None)
        self._tree = None

    def _posts(self, scope: str | None, role: str | None) -> list[organisation.Held]:
        root = self._root(self._units(), scope)
        if root is None:
            return []
        key = (root.path, role)
        if key not in self._held:
            self._held[key] = organisation.posts_below(db.session(), root.path, role=role, at=access.now())
        return self._held[key]

    def _units(self) -> dict[str, Unit]:
        """Return the units by id, parents first. A writing request may take those another read just before it."""
        if self._tree is None:
            root = self._person.root_unit_id
            known = _trees.get(root)
            if known is None or request.method == "GET" or time.monotonic() - known[0] > _FRESH_S:
                tree = {unit.id: unit for unit in organisation.units_under(db.session(), root, every_day=True)}
                known = (time.monotonic(), tree)
                with _lock:
                    _trees[root] = known
            self._tree = known[1]
        return self._tree

    def _root(self, tree: Mapping[str, Unit], scope: str | None) -> Unit | None:
        if scope in (None, "", "all", "root"):
            return tree.get(self._person.root_unit_id)
        if scope in ("own", "unit"):
            return tree.get(self._person.unit_id)
        return tree.get(str(scope)) or next((unit for unit in tree.values() if unit.code == scope), None)

    @staticmethod
    def _above(tree: Mapping[str, Unit], unit: Unit) -> str:
        parent = tree.get(unit.parent_id or "")
        return parent.name if parent else ""


def hint_of(values: Mapping[str, Any]) -> str:
    """Return the small print of a register row where one is picked: what tells alike rows apart."""
    parts = [values.get(name) for name in ("list", "category", "clause", "version")]
    return " · ".join(str(part) for part in parts if part not in (None, ""))
