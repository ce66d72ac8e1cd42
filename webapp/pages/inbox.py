"""The inbox: what waits for this person, what they hold, did and started; grouped by deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import inbox as reads
from engine.model import InboxItem
from webapp import access, looks
from webapp.db import session
from webapp.shell import counted, render
from webapp.wording import LISTS, STATES, Deadline, deadline

blueprint = Blueprint("inbox", __name__)

PAGE = 50
BOXES = ("todo", "claimable", "doing", "done", "started", "drafts")
_BY_DEADLINE = frozenset({"todo", "claimable", "doing"})
_COUNTED = frozenset({"todo", "claimable", "doing", "drafts"})


@dataclass(frozen=True)
class Row:
    """One line of the list, ready to print; `waits` rows are bold."""

    href: str
    title: str
    line: str
    list_key: str | None
    state: str
    deadline: Deadline | None
    at: datetime
    waits: bool


@dataclass(frozen=True)
class Group:
    """Rows under one heading; no heading where the box is not sorted by deadline."""

    title: str
    rows: list[Row]


@dataclass(frozen=True)
class Tab:
    """One box as a tab."""

    text: str
    href: str
    count: int | None
    current: bool


@dataclass(frozen=True)
class Asked:
    """What the GET form asks for; empty text leaves a filter out."""

    box: str
    q: str
    phase: str
    list: str
    order: str
    after: str | None

    @property
    def filtered(self) -> bool:
        return bool(self.q or self.phase or self.list)

    def url(self, **changes: str | None) -> str:
        """Return the address of the same list with some of it changed; None leaves a part out."""
        parts = {"box": self.box, "q": self.q, "phase": self.phase, "list": self.list, "order": self.order}
        asked: dict[str, Any] = {name: value for name, value in {**parts, **changes}.items() if value}
        return url_for("inbox.show", **asked)


@blueprint.get("/")
@access.rule(access.signed_in)
def home() -> Response:
    """Send the signed-in person to their inbox."""
    return redirect(url_for("inbox.show"))


@blueprint.get("/inbox")
@access.rule(access.signed_in)
def show() -> str:
    """Show one box, filtered and paged by GET parameters: box, q, phase, list, order, after."""
    asked = _asked()
    page = reads.inbox(
        session(),
        access.actor(),
        box=asked.box,
        after=asked.after,
        limit=PAGE,
        query=asked.q or None,
        phase=asked.phase or None,
        facts={looks.LIST_FACT: asked.list} if asked.list else None,
        newest_first=asked.order == "new",
    )
    rows = [_row(item, asked.box) for item in page.items]
    return render(
        "inbox/show.html",
        asked=asked,
        tab_items=_tabs(asked),
        groups=_grouped(rows, asked),
        summary=_summary(rows, asked, page.next_key),
        shown=len(rows),
        next_href=asked.url(after=page.next_key) if page.next_key else None,
        first_href=asked.url() if asked.after else None,
        empty_words=_empty(asked),
        caption=_box_names()[asked.box],
        last_column=_("期限") if asked.box in _BY_DEADLINE else _("时间"),
        phases=[("", _("全部步骤")), *((name, str(look.label)) for name, look in STATES.items())],
        lists=[("", _("全部清单")), *((str(look.label), str(look.label)) for look in LISTS.values())],
        orders=[("", _("先到期的在前")), ("new", _("新来的在前"))],
    )


@counted("inbox")
def waiting() -> int | None:
    """Count what waits for this person, for the navigation."""
    return (_counts().get("todo") or 0) or None


def _asked() -> Asked:
    given = request.args
    box = given.get("box", "todo")
    return Asked(
        box=box if box in BOXES else "todo",
        q=given.get("q", "").strip()[:100],
        phase=given.get("phase", "")[:50],
        list=given.get("list", "")[:50],
        order="new" if given.get("order") == "new" else "",
        after=given.get("after"),
    )


def _counts() -> dict[str, int]:
    if "inbox_counts" not in g:
        g.inbox_counts = reads.counts(session(), access.actor())
    counts: dict[str, int] = g.inbox_counts
    return counts


def _box_names() -> dict[str, str]:
    return {
        "todo": _("等我处理"),
        "claimable": _("可领取"),
        "doing": _("在办"),
        "done": _("办结"),
        "started": _("我发起"),
        "drafts": _("草稿"),
    }


def _tabs(asked: Asked) -> list[Tab]:
    counts = _counts()
    return [
        Tab(
            text=name,
            href=url_for("inbox.show", box=box),
            count=counts.get(box) if box in _COUNTED else None,
            current=box == asked.box,
        )
        for box, name in _box_names().items()
    ]


def _row(item: InboxItem, box: str) -> Row:
    case = item.case
    opens_task = item.task_id is not None and box not in ("done", "started")
    ask = _("请办“%(step)s”", step=item.task_name) if opens_task and box != "drafts" else item.task_name
    about = looks.item_of(item.locals) if opens_task else ""
    if about:
        ask = _("%(ask)s：%(about)s", ask=ask, about=about)
    sent_to = _("派到 %(unit)s", unit=case.unit_name) if case.unit_id != case.starter_unit_id else None
    parts = [looks.number_of(case), case.starter_unit_name, sent_to, ask]
    if box == "todo" and item.holder_name and item.holder_id != access.actor().user_id:
        parts.append(_("%(who)s 已领取", who=item.holder_name))
    if case.suspension is not None:
        parts.append(_("由 %(who)s 暂停：%(why)s", who=case.suspension.by, why=case.suspension.why))
    return Row(
        href=url_for("task.show", id=item.task_id) if opens_task else url_for("case.show", id=case.id),
        title=looks.title_of(case),
        line=" · ".join(part for part in parts if part),
        list_key=looks.list_key(case),
        state=looks.state_name(case),
        deadline=deadline(item.due_at) if box in _BY_DEADLINE else None,
        at=item.at,
        waits=box in ("todo", "claimable", "drafts"),
    )


def _grouped(rows: Sequence[Row], asked: Asked) -> list[Group]:
    if not rows:
        return []
    if asked.box not in _BY_DEADLINE or asked.order == "new":
        return [Group("", list(rows))]
    titles = {4: _("已逾期"), 3: _("今天到期"), 2: _("三个工作日内"), 1: _("以后")}
    found: dict[int, list[Row]] = {cells: [] for cells in titles}
    for row in rows:
        found[(row.deadline.cells if row.deadline else 0) or 1].append(row)
    return [Group(titles[cells], inside) for cells, inside in found.items() if inside]


def _summary(rows: Sequence[Row], asked: Asked, next_key: str | None) -> str:
    if asked.box not in _BY_DEADLINE or asked.filtered or asked.after:
        return ""
    total = _counts().get(asked.box) or len(rows)
    if not total:
        return ""
    words = {"todo": _("%(n)s 件等您处理", n=total), "claimable": _("%(n)s 件可以领取", n=total)}
    said = words.get(asked.box) or _("%(n)s 件在您手上", n=total)
    # Rows come by deadline, so the first page holds all that is late or due today unless it holds nothing else.
    late = sum(1 for row in rows if row.deadline and row.deadline.cells == 4)
    today = sum(1 for row in rows if row.deadline and row.deadline.cells == 3)
    parts = [_("%(n)s 件已逾期", n=late)] if late else []
    parts += [_("%(n)s 件今天到期", n=today)] if today else []
    whole = asked.order != "new" and (next_key is None or late + today < len(rows))
    return _("%(said)s，其中 %(parts)s", said=said, parts="、".join(parts)) if parts and whole else said


def _empty(asked: Asked) -> dict[str, str | None]:
    if asked.filtered or asked.after:
        return {
            "title": _("没有符合的事"),
            "text": _("换个词，或看全部。"),
            "href": url_for("inbox.show", box=asked.box),
            "action": _("看全部"),
        }
    words = {
        "todo": (_("没有等您处理的事"), _("新的事项来了会在这里。"), "done", _("看办过的")),
        "claimable": (_("没有可以领取的事"), _("发到您岗位、还没人领的事会在这里。"), "todo", _("看等我处理的")),
        "doing": (_("您手上没有在办的事"), _("领取了还没办完的事会在这里。"), "todo", _("看等我处理的")),
        "done": (_("还没有办过的事"), _("您办完的每一步都会在这里。"), "todo", _("看等我处理的")),
        "started": (_("您还没有发起过事项"), _("发起的事办到哪一步，在这里看。"), None, None),
        "drafts": (_("没有草稿"), _("填了一半存下的会在这里。"), "todo", _("看等我处理的")),
    }
    title, text, box, action = words[asked.box]
    href = url_for("inbox.show", box=box) if box else None
    return {"title": title, "text": text, "href": href, "action": action}
