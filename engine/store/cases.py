"""Cases, their live window and their values."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, MaterialisedPath


class CaseRow(Base):
    """One run of a definition; the row that is locked for every step.

    `pins` (JSON): {"process": artifact id, "forms": {file name: artifact id}, "decisions": {...},
    "called": {process id: artifact id}, "registers": {...}}, changed by migration only.
    `facts` (JSON): the figures the definition declares. `path`: "/root id/…/own id/". `unit_path`: the
    unit's materialised path on the day of the last step. `readers` (JSON list of {role, unit_id}) is null
    for ordinary cases; a restricted case is read by its starter's unit, these, and audit only.
    `suspension` (JSON {at, by, why, source}) is null unless the case is suspended; source: "" for the case itself, else
    what it follows ("case:<parent id>", "definition:<key>").
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_definition_started", "definition", "started_at", "id"),
        Index("ix_cases_unit_path", "unit_path"),
        Index("ix_cases_parent", "parent_case_id"),
        Index("ix_cases_started_by", "started_by", "started_at", "id"),
        Index("ix_cases_unit", "unit_id", "started_at", "id"),
        Index("ix_cases_path", "path"),
        Index("ix_cases_number", "number"),
        Index("ix_cases_started", "started_at", "id"),
        Index(
            "ix_cases_restricted",
            "starter_unit_id",
            sqlite_where=text("readers IS NOT NULL"),
            postgresql_where=text("readers IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    root_unit_id: Mapped[str] = mapped_column(String(36))
    number: Mapped[str | None] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(500), default="")
    definition: Mapped[str] = mapped_column(String(200))
    artifact_id: Mapped[str] = mapped_column(ForeignKey("artifacts.id"))
    pins: Mapped[str] = mapped_column(Text)
    parent_case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    parent_task_id: Mapped[str | None] = mapped_column(String(36))
    path: Mapped[str] = mapped_column(MaterialisedPath)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    unit_path: Mapped[str] = mapped_column(MaterialisedPath)
    state: Mapped[str] = mapped_column(String(16))  # running completed cancelled failed
    phase: Mapped[str | None] = mapped_column(String(50))
    outcome: Mapped[str | None] = mapped_column(String(200))
    facts: Mapped[str] = mapped_column(Text, default="{}")
    readers: Mapped[str | None] = mapped_column(Text)
    started_by: Mapped[str] = mapped_column(String(36))
    started_by_name: Mapped[str] = mapped_column(String(200))
    starter_unit_id: Mapped[str] = mapped_column(String(36))
    started_at: Mapped[str] = mapped_column(String(27))
    updated_at: Mapped[str] = mapped_column(String(27))
    ended_at: Mapped[str | None] = mapped_column(String(27))
    due_at: Mapped[str | None] = mapped_column(String(27))
    suspension: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    head_seq: Mapped[int] = mapped_column(Integer, default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default="")


class CaseWindowRow(Base):
    """What is live in a case: the window as bytes and the values of its process scope as JSON text.

    Never json or jsonb: key order carries meaning. Both are written by every step, so they share a row;
    `revision` repeats the case's. Once the case has ended the values stay and the window is empty.
    """

    __tablename__ = "case_windows"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    revision: Mapped[int]
    window: Mapped[bytes] = mapped_column(LargeBinary)
    values_json: Mapped[str] = mapped_column(Text)


class NumberRow(Base):
    """The last number given out per (template, unit, year); locked while one is allocated."""

    __tablename__ = "numbers"

    template: Mapped[str] = mapped_column(String(100), primary_key=True)
    unit_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
