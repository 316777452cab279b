"""Expected deliveries by file: all mistakes at once, all rows or none, the same file twice changes nothing.

Rows with one supplier and reference are one delivery. While nothing of it has come, it gets the file's lines in place
of its own; later it must say what it says.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.ids import new_id
from app.kernel.sets import among
from app.kernel.table import Column, ImportReport, RowError, read_table
from app.kernel.table_cells import CellMistake
from app.kernel.table_out import Form, refuse_too_many, write_table, write_template
from app.kernel.table_words import Words
from app.kernel.text import code_text, note_text
from app.ledger.service.cells import amount_cell, plain
from app.purchasing.models import ExpectedDelivery, ExpectedDeliveryLine, PurchaseOrder, PurchaseOrderLine
from app.purchasing.queries import DocumentFilter, delivery_lines_listed
from app.purchasing.rules import DELIVERIES_OPEN, ORDERS_OPEN, delivery_label, order_label, sscc_text
from app.purchasing.service.document_files import (
    Group,
    find_before,
    groups_of,
    head_changes,
    lock_documents,
    lock_site,
    report_of,
)
from app.purchasing.service.documents import next_number
from app.purchasing.service.file_cells import (
    Goods,
    barcode_cell,
    day_cell,
    item_in,
    look_up_goods,
    mistake,
    pieces,
    run_bulk,
)
from app.purchasing.service.order_files import DocumentFile

_TITLE = Words("到货预告", "Expected deliveries")
_HEAD = {"expected_on": "expected_on", "note": "note"}  # by column: the delivery's name of it
_COMPARED = ("item_id", "lot", "expires_on", "quantity", "sscc", "order_line_id")
OrderLines = Mapping[tuple[UUID, str, UUID], UUID]  # by supplier, the order's label or reference, and item


def _sscc_cell(cell: str) -> str:
    try:
        return sscc_text(cell)
    except ValueError as error:
        raise CellMistake("not_an_sscc", str(error)) from error


COLUMNS = (
    Column("reference", code_text, required=True, example="DN-20117"),
    Column("supplier", code_text, required=True, example="NORTH"),
    Column("expected_on", day_cell, example="2026-12-01"),
    Column("note", note_text),
    Column("sku", code_text, example="WATER-550"),
    Column("barcode", barcode_cell),
    Column("lot", code_text, example="L2611A"),
    Column("expires_on", day_cell, example="2027-11-30"),
    Column("quantity", amount_cell, required=True, example="24"),
    Column("sscc", _sscc_cell, example="369312345000000019"),
    Column("order", code_text, example="PO-12"),
)


def delivery_template(form: Form) -> bytes:
    """A file to fill in: a delivery of two lines."""
    second = {"reference": "DN-20117", "supplier": "NORTH", "sku": "APPLE", "quantity": "2.5"}
    return write_template(COLUMNS, form, [second], _TITLE.of(form.language))


def export_deliveries(session: Session, viewer: Viewer, wanted: DocumentFilter, form: Form) -> bytes:
    """The lines of the deliveries that a list shows, in the form the import takes."""
    found = delivery_lines_listed(session, viewer, wanted)
    refuse_too_many(len(found))
    rows = (
        (
            delivery.reference or delivery_label(delivery.number), supplier, delivery.expected_on, delivery.note, sku,
            "", line.lot, line.expires_on, plain(line.quantity, scale), line.sscc,
            order_label(order) if order else "",
        )
        for delivery, line, supplier, sku, scale, order in found
    )  # fmt: skip
    return write_table(COLUMNS, rows, form, _TITLE.of(form.language))


def import_deliveries(
    session: Session, viewer: Viewer, file: DocumentFile, now: datetime, *, dry_run: bool
) -> ImportReport:
    """Write down announced deliveries by supplier and reference. With `dry_run` nothing is written.

    Raises NotFound, Invalid with every mistake when not dry, and what `read_table` raises.
    """
    viewer.require("supervisor", file.site_id)
    if not dry_run:
        lock_site(session, file.site_id)
    table = read_table(file.data, COLUMNS)
    groups = groups_of(session, table.rows, tuple(_HEAD), table.errors)
    find_before(session, ExpectedDelivery, file.site_id, groups, table.errors)
    orders = _order_lines(session, file.site_id, groups)
    _read_lines(groups, look_up_goods(session, table.rows), orders, table.errors)
    _judge(session, groups, table.errors)
    _refuse_pallets(session, file.site_id, groups, table.errors)
    report = report_of(table, groups)
    if not dry_run:
        report.refuse_errors()
        _write(session, viewer, file.site_id, groups, now)
        report.applied = True
    return report


def _order_lines(session: Session, site_id: UUID, groups: Sequence[Group]) -> OrderLines:
    """The lines of these suppliers' open orders; of two lines for an item the first one."""
    rows = session.execute(
        select(
            PurchaseOrder.supplier_id,
            PurchaseOrder.number,
            PurchaseOrder.reference,
            PurchaseOrderLine.item_id,
            PurchaseOrderLine.id,
        )
        .join(PurchaseOrderLine, PurchaseOrderLine.order_id == PurchaseOrder.id)
        .where(
            PurchaseOrder.site_id == site_id,
            PurchaseOrder.state.in_(ORDERS_OPEN),
            among(session, PurchaseOrder.supplier_id, {group.supplier.id for group in groups}),
        )
        .order_by(PurchaseOrder.number.desc(), PurchaseOrderLine.number.desc())
    ).all()
    by_reference = {(row[0], row.reference, row.item_id): row.id for row in rows if row.reference}
    return by_reference | {(row[0], order_label(row.number), row.item_id): row.id for row in rows}


