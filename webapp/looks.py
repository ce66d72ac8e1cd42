"""How a case is shown wherever cases are listed: its title, its state, its list, its deadline.

Nothing here asks the database; definitions name phases and facts, and these are the few that every page knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from flask_babel import gettext as _

from engine.model import Suspension
from webapp.wording import Deadline, deadline, state_look

# The facts a definition may state and every list shows.
LIST_FACT = "list_kind"
PAUSED_FACT = "paused"
NUMBER_FACT = "ticket_number"
_LONGEST_ITEM = 30


class Listed(Protocol):
    """What `Case` and `CaseItem` have in common."""

    @property
    def number(self) -> str | None: ...
    @property
    def title(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def phase(self) -> str | None: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def suspension(self) -> Suspension | None: ...


def title_of(case: Listed) -> str:
    """Return the case's title, or words for one that has none yet."""
    return case.title or _("还没有写标题")


def number_of(case: Listed) -> str | None:
    """Return the number people know it by: its own, or that of the case it was sent on from."""
    sent_on = case.facts.get(NUMBER_FACT)
    return case.number or (sent_on if isinstance(sent_on, str) else None)


def state_name(case: Listed) -> str:
    """Return the name of the state chip: the phase, unless the platform itself ended or stopped the case."""
    if case.state == "cancelled":
        return "已作废"
    if case.state == "failed":
        return "平台故障"
    if case.state == "completed":
        return case.phase or case.outcome or "已办结"
    return "已暂停" if case.suspension else case.phase or "办理中"


def was_refused(case: Listed) -> bool:
    """Say whether the case ended without being done: red is the tone of what was not let in."""
    return case.state == "completed" and state_look(state_name(case)).tone == "red"


def list_key(case: Listed) -> str | None:
    """Return the list the case's matter is on, as the definition states it, or None."""
    found = case.facts.get(LIST_FACT)
    return found if isinstance(found, str) and found else None


def case_deadline(case: Listed) -> Deadline | None:
    """Say how far the case's own deadline is; a case that was done was in time or was not, others have none."""
    if case.state in ("cancelled", "failed") or was_refused(case):
        return None
    return deadline(case.due_at, paused=bool(case.facts.get(PAUSED_FACT)), done_at=case.ended_at)


def post_of(name: str, unit_name: str) -> str:
    """Name a post with its unit, once: accounts are often named with it."""
    return name if not unit_name or name.startswith(unit_name) else f"{unit_name} {name}"


def item_of(own: Mapping[str, Any]) -> str:
    """Say which item an instance of a multi-instance step is about: its longest text, if it is words at all."""
    texts = [
        text
        for item in own.values()
        if isinstance(item, Mapping)
        for text in item.values()
        if isinstance(text, str) and any(char >= "\u2e80" for char in text)
    ]
    longest = max(texts, key=len, default="")
    return longest if len(longest) <= _LONGEST_ITEM else longest[: _LONGEST_ITEM - 1] + "…"
