"""Units, posts and who holds them, grants and deputies: the tables.

The statements over them are in `units` and `holdings`.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, MaterialisedPath


class UnitRow(Base):
    """One unit of the tree; `path` is "/root id/…/own id/".

    `level`: city, department, township, village (a free word of the deployment). `code` is stable and
    chosen by people; definitions and seeds name units by it.
    """

    __tablename__ = "units"
    __table_args__ = (Index("ix_units_path", "path"), Index("ix_units_parent", "parent_id", "position"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    root_unit_id: Mapped[str] = mapped_column(String(36))
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(32))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    path: Mapped[str] = mapped_column(MaterialisedPath)
    position: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[str] = mapped_column(String(27))
    valid_to: Mapped[str | None] = mapped_column(String(27))
    successor_id: Mapped[str | None] = mapped_column(String(36))


class GrantRow(Base):
    """A right: this role in this unit. One row each, named by tasks; nobody's copy of it exists."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("role", "unit_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    root_unit_id: Mapped[str] = mapped_column(String(36))
    role: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))


class PostRow(Base):
    """A post in a unit; what it may do is in `post_grants`."""

    __tablename__ = "posts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    root_unit_id: Mapped[str] = mapped_column(String(36))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))


class PostGrantRow(Base):
    __tablename__ = "post_grants"

    post_id: Mapped[str] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("grants.id"), primary_key=True)


class HoldingRow(Base):
    """A user holds a post from–to; rights follow from holdings valid now."""

    __tablename__ = "holdings"
    __table_args__ = (Index("ix_holdings_user", "user_id", "valid_from"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36))
    post_id: Mapped[str] = mapped_column(ForeignKey("posts.id"), index=True)
    valid_from: Mapped[str] = mapped_column(String(27))
    valid_to: Mapped[str | None] = mapped_column(String(27))


class DeputyRow(Base):
    """`deputy_user_id` acts for `user_id` from–to, for all definitions or one."""

    __tablename__ = "deputies"
    __table_args__ = (Index("ix_deputies_deputy", "deputy_user_id", "valid_from"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36))
    deputy_user_id: Mapped[str] = mapped_column(String(36))
    definition: Mapped[str | None] = mapped_column(String(200))
    valid_from: Mapped[str] = mapped_column(String(27))
    valid_to: Mapped[str | None] = mapped_column(String(27))
