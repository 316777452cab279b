"""What an answer is made of. Quantities in smallest units."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.catalogue.queries import ItemView
from app.lookup.rules import Kind
from app.purchasing.queries import ItemBrief
from app.receiving.item_places_queries import LocationBrief


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the code itself says beside what it stands for: a GS1 message has lot, expiry, serial number, count."""

    pack_factor: int | None = None
    lot: str | None = None
    expires_on: date | None = None
    serial: str | None = None
    count: int | None = None
    sscc: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place; `stock_location` where its stock is kept together with another's."""

    id: UUID
    code: str
    name: str
    kind: str
    active: bool
    barcode: str | None
    stock_location: LocationBrief | None
    fixed_items: list[ItemBrief] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StockRow:
    """How much of an item and lot lies at a place."""

    item: ItemBrief
    location: LocationBrief
    lot: str
    expires_on: date | None
    quantity: int


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot of the item, over all places."""

    item: ItemBrief
    lot: str
    expires_on: date | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Coming:
    """An open line of an order or delivery (`quantity`: what is still to come), or goods scanned and not posted."""

    kind: str
    id: UUID
    label: str
    item: ItemBrief
    lot: str
    quantity: int
    on: date | None = None
    location: LocationBrief | None = None


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line of an order, a delivery or a receipt."""

    item: ItemBrief
    lot: str
    expires_on: date | None
    quantity: int  # ordered, announced; of a receipt scanned
    quantity_received: int


@dataclass(frozen=True, slots=True)
class DocumentView:
    """An order, a delivery or a receipt, with its first lines."""

    id: UUID
    label: str
    reference: str
    state: str
    supplier: str
    on: date | None
    lines: list[DocumentLine]
    lines_total: int


@dataclass(frozen=True, slots=True)
class SiteBrief:
    """A site by name."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """How much another site has."""

    site: SiteBrief
    quantity: int


@dataclass(slots=True)
class Found:
    """The whole answer. `quantity`: what the site has of the item or lot; None where there is no one item."""

    kind: Kind
    code: str
    scanned: Scanned | None = None
    item: ItemView | None = None
    location: PlaceView | None = None
    document: DocumentView | None = None
    fixed: LocationBrief | None = None
    quantity: int | None = None
    stock: list[StockRow] = field(default_factory=list)
    stock_total: int = 0
    hidden_places: list[str] = field(default_factory=list)
    lots: list[LotRow] = field(default_factory=list)
    movements: list[Any] = field(default_factory=list)
    expected: list[Coming] = field(default_factory=list)
    arriving: list[Coming] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks, where: a counter sees no stock of places that are being counted blind."""

    site_id: UUID
    supervises: bool
    at: datetime
