"""Orders by file: all mistakes at once, all rows or none, the same file twice changes nothing.

Rows with one supplier and reference are one order. One that is a draft gets the file's lines in place of its own; a
placed one must say what it says. `ordered` places it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.catalogue.queries import ItemFacts
from app.catalogue.rules import format_cost, parse_cost
from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.ids import new_id
from app.kernel.sets import among
from app.kernel.table import Column, ImportReport, RowError, read_table
from app.kernel.table_cells import yes_no_cell, yes_or_no
from app.kernel.table_out import Form, refuse_too_many, write_table, write_template
from app.kernel.table_words import Words
from app.kernel.text import code_text, note_text
from app.ledger.service.cells import amount_cell, plain
from app.purchasing.models import PurchaseOrder, PurchaseOrderLine, SupplierItem
from app.purchasing.queries import DocumentFilter, order_lines_listed
from app.purchasing.rules import order_label
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
from app.purchasing.service.orders import promised_by
from app.sites.queries import house_currency

_TITLE = Words("采购订单", "Purchase orders")
_HEAD = {"promised_on": "promised_on", "note": "note"}  # by column: the order's name of it
_COMPARED = ("item_id", "quantity", "price", "promised_on")


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A file of orders or deliveries of a site."""

    site_id: UUID
    data: bytes


def order_columns(decimals: int) -> tuple[Column, ...]:
    """The columns of the file where the currency has this many decimals."""
    return (
        Column("reference", code_text, required=True, example="4500017"),
        Column("supplier", code_text, required=True, example="NORTH"),
        Column("promised_on", day_cell, example="2026-12-01"),
        Column("note", note_text),
        Column("sku", code_text, example="WATER-550"),
        Column("barcode", barcode_cell),
        Column("quantity", amount_cell, required=True, example="24"),
        Column("price", lambda cell: parse_cost(cell, decimals), example="1.40" if decimals else "140"),
        Column("line_promised_on", day_cell, title=Words("本行承诺到货日", "Line promised on")),
        Column("ordered", yes_no_cell, example="no", kind="word", title=Words("已下单", "Ordered")),
    )


def order_template(session: Session, form: Form) -> bytes:
    """A file to fill in: an order of two lines."""
    second = {"reference": "4500017", "supplier": "NORTH", "sku": "APPLE", "quantity": "2.5"}
    return write_template(order_columns(house_currency(session).decimals), form, [second], _TITLE.of(form.language))


def export_orders(session: Session, viewer: Viewer, wanted: DocumentFilter, form: Form) -> bytes:
    """The lines of the orders that a list shows, in the form the import takes: importing them changes nothing."""
    decimals = house_currency(session).decimals
    found = order_lines_listed(session, viewer, wanted)
    refuse_too_many(len(found))
    rows = (
        (
            order.reference or order_label(order.number), supplier, order.promised_on, order.note, sku, "",
            plain(line.quantity, scale), format_cost(line.price, decimals), line.promised_on,
            yes_or_no(order.state != "draft"),
        )
        for order, line, supplier, sku, scale in found
    )  # fmt: skip
    return write_table(order_columns(decimals), rows, form, _TITLE.of(form.language))


def import_orders(
    session: Session, viewer: Viewer, file: DocumentFile, now: datetime, *, dry_run: bool
) -> ImportReport:
    """Make orders, and change drafts, by supplier and reference. With `dry_run` nothing is written.

    Raises NotFound, Invalid with every mistake when not dry, and what `read_table` raises.
    """
    viewer.require("supervisor", file.site_id)
    if not dry_run:
        lock_site(session, file.site_id)
    table = read_table(file.data, order_columns(house_currency(session).decimals))
    groups = groups_of(session, table.rows, (*_HEAD, "ordered"), table.errors)
    find_before(session, PurchaseOrder, file.site_id, groups, table.errors)
    _read_lines(groups, look_up_goods(session, table.rows), table.errors)
    _price_lines(session, groups)
    _judge(session, groups, table.errors)
    report = report_of(table, groups)
    if not dry_run:
        report.refuse_errors()
        _write(session, viewer, file.site_id, groups, now)
        report.applied = True
    return report


def _read_lines(groups: Sequence[Group], goods: Goods, errors: list[RowError]) -> None:
    for group in groups:
        for row in group.rows:
            item, factor = item_in(row, goods, errors)
            quantity = pieces(row, "quantity", item, factor, errors)
            if item is not None and not item.active and group.before is None:
                errors.append(mistake(row, "sku", "item_inactive", f"{item.sku} is out of use."))
            if item is not None and quantity is not None:
                values = {"price": row.values["price"], "promised_on": row.values["line_promised_on"]}
                group.lines.append({"item_id": item.id, "quantity": quantity, **values, "item": item})


