"""Items for the feed: no cost, no book figure. Two queries for a page of any size.

Whole catalogues pass through here, so rows come as plain values of the driver: ids as the text they end as, flags as
they are stored, nothing turned into an object in between.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, String, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode, Category, Item, Unit
from app.kernel.database import is_sqlite
from app.kernel.sets import among_ids

_ITEM, _UNIT, _CATEGORY, _BARCODE = (model.__table__.c for model in (Item, Unit, Category, Barcode))


def item_bodies(session: Session, keys: Sequence[str], site_id: UUID) -> dict[str, dict[str, Any]]:  # noqa: ARG001
    """These items by key; the catalogue is every site's."""
    key_of = _key_of(session, keys)
    wanted, coded = among_ids(session, keys, _ITEM.id, _BARCODE.item_id)
    flags = (_ITEM[name] for name in ("tracks_lots", "tracks_expiry", "tracks_serials", "active"))
    rows = session.execute(
        select(
            _text(session, _ITEM.id),
            _ITEM.sku,
            _ITEM.name,
            _CATEGORY.name,
            _UNIT.code,
            _UNIT.name,
            _UNIT.scale,
            _ITEM.minimum_life_days,
            *(type_coerce(flag, Integer) for flag in flags),
        )
        .join(Unit.__table__, _UNIT.id == _ITEM.unit_id)
        .outerjoin(Category.__table__, _CATEGORY.id == _ITEM.category_id)
        .where(wanted)
    ).all()
    codes = _codes(session, coded)
    return {
        (key := key_of[own]): {
            "id": key,
            "sku": sku,
            "name": name,
            "category": category,
            "unit": {"code": unit_code, "name": unit_name, "scale": scale},
            "tracks_lots": bool(lots),
            "tracks_expiry": bool(expiry),
            "tracks_serials": bool(serials),
            "minimum_life_days": life,
            "active": bool(active),
            "barcodes": codes.get(own, []),
        }
        for own, sku, name, category, unit_code, unit_name, scale, life, lots, expiry, serials, active in rows
    }


def _codes(session: Session, coded: ColumnElement[bool]) -> dict[str, list[dict[str, Any]]]:
    """These codes by their items' text, pieces before packs."""
    rows = session.execute(
        select(
            _text(session, _BARCODE.item_id), _BARCODE.code, _BARCODE.normal_form, _BARCODE.pack_factor, _BARCODE.label
        )
        .where(coded)
        .order_by(_BARCODE.pack_factor, _BARCODE.normal_form)
    ).all()
    found: dict[str, list[dict[str, Any]]] = {}
    for own, code, form, factor, label in rows:
        told = {"code": code, "normal_form": form, "pack_factor": factor, "label": label}
        found.setdefault(own, []).append(told)
    return found


def _text(session: Session, column: ColumnElement[Any]) -> ColumnElement[str]:
    """An id as text that the database makes: as it is written on PostgreSQL, in bare digits on SQLite."""
    if is_sqlite(session.connection()):
        return func.hex(column, type_=String())
    return cast(column, String())


def _key_of(session: Session, keys: Sequence[str]) -> Mapping[str, str]:
    """From the database's text of an id to the key."""
    if is_sqlite(session.connection()):
        return {key.replace("-", "").upper(): key for key in keys}
    return {key: key for key in keys}
