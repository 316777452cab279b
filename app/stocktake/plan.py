"""The plan of a stocktake: made, started, cancelled, closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Integer, Select, and_, case, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.errors import Conflict, Invalid, NotFound, invalid_field
from app.kernel.ids import new_id
from app.sites.models import Location, Site
from app.stocktake import unknown_codes
from app.stocktake.health_queries import SyncHealth, sync_health
from app.stocktake.models import Place, Stocktake, StocktakeZone
from app.stocktake.plan_queries import stocktake_for
from app.stocktake.sheets import place_key

_NAMED = 20  # places named in a refusal


@dataclass(frozen=True, slots=True)
class NewStocktake:
    """The command: what to count and how. A tolerance of None is the site's."""

    site_id: UUID
    name: str
    kind: str
    zone_ids: tuple[UUID, ...]
    blind: bool
    tolerance_quantity: int | None
    tolerance_percent_bp: int | None
    tolerance_value: int | None


def create(session: Session, viewer: Viewer, command: NewStocktake, now: datetime) -> Stocktake:
    """Draft a stocktake, numbered within its site. Raises NotFound, and Invalid when nothing could be counted in it."""
    viewer.require("supervisor", command.site_id)
    site = session.get(Site, command.site_id, with_for_update=True)  # numbers are given one at a time
    if site is None:
        raise NotFound("not_found", "There is no such site here.")
    _check_zones(session, command)
    highest = session.scalar(select(func.max(Stocktake.number)).where(Stocktake.site_id == site.id))
    stocktake = Stocktake(
        id=new_id(),
        site_id=site.id,
        number=(highest or 0) + 1,
        name=command.name,
        kind=command.kind,
        blind=command.blind,
        state="draft",
        tolerance_quantity=_first(command.tolerance_quantity, site.tolerance_quantity),
        tolerance_percent_bp=_first(command.tolerance_percent_bp, site.tolerance_percent_bp),
        tolerance_value=_first(command.tolerance_value, site.tolerance_value),
        created_by=viewer.person,
        created_at=now,
    )
    session.add(stocktake)
    session.flush()
    for zone_id in sorted(set(command.zone_ids)):
        session.add(StocktakeZone(stocktake_id=stocktake.id, location_id=zone_id))
    session.flush()
    _check_scope(session, stocktake)
    return stocktake


def _first(chosen: int | None, default: int | None) -> int | None:
    return default if chosen is None else chosen


def _check_zones(session: Session, command: NewStocktake) -> None:
    if command.kind == "full" and command.zone_ids:
        raise invalid_field("zone_ids", "not_for_full", "A full stocktake covers every zone; name none.")
    if command.kind == "zone" and not command.zone_ids:
        raise invalid_field("zone_ids", "required", "Name the zones to count.")
    known = set(
        session.scalars(
            select(Location.id).where(
                Location.id.in_(command.zone_ids),
                Location.site_id == command.site_id,
                Location.kind == "zone",
                Location.active.is_(True),
            )
        )
    )
    unknown = [str(zone_id) for zone_id in command.zone_ids if zone_id not in known]
    if unknown:
        raise invalid_field("zone_ids", "unknown_zone", "This site has no such zone in use.", zone_ids=unknown)


def _tree(stocktake: Stocktake) -> CTE:
    """Every place in use of the site, from its root down: its zone, and whether the stocktake covers it."""
    covers_all = stocktake.kind == "full"
    chosen = select(StocktakeZone.location_id).where(StocktakeZone.stocktake_id == stocktake.id)
    root = select(
        Location.id,
        literal(None, Location.id.type).label("zone_id"),
        literal(int(covers_all), Integer).label("covered"),
    ).where(Location.site_id == stocktake.site_id, Location.kind == "site", Location.active.is_(True))
    above = root.cte("tree", recursive=True)
    below = select(
        Location.id,
        case((Location.kind == "zone", Location.id), else_=above.columns.zone_id),
        case((Location.id.in_(chosen), 1), else_=above.columns.covered),
    ).join(above, above.columns.id == Location.parent_id)
    return above.union_all(below.where(Location.kind.in_(("zone", "bin")), Location.active.is_(True)))


def _counting_places(tree: CTE) -> Select[Any]:
    """The leaves of the tree: bins, and a zone or the site itself that has nothing in it."""
    place = tree.columns
    child = aliased(tree)
    parent = aliased(Location)
    inner = exists().where(parent.id == child.columns.id, parent.parent_id == place.id)
    return (
        select(Location.id, Location.stock_location_id, place.zone_id, place.covered)
        .join_from(tree, Location, Location.id == place.id)
        .where(~inner)
    )


def _check_scope(session: Session, stocktake: Stocktake) -> None:
    """Refuse a plan without places, and one that covers a stock location in part: its book could not be compared."""
    places = _counting_places(_tree(stocktake)).subquery("places")
    covered = places.columns.covered
    stock = aliased(Location)
    rows = session.execute(
        select(stock.code, func.sum(covered), func.count())
        .join_from(places, stock, stock.id == places.columns.stock_location_id)
        .group_by(stock.id, stock.code)
        .having(func.sum(covered) > 0)
        .order_by(stock.code)
    ).all()
    if not rows:
        raise Invalid("no_places", "There is no place in use to count here; make zones or bins first.")
    partly = [row[0] for row in rows if row[1] < row[2]]
    if partly:
        raise Invalid(
            "stock_location_partly_covered",
            f"The stock of {', '.join(partly[:_NAMED])} is kept as one; count all of its zones together.",
            locations=partly[:_NAMED],
        )


