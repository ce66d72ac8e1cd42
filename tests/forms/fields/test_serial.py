"""Numbers that are given when a form is submitted."""

from __future__ import annotations

import forms
from tests.forms.one import Office, form_of, posted, read_text, soup

UI = {"ui:widget": "serial", "ui:options": {"template": "枣报〔{year}〕{seq:03d}号"}}
FORM = form_of({"type": "string"}, UI, required=True)


class Counter(Office):
    """An office that numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str] = []

    def serial(self, template: str) -> str:
        self.taken.append(template)
        return template.replace("{year}", "2026").replace("{seq:03d}", f"{len(self.taken):03d}")


def test_nobody_types_it_and_nobody_misses_it():
    page = soup(FORM.page({}))
    assert page.find("input") is None
    assert page.output.get_text() == "提交时自动编号"
    found = posted(FORM, "枣报〔2026〕999号")
    assert (found.values, found.problems) == ({}, [])


def test_reading_a_post_takes_no_number_submitting_takes_one():
    office = Counter()
    found = posted(FORM, ports=office)
    assert office.taken == []
    numbered = FORM.numbered(found, office)
    assert numbered.values == {"x": "枣报〔2026〕001号"}
    assert found.values == {}


def test_a_number_once_given_stays():
    office = Counter()
    found = posted(FORM, base={"x": "枣报〔2026〕001号"}, ports=office)
    assert FORM.numbered(found, office).values == {"x": "枣报〔2026〕001号"}
    assert office.taken == []
    assert read_text(FORM, "枣报〔2026〕001号") == "枣报〔2026〕001号"


def test_each_row_may_have_its_own():
    rows = {
        "type": "array",
        "items": {"type": "object", "properties": {"n": {"type": "string"}, "t": {"type": "string"}}},
    }
    form = form_of(rows, {"items": {"n": UI}})
    found = form.read(forms.Post({"f/x[]": ["0=", "1="], "f/x/0/t": ["a"], "f/x/1/t": ["b"]}), None, {})
    numbers = [row["n"] for row in form.numbered(found, Counter()).values["x"]]
    assert numbers == ["枣报〔2026〕001号", "枣报〔2026〕002号"]


def test_a_view_that_only_reads_it_takes_none():
    schema = {"type": "object", "properties": {"x": {"type": "string"}, "y": {"type": "string"}}}
    form = forms.compile(schema, {"x": UI, "qc:views": {"v": {"/x": "read", "/y": "write"}}}, view="v")
    office = Counter()
    form.numbered(form.read(forms.Post({"f/y": ["a"]}), None, {}, ports=office), office)
    assert office.taken == []
