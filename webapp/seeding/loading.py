"""Load a pack's starter data into an empty database, once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine import commands, library, packs
from engine.clock import FixedClock
from engine.errors import Refused
from engine.model import Actor
from engine.store import events
from engine.store.base import Session, sessionmaker, writing
from webapp.accounts.passwords import hash_password
from webapp.checks import form_checks
from webapp.config import DEFAULTS
from webapp.seeding import casting, registers
from webapp.seeding.organisation import City, settle
from webapp.seeding.playing import Play, revisions
from webapp.seeding.source import Source

DEMO_PASSWORD = "qingche-demo"  # noqa: S105 - of sample accounts on a local machine, printed by `make demo`
Say = Callable[[str], None]


def load(
    factory: sessionmaker[Session],
    pack: str,
    *,
    scale: str = "small",
    password: str | None = None,
    say: Say = lambda line: None,
    until: datetime | None = None,
) -> str:
    """Publish the pack and play its seeds up to `until` (default now); returns a summary.

    password: of every seeded account; without one a random one is made, told through `say`, and must be changed at
    the first sign-in. Raises Refused when the database has this pack, or holds anything written by the system's clock.
    """
    source = Source.of(pack)
    end = until or datetime.now(UTC)
    clock = FixedClock(end - timedelta(days=int(source.settings["months"] * 30.4) + 7))
    staged = sessionmaker(**{**factory.kw, "info": {"clock": clock}}, class_=factory.class_)
    chosen = password or secrets.token_urlsafe(12)
    with staged() as session, writing(session):
        if any(found.pack == pack for found in library.listed(session)):
            raise Refused(what="seeds", id=pack)
        commands.use_clock(session, clock)
        also = [Source.folders(name) for name in source.settings.get("also", [])]
        published = sum(len(_publish(session, one)) for one in (source, *also))
        city = settle(
            session, source, scale=scale, at=clock.now(), must_change=password is None,
            password_hash=hash_password(chosen, cost=DEFAULTS["ARGON2"]),
        )  # fmt: skip
        rows = registers.fill(session, source, city, scale=scale)
    if password is None:
        say(f"password of all sample accounts: {chosen}")
    lines = sum(rows.values())
    say(
        f"{published} 份流程和表单，{len(city.units)} 个单位，{lines} 行台账 / "
        f"{published} definitions, {len(city.units)} units, {lines} register rows"
    )
    play = Play(staged, source, city, clock)
    _revise_later(play, source, city, scale=scale, end=end)
    for case in casting.cast(source, city, scale=scale, until=end):
        play.add(case)
    play.run(end)
    return f"{play.counts['cases']} cases, {play.counts['tasks']} tasks done, {len(city.units)} units"


def set_up(session: Session, pack: str, *, lender: str, password_hash: str, at: datetime) -> City:
    """Publish a pack and make the small sample organisation and registers, without any case.

    lender: whose starter data is taken for a pack that brings none. Raises NotFound, InvalidDefinition.
    """
    own = Source.folders(pack)
    source = own if (own.seeds / "seed.toml").is_file() else Source.of(lender)
    _publish(session, own)
    city = settle(session, source, scale="small", at=at, must_change=False, password_hash=password_hash)
    if source is own:
        registers.fill(session, source, city, scale="small")
    return city


def is_empty(factory: sessionmaker[Session]) -> bool:
    """Say whether nothing ever happened in a database that has its tables."""
    with factory() as session:
        return not library.listed(session) and not events.has_system_events(session)


def demo_accounts(pack: str) -> list[tuple[str, str, str]]:
    """Return (login, unit and post, what the account can show) of the accounts a demonstration needs."""
    declared = Source.of(pack).organisation
    fixed = {unit["code"]: unit for unit in declared["fixed"]}
    found = []
    for entry in declared["demo"]:
        code = entry["unit"]
        if code in fixed:
            post = next(post for post in fixed[code]["posts"] if post["account"] == entry["login"])
            found.append((entry["login"], f"{fixed[code]['short']} {post['name']}", entry["what"]))
            continue
        unit, level, section = _named(declared, code, Source.of(pack))
        post = declared["posts"][level][0]
        found.append((entry["login"], f"{unit} {post['name'].format(section=section)}", entry["what"]))
    return found


def _publish(session: Session, source: Source) -> list[object]:
    actor = Actor("system", "系统", "", "", "", via="seed")
    return list(
        packs.import_pack(session, source.bpmn, source.forms, actor=actor, note="首次发布", checks=form_checks())
    )


def _revise_later(play: Play, source: Source, city: City, *, scale: str, end: datetime) -> None:
    for declared, revision in revisions(source.settings):
        at = end - timedelta(days=30.4 * revision["months_ago"])

        def put(declared: Mapping[str, Any] = declared, revision: Mapping[str, Any] = revision) -> None:
            with play.factory() as session, writing(session):
                registers.revise(session, source, city, declared, revision, scale=scale)

        play.at(at, put)


def _named(declared: Mapping[str, Any], code: str, source: Source) -> tuple[str, str, str]:
    """Return (name, level, section) of a unit that is not among the fixed ones."""
    if code.startswith("dept"):
        _, short, section = declared["departments"][int(code[4:]) - 1]
        return short, "department", section
    if "-" in code:
        row = next(row for row in source.rows("villages.csv") if row["code"] == code)
        return f"{row['township']} {row['name']}", "village", ""
    return str(declared["townships"][int(code[4:]) - 1]), "township", ""
