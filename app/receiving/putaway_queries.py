"""What waits to be put away where receipts landed, and where each of it belongs. A handful of statements in all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CTE, BigInteger, Select, and_, case, cast, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from app.catalogue.models import Item, Lot
from app.kernel.paging import Page, page
from app.kernel.sets import among
from app.ledger.models import Balance
from app.purchasing.queries import ItemBrief, item_briefs
from app.receiving.item_places_queries import LocationBrief, fixed_places, location_briefs
from app.receiving.models import GoodsReceipt, ItemPlace, ReceiptLine, ReceiptTally
from app.receiving.rules import OPEN_STATES
from app.sites.models import Location
from app.sites.queries import SiteFacts, site_of
from app.sites.rules import PLACES

REMEMBERED: Final = timedelta(days=14)  # what landed longer ago is stock where it stands
_STANDING: Final = (Location.active.is_(True), Location.mobile.is_(False))  # a cart is elsewhere tomorrow


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Where goods belong, and why: fixed, same_item or nearest_empty."""

    location: LocationBrief
    why: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Goods that lie where they landed; `quantity` in smallest units."""

    item: ItemBrief
    lot: str
    expires_on: date | None
    location: LocationBrief
    quantity: int
    suggested: Suggestion | None


def waiting_goods(session: Session, site_id: UUID, now: datetime, *, limit: int, offset: int) -> Page[Waiting]:
    """What the receipts of the last 14 days brought and nobody has moved off yet, scanned or posted, in walking order.

    Goods of a receipt that is not posted are there although the book has them not; a move off takes them below zero.
    A shop that keeps its stock as one has nothing to put away.
    """
    site = site_of(session, site_id)
    rows = [] if site.stock_level == "site" else session.execute(_lying(site_id, now - REMEMBERED)).all()
    if not rows:
        return page([], total=0, offset=0)
    fixed = fixed_places(session, site_id, {row.item_id for row in rows})
    rows = [row for row in rows if fixed.get(row.item_id) != row.location_id]  # put away where it landed
    upto = rows[: offset + limit]  # what comes before takes its empty bin first
    landings = {row[0]: row[1] for row in session.execute(_landings(site_id, now - REMEMBERED))}
    suggested = _suggestions(session, site, landings, upto, fixed)
    return page(_views(session, upto[offset:], suggested), total=len(rows), offset=offset)


def _recent(site_id: UUID, since: datetime) -> CTE:
    """The receipts that count, with the stock location each landed at."""
    young = or_(GoodsReceipt.opened_at >= since, GoodsReceipt.posted_at >= since)
    return (
        select(GoodsReceipt.id, GoodsReceipt.state, Location.stock_location_id.label("location_id"))
        .join(Location, Location.id == GoodsReceipt.location_id)
        .where(GoodsReceipt.site_id == site_id, GoodsReceipt.state.in_((*OPEN_STATES, "posted")), young)
        .cte("recent")
    )


def _landings(site_id: UUID, since: datetime) -> Select[UUID, int]:
    """Where the receipts landed, and how far along the way that is."""
    recent = _recent(site_id, since)
    return select(Location.id, Location.walk_order).where(Location.id.in_(select(recent.c.location_id)))


def _lying(site_id: UUID, since: datetime) -> Any:
    """Item, lot, place and quantity of what lies there, by the order of walking."""
    recent = _recent(site_id, since)
    landed = (
        select(recent.c.location_id, ReceiptTally.item_id)
        .join(ReceiptTally, ReceiptTally.receipt_id == recent.c.id)
        .distinct()
        .subquery("landed")
    )
    booked = (
        select(Balance.location_id, Balance.item_id, Balance.lot, Balance.quantity)
        .join(landed, and_(landed.c.location_id == Balance.location_id, landed.c.item_id == Balance.item_id))
        .where(Balance.quantity != 0)
    )
    line = and_(ReceiptLine.receipt_id == ReceiptTally.receipt_id, ReceiptLine.item_id == ReceiptTally.item_id)
    scanned = (
        select(recent.c.location_id, ReceiptTally.item_id, ReceiptTally.lot, ReceiptTally.quantity)
        .join(recent, recent.c.id == ReceiptTally.receipt_id)
        .outerjoin(ReceiptLine, line)
        .where(recent.c.state.in_(OPEN_STATES), ReceiptTally.damaged.is_(False))
        .where(func.coalesce(ReceiptLine.state, "") != "refused")
    )
    there = union_all(booked, scanned).subquery("there")
    quantity = cast(func.sum(there.c.quantity), BigInteger)
    return (
        select(there.c.location_id, there.c.item_id, there.c.lot, quantity.label("quantity"), Location.walk_order)
        .join(Location, Location.id == there.c.location_id)
        .join(Item, Item.id == there.c.item_id)
        .group_by(there.c.location_id, there.c.item_id, there.c.lot, Location.walk_order, Location.code, Item.sku)
        .having(quantity > 0)
        .order_by(Location.walk_order, Location.code, Item.sku, there.c.lot)
    )


Placed = tuple[UUID, UUID]  # where it lies, item
Told = dict[Placed, tuple[str, UUID]]  # why, and where to


def _suggestions(
    session: Session, site: SiteFacts, landings: Mapping[UUID, int], rows: Sequence[Any], fixed: Mapping[UUID, UUID]
) -> Told:
    """For each place and item why and where to."""
    items = {row.item_id for row in rows}
    beside = _beside_the_same(session, site.id, items - fixed.keys(), landings)
    found: Told = {}
    homeless: dict[UUID, dict[UUID, None]] = {}  # by place the items in their order
    for row in rows:
        if row.item_id in fixed:
            found[row.location_id, row.item_id] = ("fixed", fixed[row.item_id])
        elif row.item_id in beside:
            found[row.location_id, row.item_id] = ("same_item", beside[row.item_id])
        else:
            homeless.setdefault(row.location_id, {})[row.item_id] = None
    given: set[UUID] = set()
    wanted = sum(map(len, homeless.values()))
    for place, its_items in homeless.items():  # a handful of docks
        empties = session.scalars(_empties(site, landings, place).limit(wanted)).all()
        for item, empty in zip(its_items, (it for it in empties if it not in given), strict=False):
            found[place, item] = ("nearest_empty", empty)
            given.add(empty)
    return found


def _beside_the_same(
    session: Session, site_id: UUID, item_ids: Collection[UUID], landings: Collection[UUID]
) -> dict[UUID, UUID]:
    """The place that holds most of each item, other than where receipts land."""
    if not item_ids:
        return {}
    most_first = (func.sum(Balance.quantity).desc(), Location.walk_order, Location.code)
    ranked = (
        select(
            Balance.item_id,
            Balance.location_id,
            func.row_number().over(partition_by=Balance.item_id, order_by=most_first).label("rank"),
        )
        .join(Location, Location.id == Balance.location_id)
        .where(among(session, Balance.item_id, item_ids), Balance.quantity > 0)
        .where(Location.site_id == site_id, Location.kind.in_(PLACES), *_STANDING)
        .where(Balance.location_id.not_in(landings))
        .group_by(Balance.item_id, Balance.location_id, Location.walk_order, Location.code)
        .subquery("ranked")
    )
    rows = session.execute(select(ranked.c.item_id, ranked.c.location_id).where(ranked.c.rank == 1))
    return {row.item_id: row.location_id for row in rows}


def _empties(site: SiteFacts, landings: Mapping[UUID, int], place: UUID) -> Select[UUID]:
    """Places with nothing in them that belong to no item, from where the goods lie on, then from the beginning."""
    before = case((Location.walk_order < landings[place], 1), else_=0)
    return (
        select(Location.id)
        .where(Location.site_id == site.id, Location.kind == site.stock_level, *_STANDING)
        .where(Location.id.not_in(landings))
        .where(~exists().where(Balance.location_id == Location.id, Balance.quantity != 0))
        .where(~exists().where(ItemPlace.site_id == site.id, ItemPlace.location_id == Location.id))
        .order_by(before, Location.walk_order, Location.code)
    )


def _views(session: Session, rows: Sequence[Any], told: Told) -> list[Waiting]:
    where_to = [told.get((row.location_id, row.item_id)) for row in rows]
    items = item_briefs(session, {row.item_id for row in rows})
    places = location_briefs(session, {row.location_id for row in rows} | {it[1] for it in where_to if it})
    expiries = _expiries(session, {row.item_id for row in rows})
    return [
        Waiting(
            item=items[row.item_id],
            lot=row.lot,
            expires_on=expiries.get((row.item_id, row.lot)),
            location=places[row.location_id],
            quantity=row.quantity,
            suggested=Suggestion(places[to[1]], to[0]) if to else None,
        )
        for row, to in zip(rows, where_to, strict=True)
    ]


def _expiries(session: Session, item_ids: Collection[UUID]) -> dict[tuple[UUID, str], date]:
    rows = session.execute(
        select(Lot.item_id, Lot.lot, Lot.expires_on).where(
            among(session, Lot.item_id, item_ids), Lot.expires_on.is_not(None)
        )
    )
    return {(row.item_id, row.lot): row.expires_on for row in rows if row.expires_on}
