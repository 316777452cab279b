"""Suppliers by file: all mistakes at once, all rows or none, the same file twice changes nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.feed.service import record_changes
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.kernel.sets import among
from app.kernel.table import Column, ImportReport, Row, RowError, read_table
from app.kernel.table_cells import whole_cell, yes_no_cell, yes_or_no
from app.kernel.table_out import Form, refuse_too_many, write_table, write_template
from app.kernel.table_words import Words
from app.kernel.text import code_text, name_text, note_text
from app.purchasing.models import Supplier
from app.purchasing.queries import suppliers_listed
from app.purchasing.rules import LEAD_TIME_MAX, bp_to_percent
from app.purchasing.service.file_cells import mistake, percent_cell, run_bulk
from app.purchasing.service.suppliers import tell_documents

_TITLE = Words("供应商", "Suppliers")
PERCENT = Words("超收上限(%)", "Over-receipt ceiling (%)")
COLUMNS = (
    Column("code", code_text, required=True, example="NORTH"),
    Column("name", name_text, example=Words("北方粮油", "North Mills")),
    Column("lead_time_days", whole_cell(0, LEAD_TIME_MAX), example="3", kind="number"),
    Column("over_receipt_percent", percent_cell, example="5", title=PERCENT),
    Column("note", note_text),
    Column("active", yes_no_cell, example="yes", kind="word"),
)
Change = tuple[Supplier, dict[str, Any]]
_FIELD = {"over_receipt_percent": "over_receipt_bp"}  # the model's name, where it is another


def supplier_template(form: Form) -> bytes:
    """A file to fill in."""
    return write_template(COLUMNS, form, title=_TITLE.of(form.language))


def export_suppliers(session: Session, form: Form, **filters: Any) -> bytes:
    """The suppliers a list shows (`filters` are its own); importing them again changes nothing."""
    found = suppliers_listed(session, **filters)
    refuse_too_many(len(found))
    rows = (
        (it.code, it.name, it.lead_time_days, bp_to_percent(it.over_receipt_bp), it.note, yes_or_no(it.active))
        for it in found
    )
    return write_table(COLUMNS, rows, form, _TITLE.of(form.language))


def import_suppliers(session: Session, data: bytes, now: datetime, *, dry_run: bool) -> ImportReport:
    """Make and change suppliers by code; empty cells leave what is there. With `dry_run` nothing is written.

    Raises Invalid with every mistake when not dry, and what `read_table` raises.
    """
    table = read_table(data, COLUMNS)
    rows, errors = table.rows, table.errors
    codes = {row.values["code"] for row in rows if row.values["code"]}
    found = session.scalars(select(Supplier).where(among(session, Supplier.code, codes)))
    known = {supplier.code: supplier for supplier in found}
    errors += _mistakes(rows, known)
    new = [row for row in rows if row.values["code"] not in known]
    changes = {row.number: _changes(row, known[row.values["code"]]) for row in rows if row.values["code"] in known}
    changed = [row for row in rows if changes.get(row.number)]
    unchanged = len(rows) - len(new) - len(changed)
    report = ImportReport(len(rows), len(new), len(changed), unchanged, errors=errors, places=table.places)
    if not dry_run:
        report.refuse_errors()
        _write(session, new, [(known[row.values["code"]], changes[row.number]) for row in changed], now)
        report.applied = True
    return report


def _mistakes(rows: Sequence[Row], known: Mapping[str, Supplier]) -> list[RowError]:
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        code = row.values["code"]
        if code is None:
            continue
        if seen.setdefault(code, row.number) != row.number:
            found.append(mistake(row, "code", "doubled_row", f"Row {seen[code]} is this supplier's already."))
        if code not in known and row.values["name"] is None and "name" not in row.bad:
            found.append(mistake(row, "name", "required", "A new supplier needs a name."))
    return found


def _values(row: Row) -> dict[str, Any]:
    return {_FIELD.get(name, name): value for name, value in row.values.items() if value is not None}


def _changes(row: Row, supplier: Supplier) -> dict[str, Any]:
    return {name: value for name, value in _values(row).items() if value != getattr(supplier, name)}


def _write(
    session: Session, new: Sequence[Row], changed: Sequence[tuple[Supplier, dict[str, Any]]], now: datetime
) -> None:
    empty = {"lead_time_days": None, "over_receipt_bp": 0, "note": "", "active": True, "created_at": now}
    made = [{**empty, "id": new_id(), **_values(row)} for row in sorted(new, key=lambda row: str(row.values["code"]))]
    names = ("name", "lead_time_days", "over_receipt_bp", "note", "active")
    kept = [
        {"id": it.id, **{name: more.get(name, getattr(it, name)) for name in names}}
        for it, more in sorted(changed, key=lambda pair: pair[0].id)
    ]
    with duplicates_mean(Conflict("changed_meanwhile", "Somebody made one of these just now; send the file again.")):
        run_bulk(session, insert(Supplier), made)
    run_bulk(session, update(Supplier), kept)
    record_changes(session, "supplier", [it["id"] for it in (*made, *kept)], now)
    tell_documents(session, [it.id for it, more in changed if "name" in more], now)
