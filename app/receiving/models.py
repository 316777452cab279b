"""Goods receipts: the document, who scanned it, what the scans add up to, what was decided, and where goods belong."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, table_args
from app.receiving.rules import LINE_STATES, RECEIPT_STATES


class GoodsReceipt(Base):
    """One arrival of goods: against an order, an expected delivery, or blind. Opened at the desk or by a device."""

    __tablename__ = "goods_receipt"
    __table_args__ = table_args(
        CheckConstraint(f"state IN {RECEIPT_STATES!r}", name="state"),
        UniqueConstraint("site_id", "number"),
        Index("ix_goods_receipt_order", "order_id"),
        Index("ix_goods_receipt_delivery", "delivery_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    number: Mapped[int]  # counted per site; people say GRN-12
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("supplier.id"))  # null: blind, nobody said yet
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("purchase_order.id"))
    delivery_id: Mapped[UUID | None] = mapped_column(ForeignKey("expected_delivery.id"))
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))  # where the goods land: dock, staging
    delivery_note: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="receiving")
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    override_reason: Mapped[str] = mapped_column(default="")  # why it was closed over outstanding records
    posted_at: Mapped[datetime | None]
    posted_by: Mapped[UUID | None]
    reversed_at: Mapped[datetime | None]
    journals: Mapped[int] = mapped_column(default=0)  # how many it was posted as


class ReceiptSheet(Base):
    """One person's work on one device on one receipt. Several sum up; a void or set reaches only its own device's."""

    __tablename__ = "receipt_sheet"
    __table_args__ = table_args(Index("ix_receipt_sheet_receipt", "receipt_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("goods_receipt.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ReceiptLine(Base):
    """One item of a receipt: expected and received, what is unusual, and what was decided. Smallest units."""

    __tablename__ = "receipt_line"
    __table_args__ = table_args(
        CheckConstraint(f"state IN {LINE_STATES!r}", name="state"),
        UniqueConstraint("receipt_id", "item_id"),
        Index("ix_receipt_line_item", "item_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("goods_receipt.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    version: Mapped[int] = mapped_column(default=1)  # grows with every change a decision must know of
    quantity_expected: Mapped[int] = mapped_column(default=0)  # open on the order or delivery when last looked at
    quantity_good: Mapped[int] = mapped_column(default=0)
    quantity_damaged: Mapped[int] = mapped_column(default=0)
    unit_cost: Mapped[int] = mapped_column(default=0)  # by the order, else the supplier's terms; 0: nobody said
    flags: Mapped[int] = mapped_column(default=0)  # bits, see rules.Mark
    state: Mapped[str] = mapped_column(default="agreed")
    damaged_kept: Mapped[bool] = mapped_column(default=False)  # decided: damaged goods are taken into stock too
    reason_code: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    quantity_posted: Mapped[int | None]  # null until posted


class ReceiptTally(Base):
    """The fold of a receipt's records for one item, lot and condition, over all its sheets. Rebuildable."""

    __tablename__ = "receipt_tally"
    __table_args__ = table_args(Index("ix_receipt_tally_item", "item_id"))

    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("goods_receipt.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    lot: Mapped[str] = mapped_column(primary_key=True, default="")  # or the serial number of an item that has them
    damaged: Mapped[bool] = mapped_column(primary_key=True, default=False)
    quantity: Mapped[int]
    records: Mapped[int]
    first_look_at: Mapped[datetime]
    last_look_at: Mapped[datetime]


class ItemPlace(Base):
    """The fixed bin of an item at a site: where it is put away first."""

    __tablename__ = "item_place"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
