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
from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from forms import html as widgets
from forms import sniff
from forms.fields.base import ABSENT, Entry, Wrong
from forms.messages import word
from forms.uischema import option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

KEEP = ":keep"
MEGABYTE = 1024 * 1024
_SECRET = secrets.token_bytes(32)
_KEPT = Markup(
    '<li class="form-check"><input {}><label class="form-check-label" for="{}">{} {} <span class="muted">{}</span>'
    "</label></li>"
)
_PARTS = ("sha256", "name", "size", "type")


class File(Entry):
    """One file (an object) or several (an array of objects); `ui:options` {accept, maxMegabytes, maxFiles}."""

    kind = "file"
    tall = True
    ask = "required-file"
    grouped: ClassVar[bool] = False
    widget = widgets.FileInput()
    uploads: Sequence[Any] = ()
    kept_tokens: Sequence[str] = ()

    @property
    def several(self) -> bool:
        """Tell whether the value is a list of files."""
        return self.spot.schema.get("type") == "array"

    @property
    def limit(self) -> int:
        """Bytes that one file may have."""
        megabytes = option(self.spot.ui, "maxMegabytes", 20)
        return int(megabytes * MEGABYTE) if isinstance(megabytes, int | float) else 20 * MEGABYTE

    @property
    def accepted(self) -> Sequence[str]:
        """Media types that may be attached; `image/*` stands for the safe images."""
        wished = option(self.spot.ui, "accept")
        if isinstance(wished, str):
            wished = [part.strip() for part in wished.split(",")]
        if not isinstance(wished, list) or not wished:
            return sniff.SAFE
        known = {f".{label.lower()}": kind for kind, label in sniff.NAMES.items()} | {".jpeg": "image/jpeg"}
        found: list[str] = []
        for part in wished:
            if isinstance(part, str) and part.endswith("/*"):
                found += [kind for kind in sniff.NAMES if kind.startswith(part[:-1])]
            elif isinstance(part, str):
                found.append(known.get(part.lower(), part))
        return found

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
        name = clean_name(str(upload.filename or ""))
        stream = getattr(upload, "stream", upload)
        stream.seek(0, 2)
        size = stream.tell()
        if size == 0:
            raise Wrong("file-empty", name=name)
        if size > self.limit:
            raise Wrong("file-large", name=name, size=read_size(size), limit=read_size(self.limit))
        kind = sniff.sniff(stream, name)
        if kind not in self.accepted:
            raise Wrong("file-type", name=name, allowed=self.allowed())
        stream.seek(0)
        saved = self.scene.ports.save_file(stream, name) if self.scene.ports is not None else _hashed(stream, name)
        return {"sha256": saved["sha256"], "name": name, "size": size, "type": kind}

    def allowed(self) -> str:
        """Name the accepted kinds for a person."""
        return word("and", self.scene.locale).join(dict.fromkeys(sniff.NAMES.get(k, k) for k in self.accepted))

    def control(self, attributes: dict[str, Any]) -> Markup:
        accept = ",".join(self.accepted)
        params = {**attributes, "accept": accept, "multiple": self.several, "data_qc_limit": str(self.limit)}
        return self._held() + super().control(params)

    def hint(self) -> str:
        limit = read_size(self.limit)
        if self.accepted is sniff.SAFE:
            return word("file-any", self.scene.locale, limit=limit)
        return word("file-hint", self.scene.locale, allowed=self.allowed(), limit=limit)

    def _held(self) -> Markup:
        entries = list(files_of(self.data))
        if not entries:
            return Markup("")
        lines = []
        for index, entry in enumerate(entries):
            own = f"{self.id}-k{index}"
            box = widgets.html_params(
                type="checkbox", class_="form-check-input", id=own, name=self.name + KEEP, value=self.token(entry),
                checked=True,
            )  # fmt: skip
            lines.append(
                _KEPT.format(box, own, word("file-kept", self.scene.locale), entry["name"], read_size(entry["size"]))
            )
        return Markup('<ul class="list-unstyled mb-2">{}</ul>').format(Markup("").join(lines))

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
            Markup('<li><a href="{}">{}</a> <span class="muted">{}</span></li>').format(
                link(spot.pointer, entry), entry["name"], read_size(entry["size"])
            )
            for entry in entries
        ]
        return Markup('<ul class="list-unstyled mb-0">{}</ul>').format(Markup("").join(lines))


def files_of(value: Any) -> Iterable[dict[str, Any]]:
    """List the stored files of a value, whatever else it may be."""
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict) and isinstance(entry.get("sha256"), str):
            yield {"name": "", "size": 0, "type": "", **entry}


def read_size(size: Any) -> str:
    """Write a number of bytes for a person."""
    count = size if isinstance(size, int | float) else 0
    if count >= MEGABYTE:
        return f"{count / MEGABYTE:.1f} MB".replace(".0 ", " ")
    return f"{max(1, round(count / 1024))} KB"


def clean_name(name: str) -> str:
    """Keep the last part of a file name, without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in last if char.isprintable()).strip(". ")
    return kept[-200:] or "file"


def _hashed(stream: Any, name: str) -> dict[str, Any]:
    digest = hashlib.sha256()
    while chunk := stream.read(MEGABYTE):
        digest.update(chunk)
    return {"sha256": digest.hexdigest(), "name": name}
