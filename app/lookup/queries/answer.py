"""The whole answer: what was scanned, where it lies, what moved, what is still to come, where else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Item
from app.catalogue.queries import item_view
from app.kernel.access import Viewer
from app.lookup.queries import coming, movements, stock
from app.lookup.queries.documents import document
from app.lookup.queries.meant import Meant, what_is
from app.lookup.queries.views import Asker, Found, PlaceView
from app.lookup.rules import STOCK_LISTED
from app.purchasing.queries import ItemBrief, item_briefs
from app.receiving.item_places_queries import fixed_places, location_briefs
from app.receiving.models import ItemPlace, ReceiptTally
from app.sites.models import Location
from app.sites.queries import location_of, site_of


def look_up(session: Session, viewer: Viewer, site_id: UUID, code: str, now: datetime) -> Found:
    """What the code stands for at the site, and all that is known of it. Raises NotFound for a foreign site.

    A counter is told no cost, and nothing of places that are being counted blind.
    """
    viewer.require("counter", site_id)
    site_of(session, site_id)
    asker = Asker(site_id, viewer.may("supervisor", site_id), now)
    meant = what_is(session, asker, code)
    found = Found(meant.kind, code, scanned=meant.scanned)
    if meant.kind in ("item", "lot"):
        _add_goods(session, viewer, asker, meant, found)
    elif meant.kind == "location" and meant.id:
        _add_place(session, asker, meant.id, found)
    elif meant.kind in ("order", "delivery") and meant.id:
        found.document = document(session, meant.kind, meant.id)
        found.expected = coming.expected_on(session, asker, meant.kind, meant.id)
    elif meant.kind == "receipt" and meant.id:
        found.document = document(session, meant.kind, meant.id)
        found.arriving = coming.arriving(session, asker, ReceiptTally.receipt_id == meant.id)
    return found


def _add_goods(session: Session, viewer: Viewer, asker: Asker, meant: Meant, found: Found) -> None:
    """An item, or a lot of one or several."""
    item_ids = (meant.id,) if meant.id else meant.item_ids
    goods = stock.of_item(meant.id) if meant.id else stock.of_lot(meant.lot, item_ids)
    if len(item_ids) == 1:
        found.item = item_view(session, item_ids[0], with_cost=asker.supervises)
        fixed = fixed_places(session, asker.site_id, item_ids)
        found.fixed = next(iter(location_briefs(session, set(fixed.values())).values()), None)
    stock.add_stock(session, asker, goods, found)
    found.lots = stock.lots_of(session, asker, goods)
    found.movements = movements.latest(session, asker, goods, both_sides=False)
    found.expected = coming.expected_of_items(session, asker, item_ids)
    tallied = ReceiptTally.item_id.in_(item_ids)
    found.arriving = coming.arriving(session, asker, tallied if meant.id else tallied & (ReceiptTally.lot == meant.lot))
    found.elsewhere = stock.elsewhere(session, viewer, asker, goods)


def _add_place(session: Session, asker: Asker, location_id: UUID, found: Found) -> None:
    """A place, with all that lies in it and in what it contains; the book does not know what lies on a shelf of it."""
    place = location_of(session, location_id)
    kept_with = place.stock_location_id if place.stock_location_id != place.id else None
    found.location = PlaceView(
        id=place.id,
        code=place.code,
        name=place.name,
        kind=place.kind,
        active=place.active,
        barcode=place.barcode,
        stock_location=location_briefs(session, [kept_with])[kept_with] if kept_with else None,
        fixed_items=_fixed_here(session, asker.site_id, place.id),
    )
    if kept_with is None:
        inside = select(Location.id).where(Location.parent_id == place.id) if place.kind == "zone" else None
        goods = stock.of_places([place.id, *(session.scalars(inside) if inside is not None else ())])
        stock.add_stock(session, asker, goods, found)
        found.movements = movements.latest(session, asker, goods, both_sides=True)


def _fixed_here(session: Session, site_id: UUID, location_id: UUID) -> list[ItemBrief]:
    """The items that belong here, by SKU."""
    ids = session.scalars(
        select(ItemPlace.item_id)
        .join(Item, Item.id == ItemPlace.item_id)
        .where(ItemPlace.site_id == site_id, ItemPlace.location_id == location_id)
        .order_by(Item.sku)
        .limit(STOCK_LISTED)
    ).all()
    items = item_briefs(session, ids)
    return [items[item] for item in ids]