def _read_lines(groups: Sequence[Group], goods: Goods, orders: OrderLines, errors: list[RowError]) -> None:
    for group in groups:
        for row in group.rows:
            item, factor = item_in(row, goods, errors)
            quantity = pieces(row, "quantity", item, factor, errors)
            if item is None or quantity is None:
                continue
            order = row.values["order"]
            line_id = orders.get((group.supplier.id, order, item.id)) if order else None
            if order and line_id is None:
                message = "This supplier has no open order here with this label or reference and item."
                errors.append(mistake(row, "order", "unknown_order_line", message))
            known = {name: row.values[name] or "" for name in ("lot", "sscc")}
            days = {"expires_on": row.values["expires_on"]}
            group.lines.append({"item_id": item.id, "quantity": quantity, "order_line_id": line_id, **known, **days})


def _judge(session: Session, groups: Sequence[Group], errors: list[RowError]) -> None:
    """What becomes of each delivery."""
    line, present = ExpectedDeliveryLine, defaultdict[UUID, list[dict[str, Any]]](list)
    ids = {group.before.id for group in groups if group.before}
    for own in session.scalars(select(line).where(among(session, line.delivery_id, ids)).order_by(line.number)):
        present[own.delivery_id].append({name: getattr(own, name) for name in _COMPARED})
    for group in groups:
        if group.before is None:
            group.outcome = "created"
        elif present[group.before.id] != group.lines or head_changes(group, _HEAD):
            group.outcome = "updated"
            if group.before.state != "expected":
                message = "Goods of this delivery have come, or it has ended; change it on the screen."
                errors.append(mistake(group.rows[0], "reference", "delivery_begun", message))


def _refuse_pallets(session: Session, site_id: UUID, groups: Sequence[Group], errors: list[RowError]) -> None:
    """A pallet comes once: in no other delivery of the file, and in none that is expected here."""
    own = {group.before.id for group in groups if group.before}
    line = ExpectedDeliveryLine
    rows = session.execute(
        select(line.sscc, ExpectedDelivery.number, ExpectedDelivery.id)
        .join(ExpectedDelivery, ExpectedDelivery.id == line.delivery_id)
        .where(
            among(session, line.sscc, {it["sscc"] for group in groups for it in group.lines if it["sscc"]}),
            ExpectedDelivery.site_id == site_id,
            ExpectedDelivery.state.in_(DELIVERIES_OPEN),
        )
    )
    taken = {row.sscc: delivery_label(row.number) for row in rows if row.id not in own}
    seen: dict[str, Group] = {}
    for group in groups:
        for row in group.rows:
            sscc: str | None = row.values["sscc"]
            if sscc is None:
                continue
            elsewhere = taken.get(sscc) or _other(seen.setdefault(sscc, group), group)
            if elsewhere:
                message = f"This pallet is announced in {elsewhere} already."
                errors.append(mistake(row, "sscc", "sscc_taken", message))


def _other(first: Group, group: Group) -> str | None:
    return None if first is group else first.reference


def _write(session: Session, viewer: Viewer, site_id: UUID, groups: Sequence[Group], now: datetime) -> None:
    new, changed = ([g for g in groups if g.outcome == outcome] for outcome in ("created", "updated"))
    lock_documents(session, ExpectedDelivery, groups)
    first = next_number(session, ExpectedDelivery, site_id) if new else 1
    heads = [
        {
            "id": new_id(), "site_id": site_id, "number": number, "reference": group.reference,
            "supplier_id": group.supplier.id, "state": "expected", "expected_on": group.head.get("expected_on"),
            "note": group.head.get("note", ""), "created_by": viewer.person, "created_at": now,
        }
        for number, group in enumerate(new, start=first)
    ]  # fmt: skip
    kept = [
        {"id": it.before.id, "version": it.before.version + 1, "expected_on": it.before.expected_on}
        | {"note": it.before.note}
        | head_changes(it, _HEAD)
        for it in changed
    ]
    run_bulk(session, insert(ExpectedDelivery), heads)
    run_bulk(session, update(ExpectedDelivery), kept)
    owner = ExpectedDeliveryLine.delivery_id
    session.execute(delete(ExpectedDeliveryLine).where(among(session, owner, {it["id"] for it in kept})))
    ids = [it["id"] for it in (*heads, *kept)]
    lines = [
        {"id": new_id(), "delivery_id": delivery_id, "number": number, **line}
        for delivery_id, group in zip(ids, [*new, *changed], strict=True)
        for number, line in enumerate(group.lines, start=1)
    ]
    run_bulk(session, insert(ExpectedDeliveryLine), lines)
    record_changes(session, "expected_delivery", ids, now, site_id=site_id)
