"""What the workbench asks about lines: the list, its totals, and what stands in the way of posting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.catalogue.models import Barcode, Item, Unit
from app.kernel.errors import NotFound
from app.kernel.paging import Page, offset_of, page
from app.ledger.models import Balance
from app.sites.models import Location
from app.stocktake.line_rules import names_of
from app.stocktake.models import CountLine, Place, Sheet
from app.stocktake.posting import Posting, in_part, last_look, place_open

EXAMPLES = 50  # lines named beside each problem


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines, in which order. `states` empty means all; `posted` None means both."""

    stocktake_id: UUID
    states: tuple[str, ...] = ()
    zone_id: UUID | None = None
    search: str = ""
    marked: int = 0
    posted: bool | None = None
    sort: str = "place"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class LineTotals:
    """Of all lines a filter finds: how many, and the value of their variances in minor units."""

    lines: int
    value: int
    value_absolute: int


def line_columns() -> Select[*tuple[Any, ...]]:
    """The line as the screen shows it, with names."""
    return (
        select(
            CountLine,
            Location.code.label("location_code"),
            Location.name.label("location_name"),
            Item.sku,
            Item.name.label("item_name"),
            Item.unit_cost,
            Unit.scale.label("unit_scale"),
            Unit.name.label("unit_name"),
            Person.name.label("decided_by_name"),
        )
        .join(Location, Location.id == CountLine.location_id)
        .join(Item, Item.id == CountLine.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .outerjoin(Person, Person.id == CountLine.decided_by)
    )


def find_lines(session: Session, wanted: LineFilter, *, limit: int, after: str | None) -> tuple[Page[Any], LineTotals]:
    """One page of lines and the totals of the whole list: list and detail totals always agree."""
    offset = offset_of(after)
    condition = _condition(wanted)
    totals = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(CountLine.value), 0),
            func.coalesce(func.sum(func.abs(CountLine.value)), 0),
        )
        .select_from(CountLine)
        .join(Item, Item.id == CountLine.item_id)
        .where(condition)
    ).one()
    rows = session.execute(line_columns().where(condition).order_by(*_order(wanted)).limit(limit).offset(offset)).all()
    total, value, value_absolute = (int(number or 0) for number in totals)
    return page([line_row(row) for row in rows], total=total, offset=offset), LineTotals(total, value, value_absolute)


def one_line(session: Session, stocktake_id: UUID, line_id: int) -> tuple[CountLine, dict[str, Any]]:
    """The line and its row. Raises NotFound when the stocktake has no such line."""
    row = session.execute(
        line_columns().where(CountLine.stocktake_id == stocktake_id, CountLine.id == line_id)
    ).one_or_none()
    if row is None:
        raise NotFound("not_found", "There is no such line in this stocktake.")
    return row.CountLine, line_row(row)


def _condition(wanted: LineFilter) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [CountLine.stocktake_id == wanted.stocktake_id]
    if wanted.states:
        conditions.append(CountLine.state.in_(wanted.states))
    if wanted.zone_id is not None:
        conditions.append(CountLine.zone_id == wanted.zone_id)
    if wanted.posted is not None:
        conditions.append(CountLine.posted_part.is_not(None) if wanted.posted else CountLine.posted_part.is_(None))
    if wanted.marked:
        conditions.append(CountLine.flags.op("&")(wanted.marked) != 0)
    if wanted.search:
        coded = select(Barcode.item_id).where(Barcode.code.startswith(wanted.search, autoescape=True))
        conditions.append(
            or_(
                Item.sku.icontains(wanted.search, autoescape=True),
                Item.name.icontains(wanted.search, autoescape=True),
                Item.id.in_(coded),
            )
        )
    return and_(*conditions)


def _order(wanted: LineFilter) -> list[ColumnElement[Any]]:
    keys: dict[str, tuple[Any, ...]] = {
        "place": (Location.walk_order, Location.code, Item.sku),
        "sku": (Item.sku,),
        "name": (Item.name,),
        "variance": (CountLine.variance,),
        "value": (CountLine.value,),
        "worth": (func.abs(CountLine.value),),  # what is most money, gain or loss
        "counted_at": (CountLine.counted_at,),
    }
    chosen = [key.desc() if wanted.descending else key.asc() for key in keys[wanted.sort]]
    # Lines without a figure stand last in either order, and on both engines.
    first = case((keys[wanted.sort][0].is_(None), 1), else_=0)
    return [first, *chosen, CountLine.id]


def line_row(row: Any) -> dict[str, Any]:
    """One line as the API answers it, without its cause."""
    line: CountLine = row.CountLine
    return {
        "id": line.id,
        "version": line.version,
        "location_id": line.location_id,
        "location_code": row.location_code,
        "zone_id": line.zone_id,
        "item_id": line.item_id,
        "sku": row.sku,
        "item_name": row.item_name,
        "unit_scale": row.unit_scale,
        "unit_name": row.unit_name,
        "lot": line.lot,
        "round": line.round,
        "quantity_counted": line.quantity_counted,
        "counted_at": line.counted_at,
        "quantity_book": line.quantity_book,
        "quantity_book_first": line.quantity_book_first,
        "variance": line.variance,
        "value": line.value,
        "state": line.state,
        "flags": names_of(line.flags),
        "reason_code": line.reason_code,
        "note": line.note,
        "decided_by": line.decided_by,
        "decided_by_name": row.decided_by_name,
        "decided_at": line.decided_at,
        "evaluated_at": line.evaluated_at,
        "posted_part": line.posted_part,
        "anchored": line.anchored,
        "explained_after_posting": line.explained_after_posting,
        "cause": None,
    }


