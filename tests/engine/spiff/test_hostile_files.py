"""Broken and hostile uploads are refused, or accepted, quickly and with element and line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine import spiff
from tests.engine.diagrams.draw import diagram, end, flow, flows, node, script, start, sub, user, xor
from tests.timing import within

GOOD = diagram(start(), user("村"), end(), flows("s 村 e"))
OPEN = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">'
CLOSE = b"</process></definitions>"
BOMB = b'<?xml version="1.0"?>\n<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>\n<d>&b;</d>'

REFUSED = {
    "nothing": (b"", "not-xml"),
    "blanks": (b" \n\t ", "not-xml"),
    "text": (b"hello", "not-xml"),
    "binary": (bytes(range(256)) * 50, "encoding"),
    "zeros": (b"\0" * 100, "not-xml"),
    "truncated": (GOOD[:-40], "not-xml"),
    "two roots": (b"<a/><b/>", "not-xml"),
    "html": (b"<html><body/></html>", "not-bpmn"),
    "json": (b'{"a": 1}', "not-xml"),
    "dtd": (b'<!DOCTYPE d SYSTEM "http://example.invalid/x.dtd"><d/>', "dtd"),
    "entity bomb": (BOMB, "dtd"),
    "file entity": (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', "dtd"),
    "dtd behind a comment": (b"<!-- <!DOCTYPE --><?a b?>\n<!DOCTYPE d [<!ENTITY x 'y'>]><d>&x;</d>", "dtd"),
    "deep": (b"<a>" * 1_000 + b"</a>" * 1_000, "too-deep"),
    "deep subprocesses": (OPEN + b'<subProcess id="a">' * 1_000 + b"</subProcess>" * 1_000 + CLOSE, "too-deep"),
    "very deep": (b"<a>" * 1_000_000, "too-deep"),
    "wide": (OPEN + b'<task id="a"/>' * 800_000 + CLOSE, "too-large"),
    "fifty megabytes": (b"<a>" + b" " * 50_000_000 + b"</a>", "too-large"),
    "one long attribute": (b'<a x="' + b"y" * 11_000_000 + b'"/>', "not-xml"),
    "unknown encoding": (b'<?xml version="1.0" encoding="rot13"?><a/>', "encoding"),
    "wrong encoding": (b"<a>\xff\xfe\xfa</a>", "encoding"),
    "no process": (OPEN.replace(b'<process id="p">', b"") + b"</definitions>", "no-process"),
    "empty process": (OPEN + CLOSE, "no-start"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_under_two_seconds_with_a_stable_code(name: str) -> None:
    content, code = REFUSED[name]
    with within(2):
        report = spiff.check_bytes(content, "upload.bpmn")
    assert not report.ok
    assert report.errors[0]["code"] == code
    assert all(error["message"] for error in report.errors)


def test_all_of_them_fit_into_512_megabytes() -> None:
    program = (
        "import resource, sys; sys.path[:0] = ['.', 'tests/engine/spiff'];"
        "resource.setrlimit(resource.RLIMIT_DATA, (512 << 20, 512 << 20));"
        "from engine import spiff; import test_hostile_files as files;"
        "[spiff.check_bytes(content, 'x') for content, _ in files.REFUSED.values()]"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, timeout=60, check=False).returncode == 0


def coded(encoding: str, mark: bytes = b"", name: str = "") -> bytes:
    return mark + GOOD.decode().replace("UTF-8", name or encoding).encode(encoding)


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        coded("utf-8", b"\xef\xbb\xbf"),
        coded("gb18030", name="GB18030"),
        coded("gbk", name="gb2312"),
        coded("utf-16", name="UTF-16"),
        coded("utf-16-be", b"\xfe\xff", name="UTF-16"),
        coded("utf-16-le", name="UTF-16LE"),
        GOOD.split(b"\n", 1)[1],
    ],
    ids=["utf-8", "mark", "gb18030", "gb2312", "utf-16", "utf-16-be", "utf-16-le without mark", "no declaration"],
)
def test_every_usual_encoding_is_read(content: bytes) -> None:
    report = spiff.check_bytes(content, "upload.bpmn")
    assert report.ok
    assert report.definitions == [{"id": "p", "name": "流程 p", "elements": 3}]
    assert spiff.run_in_memory(content).path == ["s", "村", "e"]


def test_a_duplicate_id_is_named_with_both_lines() -> None:
    report = spiff.check_bytes(diagram(start(), user("a"), user("a"), end(), flows("s a e")), "upload.bpmn")
    error = report.errors[0]
    assert (error["code"], error["element_id"], error["line"]) == ("duplicate-id", "a", 11)
    assert "第 9 行" in error["message"]


def test_every_error_of_a_file_is_reported_not_only_the_first() -> None:
    content = diagram(
        start(),
        xor("x"),
        script("c", "{a: }"),
        node("complexGateway", "k", "<bpmn:activationCondition>1</bpmn:activationCondition>"),
        end(),
        flow("x", "c", "n >"),
        flow("x", "e"),
        flow("c", "nowhere"),
        flows("s x", "c k e"),
    )
    errors = spiff.check_bytes(content, "upload.bpmn").errors
    assert {(e["code"], e["element_id"]) for e in errors} == {
        ("feel-syntax", "c"),
        ("feel-syntax", "x_c"),
        ("complex-gateway", "k"),
        ("condition-missing", "x_e"),
        ("flow-loose", "c_nowhere"),
    }
    assert all(isinstance(e["line"], int) for e in errors)


def test_deep_but_sensible_nesting_is_accepted() -> None:
    inside = user("deepest")
    for depth in range(30):
        names = (f"s{depth}", f"e{depth}", f"sub{depth}")
        first = f"sub{depth - 1}" if depth else "deepest"
        inside = sub(names[2], start(names[0]), inside, end(names[1]), flows(f"{names[0]} {first} {names[1]}"))
    content = diagram(start(), inside, end(), flows("s sub29 e"))
    assert spiff.run_in_memory(content).state == "completed"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "1+" * 30_000 + "1",
        "[" * 5_000 + "]" * 5_000,
        "x" * 100_000,
        "-" * 40_000,
        '"' + '\\"' * 30_000,
        '"' * 60_001,
        '"' + '\\"' * 30_000 + "\\",
    ],
)
def test_a_hostile_expression_is_refused_or_accepted_and_never_crashes(text: str) -> None:
    content = diagram(start(), script("c", text), end(), flows("s c e"))
    with within(2):
        report = spiff.check_bytes(content, "upload.bpmn")
        ran = spiff.run_in_memory(content) if report.ok else None
    if ran:
        assert ran.state == "failed"
    else:
        assert report.errors[0]["code"] == "feel-syntax"


def test_the_word_doctype_in_a_comment_or_a_text_is_harmless() -> None:
    content = GOOD.replace(b"<bpmn:definitions", b"<!-- <!DOCTYPE x> -->\n<bpmn:definitions", 1)
    documented = content.replace(
        b"<bpmn:startEvent", b"<bpmn:documentation><![CDATA[<!DOCTYPE]]></bpmn:documentation><bpmn:startEvent", 1
    )
    assert spiff.check_bytes(documented, "upload.bpmn").ok
