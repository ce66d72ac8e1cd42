"""The frame around every page: navigation, theme, assets and `render`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.routing import BuildError

from engine.history.heads import fingerprint
from webapp import access
from webapp.language import LANGUAGES, language

THEMES = {"auto": _l("随系统"), "light": _l("浅色"), "dark": _l("深色")}
THEME_COOKIE = "qc_theme"

Counter = Callable[[], int | None]
_counters: dict[str, Counter] = {}


@dataclass(frozen=True)
class Place:
    """One line of the side navigation; `within` are the endpoints that make it the current one.

    setting: the line is there only where this setting is on.
    """

    label: LazyString
    icon: str
    endpoint: str
    args: tuple[tuple[str, str], ...] = ()
    within: tuple[str, ...] = ()
    key: str = ""
    setting: str = ""


@dataclass(frozen=True)
class Shown:
    """A line as the template prints it."""

    label: LazyString
    icon: str
    url: str
    current: bool
    count: int | None


# Endpoints are "<module of webapp/pages>.<view>"; a place nobody serves, or the person may not open, is not shown.
PLACES: tuple[tuple[LazyString, tuple[Place, ...]], ...] = (
    (
        _l("办事"),
        (
            Place(_l("收件箱"), "inbox", "inbox.show", within=("inbox.home", "task.show", "task.act"), key="inbox"),
            Place(_l("发起"), "plus-square", "start.choose", within=("start.begin",)),
            Place(_l("我发起的"), "send", "inbox.show", (("box", "started"),), key="started"),
            Place(_l("代办安排"), "people", "deputies.show", within=("deputies.act",)),
            Place(_l("投诉"), "flag", "cases.listing", (("definition", "complaint"),), key="complaint"),
        ),
    ),
    (
        _l("台账与清单"),
        (
            Place(_l("三张清单"), "list-check", "register.rows", (("name", "matters"),), ("register.row",), "matters"),
            Place(_l("村情一表"), "house-door", "village.choose", within=("village.show",)),
        ),
    ),
    (
        _l("看与查"),
        (
            Place(_l("全域一屏"), "bar-chart", "figures.show", within=("figures.cases",)),
            Place(_l("流程分析"), "signpost-2", "mining.show", within=("mining.cases",)),
            Place(_l("审计台"), "search", "audit.show", within=("audit.cases", "audit.keep", "legal_hold.listing")),
            Place(_l("查验真伪"), "shield-check", "proof.show", within=("proof.head", "proof.check", "proof.paper")),
        ),
    ),
    (
        _l("运行"),
        (
            Place(_l("运行管理"), "gear", "operate.find", within=("operate.show", "operate.act")),
            Place(_l("停下的步骤"), "exclamation-triangle-fill", "incidents.show"),
            Place(
                _l("单位与岗位"),
                "building",
                "people.find",
                within=("people.show", "people.change_unit", "people.change_posts"),
            ),
            Place(_l("账号"), "person-vcard", "roster.show", within=("roster.change",)),
            Place(_l("系统口令"), "braces", "tokens.show", within=("tokens.change",)),
            Place(_l("操作日志"), "list-check", "log.show"),
        ),
    ),
    (
        _l("设计"),
        (
            Place(
                _l("表单设计"),
                "ui-checks-grid",
                "form_designs.show",
                within=(
                    "form_designs.draw_page",
                    "form_preview.show",
                    "form_designs.publish_page",
                    "form_designs.create",
                    "form_excel.accept",
                ),
            ),
            Place(
                _l("流程设计"),
                "diagram-2",
                "process_designs.show",
                within=(
                    "process_designs.draw",
                    "card_designs.draw",
                    "process_designs.publish_page",
                    "trying.show",
                    "trying.act",
                ),
            ),
            Place(
                _l("决策设计"),
                "table",
                "decision_designs.show",
                within=("decision_designs.draw", "decision_designs.publish_page"),
            ),
            Place(
                _l("流程库"),
                "copy",
                "gallery.show",
                within=("gallery.process", "gallery.begin", "gallery.upload", "gallery.proposal", "gallery.publish"),
            ),
            Place(_l("流程与表单发布"), "diagram-3", "studio.show", within=("studio.artifact", "studio.upload")),
            Place(
                _l("等人同意的发布"),
                "clipboard-check",
                "approvals.show",
                within=("approvals.one", "approvals.decide"),
                key="approvals",
                setting="PUBLISH_BY_TWO",
            ),
        ),
    ),
)


def init_app(app: Flask) -> None:
    """Give `app`'s templates the shell."""
    app.jinja_env.globals.update(theme=theme, themes=THEMES, languages=LANGUAGES)
    app.jinja_env.filters["fingerprint"] = fingerprint
    app.context_processor(_context)


def render(template: str, **context: Any) -> str:
    """Render a page inside the shell. context may name `place`: the key of the current navigation line."""
    return render_template(template, **context)


def counted(key: str) -> Callable[[Counter], Counter]:
    """Register how many things wait at a place (its `key`); asked once a page, for who may open it."""

    def remember(counter: Counter) -> Counter:
        _counters[key] = counter
        return counter

    return remember


def navigation(place: str | None = None) -> list[tuple[LazyString, list[Shown]]]:
    """Return the groups and lines this request's person may open; empty groups are left out."""
    groups = []
    for heading, places in PLACES:
        lines = [shown for shown in (_shown(entry, place) for entry in places) if shown]
        if lines:
            groups.append((heading, lines))
    return groups


def theme() -> str:
    """Return light, dark or auto."""
    account = access.sign_in()
    chosen = (account.theme if account else None) or request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else "auto"


def _context() -> dict[str, Any]:
    return {
        "me": access.actor_or_none,
        "account": access.sign_in,
        "navigation": navigation,
        "language": language(),
        "site_name": current_app.config["SITE_NAME_EN" if language() == "en" else "SITE_NAME"],
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
    }


def _shown(entry: Place, place: str | None) -> Shown | None:
    if not access.may_open(entry.endpoint) or (entry.setting and not current_app.config[entry.setting]):
        return None
    try:
        args: dict[str, Any] = dict(entry.args)
        url = url_for(entry.endpoint, **args)
    except BuildError:
        return None
    counter = _counters.get(entry.key)
    return Shown(entry.label, entry.icon, url, _is_current(entry, place), counter() if counter else None)


def _is_current(entry: Place, place: str | None) -> bool:
    if place is not None:
        return entry.key == place
    if request.endpoint in entry.within:
        return True
    if request.endpoint != entry.endpoint:
        return False
    given = {**request.args.to_dict(), **(request.view_args or {})}
    if entry.args:
        return all(given.get(name) == value for name, value in entry.args)
    return not any(
        other.endpoint == entry.endpoint and other.args and all(given.get(n) == v for n, v in other.args)
        for _, places in PLACES
        for other in places
    )
