"""Who may read which case, as SQL: the one place where that is decided.

An ordinary case is read by who took part in it (started it, was asked, held or did a task of it), by who leads,
supervises or audits a unit on its path, and by who may read its parent, however far up; never upward or sideways.
A restricted case (`readers` not null) is read by its starter's unit and its readers, however they came to it; its
parent's readers and those above its unit do not count. Auditors of the whole tree read every case; an auditor
below the root may sit with the accused and is named as reader where the definition wants one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CTE, ColumnElement, String, and_, false, func, or_, select, true, union
from sqlalchemy.orm import aliased

from engine.canonical import canonical
from engine.model import Actor
from engine.store.base import Session
from engine.store.cases import CaseRow
from engine.store.conditions import Statement
from engine.store.organisation import UnitRow
from engine.store.tasks import CaseCandidateRow, TaskRow

AUDITOR = "auditor"
SUPERVISORS = frozenset({"lead", "supervisor"})
OVERSEERS = SUPERVISORS | {AUDITOR}


def users_of(actor: Actor) -> list[str]:
    """Return the users the actor acts as everywhere: the person, and who they deputise for in all definitions."""
    for_all = [one.user_id for one in actor.deputed if one.definition is None]
    return list(dict.fromkeys([actor.user_id, *([actor.on_behalf_of] if actor.on_behalf_of else []), *for_all]))


def scoped_candidates(actor: Actor) -> list[tuple[str, list[str]]]:
    """Return (definition, candidates) of those the actor deputises for in cases of one definition only."""
    return [
        (one.definition, [one.user_id, *sorted(one.grant_ids)]) for one in actor.deputed if one.definition is not None
    ]


def candidate_ids(actor: Actor) -> list[str]:
    """Return what tasks may name the actor by: users and grants."""
    return [*users_of(actor), *sorted(actor.grant_ids)]


def open_to(actor: Actor, case: Any = CaseRow) -> ColumnElement[bool]:
    """Say that a case is not restricted, or not against this actor; every list of tasks or cases holds it."""
    return true() if may_read_all(actor) else or_(case.readers.is_(None), _named_reader(actor, case))


def may_read_all(actor: Actor) -> bool:
    """Say whether the actor audits the whole tree, so that no filter is needed."""
    return bool(actor.root_unit_id) and actor.holds(AUDITOR, actor.root_unit_id)


def leads_all(actor: Actor) -> bool:
    """Say whether the actor leads or supervises the whole tree: only restricted cases may be closed to them."""
    return bool(actor.root_unit_id) and any(actor.holds(role, actor.root_unit_id) for role in SUPERVISORS)


def readable(actor: Actor) -> CTE:
    """Return a recursive table of the ids of all cases the actor may read; each route to a case has its index."""
    direct = _direct(actor)
    everything = select(direct.c.id).cte("readable", recursive=True)
    child = aliased(CaseRow)
    below = select(child.id).join(everything, child.parent_case_id == everything.c.id).where(child.readers.is_(None))
    return everything.union(below)


def only_readable(statement: Statement, actor: Actor) -> Statement:
    """Keep the cases (`CaseRow` in the statement) the actor may read."""
    if may_read_all(actor):
        return statement
    if leads_all(actor):
        return statement.where(open_to(actor))
    return statement.where(CaseRow.id.in_(select(readable(actor).c.id)))


def may_read(session: Session, actor: Actor, case_id: str) -> bool:
    """Say whether the actor may read one case; one statement."""
    return session.scalar(select(reads_case(actor, case_id))) is True


def reads_case(actor: Actor, case_id: str) -> ColumnElement[bool]:
    """Return the same as a condition, so that reading the case and the right to it can be one statement.

    Walks up from the case to its root, but no further than the first restricted case.
    """
    return _reads(actor, CaseRow.id == case_id)


def reads_case_of_task(actor: Actor, task_id: str) -> ColumnElement[bool]:
    """Return `reads_case` for the case a task belongs to."""
    of_task = select(TaskRow.case_id).where(TaskRow.id == task_id).scalar_subquery()
    return _reads(actor, CaseRow.id == of_task)


def _reads(actor: Actor, which: ColumnElement[bool]) -> ColumnElement[bool]:
    start = select(CaseRow.id, CaseRow.parent_case_id, CaseRow.readers).where(which)
    chain = start.cte("chain", recursive=True)
    parent = aliased(CaseRow)
    above = select(parent.id, parent.parent_case_id, parent.readers).join(chain, parent.id == chain.c.parent_case_id)
    chain = chain.union_all(above.where(chain.c.readers.is_(None)))
    case = aliased(CaseRow)
    worked = select(TaskRow.id).where(
        TaskRow.case_id == case.id,
        or_(TaskRow.holder_id.in_(users_of(actor)), TaskRow.done_by.in_(users_of(actor))),
    )
    took_part_or_leads = or_(
        case.started_by.in_(users_of(actor)),
        _asked(case, candidate_ids(actor)),
        *(and_(case.definition == definition, _asked(case, ids)) for definition, ids in scoped_candidates(actor)),
        worked.exists(),
        *(_contains(case.unit_path, f"/{unit_id}/") for unit_id in _units(actor, OVERSEERS)),
    )
    allowed = or_(
        and_(case.readers.is_(None), took_part_or_leads),
        and_(case.readers.is_not(None), _named_reader(actor, case)),
        true() if may_read_all(actor) else false(),
    )
    return select(case.id).join(chain, chain.c.id == case.id).where(allowed).exists()


def _asked(case: Any, candidates: list[str]) -> ColumnElement[bool]:
    """Say that one of these candidates was asked to do a task of the case."""
    mine = (CaseCandidateRow.case_id == case.id, CaseCandidateRow.candidate_id.in_(candidates))
    return select(CaseCandidateRow.case_id).where(*mine).exists()


def _asked_in(definition: str, candidates: list[str]) -> Statement:
    own = select(CaseCandidateRow.case_id).join(CaseRow, CaseRow.id == CaseCandidateRow.case_id)
    return own.where(CaseRow.definition == definition, CaseCandidateRow.candidate_id.in_(candidates))


def _direct(actor: Actor) -> CTE:
    users, candidates = users_of(actor), candidate_ids(actor)
    routes = union(
        select(CaseRow.id).where(CaseRow.started_by.in_(users)),
        select(CaseCandidateRow.case_id).where(CaseCandidateRow.candidate_id.in_(candidates)),
        select(TaskRow.case_id).where(TaskRow.holder_id.in_(users)),
        select(TaskRow.case_id).where(TaskRow.done_by.in_(users)),
        _in_units(_units(actor, OVERSEERS)),
        *(_asked_in(definition, ids) for definition, ids in scoped_candidates(actor)),
    ).cte("routes")
    case = aliased(CaseRow)
    reached: Statement = select(case.id).join(routes, routes.c.id == case.id).where(case.readers.is_(None))
    named = select(CaseRow.id).where(CaseRow.readers.is_not(None), _named_reader(actor, CaseRow))
    return union(reached, named).cte("direct")


def _in_units(unit_ids: list[str]) -> Statement:
    """Cases whose unit is one of these or below; the range over the path is served by its index."""
    if not unit_ids:
        return select(CaseRow.id).where(false())
    end = func.substr(UnitRow.path, 1, func.length(UnitRow.path) - 1, type_=String) + "0"
    return (
        select(CaseRow.id)
        .join(UnitRow, and_(CaseRow.unit_path >= UnitRow.path, CaseRow.unit_path < end))
        .where(UnitRow.id.in_(unit_ids))
    )


def _named_reader(actor: Actor, case: Any) -> ColumnElement[bool]:
    units = sorted({unit_id for _, unit_id in actor.grants})
    if not units:
        return false()
    readers = [canonical({"role": role, "unit_id": unit_id}) for role, unit_id in sorted(actor.grants)]
    return or_(case.starter_unit_id.in_(units), *(_contains(case.readers, reader) for reader in readers))


def _contains(column: Any, text: str) -> ColumnElement[bool]:
    """Say that a text contains another exactly: LIKE would take case and wildcards its own way."""
    found: ColumnElement[bool] = func.replace(column, text, "") != column
    return found


def _units(actor: Actor, roles: Iterable[str]) -> list[str]:
    wanted = set(roles)
    return sorted({unit_id for role, unit_id in actor.grants if role in wanted})
