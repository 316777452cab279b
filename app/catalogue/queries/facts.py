"""What other slices need to know of items: by id, by SKU, by code. Any number at once, one query each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode, Item, Unit
from app.kernel.sets import among


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What a code stands for: so many base units of an item, whose quantities carry `scale` decimals."""

    item_id: UUID
    pack_factor: int
    scale: int


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """An item's base unit. One base unit is 10**scale smallest units."""

    id: UUID
    code: str
    name: str
    scale: int


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What other slices need to know of an item. `unit_cost`: 1/10000 minor unit per base unit."""

    id: UUID
    sku: str
    name: str
    category_id: UUID | None
    unit_code: str
    scale: int
    tracks_lots: bool
    unit_cost: int
    active: bool
    tracks_expiry: bool
    tracks_serials: bool
    minimum_life_days: int | None


_ITEM_FACTS: Select[*tuple[Any, ...]] = select(
    Item.id,
    Item.sku,
    Item.name,
    Item.category_id,
    Unit.code,
    Unit.scale,
    Item.tracks_lots,
    Item.unit_cost,
    Item.active,
    Item.tracks_expiry,
    Item.tracks_serials,
    Item.minimum_life_days,
).join(Unit, Unit.id == Item.unit_id)


def items_by_code(session: Session, normal_forms: Collection[str]) -> Mapping[str, CodeMeaning]:
    """What each normal form stands for; unknown ones are left out. Inactive items are still meant by their codes."""
    rows = session.execute(
        select(Barcode.normal_form, Barcode.item_id, Barcode.pack_factor, Unit.scale)
        .join(Item, Item.id == Barcode.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .where(among(session, Barcode.normal_form, normal_forms))
    )
    return {code: CodeMeaning(item_id, factor, scale) for code, item_id, factor, scale in rows}


def units_of(session: Session, item_ids: Collection[UUID]) -> Mapping[UUID, UnitFacts]:
    """The base unit of each item; unknown items are left out."""
    rows = session.execute(
        select(Item.id, Unit.id, Unit.code, Unit.name, Unit.scale)
        .join(Unit, Unit.id == Item.unit_id)
        .where(among(session, Item.id, item_ids))
    )
    return {row[0]: UnitFacts(row[1], row[2], row[3], row[4]) for row in rows}


def items_of(session: Session, item_ids: Collection[UUID]) -> Mapping[UUID, ItemFacts]:
    """These items by id; unknown ids are left out."""
    rows = session.execute(_ITEM_FACTS.where(among(session, Item.id, item_ids)))
    return {row[0]: ItemFacts(*row) for row in rows}


def items_by_sku(session: Session, skus: Collection[str]) -> Mapping[str, ItemFacts]:
    """These items by SKU; unknown ones are left out."""
    rows = session.execute(_ITEM_FACTS.where(among(session, Item.sku, skus)))
    return {row[1]: ItemFacts(*row) for row in rows}
