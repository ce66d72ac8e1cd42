"""The admission path as its people see it: department, 社会工作部, township, two villages, each at a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person

pytestmark = pytest.mark.browser

People = Callable[..., Person]


def _start(person: Person, definition: str) -> None:
    person.visit("/start")
    person.page.locator("form", has=person.page.locator(f"[action$='/start/{definition}']")).or_(
        person.page.locator(f"form[action$='/start/{definition}']")
    ).first.get_by_role("button").click()
    person.page.wait_for_load_state()
    person.look()


def _fill_ticket(page: Page, subject: str, *, matter: str | None, villages: tuple[str, ...] = ("村01", "村02")) -> None:
    page.get_by_label("派单名称").fill(subject)
    if matter:
        _choose_matter(page, matter)
    else:
        page.get_by_label("清单外事项名称").fill(subject)
        page.get_by_label("为什么要新增").fill("省里新发的规定，村里没有做过")
    page.get_by_label("本部门承担的工作").fill("下发底单\n对疑似问题三日内到场复核")
    page.get_by_label("牵头科室").fill("安全监督科")
    page.get_by_label("答疑电话").fill("0700-555-0132")
    page.get_by_label(re.compile("村（社区）做的事")).fill("每口山塘走看一次")
    page.get_by_label("做到什么程度算完成").fill("每口塘看一看")
    page.get_by_label("村里要交回什么").fill("不用交")
    page.get_by_label("做几次").select_option(label="只做 1 次")
    page.get_by_label("每村约需（小时）").fill("3.5")
    page.get_by_label("到期退出").fill("2027-03-31")
    page.get_by_label("依据文件").fill("样例市秋冬季安全检查方案")
    _tick(page, "派给哪些乡镇（街道）", "样例镇01")
    for village in villages:
        _tick(page, "点名到哪些村（社区）", f"样例镇01样例{village}")
    page.get_by_label("办理期限").fill("2027-01-31")


def _choose_matter(page: Page, words: str) -> None:
    field = page.get_by_role("combobox", name=re.compile("^对应清单事项"))
    value = field.locator("option", has_text=words).first.get_attribute("value")
    field.select_option(value)


def _tick(page: Page, group: str, name: str) -> None:
    page.get_by_role("group", name=group).get_by_label(name, exact=True).first.check()


def _open_task(person: Person, subject: str, *, box: str = "todo") -> None:
    person.visit(f"/inbox?box={box}&q={subject}")
    person.page.get_by_role("link", name=subject).first.click()
    person.page.wait_for_load_state()
    person.look()


def _decide(page: Page, choice: str) -> None:
    page.get_by_role("radio", name=re.compile(f"^{choice}")).first.check()


def _wait_for_task(person: Person, subject: str) -> None:
    """Reload the inbox until the machine's part (child cases, jobs) has brought the task."""
    for _attempt in range(100):
        person.page.goto(f"{person.address}/inbox?q={subject}")
        if person.page.get_by_role("link", name=subject).count():
            return
        person.page.wait_for_timeout(100)
    pytest.fail(f"{subject} never came to the inbox")


def test_a_ticket_goes_from_draft_to_rating(person: People) -> None:
    department, reviewer = person("dept"), person("swd")
    township, first, second = person("town"), person("village1"), person("village2")
    subject = "山塘走看全程样例"

    _start(department, "ticket")
    department.page.get_by_label("派单名称").fill(subject)
    draft = department.page.url.removeprefix(department.address)
    department.press("存草稿")
    department.visit(f"/inbox?box=drafts&q={subject}")
    expect(department.page.get_by_role("link", name=subject)).to_have_count(1)
    expect(department.page.locator(f"main a[href$='{draft}']")).to_have_count(1)
    expect(department.page.get_by_role("link", name=subject)).to_have_count(1)
    department.visit(draft)
    expect(department.page.get_by_label("派单名称")).to_have_value(subject)
    _fill_ticket(department.page, subject, matter="灾害预警接收传递")
    department.press("提交", exact=True)

    _open_task(reviewer, subject)
    _decide(reviewer.page, "退回补充")
    reviewer.page.get_by_label("退回原因").select_option(label="要求不清晰")
    reviewer.page.get_by_label("请对方怎么改，或为什么不准").fill("请写明每口塘看几项、记什么")
    reviewer.press("提交", exact=True)

    _open_task(department, subject)
    expect(department.page.locator("main")).to_contain_text("请写明每口塘看几项、记什么")
    department.page.get_by_label("做到什么程度算完成").fill("每口塘 1 次，答 5 个“有或无”")
    department.press("提交", exact=True)

    _open_task(reviewer, subject)
    expect(reviewer.page.locator("main")).to_contain_text("答 5 个“有或无”")
    _decide(reviewer.page, "准予派发")
    reviewer.press("提交", exact=True)

    _wait_for_task(township, subject)
    _open_task(township, subject)
    township.press("提交", exact=True)

    _wait_for_task(first, subject)
    _open_task(first, subject)
    _decide(first.page, "签收")
    first.press("提交", exact=True)

    _wait_for_task(second, subject)
    _open_task(second, subject)
    _return(second.page, "本村没有山塘，底数不符")
    second.press("提交", exact=True)
    _open_task(township, subject)
    _decide(township.page, "仍请村里办")
    township.page.get_by_label("答复").fill("底单上有一口，请再核对")
    township.press("提交", exact=True)
    _open_task(second, subject)
    _return(second.page, "再核对过，确实没有")
    second.press("提交", exact=True)

    _open_task(reviewer, subject)
    _decide(reviewer.page, "应当由村办理")
    reviewer.page.get_by_label("依据和理由").fill("以水利底单为准，走看一次即可")
    reviewer.press("提交", exact=True)

    for village in (first, second):
        _open_task(village, subject)
        village.page.get_by_label("做了什么").fill("走看 1 口，5 项都无异常")
        village.page.get_by_label("用了多少小时").fill("2")
        village.press("提交", exact=True)
    for _village in (first, second):
        _open_task(department, subject)
        _decide(department.page, "验收")
        _decide(department.page, "满意")
        department.press("提交", exact=True)
    for village in (first, second):
        _open_task(village, subject)
        _decide(village.page, "满意")
        village.press("提交", exact=True)

    _wait_for_task(township, subject)
    _open_task(township, subject)
    township.page.get_by_label("汇总").last.fill("两村都已走看")
    township.press("提交", exact=True)
    _wait_for_task(department, subject)
    _open_task(department, subject)
    department.page.get_by_label("办成了什么").fill("两口山塘看过，没有险情")
    _decide(department.page, "到期退出")
    department.press("提交", exact=True)

    department.visit(f"/inbox?box=started&q={subject}")
    department.page.get_by_role("link", name=subject).first.click()
    expect(department.page.locator("main .chip", has_text="已办结").first).to_be_visible()
    department.look()
    for width, look in ((390, "light"), (1280, "dark")):
        department.page.set_viewport_size({"width": width, "height": 900})
        department.page.emulate_media(color_scheme=look)
        department.checked.clear()
        department.look()


