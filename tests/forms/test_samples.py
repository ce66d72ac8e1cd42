"""Own samples of what rjsf and JSON Forms document: each is printed whole, submitted as it is, and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import forms
from tests.forms.browse import again
from tests.forms.one import soup

SAMPLES = [
    pytest.param(sample, id=f"{name}: {sample['name']}")
    for name in ("rjsf", "jsonforms")
    for sample in json.loads(Path(f"tests/cases/forms/{name}.json").read_text("utf-8"))
]


def _leaves(value: Any, pointer: str = "") -> Iterator[str]:
    """List where single values stand; a list of them counts as one."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None or (isinstance(value, list) and not any(isinstance(each, dict | list) for each in value)):
        yield pointer
        return
    for key, below in inner:
        yield from _leaves(below, f"{pointer}/{key}")


def _places(page: str) -> tuple[tuple[str, ...], set[str]]:
    """List the pointers of places without places in them, and the names of the controls."""
    document = soup(page)
    boxes = [box for box in document.select("[data-qc-pointer]") if not box.select("[data-qc-pointer]")]
    return tuple(box["data-qc-pointer"] for box in boxes), {control["name"] for control in document.select("[name]")}


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_prints_submits_and_is_checked(sample):
    schema, ui, good = sample["schema"], sample["ui"], sample["good"]
    page = forms.render(schema, ui, good)
    leaves, controls = _places(page)
    stand = {
        place: any(place.startswith(leaf) or leaf.startswith(f"{place}/") for leaf in leaves) for place in _leaves(good)
    }
    missing = [place for place, stands in stand.items() if not stands and f"f{place}" not in controls]
    assert missing == [], "something is rendered as nothing"
    assert [text for text in sample.get("shows", ()) if text not in page] == []
    assert forms.check(schema, ui, good) == []
    assert [bad for bad in sample["bad"] if not forms.check(schema, ui, bad)] == []
    found = again(schema, ui, good)
    assert (found.problems, found.values) == ([], good)
    files = [json.dumps(part).encode() for part in (schema, ui)]
    assert [each for each in forms.check_definition(*files) if each.severity == "error"] == []
