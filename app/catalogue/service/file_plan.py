"""What a file of items comes to: every mistake in it, and what to write. Decides, and writes nothing.

Rows with one SKU are one item with several codes: the first row that fills a cell says it, later ones say the same
or nothing. An empty cell leaves what is there; the file takes nothing away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.catalogue.rules import DEFAULT_UNIT, check_digit_mistake
from app.catalogue.service.file_columns import CodeCell, Known, KnownItem
from app.kernel.table import Row, RowError

TRACKING_COLUMNS = {  # by the item's names for them
    "tracks_lots": "lots",
    "tracks_expiry": "expiry",
    "tracks_serials": "serials",
    "minimum_life_days": "minimum_life_days",
}
_ITEM_COLUMNS = ("name", "category", "unit", "scale", "unit_cost", *TRACKING_COLUMNS.values(), "active")


@dataclass(frozen=True, slots=True)
class ItemWanted:
    """An item as the file wants it; `before` is None for a new one."""

    sku: str
    name: str
    category: str | None
    unit: str
    tracks_lots: bool
    tracks_expiry: bool
    tracks_serials: bool
    minimum_life_days: int | None
    unit_cost: int
    active: bool
    before: KnownItem | None
    row: int

    @property
    def changed(self) -> bool:
        """Whether anything is to be written."""
        names = ("name", "category", "unit", *TRACKING_COLUMNS, "unit_cost", "active")
        return self.before is None or any(getattr(self, name) != getattr(self.before, name) for name in names)


@dataclass(frozen=True, slots=True)
class CodeWanted:
    """A code as the file wants it; `new` where the catalogue does not have it."""

    sku: str
    cell: CodeCell
    pack_factor: int
    label: str
    new: bool


@dataclass(slots=True)
class FilePlan:
    """What to write, and what is wrong. `touched` are the rows that change something."""

    items: dict[str, ItemWanted] = field(default_factory=dict)
    codes: list[CodeWanted] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)  # new ones: code and scale
    errors: list[RowError] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    def refuse(self, row: int, column: str, value: object, code: str, message: str) -> None:
        """Note a mistake."""
        self.errors.append(RowError(row, column, "" if value is None else str(value), code, message))


def plan_items(known: Known, rows: Sequence[Row], errors: Sequence[RowError]) -> FilePlan:
    """Judge the file's rows against the catalogue."""
    plan = FilePlan(errors=list(errors))
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if "sku" not in row.bad:
            groups.setdefault(row.values["sku"], []).append(row)
    for sku, group in groups.items():
        _plan_item(plan, known, sku, group)
    _plan_codes(plan, known, [row for group in groups.values() for row in group])
    return plan


def _plan_item(plan: FilePlan, known: Known, sku: str, group: list[Row]) -> None:
    said: dict[str, tuple[Any, int]] = {}  # column: value and the row that says it
    for row in group:
        for column in _ITEM_COLUMNS:
            value = row.values[column]
            if value is None:
                continue
            first, where = said.setdefault(column, (value, row.number))
            if first != value:
                message = f"Row {where} says {first!r} for this SKU; say the same, or leave the cell empty."
                plan.refuse(row.number, column, value, "contradicts_row", message)
    before, first_row = known.items.get(sku), group[0].number

    def wanted(column: str, now: Any) -> Any:
        return said[column][0] if column in said else now

    if before is None and "name" not in said and not any("name" in row.bad for row in group):
        plan.refuse(first_row, "name", "", "required", "A new item needs a name.")
    unit = wanted("unit", before.unit if before else DEFAULT_UNIT)
    if not any(row.bad & {"unit", "scale"} for row in group):
        _plan_unit(plan, known, unit, said.get("scale"), said.get("unit", (unit, first_row))[1])
    plan.items[sku] = ItemWanted(
        sku=sku,
        name=wanted("name", before.name if before else ""),
        category=wanted("category", before.category if before else None),
        unit=unit,
        tracks_lots=wanted("lots", before.tracks_lots if before else False),
        tracks_expiry=wanted("expiry", before.tracks_expiry if before else False),
        tracks_serials=wanted("serials", before.tracks_serials if before else False),
        minimum_life_days=wanted("minimum_life_days", before.minimum_life_days if before else None),
        unit_cost=wanted("unit_cost", before.unit_cost if before else 0),
        active=wanted("active", before.active if before else True),
        before=before,
        row=first_row,
    )
    if before is None:
        plan.touched.update(row.number for row in group)
    elif plan.items[sku].changed:
        plan.touched.add(first_row)


