"""What is where: the balances of the places where goods are, and what they are worth."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Item, Unit
from app.kernel.access import Viewer, scoped
from app.kernel.paging import Page, page
from app.ledger.models import Balance, ReasonCode
from app.ledger.queries.movements import StockKey
from app.sites.models import Location
from app.sites.rules import PLACES


def stock(
    session: Session,
    viewer: Viewer,
    *,
    site_id: UUID | None,
    key: StockKey,
    search: str,
    limit: int,
    offset: int,
) -> Page[Any]:
    """The balances that are not zero, at the sites the viewer supervises, in walking order.

    `search` finds in SKU and name. A row's value is in minor units, at the item's unit cost.
    """
    wanted = scoped(
        select(
            Balance.location_id,
            Location.code.label("location_code"),
            Balance.item_id,
            Item.sku,
            Item.name.label("item_name"),
            Balance.lot,
            Balance.quantity,
            Unit.scale.label("unit_scale"),
            Unit.code.label("unit_code"),
            func.line_value(Balance.quantity, Unit.scale, Item.unit_cost).label("value"),
        )
        .join(Location, Location.id == Balance.location_id)
        .join(Item, Item.id == Balance.item_id)
        .join(Unit, Unit.id == Item.unit_id),
        Location.site_id.expression,
        viewer,
        "supervisor",
    ).where(Balance.quantity != 0, Location.kind.in_(PLACES))
    named = ((Location.site_id, site_id), (Balance.location_id, key.location_id), (Balance.item_id, key.item_id))
    for column, value in (*named, (Balance.lot, key.lot)):
        if value is not None:
            wanted = wanted.where(column == value)
    if search:
        wanted = wanted.where(
            Item.sku.icontains(search, autoescape=True) | Item.name.icontains(search, autoescape=True)
        )
    counted = wanted.with_only_columns(func.count(), maintain_column_froms=True)
    rows = session.execute(
        wanted.order_by(Location.walk_order, Location.code, Location.id, Item.sku, Balance.lot)
        .limit(limit)
        .offset(offset)
    )
    return page(list(rows), total=session.scalar(counted) or 0, offset=offset)


def reason_codes(session: Session) -> list[ReasonCode]:
    """All reasons, those no longer in use included, for old journals name them."""
    return list(session.scalars(select(ReasonCode).order_by(ReasonCode.code)))
