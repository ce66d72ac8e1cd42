"""A page with every part of the shell once, to be looked at and checked; it ships with the tests only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from flask import Blueprint, Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from webapp import access
from webapp.shell import render
from webapp.wording import say

HERE = Path(__file__).parent


def add_kit(app: Flask) -> None:
    """Serve the kit at /kit."""
    blueprint = Blueprint("kit", __name__)
    blueprint.add_url_rule("/kit", view_func=access.rule(access.anyone)(show))
    blueprint.add_url_rule("/kit/said", "said", view_func=access.rule(access.anyone)(said))
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(HERE)])
    app.register_blueprint(blueprint)


def said() -> str:
    """Show the kit with a line about what was just done."""
    say("已提交，送到社会工作部审核", link="/kit")
    return show()


def show() -> str:
    """Show every part."""
    now = access.now()
    entry = SimpleNamespace
    return render(
        "kit.html",
        now=now,
        dues=[now + timedelta(days=days, hours=hours) for days, hours in ((15, 0), (3, 0), (0, 3), (-2, 0))],
        timeline=[
            entry(
                tone="amber",
                icon="calendar-plus",
                who="水利和湖泊局 安全监督科",
                what="申请延期，社会工作部同意",
                at=now - timedelta(days=4),
                quote=None,
                changes=[("办理期限", "11月19日", "11月26日"), ("理由", None, "连续降雨，塘坝不宜靠近")],
            ),
            entry(
                tone="green",
                icon="check-lg",
                who="社会工作部 准入审核岗",
                what="准予派发",
                at=datetime(2025, 12, 31, 7, 2, tzinfo=UTC),
                quote="经费已落实到口，要求清楚。",
                changes=None,
            ),
        ],
        drawing={
            "xml": (HERE / "ticket.bpmn").read_text("utf-8"),
            "marks": {
                "start": {"state": "done"},
                "submit": {"state": "done", "count": "2 次"},
                "gate": {"state": "done"},
                "review": {"state": "back", "count": "2 次"},
                "dispatch": {"state": "now", "count": "14/17"},
            },
        },
        steps=[
            entry(text="部门提交", note="11月10日 水利和湖泊局", state="done"),
            entry(text="准入审核", note="11月12日通过，此前退回 1 次", state="back"),
            entry(text="乡镇派发", note="14/17 个乡镇已派", state="now"),
            entry(text="部门验收", note="", state=None),
        ],
        villages=[f"样例村{n:03d}" for n in range(1, 559)],
    )
