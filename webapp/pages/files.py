"""Attachments: one file by the row of its use, for who may see the place where it is attached."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, send_file

from webapp import access, filestore
from webapp.db import session
from webapp.uploads import open_upload

blueprint = Blueprint("files", __name__)

# Shown in the browser rather than saved: kinds that cannot carry a script.
_SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})


@blueprint.get("/file/<id>")
@access.rule(access.signed_in)
def read(id: str) -> Response:
    """Give the bytes of one use of a file; what is asked for is the id of the use, never the hash."""
    use = open_upload(session(), access.actor(), id)
    shown = use.media_type in _SHOWN
    reply = send_file(filestore.folder().open(use.sha256), mimetype=use.media_type if shown else _UNKNOWN)
    way = "inline" if shown else "attachment"
    plain = use.name if use.name.isascii() and '"' not in use.name and "\\" not in use.name else "file"
    reply.headers["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(use.name, safe='')}"
    reply.headers["Content-Length"] = str(use.size_bytes)
    reply.headers["X-Content-Type-Options"] = "nosniff"
    # Opened by itself a file runs nothing and loads nothing, whatever it claims to be.
    reply.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    reply.headers["Cache-Control"] = "private, no-store"
    access.note_access("file-read", case=use.case_id, use=use.id)
    return reply


_UNKNOWN = "application/octet-stream"
