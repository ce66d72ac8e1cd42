"""Fields that depend on other fields: conditions, dependencies, branches, named values, references."""

from __future__ import annotations

import pytest

import forms
from forms.resolve import merge
from tests.forms.one import soup

PETS = {
    "type": "object",
    "properties": {"animal": {"enum": ["cat", "fish"]}},
    "required": ["animal"],
    "allOf": [
        {
            "if": {"properties": {"animal": {"const": "cat"}}, "required": ["animal"]},
            "then": {"properties": {"toy": {"type": "string"}}, "required": ["toy"]},
        },
        {
            "if": {"properties": {"animal": {"const": "fish"}}, "required": ["animal"]},
            "then": {"properties": {"water": {"type": "string"}}},
        },
    ],
}


def names(schema, data=None, ui=None):
    boxes = soup(forms.render(schema, ui, data)).select("input, select, textarea")
    return [box["name"] for box in boxes if box.get("type") != "hidden"]


def read(schema, post, base=None, ui=None):
    many = {key: value if isinstance(value, list) else [value] for key, value in post.items()}
    return forms.compile(schema, ui).read(forms.Post(many), None, base or {})


def test_a_condition_brings_its_fields():
    assert names(PETS, {"animal": "cat"}) == ["f/animal", "f/toy"]
    assert names(PETS, {"animal": "fish"}) == ["f/animal", "f/water"]
    assert names(PETS, {}) == ["f/animal"]


def test_fields_of_the_other_branch_are_not_read():
    found = read(PETS, {"f/animal": "fish", "f/water": "sea", "f/toy": "ball"}, {"animal": "cat", "toy": "ball"})
    assert found.values == {"animal": "fish", "water": "sea", "toy": None}


def test_a_condition_makes_its_field_required():
    assert [(p.pointer, p.message) for p in read(PETS, {"f/animal": "cat"}).problems] == [("/toy", "请填写toy")]


def test_else_holds_when_the_condition_does_not():
    schema = {
        "type": "object",
        "properties": {"a": {"type": "boolean"}},
        "if": {"properties": {"a": {"const": True}}, "required": ["a"]},
        "then": {"properties": {"yes": {"type": "string"}}},
        "else": {"properties": {"no": {"type": "string"}}},
    }
    assert "f/yes" in names(schema, {"a": True})
    assert "f/no" in names(schema, {"a": False})


@pytest.mark.parametrize(
    "keywords",
    [
        {"dependentSchemas": {"card": {"properties": {"address": {"type": "string"}}, "required": ["address"]}}},
        {"dependencies": {"card": {"properties": {"address": {"type": "string"}}, "required": ["address"]}}},
    ],
)
def test_a_field_may_bring_others(keywords):
    schema = {"type": "object", "properties": {"card": {"type": "string"}}, **keywords}
    assert names(schema, {"card": "1"}) == ["f/card", "f/address"]
    assert names(schema, {}) == ["f/card"]
    assert read(schema, {"f/card": "1"}).problems[0].pointer == "/address"


def test_a_field_may_make_another_required():
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "dependentRequired": {"a": ["b"]},
    }
    assert "必填" in forms.render(schema, None, {"a": "1"})
    assert read(schema, {"f/a": "1"}).problems[0].pointer == "/b"


ONE_OF = {
    "type": "object",
    "properties": {
        "support": {
            "title": "支持",
            "oneOf": [
                {
                    "title": "资金",
                    "type": "object",
                    "properties": {"k": {"const": "fund"}, "amount": {"type": "number"}},
                    "required": ["k", "amount"],
                },
                {
                    "title": "人员",
                    "type": "object",
                    "properties": {"k": {"const": "staff"}, "days": {"type": "integer"}},
                    "required": ["k", "days"],
                },
            ],
        }
    },
}


def test_the_branch_that_fits_the_value_is_shown():
    page = soup(forms.render(ONE_OF, None, {"support": {"k": "staff", "days": 2}}))
    assert page.select_one("option[selected]").get_text() == "人员"
    assert page.find(id="f-support-days")["value"] == "2"


def test_another_branch_is_picked_without_a_script():
    found = read(ONE_OF, {"f/support?": "1", "f/support/k": "fund", "f/support/amount": "3", "_pick:/support": "1"})
    assert found.action == "pick:/support"
    assert soup(forms.compile(ONE_OF).page(found.typed)).find(id="f-support-days") is not None


def test_the_constant_of_the_branch_is_set_by_the_server():
    assert read(ONE_OF, {"f/support?": "1", "f/support/days": "4"}).values == {"support": {"k": "staff", "days": 4}}


def test_problems_speak_of_the_branch_that_was_meant():
    found = read(ONE_OF, {"f/support?": "1", "f/support/days": ""})
    assert [(p.pointer, p.code) for p in found.problems] == [("/support/days", "required")]


def test_branches_that_only_constrain_are_not_offered():
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    }
    assert "_pick:" not in forms.render(schema, None, {})
    assert read(schema, {}).problems