def _return(page: Page, basis: str) -> None:
    _decide(page, "退回")
    page.get_by_label("退回原因").select_option(label="底数不符")
    page.get_by_label("依据", exact=False).last.fill(basis)


def test_a_matter_on_the_negative_list_goes_no_further(person: People) -> None:
    department = person("dept")
    _start(department, "ticket")
    _fill_ticket(department.page, "招商线索月报样例", matter="招商引资任务")
    department.press("提交", exact=True)
    expect(department.page.locator("main")).to_contain_text("负面清单")
    expect(department.page.locator("main .chip", has_text="不予准入").first).to_be_visible()
    township = person("town")
    township.visit("/inbox?q=招商线索月报样例")
    expect(township.page.get_by_role("link", name="招商线索月报样例")).to_have_count(0)


def test_a_matter_on_no_list_is_reviewed_before_anything_is_dispatched(person: People) -> None:
    department, reviewer = person("dept"), person("swd")
    subject = "清单外新事样例"
    _start(department, "ticket")
    _fill_ticket(department.page, subject, matter=None)
    department.press("提交", exact=True)
    _open_task(reviewer, subject)
    expect(reviewer.page.locator("main")).to_contain_text("清单外")
    expect(reviewer.page.get_by_role("heading", level=1)).to_contain_text(subject)
    township = person("town")
    township.visit(f"/inbox?q={subject}")
    expect(township.page.get_by_role("link", name=subject)).to_have_count(0)


def test_a_complaint_is_seen_by_who_handles_it_and_by_nobody_it_is_about(person: People) -> None:
    village, reviewer, department, auditor = person("village1"), person("swd"), person("dept"), person("auditor")
    subject = "绕过平台要名单样例"
    _start(village, "complaint")
    _decide(village.page, "绕过平台")
    village.page.get_by_label("一句话说清").fill(subject)
    village.page.get_by_label("事情经过").fill("电话要求三日内报送返乡人员名单，没有派单")
    accused = village.page.get_by_label("哪个单位")
    accused.select_option(label="样例市水利和湖泊局")
    village.press("提交", exact=True)
    case = village.page.url

    _open_task(reviewer, subject)
    for trace in (
        f"/search?q={subject}",
        f"/inbox?q={subject}",
        "/cases/complaint",
        "/figures/cases?figure=complaints",
    ):
        department.visit(trace)
        expect(department.page.get_by_role("link", name=subject)).to_have_count(0)
    if "/case/" in case:
        assert department.page.goto(case).status == 404  # type: ignore[union-attr]
        assert auditor.page.goto(case).status == 200  # type: ignore[union-attr]


@pytest.mark.parametrize("login", ["dept", "swd", "town", "village1", "auditor", "designer"])
def test_every_page_of_the_menu_is_clean_on_desktop_and_phone(person: People, login: str) -> None:
    someone = person(login)
    paths = someone.page.locator("nav.side a[href^='/']").evaluate_all(
        "links => links.map(a => a.getAttribute('href'))"
    )
    for width in (1280, 390):
        someone.page.set_viewport_size({"width": width, "height": 900})
        someone.checked.clear()
        for path in dict.fromkeys(paths):
            someone.visit(path)
            overflow = someone.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            assert overflow <= 0, f"{path} is {overflow} px wider than {width}"


def test_a_ticket_can_be_drafted_without_scripts(person: People) -> None:
    someone = person(scripts=False)
    someone.page.goto(someone.address + "/login")
    someone.page.get_by_label("账号").fill("dept")
    someone.page.get_by_label("密码", exact=True).fill("correct horse 8")
    someone.page.get_by_role("button", name="登录", exact=True).click()
    someone.page.goto(someone.address + "/start")
    someone.page.locator("form[action$='/start/ticket']").get_by_role("button").click()
    someone.page.get_by_role("button", name="加一样支持").click()
    someone.page.get_by_label("派单名称").fill("无脚本草稿样例")
    assert someone.page.get_by_label("哪天到位").count() == 1
    task = someone.page.url
    someone.page.get_by_role("button", name="存草稿").first.click()
    someone.page.goto(task)
    assert someone.page.get_by_label("派单名称").input_value() == "无脚本草稿样例"
