"""The type of a file by what is in it; names and what a browser claims are not believed."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
_OFFICE = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("OFD.xml", "application/ofd"),
)
_ACTIVE = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml", b"<?php", b"#!")
_OLE_NAMES = {".doc": "application/msword", ".wps": "application/msword", ".xls": "application/vnd.ms-excel",
              ".et": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint"}  # fmt: skip
NAMES = {
    "application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPG", "image/gif": "GIF", "image/webp": "WebP",
    "image/bmp": "BMP", "image/tiff": "TIFF", "application/zip": "ZIP", "text/plain": "TXT", "text/csv": "CSV",
    _OFFICE[0][1]: "DOCX", _OFFICE[1][1]: "XLSX", _OFFICE[2][1]: "PPTX", "application/ofd": "OFD",
    "application/msword": "DOC", "application/vnd.ms-excel": "XLS", "application/vnd.ms-powerpoint": "PPT",
    "video/mp4": "MP4", "audio/mpeg": "MP3",
}  # fmt: skip
SAFE = tuple(kind for kind in NAMES if not kind.startswith(("video/", "audio/")))
_HEAD = 4096


def sniff(stream: BinaryIO, name: str = "") -> str:
    """Tell the media type of a stream and rewind it; unknown bytes are `application/octet-stream`.

    name: only splits kinds that look the same inside (csv and txt, the old Office files).
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    kind = _of(head, stream, name.lower())
    stream.seek(0)
    return kind


def _of(head: bytes, stream: BinaryIO, name: str) -> str:
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(stream)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in (b"heic", b"heix", b"mif1") else "video/mp4"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            if kind == "application/x-ole-storage":
                return next((named for ending, named in _OLE_NAMES.items() if name.endswith(ending)), kind)
            return kind
    return _text_kind(head, name)


def _zip_kind(stream: BinaryIO) -> str:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()[:2000]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "application/octet-stream"
    if "[Content_Types].xml" in names or "OFD.xml" in names:
        for start, kind in _OFFICE:
            if any(entry.startswith(start) for entry in names):
                return kind
    return "application/zip"


def _text_kind(head: bytes, name: str) -> str:
    if b"\x00" in head:
        return "application/octet-stream"
    if any(mark in head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()[:512] for mark in _ACTIVE):
        return "text/html"
    for encoding in ("utf-8", "gb18030"):
        try:
            # The head may end inside a character: its last bytes do not count.
            head[: len(head) - 4 if len(head) == _HEAD else None].decode(encoding)
        except UnicodeDecodeError:
            continue
        return "text/csv" if name.endswith(".csv") else "text/plain"
    return "application/octet-stream"
