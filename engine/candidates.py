"""Turn the candidates an expression named into grants and users, creating grants on demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.canonical import canonical
from engine.ids import grant_id
from engine.pins import Cache
from engine.spiff.face import Opened
from engine.store import hot
from engine.store.base import Session

Named = Mapping[str, str | None]


@dataclass(slots=True)
class Resolved:
    """Who may take one task.

    ids: grant ids and user ids in the order they were named, each once. told: the same for the event body.
    why_nobody: null, or why nobody can take it now (no candidate, unit unknown, nobody holds the grant).
    """

    ids: list[str] = field(default_factory=list)
    told: list[dict[str, str]] = field(default_factory=list)
    why_nobody: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """The candidates of every task that waits for a person, by task id, and the readers of the case."""

    of_task: dict[str, Resolved]
    readers: list[dict[str, str | None]] | None


def resolve(
    session: Session,
    opened: Iterable[Opened],
    readers: list[dict[str, str | None]] | None,
    at: str,
    organisation: str | None = "",
) -> Resolution:
    """Resolve units (by id or code) and grants in one statement; inserts the grants that do not exist yet.

    organisation: the hash of its last change, as of this transaction; what was asked under the same hash is known. ""
    always asks. Only tasks of kind user, manual and external have candidates. A task nobody can take is resolved all
    the same: the supervisor sees it.
    """
    tasks = [task for task in opened if task.kind in ("user", "manual", "external")]
    named = [*(name for task in tasks for name in task.candidates), *(readers or ())]
    roles = sorted({name["role"] for name in named if name.get("role")})
    units = sorted({name["unit"] for name in named if name.get("unit")})
    key = canonical([organisation, units, roles]) if organisation else ""
    known = _Known(_asked(session, units, roles or [""], at, key) if units else [])
    of_task = {task.id: _resolved(task.candidates, known) for task in tasks}
    if known.missing:
        hot.insert_grants(session, list(known.missing.values()))
        _answers.drop(key)
    told_readers = (
        None if readers is None else [{"role": r["role"], "unit_id": known.unit_id(r["unit"])} for r in readers]
    )
    return Resolution(of_task, told_readers)


@dataclass(frozen=True, slots=True)
class _Answer:
    rows: list[hot.ResolvedUnit]
    since: str
    until: str | None


# By the organisation's last change: a hash over all of its past, so that it names one state of one database.
_answers: Cache[_Answer] = Cache(4096)


def _asked(session: Session, units: list[str], roles: list[str], at: str, key: str) -> list[hot.ResolvedUnit]:
    def ask() -> _Answer:
        rows = hot.resolve(session, units=units, roles=roles, at=at)
        return _Answer(rows, at, min((row.until for row in rows if row.until is not None), default=None))

    if not key:
        return ask().rows
    answer = _answers.get(key, ask)
    if at < answer.since or (answer.until is not None and at >= answer.until):
        _answers.drop(key)
        answer = _answers.get(key, ask)
    return answer.rows


class _Known:
    """Units by id and code, their grants, and the grants that have to be made."""

    def __init__(self, rows: list[hot.ResolvedUnit]) -> None:
        self._units = {name: row for row in rows for name in (row.code, row.unit_id)}
        self._grants = {(row.role, row.unit_id): row for row in rows if row.grant_id is not None}
        self.missing: dict[str, dict[str, str]] = {}

    def unit_id(self, name: str | None) -> str | None:
        row = self._units.get(name or "")
        return None if row is None else row.unit_id

    def grant(self, role: str, unit_id: str) -> tuple[str, bool]:
        """Return (grant id, whether anybody holds it)."""
        row = self._grants.get((role, unit_id))
        if row is not None and row.grant_id is not None:
            return row.grant_id, row.held
        made = grant_id(role, unit_id)
        root = self._units[unit_id].root_unit_id
        self.missing[made] = {"id": made, "root_unit_id": root, "role": role, "unit_id": unit_id}
        return made, False


def _resolved(candidates: list[dict[str, str | None]], known: _Known) -> Resolved:
    resolved = Resolved()
    somebody = False
    unknown: list[str] = []
    for candidate in candidates:
        user, role, unit = candidate.get("user"), candidate.get("role"), candidate.get("unit")
        if user:
            somebody = True
            _add(resolved, user, {"user": user})
            continue
        unit_id = known.unit_id(unit)
        if not role or unit_id is None:
            unknown.append(f"{role}@{unit}")
            continue
        grant, held = known.grant(role, unit_id)
        somebody = somebody or held
        _add(resolved, grant, {"grant": grant, "role": role, "unit": unit_id})
    if not somebody:
        resolved.why_nobody = f"unknown unit: {', '.join(unknown)}" if unknown else "nobody holds it"
    if not candidates:
        resolved.why_nobody = "no candidate"
    return resolved


def _add(resolved: Resolved, candidate_id: str, told: dict[str, Any]) -> None:
    if candidate_id not in resolved.ids:
        resolved.ids.append(candidate_id)
        resolved.told.append(told)
