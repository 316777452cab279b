"""Making and editing items. Nothing is deleted: an item out of use stays, because the book names it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Category, Item, Unit
from app.catalogue.rules import Tracking, tracking_mistakes
from app.catalogue.service.codes import NewBarcode, set_barcodes
from app.catalogue.service.stock import moved_items
from app.catalogue.service.tracking import fixed_tracking
from app.feed.service import record_changes
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict, FieldError, Invalid, NotFound, invalid_field
from app.kernel.ids import new_id

_TRACKING = {  # the item's columns, by what rules call them
    "tracks_lots": "lots",
    "tracks_expiry": "expiry",
    "tracks_serials": "serials",
    "minimum_life_days": "minimum_life_days",
}


@dataclass(frozen=True, slots=True)
class NewItem:
    """What makes an item. `unit_cost`: 1/10000 minor unit per base unit."""

    sku: str
    name: str
    unit_id: UUID
    category_id: UUID | None = None
    tracks_lots: bool = False
    tracks_expiry: bool = False
    tracks_serials: bool = False
    minimum_life_days: int | None = None
    unit_cost: int = 0
    barcodes: tuple[NewBarcode, ...] = ()


def create_item(session: Session, command: NewItem, now: datetime) -> UUID:
    """Make an item with its codes; its id. Raises Invalid, Conflict (sku_taken, code_taken)."""
    scale = _check_unit(session, command.unit_id)
    _check_category(session, command.category_id)
    _refuse(tracking_mistakes(_tracking_of(command, scale)))
    item = Item(
        id=new_id(),
        sku=command.sku,
        name=command.name,
        unit_id=command.unit_id,
        category_id=command.category_id,
        tracks_lots=command.tracks_lots,
        tracks_expiry=command.tracks_expiry,
        tracks_serials=command.tracks_serials,
        minimum_life_days=command.minimum_life_days,
        unit_cost=command.unit_cost,
        created_at=now,
    )
    with duplicates_mean(_sku_taken(command.sku)):
        session.add(item)
        session.flush()
    set_barcodes(session, item.id, command.barcodes, now)  # tells the feed too
    return item.id


def edit_item(session: Session, item_id: UUID, changes: Mapping[str, Any], now: datetime) -> None:
    """Change what `changes` names of sku, name, category_id, unit_id, tracks_*, minimum_life_days, unit_cost, active.

    Raises Conflict (scale_fixed, tracking_fixed, lots_in_use) where the change would take its meaning from what is
    in the book, Invalid where the wishes contradict each other.
    """
    item = session.scalar(select(Item).where(Item.id == item_id).with_for_update())
    if item is None:
        raise NotFound("not_found", "There is no such item.")
    if "category_id" in changes:
        _check_category(session, changes["category_id"])
    _check_meaning(session, item, changes)
    for name, value in changes.items():
        setattr(item, name, value)
    with duplicates_mean(_sku_taken(item.sku)):
        session.flush()
    record_changes(session, "item", [item_id], now)


def _check_meaning(session: Session, item: Item, changes: Mapping[str, Any]) -> None:
    """Whether quantities and lots in the book go on meaning what they mean."""
    before_scale = _check_unit(session, item.unit_id)
    scale = _check_unit(session, changes["unit_id"]) if "unit_id" in changes else before_scale
    if scale != before_scale and moved_items(session, [item.id]):
        message = "Stock of this item has moved; it needs a unit with as many decimals as now."
        raise Conflict("scale_fixed", message, field="unit_id")
    before = _tracking_of(item, before_scale)
    named = {_TRACKING[name]: value for name, value in changes.items() if name in _TRACKING}
    wanted = replace(before, scale=scale, **named)
    if wanted == before:
        return
    _refuse(tracking_mistakes(wanted))
    fixed = fixed_tracking(session, {item.id: (before, wanted)})
    if item.id in fixed:
        field, code, message = fixed[item.id]
        raise Conflict(code, message, field=field)


def _tracking_of(item: Item | NewItem, scale: int) -> Tracking:
    return Tracking(item.tracks_lots, item.tracks_expiry, item.tracks_serials, item.minimum_life_days, scale)


def _refuse(mistakes: list[tuple[str, str, str]]) -> None:
    if mistakes:
        raise Invalid("invalid", mistakes[0][2], errors=[FieldError(*mistake) for mistake in mistakes])


def _sku_taken(sku: str) -> Conflict:
    return Conflict("sku_taken", f"There is an item {sku} already.", field="sku")


def _check_unit(session: Session, unit_id: UUID) -> int:
    """The unit's scale. Raises Invalid for an unknown one."""
    scale = session.scalar(select(Unit.scale).where(Unit.id == unit_id))
    if scale is None:
        raise invalid_field("unit_id", "unknown_unit", "There is no such unit.")
    return scale


def _check_category(session: Session, category_id: UUID | None) -> None:
    known = category_id is None or session.scalar(select(Category.id).where(Category.id == category_id))
    if not known:
        raise invalid_field("category_id", "unknown_category", "There is no such category.")
