"""Movements by file: all mistakes at once, all rows or none, the same file twice changes nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.table import Column, ImportReport, Row, RowError, read_table
from app.kernel.table_out import Form, write_template
from app.kernel.table_words import Words
from app.kernel.text import barcode_text, code_text
from app.ledger.rules import UNIT_COST_DECIMALS, UNIT_COST_LIMIT, content_hash
from app.ledger.service.cells import amount_cell, exact_integer, moment_of, when_cell
from app.ledger.service.commands import NewEntry, NewJournal
from app.ledger.service.drafts import Draft, entry_of, look_up
from app.ledger.service.posting import posted_before
from app.ledger.service.writing import write_journals
from app.sites.queries import SiteFacts, site_of
from app.sites.rules import CURRENCY_DECIMALS

TITLE = Words("库存流水", "Movements")
_WHEN = Words("日期,或日期加时间", "A day, or a day and a time")
_BARCODE = Words("可代替商品编码;箱码时数量按箱", "Instead of the SKU; with a pack's code the quantity is in packs")
_TO = Words("只用于移库", "Only of a move")
_QUANTITY = Words("按基本单位,大于 0", "In base units, above 0")
COLUMNS = (
    Column("occurred_at", when_cell, required=True, example="2026-11-20 14:05", note=_WHEN),
    Column("sku", code_text, example="WATER"),
    Column("barcode", barcode_text, note=_BARCODE),
    Column("location", code_text, example="A-01"),
    Column("to_location", code_text, note=_TO),
    Column("lot", code_text, default=""),
    Column("quantity", amount_cell, required=True, example="12", kind="number", note=_QUANTITY),
    Column("unit_cost", amount_cell, kind="number"),
    Column("document", code_text, example="GRN-2218"),
)


@dataclass(frozen=True, slots=True)
class MovementFile:
    """A file of movements of one kind at one site."""

    site_id: UUID
    kind: str
    data: bytes


@dataclass(slots=True)
class _Document:
    """The rows of a file that become one journal."""

    name: str
    source_key: str
    content: bytes
    rows: list[Row]
    entries: list[NewEntry]
    repeated: bool = False


def movement_template(form: Form) -> bytes:
    """A file to fill in: a time to the minute, and a day alone."""
    by_day = {"occurred_at": "2026-11-20", "sku": "RICE", "location": "A-02", "quantity": "2.5"}
    return write_template(COLUMNS, form, [by_day], TITLE.of(form.language))


def import_movements(
    session: Session, file: MovementFile, viewer: Viewer, now: datetime, *, dry_run: bool
) -> ImportReport:
    """Book a file of movements of one kind: one journal for each document it names, one for the rows without.

    A quantity is in base units, or in packs where a pack's barcode names the item. A document, or else the file, that
    was booked before counts as unchanged. A day without a time is known by its day alone. With `dry_run` nothing is
    written; else raises Invalid with every mistake, and what `read_table` raises.
    """
    viewer.require("supervisor", file.site_id)
    site = site_of(session, file.site_id)
    table = read_table(file.data, COLUMNS)
    rows, errors = table.rows, table.errors
    drafts = [_draft(row, site, now, errors) for row in rows]
    known = look_up(session, site, file.kind, drafts, now)
    read = [entry_of(draft, known) for draft in drafts]
    for row, outcome in zip(rows, read, strict=True):
        if isinstance(outcome, list):
            errors += [_row_error(row, it.field, it.code, it.message) for it in outcome if not _told(row, it.field)]
    documents = _documents(file, rows, read)
    _mark_repeated(session, site.id, documents, errors)
    new = [document for document in documents if not document.repeated]
    created = sum(len(document.rows) for document in new)
    report = ImportReport(len(rows), created, unchanged=len(rows) - created, errors=errors, places=table.places)
    if not dry_run:
        report.refuse_errors()
        if new:
            write_journals(session, [(_journal(it, file, viewer), it.entries) for it in new], now)
        report.applied = True
    return report


def _draft(row: Row, site: SiteFacts, now: datetime, errors: list[RowError]) -> Draft:
    values = row.values
    moment, date_only = None, False
    if values["occurred_at"] is not None:
        moment, date_only = moment_of(values["occurred_at"], ZoneInfo(site.time_zone), now)
    return Draft(
        sku=values["sku"],
        barcode=values["barcode"],
        lot=values["lot"] or "",
        location=values["location"],
        to_location=values["to_location"],
        amount=values["quantity"],
        unit_cost=_unit_cost(row, values["unit_cost"], site, errors),
        occurred_at=moment,
        date_only=date_only,
    )


def _unit_cost(row: Row, amount: Decimal | None, site: SiteFacts, errors: list[RowError]) -> int | None:
    if amount is None:
        return None
    decimals = CURRENCY_DECIMALS[site.currency] + UNIT_COST_DECIMALS
    cost = exact_integer(amount, decimals)
    if cost is None or cost > UNIT_COST_LIMIT:
        errors.append(_row_error(row, "unit_cost", "out_of_range", f"A unit cost has at most {decimals} decimals."))
        return None
    return cost


def _row_error(row: Row, column: str, code: str, message: str) -> RowError:
    found = row.values.get(column)
    return RowError(row.number, column, "" if found is None else str(found)[:200], code, message)


def _told(row: Row, column: str) -> bool:
    """Whether the cell could not be read at all, so that what follows from that need not be said as well."""
    return column in row.bad or (column == "sku" and "barcode" in row.bad)


def _documents(file: MovementFile, rows: Sequence[Row], read: Sequence[NewEntry | list[Any]]) -> list[_Document]:
    groups: dict[str, list[tuple[Row, NewEntry | list[Any]]]] = {}
    for row, outcome in zip(rows, read, strict=True):
        groups.setdefault(row.values["document"] or "", []).append((row, outcome))
    return [
        _Document(
            name=name,
            source_key=f"file:{file.kind}:{name}" if name else f"file:{file.kind}#{_whole(file, pairs).hex()}",
            content=_content(pairs) if name else _whole(file, pairs),
            rows=[row for row, _ in pairs],
            entries=[outcome for _, outcome in pairs if isinstance(outcome, NewEntry)],
        )
        for name, pairs in groups.items()
    ]


def _whole(file: MovementFile, pairs: Sequence[tuple[Row, Any]]) -> bytes:
    """What makes rows without a document the same file again. A spreadsheet saves other bytes every time."""
    return _content(pairs) if file.data.startswith(b"PK") else hashlib.sha256(file.data).digest()


def _content(pairs: Sequence[tuple[Row, Any]]) -> bytes:
    """Of what the rows say, not of what it came to: the same document means the same on another day."""
    cells = ([None if value is None else str(value) for value in row.values.values()] for row, _ in pairs)
    return content_hash([], cells)


def _mark_repeated(session: Session, site_id: UUID, documents: Sequence[_Document], errors: list[RowError]) -> None:
    before = posted_before(session, site_id, [document.source_key for document in documents])
    for document in documents:
        found = before.get(document.source_key)
        document.repeated = found is not None
        if found is not None and found.content_hash != document.content:
            message = "This document was booked before with other rows; reverse that journal or give another name."
            errors.append(_row_error(document.rows[0], "document", "source_key_reused", message))


def _journal(document: _Document, file: MovementFile, viewer: Viewer) -> NewJournal:
    return NewJournal(
        site_id=file.site_id,
        kind=file.kind,
        source_key=document.source_key,
        person_id=viewer.person,
        document=document.name,
        content=document.content,
    )
