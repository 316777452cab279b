"""What lies where: at the site by place and lot, and how much other sites have."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Item, Lot
from app.kernel.access import Viewer, scoped
from app.ledger.models import Balance
from app.lookup.queries.views import Asker, Elsewhere, Found, LotRow, SiteBrief, StockRow
from app.lookup.rules import STOCK_LISTED
from app.purchasing.queries import item_briefs
from app.receiving.item_places_queries import LocationBrief
from app.sites.models import Location, Site
from app.sites.rules import PLACES
from app.stocktake.models import Place, Stocktake

Goods = Sequence[ColumnElement[bool]]  # conditions on Balance: which stock is asked about


def of_item(item_id: UUID) -> Goods:
    """All of an item."""
    return (Balance.item_id == item_id,)


def of_lot(lot: str, item_ids: Collection[UUID]) -> Goods:
    """One lot (or serial number) of these items."""
    return (Balance.lot == lot, Balance.item_id.in_(item_ids))


def of_places(location_ids: Collection[UUID]) -> Goods:
    """All that lies in these places."""
    return (Balance.location_id.in_(location_ids),)


def add_stock(session: Session, asker: Asker, goods: Goods, found: Found) -> None:
    """Fill in what lies where, of what is not zero, by the order of walking; and what is not shown, by place."""
    here = _here(asker, goods)
    seen = here if asker.supervises else here.where(~_counted_blind(asker.site_id))
    counted = seen.with_only_columns(
        func.count(), cast(func.coalesce(func.sum(Balance.quantity), 0), BigInteger), maintain_column_froms=True
    )
    found.stock_total, total = session.execute(counted).one()
    if found.kind in ("item", "lot"):
        found.quantity = total
    in_order = (Location.walk_order, Location.code, Item.sku, Balance.lot)
    rows = session.execute(seen.order_by(*in_order).limit(STOCK_LISTED)).all()
    items = item_briefs(session, {row.item_id for row in rows})
    found.stock = [
        StockRow(
            item=items[row.item_id],
            location=LocationBrief(row.location_id, row.code, row.name),
            lot=row.lot,
            expires_on=row.expires_on,
            quantity=row.quantity,
        )
        for row in rows
    ]
    if not asker.supervises:
        hidden = here.where(_counted_blind(asker.site_id)).with_only_columns(Location.code, maintain_column_froms=True)
        found.hidden_places = list(session.scalars(hidden.distinct().order_by(Location.code).limit(STOCK_LISTED)))


def _here(asker: Asker, goods: Goods) -> Select[*tuple[Any, ...]]:
    return (
        select(Balance.item_id, Balance.location_id, Location.code, Location.name, Balance.lot, Balance.quantity)
        .add_columns(Lot.expires_on.label("expires_on"))
        .join(Location, Location.id == Balance.location_id)
        .join(Item, Item.id == Balance.item_id)
        .outerjoin(Lot, and_(Lot.item_id == Balance.item_id, Lot.lot == Balance.lot))
        .where(Location.site_id == asker.site_id, Location.kind.in_(PLACES), Balance.quantity != 0, *goods)
    )


def _counted_blind(site_id: UUID) -> ColumnElement[bool]:
    """Whether a place is being counted by people who must not know how much the book has there."""
    return Balance.location_id.in_(blind_places(site_id))


def blind_places(site_id: UUID) -> Select[UUID]:
    """The stock locations of places under a blind count."""
    return (
        select(Place.stock_location_id)
        .join(Stocktake, Stocktake.id == Place.stocktake_id)
        .where(Stocktake.site_id == site_id, Stocktake.state == "counting", Stocktake.blind.is_(True))
    )


def lots_of(session: Session, asker: Asker, goods: Goods) -> list[LotRow]:
    """The lots that are there, what expires first before the rest."""
    here = _here(asker, goods).where(Balance.lot != "")
    seen = here if asker.supervises else here.where(~_counted_blind(asker.site_id))
    total = cast(func.sum(Balance.quantity), BigInteger)
    columns = (Balance.item_id, Balance.lot, Lot.expires_on)
    rows = session.execute(
        seen.with_only_columns(*columns, total, maintain_column_froms=True)
        .group_by(*columns)
        .order_by(func.coalesce(Lot.expires_on, date.max.isoformat()), Balance.lot)
        .limit(STOCK_LISTED)
    ).all()
    items = item_briefs(session, {row.item_id for row in rows})
    return [LotRow(items[row.item_id], row.lot, row.expires_on, row[3]) for row in rows]


def elsewhere(session: Session, viewer: Viewer, asker: Asker, goods: Goods) -> list[Elsewhere]:
    """How much the other sites have that the viewer may see, the most first."""
    total = cast(func.sum(Balance.quantity), BigInteger)
    wanted = (
        select(Site.id, Site.code, Site.name, total)
        .join(Location, Location.site_id == Site.id)
        .join(Balance, Balance.location_id == Location.id)
        .where(Site.id != asker.site_id, Site.active.is_(True), Location.kind.in_(PLACES), *goods)
        .group_by(Site.id, Site.code, Site.name)
        .having(total != 0)
        .order_by(total.desc(), Site.code)
        .limit(STOCK_LISTED)
    )
    rows = session.execute(scoped(wanted, Site.id.expression, viewer))
    return [Elsewhere(SiteBrief(row[0], row[1], row[2]), row[3]) for row in rows]
