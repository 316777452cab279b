"""Making and editing zones and bins. Places are never deleted, only taken out of use: the book names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict, NotFound, invalid_field
from app.kernel.ids import new_id
from app.sites.models import Location, Site
from app.sites.queries import LocationFacts, counterpart, location_of
from app.sites.rules import PARENT_KINDS, default_barcode, keeps_own_stock
from app.sites.service.stock import lock_site, stock_moved


@dataclass(frozen=True, slots=True)
class NewLocation:
    """What makes a zone or bin. Without a parent it lies in the site itself; without a barcode it gets the default."""

    kind: str
    code: str
    name: str
    parent_id: UUID | None = None
    barcode: str | None = None
    walk_order: int = 0
    mobile: bool = False


def create_location(
    session: Session, site_id: UUID, command: NewLocation, viewer: Viewer, now: datetime
) -> LocationFacts:
    """Make a zone or bin. Raises Invalid (parent), Conflict (code_taken)."""
    viewer.require("administrator", site_id)
    site = lock_site(session, site_id)
    parent = _parent(session, site_id, command.kind, command.parent_id)
    barcode = command.barcode or default_barcode(site.code, command.code)
    _check_free(session, site_id, code=command.code, barcode=barcode)
    own = new_id()
    location = Location(
        id=own,
        site_id=site_id,
        parent_id=parent.id,
        stock_location_id=own if keeps_own_stock(command.kind, site.stock_level) else parent.stock_location_id,
        kind=command.kind,
        code=command.code,
        name=command.name,
        barcode=barcode,
        walk_order=command.walk_order,
        mobile=command.mobile,
    )
    with duplicates_mean(_taken()):
        session.add(location)
        session.flush()
    record_changes(session, "location", [own], now, site_id=site_id)
    return location_of(session, own)


def edit_location(
    session: Session, location_id: UUID, changes: Mapping[str, Any], viewer: Viewer, now: datetime
) -> LocationFacts:
    """Change what `changes` names; code and kind are on the label and stay.

    Raises Conflict where the place is the site itself or a counterpart, or where stock would change its place.
    """
    location = session.get(Location, location_id)
    if location is None:
        raise NotFound("not_found", "There is no such location here.")
    viewer.require("administrator", location.site_id, "location")
    site = lock_site(session, location.site_id)
    if location.kind not in PARENT_KINDS and set(changes) & {"parent_id", "active", "mobile"}:
        raise Conflict("location_fixed", "Every site has this place; it stays where it is, and in use.")
    if "parent_id" in changes:
        _put_into(session, site, location, changes["parent_id"])
    if "barcode" in changes:
        location.barcode = changes["barcode"] or default_barcode(site.code, location.code)
        _check_free(session, site.id, barcode=location.barcode, but=location_id)
    for name in set(changes) & {"name", "walk_order", "active", "mobile"}:
        setattr(location, name, changes[name])
    with duplicates_mean(_taken()):
        session.flush()
    record_changes(session, "location", [location_id], now, site_id=site.id)
    return location_of(session, location_id)


def _parent(session: Session, site_id: UUID, kind: str, parent_id: UUID | None) -> LocationFacts:
    """The place around one of this kind. Raises Invalid when it is elsewhere or of the wrong kind."""
    if parent_id is None:
        return location_of(session, counterpart(session, site_id, "site"))
    try:
        parent = location_of(session, parent_id)
    except NotFound as error:
        raise invalid_field("parent_id", "unknown_location", "There is no such location here.") from error
    if parent.site_id != site_id:
        raise invalid_field("parent_id", "unknown_location", "There is no such location here.")
    if parent.kind not in PARENT_KINDS[kind]:
        within = " or ".join(PARENT_KINDS[kind])
        raise invalid_field("parent_id", "wrong_parent", f"A {kind} lies in a {within}, not in a {parent.kind}.")
    return parent


def _put_into(session: Session, site: Site, location: Location, parent_id: UUID | None) -> None:
    parent = _parent(session, site.id, location.kind, parent_id)
    if not keeps_own_stock(location.kind, site.stock_level):
        if parent.stock_location_id != location.stock_location_id and stock_moved(session, site.id):
            raise Conflict(
                "stock_location_fixed", "Stock has moved at this site; this bin's stock is kept in its zone."
            )
        location.stock_location_id = parent.stock_location_id
    location.parent_id = parent.id


def _taken() -> Conflict:
    return Conflict("code_taken", "A place of this site has this code or barcode already.")


def _check_free(
    session: Session, site_id: UUID, *, barcode: str, code: str | None = None, but: UUID | None = None
) -> None:
    """Raise Conflict, naming the place, where the code or the barcode is another place's."""
    here = select(Location.code, Location.barcode).where(Location.site_id == site_id)
    if but is not None:
        here = here.where(Location.id != but)
    with session.no_autoflush:
        other = session.execute(
            here.where((Location.barcode == barcode) | (Location.code == code) if code else Location.barcode == barcode)
        ).first()
    if other is not None:
        field = "code" if other.code == code else "barcode"
        raise Conflict(f"{field}_taken", f"The place {other.code} has this {field} already.", field=field)
