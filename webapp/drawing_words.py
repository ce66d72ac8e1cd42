"""What the drawing bench says around the canvas: palette, menus, list of elements, findings."""

from __future__ import annotations

from flask_babel import gettext as _


def words() -> dict[str, str]:
    """Return every text by its key; `{name}` is filled in by the script."""
    return {
        "group:who": _("谁来做"),
        "group:path": _("怎么走"),
        "group:event": _("起止与等待"),
        "group:picture": _("图上的说明"),
        "more-elements": _("更多元素"),
        "drawn": _("已画上"),
        "outline": _("图上的元素"),
        "follow": _("接着画什么"),
        "begin": _("放一个什么"),
        "connect": _("连到哪里"),
        "replace": _("换成什么"),
        "align": _("怎么排"),
        "told:named": _("“{name}”"),
        "told:flow": _("从{from}到{to}的连线"),
        "told:on": _("贴在{name}上的{kind}"),
        "told:behind": _("{name}后面的{kind}"),
        "told:before": _("{name}前面的{kind}"),
        "told:colon": _("："),
        "lint-count": _("{errors} 处要改，{remarks} 处请看"),
    }
