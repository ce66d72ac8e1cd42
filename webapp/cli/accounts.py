"""reset-password: the way back in for an administrator whose duty nobody else holds."""

from __future__ import annotations

import click

from engine.assignment import system_actor
from engine.store.base import writing
from webapp.accounts import passwords, roster
from webapp.accounts.sign_in import find_account
from webapp.cli.database import opened_session


@click.command("reset-password")
@click.argument("login")
@click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL, else SQLite in var/.")
def reset_password(login: str, db: str | None) -> None:
    """Give an account a new first password and print it; recorded, and to be changed at the first sign-in."""
    from webapp.config import DEFAULTS

    given = roster.initial_password()
    made = passwords.hash_password(given, cost=DEFAULTS["ARGON2"])
    with opened_session(db) as session, writing(session):
        found = find_account(session, login)
        if found is None:
            raise click.ClickException(f"{login}: there is no such account, or it is disabled")
        roster.reset_password(session, found.id, made, actor=system_actor("", via="cli"))
    click.echo(given)


COMMANDS = [reset_password]
