"""The stocktake: its places, the sheets counted there, the tallies folded from records, and the lines to decide."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, table_args

LINE_STATES = (
    "uncounted",
    "agreed",
    "within_tolerance",
    "needs_decision",
    "accepted",
    "kept_book",
    "recount",
)


class Stocktake(Base):
    """The document: what is counted, how, and how far it is."""

    __tablename__ = "stocktake"
    __table_args__ = table_args(
        CheckConstraint("kind IN ('full', 'zone')", name="kind"),
        CheckConstraint("state IN ('draft', 'counting', 'closed', 'posted', 'reversed', 'cancelled')", name="state"),
        UniqueConstraint("site_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    number: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    blind: Mapped[bool]
    state: Mapped[str]
    tolerance_quantity: Mapped[int | None]  # base units
    tolerance_percent_bp: Mapped[int | None]
    tolerance_value: Mapped[int | None]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    override_reason: Mapped[str] = mapped_column(default="")  # why it was closed over outstanding records
    posted_at: Mapped[datetime | None]
    reversed_at: Mapped[datetime | None]
    parts_posted: Mapped[int] = mapped_column(default=0)


class StocktakeZone(Base):
    """A zone that a stocktake by zone covers."""

    __tablename__ = "stocktake_zone"

    stocktake_id: Mapped[UUID] = mapped_column(ForeignKey("stocktake.id"), primary_key=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), primary_key=True)


class Place(Base):
    """A counting place of a stocktake and the round it is in."""

    __tablename__ = "place"
    __table_args__ = table_args(
        CheckConstraint("state IN ('open', 'counting', 'closed')", name="state"),
        Index("ix_place_stock_location", "stocktake_id", "stock_location_id"),
    )

    stocktake_id: Mapped[UUID] = mapped_column(ForeignKey("stocktake.id"), primary_key=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), primary_key=True)
    stock_location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="open")
    other_counter: Mapped[bool] = mapped_column(default=False)  # the recount must be somebody else's


class Sheet(Base):
    """One counter's work on one device at one place in one round. Made by the first record that names it."""

    __tablename__ = "sheet"
    __table_args__ = table_args(
        CheckConstraint("disposition IN ('counts', 'set_aside', 'undecided')", name="disposition"),
        Index("ix_sheet_place", "stocktake_id", "location_id", "round"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    stocktake_id: Mapped[UUID] = mapped_column(ForeignKey("stocktake.id"))
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    round: Mapped[int]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    continues_id: Mapped[UUID | None]
    disposition: Mapped[str] = mapped_column(default="counts")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    empty: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))  # who said what an overlap is
    decided_at: Mapped[datetime | None]


class RecountItem(Base):
    """What a round was asked for: this item and lot at this stock location. A first round is asked for everything."""

    __tablename__ = "recount_item"

    stocktake_id: Mapped[UUID] = mapped_column(ForeignKey("stocktake.id"), primary_key=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), primary_key=True)  # the stock location
    round: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    lot: Mapped[str] = mapped_column(primary_key=True, default="")


class Tally(Base):
    """The fold of a sheet's records for one item and lot. A projection: rebuildable at any time."""

    __tablename__ = "tally"
    __table_args__ = table_args(Index("ix_tally_item", "item_id", "lot"))

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    lot: Mapped[str] = mapped_column(primary_key=True, default="")
    quantity: Mapped[int]
    records: Mapped[int]
    confirmed_zero: Mapped[bool] = mapped_column(default=False)
    catalogue_changed: Mapped[bool] = mapped_column(default=False)
    first_look_at: Mapped[datetime]
    last_look_at: Mapped[datetime]
    look_from: Mapped[datetime]  # the last look is true within these two
    look_to: Mapped[datetime]


class CountLine(Base):
    """What a stocktake says of one item and lot at one stock location: counted, book, variance, decision, posting.

    Lines are made a hundred thousand at a time from balances and tallies, whose references are checked there; checking
    them again here would double the time.
    """

    __tablename__ = "count_line"
    __table_args__ = table_args(
        CheckConstraint(f"state IN {LINE_STATES!r}", name="state"),
        UniqueConstraint("stocktake_id", "location_id", "item_id", "lot"),
        Index(
            "ix_count_line_anchor",
            "location_id",
            "item_id",
            "lot",
            sqlite_where=text("anchored = 1"),
            postgresql_where=text("anchored"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    stocktake_id: Mapped[UUID] = mapped_column(ForeignKey("stocktake.id"))
    location_id: Mapped[UUID]  # at the stock-keeping level
    zone_id: Mapped[UUID | None]
    item_id: Mapped[UUID]
    lot: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)  # grows with every change a decision must know of
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="uncounted")
    flags: Mapped[int] = mapped_column(default=0)  # bits, see rules.Mark
    quantity_counted: Mapped[int | None]  # null is not counted; zero is somebody's statement
    first_look_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    look_from: Mapped[datetime | None]
    look_to: Mapped[datetime | None]
    quantity_book: Mapped[int | None]  # at counted_at
    quantity_book_first: Mapped[int | None]  # as first compared: −2 → 0 is shown from these two
    evaluated_at: Mapped[datetime | None]  # when first compared; movements recorded later are "late"
    variance: Mapped[int | None]
    value: Mapped[int | None]  # of the variance, minor units
    reason_code: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    posted_part: Mapped[int | None]
    anchored: Mapped[bool] = mapped_column(default=False)  # on_hand = counted + what moved after, by law
    explained_after_posting: Mapped[int] = mapped_column(default=0)  # sum of late corrections, signed
