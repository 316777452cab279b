"""What is odd about what arrived, quantities apart: lots, expiry dates, serial numbers, codes that changed since."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select, type_coerce
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.catalogue.models import Item, Lot
from app.kernel.database import Instant, is_sqlite
from app.kernel.sets import among
from app.ledger.models import Balance
from app.receiving.models import ReceiptTally
from app.receiving.queries.looks import ITEMS, ITEMS_NAMED, RECEIPT, looks
from app.receiving.rules import Mark, life_too_short
from app.sites.models import Location
from app.sites.rules import PLACES

LotKey = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Tallied:
    """What the records of a receipt say of an item, lot and condition."""

    item_id: UUID
    lot: str
    damaged: bool
    quantity: int


@dataclass(frozen=True, slots=True)
class Tracked:
    """What must be known of an item's pieces when they arrive. A serial number stands as the lot."""

    lots: bool
    expiry: bool
    serials: bool
    minimum_life_days: int | None


@dataclass(frozen=True, slots=True)
class Expiry:
    """An expiry date that scans of an item and lot gave, and when it was first and last scanned."""

    item_id: UUID
    lot: str
    expires_on: date
    first_at: datetime
    last_at: datetime


def tracked_of(session: Session, item_ids: Collection[UUID]) -> dict[UUID, Tracked]:
    """What these items track, those that track nothing left out."""
    rows = session.execute(
        select(Item.id, Item.tracks_lots, Item.tracks_expiry, Item.tracks_serials, Item.minimum_life_days).where(
            among(session, Item.id, item_ids)
        )
    )
    found = {row[0]: Tracked(*row[1:]) for row in rows}
    return {key: it for key, it in found.items() if it != Tracked(False, False, False, None)}


def oddities(
    session: Session, receipt_id: UUID, time_zone: str, tallies: Iterable[Tallied], item_ids: Collection[UUID]
) -> dict[UUID, int]:
    """The marks of what is odd, by item; an item with nothing odd is left out."""
    marks: dict[UUID, int] = defaultdict(int)
    for item_id in _changed_codes(session, receipt_id, item_ids):
        marks[item_id] |= Mark.CATALOGUE_CHANGED
    tracked = tracked_of(session, item_ids)
    pieces = [tally for tally in tallies if tally.item_id in tracked and tally.quantity > 0]
    if not pieces:
        return marks
    for tally in pieces:
        if not tally.lot and (tracked[tally.item_id].lots or tracked[tally.item_id].serials):
            marks[tally.item_id] |= Mark.LOT_UNKNOWN
    for item_id in _doubled_serials(session, [tally for tally in pieces if tracked[tally.item_id].serials]):
        marks[item_id] |= Mark.SERIAL_TWICE
    for item_id, odd in _expiries(session, receipt_id, ZoneInfo(time_zone), pieces, tracked):
        marks[item_id] |= odd
    return marks


def expiries(session: Session, receipt_id: UUID, item_ids: Collection[UUID]) -> list[Expiry]:
    """The expiry dates that the scans of these items gave, by item, lot and time of the first scan."""
    if not item_ids:
        return []
    wanted, few = set(item_ids), len(item_ids) <= ITEMS_NAMED
    statement = _expiry_statement(sqlite=is_sqlite(session.get_bind()), some_items=few)
    rows = session.execute(statement, _named(receipt_id, item_ids, few=few))
    return [
        Expiry(row.item_id, row.lot, date.fromisoformat(row.day), row.first_at, row.last_at)
        for row in rows
        if row.item_id in wanted
    ]


def _named(receipt_id: UUID, item_ids: Collection[UUID], *, few: bool) -> dict[str, Any]:
    return {RECEIPT: receipt_id} | ({ITEMS: list(item_ids)} if few else {})


@cache
def _expiry_statement(*, sqlite: bool, some_items: bool) -> Select[Any]:
    look = looks(some_items=some_items).columns
    day = _in_body(look.body, "expires_on", sqlite=sqlite)
    given = (
        select(look.item_id, look.lot, day.label("day"), look.occurred_at)
        .where(day.is_not(None))  # also what a set replaced: it was printed on the goods all the same
        .subquery()
        .columns
    )
    instant = Instant()
    return (
        select(
            given.item_id,
            given.lot,
            given.day,
            type_coerce(func.min(given.occurred_at), instant).label("first_at"),
            type_coerce(func.max(given.occurred_at), instant).label("last_at"),
        )
        .group_by(given.item_id, given.lot, given.day)
        .order_by(given.item_id, given.lot, func.min(given.occurred_at), given.day)
    )


