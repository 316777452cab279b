"""What an item was last bought for: a purchase's unit cost becomes the item's."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import Item
from app.kernel.sets import among
from app.ledger.models import Entry, Journal
from app.ledger.rules import BUYING
from app.ledger.service.commands import NewJournal
from app.sites.models import Location


def remember_costs(session: Session, journals: Mapping[UUID, NewJournal]) -> None:
    """Set the unit cost of the items these journals bought, where no later purchase stands in the book.

    "Later" is by the time it happened, so that an old delivery note typed in today does not change today's cost; a
    purchase that was reversed does not count. Costs are not in the feed: no device is told.
    """
    bought = [own for own, journal in journals.items() if journal.kind in BUYING]
    if not bought:
        return
    newest_first = (Entry.occurred_at.desc(), Entry.journal_id.desc(), Entry.number.desc())
    ranked = (
        select(
            Entry.item_id,
            Entry.unit_cost,
            Entry.occurred_at,
            func.row_number().over(partition_by=Entry.item_id, order_by=newest_first).label("rank"),
        )
        .where(among(session, Entry.journal_id, bought), Entry.unit_cost > 0)
        .subquery("ranked")
    )
    later, reversal = aliased(Entry), aliased(Journal)
    bought_later = exists().where(
        later.item_id == ranked.c.item_id,
        later.occurred_at > ranked.c.occurred_at,
        later.unit_cost > 0,
        later.from_location_id.in_(select(Location.id).where(Location.kind.in_(("supplier", "opening")))),
        ~exists().where(reversal.reverses_id == later.journal_id),
    )
    changed = session.execute(
        select(ranked.c.item_id, ranked.c.unit_cost)
        .join(Item, Item.id == ranked.c.item_id)
        .where(ranked.c.rank == 1, Item.unit_cost != ranked.c.unit_cost, ~bought_later)
        .order_by(ranked.c.item_id)  # two receipts of the same items take their locks in the same order
    ).all()
    if changed:
        item = cast(Table, Item.__table__)
        statement = update(item).where(item.c.id == bindparam("bought")).values(unit_cost=bindparam("cost"))
        session.execute(statement, [{"bought": row.item_id, "cost": row.unit_cost} for row in changed])
