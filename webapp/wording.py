"""Dates, deadlines and states in the reader's words; templates reach these as filters and tests reach them plainly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from flask import session as browser
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.calendar import Calendar
from webapp import access
from webapp.language import language

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Look:
    """How a state or a list is shown: words, tone class, icon, extra chip class."""

    label: str | LazyString
    tone: str = "grey"
    icon: str | None = None
    kind: str = ""


# Keys are the phases definitions name and the platform's own states; an unknown phase shows as it is, in teal.
STATES: dict[str, Look] = {
    "起草": Look(_l("草稿"), "grey", "pencil", "chip-draft"),
    "清单比对": Look(_l("清单比对"), "indigo", "list-check"),
    "准入评审": Look(_l("准入评审"), "indigo", "hourglass-split"),
    "征求意见中": Look(_l("征求意见中"), "violet", "chat-dots"),
    "待审核": Look(_l("待审核"), "indigo", "hourglass-split"),
    "准入审定": Look(_l("准入审定"), "indigo", "hourglass-split"),
    "退回补充": Look(_l("退回补充"), "amber", "arrow-return-left"),
    "退回处理": Look(_l("退回处理"), "amber", "arrow-return-left"),
    "待派发": Look(_l("待派发"), "grey", "diagram-2"),
    "待签收": Look(_l("待签收"), "grey", "envelope"),
    "办理中": Look(_l("办理中"), "teal", "play-circle"),
    "协调会商": Look(_l("协调会商"), "violet", "people"),
    "待验收": Look(_l("待验收"), "indigo", "clipboard-check"),
    "待办结": Look(_l("待办结"), "indigo", "clipboard-check"),
    "待评价": Look(_l("待评价"), "indigo", "chat-square-text"),
    "待确认": Look(_l("待确认"), "indigo", "clipboard-check"),
    "汇总核验": Look(_l("汇总核验"), "indigo", "clipboard-check"),
    "待互评": Look(_l("待互评"), "indigo", "chat-square-text"),
    "已办结": Look(_l("已办结"), "green", "check-circle-fill"),
    "不予准入": Look(_l("不予准入"), "red", "slash-circle"),
    "投诉核查": Look(_l("投诉核查"), "red", "flag"),
    "平台故障": Look(_l("平台故障"), "red", "exclamation-triangle-fill", "chip-solid"),
    "已暂停": Look(_l("已暂停"), "grey", "pause-fill"),
    "已撤派": Look(_l("已撤派"), "grey", None, "chip-void"),
    "已作废": Look(_l("已作废"), "grey", None, "chip-void"),
    "已移出": Look(_l("已移出"), "grey", None, "chip-void"),
}

LISTS: dict[str, Look] = {
    "duty": Look(_l("履职清单"), "green", "check2", "chip-line"),
    "empowerment": Look(_l("赋能清单"), "amber", "gift", "chip-line"),
    "negative": Look(_l("负面清单"), "red", "slash-circle", "chip-line"),
    "outside": Look(_l("清单外"), "violet", "question-circle", "chip-line"),
}


@dataclass(frozen=True)
class Deadline:
    """A deadline as shown: words, tone, and how many of the gauge's four cells are filled; 0 = no gauge."""

    words: str
    tone: str = ""
    cells: int = 0
    icon: str | None = None


def init_app(app: Flask) -> None:
    """Give `app`'s templates these words."""
    app.jinja_env.filters.update(day=day, moment=moment, as_moment=as_moment, clock_time=clock_time, iso=iso)
    app.jinja_env.globals.update(said=said, state_look=state_look, list_look=list_look, deadline=deadline)


def zone() -> ZoneInfo:
    """Return the zone pages are shown in."""
    return ZoneInfo(current_app.config["TIMEZONE"])


def local(at: datetime) -> datetime:
    """Return `at` in the zone pages are shown in."""
    return at.astimezone(zone())


def day(at: datetime | date | None) -> str:
    """Say a day: 11月26日, with the year when it is not this one; a dash for None."""
    if at is None:
        return "–"
    on = local(at).date() if isinstance(at, datetime) else at
    other_year = on.year != local(access.now()).year
    if language() == "en":
        return f"{on.day} {_MONTHS[on.month - 1]}" + (f" {on.year}" if other_year else "")
    return (f"{on.year}年" if other_year else "") + f"{on.month}月{on.day}日"


def moment(at: datetime | None) -> str:
    """Say a moment: 11月26日 15:02; a dash for None."""
    return "–" if at is None else f"{day(at)} {clock_time(at)}"


def as_moment(text: str) -> str:
    """Say a time written as ISO text, as heads do."""
    return moment(datetime.fromisoformat(text))


def clock_time(at: datetime) -> str:
    """Say a time of day: 15:02."""
    return local(at).strftime("%H:%M")


def iso(at: datetime | date | None) -> str:
    """Return the machine's spelling for `<time datetime>`, in the page's zone."""
    if isinstance(at, datetime):
        return local(at).isoformat(timespec="minutes")
    return at.isoformat() if at else ""


def state_look(name: str | None) -> Look:
    """Return how a state is shown; states nobody listed keep their own words."""
    return STATES.get(name or "", Look(name or "–", "teal", "play-circle"))


def list_look(name: str | None) -> Look | None:
    """Return how a list is shown, by key or by its Chinese name; None for a list unknown."""
    if name in LISTS:
        return LISTS[name]
    return next((look for look in LISTS.values() if str(look.label) == name), None)


def deadline(
    due_at: datetime | None,
    *,
    paused: bool = False,
    done_at: datetime | None = None,
    calendar: Calendar | None = None,
) -> Deadline | None:
    """Say how far a deadline is: far, within three working days, today, overdue, paused, or met.

    due_at at local midnight means the end (24:00) of the day before. calendar: the deployment's working
    days; statutory ones where none is given.
    """
    if paused:
        return Deadline(_("计时暂停"), icon="pause-fill")
    if due_at is None:
        return None
    if done_at is not None:
        return (
            Deadline(_("按时办结"), "green", icon="check2") if done_at <= due_at else Deadline(_("超期办结"), "amber")
        )
    count = (calendar or Calendar(zone=zone())).count
    due, at = local(due_at), local(access.now())
    ends_day = due.hour == due.minute == 0
    last = (due - timedelta(minutes=1)).date() if ends_day else due.date()
    end = "24:00" if ends_day else due.strftime("%H:%M")
    if at >= due:
        late = count(last, at.date())
        words = _("逾期 %(n)s 个工作日", n=late) if late else _("已过 %(time)s", time=end)
        return Deadline(words, "red", 4)
    if last == at.date():
        return Deadline(_("今日 %(time)s 止", time=end), "amber", 3)
    left = count(at.date(), last)
    if left <= 3:
        return Deadline(_("剩 %(n)s 个工作日", n=left) if left else _("%(day)s 止", day=day(last)), "amber", 2)
    return Deadline(_("%(day)s 止", day=day(last)), "", 1)


def say(text: str, *, link: str | None = None, link_text: str | None = None) -> None:
    """Show one line after the next page has loaded: what was done, with a link to it."""
    note = {"text": text, "link": link, "link_text": link_text or _("看这件事")}
    browser["said"] = [*browser.get("said", []), note]


def said() -> list[dict[str, str | None]]:
    """Return what `say` kept, once."""
    notes: list[dict[str, str | None]] = browser.pop("said", [])
    return notes
