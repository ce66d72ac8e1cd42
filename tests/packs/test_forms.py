"""Every form a pack's tasks name is there, in the view they name, and prints what the task must fill."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from bs4 import BeautifulSoup

import forms
from forms import views
from tests.packs.folders import ROOT, Pack

PACKS = sorted(folder.parent.name for folder in (ROOT / "bpmn").glob("*/pack.toml"))


@cache
def _pack(name: str) -> Pack:
    return Pack.read(name)


def _uses() -> list[tuple[str, str, str, str, bool]]:
    """Each (pack, element, schema file, view, writes?) a diagram names."""
    found = []
    for name in PACKS:
        for program in _pack(name).programs.values():
            for use in program.forms:
                if use.schema:
                    found.append((name, use.element_id, use.schema, use.view or "", True))
                if use.context:
                    found.append((name, use.element_id, use.context, use.context_view or "", False))
    return found


def _ui(name: str, schema: str) -> dict[str, Any]:
    ui: dict[str, Any] = _pack(name).uis[schema.replace(".schema.", ".ui.")]
    return ui


@pytest.mark.parametrize(("pack", "element", "schema", "view", "writes"), _uses())
def test_form_and_view_of_a_task_are_there(pack: str, element: str, schema: str, view: str, *, writes: bool) -> None:
    form = forms.compile(_pack(pack).schemas[schema], _ui(pack, schema), view=view)
    rights = views.rights_of(_ui(pack, schema)["qc:views"], view)
    names = _pack(pack).schemas[schema]["properties"]
    given = {rights.of((name,)) for name in names}
    assert given - {"hidden"} or any(rights.opens_below((name,)) for name in names), "the view shows nothing"
    may_write = "write" in given or any(right == "write" for right in _ui(pack, schema)["qc:views"][view].values())
    assert may_write is writes
    assert form.page({}, readonly=not writes) is not None


@pytest.mark.parametrize("pack", PACKS)
def test_views_name_fields_that_exist(pack: str) -> None:
    for file, ui in _pack(pack).uis.items():
        names = set(_pack(pack).schemas[file.replace(".ui.", ".schema.")]["properties"])
        for view, patterns in ui.get("qc:views", {}).items():
            for pattern in patterns:
                first = pattern.split("/")[1]
                assert first in names or first in ("*", "**"), (file, view, pattern)
        assert {key for key in ui if not key.startswith(("ui:", "qc:"))} <= names, file


@pytest.mark.parametrize("pack", PACKS)
def test_every_form_of_the_library_is_used(pack: str) -> None:
    used = {schema for owner, _, schema, _, _ in _uses() if owner == pack}
    assert set(_pack(pack).schemas) == used


def test_the_draft_of_a_ticket_says_what_is_missing() -> None:
    pack = _pack("admission")
    form = forms.compile(pack.schemas["ticket.schema.json"], _ui("admission", "ticket.schema.json"), view="draft")
    missing = {problem.pointer for problem in form.check({"support": [{"kind": "funds"}]})}
    assert {"/subject", "/own_work", "/ask", "/targets", "/deadline", "/basis_document"} <= missing
    assert {"/support/0/content", "/support/0/due_on", "/support/0/amount"} <= missing
    assert "/off_list_name" in missing, "neither a matter nor an off-list name is given"


@pytest.mark.parametrize(
    ("schema", "view", "data", "pointer"),
    [
        ("review.schema.json", "decide", {"decision": "return", "comment": "请写明次数"}, "/reason"),
        ("review.schema.json", "decide", {"decision": "refuse"}, "/comment"),
        ("village-accept.schema.json", "accept", {"decision": "return", "reason": "不属本村"}, "/basis"),
        ("confirmation.schema.json", "confirm", {"decision": "confirm"}, "/rating"),
        ("confirmation.schema.json", "confirm", {"decision": "correct"}, "/comment"),
        ("rating.schema.json", "rate", {"rating": "不满意"}, "/reason"),
        ("consult-answer.schema.json", "answer", {"opinion": "disagree"}, "/text"),
        ("admission-decision.schema.json", "decide", {"decision": "admit", "comment": "准入"}, "/admitted_until"),
        ("complaint-reading.schema.json", "read", {}, "/decision"),
    ],
)
def test_a_decision_asks_for_its_reason(schema: str, view: str, data: dict[str, Any], pointer: str) -> None:
    form = forms.compile(_pack("admission").schemas[schema], _ui("admission", schema), view=view)
    assert [problem.pointer for problem in form.check(data)] == [pointer]


@pytest.mark.parametrize(
    ("schema", "view", "data"),
    [
        ("review.schema.json", "decide", {"decision": "approve"}),
        ("village-accept.schema.json", "accept", {"decision": "accept"}),
        ("complaint-reading.schema.json", "final", {}),
        ("rating.schema.json", "rate", {"rating": "满意"}),
    ],
)
def test_consent_needs_no_reason(schema: str, view: str, data: dict[str, Any]) -> None:
    form = forms.compile(_pack("admission").schemas[schema], _ui("admission", schema), view=view)
    assert form.check(data) == []


def test_a_village_sees_nothing_of_opinions_and_other_townships() -> None:
    rights = views.rights_of(_ui("admission", "ticket.schema.json")["qc:views"], "village")
    for name in ("consult_answers", "joint_opinions", "targets", "villages", "township_results", "notice"):
        assert rights.of((name,)) == "hidden"


def test_a_ticket_is_held_to_its_dates_and_amounts() -> None:
    pack = _pack("admission")
    form = forms.compile(pack.schemas["ticket.schema.json"], _ui("admission", "ticket.schema.json"), view="draft")
    data = {
        "deadline": "2026-11-26",
        "consult": True,
        "consult_until": "2026-11-27",
        "ask": {"retire_on": "2026-11-01"},
        "support": [{"kind": "funds", "content": "补贴", "amount": "0.00", "due_on": "2026-11-20"}],
    }
    said = {problem.pointer: problem.message for problem in form.check(data)}
    assert said["/consult_until"] == "意见回复期限要早于办理期限"
    assert said["/ask/retire_on"] == "到期退出不能早于办理期限"
    assert said["/support/0/amount"] == "经费要大于 0 元"


def test_empty_words_and_photographs_are_pointed_out_without_blocking() -> None:
    pack = _pack("admission")
    form = forms.compile(pack.schemas["ticket.schema.json"], _ui("admission", "ticket.schema.json"), view="draft")
    data = {"ask": {"what": "加强组织领导，做好相关工作", "hand_back": "每周照片 10 张"}}
    assert {"/ask/what", "/ask/hand_back"}.isdisjoint(problem.pointer for problem in form.check(data))
    assert [one.pointer for one in form.warnings(data)] == ["/ask/what", "/ask/hand_back"]


@pytest.mark.parametrize(("pack", "element", "schema", "view", "writes"), _uses())
def test_forms_speak_english_too(pack: str, element: str, schema: str, view: str, *, writes: bool) -> None:
    form = forms.compile(_pack(pack).schemas[schema], _ui(pack, schema), view=view, locale="en")
    page = form.page({"consult": True, "support": [{"kind": "funds"}], "decision": "return"}, readonly=not writes)
    words = BeautifulSoup(page, "html.parser").get_text(" ")
    # What stands for itself in both languages: the glyphs of the three clarities, a number, an office.
    words = words.replace("派〔2026〕0341", "").replace("社会工作部", "")
    assert re.findall(r"[\u4e00-\u9fff]{2,}", words) == [], element
