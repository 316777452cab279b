"""The columns of an items file, and what is known of the items, codes and units it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode, Category, Item, Unit
from app.catalogue.rules import LABEL_LENGTH_MAX, LIFE_DAYS_MAX, PACK_FACTOR_MAX, UNIT_CODE_LENGTH_MAX, parse_cost
from app.kernel.quantity import SCALE_LIMIT
from app.kernel.sets import among
from app.kernel.table import Column, Row
from app.kernel.table_cells import CellMistake, whole_cell, yes_no_cell
from app.kernel.table_words import YES_NO, Words
from app.kernel.text import barcode_text, code_text, name_text
from scanner.meaning import normal_form


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code in a file: as written, and its normal form."""

    code: str
    normal_form: str


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item there is."""

    id: UUID
    sku: str
    name: str
    category: str | None
    unit: str
    scale: int
    tracks_lots: bool
    unit_cost: int
    active: bool
    tracks_expiry: bool
    tracks_serials: bool
    minimum_life_days: int | None


@dataclass(frozen=True, slots=True)
class KnownCode:
    """A code there is, and whose it is."""

    code: str
    item_id: UUID
    sku: str
    item_name: str
    pack_factor: int
    label: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows of what a file names. Units and categories: all there are."""

    items: dict[str, KnownItem]  # by SKU
    codes: dict[str, KnownCode]  # by normal form
    units: dict[str, tuple[UUID, int]]  # by code: id and scale
    categories: dict[str, UUID]  # by name


_SCALE = Words("单位的小数位:0 为整件,3 为千分之一", "Decimals of the unit: 0 for whole pieces, 3 for thousandths")
_BARCODE = Words("一个商品有几个条码就写几行", "An item with several barcodes has a row for each")
_PACK = Words("这个条码代表几个基本单位", "How many base units this barcode stands for")
_LABEL = Words("例如:箱", "Such as: carton")


def item_columns(decimals: int) -> tuple[Column, ...]:
    """The columns of an items file where the currency has this many decimals."""
    return (
        Column("sku", code_text, required=True, example="WATER-550"),
        Column("name", name_text, example=Words("矿泉水 550 ml", "Spring water 550 ml")),
        Column("category", name_text, example=Words("饮料", "Drinks")),
        Column("unit", partial(code_text, length_max=UNIT_CODE_LENGTH_MAX), example="pcs"),
        Column("scale", whole_cell(0, SCALE_LIMIT), example="0", kind="number", note=_SCALE),
        Column("barcode", _barcode_cell, example="6921168509256", note=_BARCODE),
        Column("pack_factor", whole_cell(1, PACK_FACTOR_MAX), example="1", kind="number", note=_PACK),
        Column("barcode_label", partial(name_text, length_max=LABEL_LENGTH_MAX), note=_LABEL),
        Column(
            "unit_cost", partial(parse_cost, decimals=decimals), example="1.50" if decimals else "150", kind="number"
        ),
        Column("lots", yes_no_cell, example="no", kind="word", note=YES_NO),
        Column("expiry", yes_no_cell, example="no", kind="word", note=YES_NO),
        Column("serials", yes_no_cell, example="no", kind="word", note=YES_NO),
        Column("minimum_life_days", whole_cell(0, LIFE_DAYS_MAX), kind="number"),
        Column("active", yes_no_cell, example="yes", kind="word", note=YES_NO),
    )


def look_up(session: Session, rows: Sequence[Row]) -> Known:
    """Everything the rows name that there is: four queries, whatever the number of rows."""
    skus = {row.values["sku"] for row in rows if row.values["sku"] is not None}
    forms = {row.values["barcode"].normal_form for row in rows if row.values["barcode"] is not None}
    units = session.execute(select(Unit.code, Unit.id, Unit.scale))
    categories = session.execute(select(Category.name, Category.id))
    return Known(
        items=_known_items(session, skus),
        codes=_known_codes(session, forms),
        units={code: (unit_id, scale) for code, unit_id, scale in units},
        categories={row[0]: row[1] for row in categories},
    )


def _known_items(session: Session, skus: set[str]) -> dict[str, KnownItem]:
    wanted: Select[*tuple[Any, ...]] = (
        select(
            Item.id,
            Item.sku,
            Item.name,
            Category.name,
            Unit.code,
            Unit.scale,
            Item.tracks_lots,
            Item.unit_cost,
            Item.active,
            Item.tracks_expiry,
            Item.tracks_serials,
            Item.minimum_life_days,
        )
        .join(Unit, Unit.id == Item.unit_id)
        .outerjoin(Category, Category.id == Item.category_id)
        .where(among(session, Item.sku, skus))
    )
    return {row[1]: KnownItem(*row) for row in session.execute(wanted)}


def _known_codes(session: Session, forms: set[str]) -> dict[str, KnownCode]:
    wanted = (
        select(
            Barcode.normal_form,
            Barcode.code,
            Item.id,
            Item.sku,
            Item.name,
            Barcode.pack_factor,
            Barcode.label,
        )
        .join(Item, Item.id == Barcode.item_id)
        .where(among(session, Barcode.normal_form, forms))
    )
    return {row[0]: KnownCode(*row[1:]) for row in session.execute(wanted)}


def _barcode_cell(cell: str) -> CodeCell:
    if "E+" in cell.upper() and cell.upper().replace("E+", "").replace(".", "").isdigit():
        raise CellMistake("rounded_code", "The spreadsheet has rounded this code; format the column as text.")
    code = barcode_text(cell)
    return CodeCell(code, normal_form(code))
