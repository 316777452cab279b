"""What a site booked and has, as files for a spreadsheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.table_lines import ROW_LIMIT
from app.kernel.table_out import Form, given, moment_text, refuse_too_many, write_table
from app.kernel.table_words import Words
from app.ledger.queries.journals import journals_page
from app.ledger.queries.movements import StockKey, everything_booked
from app.ledger.queries.stock import stock
from app.ledger.rules import UNIT_COST_DECIMALS
from app.ledger.service.cells import plain
from app.ledger.service.files import TITLE
from app.sites.queries import house_currency, site_of
from app.sites.rules import CURRENCY_DECIMALS

_MOVEMENTS = given(
    *("journal_id", "number", "kind", "document", "recorded_at", "occurred_at", "sku", "item_name", "lot"),
    *("from_location", "to_location", "quantity", "unit", "unit_cost", "reason_code", "note", "person", "reverses"),
    numbers={"number", "quantity", "unit_cost"},
    words={"kind"},
)
_STOCK = given(
    *("location", "sku", "item_name", "lot", "quantity", "unit", "value"),
    numbers={"quantity", "value"},
)
_JOURNALS = given(
    *("journal_id", "kind", "document", "recorded_at", "entry_count", "person", "note", "reverses", "chain_number"),
    numbers={"entry_count", "chain_number"},
    words={"kind"},
)
_STOCK_TITLE, _JOURNALS_TITLE = Words("库存", "Stock"), Words("凭证", "Journals")


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """Which movements of a site: recorded from `since` until before `until`."""

    site_id: UUID
    kind: str | None
    since: datetime | None
    until: datetime | None


def export_movements(session: Session, wanted: MovementFilter, viewer: Viewer, form: Form) -> bytes:
    """The site's movements, times in the site's zone, amounts in base units.

    A movement known by its day alone shows no time. Raises Invalid `too_many_rows` beyond the limit of a file.
    """
    viewer.require("supervisor", wanted.site_id)
    site = site_of(session, wanted.site_id)
    zone, cost_decimals = ZoneInfo(site.time_zone), CURRENCY_DECIMALS[site.currency] + UNIT_COST_DECIMALS
    booked = everything_booked(
        session, site.id, kind=wanted.kind, since=wanted.since, until=wanted.until, limit=ROW_LIMIT + 1
    )
    rows = (_cells(row, zone, cost_decimals) for row in _within_limit(booked))
    return write_table(_MOVEMENTS, rows, form, TITLE.of(form.language))


def export_stock(
    session: Session, viewer: Viewer, form: Form, *, site_id: UUID | None, key: StockKey, search: str
) -> bytes:
    """The stock a list shows, in walking order, amounts in base units, values in currency units."""
    found = stock(session, viewer, site_id=site_id, key=key, search=search, limit=ROW_LIMIT, offset=0)
    refuse_too_many(found.total)
    decimals = house_currency(session).decimals
    rows = (
        [
            *(row.location_code, row.sku, row.item_name, row.lot, plain(row.quantity, row.unit_scale), row.unit_code),
            plain(row.value, decimals),
        ]
        for row in found.rows
    )
    return write_table(_STOCK, rows, form, _STOCK_TITLE.of(form.language))


def export_journals(
    session: Session, viewer: Viewer, form: Form, *, site_id: UUID | None, kind: str | None, item_id: UUID | None
) -> bytes:
    """The journals a list shows, newest first; times in the site's zone, or in UTC where there are several."""
    found = journals_page(session, viewer, site_id=site_id, kind=kind, item_id=item_id, limit=ROW_LIMIT, offset=0)
    refuse_too_many(found.total)
    zone = UTC if site_id is None else ZoneInfo(site_of(session, site_id).time_zone)
    rows = (
        [
            *(row.id, row.kind, row.document, moment_text(row.recorded_at, zone), row.entry_count, row.person_name),
            *(row.note, row.reverses_id, row.chain_number),
        ]
        for row in found.rows
    )
    return write_table(_JOURNALS, rows, form, _JOURNALS_TITLE.of(form.language))


def _within_limit(rows: Iterator[Any]) -> Iterator[Any]:
    for count, row in enumerate(rows, start=1):
        refuse_too_many(count)
        yield row


def _cells(row: Any, zone: ZoneInfo, cost_decimals: int) -> list[Any]:
    occurred = row.occurred_at.astimezone(zone)
    return [
        *(row.journal_id, row.number, row.kind, row.document, moment_text(row.recorded_at, zone)),
        occurred.date().isoformat() if row.date_only else moment_text(occurred, zone),
        *(row.sku, row.item_name, row.lot, row.from_location_code, row.to_location_code),
        *(plain(row.quantity, row.unit_scale), row.unit_code, plain(row.unit_cost, cost_decimals)),
        *(row.reason_code, row.note, row.person_name, row.reverses_id),
    ]
