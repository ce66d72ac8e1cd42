"""A designer plays an approval of two levels alone, keeps it as a scenario, and publishing holds to it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.approval import two_levels

pytestmark = pytest.mark.browser


def open_file(someone: Any, key: str, name: str, **more: str) -> None:
    """Begin a working copy from a file."""
    someone.visit("/studio/processes")
    content = two_levels(key, name, **more).encode()
    file = {"name": f"{key}.bpmn", "mimeType": "application/xml", "buffer": content}
    someone.page.get_by_label("文件", exact=True).set_input_files(file)
    someone.page.get_by_role("button", name="打开", exact=True).click()
    someone.page.wait_for_selector('body[data-ready="1"]')


def play(someone: Any, post: str, *, finding: str = "") -> None:
    """Take the task that waits as a post, fill the form if it has one, and hand it in."""
    someone.press(post)
    if finding:
        someone.page.get_by_role("radio", name=finding, exact=True).check()
        someone.page.get_by_label("给投诉村的答复").fill("请批准这件事")
        someone.page.get_by_label("怎么处理").fill("照此办理")
    someone.press("办这一步")


def test_one_person_plays_all_and_keeps_the_run(person: Any) -> None:
    designer = person("designer")
    page: Page = designer.page
    open_file(designer, "played", "试办请示")
    designer.visit("/studio/processes/played/try")
    page.get_by_label("以谁的身份").select_option(label="样例市水利和湖泊局 安全监督科 经办岗")
    designer.press("开始试")
    waiting = page.locator("section[aria-labelledby=turns]")
    play(designer, "经办岗")
    expect(waiting).to_contain_text("初审")
    # What is missing is said, and nothing is done.
    designer.press("样例市社会工作部")
    designer.press("办这一步")
    expect(page.locator(".errors")).to_contain_text("没写清")
    play(designer, "样例市社会工作部", finding="属实")
    expect(waiting).to_contain_text("终审")
    designer.press("退一步")
    expect(waiting).to_contain_text("初审")
    play(designer, "样例市社会工作部", finding="属实")
    play(designer, "样例市社会工作部")
    expect(waiting).to_contain_text("没有等人办的步骤")
    expect(page.locator(".facts").first).to_contain_text("已办结")
    page.get_by_label("这条走法说的是").fill("查实的请示两级都过")
    designer.press("存", exact=True)
    with page.expect_download() as given:
        page.get_by_role("link", name="查实的请示两级都过").click()
    assert "second" in given.value.path().read_text()
    # Nothing of it is anywhere else.
    reviewer = person("swd")
    reviewer.visit("/inbox?q=试办请示")
    expect(reviewer.page.locator("main")).not_to_contain_text("初审")


def test_a_run_reads_well_on_a_phone(person: Any) -> None:
    designer = person("designer", width=390)
    designer.visit("/studio/processes/complaint/try")
    designer.page.get_by_label("以谁的身份").select_option(index=0)
    designer.press("开始试")
    designer.press("文书")
    width = designer.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_nothing_is_published_while_a_scenario_goes_otherwise(person: Any) -> None:
    designer = person("designer")
    page: Page = designer.page
    open_file(designer, "guarded", "守着的请示")
    designer.visit("/studio/processes/guarded/try")
    page.get_by_label("以谁的身份").select_option(label="样例市水利和湖泊局 安全监督科 经办岗")
    designer.press("开始试")
    play(designer, "经办岗")
    play(designer, "样例市社会工作部", finding="属实")
    page.get_by_label("这条走法说的是").fill("查实的请示由负责人终审")
    designer.press("存", exact=True)
    designer.visit("/studio/processes/guarded/publish")
    expect(page.locator("section[aria-labelledby=scenarios]")).to_contain_text("走得对")
    expect(page.locator("section[aria-labelledby=starters]")).to_contain_text("发起人")
    designer.press("发布", exact=True)
    page.wait_for_url("**/studio/process/guarded")

    # The last word goes to somebody else, and to a post that nobody holds: both are told, and it is not published.
    open_file(designer, "guarded", "守着的请示", decides="village_lead")
    designer.visit("/studio/processes/guarded/publish")
    expect(page.locator(".errors")).to_contain_text("查实的请示由负责人终审")
    expect(page.get_by_role("button", name="发布", exact=True)).to_be_disabled()
    designer.visit("/studio/processes/guarded/try")
    page.get_by_role("button", name="删去").click()
    designer.visit("/studio/processes/guarded/publish")
    designer.press("发布", exact=True)
    page.wait_for_url("**/studio/process/guarded")
    expect(page.locator("main")).to_contain_text("第 2 版")

    # Back to the first version, as a third one with its reason.
    page.get_by_text("恢复这一版").first.click()
    page.get_by_label("为什么恢复").first.fill("终审还是由负责人来")
    designer.press("恢复第 1 版")
    expect(page.locator("main")).to_contain_text("恢复第 1 版：终审还是由负责人来")


def test_a_second_person_reads_and_publishes(person: Any, address_by_two: str) -> None:
    designer = person("designer")
    designer.address = address_by_two
    open_file(designer, "by-two", "两个人发布的请示")
    designer.visit("/studio/processes/by-two/publish")
    designer.page.get_by_role("textbox", name="改了什么").fill("第一版")
    designer.press("发布", exact=True)
    expect(designer.page.locator("main")).to_contain_text("要由另一个人同意")
    other = person("sysadmin")
    other.address = address_by_two
    other.visit("/studio/approvals")
    other.press("by-two")
    expect(other.page.locator("section[aria-labelledby=diff]")).to_contain_text("终审")
    other.page.get_by_label("为什么不同意").fill("先说清谁终审")
    other.press("不同意")
    expect(other.page.locator("main")).to_contain_text("没有等人同意的发布")
    designer.visit("/studio/processes/by-two/publish")
    designer.press("发布", exact=True)
    other.visit("/studio/approvals/process/by-two")
    other.press("同意并发布")
    designer.visit("/studio/process/by-two")
    expect(designer.page.locator("main")).to_contain_text("第 1 版")