def _plan_unit(plan: FilePlan, known: Known, unit: str, scale: tuple[int, int] | None, row: int) -> None:
    """Check the item's unit; make it where the file says its scale. `scale` is the number and the row that says it."""
    fixed = known.units[unit][1] if unit in known.units else plan.units.get(unit)
    if fixed is None and scale is None:
        names = ", ".join(sorted(known.units))
        message = f"This unit is unknown (known: {names}). To make it, say its decimals in scale: 0 for whole pieces."
        plan.refuse(row, "unit", unit, "unknown_unit", message)
    elif fixed is None and scale is not None:
        plan.units[unit] = scale[0]
    elif scale is not None and scale[0] != fixed:
        message = (
            f"The unit {unit} has {fixed} decimals; that cannot change. Leave the cell empty, or use another unit."
        )
        plan.refuse(scale[1], "scale", scale[0], "scale_contradicts", message)


def _plan_codes(plan: FilePlan, known: Known, rows: Sequence[Row]) -> None:
    first: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.number):
        cell: CodeCell | None = row.values["barcode"]
        if cell is None:
            if "barcode" not in row.bad:
                _refuse_pack_without_code(plan, row)
            continue
        earlier = first.setdefault(cell.normal_form, row)
        if earlier is not row:
            _check_repeated(plan, row, earlier)
            continue
        _plan_code(plan, known, row, cell)


def _refuse_pack_without_code(plan: FilePlan, row: Row) -> None:
    for column in ("pack_factor", "barcode_label"):
        value = row.values[column]
        if value not in (None, 1):
            plan.refuse(
                row.number, column, value, "pack_without_code", "This belongs to a barcode; there is none here."
            )


def _check_repeated(plan: FilePlan, row: Row, earlier: Row) -> None:
    """A code that stands in the file twice: for two items it is a mistake; for one it must say the same."""
    code, sku = row.values["barcode"].code, earlier.values["sku"]
    if sku != row.values["sku"]:
        message = f"Row {earlier.number} gives this code to {sku}; a code means one item."
        plan.refuse(row.number, "barcode", code, "code_of_two_items", message)
    elif any(row.values[name] != earlier.values[name] for name in ("pack_factor", "barcode_label")):
        message = f"Row {earlier.number} says something else of this code."
        plan.refuse(row.number, "barcode", code, "contradicts_row", message)


def _plan_code(plan: FilePlan, known: Known, row: Row, cell: CodeCell) -> None:
    sku, before = row.values["sku"], known.codes.get(cell.normal_form)
    if before is not None and before.sku != sku:
        message = f"This code belongs to {before.sku} ({before.item_name})."
        plan.refuse(row.number, "barcode", cell.code, "code_taken", message)
        return
    wrong = None if before else check_digit_mistake(cell.code)
    if wrong:
        plan.refuse(row.number, "barcode", cell.code, "check_digit", wrong)
        return
    pack, label = row.values["pack_factor"], row.values["barcode_label"]
    wanted = CodeWanted(
        sku=sku,
        cell=cell,
        pack_factor=pack or (before.pack_factor if before else 1),
        label=label or (before.label if before else ""),
        new=before is None,
    )
    now = (before.pack_factor, before.label, before.code) if before else None
    if now != (wanted.pack_factor, wanted.label, cell.code):
        plan.codes.append(wanted)
        plan.touched.add(row.number)
