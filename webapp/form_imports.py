"""Forms that come in and go out as files: JSON pairs, files of other builders, and one zip with its fragments."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import forms
from engine.history.offline.reading import unfold
from forms.designer import NoTable

SCHEMA, UI, FRAGMENTS = ".schema.json", ".ui.json", "fragments/"
_MOST_BYTES = 2_000_000
_MOST_FILES = 200
MARK = "qc:fragment"


@dataclass(frozen=True)
class Brought:
    """What a file brought: a form, fragments {title, key, schema, ui}, and sentences on what did not fit."""

    schema: dict[str, Any]
    ui: dict[str, Any]
    fragments: tuple[dict[str, Any], ...] = ()
    missed: tuple[str, ...] = ()


def read(content: bytes, look: bytes | None, *, locale: str) -> Brought:
    """Read a zip, a JSON Schema with its ui, or a form of form-js or JSON Forms.

    Raises NoTable: `not-json` or `not-a-form`.
    """
    fragments: tuple[dict[str, Any], ...] = ()
    if content.startswith(b"PK"):
        schema, ui, fragments = _unpacked(content)
    else:
        schema, ui = _json(content), _json(look) if look else {}
    if not isinstance(schema, dict) or not isinstance(ui, dict):
        raise NoTable("not-json")
    made = forms.convert(schema, ui, locale=locale)
    if not isinstance(made.schema, dict):
        raise NoTable("not-json")
    return Brought(made.schema, made.ui, fragments, made.missed)


def pack(key: str, schema: Any, ui: Any, fragments: Iterable[Mapping[str, Any]]) -> bytes:
    """Write a form and the fragments it was made with as one zip; the same form gives the same bytes."""
    stream = io.BytesIO()
    wanted = set(used(ui))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, key + SCHEMA, schema)
        _put(archive, key + UI, ui)
        for number, each in enumerate(each for each in fragments if each["title"] in wanted):
            _put(
                archive,
                f"{FRAGMENTS}{number + 1}.json",
                {part: each[part] for part in ("title", "key", "schema", "ui")},
            )
    return stream.getvalue()


def used(ui: Any) -> Iterator[str]:
    """List the fragments a form says its fields came from."""
    waiting = [ui]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            title = part.get(MARK)
            if isinstance(title, str):
                yield title
            waiting += part.values()


def _put(archive: zipfile.ZipFile, name: str, value: Any) -> None:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _unpacked(content: bytes) -> tuple[Any, Any, tuple[dict[str, Any], ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            # Sizes are told before anything is unpacked, so a small file that unfolds to a huge one is refused.
            if len(entries) > _MOST_FILES or sum(each.file_size for each in entries) > _MOST_BYTES:
                raise NoTable("not-a-form")
            files = {each.filename: unfold(archive, each) for each in entries if each.filename.endswith(".json")}
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise NoTable("not-a-form") from error
    schema = next((body for name, body in files.items() if name.endswith(SCHEMA)), None)
    if schema is None:
        raise NoTable("not-a-form")
    look = next((body for name, body in files.items() if name.endswith(UI)), None)
    parts = [_json(body) for name, body in sorted(files.items()) if name.startswith(FRAGMENTS)]
    return _json(schema), _json(look) if look else {}, tuple(part for part in parts if _is_fragment(part))


def _is_fragment(part: Any) -> bool:
    texts = isinstance(part, dict) and all(isinstance(part.get(name), str) and part[name] for name in ("title", "key"))
    return texts and all(isinstance(part.get(name), dict) for name in ("schema", "ui"))


def _json(content: bytes) -> Any:
    try:
        return json.loads(content[: _MOST_BYTES + 1].decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NoTable("not-json") from error
