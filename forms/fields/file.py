"""Attachments: typed by content, limited in size, stored by hash through the port.

A file uploaded with a submission that was refused is kept: the page carries a token that names it, signed so that
nobody can name a file he did not upload. The token is worth nothing but here, and only for the same field.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Wrong
from forms.fields.types import FieldType
from forms.fields.upload import FILE_OPTIONS, KEEP, MEGABYTE, Upload, read_size
from forms.html import tag
from forms.messages import word
from forms.uischema import option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_SECRET = secrets.token_bytes(32)
_KEPT = tag(
    '<li class="form-check"><input {}><label class="form-check-label" for="{}">{} {} <span class="muted">{}</span>'
    "</label></li>"
)
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
_PARTS = ("sha256", "name", "size", "type")


class File(Upload):
    """One file (an object) or several (an array of objects); `ui:options` {accept, maxMegabytes, maxFiles}."""

    kind = "file"

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Join what stays with what came; `uploads` and `kept_tokens` are set by the reader."""
        kept = [entry for entry in map(self.opened, self.kept_tokens) if entry is not None]
        fresh: list[dict[str, Any]] = []
        wrong: Wrong | None = None
        for upload in self.uploads:
            try:
                fresh.append(self.store(upload))
            except Wrong as error:
                wrong = wrong or error
        held = kept + fresh if self.several else (fresh or kept)[-1:]
        held = list({entry["sha256"]: entry for entry in held}.values())
        self.typed = (held if self.several else held[0]) if held else ABSENT
        self.data = self.typed
        if wrong is not None:
            raise wrong
        most = option(self.spot.ui, "maxFiles")
        if isinstance(most, int) and len(held) > most:
            raise Wrong("file-many", limit=most)
        if len(kept) < len(self.kept_tokens):
            raise Wrong("file-again")

    def store(self, upload: Any) -> dict[str, Any]:
        """Check one upload and hand it to the port; raises Wrong."""
        file = self.received(upload)
        ports = self.scene.ports
        saved = ports.save_file(file.stream, file.name) if ports is not None else _hashed(file.stream)
        return {"sha256": saved["sha256"], "name": file.name, "size": file.size, "type": file.kind}

    def control(self, attributes: dict[str, Any]) -> Markup:
        return self._held() + super().control(self.input_params(attributes))

    def _held(self) -> Markup:
        entries = list(files_of(self.data))
        if not entries:
            return Markup("")
        lines = []
        for index, entry in enumerate(entries):
            own = f"{self.id}--k{index}"
            box = widgets.html_params(
                type="checkbox", class_="form-check-input", id=own, name=self.name + KEEP, value=self.token(entry),
                checked=True,
            )  # fmt: skip
            lines.append(
                _KEPT.format(box, own, word("file-kept", self.scene.locale), entry["name"], read_size(entry["size"]))
            )
        return tag('<ul class="list-unstyled mb-2">{}</ul>').format(Markup("").join(lines))

    def token(self, entry: dict[str, Any]) -> str:
        """Sign a stored file for this field."""
        body = base64.urlsafe_b64encode(json.dumps([entry.get(part) for part in _PARTS]).encode()).decode()
        return f"{body}.{self._sign(body)}"

    def opened(self, token: str) -> dict[str, Any] | None:
        """Read back a signed file; None when the signature is not ours."""
        body, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return None
        values = json.loads(base64.urlsafe_b64decode(body))
        return dict(zip(_PARTS, values, strict=True))

    def _sign(self, body: str) -> str:
        # Row numbers move while a page goes back and forth, so the field is signed without them.
        place = "/".join(part for part in self.spot.path if not part.isdecimal())
        secret = getattr(self.scene.ports, "secret", None) or _SECRET
        return hmac.new(secret, f"{place}\n{body}".encode(), hashlib.sha256).hexdigest()

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        return word("and", scene.locale).join(f"{e['name']} ({read_size(e['size'])})" for e in files_of(value))

    @classmethod
    def display(cls, value: Any, spot: Spot, scene: Scene) -> Markup:
        link = getattr(scene.ports, "file_link", None)
        entries = list(files_of(value))
        if not entries or link is None:
            return super().display(value, spot, scene)
        lines = [
            tag('<li><a href="{}">{}</a> <span class="muted">{}</span>{}</li>').format(
                link(spot.pointer, entry),
                entry["name"],
                read_size(entry["size"]),
                _preview(link(spot.pointer, entry), entry),
            )
            for entry in entries
        ]
        return tag('<ul class="list-unstyled mb-0">{}</ul>').format(Markup("").join(lines))


def _preview(address: str, entry: dict[str, Any]) -> Markup:
    """Show a picture beside its name."""
    if entry["type"] not in _PICTURES:
        return Markup("")
    return tag('<br><img class="preview" src="{}" alt="{}" loading="lazy">').format(address, entry["name"])


def files_of(value: Any) -> Iterable[dict[str, Any]]:
    """List the stored files of a value, whatever else it may be."""
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict) and isinstance(entry.get("sha256"), str):
            yield {"name": "", "size": 0, "type": "", **entry}


def _hashed(stream: Any) -> dict[str, Any]:
    digest = hashlib.sha256()
    while chunk := stream.read(MEGABYTE):
        digest.update(chunk)
    return {"sha256": digest.hexdigest()}


TYPES = (
    FieldType(
        "file", "附件", "Attachment", "file", "paperclip", File, {"type": "object"}, {"ui:widget": "file"},
        FILE_OPTIONS, widgets=("file",),
    ),
    FieldType(
        "files", "多个附件", "Attachments", "file", "upload", File,
        {"type": "array", "items": {"type": "object"}}, {"ui:widget": "files"},
        {**FILE_OPTIONS, "maxFiles": {"type": "integer", "minimum": 1, "title": "最多几个"}}, widgets=("files",),
    ),
)  # fmt: skip
