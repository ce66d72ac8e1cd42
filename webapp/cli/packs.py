"""pack: keep a folder, for instance in git, and the packs on the server alike, without losing anybody's work."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from webapp.cli.answer import answer

if TYPE_CHECKING:
    from engine.packs import Line, Piece
    from engine.store.base import Session

_WORDS = {
    "new-here": "new here", "new-there": "new on the server", "changed-here": "changed here",
    "changed-there": "changed on the server", "gone-here": "deleted here", "gone-there": "gone from the server",
    "conflict": "CONFLICT: changed on both sides", "same": "same",
}  # fmt: skip
_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
_PACK = click.option("--pack", help="Name of the pack; default: what the folder says, else its name.")
_DB = click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL.")


@dataclass(frozen=True)
class _Sides:
    pack: str
    lines: list[Line]
    synced: dict[str, str]

    def of(self, *states: str) -> list[Line]:
        return [line for line in self.lines if line.state in states]


@click.group()
def pack() -> None:
    """Compare a folder with a pack on the server, and carry changes over either way."""


@pack.command()
@_FOLDER
@_PACK
@_JSON
@_DB
def status(folder: Path, pack: str | None, as_json: bool, db: str | None) -> None:
    """Tell what differs between FOLDER and the server; exit status 1 when something does."""
    from webapp.cli.database import opened_session

    with opened_session(db) as session:
        sides = _sides(session, folder, pack)
    _end(sides, as_json=as_json, ok=all(line.state == "same" for line in sides.lines))


@pack.command()
@_FOLDER
@_PACK
@_DB
def diff(folder: Path, pack: str | None, db: str | None) -> None:
    """Print what differs, line by line: the server's text first."""
    from webapp.cli.database import opened_session

    with opened_session(db) as session:
        sides = _sides(session, folder, pack)
    for line in sides.lines:
        if line.state != "same":
            before, after = (_text(side) for side in (line.there, line.here))
            told = difflib.unified_diff(before, after, f"server/{line.path}", f"folder/{line.path}", lineterm="")
            click.echo("\n".join(told))
    sys.exit(1 if any(line.state != "same" for line in sides.lines) else 0)


@pack.command()
@_FOLDER
@_PACK
@click.option("--theirs", is_flag=True, help="Where both sides changed, take the server's; what is here is lost.")
@_JSON
@_DB
def pull(folder: Path, pack: str | None, theirs: bool, as_json: bool, db: str | None) -> None:
    """Write what is new or changed on the server into FOLDER; with a conflict nothing is written."""
    from engine.packs import STATE_FILE, state_text, synced_after
    from webapp.cli.database import opened_session

    with opened_session(db) as session:
        sides = _sides(session, folder, pack)
    conflicts = sides.of("conflict")
    if conflicts and not theirs:
        _end(sides, as_json=as_json, ok=False)
    wanted = [*sides.of("new-there", "changed-there"), *(line for line in conflicts if line.there)]
    taken = [_at(line.there, line.path) for line in wanted if line.there is not None]
    for piece in taken:
        file = _inside(folder, piece.path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(piece.content)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STATE_FILE).write_bytes(state_text(sides.pack, synced_after(sides.lines, sides.synced, taken)))
    _end(sides, as_json=as_json, ok=True, taken=taken)


@pack.command()
@_FOLDER
@_PACK
@click.option("--note", default="", help="What changed, for who reads the versions later.")
@click.option("--ours", is_flag=True, help="Where both sides changed, publish what is here as a new version.")
@_JSON
@_DB
def push(folder: Path, pack: str | None, note: str, ours: bool, as_json: bool, db: str | None) -> None:
    """Check and publish what is new or changed in FOLDER, all or nothing; with a conflict nothing is published."""
    from engine.assignment import system_actor
    from engine.errors import InvalidDefinition
    from engine.packs import STATE_FILE, publish_all, published, state_text, synced_after
    from engine.store.base import writing
    from engine.store.units import root as root_of
    from webapp.checks import form_checks
    from webapp.cli.database import opened_session

    if os.environ.get("QINGCHE_PUBLISH_BY_TWO", "").strip().lower() in ("1", "true", "yes", "on"):
        raise click.ClickException("here two people publish: pack the folder as a zip and import it in the studio")
    with opened_session(db) as session:
        sides = _sides(session, folder, pack)
        conflicts = sides.of("conflict")
        if conflicts and not ours:
            _end(sides, as_json=as_json, ok=False)
        chosen = [*sides.of("new-here", "changed-here"), *(line for line in conflicts if line.here)]
        taken = [line.here for line in chosen if line.here is not None]
        found = root_of(session)
        actor = system_actor(found[2] if found else "", via="cli")
        session.rollback()
        given = [(piece.kind, piece.key, piece.content) for piece in taken]
        try:
            with writing(session):
                now = {piece.name: piece.sha256 for piece in published(session, sides.pack)}
                if any(now.get(f"{one.kind}:{one.key}") != (one.there and one.there.sha256) for one in chosen):
                    raise click.ClickException("somebody else has just published; look at the status again")
                publish_all(session, sides.pack, given, actor=actor, note=note, checks=form_checks())
        except InvalidDefinition as why:
            _refuse(why)
    (folder / STATE_FILE).write_bytes(state_text(sides.pack, synced_after(sides.lines, sides.synced, taken)))
    _end(sides, as_json=as_json, ok=True, taken=taken)


def _sides(session: Session, folder: Path, pack: str | None) -> _Sides:
    from engine import packs
    from engine.errors import InvalidDefinition

    try:
        name, here, synced = packs.read_folder(folder)
    except InvalidDefinition as why:
        _refuse(why)
    chosen = pack or name
    return _Sides(chosen, packs.compare(here, packs.published(session, chosen), synced), synced)


def _at(piece: Piece, path: str) -> Piece:
    """A file that is there already is written where it is, whatever it would be called anew."""
    from dataclasses import replace

    return replace(piece, path=path)


def _inside(folder: Path, path: str) -> Path:
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise click.ClickException(f"{path}: not below the folder")
    return file


def _text(piece: Piece | None) -> list[str]:
    return [] if piece is None else piece.content.decode("utf-8", "replace").splitlines()


def _end(sides: _Sides, *, as_json: bool, ok: bool, taken: Iterable[Piece] = ()) -> NoReturn:
    done = [piece.path for piece in taken]
    if as_json:
        told: list[dict[str, Any]] = [
            {"path": line.path, "kind": line.kind, "key": line.key, "state": line.state} for line in sides.lines
        ]
        answer({"ok": ok, "pack": sides.pack, "files": told, "taken": done}, ok=ok)
    for line in sides.lines:
        if line.state != "same":
            click.echo(f"{'done' if line.path in done else _WORDS[line.state]}  {line.path}")
    click.echo(f"{sides.pack}: {len(sides.of('same'))} same, {len(done)} taken over", err=True)
    sys.exit(0 if ok else 1)


def _refuse(why: Any) -> NoReturn:
    for one in why.fields["errors"]:
        click.echo(f"{why.fields['name']}  line {one['line']}  {one['code']}: {one['message']}", err=True)
    sys.exit(1)


COMMANDS: list[click.Command] = [pack]
