"""Where the bytes of attachments are: a folder below VAR, shared by all web processes of a deployment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy.orm import Session

from engine.attachments import FolderStore, sweep


def folder() -> FolderStore:
    """Return the store of this deployment."""
    return FolderStore(Path(current_app.config["VAR"]) / "files")


def keep(stream: BinaryIO, name: str) -> dict[str, Any]:
    """Put the bytes of an upload on disk; returns {"sha256", "name", "size"}. Type and size limits are the form's."""
    stored = folder().put(stream, max_bytes=current_app.config["MAX_CONTENT_LENGTH"])
    return {"sha256": stored.sha256, "name": name, "size": stored.size_bytes}


def sweeper() -> Callable[[Session, datetime], None]:
    """Return the chore that deletes uploads no case and no draft has named for a day."""
    store = folder()

    def sweep_uploads(session: Session, at: datetime) -> None:
        sweep(session, store, before=at - timedelta(days=1))

    return sweep_uploads
