"""Posts, who holds them, and who deputises: changed by events in the stream `organisation`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import duties
from engine.canonical import canonical, from_iso, iso
from engine.clock import now
from engine.errors import Invalid, NotFound
from engine.history.chain import append_event
from engine.ids import grant_id, new_id
from engine.model import Actor
from engine.store import holdings as held
from engine.store import jobs
from engine.store import units as store
from engine.store.base import Session
from engine.store.organisation import DeputyRow, GrantRow, HoldingRow, PostRow, UnitRow

STREAM = "organisation"
REVIEW = "review-holder"


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a unit and the (role, unit id) pairs it gives."""

    id: str
    unit_id: str
    name: str
    grants: tuple[tuple[str, str], ...]


def posts(session: Session, unit_id: str) -> list[Post]:
    """Return the posts of a unit by name."""
    return [
        Post(seen.row.id, seen.row.unit_id, seen.row.name, tuple(seen.grants))
        for seen in held.posts_of(session, unit_id)
    ]


def names_of(session: Session, post_ids: Iterable[str]) -> dict[str, str]:
    """Return post id -> name; ids of no post are left out. One statement, none for no ids."""
    return held.post_names(session, sorted(set(post_ids)))


@dataclass(frozen=True, slots=True)
class Held:
    """A post and one who holds it; user_id is None for a vacant post."""

    post_id: str
    post_name: str
    unit_id: str
    unit_name: str
    user_id: str | None


def posts_below(session: Session, path: str, *, role: str | None = None, at: datetime | None = None) -> list[Held]:
    """List the posts of the units at and below a path with their holders at a moment, one entry a holder."""
    rows = held.posts_below(session, path, iso(at or now(session)), role)
    return [Held(row.post_id, row.post_name, row.unit_id, row.unit_name, row.user_id) for row in rows]


def put_post(
    session: Session, unit_id_or_code: str, name: str, *, grants: Iterable[str | tuple[str, str]], actor: Actor
) -> Post:
    """Create the post `name` of a unit, or change what it gives; unchanged writes nothing.

    grants: a role (held in the post's own unit) or (role, unit id or code). Raises DutiesApart when the post, or
    one who holds it, would be two administrators.
    """
    at_unit = _unit_row(session, unit_id_or_code)
    pairs = {_pair(session, grant, at_unit) for grant in grants}
    duties.check_apart(role for role, _unit in pairs)
    row = held.post_named(session, at_unit.id, name)
    before = [] if row is None else held.post_grants(session, row.id)
    if row is not None and set(before) == pairs:
        return Post(row.id, at_unit.id, name, tuple(before))
    if row is None:
        row = PostRow(id=new_id(now(session)), root_unit_id=at_unit.root_unit_id, unit_id=at_unit.id, name=name)
        session.add(row)
    after = sorted(pairs)
    ids = {grant_id(role, unit_id): (role, unit_id) for role, unit_id in after}
    missing = ids.keys() - held.existing_grants(session, sorted(ids))
    for missing_id in sorted(missing):
        role, unit_id = ids[missing_id]
        session.add(GrantRow(id=missing_id, root_unit_id=at_unit.root_unit_id, role=role, unit_id=unit_id))
    # Post and grants are referred to by the rows that join them.
    session.flush()
    held.replace_post_grants(session, row.id, sorted(ids))
    for holding in held.holders_of_post(session, row.id, iso(now(session))):
        duties.check_person(session, holding.user_id)
    body = {"post": row.id, "unit": at_unit.id, "name": name, "grants": [list(pair) for pair in after]}
    record(session, "post-put", actor, {**body, "before": [list(pair) for pair in before]})
    return Post(row.id, at_unit.id, name, tuple(after))


