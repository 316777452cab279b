"""Sites and the locations in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, table_args


class Site(Base):
    """A shop or warehouse: the scope of rights, of the hash chain, and of the stock-keeping level."""

    __tablename__ = "site"
    __table_args__ = table_args(CheckConstraint("stock_level IN ('site', 'zone', 'bin')", name="stock_level"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    time_zone: Mapped[str]
    currency: Mapped[str]
    stock_level: Mapped[str]
    self_approval: Mapped[bool] = mapped_column(default=False)  # may a counter decide a line he counted
    tolerance_quantity: Mapped[int | None]  # base units
    tolerance_percent_bp: Mapped[int | None]  # basis points: 200 = 2 %
    tolerance_value: Mapped[int | None]  # minor units
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Location(Base):
    """Any node where stock can be: the site itself, a zone, a bin, and the counterparts stock comes from or goes to.

    `stock_location_id` is the node at the site's stock-keeping level that this place is summed up to (itself, or an
    ancestor); counterparts (supplier, customer, scrap, variance, opening) stand for themselves.
    """

    __tablename__ = "location"
    __table_args__ = table_args(
        CheckConstraint(
            "kind IN ('site', 'zone', 'bin', 'supplier', 'customer', 'scrap', 'variance', 'opening')",
            name="kind",
        ),
        UniqueConstraint("site_id", "code"),
        UniqueConstraint("site_id", "barcode"),
        Index("ix_location_stock_location", "stock_location_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    stock_location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    barcode: Mapped[str | None]
    walk_order: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    mobile: Mapped[bool] = mapped_column(default=False, server_default=false())  # a cart: no place to put goods away
