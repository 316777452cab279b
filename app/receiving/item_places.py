"""Fixed bins: giving an item its place at a site, and taking it away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.catalogue.models import Item
from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.database import insert_on
from app.kernel.errors import NotFound, invalid_field
from app.kernel.sets import among
from app.ledger.queries.places import places_by_id
from app.ledger.rules import LEVEL_DEPTH, Place, place_mistake
from app.receiving.item_places_queries import FixedPlace, fixed_place, place_key
from app.receiving.models import ItemPlace
from app.sites.queries import SiteFacts, site_of


@dataclass(frozen=True, slots=True)
class SetPlace:
    """The command: the item belongs in this place of the site."""

    site_id: UUID
    item_id: UUID
    location_id: UUID


def set_place(session: Session, viewer: Viewer, command: SetPlace, now: datetime) -> FixedPlace:
    """Give an item its fixed bin, in place of another it may have had.

    Raises NotFound (a foreign site), Forbidden, Invalid for an unknown item, or a place where no stock is kept.
    """
    viewer.require("supervisor", command.site_id)
    site = site_of(session, command.site_id)
    if session.get(Item, command.item_id) is None:
        raise invalid_field("item_id", "unknown_item", "There is no such item.")
    refusal = place_refusal(places_by_id(session, [command.location_id]).get(command.location_id), site)
    if refusal:
        raise invalid_field("location_id", *refusal)
    write_places(session, site.id, {command.item_id: command.location_id}, now)
    return fixed_place(session, site.id, command.item_id)


def remove_place(session: Session, viewer: Viewer, site_id: UUID, item_id: UUID, now: datetime) -> None:
    """Let the item have no fixed bin. Raises NotFound where it has none."""
    viewer.require("supervisor", site_id)
    mine = (ItemPlace.site_id == site_id, ItemPlace.item_id == item_id)
    if session.connection().execute(delete(ItemPlace).where(*mine)).rowcount == 0:
        raise NotFound("not_found", "This item has no fixed bin here.")
    record_changes(session, "item_place", [place_key(site_id, item_id)], now, site_id=site_id, operation="D")


def place_refusal(place: Place | None, site: SiteFacts) -> tuple[str, str] | None:
    """Why no item can belong there, as (code, sentence); None where one can."""
    if place is None or place.kind not in LEVEL_DEPTH:
        return "unknown_location", "There is no such place at this site."
    return place_mistake(place, site_id=site.id, stock_level=site.stock_level, open_only=True)


def known_places(session: Session, site_id: UUID, item_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The fixed bins these items have at the site."""
    rows = session.execute(
        select(ItemPlace.item_id, ItemPlace.location_id).where(
            ItemPlace.site_id == site_id, among(session, ItemPlace.item_id, item_ids)
        )
    )
    return {row.item_id: row.location_id for row in rows}


def write_places(session: Session, site_id: UUID, wanted: Mapping[UUID, UUID], now: datetime) -> None:
    """Write what is new or other than before, in the order of the key, and tell the site's devices."""
    before = known_places(session, site_id, wanted)
    rows = [
        {"site_id": site_id, "item_id": item, "location_id": place}
        for item, place in sorted(wanted.items())
        if before.get(item) != place
    ]
    if not rows:
        return
    upsert = insert_on(session, ItemPlace)
    key, values = ["site_id", "item_id"], {"location_id": upsert.excluded.location_id}
    session.execute(upsert.on_conflict_do_update(index_elements=key, set_=values), rows)
    record_changes(session, "item_place", [place_key(site_id, row["item_id"]) for row in rows], now, site_id=site_id)
