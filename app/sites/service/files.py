"""Zones and bins by file: all mistakes at once, all rows or none, the same file twice changes nothing."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict
from app.kernel.table import ImportReport, RowError, read_table
from app.kernel.table_cells import yes_or_no
from app.kernel.table_out import Form, write_table, write_template
from app.kernel.table_words import Words
from app.sites.models import Location
from app.sites.queries import LocationFacts, location_ids_found, locations_of_site, site_of
from app.sites.rules import PARENT_KINDS
from app.sites.service.file_plan import COLUMNS, plan_locations
from app.sites.service.stock import lock_site, stock_moved

_TITLE = Words("库位", "Locations")


def location_template(form: Form) -> bytes:
    """A file to fill in: a bin and the zone it lies in."""
    zone: dict[str, str | Words] = {"kind": "zone", "code": "A", "name": Words("A 通道", "Aisle A")}
    return write_template(COLUMNS, form, [zone], _TITLE.of(form.language))


def export_locations(
    session: Session, site_id: UUID, viewer: Viewer, form: Form, *, search: str = "", kind: str | None = None
) -> bytes:
    """The site's zones and bins, in use or not, zones first; importing it again changes nothing.

    `search` and `kind` are those of the list.
    """
    viewer.require("administrator", site_id)
    known = locations_of_site(session, site_id).values()
    found = location_ids_found(session, site_id, search, kind)
    code_of = {it.id: it.code for it in known}
    places = sorted(
        (it for it in known if it.kind in PARENT_KINDS and it.id in found),
        key=lambda it: (it.kind != "zone", it.walk_order),
    )
    rows = (
        (
            *(it.kind, it.code, code_of[it.parent_id or it.id], it.name, it.barcode, it.walk_order),
            *(yes_or_no(it.active), yes_or_no(it.mobile)),
        )
        for it in places
    )
    return write_table(COLUMNS, rows, form, _TITLE.of(form.language))


def import_locations(
    session: Session, site_id: UUID, data: bytes, viewer: Viewer, now: datetime, *, dry_run: bool
) -> ImportReport:
    """Make and change zones and bins by code; empty cells leave what is there. With `dry_run` nothing is written.

    Raises Invalid with every mistake when not dry, and what `read_table` raises.
    """
    viewer.require("administrator", site_id)
    if not dry_run:
        lock_site(session, site_id)
    table = read_table(data, COLUMNS)
    rows, errors = table.rows, table.errors
    known = locations_of_site(session, site_id)
    plan = plan_locations(site_of(session, site_id), known, rows, errors)
    new = [it for it in plan.wanted.values() if it.code not in known]
    changed = [it for it in plan.wanted.values() if it.code in known and it != known[it.code]]
    moved = [it for it in changed if it.stock_location_id != known[it.code].stock_location_id]
    if moved and stock_moved(session, site_id):
        numbers = {row.values["code"]: row.number for row in rows}
        message = "Stock has moved at this site, and this bin's is kept in its zone."
        plan.errors += [RowError(numbers[it.code], "parent", "", "stock_location_fixed", message) for it in moved]
    unchanged = len(plan.wanted) - len(new) - len(changed)
    report = ImportReport(len(rows), len(new), len(changed), unchanged, errors=plan.errors, places=table.places)
    if not dry_run:
        report.refuse_errors()
        _write(session, new, changed)
        record_changes(session, "location", [it.id for it in (*new, *changed)], now, site_id=site_id)
        report.applied = True
    return report


def _write(session: Session, new: list[LocationFacts], changed: list[LocationFacts]) -> None:
    """Write the places. Barcodes of changed ones are let go first, so that two places can exchange theirs."""
    with duplicates_mean(Conflict("code_taken", "Somebody made one of these places just now; send the file again.")):
        if changed:
            session.execute(update(Location), [{"id": it.id, "barcode": None} for it in changed])
        if new:
            session.execute(insert(Location), [asdict(it) for it in new])
        if changed:
            session.execute(update(Location), [asdict(it) for it in changed])
