"""token: make, list and end the tokens of other systems."""

from __future__ import annotations

from datetime import timedelta

import click
from sqlalchemy.orm import Session

from engine import record_access, units
from engine.assignment import system_actor
from engine.clock import SystemClock
from engine.errors import NotFound
from engine.store.base import writing
from webapp.accounts import tokens
from webapp.cli.database import opened_session

_DB = click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL, else SQLite in var/.")


@click.group()
def token() -> None:
    """Tokens by which other systems use /api/v1."""


@token.command("add")
@click.option("--purpose", required=True, help="Which system it is for; stands in events as who acted.")
@click.option("--unit", required=True, help="Code of the unit whose cases, and those below it, it may work on.")
@click.option("--topic", "topics", multiple=True, required=True, help="A topic it may fetch, * for all; repeatable.")
@click.option("--days", default=365, show_default=True, help="How long it is valid.")
@_DB
def add(purpose: str, unit: str, topics: tuple[str, ...], days: int, db: str | None) -> None:
    """Make a token and print it; it is not shown again."""
    at = SystemClock().now()
    with opened_session(db) as session, writing(session):
        try:
            place = units.unit(session, unit)
        except NotFound as why:
            raise click.ClickException(f"{unit}: there is no such unit") from why
        token_id, text = tokens.add_token(
            session,
            purpose=purpose[:200],
            unit_id=place.id,
            topics=None if "*" in topics else list(topics),
            created_by="cli",
            at=at,
            expires_at=at + timedelta(days=days),
        )
        _record(session, "token-added", place.root_unit_id, token=token_id, purpose=purpose[:200], unit=place.code)
    click.echo(text)


@token.command("list")
@_DB
def show(db: str | None) -> None:
    """List the tokens: id, purpose, topics, until when; never the token itself."""
    with opened_session(db) as session:
        for one in tokens.list_tokens(session):
            topics = "*" if one.topics is None else ",".join(sorted(one.topics))
            ended = f"revoked {one.revoked_at}" if one.revoked_at else f"until {one.expires_at}"
            click.echo(f"{one.id}  {one.purpose}  {topics}  {ended}")


@token.command("revoke")
@click.argument("token_id")
@_DB
def revoke(token_id: str, db: str | None) -> None:
    """End a token now."""
    with opened_session(db) as session, writing(session):
        if not tokens.revoke_token(session, token_id, SystemClock().now()):
            raise click.ClickException(f"{token_id}: there is no such token, or it has ended")
        _record(session, "token-revoked", "", token=token_id)


def _record(session: Session, kind: str, root_unit_id: str, **fields: str) -> None:
    record_access(session, kind, system_actor(root_unit_id, via="cli"), fields)


COMMANDS = [token]
