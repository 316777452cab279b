"""The change feed's tables: keys of what changed, and the few values sync as a whole remembers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, table_args


class Change(Base):
    """That something changed: keys only. The body is read at pull, so an older one can never win."""

    __tablename__ = "change"
    __table_args__ = table_args(
        CheckConstraint("operation IN ('U', 'D')", name="operation"),
        Index(
            "ix_change_unnumbered",
            "id",
            sqlite_where=text("feed_number IS NULL"),
            postgresql_where=text("feed_number IS NULL"),
        ),
        Index("ix_change_entity_key", "entity", "entity_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    site_id: Mapped[UUID | None]  # null: every site's devices
    entity: Mapped[str]
    entity_key: Mapped[str]
    operation: Mapped[str]
    recorded_at: Mapped[datetime]
    feed_number: Mapped[int | None] = mapped_column(unique=True)  # given after commit, by the sequencer


class SyncMeta(Base):
    """One row per remembered value: `epoch`, `feed_head`, `tombstone_floor`."""

    __tablename__ = "sync_meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
