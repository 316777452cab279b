"""Looks: which scans and keyed numbers stand, and what they add up to. Questions to the device log in SQL."""

from collections.abc import Collection
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    case,
    exists,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from app.catalogue.models import Item
from app.device_log.models import DeviceRecord
from app.device_log.queries.looks import credited_looks, known_looks, superseded, voided
from app.kernel.database import BigInt, Instant
from app.stocktake.models import Tally
from app.stocktake.rules import LOOKS

Ids = Collection[UUID] | Select[Any] | BindParameter[Any]  # ids, the question that yields them, or a place for them
TALLY_COLUMNS = (
    "sheet_id",
    "item_id",
    "lot",
    "quantity",
    "records",
    "confirmed_zero",
    "catalogue_changed",
    "first_look_at",
    "last_look_at",
    "look_from",
    "look_to",
)


def unknown_on(sheet_id: Any) -> ColumnElement[bool]:
    """Whether the sheet has a look at a code nobody knew."""
    look = aliased(DeviceRecord)
    return exists().where(look.sheet_id == sheet_id, look.item_id.is_(None), look.kind.in_(LOOKS))


def totals(sheet_ids: Ids, item_ids: Ids | None, *, credited: bool = True) -> Select[Any]:
    """The tallies of what was scanned and keyed, in the order of `TALLY_COLUMNS`.

    `credited`: codes that nobody knew at the scan count for the items they mean now.
    """
    known = _summed(known_looks(partial(_known, sheet_ids), item_ids))
    # Each kind is summed along its index first: sorting all looks together would take longer than the rest.
    looks = union_all(known, _summed(credited_looks(partial(_looks, sheet_ids), item_ids))) if credited else known
    total = _summed(looks).subquery("total").columns
    instant = Instant()
    return select(
        total.sheet_id,
        total.item_id,
        total.lot,
        type_coerce(total.quantity, BigInt).label("quantity"),
        type_coerce(total.records, BigInt).label("records"),
        literal(value=False, type_=Tally.confirmed_zero.type).label("confirmed_zero"),
        (total.changed == 1).label("catalogue_changed"),
        *(type_coerce(total[name], instant).label(name) for name in TALLY_COLUMNS[-4:]),
    ).where(total.records > 0)


def _summed(looks: Select[Any] | CompoundSelect[Any]) -> Select[Any]:
    """One row for each sheet, item and lot, of the same columns: sums can be summed again."""
    look = looks.subquery().columns
    return select(
        look.sheet_id,
        look.item_id,
        look.lot,
        _whole(func.sum(look.quantity)).label("quantity"),
        _whole(func.sum(look.records)).label("records"),
        func.max(look.changed).label("changed"),
        func.min(look.first_look_at).label("first_look_at"),
        func.max(look.last_look_at).label("last_look_at"),
        func.max(look.look_from).label("look_from"),  # the last of several looks lies between the latest "from" …
        func.max(look.look_to).label("look_to"),  # … and the latest "to"
    ).group_by(look.sheet_id, look.item_id, look.lot)


def _whole(total: ColumnElement[Any]) -> ColumnElement[Any]:
    """PostgreSQL sums bigints as numeric; a tally is an integer."""
    return total.cast(BigInt)


def _known(
    sheet_ids: Ids, look: type[DeviceRecord], item: Any, quantity: Any, changed: ColumnElement[Any]
) -> Select[Any]:
    """One released with an item nobody knows waits for it."""
    return _looks(sheet_ids, look, item, quantity, changed).join(Item, Item.id == item)


def _looks(
    sheet_ids: Ids, look: type[DeviceRecord], item: Any, quantity: Any, changed: ColumnElement[Any]
) -> Select[Any]:
    replaced = superseded(look)
    return (
        select(
            look.sheet_id.label("sheet_id"),
            item.label("item_id"),
            look.lot.label("lot"),
            case((replaced, 0), else_=quantity).label("quantity"),
            case((replaced, 0), else_=1).label("records"),
            changed.label("changed"),
            look.occurred_at.label("first_look_at"),
            look.occurred_at.label("last_look_at"),
            look.occurred_from.label("look_from"),
            look.occurred_to.label("look_to"),
        )
        .select_from(look)
        .where(look.sheet_id.in_(sheet_ids), look.kind.in_(LOOKS), ~voided(look))
    )
