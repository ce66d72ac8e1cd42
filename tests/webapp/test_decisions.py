"""Decisions on the case page: what matched is lit, what nearly did is explained, what is hidden stays hidden."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import library
from engine.clock import FixedClock
from engine.dmn.drawing import Grid, Head, Row
from engine.store.base import writing
from tests.build import SYSTEM, Organisation
from tests.engine.dmn.draw import context, decision, given, model, table, text
from tests.engine.flows import end, flow, process, start, user
from tests.webapp.browser import Browser
from tests.webapp.desk import Desk
from webapp.decisions import Lit, Miss

_CHOICES = [{"const": "road", "title": "修路"}, {"const": "sos", "title": "救灾"}]
_FORM = {
    "type": "object",
    "title": "用款",
    "properties": {
        "amount": {"type": "number", "title": "金额"},
        "kind": {"type": "string", "title": "用途", "oneOf": _CHOICES},
        "debt": {"type": "number", "title": "欠款"},
    },
}  # fmt: skip
_LOOK = {"qc:views": {"all": {"/**": "write"}, "check": {"/amount": "read", "/kind": "read"}}}
_ROUTE = model(
    given("amount", "number"),
    given("kind", "string"),
    decision(
        "去向",
        table(
            ["amount: number", "kind: string"],
            [": string"],
            [["< 1000", "-", '"村"'], ["[1000..5000)", 'not("sos")', '"乡镇"'], [">= 5000", "-", '"市"']],
        ),
        needs=["i:amount", "i:kind"],
        type="string",
    ),
).replace('id="_去向"'.encode(), b'id="route"')
_RISK = model(
    given("debt", "number"),
    decision("risk", context(("倍数", text("debt / 100")), ("要复核", text("倍数 > 5"))), needs=["i:debt"]),
).replace(b'id="_risk"', b'id="risk"')


def _rule(element_id: str, to: str, decision_id: str, name: str) -> str:
    return (
        f'<bpmn:businessRuleTask id="{element_id}" name="{name}"><bpmn:extensionElements>'
        f"<spiffworkflow:calledDecisionId>{decision_id}</spiffworkflow:calledDecisionId></bpmn:extensionElements>"
        f"</bpmn:businessRuleTask>{flow(element_id, to)}"
    )


def _form(view: str) -> str:
    names = {"formJsonSchemaFilename": "money.schema.json", "formUiSchemaFilename": "money.ui.json", "formView": view}
    inner = "".join(f'<spiffworkflow:property name="{name}" value="{value}"/>' for name, value in names.items())
    return f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>"


_MONEY = process(
    "money",
    start("draft"),
    user("draft", "where", candidate='starter="true"', more=_form("all")),
    _rule("where", "weigh", "route", "定去向"),
    _rule("weigh", "check", "risk", "看风险"),
    user("check", "end", candidate='role="reviewer" unit="&quot;sw&quot;"', more=_form("check")),
    end(),
    extensions='<qc:starter role="clerk"/>',
    name="用款",
)


@pytest.fixture
def case(app: Flask, database: Engine, city: Organisation, clock: FixedClock) -> tuple[Desk, str]:
    """Start a case whose decisions read open fields and a hidden one."""
    with Session(database, info={"clock": clock}) as session, writing(session):
        for kind, key, content in (
            ("form", "money.schema.json", json.dumps(_FORM).encode()),
            ("ui", "money.ui.json", json.dumps(_LOOK).encode()),
            ("decision", "route", _ROUTE),
            ("decision", "risk", _RISK),
            ("process", "money", _MONEY),
        ):
            library.publish(session, kind, key, content, actor=SYSTEM)
    desk = Desk(app, database, city, clock)
    browser = desk.browser("clerk@d1")
    task = browser.send("/start/money", page="/start").headers["Location"]
    answer = browser.send(
        task, {"f/amount": "1200", "f/kind": "sos", "f/debt": "730194628", "action": "submit"}, page=task
    )  # fmt: skip
    return desk, answer.headers["Location"]


def _told(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('id="dc"')[1].split('id="tl"')[0]))


def test_the_table_is_shown_with_what_went_in_and_what_nearly_held(case: tuple[Desk, str]) -> None:
    desk, at = case
    page = desk.browser("clerk@d1").get(at).text
    shown = _told(page)
    assert "没有一条符合" in shown and "只许一条符合" in shown
    # The form's own words for names and choices, not the codes the engine computes with.
    assert "这次 1200 救灾" in shown
    assert "差一点的是第 1 条：“金额”要 &lt; 1000，实为 1200" in shown
    assert "定去向：空" in shown
    assert page.count('class="near"') == 1 and page.count("in off") == 1 and 'class="hit"' not in page


def test_a_context_is_shown_as_names_and_values(case: tuple[Desk, str]) -> None:
    desk, at = case
    shown = _told(desk.browser("clerk@d1").get(at).text)
    assert "看风险：倍数：7301946.28，要复核：是" in shown
    assert "倍数 7301946.28 要复核 是" in shown and "debt / 100" in shown and "欠款 730194628" in shown


def test_what_a_reader_may_not_see_is_in_no_decision(case: tuple[Desk, str]) -> None:
    desk, at = case
    page = desk.browser("clerk@sw").get(at).text
    shown = _told(page)
    assert "730194628" not in page and "7301946" not in page and "要复核：是" not in page
    assert "不由您的岗位看" in shown and "差一点的是第 1 条" in shown
    assert "7301946.28" in desk.browser("audit@city").get(at).text


def test_the_print_shows_them_unfolded(case: tuple[Desk, str]) -> None:
    desk, at = case
    page = desk.browser("clerk@d1").get(at + "/print").text
    assert "差一点的是第 1 条" in page and "<details" not in page.split('id="dc"')[1].split('id="dg"')[0]


def test_a_matched_rule_is_lit(case: tuple[Desk, str]) -> None:
    desk, _at = case
    browser = desk.browser("clerk@d1")
    task = browser.send("/start/money", page="/start").headers["Location"]
    values: dict[str, Any] = {"f/amount": "6000", "f/kind": "road", "f/debt": "1", "action": "submit"}
    page = browser.get(browser.send(task, values, page=task).headers["Location"]).text
    lit = re.findall(r'<tr class="hit">(.*?)</tr>', page, re.DOTALL)
    assert len(lit) == 1 and "&gt;= 5000" in lit[0] and "符合第 3 条" in page


def test_english_says_it_in_english(case: tuple[Desk, str]) -> None:
    desk, at = case
    browser: Browser = desk.browser("clerk@d1")
    browser.send("/language", {"language": "en", "next": "/inbox"}, page="/inbox")
    shown = _told(browser.get(at).text)
    assert "No rule matched" in shown and "Rule 1 came nearest" in shown


def test_of_a_long_table_only_what_matched_is_listed() -> None:
    rules = tuple(Row(None, (str(number),), (str(number),), ()) for number in range(1000))
    grid = Grid(None, None, "C", (Head("n", "n", "", ""),), (Head("", "", "", ""),), rules)
    asked = Lit(grid, "", ("n",), ("7",), frozenset({7, 900}))
    assert [place for place, _ in asked.rows] == [7, 900] and asked.left_out == 998
    nearly = Lit(grid, "", ("n",), ("x",), miss=Miss(3, frozenset({0}), ""))
    assert [place for place, _ in nearly.rows] == [3]
    assert len(Lit(grid, "", ("n",), asked=False).rows) == 1000
