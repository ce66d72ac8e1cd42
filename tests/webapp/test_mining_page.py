"""流程分析 over HTTP: what the cases behind each figure are, and the log taken away."""

from __future__ import annotations

import re

import pytest
from lxml import etree
from sqlalchemy import text
from sqlalchemy.orm import Session

from engine import library
from engine.store.base import writing
from tests.build import SYSTEM
from tests.webapp.desk import FOLDER, Desk
from tests.webapp.test_case import returned_and_approved


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """One request sent back once and approved, one still in review."""
    returned_and_approved(desk)
    desk.submitted()
    return desk


def figure(page: str, label: str) -> tuple[str, str]:
    """Return a figure of the page and the address behind it."""
    found = re.search(rf"<dt>{label}</dt><dd><b><a href=\"([^\"]+)\">(\d+)</a>", page)
    assert found, label
    return found[2], found[1].replace("&amp;", "&")


def test_the_process_with_the_most_cases_is_shown_first(worked: Desk) -> None:
    unused = (FOLDER / "request.bpmn").read_bytes().replace(b'process id="request"', b'process id="another"')
    with Session(worked.database) as session, writing(session):
        library.publish(session, "process", "another", unused, actor=SYSTEM)
    assert figure(worked.browser("audit@city").get("/flows").text, "件数")[0] == "2"


def test_each_figure_opens_the_cases_behind_it(worked: Desk) -> None:
    auditor = worked.browser("audit@city")
    page = auditor.get("/flows?process=request&period=twelve").text
    for label, cases in (("件数", 2), ("有重办的", 1), ("没有照图走的", 0)):
        shown, behind = figure(page, label)
        assert shown == str(cases), label
        assert auditor.get(behind).text.count('<a class="ttl" href="/case/') == cases, label


def test_a_variant_opens_its_cases_and_hand_overs_name_units_only(worked: Desk) -> None:
    auditor = worked.browser("audit@city")
    page = auditor.get("/flows?process=request&period=twelve").text
    ways = [found.replace("&amp;", "&") for found in re.findall(r'href="(/flows/cases\?what=variant[^"]+)"', page)]
    assert len(ways) == 2
    assert [auditor.get(way).text.count('<a class="ttl" href="/case/') for way in ways] == [1, 1]
    assert "样例市林业局 → 样例市社会工作部" in page
    assert not re.search(r"clerk|lead@", page.split('id="hands"')[1])


def test_a_span_without_cases_says_so(worked: Desk) -> None:
    assert "这段时间没有这种事" in worked.browser("audit@city").get("/flows?process=request&period=last-year").text


def test_the_log_of_the_span_is_taken_away_on_record(worked: Desk) -> None:
    auditor = worked.browser("audit@city")
    xes = auditor.get("/flows/log.xes?process=request&period=twelve")
    assert len(etree.fromstring(xes.data).findall("{*}trace")) == 2
    ocel = auditor.get("/flows/log.ocel?process=request&period=twelve")
    assert len([one for one in ocel.json["objects"] if one["type"] == "request"]) == 2
    with worked.database.connect() as connection:
        kinds = connection.execute(text("SELECT count(*) FROM events WHERE kind = 'export'")).scalar_one()
    assert kinds == 2
