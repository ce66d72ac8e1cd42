"""What all uploads share: a size limit, types read from the content, files kept while a page goes back and forth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

from forms import html as widgets
from forms import sniff
from forms.fields.base import Entry, Wrong
from forms.messages import word
from forms.uischema import option

MEGABYTE = 1024 * 1024
KEEP = ":keep"
FILE_OPTIONS: Mapping[str, Any] = {
    "accept": {"type": ["string", "array"], "title": "可以附哪些类型"},
    "maxMegabytes": {"type": "number", "exclusiveMinimum": 0, "title": "每个不超过几 MB"},
}


@dataclass(frozen=True)
class Received:
    """One upload that may be taken."""

    name: str
    size: int
    kind: str
    stream: BinaryIO


class Upload(Entry):
    """Base of file inputs; the reader sets `uploads` and `kept_tokens` before the post is processed."""

    tall = True
    ask = "required-file"
    widget: Any = widgets.FileInput()
    most_megabytes: ClassVar[float] = 20
    uploads: Sequence[Any] = ()
    kept_tokens: Sequence[str] = ()

    @property
    def several(self) -> bool:
        """Tell whether the value is a list of files."""
        return self.spot.schema.get("type") == "array"

    @property
    def limit(self) -> int:
        """Bytes that one file may have."""
        wished = option(self.spot.ui, "maxMegabytes")
        megabytes = wished if isinstance(wished, int | float) and wished > 0 else self.most_megabytes
        return int(megabytes * MEGABYTE)

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

    def received(self, upload: Any) -> Received:
        """Check one upload; raises Wrong."""
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
        return Received(name, size, kind, stream)

    def allowed(self) -> str:
        """Name the accepted kinds for a person."""
        return word("and", self.scene.locale).join(dict.fromkeys(sniff.NAMES.get(k, k) for k in self.accepted))

    def hint(self) -> str:
        limit = read_size(self.limit)
        if self.accepted is sniff.SAFE:
            return word("file-any", self.scene.locale, limit=limit)
        return word("file-hint", self.scene.locale, allowed=self.allowed(), limit=limit)

    def input_params(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """List the attributes of the file input."""
        accept = ",".join(self.accepted)
        return {**attributes, "accept": accept, "multiple": self.several, "data_qc_limit": str(self.limit)}


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
