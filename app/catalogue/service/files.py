"""Items by file: all mistakes at once, all rows or none, the same file twice changes nothing."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode, Category, Item, Unit
from app.catalogue.queries import ItemView, all_items
from app.catalogue.rules import format_cost
from app.catalogue.service.file_columns import Known, item_columns, look_up
from app.catalogue.service.file_meaning import refuse_other_meanings
from app.catalogue.service.file_plan import TRACKING_COLUMNS, FilePlan, plan_items
from app.feed.service import record_changes
from app.kernel.csv_cells import yes_or_no
from app.kernel.csv_table import ImportReport, read_all_rows, template_csv, write_csv
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.sites.queries import house_currency

_MORE_EXAMPLES = (
    {"sku": "WATER-550", "barcode": "16921168509253", "pack_factor": "12", "barcode_label": "carton"},
    {"sku": "APPLE", "name": "Apple", "category": "Fruit", "unit": "kg", "unit_cost": "6", "lots": "yes"},
)


def item_template(session: Session) -> bytes:
    """A file to fill in: a bottle, the carton it comes in, and goods by weight."""
    return template_csv(item_columns(house_currency(session).decimals), _MORE_EXAMPLES)


def export_items(session: Session) -> bytes:
    """Every item, a row a code; importing it again changes nothing."""
    decimals = house_currency(session).decimals
    names = [column.name for column in item_columns(decimals)]
    return write_csv(names, (row for item in all_items(session) for row in _lines(item, decimals)))


def import_items(session: Session, data: bytes, now: datetime, *, dry_run: bool) -> ImportReport:
    """Make and change items by SKU, with their codes, units and categories. With `dry_run` nothing is written.

    Raises Invalid with every mistake when not dry, and what `read_csv` raises.
    """
    rows, errors = read_all_rows(data, item_columns(house_currency(session).decimals))
    known = look_up(session, rows)
    plan = plan_items(known, rows, errors)
    refuse_other_meanings(session, plan, known)
    new = {sku for sku, item in plan.items.items() if item.before is None}
    created = sum(1 for row in rows if row.values["sku"] in new)
    report = ImportReport(
        rows=len(rows),
        created=created,
        updated=len(plan.touched) - created,
        unchanged=len(rows) - len(plan.touched),
        errors=plan.errors,
    )
    if not dry_run:
        report.refuse_errors()
        _write(session, plan, known, now)
        report.applied = True
    return report


def _lines(item: ItemView, decimals: int) -> Iterator[list[Any]]:
    """The rows of an item in an items file."""
    cost = format_cost(item.unit_cost or 0, decimals)
    before = [item.sku, item.name, item.category_name, item.unit.code, item.unit.scale]
    tracked = [yes_or_no(value) for value in (item.tracks_lots, item.tracks_expiry, item.tracks_serials)]
    after = [cost, *tracked, item.minimum_life_days, yes_or_no(item.active)]
    for code in item.barcodes:
        yield [*before, code.code, code.pack_factor, code.label, *after]
    if not item.barcodes:
        yield [*before, "", "", "", *after]


def _write(session: Session, plan: FilePlan, known: Known, now: datetime) -> None:
    """Write the plan: a handful of statements, each with all its rows, in the order of the keys."""
    changed = [item for _, item in sorted(plan.items.items()) if item.changed]
    ids = {sku: item.before.id if item.before else new_id() for sku, item in sorted(plan.items.items())}
    with duplicates_mean(Conflict("changed_meanwhile", "Somebody changed these items just now; send the file again.")):
        units = _make_units(session, plan, known)
        categories = _make_categories(session, {item.category for item in changed if item.category}, known)
        values = [
            {
                "id": ids[item.sku],
                "sku": item.sku,
                "name": item.name,
                "category_id": categories[item.category] if item.category else None,
                "unit_id": units[item.unit],
                **{name: getattr(item, name) for name in TRACKING_COLUMNS},
                "unit_cost": item.unit_cost,
                "active": item.active,
            }
            for item in changed
        ]
        new = {item.sku for item in changed if item.before is None}
        _insert(session, Item, [{**value, "created_at": now} for value in values if value["sku"] in new])
        _update(session, Item, [value for value in values if value["sku"] not in new])
        _write_codes(session, plan, ids)
    touched = {item.sku for item in changed} | {code.sku for code in plan.codes}
    record_changes(session, "item", [ids[sku] for sku in sorted(touched)], now)


def _make_units(session: Session, plan: FilePlan, known: Known) -> dict[str, UUID]:
    made = {code: new_id() for code in sorted(plan.units)}
    rows = [{"id": own, "code": code, "name": code, "scale": plan.units[code]} for code, own in made.items()]
    _insert(session, Unit, rows)
    return {code: unit_id for code, (unit_id, _) in known.units.items()} | made


def _make_categories(session: Session, names: set[str], known: Known) -> Mapping[str, UUID]:
    made = {name: new_id() for name in sorted(names - known.categories.keys())}
    _insert(session, Category, [{"id": own, "name": name} for name, own in made.items()])
    return known.categories | made


def _write_codes(session: Session, plan: FilePlan, ids: Mapping[str, UUID]) -> None:
    codes = sorted(plan.codes, key=lambda code: code.cell.normal_form)
    rows = [
        {
            "normal_form": code.cell.normal_form,
            "code": code.cell.code,
            "item_id": ids[code.sku],
            "pack_factor": code.pack_factor,
            "label": code.label,
        }
        for code in codes
    ]
    _insert(session, Barcode, [row for row, code in zip(rows, codes, strict=True) if code.new])
    _update(session, Barcode, [row for row, code in zip(rows, codes, strict=True) if not code.new])


def _insert(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(model), rows)


def _update(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    """Update by primary key, all rows in one call."""
    if rows:
        session.execute(update(model), rows)
