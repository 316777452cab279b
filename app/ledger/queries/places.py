"""Where journals book: what must be known of the places, and which of them a journal took below zero."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, union
from sqlalchemy.orm import Session, aliased

from app.kernel.sets import among
from app.ledger.models import Balance, Entry
from app.ledger.rules import LEVEL_DEPTH, Place
from app.sites.models import Location

SHORTAGES_LISTED = 1000


def places(session: Session, which: ColumnElement[bool]) -> list[Place]:
    """The locations for which `which` holds."""
    deeper = aliased(Location)
    sums_up = exists().where(deeper.stock_location_id == Location.id, deeper.id != Location.id)
    rows = session.execute(
        select(
            Location.id,
            Location.site_id,
            Location.code,
            Location.kind,
            Location.active,
            Location.stock_location_id,
            sums_up.label("sums_up"),
        ).where(which)
    )
    return [Place(*row) for row in rows]


def places_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, Place]:
    """The places with these ids; an unknown id is missing in the answer."""
    return {place.id: place for place in places(session, among(session, Location.id, ids))} if ids else {}


def places_of_journals(session: Session, journal_ids: Collection[UUID]) -> list[Place]:
    """Every place that entries of these journals name."""
    mine = among(session, Entry.journal_id, journal_ids)
    named = union(select(Entry.from_location_id).where(mine), select(Entry.to_location_id).where(mine))
    return places(session, Location.id.in_(named))


def shortages(session: Session, journal_ids: Collection[UUID]) -> list[Any]:
    """Rows (journal_id, location_id, item_id, lot, quantity) of stock these journals took from that is below zero.

    At most a thousand. The counterparts (supplier, opening, …) are below zero by nature and not among them.
    """
    return list(
        session.execute(
            select(Entry.journal_id, Balance.location_id, Balance.item_id, Balance.lot, Balance.quantity)
            .join(
                Balance,
                (Balance.location_id == Entry.from_location_id)
                & (Balance.item_id == Entry.item_id)
                & (Balance.lot == Entry.lot),
            )
            .join(Location, Location.id == Balance.location_id)
            .where(among(session, Entry.journal_id, journal_ids))
            .where(Balance.quantity < 0, Location.kind.in_(LEVEL_DEPTH))
            .distinct()
            .order_by(Entry.journal_id, Balance.location_id, Balance.item_id, Balance.lot)
            .limit(SHORTAGES_LISTED)
        )
    )
