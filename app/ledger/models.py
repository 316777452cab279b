"""The one book. Journals and entries are append-only: triggers refuse every change but the seal, once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, table_args
from app.ledger.rules import JOURNAL_KINDS


class Journal(Base):
    """One posting of one business document. Sealed into the site's hash chain after commit, by the sequencer."""

    __tablename__ = "journal"
    __table_args__ = table_args(
        CheckConstraint(f"kind IN {JOURNAL_KINDS!r}", name="kind"),
        UniqueConstraint("site_id", "source_key"),
        UniqueConstraint("site_id", "chain_number"),
        Index("ix_journal_site_recorded", "site_id", "recorded_at"),
        Index("ix_journal_reverses", "reverses_id", unique=True),  # reversed once, whoever comes at the same time
        Index(
            "ix_journal_unsealed",
            "id",
            sqlite_where=text("chain_number IS NULL"),
            postgresql_where=text("chain_number IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str]
    source_key: Mapped[str]  # makes a repeated posting harmless; unique per site
    document: Mapped[str] = mapped_column(default="")  # what people call it: GRN-2218, a till's day file
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal.id"))
    stocktake_id: Mapped[UUID | None]  # of adjustments, corrections and their reversals
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    content_hash: Mapped[bytes | None]  # of the command, to tell a repeat from a reused key
    entries_hash: Mapped[bytes | None]  # these three are the seal
    chain_number: Mapped[int | None]
    chain_hash: Mapped[bytes | None]


class Entry(Base):
    """One immutable movement of a quantity of an item (and lot) from one location to another."""

    __tablename__ = "entry"
    __table_args__ = table_args(
        CheckConstraint("quantity BETWEEN 1 AND 1000000000", name="quantity"),
        CheckConstraint("from_location_id <> to_location_id", name="two_sided"),
        # The quantity stands in both, so that "what moved after t" is answered from the index alone.
        Index("ix_entry_from", "from_location_id", "item_id", "lot", "occurred_at", "quantity"),
        Index("ix_entry_to", "to_location_id", "item_id", "lot", "occurred_at", "quantity"),
    )

    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    lot: Mapped[str] = mapped_column(default="")
    from_location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    to_location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    quantity: Mapped[int]
    occurred_at: Mapped[datetime]
    date_only: Mapped[bool] = mapped_column(default=False)  # known by its day alone (a till's day file)
    unit_cost: Mapped[int] = mapped_column(default=0)
    reason_code: Mapped[str] = mapped_column(default="")
    count_line_id: Mapped[int | None]  # the line whose difference, or late correction, this entry is


class Balance(Base):
    """On hand: the projection of the entries that only posting maintains, in its own transaction."""

    __tablename__ = "balance"
    __table_args__ = table_args(
        Index("ix_balance_item", "item_id"),
        # Somebody scans a lot number alone; most stock has none.
        Index("ix_balance_lot", "lot", sqlite_where=text("lot <> ''"), postgresql_where=text("lot <> ''")),
    )

    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    lot: Mapped[str] = mapped_column(primary_key=True, default="")
    quantity: Mapped[int]


class ReasonCode(Base):
    """Why an adjustment was made. Required on every one."""

    __tablename__ = "reason_code"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    direction: Mapped[str] = mapped_column(default="both")  # gain, loss, both
    used_for: Mapped[str] = mapped_column(default="both", server_default="both")  # where offered: count, goods_in, both
    note_required: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