def lines_by_state(session: Session, stocktake_id: UUID) -> dict[str, int]:
    """How many lines are in each state; posted ones are counted under `posted`."""
    state = case((CountLine.posted_part.is_not(None), "posted"), else_=CountLine.state).label("state")
    rows = session.execute(select(state, func.count()).where(CountLine.stocktake_id == stocktake_id).group_by(state))
    return {str(name): int(count) for name, count in rows}


def variance_totals(session: Session, stocktake_id: UUID) -> dict[str, int | None]:
    """Net and absolute value of the variances, and the accuracy by line in basis points (null before any count)."""
    counted = CountLine.quantity_counted.is_not(None)
    agreed = and_(counted, CountLine.variance == 0)
    row = session.execute(
        select(
            func.coalesce(func.sum(CountLine.value), 0),
            func.coalesce(func.sum(func.abs(CountLine.value)), 0),
            func.sum(case((counted, 1), else_=0)),
            func.sum(case((agreed, 1), else_=0)),
        ).where(CountLine.stocktake_id == stocktake_id)
    ).one()
    net, absolute, lines, right = (int(number or 0) for number in row)
    return {
        "variance_value": net,
        "variance_value_absolute": absolute,
        "lines_counted": lines,
        "accuracy_bp": right * 10_000 // lines if lines else None,
    }


def posting_problems(session: Session, posting: Posting) -> list[dict[str, Any]]:
    """Everything that stands in the way of posting this part, all at once, each with its lines."""
    part = in_part(posting)
    kinds: list[tuple[str, ColumnElement[bool]]] = [
        ("needs_decision", CountLine.state == "needs_decision"),
        ("recount_running", CountLine.state == "recount"),
        ("place_open", and_(CountLine.state.not_in(("needs_decision", "recount")), place_open())),
    ]
    if posting.uncounted == "zero":
        kinds.append(("nobody_looked", and_(CountLine.state == "uncounted", ~place_open(), last_look().is_(None))))
    problems = [_problem(session, code, and_(part, condition)) for code, condition in kinds]
    return [problem for problem in problems if problem["lines"]]


def _problem(session: Session, code: str, condition: ColumnElement[bool]) -> dict[str, Any]:
    count, value = session.execute(
        select(func.count(), func.coalesce(func.sum(CountLine.value), 0)).where(condition)
    ).one()
    examples: Sequence[Any] = []
    if count:
        examples = session.execute(
            select(CountLine.id, Location.code, Item.sku)
            .join(Location, Location.id == CountLine.location_id)
            .join(Item, Item.id == CountLine.item_id)
            .where(condition)
            .order_by(CountLine.id)
            .limit(EXAMPLES)
        ).all()
    return {
        "code": code,
        "lines": int(count),
        "value": int(value or 0),
        "examples": [{"id": row.id, "location_code": row.code, "sku": row.sku} for row in examples],
    }


def uncounted_totals(session: Session, posting: Posting) -> dict[str, int]:
    """How many lines nobody counted, and what the book says they are worth: what the question names."""
    from_book = select(func.count(), func.coalesce(func.sum(_book_value()), 0)).where(
        in_part(posting), CountLine.state == "uncounted"
    )
    lines, value = session.execute(from_book).one()
    return {"lines": int(lines), "value": int(value)}


def _book_value() -> ColumnElement[int]:
    return (
        select(func.line_value(Balance.quantity, Unit.scale, Item.unit_cost))
        .join_from(Balance, Item, Item.id == Balance.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .where(
            Balance.location_id == CountLine.location_id,
            Balance.item_id == CountLine.item_id,
            Balance.lot == CountLine.lot,
        )
        .correlate(CountLine)
        .scalar_subquery()
    )


def ready_totals(session: Session, condition: ColumnElement[bool]) -> dict[str, int]:
    """How many lines a posting would take, and the net value of what it would change."""
    changes = and_(CountLine.state != "kept_book", CountLine.variance != 0)
    lines, value, differences = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((changes, CountLine.value), else_=0)), 0),
            func.coalesce(func.sum(case((changes, literal(1)), else_=0)), 0),
        ).where(condition)
    ).one()
    return {"lines": int(lines), "value": int(value), "differences": int(differences)}


def sheet_ids_of(session: Session, line: CountLine) -> list[UUID]:
    """The sheets of all rounds at the places that a line sums up."""
    return list(
        session.scalars(
            select(Sheet.id)
            .join(Place, and_(Place.stocktake_id == Sheet.stocktake_id, Place.location_id == Sheet.location_id))
            .where(Sheet.stocktake_id == line.stocktake_id, Place.stock_location_id == line.location_id)
        )
    )
