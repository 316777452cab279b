"""Stocktakes and their lines as files for a spreadsheet: what the list shows, all of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.table import Column
from app.kernel.table_cells import yes_or_no
from app.kernel.table_lines import ROW_LIMIT
from app.kernel.table_out import Form, given, moment_text, refuse_too_many, write_table
from app.kernel.table_words import Words
from app.ledger.service.cells import plain
from app.sites.queries import SiteFacts, house_currency, site_of
from app.stocktake.line_queries import LineFilter, find_lines
from app.stocktake.plan_queries import find_stocktakes, stocktake_for

_COUNT = Words("盘点单号", "Number")
_STOCKTAKES = (
    Column("number", kind="number", title=_COUNT),
    *given(
        *("name", "site", "kind", "blind", "state", "created_at", "started_at", "closed_at", "posted_at"),
        "reversed_at",
        words={"kind", "blind", "state"},
    ),
)
_LINES = given(
    *("location", "sku", "item_name", "lot", "unit", "round", "quantity_book", "quantity_counted", "variance"),
    *("value", "state", "flags", "counted_at", "reason_code", "note", "decided_by", "decided_at"),
    numbers={"round", "quantity_book", "quantity_counted", "variance", "value"},
    words={"state"},
)
_TITLE, _LINES_TITLE = Words("盘点单", "Stocktakes"), Words("盘点明细", "Lines")


def export_stocktakes(
    session: Session, viewer: Viewer, form: Form, *, site_id: UUID | None, states: Sequence[str]
) -> bytes:
    """The stocktakes of the list, the newest first, times in their sites' zones."""
    found = find_stocktakes(session, viewer, site_id=site_id, states=states, limit=ROW_LIMIT, after=None)
    refuse_too_many(found.total)
    sites: dict[UUID, SiteFacts] = {}
    for stocktake in found.rows:
        if stocktake.site_id not in sites:
            sites[stocktake.site_id] = site_of(session, stocktake.site_id)
    rows = (_stocktake_cells(stocktake, sites[stocktake.site_id]) for stocktake in found.rows)
    return write_table(_STOCKTAKES, rows, form, _TITLE.of(form.language))


def _stocktake_cells(stocktake: Any, site: SiteFacts) -> list[Any]:
    zone = ZoneInfo(site.time_zone)
    moments = (
        *(stocktake.created_at, stocktake.started_at, stocktake.closed_at),
        *(stocktake.posted_at, stocktake.reversed_at),
    )
    return [
        *(stocktake.number, stocktake.name, site.code, stocktake.kind, yes_or_no(stocktake.blind), stocktake.state),
        *(moment_text(moment, zone) for moment in moments),
    ]


def export_lines(session: Session, wanted: LineFilter, viewer: Viewer, form: Form) -> bytes:
    """The lines the workbench shows, in its order: amounts in base units, values in currency units."""
    stocktake = stocktake_for(session, viewer, wanted.stocktake_id, role="supervisor")
    zone = ZoneInfo(site_of(session, stocktake.site_id).time_zone)
    found, totals = find_lines(session, wanted, limit=ROW_LIMIT, after=None)
    refuse_too_many(totals.lines)
    decimals = house_currency(session).decimals
    rows = (_line_cells(line, zone, decimals) for line in found.rows)
    return write_table(_LINES, rows, form, _LINES_TITLE.of(form.language))


def _line_cells(line: dict[str, Any], zone: ZoneInfo, decimals: int) -> list[Any]:
    quantities = (line[name] for name in ("quantity_book", "quantity_counted", "variance"))
    state = "posted" if line["posted_part"] is not None else line["state"]
    return [
        *(line["location_code"], line["sku"], line["item_name"], line["lot"], line["unit_name"], line["round"]),
        *(None if quantity is None else plain(quantity, line["unit_scale"]) for quantity in quantities),
        None if line["value"] is None else plain(line["value"], decimals),
        *(state, " ".join(line["flags"]), moment_text(line["counted_at"], zone), line["reason_code"], line["note"]),
        *(line["decided_by_name"], moment_text(line["decided_at"], zone)),
    ]
