"""A clerk makes a table of rules from Excel, tries it, publishes it and uses it; a foreign file loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_process_designer import census

pytestmark = pytest.mark.browser

PASTED = "金额（元）\t事项\t去向\n不满1000\t\t村\n1000-4999\t除救灾外\t乡镇\n5000以上\t除救灾外\t市\n1000以上\t救灾\t市"
FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<dmn:definitions xmlns:dmn="https://www.omg.org/spec/DMN/20230324/MODEL/" xmlns:own="urn:some:tool" id="d" name="外来"
 namespace="urn:foreign" own:colour="red" exporter="别的工具">
 <dmn:inputData id="amount" name="金额"><dmn:variable id="av" name="金额" typeRef="number"/></dmn:inputData>
 <dmn:decision id="toll" name="收费" own:owner="收费科"><dmn:description>老规矩</dmn:description>
  <dmn:extensionElements><own:thing level="3"><own:inner>文字</own:inner></own:thing></dmn:extensionElements>
  <dmn:variable id="tv" name="收费" typeRef="number"/>
  <dmn:informationRequirement id="r"><dmn:requiredInput href="#amount"/></dmn:informationRequirement>
  <dmn:decisionTable id="t" hitPolicy="FIRST" own:look="wide">
   <dmn:input id="i"><dmn:inputExpression id="ie" typeRef="number"><dmn:text>金额</dmn:text></dmn:inputExpression>
   </dmn:input>
   <dmn:output id="o" typeRef="number"/>
   <dmn:rule id="r1" own:since="2019"><dmn:inputEntry id="e1"><dmn:text>&lt; 10</dmn:text></dmn:inputEntry>
    <dmn:outputEntry id="x1"><dmn:text>1</dmn:text></dmn:outputEntry></dmn:rule>
   <dmn:rule id="r2"><dmn:inputEntry id="e2"><dmn:text>-</dmn:text></dmn:inputEntry>
    <dmn:outputEntry id="x2"><dmn:text>2</dmn:text></dmn:outputEntry></dmn:rule>
  </dmn:decisionTable></dmn:decision>
</dmn:definitions>"""


def ready(page: Page) -> None:
    page.wait_for_selector('body[data-ready="1"]')


def saved(page: Page, act: Any) -> str:
    """Do something and return the file as it is stored then."""
    with page.expect_response(lambda answer: answer.url.endswith("/save") and answer.ok) as answer:
        act()
    return str(answer.value.request.post_data_json["xml"])


def test_a_table_comes_from_excel_is_tried_published_and_used(person: Any) -> None:
    designer = person("designer")
    designer.visit("/studio/decision")
    page = designer.page
    page.fill("#name", "派给谁")
    page.fill("#key", "assign_to")
    page.get_by_role("button", name="开始做").click()
    ready(page)
    designer.look()
    page.get_by_text("从 Excel 导入规则").click()
    page.fill("#paste", PASTED)
    page.get_by_role("button", name="读这张表").click()
    proposal = page.locator("#proposal")
    expect(proposal).to_contain_text("读出 4 条规则")
    expect(proposal.get_by_label("“金额（元）”的类型")).to_have_value("number")
    designer.look()
    saved(page, page.get_by_role("button", name="换成这张表").click)
    expect(page.locator("#canvas")).to_contain_text("[1000..4999]")
    expect(page.locator("#lint")).to_contain_text("可以发布")
    page.get_by_role("button", name="加一行").click()
    page.get_by_label("第 1 行 金额").fill("1200")
    page.get_by_label("第 1 行 金额").press("Tab")
    page.get_by_label("第 1 行 事项").fill("救灾")
    page.get_by_label("第 1 行 事项").press("Tab")
    page.get_by_label("第 1 行 应得").fill("乡镇")
    page.get_by_label("第 1 行 应得").press("Tab")
    expect(page.locator("#tests")).to_contain_text("不对")
    expect(page.locator("#tests")).to_contain_text("第 4 条规则")
    saved(page, page.get_by_role("button", name="就要这个").click)
    expect(page.locator("#tests-note")).to_contain_text("1 行都对")
    designer.look()
    assert page.evaluate("() => [...window.untranslated]") == []
    page.get_by_role("link", name="检查并发布").click()
    page.wait_for_url("**/publish")
    designer.look()
    expect(page.locator("main")).to_contain_text("1 行，0 行不对")
    designer.press("发布", exact=True)
    expect(page.locator("main")).to_contain_text("[1000..4999]")
    page.get_by_label("金额").first.fill("100")
    page.get_by_label("事项").first.fill("修路")
    designer.press("看结果")
    expect(page.locator("main")).to_contain_text("符合第 1 条")


def test_a_foreign_file_keeps_what_nobody_here_understands(person: Any) -> None:
    designer = person("designer")
    designer.visit("/studio/decisions")
    page = designer.page
    page.set_input_files("#file", {"name": "toll.dmn", "mimeType": "application/xml", "buffer": FOREIGN.encode()})
    page.get_by_role("button", name="打开").click()
    ready(page)
    before = census(FOREIGN.encode())
    page.get_by_role("button", name="加一行").click()
    page.get_by_label("第 1 行 金额").fill("5")
    after = census(saved(page, lambda: page.get_by_label("第 1 行 金额").press("Tab")).encode())
    lost = {line for line, count in before.items() if after.get(line, 0) < count}
    come = {line for line, count in after.items() if before.get(line, 0) < count}
    assert lost == set()
    assert all("urn:qingche:dmn:1" in line for line in come), come
    page.goto(page.url + "/publish")
    page.get_by_role("button", name="删去这份草稿").click()
