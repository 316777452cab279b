"""Places where two sheets of one round were made independently, shown side by side."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Item, Unit
from app.sites.models import Location
from app.stocktake.models import Sheet, Tally
from app.stocktake.plan_queries import sheets_at


def find_overlaps(session: Session, stocktake_id: UUID) -> list[dict[str, Any]]:
    """Each undecided place and round: its sheets, and each item's total a sheet."""
    undecided = session.execute(
        select(Sheet.location_id, Sheet.round, Location.code, Location.name)
        .join(Location, Location.id == Sheet.location_id)
        .where(Sheet.stocktake_id == stocktake_id, Sheet.disposition == "undecided")
        .distinct()
        .order_by(Location.code, Sheet.round)
    ).all()
    sheets = sheets_at(session, stocktake_id, [row.location_id for row in undecided])
    overlaps = []
    for row in undecided:
        there = [sheet for sheet in sheets[row.location_id] if sheet["round"] == row.round]
        overlaps.append(
            {
                "location_id": row.location_id,
                "location_code": row.code,
                "location_name": row.name,
                "round": row.round,
                "sheets": there,
                "items": [],
            }
        )
    _add_items(session, overlaps)
    return overlaps


def _add_items(session: Session, overlaps: list[dict[str, Any]]) -> None:
    """Each item and lot of an overlap with its total on every sheet; a sheet without it has no entry."""
    home = {sheet["id"]: overlap for overlap in overlaps for sheet in overlap["sheets"]}
    rows = session.execute(
        select(Tally.sheet_id, Tally.item_id, Tally.lot, Tally.quantity, Item.sku, Item.name, Unit.scale)
        .join(Item, Item.id == Tally.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .where(Tally.sheet_id.in_(home))
        .order_by(Item.sku, Tally.lot)
    )
    lines: dict[tuple[UUID, int, UUID, str], dict[str, Any]] = {}
    for row in rows:
        overlap = home[row.sheet_id]
        key = (overlap["location_id"], overlap["round"], row.item_id, row.lot)
        if key not in lines:
            lines[key] = {
                "item_id": row.item_id,
                "sku": row.sku,
                "item_name": row.name,
                "lot": row.lot,
                "unit_scale": row.scale,
                "quantities": [],
            }
            overlap["items"].append(lines[key])
        lines[key]["quantities"].append({"sheet_id": row.sheet_id, "quantity": row.quantity})
