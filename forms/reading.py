"""Read a post into values: what was typed becomes JSON, what may not be written stays as it was.

The reader goes through the schema, not through the post: nothing is written that the form does not have. Sections
whose fields depend on other fields are read again until what was read and the fields that follow from it agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from forms import actions, branches, fields, kinds, tree, uischema
from forms import pointer as pointers
from forms.absent import ABSENT, Absent
from forms.errors import ForbiddenWrite
from forms.fields.base import Raw
from forms.fields.upload import KEEP, Upload
from forms.scene import Scene
from forms.spot import Spot
from forms.tree import MAP_TOKEN, Place
from forms.uischema import Ui
from forms.values import is_blank

_ROUNDS = 8
_SUFFIX = re.compile(r"(\?|#|\[\]|:keep)$")


class MultiMapping(Protocol):
    """What werkzeug's MultiDict is, as far as forms need it."""

    def __iter__(self) -> Iterator[str]:
        """Go through the keys."""

    def __len__(self) -> int:
        """Count the keys."""

    def __contains__(self, key: Any, /) -> bool:
        """Tell whether a key is there."""

    def getlist(self, key: str) -> list[Any]:
        """List all values of a key, none when it is not there."""


class Post(dict[str, list[Any]]):
    """A plain multi-mapping, for callers without werkzeug and for posts made in tests."""

    def getlist(self, key: str) -> list[Any]:
        """List all values of a key."""
        found = self.get(key, [])
        return found if isinstance(found, list) else [found]


@dataclass(frozen=True, slots=True)
class Got:
    """What was read at one place: the value, and what to show again."""

    value: Any = ABSENT
    typed: Any = ABSENT


NOTHING = Got()


