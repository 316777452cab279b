"""Items by file: all mistakes at once, all rows or none, the same file twice changes nothing."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode, Category, Item, Unit
from app.catalogue.queries import ItemView, items_listed
from app.catalogue.rules import format_cost
from app.catalogue.service.file_columns import Known, item_columns, look_up
from app.catalogue.service.file_meaning import refuse_other_meanings
from app.catalogue.service.file_plan import TRACKING_COLUMNS, FilePlan, plan_items
from app.feed.service import record_changes
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.kernel.table import ImportReport, read_table
from app.kernel.table_cells import yes_or_no
from app.kernel.table_out import Form, refuse_too_many, write_table, write_template
from app.kernel.table_words import Words
from app.sites.queries import house_currency

_TITLE = Words("商品", "Items")
_CARTON = {"sku": "WATER-550", "barcode": "16921168509253", "pack_factor": "12"}
_BY_WEIGHT = {"sku": "APPLE", "unit": "kg", "unit_cost": "6", "lots": "yes"}
_MORE_EXAMPLES: tuple[Mapping[str, str | Words], ...] = (
    {**_CARTON, "barcode_label": Words("箱", "carton")},
    {**_BY_WEIGHT, "name": Words("苹果", "Apple"), "category": Words("水果", "Fruit")},
)


def item_template(session: Session, form: Form) -> bytes:
    """A file to fill in: a bottle, the carton it comes in, and goods by weight."""
    columns = item_columns(house_currency(session).decimals)
    return write_template(columns, form, _MORE_EXAMPLES, _TITLE.of(form.language))


def export_items(session: Session, form: Form, **filters: Any) -> bytes:
    """The items a list shows (`filters` are its own), a row a code; importing it again changes nothing."""
    decimals = house_currency(session).decimals
    items = items_listed(session, **filters)
    refuse_too_many(sum(len(item.barcodes) or 1 for item in items))
    rows = (row for item in items for row in _lines(item, decimals))
    return write_table(item_columns(decimals), rows, form, _TITLE.of(form.language))


def import_items(session: Session, data: bytes, now: datetime, *, dry_run: bool) -> ImportReport:
    """Make and change items by SKU, with their codes, units and categories. With `dry_run` nothing is written.

    Raises Invalid with every mistake when not dry, and what `read_table` raises.
    """
    table = read_table(data, item_columns(house_currency(session).decimals))
    rows, errors = table.rows, table.errors
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
        places=table.places,
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
