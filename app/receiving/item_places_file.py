"""Fixed bins by file: all mistakes at once, all rows or none, the same file twice changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalogue.queries import items_by_sku
from app.kernel.access import Viewer
from app.kernel.sets import among
from app.kernel.table import Column, ImportReport, Row, RowError, read_table
from app.kernel.table_out import Form, write_table, write_template
from app.kernel.table_words import Words
from app.kernel.text import code_text
from app.ledger.queries.places import places
from app.ledger.rules import Place
from app.receiving.item_places import known_places, place_refusal, write_places
from app.receiving.item_places_queries import fixed_rows
from app.sites.models import Location
from app.sites.queries import SiteFacts, site_of

_EXAMPLE = Words("纯净水 550ml", "Spring water 550 ml")
COLUMNS = (
    Column("sku", code_text, required=True, example="WATER-550"),
    Column("item_name", example=_EXAMPLE),  # for the eye: nothing is made of it
    Column("location", code_text, required=True, example="A-01"),
)
_TITLE = Words("固定库位", "Fixed bins")


@dataclass(slots=True)
class _Plan:
    """What a file comes to: the place of each item, and what is wrong."""

    wanted: dict[UUID, UUID] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, row: Row, column: str, mistake: tuple[str, str]) -> None:
        """Note a mistake."""
        self.errors.append(RowError(row.number, column, row.values[column] or "", *mistake))


def place_template(form: Form) -> bytes:
    """A file to fill in."""
    return write_template(COLUMNS, form, title=_TITLE.of(form.language))


def export_places(session: Session, viewer: Viewer, site_id: UUID, form: Form) -> bytes:
    """Every fixed bin of the site, in the form the import takes."""
    viewer.require("supervisor", site_id)
    return write_table(COLUMNS, fixed_rows(session, site_id), form, _TITLE.of(form.language))


def import_places(
    session: Session, viewer: Viewer, site_id: UUID, data: bytes, now: datetime, *, dry_run: bool
) -> ImportReport:
    """Give items their fixed bins; the file takes none away. With `dry_run` nothing is written.

    Raises Invalid with every mistake when not dry, and what `read_table` raises.
    """
    viewer.require("supervisor", site_id)
    site, table = site_of(session, site_id), read_table(data, COLUMNS)
    plan = _plan(session, site, table.rows)
    before = known_places(session, site_id, plan.wanted)
    new = sum(1 for item in plan.wanted if item not in before)
    changed = sum(1 for item, place in plan.wanted.items() if before.get(item, place) != place)
    unchanged = len(table.rows) - new - changed
    errors = [*table.errors, *plan.errors]
    report = ImportReport(len(table.rows), new, changed, unchanged, errors=errors, places=table.places)
    if not dry_run:
        report.refuse_errors()
        write_places(session, site_id, plan.wanted, now)
        report.applied = True
    return report


def _plan(session: Session, site: SiteFacts, rows: Sequence[Row]) -> _Plan:
    plan = _Plan()
    items = items_by_sku(session, {row.values["sku"] for row in rows if row.values["sku"]})
    found = _places_by_code(session, site.id, {row.values["location"] for row in rows if row.values["location"]})
    for row in rows:
        sku, code = row.values["sku"], row.values["location"]
        item, place = items.get(sku), found.get(code)
        refusal = place_refusal(place, site) if code else None
        if sku and item is None:
            plan.refuse(row, "sku", ("unknown_item", "There is no such item."))
        if refusal:
            plan.refuse(row, "location", refusal)
        if item is not None and place is not None:
            plan.wanted[item.id] = place.id
    _refuse_contradictions(plan, rows)
    return plan


def _places_by_code(session: Session, site_id: UUID, codes: set[str]) -> Mapping[str, Place]:
    here = (Location.site_id == site_id) & among(session, Location.code, codes)
    return {place.code: place for place in places(session, here)}


def _refuse_contradictions(plan: _Plan, rows: Sequence[Row]) -> None:
    """An item that two rows put into two places."""
    first: dict[str, Row] = {}
    for row in rows:
        sku = row.values["sku"]
        before = first.setdefault(sku, row) if sku else row
        if before.values["location"] != row.values["location"]:
            message = f"Row {before.number} puts this item somewhere else; an item has one fixed bin at a site."
            plan.refuse(row, "location", ("contradicts_row", message))
