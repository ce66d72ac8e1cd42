"""Plain validation. Cases are written from the text of JSON Schema 2020-12, one or two for each keyword."""

from __future__ import annotations

import pytest

import forms

CASES = [
    ({"type": "integer"}, 1.0, True),
    ({"type": "integer"}, True, False),
    ({"type": ["null", "string"]}, None, True),
    ({"enum": [[False]]}, [0], False),
    ({"const": 1.0}, 1, True),
    ({"const": {"a": [1]}}, {"a": [1.0]}, True),
    ({"multipleOf": 0.01}, 0.0075, False),
    ({"multipleOf": 0.0001}, 0.0075, True),
    ({"maximum": 18446744073709551600}, 18446744073709551600, True),
    ({"minimum": 1e308}, 98249283749234923498293171823948729348710298301928331, False),
    ({"exclusiveMinimum": 1}, 1, False),
    ({"maxLength": 2}, "\U0001f600\U0001f600", True),
    ({"pattern": "^\\p{L}+$"}, "中文", True),
    ({"pattern": "^\\d$"}, "٣", False),
    ({"pattern": "a"}, 1, True),
    ({"items": {"type": "string"}, "prefixItems": [{"type": "integer"}]}, [1, "a"], True),
    ({"items": False, "prefixItems": [{}]}, [1, 2], False),
    ({"uniqueItems": True}, [1, True], True),
    ({"uniqueItems": True}, [{"a": 1, "b": 2}, {"b": 2, "a": 1.0}], False),
    ({"contains": {"const": 5}, "minContains": 2}, [5], False),
    ({"contains": {"const": 5}, "minContains": 0}, [], True),
    ({"maxContains": 1}, [1, 1], True),
    ({"minProperties": 1}, {}, False),
    ({"required": ["__proto__"]}, {}, False),
    ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, False),
    ({"dependentSchemas": {"a": {"minProperties": 2}}}, {"a": 1}, False),
    ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, False),
    ({"patternProperties": {"^a": False}, "additionalProperties": True}, {"ab": 1}, False),
    ({"properties": {"a": {}}, "additionalProperties": False}, {"b": 1}, False),
    ({"if": {"const": 1}, "then": False}, 1, False),
    ({"if": {"const": 1}, "else": False}, 2, False),
    ({"then": False}, 1, True),
    ({"not": {}}, 1, False),
    ({"oneOf": [{}, {}]}, 1, False),
    ({"anyOf": [False, {"type": "string"}]}, "a", True),
    ({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}, {"a": 1}, True),
    (
        {"anyOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {}}}], "unevaluatedProperties": False},
        {"a": 2},
        False,
    ),
    ({"contains": {"const": 1}, "unevaluatedItems": False}, [1, 2], False),
    ({"prefixItems": [{}], "unevaluatedItems": {"type": "string"}}, [1, "a"], True),
    ({"$ref": "#/$defs/a~1b%25", "$defs": {"a/b%": {"type": "integer"}}}, "x", False),
    ({"$ref": "#here", "$defs": {"x": {"$anchor": "here", "type": "integer"}}}, "x", False),
    ({"$id": "http://example.org/a/", "$ref": "b", "$defs": {"x": {"$id": "b", "type": "integer"}}}, "x", False),
    ({"properties": {"$ref": {"type": "string"}}}, {"$ref": 1}, False),
    (
        {
            "$ref": "#/$defs/n",
            "$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}, "additionalProperties": False}},
        },
        {"n": {"x": 1}},
        False,
    ),
    ({"$ref": "https://json-schema.org/draft/2020-12/schema"}, {"minLength": -1}, False),
    ({"format": "email"}, "nobody", True),
    ({"contentMediaType": "application/json"}, "{", True),
    ({"unknown": "keyword"}, 1, True),
    (True, 1, True),
    (False, 1, False),
    (
        {
            "$id": "http://example.org/tree",
            "$dynamicAnchor": "node",
            "type": "object",
            "properties": {"data": True, "children": {"type": "array", "items": {"$dynamicRef": "#node"}}},
        },
        {"children": [{"children": 1}]},
        False,
    ),
]


@pytest.mark.parametrize(("schema", "data", "valid"), CASES)
def test_each_keyword_says_what_the_standard_says(schema, data, valid):
    assert forms.validate(schema, data) is valid


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date", "2026-02-28", "2026-02-30"),
        ("date-time", "2026-11-26T09:30:00Z", "2026-11-26 09:30"),
        ("email", "a@b.cn", "a"),
        ("ipv4", "1.2.3.4", "1.2.3"),
        ("uri", "http://a/b", "//a"),
        ("uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8"),
        ("regex", "a+", "("),
        ("json-pointer", "/a~1b", "/a~2"),
        ("duration", "P3D", "3D"),
        ("money", "3.10", "3.101"),
        ("decimal", "0.1234", "1e5"),
        ("phone", "13800000000", "1"),
        ("time", "09:30:00Z", "09:30"),
    ],
)
def test_formats_are_asserted_on_request(name, good, bad):
    assert forms.validate({"format": name}, good, formats=True)
    assert not forms.validate({"format": name}, bad, formats=True)
    assert forms.validate({"format": name}, bad)
    assert forms.validate({"format": name}, 1, formats=True)


def test_an_unknown_format_is_no_constraint():
    assert forms.validate({"format": "colour-of-mood"}, "x", formats=True)


def test_other_documents_are_given_never_fetched():
    other = {"http://example.org/other": {"$defs": {"x": {"type": "integer"}}}}
    assert not forms.validate({"$ref": "http://example.org/other#/$defs/x"}, "a", resources=other)
    with pytest.raises(ValueError, match=r"example\.org"):
        forms.validate({"$ref": "http://example.org/other"}, "a")


def test_each_document_keeps_its_own_draft():
    old = {
        "http://example.org/old": {
            "$schema": "https://json-schema.org/draft/2019-09/schema",
            "prefixItems": [{"type": "string"}],
        }
    }
    assert forms.validate({"$ref": "http://example.org/old"}, [1], resources=old)


def test_a_schema_of_its_own_vocabulary_leaves_validation_out():
    core = "https://json-schema.org/draft/2020-12/"
    meta = {
        "$schema": f"{core}schema",
        "$id": "http://example.org/meta",
        "$dynamicAnchor": "meta",
        "$vocabulary": {f"{core}vocab/core": True, f"{core}vocab/applicator": True},
        "allOf": [{"$ref": f"{core}meta/core"}, {"$ref": f"{core}meta/applicator"}],
    }
    schema = {"$schema": "http://example.org/meta", "properties": {"n": {"minimum": 10}}}
    assert forms.validate(schema, {"n": 1}, resources={"http://example.org/meta": meta})


def test_a_schema_that_is_wrong_is_a_value_error():
    with pytest.raises(ValueError, match="wat"):
        forms.validate({"type": "wat"}, 1)


def test_a_pattern_that_never_ends_gives_up():
    assert forms.validate({"pattern": "^(a+)+$"}, "a" * 40 + "b") is False
