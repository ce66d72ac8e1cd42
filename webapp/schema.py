"""The database schema: brought up to date by migrations, compared with what the code declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData

from engine.history.choice import choose
from engine.store.base import Session, guard_events


def whole_metadata() -> MetaData:
    """Return the metadata of every table, the engine's and the webapp's."""
    from engine.store.tables import metadata
    from webapp.accounts import tables  # noqa: F401 - declares the account tables on the same metadata

    return metadata


def upgrade(engine: Engine, wished_hash: str = "") -> None:
    """Bring the database to the newest revision and fix the hash of its history; nothing happens when both is done.

    Raises UnknownHash, and OtherHash where the database's is not the one wished; the revision is the newest then, too.
    """
    with engine.connect() as connection:
        config = _config(connection)
        command.upgrade(config, "head")
        connection.commit()
    guard_events(engine)
    with Session(engine) as session:
        choose(session, wished_hash)


def revise(engine: Engine, message: str, revision: str) -> None:
    """Write the migration that leads from the database to the declared tables (developers only)."""
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=revision)


def differences(engine: Engine) -> list[Any]:
    """Return what a database made by migrations lacks against the declared tables; empty when equal."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, whole_metadata()))


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