def _in_body(body: ColumnElement[Any], name: str, *, sqlite: bool) -> ColumnElement[Any]:
    """A text of a record's body. The body was read as strict JSON before it was accepted."""
    if sqlite:
        return func.json_extract(body, f"$.{name}")
    text: ColumnElement[Any] = sql_cast(body, JSONB)[name].astext
    return text


def lots_of(session: Session, keys: Collection[LotKey]) -> dict[LotKey, date | None]:
    """What is known of these lots; unknown ones are left out."""
    items = {item_id for item_id, _lot in keys}
    if not items:
        return {}
    names = {lot for _item, lot in keys}
    rows = session.execute(
        select(Lot.item_id, Lot.lot, Lot.expires_on).where(
            among(session, Lot.item_id, items), among(session, Lot.lot, names)
        )
    )
    return {(row.item_id, row.lot): row.expires_on for row in rows}


@cache
def _changed_statement(*, some_items: bool) -> Select[Any]:
    look = looks(some_items=some_items, credited=False).columns
    return select(look.item_id).where(look.changed == 1, look.replaced == 0).distinct()


def _changed_codes(session: Session, receipt_id: UUID, item_ids: Collection[UUID]) -> set[UUID]:
    """The items with a standing scan of a code that means another item or pack today."""
    if not item_ids:
        return set()
    few = len(item_ids) <= ITEMS_NAMED
    found = session.scalars(_changed_statement(some_items=few), _named(receipt_id, item_ids, few=few))
    return set(found) & set(item_ids)


def _doubled_serials(session: Session, pieces: Collection[Tallied]) -> set[UUID]:
    """The items with a serial number that came twice, or that the book has already."""
    sums: dict[LotKey, int] = defaultdict(int)
    for tally in pieces:
        if tally.lot:
            sums[tally.item_id, tally.lot] += tally.quantity
    doubled = {item_id for (item_id, _serial), quantity in sums.items() if quantity > 1}
    return doubled | {key[0] for key in _on_hand(session, sums) if key in sums}


def _on_hand(session: Session, keys: Mapping[LotKey, int]) -> set[LotKey]:
    if not keys:
        return set()
    rows = session.execute(
        select(Balance.item_id, Balance.lot)
        .join(Location, Location.id == Balance.location_id)
        .where(
            among(session, Balance.item_id, {item_id for item_id, _lot in keys}),
            among(session, Balance.lot, {lot for _item, lot in keys}),
            Balance.quantity > 0,
            Location.kind.in_(PLACES),
        )
    )
    return {(row.item_id, row.lot) for row in rows}


def _expiries(
    session: Session, receipt_id: UUID, zone: ZoneInfo, pieces: Collection[Tallied], tracked: Mapping[UUID, Tracked]
) -> Iterable[tuple[UUID, int]]:
    """Two dates for one lot, and too little life left, by item. A scan without a date has its lot's."""
    timed = {key for key, it in tracked.items() if it.expiry or it.minimum_life_days is not None}
    keys = {(tally.item_id, tally.lot) for tally in pieces if tally.item_id in timed}
    known = lots_of(session, {key for key in keys if key[1]})
    scanned_on: dict[LotKey, datetime] = _last_looks(session, receipt_id, keys)
    dated: dict[LotKey, list[Expiry]] = defaultdict(list)
    for expiry in expiries(session, receipt_id, {item_id for item_id, _lot in keys}):
        dated[expiry.item_id, expiry.lot].append(expiry)
    for key in keys:
        item_id, lot = key
        dates = {expiry.expires_on: expiry.last_at for expiry in dated[key]}
        first = known.get(key)
        if lot and len({*dates, *([first] if first else [])}) > 1:
            yield item_id, Mark.EXPIRY_DIFFERS
        if not dates and first is not None:
            dates = {first: scanned_on[key]}
        least = tracked[item_id].minimum_life_days
        if any(life_too_short(day, at.astimezone(zone).date(), least) for day, at in dates.items()):
            yield item_id, Mark.SHORT_LIFE


def _last_looks(session: Session, receipt_id: UUID, keys: Collection[LotKey]) -> dict[LotKey, datetime]:
    tally = ReceiptTally
    rows = session.execute(
        select(tally.item_id, tally.lot, tally.last_look_at)
        .where(tally.receipt_id == receipt_id, among(session, tally.item_id, {item_id for item_id, _lot in keys}))
        .order_by(tally.last_look_at)
    )
    return {(row.item_id, row.lot): row.last_look_at for row in rows}
