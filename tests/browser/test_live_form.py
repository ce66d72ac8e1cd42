"""What scripts add to a form: rules that follow at once, rows that come and go, nothing typed is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(person: Any) -> Page:
    """Open a fresh draft of a ticket as a department's clerk."""
    dept = person("dept")
    dept.visit("/start")
    page: Page = dept.page
    page.locator('form[action$="/start/ticket"] button').click()
    page.wait_for_selector("form.task-form")
    return page


def test_choosing_a_matter_hides_what_is_asked_off_the_lists(ticket: Page) -> None:
    outside = ticket.locator('[data-qc-visible="matter = null"]').first
    expect(outside).to_be_visible()
    ticket.locator("form.task-form textarea").last.fill("写到一半")
    ticket.locator("select[data-qc-register=matters]").select_option(index=1)
    expect(outside).to_be_hidden()
    expect(ticket.locator("form.task-form textarea").last).to_have_value("写到一半")
    ticket.locator("select[data-qc-register=matters]").select_option(index=0)
    expect(outside).to_be_visible()


def test_rows_come_and_go_on_the_same_page(ticket: Page) -> None:
    table = ticket.locator('[data-qc-array="/support"]')
    address = ticket.url
    for rows in (1, 2):
        table.locator('button[name="_add:/support"]').click()
        expect(table.locator("[data-qc-row]")).to_have_count(rows)
    focused = ticket.evaluate("() => document.activeElement.closest('[data-qc-row]') !== null")
    assert focused, "the new row has the focus"
    kinds = table.locator('select[name$="/kind"]')
    kinds.nth(0).select_option("training")
    kinds.nth(1).select_option("data")
    table.locator('button[name="_remove:/support/0"]').click()
    expect(table.locator("[data-qc-row]")).to_have_count(1)
    expect(kinds.nth(0)).to_have_value("data")
    assert ticket.url == address


def test_a_rule_inside_a_row_shows_the_amount(ticket: Page) -> None:
    table = ticket.locator('[data-qc-array="/support"]')
    table.locator('button[name="_add:/support"]').click()
    amount = table.locator('[data-qc-pointer="/support/0/amount"] input').last
    expect(amount).to_be_hidden()
    table.locator('select[name$="/0/kind"]').select_option("funds")
    expect(amount).to_be_visible()


def test_the_same_works_by_submitting_where_no_script_runs(person: Any) -> None:
    # Nothing may be asked of axe here: it is a script too.
    dept = person(scripts=False)
    dept.page.goto(dept.address + "/login?next=/start")
    dept.page.get_by_label("账号").fill("dept")
    dept.page.get_by_label("密码", exact=True).fill(PASSWORD)
    dept.page.get_by_role("button", name="登录", exact=True).click()
    dept.page.locator('form[action$="/start/ticket"] button').click()
    table = dept.page.locator('[data-qc-array="/support"]')
    dept.page.locator('button[name="_add:/support"]').click()
    expect(dept.page.locator('[data-qc-array="/support"] [data-qc-row]')).to_have_count(1)
    table.locator('select[name$="/0/kind"]').select_option("funds")
    dept.page.locator('button[name="_add:/support"]').click()
    expect(table.locator('[data-qc-pointer="/support/0/amount"] input').last).to_be_visible()
