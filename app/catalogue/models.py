"""What is stocked: items with their unit, category and barcodes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, table_args


class Unit(Base):
    """A base unit and how finely it is divided: quantities are integers of unit / 10**scale."""

    __tablename__ = "unit"
    __table_args__ = table_args(CheckConstraint("scale BETWEEN 0 AND 6", name="scale"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    scale: Mapped[int]


class Category(Base):
    """A group of items."""

    __tablename__ = "category"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Item(Base):
    """What is stocked."""

    __tablename__ = "item"
    __table_args__ = table_args(
        CheckConstraint("unit_cost >= 0", name="unit_cost"),
        Index("ix_item_name", "name"),
        Index("ix_item_category", "category_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    tracks_lots: Mapped[bool] = mapped_column(default=False)
    tracks_expiry: Mapped[bool] = mapped_column(default=False)  # each lot has a day after which it is not sold
    tracks_serials: Mapped[bool] = mapped_column(default=False)  # every piece has a number; it stands as its lot
    minimum_life_days: Mapped[int | None]  # less than this left at receipt goes to the supervisor
    unit_cost: Mapped[int] = mapped_column(default=0)  # 1/10000 minor unit per base unit: the last purchase's
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Barcode(Base):
    """A code that stands for `pack_factor` base units of an item."""

    __tablename__ = "barcode"
    __table_args__ = table_args(
        CheckConstraint("pack_factor BETWEEN 1 AND 1000000", name="pack_factor"),
        Index("ix_barcode_item", "item_id"),
    )

    normal_form: Mapped[str] = mapped_column(primary_key=True)  # 14 digits for a GTIN, cleaned text else
    code: Mapped[str]  # as printed
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    pack_factor: Mapped[int]
    label: Mapped[str] = mapped_column(default="")  # 'carton', 'inner', …; empty for the single piece


class Lot(Base):
    """What is known of a lot beyond its number. The first expiry date scanned stays; another one is flagged."""

    __tablename__ = "lot"
    __table_args__ = table_args(Index("ix_lot_lot", "lot"))

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    lot: Mapped[str] = mapped_column(primary_key=True)
    expires_on: Mapped[date | None]
    created_at: Mapped[datetime]
