"""Terms of starting: from when until when, and below which units, a process may be begun."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Session


class TermsRow(Base):
    """The terms of one process, whichever version is in force; days as ISO text, units a JSON list of ids."""

    __tablename__ = "start_terms"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    opens: Mapped[str | None] = mapped_column(String(10))
    closes: Mapped[str | None] = mapped_column(String(10))
    units: Mapped[str] = mapped_column(Text)


def every(session: Session, keys: Iterable[str]) -> list[TermsRow]:
    """Return the terms of these processes; one without any is left out."""
    return list(session.scalars(select(TermsRow).where(TermsRow.key.in_(sorted(set(keys))))))
