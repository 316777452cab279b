"""Items for the feed: no cost, no book figure. Two queries for a page of any size."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Category, Item, Unit
from app.catalogue.queries.views import barcodes_of
from app.kernel.sets import among


def item_bodies(session: Session, keys: Sequence[str], site_id: UUID) -> dict[str, dict[str, Any]]:  # noqa: ARG001
    """These items by key; the catalogue is every site's."""
    item_ids = [UUID(key) for key in keys]
    rows = session.execute(
        select(
            Item.id,
            Item.sku,
            Item.name,
            Category.name.label("category"),
            Unit.code.label("unit_code"),
            Unit.name.label("unit_name"),
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
    ).all()
    codes = barcodes_of(session, item_ids)
    return {
        str(row.id): {
            "id": str(row.id),
            "sku": row.sku,
            "name": row.name,
            "category": row.category,
            "unit": {"code": row.unit_code, "name": row.unit_name, "scale": row.scale},
            "tracks_lots": row.tracks_lots,
            "tracks_expiry": row.tracks_expiry,
            "tracks_serials": row.tracks_serials,
            "minimum_life_days": row.minimum_life_days,
            "active": row.active,
            "barcodes": [asdict(code) for code in codes.get(row.id, [])],
        }
        for row in rows
    }
