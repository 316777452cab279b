"""Suppliers, their terms for each item, purchase orders and expected deliveries."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, table_args
from app.purchasing.rules import DELIVERY_STATES, ORDER_STATES


class Supplier(Base):
    """A company goods are bought from. The whole company's, not a site's."""

    __tablename__ = "supplier"
    __table_args__ = table_args(
        CheckConstraint("lead_time_days BETWEEN 0 AND 1000", name="lead_time_days"),
        CheckConstraint("over_receipt_bp BETWEEN 0 AND 100000", name="over_receipt_bp"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    lead_time_days: Mapped[int | None]
    over_receipt_bp: Mapped[int] = mapped_column(default=0)  # basis points beyond the expected quantity that pass
    note: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class SupplierItem(Base):
    """A supplier's terms for an item. Quantities in the item's smallest units."""

    __tablename__ = "supplier_item"
    __table_args__ = table_args(
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("moq >= 0", name="moq"),
        CheckConstraint("order_multiple >= 1", name="order_multiple"),
        CheckConstraint("over_receipt_bp BETWEEN 0 AND 100000", name="over_receipt_bp"),
        Index("ix_supplier_item_item", "item_id"),
    )

    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
    supplier_sku: Mapped[str] = mapped_column(default="")
    price: Mapped[int] = mapped_column(default=0)  # 1/10000 minor unit per base unit
    moq: Mapped[int] = mapped_column(default=0)
    order_multiple: Mapped[int] = mapped_column(default=1)
    lead_time_days: Mapped[int | None]  # null: the supplier's
    over_receipt_bp: Mapped[int | None]  # null: the supplier's


class PurchaseOrder(Base):
    """What was ordered from a supplier for a site."""

    __tablename__ = "purchase_order"
    __table_args__ = table_args(
        CheckConstraint(f"state IN {ORDER_STATES!r}", name="state"),
        UniqueConstraint("site_id", "number"),
        Index("ix_purchase_order_supplier", "supplier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    number: Mapped[int]  # counted per site; people say PO-12
    reference: Mapped[str] = mapped_column(default="")  # what the other system or the supplier calls it
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"))
    state: Mapped[str] = mapped_column(default="draft")
    promised_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ordered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # received in full, closed or cancelled
    end_reason: Mapped[str] = mapped_column(default="")  # why it was closed short or cancelled
    version: Mapped[int] = mapped_column(default=1, server_default="1")  # who changes it says which one was shown


class PurchaseOrderLine(Base):
    """One item of an order. `quantity_received` is what posted receipts brought: a projection of their journals."""

    __tablename__ = "purchase_order_line"
    __table_args__ = table_args(
        CheckConstraint("quantity BETWEEN 1 AND 1000000000", name="quantity"),
        UniqueConstraint("order_id", "number"),
        Index("ix_purchase_order_line_item", "item_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"))
    number: Mapped[int]  # counted from 1 within the order
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    quantity: Mapped[int]  # smallest units
    quantity_received: Mapped[int] = mapped_column(default=0)
    price: Mapped[int] = mapped_column(default=0)  # 1/10000 minor unit per base unit
    promised_on: Mapped[date | None]  # null: the order's


class ExpectedDelivery(Base):
    """What a supplier announced: an ASN, by its delivery note."""

    __tablename__ = "expected_delivery"
    __table_args__ = table_args(
        CheckConstraint(f"state IN {DELIVERY_STATES!r}", name="state"),
        UniqueConstraint("site_id", "number"),
        Index("ix_expected_delivery_supplier", "supplier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    number: Mapped[int]  # counted per site; people say ASN-12
    reference: Mapped[str] = mapped_column(default="")  # the supplier's delivery note
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"))
    state: Mapped[str] = mapped_column(default="expected")
    expected_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")  # as of an order


class ExpectedDeliveryLine(Base):
    """One item, and where it is known its lot, expiry, pallet (SSCC) and order line, of an expected delivery."""

    __tablename__ = "expected_delivery_line"
    __table_args__ = table_args(
        CheckConstraint("quantity BETWEEN 1 AND 1000000000", name="quantity"),
        UniqueConstraint("delivery_id", "number"),
        Index("ix_expected_delivery_line_item", "item_id"),
        Index("ix_expected_delivery_line_order_line", "order_line_id"),
        Index("ix_expected_delivery_line_sscc", "sscc"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("expected_delivery.id"))
    number: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    lot: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None]
    quantity: Mapped[int]
    quantity_received: Mapped[int] = mapped_column(default=0)  # by posted receipts
    order_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("purchase_order_line.id"))
    sscc: Mapped[str] = mapped_column(default="")  # 18 digits, or empty
