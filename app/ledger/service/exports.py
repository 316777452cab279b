"""What a site booked, as a file for a spreadsheet."""

from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.csv_table import ROW_LIMIT, write_csv
from app.kernel.errors import Invalid
from app.ledger.queries.movements import everything_booked
from app.ledger.rules import UNIT_COST_DECIMALS
from app.ledger.service.cells import plain
from app.sites.queries import site_of
from app.sites.rules import CURRENCY_DECIMALS

COLUMNS = (
    *("journal_id", "number", "kind", "document", "recorded_at", "occurred_at", "sku", "item_name", "lot"),
    *("from_location", "to_location", "quantity", "unit", "unit_cost", "reason_code", "note", "person", "reverses"),
)


def export_movements(
    session: Session, site_id: UUID, viewer: Viewer, *, kind: str | None, since: datetime | None, until: datetime | None
) -> bytes:
    """The site's movements recorded from `since` until before `until`, times in the site's zone, amounts in base units.

    A movement known by its day alone shows no time. Raises Invalid `too_many_rows` beyond the limit of a file.
    """
    viewer.require("supervisor", site_id)
    site = site_of(session, site_id)
    zone, cost_decimals = ZoneInfo(site.time_zone), CURRENCY_DECIMALS[site.currency] + UNIT_COST_DECIMALS
    booked = everything_booked(session, site_id, kind=kind, since=since, until=until, limit=ROW_LIMIT + 1)
    rows = [_cells(row, zone, cost_decimals) for row in islice(booked, ROW_LIMIT + 1)]
    if len(rows) > ROW_LIMIT:
        raise Invalid("too_many_rows", f"More than {ROW_LIMIT} movements; narrow the time with since and until.")
    return write_csv(COLUMNS, rows)


def _cells(row: Any, zone: ZoneInfo, cost_decimals: int) -> list[Any]:
    occurred = row.occurred_at.astimezone(zone)
    return [
        *(row.journal_id, row.number, row.kind, row.document, _time(row.recorded_at.astimezone(zone))),
        occurred.date().isoformat() if row.date_only else _time(occurred),
        *(row.sku, row.item_name, row.lot, row.from_location_code, row.to_location_code),
        *(plain(row.quantity, row.unit_scale), row.unit_code, plain(row.unit_cost, cost_decimals)),
        *(row.reason_code, row.note, row.person_name, row.reverses_id),
    ]


def _time(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="milliseconds")
