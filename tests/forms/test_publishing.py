"""The check before publishing: what is broken, by line; quick on hostile input."""

from __future__ import annotations

import json

import pytest

import forms
from tests.timing import within

OK = (
    b'{"type": "object", "properties": {"a": {"type": "string"},'
    b' "t": {"type": "array", "items": {"properties": {"x": {}}}}}}'
)


def found(schema, ui=None):
    return [(finding.code, finding.line, finding.pointer) for finding in forms.check_definition(schema, ui)]


def test_a_good_form_has_no_findings():
    ui = (
        b'{"a": {"ui:widget": "textarea", "qc:visible": "t != null"}, "t": {"items": {"x": {}}},'
        b' "qc:views": {"v": {"/t/*/x": "read", "/**": "write"}}}'
    )
    assert found(OK, ui) == []


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (b'{"a": 1,\n "a": 2}', ("repeated-key", 2, "/a")),
        (b'{"a":\n tru}', ("not-json", 2, "")),
        (b'{"a": NaN}', ("not-json", 1, "")),
        (b"[]", ("not-a-schema", 1, "")),
        ('{"title": "中"}'.encode("gb18030"), ("encoding", 1, "")),
        ('{"title": "中"}'.encode("utf-16"), ("encoding", 1, "")),
        (b"[" * 1000 + b"]" * 1000, ("too-deep", 1, "")),
        (b" " * 3_000_000, ("too-large", None, "")),
        (b'{"properties": {\n"a": {"type": "strin"}}}', ("bad-schema", 2, "/properties/a/type")),
        (b'{"properties": {"a":\n{"$ref": "#/$defs/x"}}}', ("unknown-ref", 2, "/properties/a/$ref")),
        (b'{"$ref": "https://example.org/other.json"}', ("unknown-ref", 1, "/$ref")),
        (b'{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}', ("ref-loop", 1, "/$defs/b/$ref")),
        (b'{"type": "string", "pattern": "("}', ("bad-schema", 1, "/pattern")),
    ],
)
def test_what_is_broken_is_named_with_its_line(schema, expected):
    listed = found(schema)
    assert listed[0][0] == expected[0]
    assert expected in listed or expected[0] == "bad-schema"


@pytest.mark.parametrize(
    ("ui", "expected"),
    [
        (b'{"a": {\n"qc:visible": "a ="}}', ("feel-syntax", 2, "/a/qc:visible")),
        (b'{"a": {"qc:computed": 3}}', ("bad-rule", 1, "/a/qc:computed")),
        (b'{"qc:views": {"v": {\n"/zz": "read"}}}', ("unknown-field", 2, "/qc:views/v/~1zz")),
        (b'{"qc:views": {"v": {"/t/*/y": "read"}}}', ("unknown-field", 1, "/qc:views/v/~1t~1*~1y")),
        (b'{"qc:views": {"v": {"a": "read"}}}', ("unknown-field", 1, "/qc:views/v/a")),
        (b'{"qc:views": {"v": {"/a": "change"}}}', ("bad-view", 1, "/qc:views/v")),
        (b'{"qc:views": []}', ("bad-view", 1, "/qc:views")),
        (b'{"b": {"ui:widget": "x"}}', ("unknown-field", 1, "/b")),
    ],
)
def test_what_the_ui_says_in_vain_is_named(ui, expected):
    assert expected in found(OK, ui)


def test_an_unused_field_of_the_ui_is_only_a_warning():
    assert [f.severity for f in forms.check_definition(OK, b'{"b": {"ui:widget": "x"}}')] == ["warning"]


def test_a_ui_can_be_checked_by_itself():
    assert found(b"true", b'{"a": {"qc:visible": "b = 1"}, "qc:views": {"v": {"/x": "write"}}}') == []
    assert found(b"true", b'{"a": {"qc:visible": "b ="}}')[0][0] == "feel-syntax"


@pytest.mark.parametrize("title", ["每日打卡", "积分", "村干部排名", "上传工作照", "Team ranking"])
def test_red_lines_are_warned_of(title):
    schema = json.dumps({"type": "object", "properties": {"a": {"title": title}}}).encode()
    assert [(f.code, f.severity) for f in forms.check_definition(schema)] == [("red-line", "warning")]


@pytest.mark.parametrize("words", ["附上设施照片（不拍人，可不附）", "不得要求工作照", "不排名", "签到表"])
def test_saying_not_to_do_it_is_no_red_line(words):
    schema = json.dumps({"type": "object", "properties": {"a": {"description": words}}}).encode()
    assert forms.check_definition(schema) == []


@pytest.mark.parametrize(
    "content",
    [
        b'"' + b'\\"' * 900_000,
        b'{"a":' * 100_000,
        b'{"enum":[' + b"1," * 900_000 + b"1]}",
        b'{"examples":[' + b"{}," * 600_000 + b"1]}",
        json.dumps({"properties": {f"p{i}": {"pattern": "(a+)+$" * 3} for i in range(5000)}}).encode(),
        json.dumps(
            {"$defs": {f"a{i}": {"allOf": [{"$ref": f"#/$defs/a{i + 1}"}] * 9} for i in range(200)} | {"a200": {}}}
        ).encode(),
    ],
)
def test_hostile_files_are_answered_quickly(content):
    # Two seconds on a machine of its own; the tests share theirs.
    with within(6):
        forms.check_definition(content, b"{}")


def test_messages_come_in_both_languages():
    assert forms.check_definition(b"[]", locale="en")[0].message == "The outermost value must be an object"


@pytest.mark.parametrize(
    ("needed", "accept", "warned"), [(["p"], "image/*", True), ([], "image/*", False), (["p"], "image/*,.pdf", False)]
)
def test_a_picture_must_not_be_forced(needed, accept, warned):
    schema = json.dumps({"type": "object", "required": needed, "properties": {"p": {"type": "object"}}}).encode()
    ui = json.dumps({"p": {"ui:widget": "file", "ui:options": {"accept": accept}}}).encode()
    assert [f.code for f in forms.check_definition(schema, ui)] == (["red-line"] if warned else [])


def test_files_of_other_systems_pass_as_they_are():
    layout = b'{"type": "VerticalLayout", "elements": [{"type": "Control", "scope": "#/properties/a"}]}'
    assert found(OK, layout) == []
    assert (
        found(b'{"type": "object", "properties": {"f": {"anyOf": ["options_from_task_data_var:x"], "type": "string"}}}')
        == []
    )
    old = b'{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"n": {"type": "number"}},'
    old += b' "properties": {"a": {"type": "array", "items": [{"$ref": "#/definitions/n"}], "additionalItems": false}}}'
    assert found(old) == []
