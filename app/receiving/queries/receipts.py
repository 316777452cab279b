"""Receipts as the desk and the devices see them: whose they are, how far they are, who is missing."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.catalogue.models import Barcode
from app.device_log.models import DeviceRecord, HeldRecord
from app.device_log.queries.health import SyncHealth, device_healths, held_open
from app.device_log.queries.looks import superseded, voided
from app.kernel.access import Viewer, scoped
from app.kernel.errors import NotFound
from app.kernel.paging import Page, offset_of, page
from app.kernel.sets import among
from app.purchasing import queries as purchasing
from app.purchasing.models import Supplier
from app.receiving.models import GoodsReceipt, ReceiptLine, ReceiptSheet, ReceiptTally
from app.receiving.rules import LOOKS, OPEN_STATES, label
from app.sites.models import Location

_SHOWN = (
    "id", "site_id", "number", "state", "delivery_note", "note", "opened_at", "closed_at", "override_reason",
    "posted_at", "reversed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReceiptFilter:
    """Which receipts. None and empty mean all."""

    site_id: UUID | None = None
    states: tuple[str, ...] = ()
    supplier_id: UUID | None = None
    order_id: UUID | None = None
    delivery_id: UUID | None = None
    search: str = ""


def receipt_for(session: Session, viewer: Viewer, receipt_id: UUID) -> GoodsReceipt:
    """The receipt, for a supervisor of its site. Raises NotFound, Forbidden."""
    receipt = session.get(GoodsReceipt, receipt_id)
    if receipt is None:
        raise NotFound("not_found", "There is no such receipt here.")
    viewer.require("supervisor", receipt.site_id, "receipt")
    return receipt


def find_receipts(
    session: Session, viewer: Viewer, wanted: ReceiptFilter, *, limit: int, after: str | None
) -> Page[dict[str, Any]]:
    """A page of the receipts of the sites the viewer supervises, the newest first. A foreign site is not found."""
    if wanted.site_id is not None:
        viewer.require("supervisor", wanted.site_id)
    found = scoped(select(GoodsReceipt), GoodsReceipt.site_id.expression, viewer, "supervisor")
    found = _narrowed(found, wanted)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    offset = offset_of(after)
    newest = found.order_by(GoodsReceipt.opened_at.desc(), GoodsReceipt.id.desc()).limit(limit).offset(offset)
    return page(described(session, session.scalars(newest).all()), total=total, offset=offset)


def _narrowed(found: Select[GoodsReceipt], wanted: ReceiptFilter) -> Select[GoodsReceipt]:
    pairs = (
        (GoodsReceipt.site_id, wanted.site_id),
        (GoodsReceipt.supplier_id, wanted.supplier_id),
        (GoodsReceipt.order_id, wanted.order_id),
        (GoodsReceipt.delivery_id, wanted.delivery_id),
    )
    for column, value in pairs:
        if value is not None:
            found = found.where(column == value)
    if wanted.states:
        found = found.where(GoodsReceipt.state.in_(wanted.states))
    if wanted.search:
        number = re.fullmatch(r"(?:GRN-)?([0-9]{1,9})", wanted.search.upper())
        named = select(Supplier.id).where(
            Supplier.name.icontains(wanted.search, autoescape=True) | Supplier.code.startswith(wanted.search)
        )
        found = found.where(
            or_(
                GoodsReceipt.delivery_note.icontains(wanted.search, autoescape=True),
                GoodsReceipt.note.icontains(wanted.search, autoescape=True),
                GoodsReceipt.supplier_id.in_(named),
                *([GoodsReceipt.number == int(number[1])] if number else []),
            )
        )
    return found


def described(session: Session, receipts: Sequence[GoodsReceipt]) -> list[dict[str, Any]]:
    """The receipts with the words people know their parts by, and how far they are. A dozen queries for any number."""
    suppliers = purchasing.suppliers_of(session, {r.supplier_id for r in receipts if r.supplier_id})
    orders = purchasing.orders_of(session, {r.order_id for r in receipts if r.order_id})
    deliveries = purchasing.deliveries_of(session, {r.delivery_id for r in receipts if r.delivery_id})
    people = select(Person.id, Person.name).where(among(session, Person.id, {r.opened_by for r in receipts}))
    names = {row.id: row.name for row in session.execute(people)}
    spots = select(Location.id, Location.code, Location.name).where(
        among(session, Location.id, {r.location_id for r in receipts})
    )
    places = {row.id: {"id": row.id, "code": row.code, "name": row.name} for row in session.execute(spots)}
    far = progress_of(session, [receipt.id for receipt in receipts])
    return [
        {name: getattr(receipt, name) for name in _SHOWN}
        | {
            "label": label(receipt.number),
            "supplier": suppliers.get(receipt.supplier_id) if receipt.supplier_id else None,
            "order": orders.get(receipt.order_id) if receipt.order_id else None,
            "delivery": deliveries.get(receipt.delivery_id) if receipt.delivery_id else None,
            "location": places[receipt.location_id],
            "opened_by": {"id": receipt.opened_by, "name": names[receipt.opened_by]},
            "progress": far[receipt.id],
        }
        for receipt in receipts
    ]


def progress_of(session: Session, receipt_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """How far each of these receipts is."""
    far: dict[UUID, dict[str, Any]] = {
        receipt_id: {
            "lines_by_state": {},
            "lines_total": 0,
            "lines_received": 0,
            "quantity_expected": 0,
            "quantity_good": 0,
            "quantity_damaged": 0,
            "devices_outstanding": 0,
            "held": 0,
            "unknown_codes": 0,
        }
        for receipt_id in receipt_ids
    }
    line = ReceiptLine
    came = line.quantity_good + line.quantity_damaged
    rows = session.execute(
        select(
            line.receipt_id,
            line.state,
            func.count().label("lines"),
            func.count().filter(came > 0).label("received"),
            func.sum(line.quantity_expected).label("quantity_expected"),
            func.sum(line.quantity_good).label("quantity_good"),
            func.sum(line.quantity_damaged).label("quantity_damaged"),
        )
        .where(among(session, line.receipt_id, receipt_ids), (came > 0) | (line.quantity_expected > 0))
        .group_by(line.receipt_id, line.state)
    )
    for row in rows:
        of_one = far[row.receipt_id]
        of_one["lines_by_state"][row.state] = row.lines
        of_one["lines_total"] += row.lines
        of_one["lines_received"] += row.received
        for name in ("quantity_expected", "quantity_good", "quantity_damaged"):
            of_one[name] += int(getattr(row, name) or 0)
    for receipt_id, health in sync_healths(session, receipt_ids).items():
        far[receipt_id] |= {"devices_outstanding": len(health.outstanding), "held": health.held}
    for receipt_id, codes in unknown_codes(session, receipt_ids).items():
        far[receipt_id]["unknown_codes"] = codes
    return far


def sync_healths(session: Session, receipt_ids: Collection[UUID]) -> dict[UUID, SyncHealth]:
    """Of each of these receipts: every device that has a sheet in it or a record held for it, and the records held."""
    persons: dict[UUID, dict[UUID, list[str]]] = {receipt_id: {} for receipt_id in receipt_ids}
    rows = session.execute(
        select(ReceiptSheet.receipt_id, ReceiptSheet.device_id, Person.name)
        .join(Person, Person.id == ReceiptSheet.person_id)
        .where(among(session, ReceiptSheet.receipt_id, receipt_ids))
        .distinct()
        .order_by(Person.name)
    )
    for receipt_id, device_id, name in rows:
        persons[receipt_id].setdefault(device_id, []).append(name)
    held_for = (
        select(HeldRecord.document_id, HeldRecord.device_id)
        .where(among(session, HeldRecord.document_id, receipt_ids))
        .distinct()
    )
    for document_id, device_id in session.execute(held_for):
        if document_id is not None:
            persons[document_id].setdefault(device_id, [])
    devices = device_healths(session, {device_id: [] for own in persons.values() for device_id in own})
    held = held_open(session, receipt_ids)
    return {
        receipt_id: SyncHealth(
            [replace(device, persons=own[device.device_id]) for device in devices if device.device_id in own],
            held.get(receipt_id, 0),
        )
        for receipt_id, own in persons.items()
    }


def unknown_codes(session: Session, receipt_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many codes of each of these receipts mean nothing yet."""
    look = aliased(DeviceRecord)
    known_now = select(Barcode.normal_form).where(Barcode.normal_form == look.code_normal).exists()
    rows = session.execute(
        select(look.document_id, func.count(func.coalesce(look.code_normal, look.code).distinct()))
        .where(
            among(session, look.document_id, receipt_ids),
            look.item_id.is_(None),
            look.kind.in_(LOOKS),
            ~known_now,
            ~voided(look),
            ~superseded(look),
        )
        .group_by(look.document_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def read_receipts(session: Session, keys: Sequence[str], site_id: UUID) -> Mapping[str, dict[str, Any]]:
    """For the feed: open receipts of the device's site by id. What was posted or given up vanishes."""
    rows = session.scalars(
        select(GoodsReceipt).where(
            among(session, GoodsReceipt.id, [UUID(key) for key in keys]),
            GoodsReceipt.site_id == site_id,
            GoodsReceipt.state.in_(OPEN_STATES),
        )
    ).all()
    suppliers = purchasing.suppliers_of(session, {row.supplier_id for row in rows if row.supplier_id})
    return {
        str(row.id): {
            "id": str(row.id),
            "number": row.number,
            "label": label(row.number),
            "state": row.state,
            "supplier_id": str(row.supplier_id) if row.supplier_id else None,
            "supplier": suppliers[row.supplier_id].name if row.supplier_id else None,
            "order_id": str(row.order_id) if row.order_id else None,
            "delivery_id": str(row.delivery_id) if row.delivery_id else None,
            "location_id": str(row.location_id),
            "delivery_note": row.delivery_note,
        }
        for row in rows
    }


def items_received(session: Session, item_ids: Collection[UUID]) -> set[UUID]:
    """Which of these items were scanned in a receipt that is not over: in units that must stay what they are."""
    tallied = (
        select(ReceiptTally.item_id)
        .join(GoodsReceipt, GoodsReceipt.id == ReceiptTally.receipt_id)
        .where(among(session, ReceiptTally.item_id, item_ids), GoodsReceipt.state.in_(OPEN_STATES))
    )
    return set(session.scalars(tallied.distinct()))
