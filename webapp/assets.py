"""What Vite built, as pages refer to it: addresses of scripts, styles and icons, and the files themselves.

Built files have a name that carries a hash and a compressed twin; a browser that takes gzip gets the twin.
"""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request, send_from_directory, url_for
from markupsafe import Markup


def init_app(app: Flask) -> None:
    """Serve the bundle and give `app`'s templates its addresses."""
    app.extensions["bundle"] = Bundle(Path(app.static_folder or "") / "dist")
    # Macros see globals only, not what a context processor adds.
    app.jinja_env.globals.update(asset=asset, bundle_css=bundle_css, icons=icons, icon=icon)
    app.view_functions["static"] = send_static


def send_static(filename: str) -> Response:
    """Send a static file, compressed where the build left a compressed twin and the browser takes it."""
    folder = Path(current_app.static_folder or "")
    built = filename.startswith("dist/assets/")
    if built and request.accept_encodings["gzip"] and (folder / f"{filename}.gz").is_file():
        reply = send_from_directory(folder, f"{filename}.gz", mimetype=mimetypes.guess_type(filename)[0])
        reply.headers["Content-Encoding"] = "gzip"
        # The name in this header would be that of the twin.
        reply.headers.pop("Content-Disposition", None)
    else:
        reply = current_app.send_static_file(filename)
    if built:
        reply.vary.add("Accept-Encoding")
    return reply


class Bundle:
    """Vite's manifest: source names to built files; read again when a new bundle is there."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".vite" / "manifest.json"
        self._read_at = 0
        self._entries: dict[str, Any] = {}

    def entry(self, name: str) -> dict[str, Any] | None:
        """Return the manifest's entry for a source file; None when nothing was built."""
        try:
            changed = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if changed != self._read_at:
            self._entries, self._read_at = json.loads(self._path.read_text("utf-8")), changed
        found: dict[str, Any] | None = self._entries.get(name)
        return found


def asset(name: str) -> str | None:
    """Return the address of a built entry, such as "src/shared/site.ts"; None when the front end was not built."""
    found = _bundle().entry(name)
    return url_for("static", filename="dist/" + found["file"]) if found else None


def bundle_css(name: str) -> list[str]:
    """Return the addresses of the style sheets an entry brings with it, those of what it imports first."""
    files: dict[str, None] = {}

    def collect(part: str) -> None:
        found = _bundle().entry(part) or {}
        for imported in found.get("imports", []):
            collect(imported)
        files.update(dict.fromkeys(found.get("css", [])))

    collect(name)
    return [url_for("static", filename="dist/" + file) for file in files]


def icons() -> str:
    """Return the address of the icon sprite."""
    if "icons" not in g:
        g.icons = asset("icons.svg") or ""
    address: str = g.icons
    return address


def icon(name: str, extra: str = "") -> Markup:
    """Return one icon of the sprite; always beside words, so hidden from screen readers."""
    template = '<svg class="ico{}" aria-hidden="true"><use href="{}#{}"/></svg>'
    return Markup(template).format(f" {extra}" if extra else "", icons(), name)  # noqa: S704 - a constant


def _bundle() -> Bundle:
    bundle: Bundle = current_app.extensions["bundle"]
    return bundle