def start(session: Session, viewer: Viewer, stocktake_id: UUID, now: datetime) -> Stocktake:
    """Open the plan's places for counting. Its expected lines are the caller's to make after it: `evaluate_all`.

    Raises Conflict when it is no draft, or when a place is being counted in another stocktake already.
    """
    stocktake = stocktake_for(session, viewer, stocktake_id)
    session.get_one(Site, stocktake.site_id, with_for_update=True)  # two starts at one site see each other
    _move(session, stocktake, ("draft",), state="counting", started_at=now)
    _check_scope(session, stocktake)
    _make_places(session, stocktake)
    _check_elsewhere(session, stocktake)
    _tell(session, stocktake, now)
    places = session.scalars(select(Place.location_id).where(Place.stocktake_id == stocktake.id))
    keys = [place_key(stocktake.id, location_id) for location_id in places]
    record_changes(session, "place", keys, now, site_id=stocktake.site_id)
    return stocktake


def _make_places(session: Session, stocktake: Stocktake) -> None:
    columns = ("stocktake_id", "location_id", "stock_location_id", "zone_id", "round", "state", "other_counter")
    places = _counting_places(_tree(stocktake)).subquery("places")
    rows = select(
        literal(stocktake.id, Stocktake.id.type),
        places.columns.id,
        places.columns.stock_location_id,
        places.columns.zone_id,
        literal(1),
        literal("open"),
        literal(value=False, type_=Place.other_counter.type),
    ).where(places.columns.covered == 1)
    session.execute(insert(Place).from_select(columns, rows))


def _check_elsewhere(session: Session, stocktake: Stocktake) -> None:
    other = aliased(Place)
    rows = session.execute(
        select(Location.code, Stocktake.id, Stocktake.number, Stocktake.name)
        .join_from(Place, other, and_(other.location_id == Place.location_id, other.stocktake_id != stocktake.id))
        .join(Stocktake, Stocktake.id == other.stocktake_id)
        .join(Location, Location.id == Place.location_id)
        .where(Place.stocktake_id == stocktake.id, Stocktake.state == "counting")
        .order_by(Location.walk_order, Location.code)
        .limit(_NAMED)
    ).all()
    if rows:
        first = rows[0]
        raise Conflict(
            "place_in_other_stocktake",
            f"{first.code} is being counted in stocktake {first.number} ({first.name}); close or cancel that first.",
            places=[{"location_code": row.code, "stocktake_id": row.id, "number": row.number} for row in rows],
        )


def cancel(session: Session, viewer: Viewer, stocktake_id: UUID, now: datetime) -> Stocktake:
    """Give a stocktake up. Its records stay as evidence; later ones are held. Raises Conflict once a part is posted."""
    stocktake = stocktake_for(session, viewer, stocktake_id)
    session.refresh(stocktake, with_for_update=True)  # whoever posts it at this moment is waited for
    if stocktake.parts_posted:
        raise Conflict("stocktake_posted_in_part", "A part of it is posted; reverse the posting instead.")
    _move(session, stocktake, ("draft", "counting", "closed"), state="cancelled")
    _tell(session, stocktake, now)
    return stocktake


def close(
    session: Session, viewer: Viewer, stocktake_id: UUID, override_reason: str, now: datetime
) -> tuple[Stocktake, SyncHealth]:
    """End the counting: records that arrive later are held.

    Raises Conflict `records_outstanding`, naming devices and persons, while a device holds records or a held record
    waits, unless `override_reason` says why that does not matter; it is written down.
    """
    stocktake = stocktake_for(session, viewer, stocktake_id)
    _move(session, stocktake, ("counting",), state="closed", closed_at=now, closed_by=viewer.person)
    health = sync_health(session, stocktake.id)
    if not health.complete and not override_reason:
        raise Conflict(
            "records_outstanding",
            "Not everything that was counted is here. Bring the devices into contact, or close with a reason.",
            held=health.held,
            devices=health.outstanding,
        )
    stocktake.override_reason = "" if health.complete else override_reason
    session.flush()
    unknown_codes.credit_known(session, now, stocktake.id)
    _tell(session, stocktake, now)
    return stocktake, health


def note_override(stocktake: Stocktake, reason: str) -> None:
    """Write down why the document goes on although records of it are missing; what was said before stays."""
    stocktake.override_reason = "\n".join(text for text in (stocktake.override_reason, reason) if text)


def _move(session: Session, stocktake: Stocktake, before: tuple[str, ...], **values: Any) -> None:
    """Change the state of the stocktake if it still is one of `before`: of two who try at once, one wins."""
    found = session.connection().execute(
        update(Stocktake).where(Stocktake.id == stocktake.id, Stocktake.state.in_(before)).values(**values)
    )
    session.refresh(stocktake)
    if found.rowcount == 0:
        raise Conflict("wrong_state", f"This stocktake is {stocktake.state}.", state=stocktake.state)


def _tell(session: Session, stocktake: Stocktake, now: datetime) -> None:
    record_changes(session, "stocktake", [stocktake.id], now, site_id=stocktake.site_id)
