"""What a person may do at a moment, in one statement: also for a person another part of the statement finds.

Every request asks this first, so the text goes straight to the driver.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from engine.store import driver
from engine.store.base import Session
from engine.store.driver import Statement


class Right(NamedTuple):
    """One right: of an own post, or of the post of somebody deputised for; null grant: a post without grants."""

    grant_id: str | None
    role: str | None
    grant_unit_id: str | None
    post_name: str
    unit_id: str
    unit_name: str
    unit_path: str
    root_unit_id: str
    on_behalf_of: str | None
    definition: str | None
    since: str


_COLUMNS = (
    "g.id, g.role, g.unit_id, p.name, p.unit_id, u.name, u.path, u.root_unit_id, {behalf}, {definition}, h.valid_from"
)
_VALID = "{0}.valid_from <= :at AND ({0}.valid_to IS NULL OR {0}.valid_to > :at)"
_POST = (
    "{outer}JOIN posts p ON p.id = h.post_id {outer}JOIN units u ON u.id = p.unit_id "
    "LEFT JOIN post_grants pg ON pg.post_id = p.id LEFT JOIN grants g ON g.id = pg.grant_id"
)


def listing_rights(person: str, where: str, columns: str = "") -> Statement:
    """Return the statement that lists the rights of the person `a.user_id` that `person` (a FROM clause) finds.

    columns: what else each row begins with. Someone without rights is one row whose rights are null. Parameter :at.
    """
    own = (
        f"SELECT {columns}{_COLUMNS.format(behalf='NULL', definition='NULL')} FROM {person} "  # noqa: S608 - our own text
        f"LEFT JOIN holdings h ON h.user_id = a.user_id AND {_VALID.format('h')} {_POST.format(outer='LEFT ')} {where}"
    )
    deputised = (
        f"SELECT {columns}{_COLUMNS.format(behalf='d.user_id', definition='d.definition')} FROM {person} "  # noqa: S608
        f"JOIN deputies d ON d.deputy_user_id = a.user_id AND {_VALID.format('d')} "
        f"JOIN holdings h ON h.user_id = d.user_id AND {_VALID.format('h')} {_POST.format(outer='')} {where}"
    )
    return Statement(f"{own} UNION ALL {deputised}")


def sorted_rights(rows: Iterable[Any]) -> list[Right]:
    """Return the rights in rows: own posts first, in order of taking them up, then deputised ones."""
    found = [right for right in map(Right._make, rows) if right.unit_id is not None]
    found.sort(key=lambda r: (r.on_behalf_of is not None, r.on_behalf_of or "", r.since, r.post_name, r.role or ""))
    return found


_OF_USER = listing_rights("(SELECT CAST(:user_id AS VARCHAR(36)) AS user_id) a", "")


def held_rights(session: Session, user_id: str, at: str) -> list[Right]:
    """Return what a person may do at a moment."""
    return sorted_rights(driver.rows(session, _OF_USER, {"user_id": user_id, "at": at}))
