"""Whether stock has moved: what `sites` and `catalogue` ask before they change what the book's numbers mean."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.sets import among
from app.ledger.models import Balance, Journal
from app.sites.models import Location
from app.sites.rules import PLACES


def stock_moved_at(session: Session, site_id: UUID) -> bool:
    """Whether the site has a journal."""
    return session.scalar(select(Journal.id).where(Journal.site_id == site_id).limit(1)) is not None


def items_in_lots(session: Session, item_ids: Collection[UUID]) -> set[UUID]:
    """Of which of these items stock stands in lots (or serial numbers) now."""
    wanted = (
        select(Balance.item_id)
        .join(Location, Location.id == Balance.location_id)
        .where(among(session, Balance.item_id, item_ids), Location.kind.in_(PLACES))
        .where(Balance.lot != "", Balance.quantity != 0)
    )
    return set(session.scalars(wanted.distinct()))


def items_moved(session: Session, item_ids: Collection[UUID]) -> set[UUID]:
    """Which of these items have ever moved: a balance stays when it falls to zero."""
    return set(session.scalars(select(Balance.item_id).where(among(session, Balance.item_id, item_ids)).distinct()))
