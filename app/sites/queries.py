"""Questions about sites and the places in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.kernel.access import Viewer, scoped
from app.kernel.errors import NotFound
from app.kernel.paging import Page, page
from app.kernel.sets import among
from app.sites.models import Location, Site
from app.sites.rules import CURRENCY_DECIMALS, PLACES


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What other slices need to know of a site. Tolerances: smallest units, basis points, minor units."""

    id: UUID
    code: str
    name: str
    time_zone: str
    currency: str
    stock_level: str
    self_approval: bool
    tolerance_quantity: int | None
    tolerance_percent_bp: int | None
    tolerance_value: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class LocationFacts:
    """What other slices need to know of a location."""

    id: UUID
    site_id: UUID
    parent_id: UUID | None
    stock_location_id: UUID
    kind: str
    code: str
    name: str
    barcode: str | None
    walk_order: int
    active: bool
    mobile: bool  # a cart


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by its ISO 4217 code, and how many decimals its minor unit has."""

    code: str
    decimals: int


_SITE_COLUMNS = tuple(getattr(Site, name) for name in SiteFacts.__slots__)
_LOCATION_COLUMNS = tuple(getattr(Location, name) for name in LocationFacts.__slots__)


def site_of(session: Session, site_id: UUID) -> SiteFacts:
    """The site. Raises NotFound."""
    row = session.execute(select(*_SITE_COLUMNS).where(Site.id == site_id)).one_or_none()
    if row is None:
        raise NotFound("not_found", "There is no such site here.")
    return SiteFacts(*row)


def any_site(session: Session) -> bool:
    """Whether the installation has a site yet."""
    return session.scalar(select(Site.id).limit(1)) is not None


def sites_page(session: Session, viewer: Viewer, *, limit: int, offset: int) -> Page[SiteFacts]:
    """The sites the viewer has any role at, by code."""
    wanted = scoped(select(*_SITE_COLUMNS), Site.id.expression, viewer)
    total = _count(session, wanted)
    rows = session.execute(wanted.order_by(Site.code).limit(limit).offset(offset))
    return page([SiteFacts(*row) for row in rows], total=total, offset=offset)


def location_of(session: Session, location_id: UUID) -> LocationFacts:
    """The location. Raises NotFound."""
    row = session.execute(select(*_LOCATION_COLUMNS).where(Location.id == location_id)).one_or_none()
    if row is None:
        raise NotFound("not_found", "There is no such location here.")
    return LocationFacts(*row)


def locations_page(
    session: Session, site_id: UUID, *, search: str = "", kind: str | None = None, limit: int, offset: int
) -> Page[LocationFacts]:
    """The site's locations in walking order, the site itself and its counterparts included."""
    wanted = select(*_LOCATION_COLUMNS).where(*_listed(site_id, search, kind))
    total = _count(session, wanted)
    rows = session.execute(wanted.order_by(Location.walk_order, Location.code).limit(limit).offset(offset))
    return page([LocationFacts(*row) for row in rows], total=total, offset=offset)


def location_ids_found(session: Session, site_id: UUID, search: str, kind: str | None) -> set[UUID]:
    """The ids of all the locations that `locations_page` pages through."""
    return set(session.scalars(select(Location.id).where(*_listed(site_id, search, kind))))


def _listed(site_id: UUID, search: str, kind: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Location.site_id == site_id]
    if kind is not None:
        conditions.append(Location.kind == kind)
    if search:
        conditions.append(
            Location.code.icontains(search, autoescape=True)
            | Location.name.icontains(search, autoescape=True)
            | (Location.barcode == search)
        )
    return conditions


def locations_of_site(session: Session, site_id: UUID) -> dict[str, LocationFacts]:
    """All locations of the site by code, in use or not."""
    rows = session.execute(select(*_LOCATION_COLUMNS).where(Location.site_id == site_id).order_by(Location.code))
    return {row.code: LocationFacts(*row) for row in rows}


def locations_of(session: Session, location_ids: Collection[UUID]) -> Mapping[UUID, LocationFacts]:
    """These locations by id; unknown ids are left out."""
    rows = session.execute(select(*_LOCATION_COLUMNS).where(among(session, Location.id, location_ids)))
    return {row.id: LocationFacts(*row) for row in rows}


def locations_by_code(session: Session, site_id: UUID, codes: Collection[str]) -> Mapping[str, LocationFacts]:
    """The site's locations with these codes; unknown codes are left out."""
    rows = session.execute(
        select(*_LOCATION_COLUMNS).where(Location.site_id == site_id, among(session, Location.code, codes))
    )
    return {row.code: LocationFacts(*row) for row in rows}


def locations_by_barcode(session: Session, site_id: UUID, barcodes: Collection[str]) -> Mapping[str, LocationFacts]:
    """The site's locations with these labels; unknown ones are left out."""
    rows = session.execute(
        select(*_LOCATION_COLUMNS).where(Location.site_id == site_id, among(session, Location.barcode, barcodes))
    )
    return {row.barcode: LocationFacts(*row) for row in rows}


def location_ids(session: Session, site_id: UUID, *, kinds: Collection[str] = PLACES) -> list[UUID]:
    """The active locations of these kinds (by default where goods are), in walking order."""
    return list(
        session.scalars(
            select(Location.id)
            .where(Location.site_id == site_id, Location.kind.in_(kinds), Location.active.is_(True))
            .order_by(Location.walk_order, Location.code)
        )
    )


def counterpart(session: Session, site_id: UUID, kind: str) -> UUID:
    """The site's one location of a counterpart kind (supplier, customer, scrap, variance, opening), or its root (site).

    Raises NotFound.
    """
    found = session.scalar(select(Location.id).where(Location.site_id == site_id, Location.kind == kind))
    if found is None:
        raise NotFound("not_found", f"The site has no location of the kind {kind}.")
    return found


def house_currency(session: Session) -> Currency:
    """The one currency all sites share; CNY while there is no site."""
    code = session.scalar(select(Site.currency).order_by(Site.created_at, Site.id).limit(1)) or "CNY"
    return Currency(code, CURRENCY_DECIMALS[code])


def site_bodies(session: Session, keys: Sequence[str], site_id: UUID) -> dict[str, dict[str, Any]]:
    """For the feed: the device's own site, by key. No tolerance is in it: they would hint at the book."""
    if str(site_id) not in keys:
        return {}
    site = site_of(session, site_id)
    shown = ("code", "name", "time_zone", "currency", "stock_level", "self_approval", "active")
    return {str(site.id): {"id": str(site.id), **{name: getattr(site, name) for name in shown}}}


def location_bodies(session: Session, keys: Sequence[str], site_id: UUID) -> dict[str, dict[str, Any]]:
    """For the feed: these locations of the device's site, by key. One query."""
    rows = session.execute(
        select(*_LOCATION_COLUMNS).where(
            Location.site_id == site_id, among(session, Location.id, [UUID(key) for key in keys])
        )
    )
    return {str(row.id): dict(row._mapping) for row in rows}  # noqa: SLF001  # SQLAlchemy's public name


def _count(session: Session, wanted: Select[tuple[object, ...]]) -> int:
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
