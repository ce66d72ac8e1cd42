"""export: a case as a file that proves itself."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import click

from webapp.cli.answer import answer, refuse


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
    from engine.history.verify import streams_of
    from engine.store.base import writing
    from engine.store.units import root as root_of
    from webapp import create_app
    from webapp.db import session
    from webapp.exporting import export_case

    app = create_app({"DATABASE_URL": db} if db else None)
    with app.test_request_context():
        try:
            case_id = streams_of(session(), [case])[0].removeprefix("case:")
        except NotFound as why:
            raise click.ClickException(f"{case}: there is no such case") from why
        found = root_of(session())
        root = found[2] if found else ""
        person = replace(system_actor(root, via="cli"), grants=frozenset({(AUDITOR, root)}))
        g.actor = person
        with Path(out).open("wb") as file:
            written, cases = export_case(session(), person, case_id, file, children=children, personal=personal)
        session().rollback()
        with writing(session()):
            fields = {"case": case_id, "cases": cases, "events": written.events, "head": written.head}
            record_access(session(), "case-exported", person, {**fields, "personal": personal})
    if as_json:
        answer({"ok": True, "file": out, "cases": len(cases), **asdict(written)})
    click.echo(f"{out}: {len(cases)} cases, {written.events} events, head {written.head}; check it: verify.py inside")


@export.command("xes", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def xes() -> None:
    """Write the event log (not built yet)."""
    refuse("not built yet")


COMMANDS: list[click.Command] = [export]
