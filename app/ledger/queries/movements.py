"""Entries as people read them: the history of stock, newest first, and everything a site booked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.catalogue.models import Item, Unit
from app.kernel.access import Viewer, scoped
from app.kernel.database import BigInt
from app.kernel.errors import NotFound
from app.kernel.paging import Page, page
from app.ledger.models import Balance, Entry, Journal
from app.sites.models import Location


@dataclass(frozen=True, slots=True)
class StockKey:
    """Which stock is asked about; None means all of it. At least an item or a location is named."""

    item_id: UUID | None = None
    location_id: UUID | None = None
    lot: str | None = None


_giver, _taker = aliased(Location, name="giver"), aliased(Location, name="taker")
ENTRY_COLUMNS = (
    Entry.journal_id,
    Entry.number,
    Journal.kind,
    Journal.document,
    Journal.reverses_id,
    Journal.stocktake_id,
    Journal.recorded_at,
    Entry.occurred_at,
    Entry.date_only,
    Entry.item_id,
    Item.sku,
    Item.name.label("item_name"),
    Unit.scale.label("unit_scale"),
    Entry.lot,
    Entry.from_location_id,
    _giver.code.label("from_location_code"),
    Entry.to_location_id,
    _taker.code.label("to_location_code"),
    Entry.quantity,
    Entry.unit_cost,
    Entry.reason_code,
    Person.name.label("person_name"),
)


def described_entries(*more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Entries with the words people know their parts by."""
    return (
        select(*ENTRY_COLUMNS, *more)
        .select_from(Entry)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Item, Item.id == Entry.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .join(Person, Person.id == Journal.person_id)
        .join(_giver, _giver.id == Entry.from_location_id)
        .join(_taker, _taker.id == Entry.to_location_id)
    )


def history(session: Session, key: StockKey, viewer: Viewer, *, limit: int, offset: int) -> Page[Any]:
    """The movements of some stock, newest first by when they happened, from the sites the viewer supervises.

    Where a location is named, each row has its signed `change` there; where location and item are, also `book_after`:
    what the book says after it (of the lot, or of all lots). Raises NotFound for a foreign location.
    """
    if key.location_id is not None:
        require_location(session, key.location_id, viewer)
    moved = _moved(key, viewer)
    total = session.scalar(select(func.count()).select_from(moved)) or 0
    newest_first = (moved.c.occurred_at.desc(), moved.c.journal_id.desc(), moved.c.number.desc())
    change = moved.c.change
    after: ColumnElement[Any] = null()
    if key.location_id is not None and key.item_id is not None:
        newer = func.coalesce(func.sum(change).over(order_by=newest_first, rows=(None, -1)), 0)
        after = func.coalesce(_on_hand(key), 0) - newer
    numbered = (
        select(moved.c.journal_id, moved.c.number, change.label("change"), after.label("book_after"))
        .add_columns(func.row_number().over(order_by=newest_first).label("place"))
        .order_by(*newest_first)
        .limit(limit)
        .offset(offset)
        .subquery("numbered")
    )
    rows = session.execute(
        described_entries(numbered.c.change, numbered.c.book_after)
        .join(numbered, and_(numbered.c.journal_id == Entry.journal_id, numbered.c.number == Entry.number))
        .order_by(numbered.c.place)
    )
    return page(list(rows), total=total, offset=offset)


def require_location(session: Session, location_id: UUID, viewer: Viewer) -> None:
    """Raise NotFound for a location of a foreign site, Forbidden where the viewer is no supervisor."""
    site_id = session.scalar(select(Location.site_id).where(Location.id == location_id))
    if site_id is None:
        raise NotFound("not_found", "There is no such location here.")
    viewer.require("supervisor", site_id, "location")


def _moved(key: StockKey, viewer: Viewer) -> Any:
    """The entries asked for, as (journal_id, number, occurred_at, change), by way of the balances.

    Every entry's two places have a balance of its item and lot, and those are found by item or by place; from there
    the entries are a stretch of an index. Without a place each entry is taken once, on the side it left.
    """
    balances = scoped(
        select(Balance.location_id, Balance.item_id, Balance.lot).join(Location, Location.id == Balance.location_id),
        Location.site_id.expression,
        viewer,
        "supervisor",
    ).where(*_same_key(key))
    stock = balances.subquery("stock")

    def side(place: Any, change: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
        return select(Entry.journal_id, Entry.number, Entry.occurred_at, change.label("change")).join(
            stock, and_(place == stock.c.location_id, Entry.item_id == stock.c.item_id, Entry.lot == stock.c.lot)
        )

    if key.location_id is None:
        unsigned = literal(None, BigInt)
        return side(Entry.from_location_id, unsigned).subquery("moved")
    return union_all(
        side(Entry.from_location_id, -Entry.quantity), side(Entry.to_location_id, Entry.quantity.expression)
    ).subquery("moved")


def _same_key(key: StockKey) -> list[ColumnElement[bool]]:
    pairs = ((Balance.item_id, key.item_id), (Balance.location_id, key.location_id), (Balance.lot, key.lot))
    return [column == value for column, value in pairs if value is not None]


def _on_hand(key: StockKey) -> Any:
    return select(func.sum(Balance.quantity)).where(*_same_key(key)).scalar_subquery()


def everything_booked(
    session: Session, site_id: UUID, *, kind: str | None, since: datetime | None, until: datetime | None, limit: int
) -> Iterator[Any]:
    """The site's entries in the order they were recorded, at most `limit`, for a file."""
    wanted = described_entries(Journal.note.expression, Unit.code.label("unit_code")).where(Journal.site_id == site_id)
    if kind is not None:
        wanted = wanted.where(Journal.kind == kind)
    if since is not None:
        wanted = wanted.where(Journal.recorded_at >= since)
    if until is not None:
        wanted = wanted.where(Journal.recorded_at < until)
    ordered = wanted.order_by(Journal.recorded_at, Journal.id, Entry.number).limit(limit)
    return iter(session.execute(ordered, execution_options={"yield_per": 5000}))
