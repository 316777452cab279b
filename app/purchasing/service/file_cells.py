"""What cells of purchasing's files say, and which goods their rows name."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalogue.queries import CodeMeaning, ItemFacts, items_by_code, items_by_sku, items_of
from app.kernel.quantity import QUANTITY_LIMIT
from app.kernel.table import VALUE_SHOWN, Row, RowError
from app.kernel.table_cells import CellMistake
from app.kernel.text import barcode_text
from app.ledger.service.cells import exact_integer, when_cell
from app.purchasing.rules import percent_to_bp
from scanner.meaning import CodeError, normal_form


@dataclass(frozen=True, slots=True)
class Goods:
    """The items that a file names."""

    skus: Mapping[str, ItemFacts]
    codes: Mapping[str, CodeMeaning]
    items: Mapping[UUID, ItemFacts]


def day_cell(cell: str) -> date:
    """A day: 2026-11-20. A time of day is refused, except midnight, which spreadsheets add."""
    with suppress(CellMistake):
        when = when_cell(cell)
        if when.clock in {None, time()} and when.zone is None:
            return when.day
    raise CellMistake("not_a_day", "Write a day, such as 2026-11-20, without a time.")


def percent_cell(cell: str) -> int:
    """Per cent (5 or 2.5) as basis points."""
    try:
        return percent_to_bp(cell)
    except ValueError as error:
        raise CellMistake("not_a_percentage", str(error)) from error


def barcode_cell(cell: str) -> str:
    """The normal form of a barcode."""
    try:
        return normal_form(barcode_text(cell))
    except CodeError as error:
        raise CellMistake("unknown_barcode", f"This is no code: {error}.") from error


def mistake(row: Row, column: str, code: str, message: str) -> RowError:
    """What is wrong with a cell."""
    value = row.values.get(column)
    return RowError(row.number, column, "" if value is None else str(value)[:VALUE_SHOWN], code, message)


def look_up_goods(session: Session, rows: Sequence[Row]) -> Goods:
    """The items that the rows name by SKU or barcode: three queries."""
    skus = items_by_sku(session, {row.values["sku"] for row in rows if row.values["sku"]})
    codes = items_by_code(session, {code for row in rows if (code := row.values.get("barcode"))})
    return Goods(skus, codes, items_of(session, {meaning.item_id for meaning in codes.values()}))


def item_in(row: Row, goods: Goods, errors: list[RowError]) -> tuple[ItemFacts | None, int]:
    """The item of a row, and how many base units one of its quantity is: a carton's code stands for its pieces."""
    sku, code = row.values["sku"], row.values.get("barcode")
    by_sku, meant = goods.skus.get(sku or ""), goods.codes.get(code or "")
    by_code = goods.items.get(meant.item_id) if meant else None
    if sku and by_sku is None:
        errors.append(mistake(row, "sku", "unknown_item", "There is no item with this SKU."))
    if code and by_code is None:
        errors.append(mistake(row, "barcode", "unknown_barcode", "No item has this barcode; add it to the item first."))
    if not sku and not code and not row.bad & {"sku", "barcode"}:
        errors.append(mistake(row, "sku", "item_needed", "Say which item."))
    if by_sku and by_code and by_sku.id != by_code.id:
        errors.append(mistake(row, "barcode", "codes_disagree", "SKU and barcode name two different items."))
        return None, 1
    return by_sku or by_code, meant.pack_factor if meant else 1


def pieces(row: Row, column: str, item: ItemFacts | None, factor: int, errors: list[RowError]) -> int | None:
    """A quantity in smallest units. What is no whole number of them is refused, not rounded."""
    amount: Decimal | None = row.values[column]
    if amount is None or item is None:
        return None
    quantity = exact_integer(amount * factor, item.scale)
    if quantity is None:
        message = f"{item.sku} is kept with {item.scale} decimals of a {item.unit_code}."
        errors.append(mistake(row, column, "not_exact", message))
    elif not 1 <= quantity <= QUANTITY_LIMIT:
        message = f"A quantity is between 1 and {QUANTITY_LIMIT} smallest units."
        errors.append(mistake(row, column, "out_of_range", message))
    return quantity


def run_bulk(session: Session, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """One statement for all rows; nothing for none."""
    if rows:
        session.execute(statement, rows)
