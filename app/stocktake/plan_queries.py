"""Questions about stocktakes: which there are, how far they are, and their counting places."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Device, Person
from app.device_log.models import HeldRecord
from app.kernel.access import Viewer, scoped
from app.kernel.errors import NotFound
from app.kernel.paging import Page, offset_of, page
from app.kernel.sets import among
from app.sites.models import Location
from app.stocktake.models import Place, Sheet, Stocktake, StocktakeZone, Tally
from app.stocktake.rules import OPEN_STATES


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """Which places of a stocktake to list."""

    stocktake_id: UUID
    state: str | None = None
    zone_id: UUID | None = None
    search: str = ""


def stocktake_for(session: Session, viewer: Viewer, stocktake_id: UUID, role: str = "supervisor") -> Stocktake:
    """The stocktake, for somebody with at least `role` at its site. Raises NotFound, Forbidden."""
    stocktake = session.get(Stocktake, stocktake_id)
    if stocktake is None:
        raise NotFound("not_found", "There is no such stocktake here.")
    viewer.require(role, stocktake.site_id, "stocktake")
    return stocktake


def find_stocktakes(
    session: Session, viewer: Viewer, *, site_id: UUID | None, states: Sequence[str], limit: int, after: str | None
) -> Page[Stocktake]:
    """The stocktakes of the sites where the viewer is a supervisor, the newest first. A foreign site is not found."""
    if site_id is not None:
        viewer.require("supervisor", site_id)
    wanted = scoped(select(Stocktake), Stocktake.site_id.expression, viewer, "supervisor")
    if site_id is not None:
        wanted = wanted.where(Stocktake.site_id == site_id)
    if states:
        wanted = wanted.where(Stocktake.state.in_(states))
    offset = offset_of(after)
    total = _count(session, wanted)
    newest = wanted.order_by(Stocktake.created_at.desc(), Stocktake.id.desc())
    return page(list(session.scalars(newest.limit(limit).offset(offset))), total=total, offset=offset)


def being_counted(session: Session, site_id: UUID) -> bool:
    """Whether a count runs at the site: its places are summed up as the stock-keeping level was when it started."""
    running = Stocktake.site_id == site_id, Stocktake.state.in_(OPEN_STATES)
    return session.scalar(select(Stocktake.id).where(*running).limit(1)) is not None


def items_counted(session: Session, item_ids: Collection[UUID]) -> set[UUID]:
    """Which of these items have been counted in a stocktake that is not over: in units that must stay what they are."""
    tallied = (
        select(Tally.item_id)
        .join(Sheet, Sheet.id == Tally.sheet_id)
        .join(Stocktake, Stocktake.id == Sheet.stocktake_id)
        .where(among(session, Tally.item_id, item_ids), Stocktake.state.in_(OPEN_STATES))
    )
    return set(session.scalars(tallied.distinct()))


def zones_of(session: Session, stocktake_id: UUID) -> list[dict[str, Any]]:
    """The zones a stocktake by zone covers: id, code, name."""
    rows = session.execute(
        select(Location.id, Location.code, Location.name)
        .join(StocktakeZone, StocktakeZone.location_id == Location.id)
        .where(StocktakeZone.stocktake_id == stocktake_id)
        .order_by(Location.walk_order, Location.code)
    )
    return [{"id": row.id, "code": row.code, "name": row.name} for row in rows]


def places_by_state(session: Session, stocktake_id: UUID) -> dict[str, int]:
    """How many counting places are open, counting and closed."""
    rows = session.execute(
        select(Place.state, func.count().label("places"))
        .where(Place.stocktake_id == stocktake_id)
        .group_by(Place.state)
    )
    return {"open": 0, "counting": 0, "closed": 0} | {row.state: row.places for row in rows}


def held_open(session: Session, stocktake_id: UUID) -> int:
    """How many records of this stocktake are held and wait for a supervisor."""
    wanted = select(func.count()).where(HeldRecord.document_id == stocktake_id, HeldRecord.state == "open")
    return session.scalar(wanted) or 0


def overlaps_undecided(session: Session, stocktake_id: UUID) -> int:
    """At how many places two sheets wait for somebody to say what they are to each other."""
    undecided = (
        select(Sheet.location_id, Sheet.round)
        .where(Sheet.stocktake_id == stocktake_id, Sheet.disposition == "undecided")
        .distinct()
    )
    return _count(session, undecided)


def find_places(session: Session, wanted: PlaceFilter, *, limit: int, after: str | None) -> Page[dict[str, Any]]:
    """Counting places in walking order, each with its sheets and who made them."""
    statement = (
        select(Place, Location)
        .join(Location, Location.id == Place.location_id)
        .where(Place.stocktake_id == wanted.stocktake_id)
    )
    if wanted.state is not None:
        statement = statement.where(Place.state == wanted.state)
    if wanted.zone_id is not None:
        statement = statement.where(Place.zone_id == wanted.zone_id)
    if wanted.search:
        found = (Location.code, Location.name)
        statement = statement.where(
            found[0].icontains(wanted.search, autoescape=True) | found[1].icontains(wanted.search, autoescape=True)
        )
    offset, total = offset_of(after), _count(session, statement)
    walked = statement.order_by(Location.walk_order, Location.code, Location.id).limit(limit).offset(offset)
    there = session.execute(walked).all()
    sheets = sheets_at(session, wanted.stocktake_id, [place.location_id for place, _location in there])
    rows = [_place(place, location, sheets[place.location_id]) for place, location in there]
    return page(rows, total=total, offset=offset)


def _place(place: Place, location: Location, sheets: list[dict[str, Any]]) -> dict[str, Any]:
    present = [sheet for sheet in sheets if sheet["round"] == place.round]
    return {
        "location_id": place.location_id,
        "location_code": location.code,
        "location_name": location.name,
        "zone_id": place.zone_id,
        "stock_location_id": place.stock_location_id,
        "round": place.round,
        "state": place.state,
        "other_counter": place.other_counter,
        "overlap": any(sheet["disposition"] == "undecided" for sheet in sheets),
        "opened_at": min((sheet["opened_at"] for sheet in present), default=None),
        "closed_at": _last_close(present) if place.state == "closed" else None,
        "counters": sorted({sheet["person_name"] for sheet in present}),
        "sheets": sheets,
    }


def _last_close(sheets: list[dict[str, Any]]) -> datetime | None:
    return max((sheet["closed_at"] for sheet in sheets if sheet["closed_at"]), default=None)


def sheets_at(session: Session, stocktake_id: UUID, location_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The sheets at these places by place, each with its counter, device, times, and how many lines it has."""
    lines = select(func.count()).where(Tally.sheet_id == Sheet.id).scalar_subquery()
    rows = session.execute(
        select(Sheet, Person.name, Device.number, Device.label, lines.label("lines"))
        .join(Person, Person.id == Sheet.person_id)
        .join(Device, Device.id == Sheet.device_id)
        .where(Sheet.stocktake_id == stocktake_id, Sheet.location_id.in_(location_ids))
        .order_by(Sheet.round, Sheet.opened_at, Sheet.id)
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row.Sheet.location_id].append(_sheet(row))
    return found


def _sheet(row: Row[Any]) -> dict[str, Any]:
    sheet: Sheet = row.Sheet
    return {
        "id": sheet.id,
        "round": sheet.round,
        "person_id": sheet.person_id,
        "person_name": row.name,
        "device_id": sheet.device_id,
        "device_number": row.number,
        "device_label": row.label,
        "continues_id": sheet.continues_id,
        "disposition": sheet.disposition,
        "opened_at": sheet.opened_at,
        "closed_at": sheet.closed_at,
        "empty": sheet.empty,
        "lines": row.lines,
    }


def _count(session: Session, wanted: Select[*tuple[Any, ...]]) -> int:
    return session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