def _price_lines(session: Session, groups: Sequence[Group]) -> None:
    """A line without a price: what its order says now, else the supplier's terms, else the item's last."""
    present, terms = _present(session, groups), _terms(session, groups)
    for group in groups:
        before: dict[UUID, int] = {}
        for line in present.get(group.before.id, []) if group.before else ():
            before.setdefault(line["item_id"], line["price"])
        for line in group.lines:
            item: ItemFacts = line.pop("item")
            if line["price"] is None:
                known = before.get(item.id), terms.get((group.supplier.id, item.id)) or None
                line["price"] = next((price for price in known if price is not None), item.unit_cost)


def _terms(session: Session, groups: Sequence[Group]) -> Mapping[tuple[UUID, UUID], int]:
    suppliers = {group.supplier.id for group in groups}
    rows = session.execute(
        select(SupplierItem.supplier_id, SupplierItem.item_id, SupplierItem.price).where(
            among(session, SupplierItem.supplier_id, suppliers),
            among(session, SupplierItem.item_id, {line["item_id"] for group in groups for line in group.lines}),
        )
    )
    return {(row.supplier_id, row.item_id): row.price for row in rows}


def _present(session: Session, groups: Sequence[Group]) -> Mapping[UUID, list[dict[str, Any]]]:
    """The lines of the orders that are there already."""
    ids = {group.before.id for group in groups if group.before}
    line = PurchaseOrderLine
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for own in session.scalars(select(line).where(among(session, line.order_id, ids)).order_by(line.number)):
        found[own.order_id].append({name: getattr(own, name) for name in _COMPARED})
    return found


def _judge(session: Session, groups: Sequence[Group], errors: list[RowError]) -> None:
    """What becomes of each order."""
    present = _present(session, groups)
    for group in groups:
        if group.before is None:
            group.outcome = "created"
            continue
        same_lines = present.get(group.before.id, []) == group.lines
        is_draft = group.before.state == "draft"
        placed = is_draft and group.head.get("ordered", False)
        if same_lines and not head_changes(group, _HEAD) and not placed:
            continue
        group.outcome = "updated"
        if not is_draft:
            message = "This order was placed and says something else; change it on the screen."
            errors.append(mistake(group.rows[0], "reference", "order_placed", message))


def _write(session: Session, viewer: Viewer, site_id: UUID, groups: Sequence[Group], now: datetime) -> None:
    new, changed = ([g for g in groups if g.outcome == outcome] for outcome in ("created", "updated"))
    lock_documents(session, PurchaseOrder, groups)
    first = next_number(session, PurchaseOrder, site_id) if new else 1
    heads = [
        {
            "id": new_id(),
            "site_id": site_id,
            "number": number,
            "reference": group.reference,
            "supplier_id": group.supplier.id,
            "created_by": viewer.person,
            "created_at": now,
            **_head(session, site_id, group, now),
        }
        for number, group in enumerate(new, start=first)
    ]
    kept = [
        {"id": group.before.id, "version": group.before.version + 1, **_head(session, site_id, group, now)}
        for group in changed
    ]
    run_bulk(session, insert(PurchaseOrder), heads)
    run_bulk(session, update(PurchaseOrder), kept)
    owner = PurchaseOrderLine.order_id
    session.execute(delete(PurchaseOrderLine).where(among(session, owner, {it["id"] for it in kept})))
    ids = [it["id"] for it in (*heads, *kept)]
    lines = [
        {"id": new_id(), "order_id": order_id, "number": number, **line}
        for order_id, group in zip(ids, [*new, *changed], strict=True)
        for number, line in enumerate(group.lines, start=1)
    ]
    run_bulk(session, insert(PurchaseOrderLine), lines)
    told = [it["id"] for it in (*heads, *kept) if it["state"] != "draft"]
    record_changes(session, "purchase_order", told, now, site_id=site_id)


def _head(session: Session, site_id: UUID, group: Group, now: datetime) -> dict[str, Any]:
    """What the file says of the order as a whole; it goes out with the file where that says so."""
    placed = group.head.get("ordered", False)
    before = group.before
    promised = group.head.get("promised_on") or (before and before.promised_on)
    if placed and promised is None:
        promised = promised_by(session, site_id, group.supplier, now)
    return {
        "promised_on": promised,
        "note": group.head.get("note", before.note if before else ""),
        "state": "ordered" if placed else "draft",
        "ordered_at": now if placed else None,
    }
