"""Receiving's part in the log in: which records of a receipt can be taken, and what they change.

What arrived, arrived: too much, on no order, on a cancelled one. None of that holds a record; it marks a line.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Item
from app.device_log.handlers import Fields, Hold, Incoming
from app.device_log.models import DeviceRecord
from app.kernel.sets import among
from app.receiving.models import GoodsReceipt, ReceiptSheet
from app.receiving.service import fold
from app.receiving.service.evaluation import evaluate
from app.receiving.service.receipts import Opening, lock_receipts, note_sheets, open_receipt
from app.receiving.service.shape import delivery_note, read_record
from app.sites.models import Location
from app.sites.rules import PLACES

_CLOSED = "This receipt was closed before this arrived; the supervisor decides."
_NOT_OPEN = {
    "closed": Hold("receipt_closed", _CLOSED, releasable=True),
    "cancelled": Hold("receipt_closed", "This receipt was cancelled."),
    "posted": Hold("receipt_posted", "This receipt is posted already; a posted receipt never changes."),
    "reversed": Hold("receipt_posted", "This receipt was posted and reversed."),
}


@dataclass(frozen=True, slots=True)
class SheetOwner:
    """What a sheet is bound to for good."""

    receipt_id: UUID | None
    device_id: UUID
    person_id: UUID


@dataclass(slots=True)
class Known:
    """What the database says about the things a batch of records names."""

    receipts: dict[UUID, tuple[UUID, str]]  # → site, state
    places: Mapping[UUID, UUID]  # → site
    sheets: dict[UUID, SheetOwner]
    items: set[UUID]
    targets: Mapping[UUID, tuple[UUID, UUID | None]]  # record → device, receipt


class ReceiptHandler:
    """Reads, judges and applies the records of goods receipts."""

    def read(self, kind: str, body: Mapping[str, Any]) -> Fields:
        """See `read_record`."""
        return read_record(kind, body)

    def judge(self, session: Session, records: Sequence[Incoming]) -> Mapping[UUID, Hold]:
        """Which of the records cannot be taken, and why. What opens a receipt is judged before what names it."""
        known = _look_up(session, records)
        held: dict[UUID, Hold] = {}
        for record in sorted(records, key=lambda record: record.kind != "receipt"):
            hold = _verdict(record, known)
            if hold is not None:
                held[record.record_id] = hold
                continue
            if record.fields.document_id is not None:
                known.receipts.setdefault(record.fields.document_id, (record.site_id, "receiving"))
            if record.fields.sheet_id is not None:
                known.sheets.setdefault(record.fields.sheet_id, _owner(record))
        return held

    def apply(self, session: Session, records: Sequence[Incoming], now: datetime) -> None:
        """Open receipts, note sheets, fold the tallies, evaluate the lines that the records can have changed."""
        by_receipt: dict[UUID, list[Incoming]] = {}
        for record in records:
            if record.fields.document_id is not None:
                by_receipt.setdefault(record.fields.document_id, []).append(record)
        receipts = lock_receipts(session, by_receipt)
        for receipt_id in sorted(by_receipt):
            own = by_receipt[receipt_id]
            receipt = receipts.get(receipt_id)
            if receipt is None:
                receipt = _open(session, own, now)
                evaluate(session, receipt)
            note_sheets(session, own)
            touched = fold.touched_by(session, receipt_id, own)
            moved = fold.fold(session, receipt_id, touched)
            evaluate(session, receipt, touched, moved=moved)


def _open(session: Session, records: Sequence[Incoming], now: datetime) -> GoodsReceipt:
    first = next(record for record in records if record.kind == "receipt")
    named = {name: UUID(first.body[name]) if first.body.get(name) else None for name in _REFERENCES}
    assert first.fields.document_id and first.fields.location_id  # noqa: S101, PT018  # read_record saw to it
    opening = Opening(
        id=first.fields.document_id,
        site_id=first.site_id,
        location_id=first.fields.location_id,
        order_id=named["order"],
        delivery_id=named["delivery"],
        supplier_id=named["supplier"],
        delivery_note=delivery_note(first.body),
        note="",
        opened_by=first.person_id,
        opened_at=first.occurred_at,
    )
    return open_receipt(session, opening, now)


_REFERENCES = ("order", "delivery", "supplier")


def _owner(record: Incoming) -> SheetOwner:
    return SheetOwner(record.fields.document_id, record.device_id, record.person_id)


def _verdict(record: Incoming, known: Known) -> Hold | None:
    """Why the record is held: first what no supervisor can set aside, or a release would pass it by."""
    holds = [hold for check in _CHECKS if (hold := check(record, known))]
    return min(holds, key=lambda hold: hold.releasable, default=None)


def _look_up(session: Session, records: Sequence[Incoming]) -> Known:
    receipts = lock_receipts(session, {record.fields.document_id for record in records if record.fields.document_id})
    places = select(Location.id, Location.site_id).where(
        among(session, Location.id, {r.fields.location_id for r in records if r.fields.location_id}),
        Location.kind.in_(PLACES),
    )
    return Known(
        receipts={row.id: (row.site_id, row.state if row.journals == 0 else "posted") for row in receipts.values()},
        places={row.id: row.site_id for row in session.execute(places)},
        sheets=_known_sheets(session, records),
        items=_known_items(session, records),
        targets=_known_targets(session, records),
    )


def _known_sheets(session: Session, records: Sequence[Incoming]) -> dict[UUID, SheetOwner]:
    wanted = {record.fields.sheet_id for record in records if record.fields.sheet_id}
    columns = ReceiptSheet.id, ReceiptSheet.receipt_id, ReceiptSheet.device_id, ReceiptSheet.person_id
    rows = session.execute(select(*columns).where(among(session, ReceiptSheet.id, wanted)))
    return {row.id: SheetOwner(*row[1:]) for row in rows}


def _known_items(session: Session, records: Sequence[Incoming]) -> set[UUID]:
    wanted = {record.fields.item_id for record in records if record.fields.item_id}
    return set(session.scalars(select(Item.id).where(among(session, Item.id, wanted)))) if wanted else set()


def _targets_of(record: Incoming) -> tuple[UUID, ...]:
    fields = record.fields
    return (*fields.supersedes, *((fields.reference_id,) if fields.reference_id else ()))


def _known_targets(session: Session, records: Sequence[Incoming]) -> dict[UUID, tuple[UUID, UUID | None]]:
    wanted = {target for record in records for target in _targets_of(record)}
    if not wanted:
        return {}
    rows = session.execute(
        select(DeviceRecord.record_id, DeviceRecord.device_id, DeviceRecord.document_id).where(
            among(session, DeviceRecord.record_id, wanted)
        )
    )
    return {row.record_id: (row.device_id, row.document_id) for row in rows}


def _check_receipt(record: Incoming, known: Known) -> Hold | None:
    found = known.receipts.get(record.fields.document_id) if record.fields.document_id else None
    if found is None and record.kind == "receipt":
        return None
    if found is None or found[0] != record.site_id:
        return Hold("receipt_unknown", "There is no such receipt at this site.")
    return _NOT_OPEN.get(found[1])


def _check_place(record: Incoming, known: Known) -> Hold | None:
    location_id = record.fields.location_id
    if location_id is not None and known.places.get(location_id) == record.site_id:
        return None
    return Hold("location_unknown", "There is no such place at this site.")


def _check_item(record: Incoming, known: Known) -> Hold | None:
    item_id = record.fields.item_id
    if item_id is None or item_id in known.items:
        return None
    return Hold("item_unknown", "This names an item that is not in the catalogue.")


def _check_sheet(record: Incoming, known: Known) -> Hold | None:
    owner = known.sheets.get(record.fields.sheet_id) if record.fields.sheet_id else None
    if owner is None or owner == _owner(record):
        return None
    return Hold("not_yours", "This sheet belongs to another person, device or receipt.")


def _check_targets(record: Incoming, known: Known) -> Hold | None:
    mine = (record.device_id, record.fields.document_id)
    if all(known.targets.get(target, mine) == mine for target in _targets_of(record)):
        return None
    return Hold("not_yours", "This corrects a record of another device or another receipt.")


_CHECKS: tuple[Callable[[Incoming, Known], Hold | None], ...] = (
    _check_receipt,
    _check_place,
    _check_sheet,
    _check_item,
    _check_targets,
)
