"""What the list gate said about a matter, as the banner of the visual language shows it.

Read from the values a definition leaves where it ran the gate: `verdict` (any), `list_kind` (a list's name),
`matter_clause`, `support`, `off_list_name` and `admitted_name`. A case without them simply has no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from webapp.wording import LISTS, list_look


@dataclass(frozen=True)
class Verdict:
    """A banner: tone and icon, the consequence in a headline, the clause, and where the list can be read."""

    tone: str
    icon: str
    title: str
    text: str
    href: str | None = None


def verdict_of(values: Mapping[str, Any], href: str | None = None) -> Verdict | None:
    """Return the verdict the values carry, or None. href: where the matter's own row can be read."""
    if values.get("verdict") is None:
        return None
    look = list_look(values.get("list_kind"))
    key = next((key for key, known in LISTS.items() if known is look), None)
    clause = _text(values.get("matter_clause"))
    matched = _("对应%(clause)s。", clause=clause) if clause else ""
    if key == "duty":
        return Verdict("green", "check-circle-fill", _("履职清单：可以准入"), matched, href)
    if key == "empowerment":
        return Verdict("amber", "gift-fill", _("赋能清单：可以准入，须附支持"), matched + _support_words(values), href)
    if key == "negative":
        refused = _("这件事由部门自己办。")
        return Verdict("red", "slash-circle-fill", _("负面清单：不能派给村"), matched + refused, href)
    if key == "outside":
        name = _text(values.get("off_list_name"))
        if name and values.get("admitted_name") == name:
            said = _("社会工作部已审定“%(name)s”。", name=name)
            return Verdict("green", "check-circle-fill", _("清单外：已准入"), said)
        return Verdict("violet", "question-circle-fill", _("清单外：先报社会工作部审定"), _("审定前村里不会收到。"))
    return None


def _support_words(values: Mapping[str, Any]) -> str:
    support = values.get("support")
    if not isinstance(support, list) or not support:
        return _("还没有写支持。")
    return _("已写支持 %(n)s 样。", n=len(support))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