class Reader:
    """Reads one post; `wrong` collects what could not become a value: pointer -> (code, fields).

    known: names of the first level that the form may have under any condition.
    """

    def __init__(
        self, scene: Scene, post: MultiMapping, files: MultiMapping | None, known: frozenset[str] = frozenset()
    ) -> None:
        self.known = known
        self.scene = scene
        self.post = post
        self.files = files
        self.wrong: dict[str, tuple[str, dict[str, Any]]] = {}
        self.origins: dict[str, list[int | None]] = {}
        self.picks: dict[str, int] = {}
        self.names = _names(post, files, scene.prefix)
        self._parts = _parts(self.names)
        self._has_picks = any(name.endswith("?") for name in self.names)
        self.is_acting = any(actions.read(key) for key in post)
        scene.picks = self.picks

    def read(self, schema: Any, ui: Ui, base: Any) -> Got:
        """Read the whole form."""
        self._refuse_forbidden()
        return self.place(schema, ui, base, Place())

    def place(self, schema: Any, ui: Ui, base: Any, at: Place) -> Got:
        """Read one place."""
        scene, pointer = self.scene, at.pointer
        value = None if base is ABSENT else base
        picked = self._picked(at.name) if self._has_picks else None
        if picked is not None and scene.rights.of(at.path) == "write":
            self.picks[pointer] = picked
        known = kinds.known_at(scene, schema, ui)
        labels: list[str] = []
        if known is not None:
            folded, ui, kind, nullable = known.schema, known.ui, known.kind, known.nullable
        else:
            choice = branches.choose(scene, scene.resolver.at(schema, value), kinds.laid(scene, ui), value, pointer)
            folded, ui, labels = choice.schema, choice.ui, choice.labels
            kind = kinds.kind_at(scene, folded, ui)
            nullable = choice.nullable or kind.nullable
        shape, entry = kind.shape, kind.entry
        if shape != "leaf" and (at.depth > tree.DEEPEST or not self.scene.spend() or self._turns(schema, base, at)):
            shape, entry = "leaf", fields.JSON_BOX
        right, frozen = tree.right_of(scene, ui, at, closed=kind.closed)
        spot = Spot(
            path=at.path, pointer=pointer, name=at.name, schema=folded, ui=ui, value=value, label=at.label,
            full_label=at.full_label, required=at.required, right=right, depth=at.depth, shape=shape,
            nullable=nullable, entry=entry, branches=labels,
        )  # fmt: skip
        if shape == "leaf":
            return self._leaf(spot, base)
        chain = (*at.chain, id(schema)) if value is None else at.chain
        below = at.around(chain=chain, frozen=frozen, scope=at.scope, is_new=at.is_new)
        if shape == "rows":
            return self._rows(spot, base, below)
        return self._section(schema, spot, base, below, is_known=known is not None)

    def _turns(self, schema: Any, base: Any, at: Place) -> bool:
        # What the page printed as a box is posted under its own name, what it printed as a section below it.
        return (
            id(schema) in at.chain and base in (ABSENT, None) and (at.name in self.names or not self._touched(at.name))
        )

    def _leaf(self, spot: Spot, base: Any) -> Got:
        if spot.right != "write":
            if spot.right == "read" and not spot.ui.get("qc:computed"):
                self._refuse_touched(spot)
            return Got(base, base)
        name = self.scene.name(spot.name)
        entry = (spot.entry or fields.JSON_BOX).reader(spot, self.scene, name)
        if isinstance(entry, Upload):
            entry.uploads = [upload for upload in self._uploads(name) if getattr(upload, "filename", "")]
            entry.kept_tokens = [str(token) for token in self.post.getlist(name + KEEP)]
        given = self.post.getlist(name)
        if any("\0" in str(text) for text in given):
            # No page and no PostgreSQL text can carry it: the person sees where it stands and mends it.
            self.wrong[spot.pointer] = ("zero", {})
            return Got(ABSENT, Raw(str(given[0])[: entry.max_chars].replace("\0", "\ufffd")))
        wrong = entry.take(given, None if base is ABSENT else base)
        self.wrong.pop(spot.pointer, None)
        if wrong is not None:
            self.wrong[spot.pointer] = wrong
        value = entry.data
        if value is ABSENT and spot.nullable and spot.required:
            value = None
        return Got(value, entry.typed)

    def _uploads(self, name: str) -> Sequence[Any]:
        return self.files.getlist(name) if self.files is not None else ()

    def _section(self, schema: Any, spot: Spot, base: Any, at: Place, *, is_known: bool) -> Got:
        held = base if isinstance(base, dict) else {}
        out: dict[str, Any] = {}
        typed: dict[str, Any] = {}
        known: dict[tuple[str, int], Got] = {}
        kept_alive: list[Any] = []
        folded = spot.schema
        for _ in range(_ROUNDS):
            properties = uischema.child(folded, "properties")
            needed = kinds.required_names(folded)
            before = dict(out)
            out, typed = {}, {}
            for key, part in properties.items():
                got = known.get((key, id(part)))
                if got is None:
                    kept_alive.append(part)
                    below = at.below(key, pointers.escape_token(key), key, key, required=key in needed)
                    if key not in held and key not in needed and self.scene.rights.shuts(below.path):
                        # Nothing is there, nothing may be written, and a post that tries is refused before.
                        got = NOTHING
                    else:
                        got = self.place(part, uischema.child(spot.ui, key), held.get(key, ABSENT), below)
                    known[key, id(part)] = got
                _put(out, typed, key, got)
            if is_known or out == before:
                break
            folded = self._refold(schema, spot, out, folded)
        spot.schema = folded
        if spot.shape == "map":
            self._extras(spot, held, at, out, typed)
        elif spot.depth and folded.get("additionalProperties") is not False:
            named = folded.get("properties", {})
            extra = {key: value for key, value in held.items() if key not in named}
            out, typed = {**extra, **out}, {**extra, **typed}
        for key in held:
            # A field that a condition took away, and that this view may not write, is not this step's to clear.
            if (
                key not in out
                and (spot.depth or key in self.known)
                and self.scene.rights.of((*at.path, key)) != "write"
            ):
                out[key] = typed[key] = held[key]
        if not out and spot.nullable and not (spot.required and isinstance(base, dict)):
            return Got(None if spot.required else ABSENT, typed or ABSENT)
        if not out and base is ABSENT and spot.depth and not (spot.required and spot.right == "write"):
            # A section nobody wrote in is not there, unless it must be: its own fields then say what is missing.
            return Got(ABSENT, typed or ABSENT)
        if not out and base is ABSENT and not self._touched(at.name):
            return Got({}, ABSENT)
        return Got(out, typed)

    def _refold(self, schema: Any, spot: Spot, out: dict[str, Any], last: dict[str, Any]) -> dict[str, Any]:
        folded = self.scene.resolver.at(schema, out)
        choice = branches.choose(self.scene, folded, spot.ui, out, spot.pointer)
        return last if choice.schema == last else choice.schema

    def _extras(self, spot: Spot, held: dict[str, Any], at: Place, out: dict[str, Any], typed: dict[str, Any]) -> None:
        """Read named values; the name is typed too, and stands in an input of its own."""
        named = spot.schema.get("properties", {})
        if spot.right != "write":
            self._refuse_extras(spot, at)
            extra = {key: value for key, value in held.items() if key not in named}
            out.update(extra)
            typed.update(extra)
            return
        ui = uischema.child(spot.ui, "additionalProperties")
        for number, token in enumerate(self._map_tokens(at.name)):
            raw = self.post.getlist(self.scene.name(f"{at.name}/{token}#"))
            key = str(raw[0]).strip().replace("\0", "\ufffd") if raw else ""
            below = at.below(key, token, key, key, required=False)
            got = self.place(kinds.extra_schema(spot.schema, key), ui, held.get(key, ABSENT), below)
            if not key:
                if not isinstance(got.value, Absent) and got.value not in (False, {}, []):
                    self.wrong.setdefault(spot.pointer, ("key-empty", {"row": number + 1}))
                continue
            if key in out:
                self.wrong.setdefault(spot.pointer, ("key-twice", {"name": key}))
                continue
            _put(out, typed, key, got)

    def _map_tokens(self, name: str) -> list[str]:
        found = {_token(rest) for rest in self._below(name) if rest.startswith(MAP_TOKEN)}
        return sorted(found, key=lambda token: (len(token), token))[: actions.MOST_ROWS]

    def _refuse_extras(self, spot: Spot, at: Place) -> None:
        if self._map_tokens(at.name):
            raise ForbiddenWrite(spot.pointer)

    def _rows(self, spot: Spot, base: Any, at: Place) -> Got:
        held = base if isinstance(base, list) else []
        spot.fixed = len(spot.schema["prefixItems"]) if isinstance(spot.schema.get("prefixItems"), list) else 0
        rows = self._row_tokens(at.name, len(held)) if spot.right == "write" else self._same_rows(spot, at, held)
        out: list[Any] = []
        typed: list[Any] = []
        origins: list[int | None] = []
        for token, origin in rows[: actions.MOST_ROWS]:
            index = len(out)
            own = held[origin] if origin is not None else ABSENT
            ui = uischema.item(spot.ui, index)
            below = at.below(str(index), token, "", "", required=True)
            got = self.place(kinds.item_schema(spot.schema, index), ui, own, below)
            # A blank line of a list of single values is no value; row buttons count it, so they keep it.
            if got.value is ABSENT and index >= spot.fixed and self._droppable(pointers.join(spot.pointer, index)):
                continue
            out.append(None if got.value is ABSENT else got.value)
            typed.append(None if got.typed is ABSENT else got.typed)
            origins.append(origin)
        if spot.right == "write":
            self.origins[spot.pointer] = origins
            while len(out) > spot.fixed and is_blank(out[-1]) and self._trimmable(spot, len(out) - 1):
                out.pop()
        if not out and base is ABSENT and not spot.required:
            return Got(ABSENT, typed or ABSENT)
        return Got(out, typed)

    def _droppable(self, pointer: str) -> bool:
        return not self.is_acting and pointer not in self.wrong

    def _trimmable(self, spot: Spot, index: int) -> bool:
        """A row in which something was typed wrongly is not blank."""
        start = pointers.join(spot.pointer, index)
        return not any(pointer == start or pointer.startswith(start + "/") for pointer in self.wrong)

    def _row_tokens(self, name: str, stored: int) -> list[tuple[str, int | None]]:
        """List the rows of a writable table: (token in the names, index in the stored values)."""
        markers = [str(value) for value in self.post.getlist(self.scene.name(name) + "[]")]
        if markers:
            parted = [marker.partition("=") for marker in markers]
            pairs = [(token, origin if equals else token) for token, equals, origin in parted]
        else:
            tokens = {_token(rest) for rest in self._below(name)}
            pairs = [(token, token) for token in sorted(tokens, key=lambda token: (len(token), token))]
        found: list[tuple[str, int | None]] = []
        taken: set[int] = set()
        seen: set[str] = set()
        for token, origin in pairs:
            if token in seen or "/" in token:
                continue
            seen.add(token)
            index = int(origin) if origin.isdecimal() and len(origin) < 7 else None
            # A stored row can be continued once only; a second row that claims it is a new one.
            known = index if index is not None and index < stored and index not in taken else None
            if known is not None:
                taken.add(known)
            found.append((token, known))
        return found

    def _same_rows(self, spot: Spot, at: Place, held: list[Any]) -> list[tuple[str, int | None]]:
        """Keep the rows of a table that may not be changed; a post that says otherwise is refused."""
        rows: list[tuple[str, int | None]] = [(str(index), index) for index in range(len(held))]
        markers = [str(value).partition("=")[0] for value in self.post.getlist(self.scene.name(at.name) + "[]")]
        if markers and markers != [token for token, _ in rows]:
            raise ForbiddenWrite(spot.pointer)
        for rest in self._below(at.name):
            token = _token(rest)
            if not token.isdecimal() or int(token) >= len(held):
                raise ForbiddenWrite(f"{spot.pointer}/{rest}")
        return rows

    def _below(self, name: str) -> Iterable[str]:
        return self._parts.get(name, ())

    def _picked(self, name: str) -> int | None:
        raw = self.post.getlist(self.scene.name(name) + "?")
        return int(raw[0]) if raw and str(raw[0]).isdecimal() and len(str(raw[0])) < 4 else None

    def _touched(self, name: str) -> bool:
        """Tell whether the post has anything of a place: an input of its own, one below it, or a marker."""
        return name in self._parts

    def _refuse_touched(self, spot: Spot) -> None:
        if self._touched(spot.name):
            raise ForbiddenWrite(spot.pointer)

    def _refuse_forbidden(self) -> None:
        """Refuse a post that names anything the view does not let this person write."""
        if self.scene.rights.open:
            return
        for name in self.names:
            bare = _SUFFIX.sub("", name)
            path = pointers.split(bare)
            is_structure = name.endswith("[]")
            if self.scene.rights.of(path) != "write" and not (is_structure and self.scene.rights.opens_below(path)):
                raise ForbiddenWrite(bare)
        for key in self.post:
            hit = actions.read(key)
            if hit and hit[0] not in ("pick", "step") and self.scene.rights.of(actions.table_of(*hit)) != "write":
                raise ForbiddenWrite(hit[1])


