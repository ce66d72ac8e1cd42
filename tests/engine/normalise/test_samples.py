"""Files as other tools write them: accepted, nothing lost, every change told, and run where they can be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from engine import library, spiff
from engine.errors import InvalidDefinition
from engine.store.base import writing
from engine.xml import read_xml
from tests.build import SYSTEM
from tests.engine.normalise.census import lost

SAMPLES = {file.stem: file for file in sorted((Path(__file__).parent / "samples").glob("*.bpmn"))}
# Nothing in them can run.
PICTURES = {"choreography-only", "conversation-only", "picture-only"}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_foreign_file_is_accepted_and_every_change_is_told(name: str) -> None:
    report = spiff.check_bytes(SAMPLES[name].read_bytes(), name)
    assert report.ok, report.errors
    assert bool(report.definitions) == (name not in PICTURES)
    for change in report.changes:
        assert re.search(r"[一-鿿]", change["what"] or ""), change
        assert re.search(r"[一-鿿]", change["why"] or ""), change


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_of_a_foreign_file_is_lost(name: str) -> None:
    content = SAMPLES[name].read_bytes()
    assert lost(content, spiff.parse(content, name), read_xml(content)) == []


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - PICTURES))
def test_a_foreign_file_runs_or_says_where_it_stops(name: str) -> None:
    run = spiff.run_in_memory(SAMPLES[name].read_bytes())
    assert run.state in ("completed", "waiting", "failed")
    if run.error is not None:
        assert run.error["element_id"]
        assert run.error["code"] in ("unfinished-element", "evaluation-failed", "no-way-out", "step-limit")


def test_a_foreign_file_is_kept_byte_by_byte_with_its_layout_and_its_changes(session: Session) -> None:
    content = (
        SAMPLES["encoding-gbk"].read_bytes().replace(b"<process", b'<process x:mark="1" xmlns:x="http://x.example"')
    )
    with writing(session):
        made = library.publish_file(session, "buy.bpmn", content, actor=SYSTEM)
    assert library.body(session, made.id) == content
    assert [change["what"] for change in made.meta["changes"] if change["element_id"] == "采购"] == [
        "别的工具的扩展原样保留：x:mark"
    ]


def test_a_picture_can_be_checked_but_not_published(session: Session) -> None:
    with pytest.raises(InvalidDefinition) as refused, writing(session):
        library.publish_file(session, "x.bpmn", SAMPLES["choreography-only"].read_bytes(), actor=SYSTEM)
    assert refused.value.fields["errors"][0]["code"] == "nothing-in-it"


RUNS = {
    "encoding-gbk": "开始 审批 结束",
    "encoding-said-utf8-is-gb18030": "s a e",
    "encoding-utf16-mark": "s a e",
    "encoding-said-utf16-is-utf8": "s a e",
    "draft-namespace": "s a e",
    "no-namespace": "s a e",
    "qname-references": "s a e",
    "no-ids-and-twice": "s a e",
    "flows-from-lists": "s a e",
    "flows-loose-and-crossing": "s s2 t2 e2 sub e",
    "draft-events-without-details": "s wait cond nothing a tell e",
    "draft-activities-without-details": "s call rule script service send receive loop many empty e",
    "implicit-start-and-end": "a b c",
    "collaboration-black-box": "os oa oe",
    "odd-empty-processes": "s t",
    "odd-subprocesses": "s collapsed n1 n2 nostart txs txe txc",
    "odd-two-pools-same-process": "startEvent_1",
    "odd-utf16be-no-mark": "开始 办",
    "odd-gb2312-with-more": "开始 办",
    "odd-utf8-mark-blank-first": "开始 办",
}


@pytest.mark.parametrize("name", RUNS)
def test_it_takes_the_path_that_was_drawn(name: str) -> None:
    run = spiff.run_in_memory(SAMPLES[name].read_bytes(), answers={"a": {"done": True}} if name[0] == "q" else None)
    assert (run.state, run.path) == ("completed", RUNS[name].split())


def test_an_empty_process_is_refused_by_its_id_and_line() -> None:
    content = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
<process id="empty"/></definitions>"""
    (error,) = spiff.check_bytes(content, "x").errors
    assert (error["code"], error["element_id"], error["line"]) == ("no-start", "empty", 2)


def test_a_flow_of_two_levels_and_what_a_node_lists_wrongly_are_told() -> None:
    found = spiff.check_bytes(SAMPLES["odd-flows-that-disagree"].read_bytes(), "x").changes
    told = {change["element_id"]: change["what"] for change in found if change["element_id"] in PICTURED}
    assert told == dict.fromkeys(PICTURED, "连线只作图示，不走")


PICTURED = ("cross", "dangling", "nowhere")
