"""`qc:call` and `qc:topic`: what is read from the file, and what is refused with its element and line."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.diagrams.draw import diagram, end, flows, node, start
from tests.engine.diagrams.drive import Driver


def _file(ext: str, tag: str = "serviceTask") -> bytes:
    return diagram(start(), node(tag, "a", ext=ext), end(), flows("s a e"))


@pytest.mark.parametrize(
    ("ext", "code"),
    [
        ("<qc:call/>", "qc-attribute-missing"),
        ('<qc:call url="https://x.cn/" retries="2"/>', "unknown-qc"),
        ('<qc:call url="https://x.cn/" method="TRACE"/>', "bad-call"),
        ('<qc:call url="https://x.cn/" attempts="0"/>', "bad-call"),
        ('<qc:call url="https://x.cn/" attempts="many"/>', "bad-call"),
        ('<qc:call url="https://x.cn/" timeout="PT10M"/>', "bad-call"),
        ('<qc:call url="https://x.cn/" timeout="soon"/>', "bad-call"),
        ('<qc:call url="&quot;https://x.cn/&quot; +"/>', "feel-syntax"),
        ('<qc:call url="https://x.cn/" map="response.("/>', "feel-syntax"),
        ('<qc:topic value=" "/>', "qc-attribute-missing"),
    ],
)
def test_a_call_that_is_written_wrong_is_refused_at_publishing(ext: str, code: str) -> None:
    report = spiff.check_bytes(_file(ext), "x.bpmn")
    assert [(error["code"], error["element_id"]) for error in report.errors] == [(code, "a")]
    assert report.errors[0]["line"]


def test_only_a_service_task_makes_calls() -> None:
    report = spiff.check_bytes(_file('<qc:call url="https://x.cn/"/>', "manualTask"), "x.bpmn")
    assert [error["code"] for error in report.errors] == ["unknown-qc"]


@pytest.mark.parametrize(("ext", "topic"), [("", "a"), ('<qc:topic value="打印 证照"/>', "打印 证照")])
def test_a_service_task_without_a_call_waits_for_whoever_works_on_its_topic(ext: str, topic: str) -> None:
    opened = Driver(_file(ext)).task("a")
    assert (opened.kind, opened.topic, opened.service) == ("external", topic, None)


def test_the_request_is_made_with_the_values_of_the_moment() -> None:
    ext = (
        '<qc:call method="post" url="&quot;https://x.cn/cases/&quot; + case.number" body="{n: count(list)}" '
        'headers="{`X-A`: note, B: &quot;{secret:b}&quot;}" timeout="PT1.5S" attempts="3"/>'
    ).replace("`", "&quot;")
    opened = Driver(_file(ext), {"list": [1, 2], "note": "{secret:mine}"}).task("a")
    assert opened.topic is None
    assert opened.service == {
        "method": "POST",
        "url": "https://x.cn/cases/派〔2026〕0001",
        "headers": {"X-A": "{secret:mine}", "B": "{secret:b}"},
        "body": {"n": 2},
        "timeout_s": 1.5,
        "attempts": 3,
        "secrets": ["b"],
    }
