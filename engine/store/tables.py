"""Import every table once, so that the metadata is whole before it is created or compared."""

from engine.store import (
    artifacts,
    attachments,
    batches,
    cases,
    chores,
    designs,
    events,
    hashes,
    jobs,
    legal_holds,
    organisation,
    registers,
    seals,
    subscriptions,
    tasks,
    terms,
)
from engine.store.base import Base

metadata = Base.metadata
__all__ = [
    "artifacts",
    "attachments",
    "batches",
    "cases",
    "chores",
    "designs",
    "events",
    "hashes",
    "jobs",
    "legal_holds",
    "metadata",
    "organisation",
    "registers",
    "seals",
    "subscriptions",
    "tasks",
    "terms",
]
