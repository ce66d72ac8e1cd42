"""Who may start a process, and when: set on its page, kept to wherever something begins."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from engine import commands, library, organisation
from engine.errors import NotForUnit, NotFound, NotOpenYet, OpenNoLonger
from engine.history import log
from engine.store.base import writing
from engine.terms import Terms, terms_of
from tests.build import SYSTEM
from tests.webapp.browser import Browser
from tests.webapp.desk import Desk
from webapp.deeds import deeds

PAGE = "/studio/process/request/running"


@pytest.fixture
def designer(desk: Desk) -> Browser:
    """Sign in who designs for the whole tree."""
    with Session(desk.database, info={"clock": desk.clock}) as session, writing(session):
        post = organisation.put_post(session, "city", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "admin@city", post.id, actor=SYSTEM)
    return desk.browser("admin@city")


def set_terms(designer: Browser, **sent: str) -> None:
    answer = designer.send(PAGE, {"action": "terms", **sent}, page=PAGE)
    assert answer.status_code == 303, answer.text


def today(desk: Desk) -> date:
    return desk.clock.now().date()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"from": "2099-01-01"}, "2099年1月1日 起可以发起"),
        ({"until": "2020-01-01"}, "2020年1月1日 已到期，不再发起"),
    ],
)
def test_outside_its_days_nothing_begins_and_what_runs_goes_on(
    desk: Desk, designer: Browser, sent: dict[str, str], words: str
) -> None:
    begun, task = desk.drafted()
    set_terms(designer, **sent)
    browser = desk.browser("clerk@d1")
    page = browser.get("/start").text
    assert words in page and 'action="/start/request"' not in page
    refused = browser.send("/start/request", page="/start")
    assert refused.status_code == 409 and words in refused.text
    assert begun.get(task).status_code == 200
    set_terms(designer)
    assert desk.drafted()[1].startswith("/task/"), "no limit any more"


def test_only_named_units_and_those_below_begin_it(desk: Desk, designer: Browser) -> None:
    set_terms(designer, units="d2 样例市民政局\n样例镇01")
    browser = desk.browser("clerk@d1")
    assert "/start/request" not in browser.get("/start").text
    refused = browser.send("/start/request", page="/start")
    assert refused.status_code == 409 and "只由指定的单位发起" in refused.text
    assert desk.drafted("clerk@d2")[1].startswith("/task/")
    shown = designer.get(PAGE).text
    assert "d2 样例市民政局" in shown and "t1 样例镇01" in shown
    with Session(desk.database) as session:
        terms = terms_of(session, ["request"])["request"]
    village = desk.city.units["t1"].path + "x/"
    assert terms.include(desk.city.units["t1"].path) and terms.include(village)
    assert not terms.include(desk.city.units["t2"].path)


def test_the_engine_itself_refuses_and_lists_what_is_open(desk: Desk, designer: Browser) -> None:
    day = today(desk)
    cases = [
        ({"opens": day + timedelta(days=9), "closes": None, "in_units": []}, NotOpenYet),
        ({"opens": None, "closes": day - timedelta(days=9), "in_units": []}, OpenNoLonger),
        ({"opens": None, "closes": None, "in_units": ["t1"]}, NotForUnit),
    ]
    for terms, why in cases:
        with Session(desk.database, info={"clock": desk.clock}) as session:
            clerk, admin = (desk.city.actor(session, login) for login in ("clerk@d1", "admin@city"))
            commands.set_start_terms(session, "request", actor=admin, **terms)
            assert "request" not in {one.key for one in library.startable(session, clerk)}
            listed = {one.key for one in library.startable(session, clerk, any_day=True)}
            assert ("request" in listed) == (why is not NotForUnit)
            with pytest.raises(why):
                commands.start_case(session, "request", actor=clerk)
            session.rollback()


def test_each_change_is_told_once_and_only_to_who_keeps_the_process(desk: Desk, designer: Browser) -> None:
    sent = {"from": "2026-01-01", "until": "2099-12-31", "units": "d1"}
    set_terms(designer, **sent)
    set_terms(designer, **sent)
    with Session(desk.database, info={"clock": desk.clock}) as session:
        told = log.entries(session, "artifacts", kinds=["start-terms-set"])
        assert [entry.fields["units"] for entry in told] == [[desk.unit("d1")]]
        said = deeds(session, told)[0]
        assert (said.what, ("单位", "样例市林业局")) == ("定了谁在什么时候可以发起", said.about[-1])
        clerk = desk.city.actor(session, "clerk@d1")
        with pytest.raises(NotFound):
            commands.set_start_terms(session, "request", opens=None, closes=None, in_units=[], actor=clerk)
        session.rollback()
        assert terms_of(session, ["request"])["request"] == Terms(
            date(2026, 1, 1), date(2099, 12, 31), (desk.unit("d1"),)
        )


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"from": "2026-02-30"}, "日期写得不对"),
        ({"from": "2026-02-02", "until": "2026-02-01"}, "到哪天不能早于从哪天"),
        ({"units": "没有的局"}, "没有“没有的局”这个单位"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_kept_in_the_form(
    desk: Desk, designer: Browser, sent: dict[str, str], words: str
) -> None:
    refused = designer.send(PAGE, {"action": "terms", **sent}, page=PAGE)
    assert refused.status_code == 422 and words in refused.text
    assert all(value in refused.text for value in sent.values())
    with Session(desk.database) as session:
        assert terms_of(session, ["request"]) == {}
