"""The change feed's tables: keys of what changed, what sync as a whole remembers, and snapshots to begin with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
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
    """One row per remembered value: `epoch`, `feed_head`, `tombstone_floor`, `feed_forgotten`."""

    __tablename__ = "sync_meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Snapshot(Base):
    """What a new device begins with: a dataset as it stood at a feed number. Never changed, only replaced."""

    __tablename__ = "snapshot"
    __table_args__ = table_args(Index("ix_snapshot_dataset", "dataset", "site_id", "feed_number"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dataset: Mapped[str]
    site_id: Mapped[UUID | None]  # null: the same for every site
    epoch: Mapped[str]
    feed_number: Mapped[int]
    made_at: Mapped[datetime]
    rows: Mapped[int]
    contents: Mapped[str]  # JSON: entity → rows, sum, passing


class SnapshotPage(Base):
    """A page of a snapshot: gzip of NDJSON. `sha256` is of the text inside."""

    __tablename__ = "snapshot_page"

    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("snapshot.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    rows: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes]
