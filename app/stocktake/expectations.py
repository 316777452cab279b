"""What devices expect at a place follows the book while it is counted: goods that came, goods that are gone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select, union_all
from sqlalchemy.orm import Session

from app.feed.service import record_changes
from app.kernel.sets import among
from app.ledger.models import Balance, Entry
from app.stocktake.models import Place, Stocktake
from app.stocktake.sheets import place_key


def after_journals(session: Session, journal_ids: Sequence[UUID], now: datetime) -> None:
    """Called by the ledger once for journals of one site, after their balances are written: tell the feed.

    Only of places where an item is in the book now that was not, or is not any more; how much of it is no device's
    business, and a place's body is long.
    """
    theirs = among(session, Entry.journal_id, journal_ids)
    sides = union_all(
        *(
            select(side.label("location_id"), Entry.item_id, Entry.lot, moved.label("moved")).where(theirs)
            for side, moved in ((Entry.to_location_id, Entry.quantity), (Entry.from_location_id, -Entry.quantity))
        )
    ).subquery("sides")
    net = (
        select(sides.c.location_id, sides.c.item_id, sides.c.lot, func.sum(sides.c.moved).label("moved"))
        .group_by(sides.c.location_id, sides.c.item_id, sides.c.lot)
        .subquery("net")
    )
    there = and_(Balance.location_id == net.c.location_id, Balance.item_id == net.c.item_id, Balance.lot == net.c.lot)
    rows = session.execute(
        select(Place.stocktake_id, Place.location_id, Stocktake.site_id)
        .join(Stocktake, Stocktake.id == Place.stocktake_id)
        .join(net, and_(net.c.location_id == Place.location_id, Place.location_id == Place.stock_location_id))
        .join(Balance, there)
        .where(Stocktake.state.in_(("counting", "closed")))
        .where((Balance.quantity == 0) != (Balance.quantity == net.c.moved))
        .distinct()
    ).all()
    if rows:
        keys = sorted(place_key(row.stocktake_id, row.location_id) for row in rows)
        record_changes(session, "place", keys, now, site_id=rows[0].site_id)
