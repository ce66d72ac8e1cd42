"""Where the keys of seals and the published heads of a deployment are, and the chore that seals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from engine.history.heads import Keys, publish
from engine.history.seals import heads, seal

EVERY = timedelta(minutes=4)
"""Heads are promised every five minutes; a sweep may come some seconds late."""


def keys_in(var: str) -> Keys:
    """Return the keys kept in this VAR folder."""
    return Keys(Path(var) / "seal-keys")


def sealer(app: Flask) -> Callable[[Session, datetime], None]:
    """Return the chore that seals what is not sealed yet and publishes the heads."""
    keys = keys_in(app.config["VAR"])
    folder = Path(app.config["HEADS_FOLDER"] or app.config["VAR"])

    def seal_and_publish(session: Session, _at: datetime) -> None:
        if seal(session, keys):
            # All of them: what a crash kept from the file is made up for.
            publish(folder, heads(session))

    return seal_and_publish
