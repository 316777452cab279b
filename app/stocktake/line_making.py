"""The lines a stocktake should have: what the book expects in scope, and what was counted. Set-based."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Insert, Select, Subquery, and_, bindparam, case, except_, literal, select, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.kernel.database import is_sqlite
from app.ledger.models import Balance
from app.sites.models import Location
from app.stocktake.models import CountLine, Place, Sheet, Tally

Rows = Select[*tuple[Any, ...]]
STOCKTAKE = bindparam("stocktake", type_=CountLine.stocktake_id.type)


def make_lines(
    session: Session,
    stocktake_id: UUID,
    location_ids: Collection[UUID] | None = None,
    items: Collection[UUID] | None = None,
) -> None:
    """Add lines for what the book expects in scope and for what was counted; those there stay as they are."""
    session.flush()
    some = {"some_locations": location_ids is not None, "some_items": items is not None}
    insert = _insert(on_sqlite=is_sqlite(session.connection()), **some)
    session.connection().execute(insert, named(stocktake_id, location_ids, items))


def named(
    stocktake_id: UUID, location_ids: Collection[UUID] | None, items: Collection[UUID] | None
) -> dict[str, object]:
    """The parameters of a statement narrowed to these, or to none (None: all)."""
    parameters: dict[str, object] = {"stocktake": stocktake_id}
    if location_ids is not None:
        parameters["locations"] = list(location_ids)
    if items is not None:
        parameters["items"] = list(items)
    return parameters


def narrowed(location: Any, item: Any, *, some_locations: bool, some_items: bool) -> list[ColumnElement[bool]]:
    """The conditions that narrow a statement to the parameters `locations` and `items`, where it has them."""
    conditions = []
    if some_locations:
        conditions.append(location.in_(bindparam("locations", expanding=True)))
    if some_items:
        conditions.append(item.in_(bindparam("items", expanding=True)))
    return conditions


# Built once: building this takes ten times as long as running it for a push.
@cache
def _insert(*, on_sqlite: bool, some_locations: bool, some_items: bool) -> Insert:
    in_scope = select(Place.stock_location_id).where(Place.stocktake_id == STOCKTAKE)
    expected = select(Balance.location_id, Balance.item_id, Balance.lot).where(
        Balance.location_id.in_(in_scope), Balance.quantity != 0
    )
    counted = (
        select(Place.stock_location_id, Tally.item_id, Tally.lot)
        .join(Sheet, Sheet.id == Tally.sheet_id)
        .join(Place, and_(Place.stocktake_id == Sheet.stocktake_id, Place.location_id == Sheet.location_id))
        .where(Sheet.stocktake_id == STOCKTAKE)
    )
    there = select(CountLine.location_id, CountLine.item_id, CountLine.lot).where(CountLine.stocktake_id == STOCKTAKE)
    touched = [
        found.where(*_narrowed_to(found, some_locations=some_locations, some_items=some_items))
        for found in (expected, counted, there)
    ]
    # What is there already is left out as a set: to refuse each line by its key takes longer than all the rest.
    wanted = union(*touched[:2]).subquery("wanted")
    return _insert_of(except_(select(wanted), touched[2]).subquery("found"), on_sqlite=on_sqlite)


def _narrowed_to(found: Rows, *, some_locations: bool, some_items: bool) -> list[ColumnElement[bool]]:
    location, item, _lot = found.selected_columns
    return narrowed(location, item, some_locations=some_locations, some_items=some_items)


def _insert_of(keys: Subquery, *, on_sqlite: bool) -> Insert:
    location, item, lot = keys.columns
    zone = case((Location.kind == "bin", Location.parent_id), (Location.kind == "zone", Location.id))
    columns = ("stocktake_id", "location_id", "zone_id", "item_id", "lot", *_FRESH)
    rows = (
        select(STOCKTAKE, location, zone, item, lot, *_FRESH.values())
        .join_from(keys, Location, Location.id == location)
        .where(literal(value=True))  # SQLite reads ON CONFLICT as a join's ON without it
        .order_by(Location.walk_order, Location.code)
    )
    insert = sqlite.insert if on_sqlite else postgresql.insert
    return insert(CountLine).from_select(columns, rows).on_conflict_do_nothing()


_FRESH: dict[str, ColumnElement[Any]] = {
    "version": literal(1),
    "round": literal(1),
    "state": literal("uncounted"),
    "flags": literal(0),
    "reason_code": literal(""),
    "note": literal(""),
    "anchored": literal(value=False, type_=CountLine.anchored.type),
    "explained_after_posting": literal(0),
}
