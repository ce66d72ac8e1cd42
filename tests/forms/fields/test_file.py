"""Attachments."""

from __future__ import annotations

import io
import zipfile

import pytest
from werkzeug.datastructures import FileStorage

import forms
from tests.forms.one import Office, form_of, read_text, soup

OBJECT = {"type": "object", "title": "依据文件"}
ONE = form_of(OBJECT, {"ui:widget": "file"})
MANY = form_of({"type": "array", "items": {"type": "object"}}, {"ui:widget": "file", "ui:options": {"maxFiles": 2}})
PDF = b"%PDF-1.7 sample"
PNG = b"\x89PNG\r\n\x1a\nsample"


def upload(form, *files, post=None, base=None, office=None):
    sent = forms.Post({"f/x": [FileStorage(io.BytesIO(body), filename=name) for name, body in files]})
    return form.read(forms.Post(post or {}), sent, base or {}, ports=office or Office())


def office_file(start: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(f"{start}document.xml", "<x/>")
    return body.getvalue()


def test_the_type_is_read_from_the_content():
    office = Office()
    found = upload(ONE, ("文件.txt", PDF), office=office)
    assert found.problems == []
    assert found.values["x"]["type"] == "application/pdf"
    assert (found.values["x"]["name"], found.values["x"]["size"]) == ("文件.txt", len(PDF))
    assert office.files[found.values["x"]["sha256"]] == PDF


@pytest.mark.parametrize(
    "body", [b"MZ\x90", b"<script>alert(1)</script>", b"<svg onload=x>", b"\x00\x01", b"#!/bin/sh"]
)
def test_what_could_do_harm_is_refused_whatever_its_name(body):
    found = upload(ONE, ("照片.pdf", body))
    assert "照片.pdf 不是可以附的类型" in found.problems[0].message


def test_office_files_are_told_from_other_archives():
    assert upload(ONE, ("a", office_file("xl/"))).values["x"]["type"].endswith("spreadsheetml.sheet")
    assert upload(ONE, ("a", office_file("word/"))).values["x"]["type"].endswith("wordprocessingml.document")


def test_accept_narrows_the_types():
    form = form_of(OBJECT, {"ui:widget": "file", "ui:options": {"accept": "image/*,.pdf"}})
    assert upload(form, ("a.png", PNG)).problems == []
    assert "可以附：PNG、JPG" in upload(form, ("a.txt", b"words")).problems[0].message


def test_size_is_limited():
    form = form_of(OBJECT, {"ui:widget": "file", "ui:options": {"maxMegabytes": 0.001}})
    assert "超过 1 KB" in upload(form, ("a.pdf", PDF + b"x" * 2000)).problems[0].message


def test_empty_files_are_told():
    assert "空文件" in upload(ONE, ("a.pdf", b"")).problems[0].message


def test_a_path_in_the_name_is_dropped():
    assert upload(ONE, ("..\\..\\a/b\x00c.pdf", PDF)).values["x"]["name"] == "bc.pdf"


def test_a_refused_submission_keeps_the_file():
    schema = {"type": "object", "required": ["y"], "properties": {"x": OBJECT, "y": {"type": "string", "title": "乙"}}}
    form = forms.compile(schema, {"x": {"ui:widget": "file"}})
    office = Office()
    first = upload(form, ("a.pdf", PDF), office=office)
    assert [problem.pointer for problem in first.problems] == ["/y"]
    page = soup(form.page(first.typed, problems=first.problems, ports=office))
    kept = page.select_one('input[name="f/x:keep"]')
    assert kept.has_attr("checked")
    second = form.read(forms.Post({"f/x:keep": [kept["value"]], "f/y": ["好"]}), None, {}, ports=office)
    assert second.problems == []
    assert second.values["x"] == first.values["x"]


def test_a_file_one_did_not_upload_cannot_be_named():
    body = '["' + "0" * 64 + '", "a.pdf", 1, "application/pdf"]'
    found = upload(ONE, post={"f/x:keep": [f"{body}.forged"]})
    assert found.problems[0].message == "请重新附上依据文件，上次选的文件没有留住"
    assert "x" not in found.values


def test_the_token_of_one_field_is_worth_nothing_in_another():
    office = Office()
    token = soup(ONE.page(upload(ONE, ("a.pdf", PDF), office=office).typed, ports=office)).find(
        attrs={"name": "f/x:keep"}
    )["value"]
    other = forms.compile({"type": "object", "properties": {"z": OBJECT}}, {"z": {"ui:widget": "file"}})
    assert other.read(forms.Post({"f/z:keep": [token]}), None, {}, ports=office).problems[0].code == "file-again"


def test_unticking_drops_the_file():
    found = upload(ONE, base={"x": {"sha256": "ab", "name": "a", "size": 1, "type": "text/plain"}})
    assert found.values == {"x": None}


def test_a_new_file_replaces_the_old_one():
    office = Office()
    page = soup(ONE.page(upload(ONE, ("a.pdf", PDF), office=office).typed, ports=office))
    token = page.find(attrs={"name": "f/x:keep"})["value"]
    assert upload(ONE, ("b.png", PNG), post={"f/x:keep": [token]}, office=office).values["x"]["name"] == "b.png"


def test_several_files_are_a_list_with_a_limit():
    assert [e["name"] for e in upload(MANY, ("a.pdf", PDF), ("b.png", PNG)).values["x"]] == ["a.pdf", "b.png"]
    assert "最多附 2 个文件" in upload(MANY, ("a", PDF), ("b", PNG), ("c", b"words")).problems[0].message


def test_missing_file_is_asked_for():
    form = form_of(OBJECT, {"ui:widget": "file"}, required=True)
    assert upload(form).problems[0].message == "请附上依据文件"


def test_it_reads_with_its_size():
    assert (
        read_text(ONE, {"sha256": "ab", "name": "批复.pdf", "size": 2_097_152, "type": "application/pdf"})
        == "批复.pdf (2 MB)"
    )