def hold_post(
    session: Session,
    user_id: str,
    post_id: str,
    *,
    actor: Actor,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Give a post to a person from `since` (default now) to `until` (default open).

    Holding it already: only the end is changed. Raises NotFound for an unknown post, Invalid for an end
    before the start, DutiesApart for a second administrator's part in one hand.
    """
    post = _post(session, post_id)
    start, end = iso(since or now(session)), iso(until) if until else None
    if end is not None and end <= start:
        raise Invalid(why="任职的结束时间早于开始时间")
    holding = held.open_holding(session, user_id, post_id, start)
    if holding is not None and holding.valid_from <= start:
        if holding.valid_to == end:
            return
        holding.valid_to = end
    else:
        holding = HoldingRow(id=new_id(now(session)), user_id=user_id, post_id=post_id, valid_from=start, valid_to=end)
        session.add(holding)
    body = {"user": user_id, "post": post.id, "unit": post.unit_id, "since": holding.valid_from, "until": end}
    record(session, "post-held", actor, body)
    session.flush()
    duties.check_person(session, user_id)
    if end is not None:
        _give_back(session, user_id, post.root_unit_id, end, holding.id)


def leave_post(session: Session, user_id: str, post_id: str, *, actor: Actor, at: datetime | None = None) -> None:
    """End holding a post at `at` (default now); raises NotFound when it is not held then."""
    moment = iso(at or now(session))
    post = _post(session, post_id)
    holding = held.open_holding(session, user_id, post_id, moment)
    if holding is None:
        raise NotFound(what="holding", id=post_id)
    holding.valid_to = moment
    record(session, "post-left", actor, {"user": user_id, "post": post.id, "unit": post.unit_id, "until": moment})
    session.flush()
    _give_back(session, user_id, post.root_unit_id, moment, holding.id)


def name_deputy(
    session: Session,
    user_id: str,
    deputy_user_id: str,
    *,
    actor: Actor,
    since: datetime,
    until: datetime | None,
    definition: str | None = None,
) -> str:
    """Let a person act for another from–to, for every definition or one; return the arrangement's id.

    Raises Invalid for oneself or an end before the start, DutiesApart between two administrators.
    """
    if deputy_user_id == user_id:
        raise Invalid(why="不能由本人代办自己的事")
    if until is not None and until <= since:
        raise Invalid(why="代办的结束时间早于开始时间")
    row = DeputyRow(
        id=new_id(now(session)),
        user_id=user_id,
        deputy_user_id=deputy_user_id,
        definition=definition,
        valid_from=iso(since),
        valid_to=iso(until) if until else None,
    )
    session.add(row)
    body = {"deputy": row.id, "user": user_id, "by": deputy_user_id, "definition": definition}
    record(session, "deputy-named", actor, {**body, "since": row.valid_from, "until": row.valid_to})
    session.flush()
    duties.check_person(session, deputy_user_id)
    if row.valid_to is not None:
        _give_back(session, deputy_user_id, actor.root_unit_id, row.valid_to, row.id)
    return row.id


def end_deputy(session: Session, deputy_id: str, *, actor: Actor) -> None:
    """End an arrangement now; raises NotFound."""
    row = session.get(DeputyRow, deputy_id)
    if row is None:
        raise NotFound(what="deputy", id=deputy_id)
    row.valid_to = iso(now(session))
    record(session, "deputy-ended", actor, {"deputy": row.id, "user": row.user_id, "by": row.deputy_user_id})
    session.flush()
    _give_back(session, row.deputy_user_id, actor.root_unit_id, row.valid_to, row.id)


@dataclass(frozen=True, slots=True)
class Deputy:
    """An arrangement: who acts for whom, in which definition (None: all), from when to when."""

    id: str
    user_id: str
    deputy_user_id: str
    definition: str | None
    since: datetime
    until: datetime | None


def deputies_of(session: Session, user_id: str) -> list[Deputy]:
    """Return the arrangements of a person that have not ended: whom they named, and who named them."""
    return [
        Deputy(
            row.id, row.user_id, row.deputy_user_id, row.definition, from_iso(row.valid_from),
            from_iso(row.valid_to) if row.valid_to else None,
        )
        for row in held.deputies_of(session, user_id, iso(now(session)))
    ]  # fmt: skip


def colleagues(session: Session, user_id: str) -> list[tuple[str, str, str]]:
    """Return (user id, post, unit) of who holds a post now in a unit where the person holds one, without the person."""
    return [(row.user_id, row.name, row.unit_name) for row in held.colleagues(session, user_id, iso(now(session)))]


def _give_back(session: Session, user_id: str, root_unit_id: str, at: str, key: str) -> None:
    """Let the worker give back, at a moment, the tasks somebody holds by rights that end then."""
    row = jobs.order_row(
        new_id(now(session)), at, REVIEW, f"{key}:{at}", root_unit_id=root_unit_id, case_id=None, task_id=None,
        payload=canonical({"user": user_id}),
    )  # fmt: skip
    jobs.insert_jobs(session, [row])


def _unit_row(session: Session, id_or_code: str) -> UnitRow:
    row = store.find_unit(session, id_or_code)
    if row is None:
        raise NotFound(what="unit", id=id_or_code)
    return row


def _post(session: Session, post_id: str) -> PostRow:
    row = held.find_post(session, post_id)
    if row is None:
        raise NotFound(what="post", id=post_id)
    return row


def _pair(session: Session, grant: str | tuple[str, str], at_unit: UnitRow) -> tuple[str, str]:
    if isinstance(grant, str):
        return grant, at_unit.id
    role, id_or_code = grant
    return role, _unit_row(session, id_or_code).id


def record(session: Session, kind: str, actor: Actor, body: Mapping[str, object]) -> None:
    """Write what was changed about people and posts; accounts, which are kept elsewhere, are recorded here, too."""
    append_event(session, STREAM, kind=kind, actor=actor, body=body)


def roles(session: Session) -> dict[str, list[str]]:
    """Return every role that some grant gives, in order: what a diagram may name; with the posts that hold it.

    A post is told by the last word of its name: offices write their section before it.
    """
    found: dict[str, list[str]] = {}
    for role, post in held.roles(session):
        names = found.setdefault(role, [])
        if post and (name := post.split()[-1]) not in names:
            names.append(name)
    return found
