"""Whatever is written outside cases has plain words in the operation log."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from webapp.deeds import BOOKS, DEEDS

ROOT = Path(__file__).parents[2]
# Who writes outside cases: to a stream, to the stream of looks, or by a function of one of those names in a module.
_WRITERS = frozenset({"append_event", "record_access", "note_access", "record", "_record", "_write"})
# Streams of cases have their own words, in the story of the case.
_OF_CASES = ("commands", "step.py", "spiff", "bench")


def kinds() -> Iterator[tuple[str, str]]:
    """Yield (kind, file) of every call that writes a kind it names."""
    for file in sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("webapp/**/*.py")]):
        if any(part in _OF_CASES for part in file.relative_to(ROOT).parts[1:]):
            continue
        tree = ast.parse(file.read_bytes())
        named = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _text(node.value)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name not in _WRITERS:
                continue
            given = [word.value for word in call.keywords if word.arg == "kind"] or call.args[:2]
            for each in given:
                if isinstance(each, ast.Name) and each.id in named and each.id.endswith("KIND"):
                    yield named[each.id], str(file)
                elif _text(each):
                    yield each.value, str(file)


def _text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_kind_that_is_written_outside_cases_has_words() -> None:
    written = dict(kinds())
    assert {"published", "personal-read", "publication-asked", "key-rotated", "token-added"} <= written.keys()
    assert {kind: file for kind, file in written.items() if kind not in DEEDS} == {}


def test_every_book_of_the_log_has_a_name() -> None:
    from engine.history.log import BOOKS as KEPT

    assert set(KEPT) == set(BOOKS)