def _put(out: dict[str, Any], typed: dict[str, Any], key: str, got: Got) -> None:
    if got.value is not ABSENT:
        out[key] = got.value
    if got.typed is not ABSENT:
        typed[key] = got.typed


def _token(rest: str) -> str:
    """Take the row's token from what follows a table's name."""
    return _SUFFIX.sub("", rest.split("/", 1)[0])


def _parts(names: Iterable[str]) -> dict[str, list[str]]:
    """Index the post: for every place it touches, what stands below it."""
    found: dict[str, list[str]] = {}
    for name in names:
        own = _SUFFIX.sub("", name)
        found.setdefault(own, [])
        cut = own.rfind("/")
        while cut >= 0:
            found.setdefault(name[:cut], []).append(name[cut + 1 :])
            cut = own.rfind("/", 0, cut)
    return found


def _names(post: MultiMapping, files: MultiMapping | None, prefix: str) -> list[str]:
    """List what the post says about this form: the names without the page's prefix, pointers with suffixes."""
    start = len(prefix)
    found = [
        str(key)[start:]
        for key in post
        if str(key) == prefix or str(key).startswith((f"{prefix}/", f"{prefix}[]", f"{prefix}?"))
    ]
    if files is not None:
        found += [
            str(key)[start:]
            for key in files
            if str(key).startswith(f"{prefix}/")
            and any(getattr(upload, "filename", "") for upload in files.getlist(key))
        ]
    return found
