"""Files: versions of the format, imports, what is refused, what an evaluation may cost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import InvalidModel, UnknownElement, check, evaluate, inputs_schema
from engine.feel import FeelError
from tests.engine.dmn.draw import NAMESPACES, bkm, decision, given, item, model, service, table, text

_RULES = table(["n: number"], [": string"], [["< 10", '"s"'], [">= 10", '"l"']])


@pytest.mark.parametrize("version", sorted(NAMESPACES))
def test_every_version_of_the_format_is_read(version: str) -> None:
    content = model(given("n", "number"), decision("size", _RULES, needs=["i:n"], type="string"), version=version)
    assert [evaluate(content, "size", {"n": n}) for n in (1, 10)] == ["s", "l"]


def test_types_with_the_prefix_of_dmn_1_1_are_known() -> None:
    xmlns = 'xmlns:feel="http://www.omg.org/spec/FEEL/20140401" xmlns:my="urn:m"'
    parts = (
        item("level", "feel:number", allowed="> 0"),
        given("n", "my:level"),
        decision("d", text("n"), needs=["i:n"]),
    )
    content = model(*parts, version="1.1", xmlns=xmlns)
    assert [evaluate(content, "d", {"n": n}) for n in (1, 0)] == [Decimal(1), None]


_LIBRARY = model(
    given("age", "number"),
    item("grade", "string", allowed='"a", "b"'),
    bkm("twice", ["x"], text("2 * x")),
    decision("older", text("age + 1"), needs=["i:age"]),
    service("serve", ["older"], data=["age"]),
    namespace="urn:lib",
    name="library",
)
_IMPORT = '<import name="{}" namespace="urn:lib" importType="https://www.omg.org/spec/DMN/20211108/MODEL/"/>'


def test_elements_of_an_imported_model_go_by_its_name() -> None:
    d = decision(
        "d",
        text("lib.older + lib.twice(10) + lib.serve(100)"),
        needs=["urn:lib#_older"],
        uses=["urn:lib#_twice", "urn:lib#_serve"],
    )
    content = model(_IMPORT.format("lib"), d)
    for inputs in ({"age": 1}, {"lib": {"age": 1}}, {"lib.age": 1}):
        assert evaluate(content, "d", inputs, models=[_LIBRARY]) == Decimal(123)
    assert evaluate(content, "lib.older", {"age": 1}, models=[_LIBRARY]) == Decimal(2)


def test_an_import_without_a_name_brings_the_elements_in_as_they_are() -> None:
    d = decision("d", text("older + twice(10)"), needs=["urn:lib#_older"], uses=["urn:lib#_twice"])
    assert evaluate(model(_IMPORT.format(""), d, version="1.5"), "d", {"age": 1}, models=[_LIBRARY]) == Decimal(22)


def test_types_of_an_imported_model_go_by_its_name() -> None:
    content = model(_IMPORT.format("lib"), given("x", "lib.grade"), decision("d", text("x"), needs=["i:x"]))
    assert [evaluate(content, "d", {"x": x}, models=[_LIBRARY]) for x in ("a", "c")] == ["a", None]


def test_what_is_not_in_the_model_is_said_to_be_missing() -> None:
    content = model(decision("d", text("1")))
    with pytest.raises(UnknownElement):
        evaluate(content, "e", {})
    with pytest.raises(UnknownElement):
        evaluate(content, "d", {}, kind="bkm")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><definitions xmlns="https://www.omg.org/spec/DMN/20211108/MODEL/"/>',
        b"<a>" * 5000,
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20211108/MODEL/">' + b"<list>" * 200,
    ],
)
def test_hostile_files_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidModel):
        evaluate(content, "d", {})
    assert check(content, "x.dmn")


def test_a_long_chain_of_decisions_is_no_deep_one() -> None:
    chain = [decision("d0", text("1"))]
    chain += [decision(f"d{n}", text(f"d{n - 1} + 1"), needs=[f"d{n - 1}"]) for n in range(1, 1500)]
    assert evaluate(model(*chain), "d1499", {}) == Decimal(1500)


def test_broken_models_give_null_or_an_error_of_ours() -> None:
    """Every prefix of a model cut at a tag, closed again by hand, is evaluated or refused; nothing else escapes."""
    content = model(given("n", "number"), decision("size", _RULES, needs=["i:n"])).decode()
    for cut in range(0, len(content), 7):
        mangled = content[:cut] + content[cut + 5 :]
        try:
            evaluate(mangled.encode(), "size", {"n": 1})
        except FeelError:
            continue


def test_what_if_asks_for_every_input_with_its_kind_and_values() -> None:
    content = model(
        item("level", "string", allowed='"a", "b"'),
        given("n", "number"),
        given("level", "level"),
        given("day", "date"),
        decision("first", text("n"), needs=["i:n"]),
        decision("d", text("first"), needs=["first", "i:level", "i:day"]),
    )
    assert inputs_schema(content, "d")["properties"] == {
        "level": {"title": "level", "type": "string", "enum": ["a", "b"]},
        "day": {"title": "day", "type": "string", "format": "date"},
        "n": {"title": "n", "type": "number"},
    }
