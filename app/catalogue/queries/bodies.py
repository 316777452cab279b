"""Items for the feed: no cost, no book figure. Two queries for a page of any size."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode, Category, Item, Unit
from app.kernel.sets import among


def item_bodies(session: Session, keys: Sequence[str], site_id: UUID) -> dict[str, dict[str, Any]]:  # noqa: ARG001
    """These items by key; the catalogue is every site's."""
    item_ids = [UUID(key) for key in keys]
    rows = session.execute(
        select(
            Item.id,
            Item.sku,
            Item.name,
            Category.name,
            Unit.code,
            Unit.name,
            Unit.scale,
            Item.tracks_lots,
            Item.tracks_expiry,
            Item.tracks_serials,
            Item.minimum_life_days,
            Item.active,
        )
        .join(Unit, Unit.id == Item.unit_id)
        .outerjoin(Category, Category.id == Item.category_id)
        .where(among(session, Item.id, item_ids))
    )
    codes = _codes(session, item_ids)
    # Taken apart by place rather than by name, and without objects in between: whole catalogues pass through here.
    return {
        (key := str(own)): {
            "id": key,
            "sku": sku,
            "name": name,
            "category": category,
            "unit": {"code": unit_code, "name": unit_name, "scale": scale},
            "tracks_lots": lots,
            "tracks_expiry": expiry,
            "tracks_serials": serials,
            "minimum_life_days": life,
            "active": active,
            "barcodes": codes.get(own, []),
        }
        for own, sku, name, category, unit_code, unit_name, scale, lots, expiry, serials, life, active in rows
    }


def _codes(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The codes of these items, pieces before packs."""
    rows = session.execute(
        select(Barcode.item_id, Barcode.code, Barcode.normal_form, Barcode.pack_factor, Barcode.label)
        .where(among(session, Barcode.item_id, item_ids))
        .order_by(Barcode.pack_factor, Barcode.normal_form)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for own, code, form, factor, label in rows:
        told = {"code": code, "normal_form": form, "pack_factor": factor, "label": label}
        found.setdefault(own, []).append(told)
    return found
