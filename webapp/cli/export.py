"""export: a case as a file that proves itself, and event logs for process mining."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.canonical import iso
from webapp.cli.answer import answer

if TYPE_CHECKING:
    from datetime import datetime

    from engine.calendar import Calendar
    from engine.history.traces import Trace


@click.group()
def export() -> None:
    """Write a case file or an event log."""


@export.command("case")
@click.argument("case")
@click.option("-o", "--out", type=click.Path(dir_okay=False), required=True, help="The zip file to write.")
@click.option("--children", is_flag=True, help="With the cases it dispatched.")
@click.option("--personal", is_flag=True, help="With values that hold residents' numbers, which else stay behind.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL.")
def case_file(case: str, out: str, children: bool, personal: bool, as_json: bool, db: str | None) -> None:
    """Write CASE (id or number) with an offline verifier; that it was written is an event."""
    from flask import g

    from engine import record_access
    from engine.assignment import AUDITOR, system_actor
    from engine.errors import NotFound
    from engine.history.casefile import PersonalInside
    from engine.history.verify import streams_of
    from engine.store.base import writing
    from engine.store.units import root as root_of
    from webapp.cli.database import opened_app
    from webapp.db import session
    from webapp.exporting import export_case

    with opened_app(db) as app, app.test_request_context():
        try:
            case_id = streams_of(session(), [case])[0].removeprefix("case:")
        except NotFound as why:
            raise click.ClickException(f"{case}: there is no such case") from why
        found = root_of(session())
        root = found[2] if found else ""
        person = replace(system_actor(root, via="cli"), grants=frozenset({(AUDITOR, root)}))
        g.actor = person
        try:
            with Path(out).open("wb") as file:
                written, cases = export_case(session(), person, case_id, file, children=children, personal=personal)
        except PersonalInside as why:
            Path(out).unlink()
            raise click.ClickException(f"{why.message('en')}; --personal writes it") from why
        session().rollback()
        with writing(session()):
            fields = {"case": case_id, "cases": cases, "events": written.events, "head": written.head}
            record_access(session(), "case-exported", person, {**fields, "personal": personal})
    if as_json:
        answer({"ok": True, "file": out, "cases": len(cases), **asdict(written)})
    click.echo(f"{out}: {len(cases)} cases, {written.events} events, head {written.head}; check it: verify.py inside")


_DAY = click.DateTime(["%Y-%m-%d"])


def _log_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL."),
        click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output."),
        click.option("--until", type=_DAY, help="Cases started before this day."),
        click.option("--since", type=_DAY, help="Cases started on this day or later."),
        click.option("--definition", help="Cases of one process; default all."),
        click.option("-o", "--out", type=click.Path(dir_okay=False), required=True, help="The file to write."),
    ):
        command = option(command)
    return command


@export.command("xes")
@click.option("--starts", is_flag=True, help="With an event when an activity begins, too.")
@click.option("--instances", is_flag=True, help="Every instance of a multi-instance as an event of its own.")
@_log_options
def xes(starts: bool, instances: bool, out: str, as_json: bool, **asked: Any) -> None:
    """Write an event log in XES 1.0 for process mining; that it was written is an event."""

    def write(found: Iterator[Trace], calendar: Calendar) -> tuple[int, int]:
        from engine.history.xes import write_xes

        with Path(out).open("wb") as file:
            return write_xes(found, file, calendar=calendar, starts=starts, instances=instances)

    _write_log("xes", out, as_json, write, **asked)


@export.command("ocel")
@_log_options
def ocel(out: str, as_json: bool, **asked: Any) -> None:
    """Write an object-centric event log, OCEL 2.0 as JSON; that it was written is an event."""

    def write(found: Iterator[Trace], _calendar: Calendar) -> tuple[int, int]:
        from engine.history.xes import write_ocel

        with Path(out).open("w", encoding="utf-8") as file:
            return write_ocel(found, file)

    _write_log("ocel", out, as_json, write, **asked)


@export.command("pnml")
@click.argument("definition")
@click.option("--version", type=int, help="Which version; default the newest.")
@click.option("-o", "--out", type=click.Path(dir_okay=False), required=True, help="The file to write.")
@click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def pnml(definition: str, version: int | None, out: str, as_json: bool, db: str | None) -> None:
    """Write a process as a Petri net (PNML) of its activities: what an event log of its cases is replayed on."""
    from engine import library
    from engine.errors import NotFound
    from engine.history.nets import net_of
    from engine.history.pnml import write_pnml
    from engine.pins import program_of
    from webapp.cli.database import opened_session

    with opened_session(db) as session:
        found = library.versions(session, "process", definition)
        chosen = next((each for each in found if version in (None, each.version)), None)
        if chosen is None:
            raise NotFound(what="process", id=definition)
        program = program_of(definition, chosen.sha256, library.body(session, chosen.id))
    net = net_of(program)
    with Path(out).open("wb") as file:
        write_pnml(net, file, name=program.name or definition)
    if as_json:
        counts = {"places": len(net.places), "transitions": len(net.transitions)}
        answer({"ok": True, "file": out, "definition": definition, "version": chosen.version, **counts})
    click.echo(f"{out}: {definition} version {chosen.version}, {len(net.places)} places")


def _write_log(
    form: str,
    out: str,
    as_json: bool,
    write: Callable[[Iterator[Trace], Calendar], tuple[int, int]],
    *,
    definition: str | None,
    since: datetime | None,
    until: datetime | None,
    db: str | None,
) -> None:
    from engine import record_access, registers
    from engine.assignment import system_actor
    from engine.calendar import ZONE
    from engine.history.traces import traces
    from engine.store.base import writing
    from engine.store.units import root as root_of
    from webapp.cli.database import opened_session

    with opened_session(db) as session:
        found = root_of(session)
        root = found[2] if found else ""
        first, last = (day.replace(tzinfo=ZONE) if day else None for day in (since, until))
        cases = traces(session, root, definition=definition, since=first, until=last)
        count, events = write(cases, registers.working_days(session))
        session.rollback()
        with writing(session):
            span = {"since": first and iso(first), "until": last and iso(last)}
            fields = {"what": form, "definition": definition, **span, "rows": events}
            record_access(session, "export", system_actor(root, via="cli"), fields)
    if as_json:
        answer({"ok": True, "file": out, "traces": count, "events": events})
    click.echo(f"{out}: {count} traces, {events} events")


COMMANDS: list[click.Command] = [export]
