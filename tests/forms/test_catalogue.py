"""The catalogue of field types: whole, printable, and what the renderer picks from."""

from __future__ import annotations

import importlib
from pathlib import Path

import jsonschema_rs as rs
import pytest

import forms
from forms import fields
from forms.fields import TYPES
from tests.forms.one import soup

ICONS = Path("webapp/frontend/src/icons.txt").read_text().split()
CATALOGUE = {entry["key"]: entry for entry in forms.catalogue()}


def test_every_type_is_listed_once_and_complete():
    assert len(CATALOGUE) == len(TYPES)
    for entry in CATALOGUE.values():
        assert all(entry["title"].values()) and all(entry["group"].values())
        assert entry["icon"] in ICONS
        rs.meta.validate(entry["options"])
        rs.meta.validate(entry["schema"])


@pytest.mark.parametrize("key", [key for key in CATALOGUE if key not in ("tabs", "steps")])
def test_what_a_type_produces_prints_as_that_type(key):
    entry = CATALOGUE[key]
    kind = next(each for each in TYPES if each.key == key)
    schema = {"type": "object", "properties": {"x": {"title": "甲", **entry["schema"]}}}
    form = forms.compile(schema, {"x": entry["ui"]})
    page = soup(form.page({}))
    assert page.find(attrs={"data-qc-pointer": "/x"}) is not None or key in ("hidden",)
    if kind.entry is not None:
        found = fields.pick(schema["properties"]["x"], entry["ui"])
        assert found is kind.entry or issubclass(found, kind.entry)


@pytest.mark.parametrize("key", CATALOGUE)
def test_its_own_options_fit_what_it_produces(key):
    entry = CATALOGUE[key]
    assert rs.is_valid(entry["options"], entry["ui"].get("ui:options", {}))


def test_every_file_of_a_type_has_a_test_file():
    tested = {path.stem.removeprefix("test_") for path in Path("tests/forms/fields").glob("test_*.py")}
    modules = {each.entry.__module__.rpartition(".")[2] for each in TYPES if each.entry is not None}
    assert modules - tested == set()
    assert all(importlib.import_module(f"forms.fields.{name}").TYPES for name in modules)


def test_no_two_types_claim_the_same_widget():
    claims = [(kind, name) for each in TYPES for name in each.widgets for kind in each.on or ("any",)]
    assert len(claims) == len(set(claims))
