"""Forms of other builders are taken over for good, and what has no place in ours is said."""

from __future__ import annotations

import forms

FORMJS = {
    "type": "default",
    "components": [
        {"type": "textfield", "key": "who", "label": "谁", "validate": {"minLength": "2", "maxLength": "=n"}},
        {"type": "select", "key": "kind", "label": "类别", "valuesExpression": "=kinds"},
        {"type": "image", "key": "logo", "alt": "标志"},
        {"type": "group", "components": [{"type": "mystery", "key": "m", "label": "怪"}]},
        {"type": "text", "text": "共 {{n}} 户"},
    ],
}


def test_a_form_of_form_js_becomes_ours_and_says_what_did_not_fit():
    made = forms.convert(FORMJS, {})
    assert made.schema["properties"]["who"]["minLength"] == 2
    assert "maxLength" not in made.schema["properties"]["who"]
    assert [text.split("”")[0] for text in made.missed] == ["“谁", "“类别", "“logo", "“怪", "“共 {{n}} 户"]
    assert forms.check(made.schema, made.ui, {"who": "甲乙"}) == []


def test_a_layout_of_json_forms_becomes_ours():
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
    rule = {"effect": "SHOW", "condition": {"scope": "#/properties/a", "schema": {"propertyNames": {}}}}
    ui = {
        "type": "VerticalLayout",
        "elements": [
            {"type": "Control", "scope": "#/properties/b", "rule": rule},
            {"type": "MyBox", "elements": [{"type": "Control", "scope": "#/properties/a"}]},
        ],
    }
    made = forms.convert(schema, ui, locale="en")
    assert made.ui["ui:order"] == ["b", "a", "*"]
    assert made.missed == (
        "#/properties/b: its rule cannot be written as FEEL; add it anew",
        "MyBox: the element MyBox is unknown and was left out",
    )


def test_what_is_ours_stays_as_it_is():
    schema, ui = {"type": "object", "x-own": 1}, {"ui:order": ["*"], "qc:views": {}}
    assert (forms.convert(schema, ui).schema, forms.convert(schema, ui).ui) == (schema, ui)
    assert forms.convert(schema, ui).missed == ()
