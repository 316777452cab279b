"""Looks: which scans and keyed numbers of a receipt stand, and what they add up to. Questions to the device log in SQL.

As for counts (stocktake/looks.py), but summed over all sheets of the receipt, and damaged pieces apart from whole ones.
"""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    bindparam,
    case,
    exists,
    func,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from app.device_log.models import DeviceRecord
from app.device_log.queries.looks import credited_looks, known_looks, superseded, voided
from app.kernel.database import BigInt, Flag, Id, Instant
from app.receiving.models import ReceiptSheet
from app.receiving.rules import DAMAGED_LOOKS, LOOKS

RECEIPT = "receipt"  # the parameter every statement here takes
ITEMS = "items"  # and the one of those that ask about some items only
ITEMS_NAMED = 5_000  # beyond this, asking about all of a receipt is no more work than naming what to ask about
TALLY_COLUMNS = (
    "receipt_id",
    "item_id",
    "lot",
    "damaged",
    "quantity",
    "records",
    "first_look_at",
    "last_look_at",
)


@cache
def totals(*, some_items: bool, credited: bool = True) -> Select[Any]:
    """The tallies of a receipt in the order of `TALLY_COLUMNS`. Built once: that takes longer than running it.

    `credited`: codes that nobody knew at the scan count for the items they mean now.
    """
    look = looks(some_items=some_items, credited=credited).columns
    counts = case((look.replaced == 1, 0), else_=1)
    # PostgreSQL sums bigints as numeric; a tally is an integer.
    quantity = func.sum(case((look.replaced == 1, 0), else_=look.quantity)).cast(BigInt)
    instant = Instant()
    return (
        select(
            bindparam(RECEIPT, type_=Id()).label("receipt_id"),
            look.item_id,
            look.lot,
            look.damaged,
            quantity.label("quantity"),
            func.sum(counts).cast(BigInt).label("records"),
            type_coerce(func.min(look.occurred_at), instant).label("first_look_at"),
            type_coerce(func.max(look.occurred_at), instant).label("last_look_at"),
        )
        .group_by(look.item_id, look.lot, look.damaged)
        .having(func.sum(counts) > 0)
    )


def looks(*, some_items: bool = False, credited: bool = True) -> Subquery:
    """Every look that is not voided, with the item it counts for: record, item, lot, damaged, quantity, time.

    `replaced` is 1 where a set says what the line is in all; `changed` where the code means something else today.
    """
    items: BindParameter[Any] | None = bindparam(ITEMS, expanding=True, type_=Id()) if some_items else None
    known = known_looks(_looks, items)
    found: Select[Any] | CompoundSelect[Any] = union_all(known, credited_looks(_looks, items)) if credited else known
    return found.subquery("look")


def sheets_of_receipt() -> Select[UUID]:
    """The ids of the receipt's sheets."""
    return select(ReceiptSheet.id).where(ReceiptSheet.receipt_id == bindparam(RECEIPT, type_=Id()))


def _looks(look: type[DeviceRecord], item: Any, quantity: Any, changed: ColumnElement[Any]) -> Select[Any]:
    # Not written as NOT EXISTS: a planner without statistics makes a join of that, through all voids for every look.
    stands = case((voided(look), 0), else_=1) == 1
    return (
        select(
            look.server_seq.label("server_seq"),
            look.record_id.label("record_id"),
            look.sheet_id.label("sheet_id"),
            item.label("item_id"),
            look.lot.label("lot"),
            case((look.kind.in_(DAMAGED_LOOKS), True), else_=False).cast(Flag).label("damaged"),
            quantity.label("quantity"),
            case((superseded(look), 1), else_=0).label("replaced"),
            changed.label("changed"),
            look.occurred_at.label("occurred_at"),
            look.body.label("body"),
        )
        .select_from(look)
        .where(look.sheet_id.in_(sheets_of_receipt()), look.kind.in_(LOOKS), stands)
    )


def unknown_on(receipt_id: Any) -> ColumnElement[bool]:
    """Whether the receipt has a look at a code nobody knew when it was scanned."""
    look = aliased(DeviceRecord)
    return exists().where(look.document_id == receipt_id, look.item_id.is_(None), look.kind.in_(LOOKS))
