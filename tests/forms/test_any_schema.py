"""Any schema, any ui, any data: there is a page, its ids are unique, and what it posts can be read."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import forms
from tests.forms.one import soup

NAMES = st.sampled_from(["a", "b", "h", "d/e", "f g", "中"])
LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "money"},
        {"type": "integer"},
        {"type": "boolean"},
        {"type": "null"},
        {"enum": ["a", 1, None]},
        {"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]},
        {"const": 3},
        {},
        True,
        False,
        {"type": ["string", "null"]},
        {"type": "array", "uniqueItems": True, "items": {"enum": ["x", "y"]}},
        {"type": "string", "format": "data-url"},
        {"$ref": "#/$defs/self"},
        {"type": "object"},
        {"type": "array"},
    ]
)


def _grown(inner):
    properties = st.dictionaries(NAMES, inner, max_size=4)
    return st.one_of(
        st.builds(lambda p, d: {"type": "object", "properties": p, "description": d}, properties, st.text(max_size=3)),
        st.builds(
            lambda p, extra: {"type": "object", "properties": p, "additionalProperties": extra}, properties, inner
        ),
        st.builds(lambda items: {"type": "array", "items": items, "minItems": 1}, inner),
        st.builds(lambda first, items: {"type": "array", "prefixItems": [first], "items": items}, inner, inner),
        st.builds(
            lambda keyword, parts: {keyword: parts},
            st.sampled_from(["oneOf", "anyOf", "allOf"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(
            lambda p, then: {
                "type": "object",
                "properties": p,
                "if": {"required": ["a"]},
                "then": {"properties": {"z": then}},
            },
            properties,
            inner,
        ),
    )


SCHEMAS = st.recursive(LEAVES, _grown, max_leaves=8)
WIDGETS = st.sampled_from(
    ["textarea", "radio", "select", "hidden", "file", "unit", "register", "notice", "decide", "json", "rating", "zz"]
)
UIS = st.recursive(
    st.builds(lambda widget: {"ui:widget": widget}, WIDGETS)
    | st.just({"qc:visible": "a = 1"})
    | st.just({"ui:readonly": True})
    | st.just({}),
    lambda inner: st.dictionaries(NAMES | st.just("items"), inner, max_size=3),
    max_leaves=5,
)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("2026-11-26"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


def _post_of(page):
    post = forms.Post()
    for box in page.select("input[name], textarea[name], select[name]"):
        if (box.get("type") in ("checkbox", "radio") and not box.has_attr("checked")) or box.get("type") == "file":
            continue
        values = (
            [option["value"] for option in box.select("option[selected]")]
            if box.name == "select"
            else [box.get("value", box.get_text())]
        )
        post.setdefault(box["name"], []).extend(values)
    return post


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, SCHEMAS, max_size=4), UIS, DATA)
def test_there_is_always_a_page_that_can_be_posted(properties, ui, data):
    schema = {
        "type": "object",
        "properties": properties,
        "$defs": {"self": {"type": "object", "properties": {"s": {"$ref": "#/$defs/self"}}}},
    }
    form = forms.compile(schema, ui)
    page = soup(form.page(data if isinstance(data, dict) else {}))
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    found = form.read(_post_of(page), None, data if isinstance(data, dict) else {})
    assert form.page(found.typed, problems=found.problems) is not None
    form.page(found.values, readonly=True)
    form.summary(found.values)
    assert isinstance(forms.check(schema, ui, data), list)
