"""Telling what a file is by what is in it."""

from __future__ import annotations

import io

import pytest

from forms.sniff import SAFE, sniff


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (b"%PDF-1.4", "a.exe", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "a", "image/png"),
        (b"\xff\xd8\xff\xe0", "a", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a", "image/webp"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "报表.XLS", "application/vnd.ms-excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.msi", "application/x-ole-storage"),
        ("姓名,村".encode(), "a.csv", "text/csv"),
        ("姓名".encode("gb18030"), "a.txt", "text/plain"),
        (("字" * 3000).encode(), "a.txt", "text/plain"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "a.txt", "text/html"),
        (b"<?xml version='1.0'?><svg onload='x'/>", "a.png", "text/html"),
        (b"MZ\x90\x00", "a.pdf", "application/x-msdownload"),
        (b"PK\x03\x04 broken", "a.docx", "application/octet-stream"),
        (b"\x00\x01\x02", "a", "application/octet-stream"),
    ],
)
def test_the_content_decides(body, name, kind):
    stream = io.BytesIO(body)
    assert sniff(stream, name) == kind
    assert stream.tell() == 0


def test_what_runs_is_never_among_the_safe_types():
    assert not {"text/html", "application/x-msdownload", "application/octet-stream", "image/svg+xml"} & set(SAFE)
