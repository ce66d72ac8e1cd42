"""keys: the keys that sign heads and case files."""

from __future__ import annotations

import os
from dataclasses import asdict

import click

from webapp.cli.answer import answer
from webapp.config import DEFAULTS

_DB = click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@click.group()
def keys() -> None:
    """The keys that sign heads and case files; they are in QINGCHE_VAR."""


@keys.command("list")
@_JSON
@_DB
def show(as_json: bool, db: str | None) -> None:
    """List the public keys with their fingerprints, the one in use, and the rotations."""
    from engine.history.heads import fingerprint
    from engine.history.keyring import rotations
    from webapp.cli.database import opened_session
    from webapp.sealing import keys_in

    own = keys_in(_var())
    with opened_session(db) as session:
        turns = rotations(session)
    known = [{"key": key, "fingerprint": fingerprint(key), "in_use": own.holds(key)} for key in sorted(own.known())]
    if as_json:
        answer({"keys": known, "rotations": [{**asdict(turn), "signed": turn.is_signed()} for turn in turns]})
    for one in known:
        click.echo(f"{one['fingerprint']}  {one['key']}{'  in use' if one['in_use'] else ''}")
    for turn in turns:
        said = "signed by both" if turn.is_signed() else "NOT SIGNED BY BOTH"
        click.echo(f"{turn.at}  {fingerprint(turn.old)} -> {fingerprint(turn.new)}  {said}")


@keys.command("rotate")
@click.option("--reason", required=True, help="Why; stands in the event.")
@_JSON
@_DB
def rotate(reason: str, as_json: bool, db: str | None) -> None:
    """Put a new key in use: an event signed by the old one and the new one; the old private key is destroyed."""
    from engine.assignment import system_actor
    from engine.history.heads import fingerprint
    from engine.history.keyring import rotate as turn_to_new
    from engine.store.units import root
    from webapp.cli.database import opened_session
    from webapp.sealing import keys_in

    with opened_session(db) as session:
        found = root(session)
        actor = system_actor(found[2] if found else "", via="cli")
        session.rollback()
        turn = turn_to_new(session, keys_in(_var()), actor=actor, reason=reason)
    if as_json:
        answer(asdict(turn))
    click.echo(f"{fingerprint(turn.old)} -> {fingerprint(turn.new)}: publish the new fingerprint outside the platform")


def _var() -> str:
    return os.environ.get("QINGCHE_VAR") or str(DEFAULTS["VAR"])


COMMANDS: list[click.Command] = [keys]
