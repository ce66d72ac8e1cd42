"""Views: what a step may write, read or not see; a crafted post changes none of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forms
from forms.views import Rights
from tests.forms.one import soup

SCHEMA = {
    "type": "object",
    "required": ["subject", "verdict"],
    "properties": {
        "subject": {"type": "string", "title": "事项"},
        "secret": {"type": "string", "title": "内部意见"},
        "ask": {
            "type": "object",
            "title": "请基层做什么",
            "properties": {"what": {"type": "string", "title": "做的事"}},
        },
        "verdict": {"type": "string", "title": "结论"},
        "support": {
            "type": "array",
            "title": "支持",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "title": "种类"},
                    "got": {"type": "string", "title": "到位"},
                    "note": {"type": "string", "title": "备注"},
                },
            },
        },
    },
}
UI = {
    "qc:views": {
        "draft": {"/**": "write", "/verdict": "hidden", "/secret": "hidden"},
        "review": {"/subject": "read", "/ask": "read", "/support/**": "read", "/verdict": "write"},
        "accept": {"/support/**": "read", "/support/*/got": "write", "/support/*/note": "hidden"},
        "rows": {"/support": "write", "/support/*/kind": "read", "/support/*/note": "hidden"},
    }
}
BASE = {
    "subject": "走访",
    "secret": "秘",
    "ask": {"what": "每户 1 次"},
    "verdict": "退回",
    "support": [{"kind": "资金", "got": "", "note": "甲注"}, {"kind": "人员", "note": "乙注"}],
}


def view(name: str) -> forms.Form:
    return forms.compile(SCHEMA, UI, view=name)


def read(name: str, post: dict[str, object], base=BASE) -> forms.Submission:
    return view(name).read(
        forms.Post({key: val if isinstance(val, list) else [val] for key, val in post.items()}), None, base
    )


@pytest.mark.parametrize(
    ("patterns", "pointer", "right"),
    [
        ({"/**": "write"}, "/a/b", "write"),
        ({"/**": "write"}, "", "write"),
        ({"/a": "read"}, "/a/b/0/c", "read"),
        ({"/a": "read"}, "/ab", "hidden"),
        ({"/a/**": "read", "/a/*/x": "write"}, "/a/3/x", "write"),
        ({"/a/*/x": "write", "/a/**": "read"}, "/a/3/y", "read"),
        ({"/**": "write", "/a/b": "hidden"}, "/a/b", "hidden"),
        ({"/*/x": "write", "/a": "read"}, "/a/x", "read"),
        ({"/a~1b": "read"}, "/a~1b", "read"),
        ({}, "/a", "hidden"),
        ({"/**/x": "read"}, "/a/b/x", "read"),
    ],
)
def test_the_closest_pattern_wins(patterns, pointer, right):
    assert Rights(patterns).of_pointer(pointer) == right


def test_an_undeclared_view_is_refused():
    with pytest.raises(forms.UnknownView) as refused:
        view("nobody")
    assert refused.value.message("zh").startswith("表单没有名为“nobody”的视图，已有：draft")


def test_read_only_values_are_text_and_hidden_ones_absent():
    page = soup(view("review").page(BASE))
    assert [box["name"] for box in page.select("input, textarea, select")] == ["f/verdict"]
    assert "走访" in page.get_text()
    assert "秘" not in page.get_text()


def test_values_that_are_not_written_stay():
    found = read("review", {"f/verdict": "同意"})
    assert found.values == {**BASE, "verdict": "同意"}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("review", "f/subject"),
        ("review", "f/secret"),
        ("review", "f/ask/what"),
        ("review", "f/support/0/kind"),
        ("accept", "f/support/0/kind"),
        ("accept", "f/support/0/note"),
        ("accept", "f/support/7/got"),
        ("rows", "f/support/0/kind"),
        ("review", "f/nothing"),
        ("draft", "f/verdict"),
    ],
)
def test_a_crafted_write_is_refused(name, key):
    with pytest.raises(forms.ForbiddenWrite) as refused:
        read(name, {key: "x"})
    assert refused.value.pointer == key[1:]


@pytest.mark.parametrize("markers", [["0=0"], ["1=1", "0=0"], ["0=0", "1=1", "2="], ["0=0", "0=0"]])
def test_rows_of_a_read_table_cannot_be_added_removed_or_moved(markers):
    with pytest.raises(forms.ForbiddenWrite):
        read("accept", {"f/support[]": markers})


@pytest.mark.parametrize("action", ["_add:/support", "_remove:/support/0", "_up:/support/1"])
def test_row_buttons_of_a_read_table_are_refused(action):
    with pytest.raises(forms.ForbiddenWrite):
        read("accept", {action: "1"})


def test_one_column_can_be_written_while_the_rows_stay():
    found = read("accept", {"f/support/0/got": "已到", "f/support/1/got": "未到"})
    assert found.values["support"] == [
        {"kind": "资金", "got": "已到", "note": "甲注"},
        {"kind": "人员", "got": "未到", "note": "乙注"},
    ]


def test_rows_keep_their_unseen_columns_when_others_go():
    found = read("rows", {"f/support[]": ["1=1", "2="], "f/support/1/got": "到", "f/support/2/got": "新"})
    assert found.values["support"] == [{"kind": "人员", "got": "到", "note": "乙注"}, {"got": "新"}]


def test_a_stored_row_cannot_be_continued_twice():
    found = read("rows", {"f/support[]": ["0=0", "1=0"], "f/support/1/got": "到"})
    assert found.values["support"][1] == {"got": "到"}


def test_what_others_fill_in_is_not_asked_of_this_step():
    assert [problem.pointer for problem in read("draft", {}, {}).problems] == ["/subject"]
    assert [problem.pointer for problem in read("review", {}, {}).problems] == ["/verdict"]


def test_a_read_only_field_of_the_schema_cannot_be_written_either():
    form = forms.compile({"type": "object", "properties": {"x": {"type": "string", "readOnly": True}}})
    assert "<input" not in form.page({"x": "a"})
    with pytest.raises(forms.ForbiddenWrite):
        form.read(forms.Post({"f/x": ["b"]}), None, {"x": "a"})
    assert form.read(forms.Post(), None, {"x": "a"}).values == {"x": "a"}


def test_a_frozen_section_freezes_what_is_in_it():
    form = forms.compile(
        {"type": "object", "properties": {"s": {"type": "object", "properties": {"x": {"type": "string"}}}}},
        {"s": {"ui:readonly": True}},
    )
    with pytest.raises(forms.ForbiddenWrite):
        form.read(forms.Post({"f/s/x": ["b"]}), None, {"s": {"x": "a"}})


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"f(/(subject|secret|ask|what|verdict|support|[0-9]|kind|got|note)){1,3}(\[\])?", fullmatch=True),
        st.lists(st.text(max_size=5), max_size=3),
        max_size=6,
    )
)
def test_no_post_changes_what_the_view_does_not_write(post):
    try:
        found = view("accept").read(forms.Post(post), None, BASE)
    except forms.ForbiddenWrite:
        return
    for row, was in zip(found.values["support"], BASE["support"], strict=True):
        assert {**row, "got": None} == {**was, "got": None}
    assert {key: found.values[key] for key in BASE if key != "support"} == {
        key: BASE[key] for key in BASE if key != "support"
    }
