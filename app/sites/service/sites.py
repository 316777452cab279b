"""Making and editing a site."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import case, literal, select, update
from sqlalchemy.orm import Session

from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.database import Id
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict, invalid_field
from app.kernel.ids import new_id
from app.sites.models import Location, Site
from app.sites.queries import SiteFacts, counterpart, site_of
from app.sites.rules import COUNTERPARTS, CURRENCY_DECIMALS, default_barcode, keeps_own_stock
from app.sites.service.stock import lock_site, stock_moved


@dataclass(frozen=True, slots=True)
class NewSite:
    """What makes a site. Tolerances: base units, basis points, minor units; None: not asked for."""

    code: str
    name: str
    time_zone: str
    currency: str
    stock_level: str
    self_approval: bool = False
    tolerance_quantity: int | None = None
    tolerance_percent_bp: int | None = None
    tolerance_value: int | None = None


def create_site(session: Session, command: NewSite, viewer: Viewer, now: datetime) -> SiteFacts:
    """Make a site with its own location and its counterparts. Raises Invalid, Conflict (code_taken)."""
    viewer.require("administrator", None)
    _check_time_zone(command.time_zone)
    _check_currency(session, command.currency)
    if command.code.lower() in COUNTERPARTS:
        raise invalid_field("code", "reserved", f"{command.code} names a place every site has; choose another code.")
    site = Site(id=new_id(), created_at=now, **asdict(command))
    taken = Conflict("code_taken", f"There is a site {command.code} already.", field="code")
    with duplicates_mean(taken):
        session.add(site)
        session.flush()
    locations = [_fixed_location(site, kind) for kind in ("site", *COUNTERPARTS)]
    session.add_all(locations)
    session.flush()
    record_changes(session, "site", [site.id], now, site_id=site.id)
    record_changes(session, "location", [location.id for location in locations], now, site_id=site.id)
    return site_of(session, site.id)


def edit_site(session: Session, site_id: UUID, changes: Mapping[str, Any], viewer: Viewer, now: datetime) -> SiteFacts:
    """Change what `changes` names; the code is on printed labels and stays.

    Raises Conflict when the stock-keeping level or the currency would change after stock moved.
    """
    viewer.require("administrator", site_id)
    site = lock_site(session, site_id)
    if "time_zone" in changes:
        _check_time_zone(changes["time_zone"])
    if changes.get("currency", site.currency) != site.currency:
        _check_currency(session, changes["currency"], of=site_id)
        _check_no_stock(session, site_id, "currency")
    new_level = changes.get("stock_level", site.stock_level)
    if new_level != site.stock_level:
        _check_no_stock(session, site_id, "stock_level")
        _move_stock_locations(session, site_id, new_level, now)
    for name, value in changes.items():
        setattr(site, name, value)
    session.flush()
    record_changes(session, "site", [site_id], now, site_id=site_id)
    return site_of(session, site_id)


def _fixed_location(site: Site, kind: str) -> Location:
    own = new_id()
    is_root = kind == "site"
    return Location(
        id=own,
        site_id=site.id,
        stock_location_id=own,
        kind=kind,
        code=site.code if is_root else kind.upper(),
        name=site.name if is_root else kind,
        barcode=default_barcode(site.code, site.code) if is_root else None,
    )


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _check_time_zone(name: str) -> None:
    if name not in _time_zones():
        raise invalid_field("time_zone", "unknown_time_zone", "Give a name of the IANA list, such as Asia/Shanghai.")


def _check_currency(session: Session, code: str, of: UUID | None = None) -> None:
    """Items have one cost for all sites, so all sites count money in one currency."""
    if code not in CURRENCY_DECIMALS:
        raise invalid_field("currency", "unknown_currency", "Give a code of ISO 4217, such as CNY.")
    others = select(Site.currency).limit(1)
    shared = session.scalar(others if of is None else others.where(Site.id != of))
    if shared not in (None, code):
        raise invalid_field("currency", "currency_differs", f"All sites share one currency, here {shared}.")


def _check_no_stock(session: Session, site_id: UUID, field: str) -> None:
    if stock_moved(session, site_id):
        raise Conflict(f"{field}_fixed", "Stock has moved at this site; this can no longer change.", field=field)


def _move_stock_locations(session: Session, site_id: UUID, stock_level: str, now: datetime) -> None:
    """Give every zone and bin the stock location of the new level: itself, its parent, or the site."""
    root = literal(counterpart(session, site_id, "site"), Id())
    places = (Location.site_id == site_id, Location.kind.in_(("zone", "bin")))
    zones_own = keeps_own_stock("zone", stock_level)
    bins_own = keeps_own_stock("bin", stock_level)
    above = Location.parent_id if zones_own else root  # a bin's parent is a zone, or the site where it has none
    session.execute(
        update(Location)
        .where(*places)
        .values(
            stock_location_id=case(
                (Location.kind == "zone", Location.id if zones_own else root),
                else_=Location.id if bins_own else above,
            )
        ),
        execution_options={"synchronize_session": False},
    )
    record_changes(session, "location", session.scalars(select(Location.id).where(*places)), now, site_id=site_id)
