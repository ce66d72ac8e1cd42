"""Small files inside the value."""

from __future__ import annotations

import base64
import io

from werkzeug.datastructures import FileStorage

import forms
from tests.forms.one import form_of, read_text, soup

FORM = form_of({"type": "string", "format": "data-url"})
MANY = form_of({"type": "array", "items": {"type": "string", "format": "data-url"}}, {"ui:widget": "files"})


def upload(form, body, name="f/x", post=None):
    return form.read(
        forms.Post(post or {}), forms.Post({name: [FileStorage(io.BytesIO(body), filename="甲 1.txt")]}), {}
    )


def test_the_file_is_in_the_value_with_name_and_real_type():
    stored = upload(FORM, "走访".encode()).values["x"]
    assert stored.startswith("data:text/plain;name=%E7%94%B2%201.txt;base64,")
    assert base64.b64decode(stored.partition("base64,")[2]) == "走访".encode()


def test_it_stays_while_the_page_goes_back_and_forth():
    found = upload(FORM, b"words")
    token = soup(FORM.page(found.typed)).find(attrs={"name": "f/x:keep"})["value"]
    assert FORM.read(forms.Post({"f/x:keep": [token]}), None, {}).values == found.values


def test_what_could_do_harm_is_refused():
    assert upload(FORM, b"<html>").problems[0].code == "file-type"


def test_more_than_a_megabyte_is_refused():
    assert upload(FORM, b"a" * 1_100_000).problems[0].code == "file-large"


def test_several_are_rows_of_one_each():
    found = upload(MANY, b"words", "f/x/0", {"f/x[]": ["0="]})
    assert len(found.values["x"]) == 1


def test_it_reads_by_name_and_size():
    assert read_text(FORM, upload(FORM, b"words").values["x"]) == "甲 1.txt (1 KB)"
