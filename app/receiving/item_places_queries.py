"""Questions about fixed bins: where an item belongs at a site."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from app.catalogue.models import Item
from app.kernel.errors import NotFound
from app.kernel.paging import Page, page
from app.kernel.sets import among
from app.purchasing.queries import ItemBrief, item_briefs
from app.receiving.models import ItemPlace
from app.sites.models import Location


@dataclass(frozen=True, slots=True)
class LocationBrief:
    """A place by name."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FixedPlace:
    """That an item belongs in a place."""

    site_id: UUID
    item: ItemBrief
    location: LocationBrief


def location_briefs(session: Session, location_ids: Collection[UUID]) -> dict[UUID, LocationBrief]:
    """These places by id."""
    columns = Location.id, Location.code, Location.name
    rows = session.execute(select(*columns).where(among(session, Location.id, location_ids)))
    return {row.id: LocationBrief(*row) for row in rows}


def fixed_places(session: Session, site_id: UUID, item_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Where these items' stock belongs at the site, by item; a place out of use is nobody's."""
    rows = session.execute(
        select(ItemPlace.item_id, Location.stock_location_id)
        .join(Location, Location.id == ItemPlace.location_id)
        .where(ItemPlace.site_id == site_id, among(session, ItemPlace.item_id, item_ids), Location.active.is_(True))
    )
    return {row.item_id: row.stock_location_id for row in rows}


def fixed_page(session: Session, site_id: UUID, *, search: str, limit: int, offset: int) -> Page[FixedPlace]:
    """The site's fixed bins by SKU. `search` is part of a SKU, a name or the place's code."""
    wanted = _listed(site_id, search)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.execute(wanted.order_by(Item.sku).limit(limit).offset(offset)).all()
    items = item_briefs(session, {row.item_id for row in rows})
    views = [FixedPlace(site_id, items[row.item_id], LocationBrief(row.id, row.code, row.name)) for row in rows]
    return page(views, total=total, offset=offset)


def fixed_place(session: Session, site_id: UUID, item_id: UUID) -> FixedPlace:
    """Where the item belongs. Raises NotFound."""
    row = session.execute(_listed(site_id, "").where(ItemPlace.item_id == item_id)).one_or_none()
    if row is None:
        raise NotFound("not_found", "This item has no fixed bin here.")
    return FixedPlace(site_id, item_briefs(session, [item_id])[item_id], LocationBrief(row.id, row.code, row.name))


def fixed_rows(session: Session, site_id: UUID) -> Sequence[Any]:
    """Every fixed bin of the site for a file: sku, item_name, location."""
    listed = _listed(site_id, "").with_only_columns(Item.sku, Item.name, Location.code, maintain_column_froms=True)
    return session.execute(listed.order_by(Item.sku)).all()


def item_place_bodies(session: Session, keys: Sequence[str], site_id: UUID) -> Mapping[str, dict[str, Any]]:
    """For the feed: the fixed bins of the device's site, by "site:item"."""
    wanted = [tuple(map(UUID, key.split(":"))) for key in keys]
    rows = session.execute(
        select(ItemPlace.site_id, ItemPlace.item_id, ItemPlace.location_id).where(
            tuple_(ItemPlace.site_id, ItemPlace.item_id).in_(wanted), ItemPlace.site_id == site_id
        )
    )
    bodies = (
        {"id": place_key(row.site_id, row.item_id), "item": str(row.item_id), "location": str(row.location_id)}
        for row in rows
    )
    return {body["id"]: body for body in bodies}


def place_key(site_id: UUID, item_id: UUID) -> str:
    """A fixed bin's key in the feed."""
    return f"{site_id}:{item_id}"


def _listed(site_id: UUID, search: str) -> Select[*tuple[Any, ...]]:
    wanted = (
        select(ItemPlace.item_id, Location.id, Location.code, Location.name)
        .join(Item, Item.id == ItemPlace.item_id)
        .join(Location, Location.id == ItemPlace.location_id)
        .where(ItemPlace.site_id == site_id)
    )
    if not search:
        return wanted
    sku, name, code = (column.icontains(search, autoescape=True) for column in (Item.sku, Item.name, Location.code))
    return wanted.where(sku | name | code)
