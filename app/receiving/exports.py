"""Receipts and their lines as files for a spreadsheet: what the list shows, all of it."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.table import Column
from app.kernel.table_lines import ROW_LIMIT
from app.kernel.table_out import Form, given, moment_text, refuse_too_many, write_table
from app.kernel.table_words import Words
from app.ledger.service.cells import plain
from app.receiving.queries.lines import LineFilter, find_lines
from app.receiving.queries.receipts import ReceiptFilter, find_receipts, receipt_for
from app.sites.queries import house_currency, site_of

_RECEIPTS = (
    Column("label", title=Words("收货单号", "Receipt")),
    *given("supplier", "supplier_name", "order", "delivery", "delivery_note", "location"),
    *given("state", "note"),
    Column("opened_at", title=Words("开始收货", "Opened at")),
    *given("person", "closed_at", "posted_at", "reversed_at"),
)
_LINES = (
    *given("sku", "item_name", "unit"),
    Column("quantity_expected", kind="number", title=Words("应收", "Expected")),
    Column("quantity_received", kind="number", title=Words("实收", "Received")),
    Column("quantity_damaged", kind="number", title=Words("其中破损", "Of these damaged")),
    *given("variance", "value", numbers={"variance", "value"}),
    *given("state", "flags"),
    Column("lots", title=Words("批次", "Lots")),
    *given("reason_code", "note", "decided_by", "decided_at"),
    Column("quantity_posted", kind="number", title=Words("已过账数", "Posted")),
)
_TITLE, _LINES_TITLE = Words("收货单", "Receipts"), Words("收货明细", "Lines")


def export_receipts(session: Session, wanted: ReceiptFilter, viewer: Viewer, form: Form) -> bytes:
    """The receipts of the list, the newest first; times in UTC where they may be of several sites."""
    found = find_receipts(session, viewer, wanted, limit=ROW_LIMIT, after=None)
    refuse_too_many(found.total)
    zone = ZoneInfo(site_of(session, wanted.site_id).time_zone if wanted.site_id else "UTC")
    return write_table(_RECEIPTS, (_receipt(row, zone) for row in found.rows), form, _TITLE.of(form.language))


def _receipt(row: Mapping[str, Any], zone: ZoneInfo) -> list[Any]:
    supplier, order, delivery = row["supplier"], row["order"], row["delivery"]
    return [
        row["label"],
        *((supplier.code, supplier.name) if supplier else ("", "")),
        *(order.label if order else "", delivery.label if delivery else ""),
        *(row["delivery_note"], row["location"]["code"], row["state"], row["note"]),
        *(moment_text(row["opened_at"], zone), row["opened_by"]["name"]),
        *(moment_text(row[name], zone) for name in ("closed_at", "posted_at", "reversed_at")),
    ]


def export_lines(session: Session, wanted: LineFilter, viewer: Viewer, form: Form) -> bytes:
    """The lines the workbench shows, in its order: amounts in base units, values in currency units."""
    receipt = receipt_for(session, viewer, wanted.receipt_id)
    zone = ZoneInfo(site_of(session, receipt.site_id).time_zone)
    found = find_lines(session, wanted, limit=ROW_LIMIT, after=None)
    refuse_too_many(found.total)
    decimals = house_currency(session).decimals
    rows = (_line(line, zone, decimals) for line in found.rows)
    return write_table(_LINES, rows, form, _LINES_TITLE.of(form.language))


def _line(line: Mapping[str, Any], zone: ZoneInfo, decimals: int) -> list[Any]:
    item, scale = line["item"], line["item"]["unit"]["scale"]
    received = line["quantity_good"] + line["quantity_damaged"]
    quantities = (line["quantity_expected"], received, line["quantity_damaged"], line["variance"])
    posted = line["quantity_posted"]
    return [
        *(item["sku"], item["name"], item["unit"]["name"], *(plain(quantity, scale) for quantity in quantities)),
        *(plain(line["value"], decimals), line["state"], " ".join(line["flags"])),
        " ".join(lot["lot"] for lot in line["lots"] if lot["lot"]),
        *(line["reason_code"], line["note"], line["decided_by_name"], moment_text(line["decided_at"], zone)),
        None if posted is None else plain(posted, scale),
    ]
