"""What suppliers sell on which terms, by file: all mistakes at once, all rows or none."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.queries import ItemFacts
from app.catalogue.rules import format_cost, parse_cost
from app.kernel.database import insert_on
from app.kernel.sets import among
from app.kernel.table import Column, ImportReport, Row, RowError, read_table
from app.kernel.table_cells import whole_cell
from app.kernel.table_out import Form, refuse_too_many, write_table, write_template
from app.kernel.table_words import Words
from app.kernel.text import code_text
from app.ledger.service.cells import amount_cell, plain
from app.purchasing.models import Supplier, SupplierItem
from app.purchasing.queries import terms_listed
from app.purchasing.rules import LEAD_TIME_MAX, bp_to_percent
from app.purchasing.service.file_cells import Goods, item_in, look_up_goods, mistake, percent_cell, pieces
from app.purchasing.service.supplier_files import PERCENT
from app.sites.queries import house_currency

_TITLE = Words("供应商商品", "Supplier items")
_EMPTY = {
    "supplier_sku": "", "price": 0, "moq": 0, "order_multiple": 1, "lead_time_days": None, "over_receipt_bp": None,
}  # fmt: skip
Key = tuple[UUID, UUID]


def terms_columns(decimals: int) -> tuple[Column, ...]:
    """The columns of the file where the currency has this many decimals."""
    return (
        Column("supplier", code_text, required=True, example="NORTH"),
        Column("sku", code_text, required=True, example="WATER-550"),
        Column("supplier_sku", code_text, example="N-550"),
        Column("price", lambda cell: parse_cost(cell, decimals), example="1.40" if decimals else "140"),
        Column("moq", amount_cell, example="24"),
        Column("order_multiple", amount_cell, example="12"),
        Column("lead_time_days", whole_cell(0, LEAD_TIME_MAX), kind="number"),
        Column("over_receipt_percent", percent_cell, title=PERCENT),
    )


def terms_template(session: Session, form: Form) -> bytes:
    """A file to fill in."""
    return write_template(terms_columns(house_currency(session).decimals), form, title=_TITLE.of(form.language))


def export_terms(session: Session, form: Form, supplier_id: UUID | None) -> bytes:
    """All terms, or a supplier's; importing them again changes nothing. Quantities are in base units."""
    decimals = house_currency(session).decimals
    found = terms_listed(session, supplier_id)
    refuse_too_many(len(found))
    rows = (
        (
            code, sku, terms.supplier_sku, format_cost(terms.price, decimals), plain(terms.moq, scale),
            plain(terms.order_multiple, scale), terms.lead_time_days, bp_to_percent(terms.over_receipt_bp),
        )
        for terms, code, sku, scale in found
    )  # fmt: skip
    return write_table(terms_columns(decimals), rows, form, _TITLE.of(form.language))


def import_terms(session: Session, data: bytes, *, dry_run: bool) -> ImportReport:
    """Set terms by supplier and SKU; empty cells leave what is there. With `dry_run` nothing is written.

    Raises Invalid with every mistake when not dry, and what `read_table` raises.
    """
    table = read_table(data, terms_columns(house_currency(session).decimals))
    rows, errors = table.rows, table.errors
    codes = {row.values["supplier"] for row in rows if row.values["supplier"]}
    named = session.execute(select(Supplier.code, Supplier.id).where(among(session, Supplier.code, codes)))
    suppliers, goods = {row[0]: row[1] for row in named}, look_up_goods(session, rows)
    read = [(row, _read(row, suppliers, goods, errors)) for row in rows]
    known = _known(session, suppliers.values())
    new, changed, seen = [], [], dict[Key, int]()
    for row, (key, values) in read:
        if key is None:
            continue
        if seen.setdefault(key, row.number) != row.number:
            errors.append(mistake(row, "sku", "doubled_row", f"Row {seen[key]} has these terms already."))
        before = known.get(key, _EMPTY)
        wanted = {"supplier_id": key[0], "item_id": key[1], **before, **values}
        if key not in known:
            new.append(wanted)
        elif before != {name: wanted[name] for name in _EMPTY}:
            changed.append(wanted)
    unchanged = len(rows) - len(new) - len(changed)
    report = ImportReport(len(rows), len(new), len(changed), unchanged, errors=errors, places=table.places)
    if not dry_run:
        report.refuse_errors()
        _write(session, [*new, *changed])
        report.applied = True
    return report


def _read(
    row: Row, suppliers: Mapping[str, UUID], goods: Goods, errors: list[RowError]
) -> tuple[Key | None, dict[str, Any]]:
    """Whose terms for what, as far as they are known; and what the row says of them."""
    supplier_id = suppliers.get(row.values["supplier"] or "")
    if supplier_id is None and row.values["supplier"]:
        errors.append(mistake(row, "supplier", "unknown_supplier", "There is no supplier with this code."))
    item: ItemFacts | None = item_in(row, goods, errors)[0] if "sku" not in row.bad else None
    given = {
        "supplier_sku": row.values["supplier_sku"],
        "price": row.values["price"],
        "moq": 0 if row.values["moq"] == 0 else pieces(row, "moq", item, 1, errors),
        "order_multiple": pieces(row, "order_multiple", item, 1, errors),
        "lead_time_days": row.values["lead_time_days"],
        "over_receipt_bp": row.values["over_receipt_percent"],
    }
    key = (supplier_id, item.id) if supplier_id and item else None
    return key, {name: value for name, value in given.items() if value is not None}


def _known(session: Session, supplier_ids: Any) -> dict[Key, dict[str, Any]]:
    found = session.scalars(select(SupplierItem).where(among(session, SupplierItem.supplier_id, supplier_ids)))
    return {(it.supplier_id, it.item_id): {name: getattr(it, name) for name in _EMPTY} for it in found}


def _write(session: Session, wanted: list[dict[str, Any]]) -> None:
    if wanted:
        statement = insert_on(session, SupplierItem)
        kept = {name: statement.excluded[name] for name in _EMPTY}
        wanted.sort(key=lambda it: (it["supplier_id"], it["item_id"]))
        upsert = statement.on_conflict_do_update(index_elements=["supplier_id", "item_id"], set_=kept)
        session.execute(upsert, wanted)
