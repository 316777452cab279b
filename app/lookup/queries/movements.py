"""The latest movements of some stock at a site."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select, union_all
from sqlalchemy.orm import Session

from app.ledger.models import Balance, Entry
from app.ledger.queries.movements import described_entries
from app.lookup.queries.stock import Goods, blind_places
from app.lookup.queries.views import Asker
from app.lookup.rules import MOVEMENTS_LISTED, SPANS
from app.sites.models import Location


def latest(session: Session, asker: Asker, goods: Goods, *, both_sides: bool) -> list[Any]:
    """The last 20 movements, newest first by when they happened.

    By way of the balances: each is a stretch of an index of the entries, of which a short one is read first.
    `both_sides` where the goods are named by place: an entry's two sides are two places.
    """
    for span in SPANS:
        found = session.execute(_latest(asker, goods, asker.at - span, both_sides=both_sides)).all()
        if len(found) == MOVEMENTS_LISTED:
            return list(found)
    return list(session.execute(_latest(asker, goods, None, both_sides=both_sides)))


def _latest(asker: Asker, goods: Goods, since: datetime | None, *, both_sides: bool) -> Select[*tuple[Any, ...]]:
    stock = (
        select(Balance.location_id, Balance.item_id, Balance.lot)
        .join(Location, Location.id == Balance.location_id)
        .where(Location.site_id == asker.site_id, *goods)
        .subquery("stock")
    )

    def side(place: Any) -> Select[*tuple[Any, ...]]:
        same = and_(place == stock.c.location_id, Entry.item_id == stock.c.item_id, Entry.lot == stock.c.lot)
        moved = select(Entry.journal_id, Entry.number, Entry.occurred_at).join(stock, same)
        if since is not None:
            moved = moved.where(Entry.occurred_at > since)
        return moved if asker.supervises else moved.where(*_seen(asker))

    moved = (
        union_all(side(Entry.from_location_id), side(Entry.to_location_id)).subquery("moved")
        if both_sides
        else side(Entry.from_location_id).subquery("moved")
    )
    newest_first = (moved.c.occurred_at.desc(), moved.c.journal_id.desc(), moved.c.number.desc())
    newest = (
        select(moved.c.journal_id, moved.c.number)
        .distinct()
        .add_columns(moved.c.occurred_at)
        .order_by(*newest_first)
        .limit(MOVEMENTS_LISTED)
        .subquery("newest")
    )
    return (
        described_entries()
        .join(newest, and_(newest.c.journal_id == Entry.journal_id, newest.c.number == Entry.number))
        .order_by(Entry.occurred_at.desc(), Entry.journal_id.desc(), Entry.number.desc())
    )


def _seen(asker: Asker) -> tuple[Any, ...]:
    hidden = blind_places(asker.site_id)
    return Entry.from_location_id.not_in(hidden), Entry.to_location_id.not_in(hidden)
