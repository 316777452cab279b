"""Which scans and keyed numbers stand: questions every fold of records asks, of counts and receipts alike."""

from collections.abc import Collection
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, case, exists, literal, or_, select
from sqlalchemy.orm import aliased

from app.catalogue.models import Barcode, Item, Unit
from app.device_log.models import DeviceRecord, RecordSupersedes
from app.kernel.quantity import QUANTITY_LIMIT, SCALE_LIMIT

VOIDS = ("void", "receive_void", "move_void")


def _same_log(correction: Any, look: Any) -> tuple[ColumnElement[bool], ...]:
    """Whether both are the same device's, in the same document.

    Not written as equality: without statistics a planner takes a device's or a document's thousands of records for
    the few it should look at, when the record that is named leads to at most a handful.
    """
    return (
        correction.device_id.is_not_distinct_from(look.device_id),
        correction.document_id.is_not_distinct_from(look.document_id),
    )


def voided(look: type[DeviceRecord]) -> ColumnElement[bool]:
    """Whether a void of the same device in the same document names this record."""
    void = aliased(DeviceRecord)
    return exists().where(
        void.reference_id == look.record_id,
        void.kind.in_(VOIDS),
        *_same_log(void, look),
    )


def superseded(look: type[DeviceRecord]) -> ColumnElement[bool]:
    """Whether a set that is not voided says what this record's line is in all."""
    # A scalar subquery is a fence to both planners: they go from the look to the few that name it, and from each by
    # its id to the one set, and never through all records of the device.
    setting = aliased(DeviceRecord)
    stands = (
        select(case((and_(*_same_log(setting, look), ~voided(setting)), 1), else_=0))
        .where(setting.record_id == RecordSupersedes.record_id)
        .correlate(look, RecordSupersedes)
        .scalar_subquery()
    )
    return exists().where(RecordSupersedes.target_id == look.record_id, stands == 1)


class Shape(Protocol):
    """Which looks are asked for and what of each: `item` is what it counts for, `quantity` how many of it.

    `changed` is 1 where its code means another item or pack today than the device knew.
    """

    def __call__(
        self, look: type[DeviceRecord], item: Any, quantity: Any, changed: ColumnElement[Any]
    ) -> Select[Any]: ...


Items = Collection[UUID] | Select[Any] | BindParameter[Any]  # ids, the question that yields them, or a place for them


def known_looks(shape: Shape, items: Items | None) -> Select[Any]:
    """Looks at an item the device knew."""
    look = aliased(DeviceRecord)
    meaning = or_(Barcode.item_id != look.item_id, Barcode.pack_factor != look.pack_factor)
    statement = (
        shape(look, look.item_id, look.quantity, case((meaning, 1), else_=0))
        .outerjoin(Barcode, Barcode.normal_form == look.code_normal)
        .where(look.item_id.is_not(None))
    )
    return statement if items is None else statement.where(look.item_id.in_(items))


def credited_looks(shape: Shape, items: Items | None) -> Select[Any]:
    """Looks at a code nobody knew then and somebody knows now: pieces of its pack, as far as that is a quantity."""
    look = aliased(DeviceRecord)
    piece = Barcode.pack_factor * case(*((Unit.scale == scale, 10**scale) for scale in range(SCALE_LIMIT + 1)))
    statement = (
        shape(look, Barcode.item_id, look.quantity * piece, literal(0))
        .join(Barcode, Barcode.normal_form == look.code_normal)
        .join(Item, Item.id == Barcode.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .where(look.item_id.is_(None), look.quantity <= literal(QUANTITY_LIMIT) // piece)
    )
    return statement if items is None else statement.where(Barcode.item_id.in_(items))