def test_null_beside_one_type_is_an_empty_field():
    schema = {
        "type": "object",
        "required": ["n"],
        "properties": {"n": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
    }
    assert read(schema, {"f/n": ""}).values == {"n": None}
    assert read(schema, {"f/n": "4"}).values == {"n": 4}


NAMED = {
    "type": "object",
    "properties": {"first": {"type": "string"}},
    "additionalProperties": {"type": "integer", "title": "数"},
}


def test_named_values_have_an_input_for_the_name():
    page = soup(forms.render(NAMED, None, {"first": "a", "甲村": 3}))
    assert page.find(attrs={"name": "f/~20#"})["value"] == "甲村"
    assert page.find(attrs={"name": "f/~20"})["value"] == "3"


def test_named_values_are_read_and_blank_ones_dropped():
    post = {"f/~20#": "甲村", "f/~20": "3", "f/~21#": "", "f/~21": ""}
    assert read(NAMED, post).values == {"甲村": 3}


def test_a_value_without_a_name_and_a_name_twice_are_told():
    assert read(NAMED, {"f/~20#": "", "f/~20": "3"}).problems[0].code == "key-empty"
    assert read(NAMED, {"f/~20#": "a", "f/~20": "3", "f/~21#": "a", "f/~21": "4"}).problems[0].code == "key-twice"


def test_named_values_can_be_added_and_removed():
    form = forms.compile(NAMED)
    added = form.read(forms.Post({"_add:": ["1"], "f/~20#": ["a"], "f/~20": ["1"]}), None, {})
    assert added.typed == {"a": 1, "": None} or list(added.typed) == ["a", ""]
    removed = form.read(forms.Post({"_remove:/a": ["1"], "f/~20#": ["a"], "f/~20": ["1"]}), None, {})
    assert removed.typed == {}


def test_a_name_may_follow_a_pattern():
    schema = {
        "type": "object",
        "patternProperties": {"^n_": {"type": "integer"}, "^s_": {"type": "string"}},
        "additionalProperties": False,
    }
    assert read(schema, {"f/~20#": "n_a", "f/~20": "3", "f/~21#": "s_a", "f/~21": "3"}).values == {"n_a": 3, "s_a": "3"}


def test_a_tuple_has_fixed_rows_and_more():
    schema = {
        "type": "object",
        "properties": {
            "t": {
                "type": "array",
                "prefixItems": [{"type": "string"}, {"type": "integer"}],
                "items": {"type": "number"},
            }
        },
    }
    assert names(schema)[:2] == ["f/t/0", "f/t/1"]
    assert "_remove:/t/1" not in forms.render(schema, None, {"t": ["a", 1, 2]})
    assert read(schema, {"f/t[]": ["0=", "1=", "2="], "f/t/0": "a", "f/t/1": "1", "f/t/2": "2.5"}).values == {
        "t": ["a", 1, 2.5]
    }


def test_references_are_followed_also_to_themselves():
    schema = {
        "$defs": {
            "node": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                },
            }
        },
        "$ref": "#/$defs/node",
    }
    data = {"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}]}
    assert 'value="c"' in forms.render(schema, None, data)
    assert read(schema, {"f/children/0/children/0/name": "c"}).values["children"][0]["children"][0]["name"] == "c"


def test_a_section_that_holds_itself_ends_in_a_box():
    schema = {"$defs": {"n": {"type": "object", "properties": {"next": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n"}
    page = soup(forms.render(schema))
    assert len(page.select("textarea")) == 1
    box = page.find("textarea")["name"]
    assert forms.compile(schema).read(forms.Post({box: ["{}"]}), None, {}).problems == []


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/nowhere"},
        {"type": "object", "properties": {"a": {"$ref": "#/a"}, "b": None, "c": [1], "d": {"type": "wat"}, "e": False}},
        {"type": "object", "required": "x", "properties": 3},
        {"allOf": [{"$ref": "#"}]},
        {"oneOf": []},
        {"type": []},
        {"items": {"items": {"items": {}}}},
    ],
)
def test_whatever_a_schema_says_there_is_a_page(schema):
    assert forms.render(schema, {"a": "x", "ui:order": 1, "ui:options": [1]}, {"a": 1}) is not None


def test_properties_of_any_name_have_inputs_of_their_own():
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("a/b", "a~b", "a-b", "a b", "中文", "<x>", '"')},
    }
    page = soup(forms.render(schema))
    ids = [box["id"] for box in page.select("input")]
    assert len(set(ids)) == 7
    assert not any(" " in own for own in ids)
    post = {box["name"]: [str(number)] for number, box in enumerate(page.select("input"))}
    assert list(forms.compile(schema).read(forms.Post(post), None, {}).values.values()) == [str(n) for n in range(7)]


def test_of_two_schemas_that_apply_both_count():
    merged = merge(
        {"required": ["a"], "properties": {"a": {"title": "甲"}}},
        {"required": ["b"], "properties": {"a": {"type": "string"}}},
    )
    assert merged == {"required": ["a", "b"], "properties": {"a": {"title": "甲", "type": "string"}}}


def test_references_that_double_at_each_level_do_not_hang():
    schema = {
        "$defs": {f"a{i}": {"allOf": [{"$ref": f"#/$defs/a{i + 1}"}] * 2} for i in range(60)},
        "$ref": "#/$defs/a0",
    }
    schema["$defs"]["a60"] = {
        "properties": {"x": {"type": "string"}},
        "if": {"required": ["x"]},
        "then": {"properties": {"y": {}}},
    }
    assert forms.render(schema) is not None
