"""What a stocktake's lines say: counted, book at the moment of counting, variance, marks, state. Set-based.

counting.md, "Book quantity is taken at the moment of counting": variance = counted − book(counted_at).
A line is evaluated whenever a tally or a movement that touches it arrives, until it is posted.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    Update,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from app.catalogue.models import Item, Unit
from app.kernel.database import BigInt, is_sqlite
from app.kernel.quantity import QUANTITY_LIMIT
from app.ledger.models import Balance, Entry
from app.stocktake.line_making import STOCKTAKE, make_lines, named, narrowed
from app.stocktake.line_rules import ALWAYS_REVIEWED, DECIDED_STATES, Mark
from app.stocktake.models import CountLine, Place, RecountItem, Sheet, Stocktake, Tally

Rows = Select[*tuple[Any, ...]]
_DAY_MS = int(timedelta(days=1).total_seconds() * 1000)
_LARGEST_SCALE = 6


def evaluate(
    session: Session,
    stocktake_id: UUID,
    now: datetime,
    location_ids: Collection[UUID] | None = None,
    items: Collection[UUID] | None = None,
) -> None:
    """Make the lines there should be and bring the unposted ones up to date.

    `location_ids` (stock locations) and `items` narrow it to what was touched; None means all.
    """
    some = {"some_locations": location_ids is not None, "some_items": items is not None}
    parameters = named(stocktake_id, location_ids, items)
    recounted = _lock(session, stocktake_id)
    make_lines(session, stocktake_id, location_ids, items)
    _lock_lines(session, _locking(**some), parameters)
    if recounted:
        session.connection().execute(_settle_rounds(**some), parameters)
    session.connection().execute(_update(**some), parameters | {"now": now})


def evaluate_lines(session: Session, chosen: ColumnElement[bool], now: datetime) -> None:
    """Bring the unposted lines among `chosen` (a condition on CountLine) up to date, in one statement."""
    session.flush()
    _lock_lines(session, _locking_of(chosen), {})
    session.connection().execute(_update_of(chosen), {"now": now})


def _lock(session: Session, stocktake_id: UUID) -> bool:
    """Make journals and postings wait, which take the stocktake for themselves; whether any place is counted again.

    A count compared while a journal is being booked, each blind to the other, would be wrong for good.
    """
    recounted = exists().where(Place.stocktake_id == Stocktake.id, Place.round > 1)
    found = select(Stocktake.id, recounted.label("recounted")).where(Stocktake.id == stocktake_id)
    return any(row.recounted for row in session.execute(found.with_for_update(read=True, of=Stocktake)))


def _lock_lines(session: Session, locking: Select[Any], parameters: dict[str, object]) -> None:
    """Wait for who writes the lines at this moment: the evaluation must see what was decided and posted of them."""
    if not is_sqlite(session.connection()):  # which has one writer
        session.connection().execute(locking, parameters)


@cache
def _locking(*, some_locations: bool, some_items: bool) -> Select[Any]:
    touched = narrowed(CountLine.location_id, CountLine.item_id, some_locations=some_locations, some_items=some_items)
    return _locking_of(and_(CountLine.stocktake_id == STOCKTAKE, *touched))


def _locking_of(chosen: ColumnElement[bool]) -> Select[Any]:
    """In the order of the ids, as deciders take them. Counted by the database: nobody reads a hundred thousand ids."""
    lines = select(CountLine.id).where(chosen).order_by(CountLine.id).with_for_update().subquery()
    return select(func.count()).select_from(lines)


@cache
def _settle_rounds(*, some_locations: bool, some_items: bool) -> Update:
    """Give lines that nobody asked to count again the first round in which they were seen.

    Who counts a shelf again finds what the first counter overlooked; that is seen, not left uncounted.
    """
    touched = narrowed(CountLine.location_id, CountLine.item_id, some_locations=some_locations, some_items=some_items)
    asked = exists().where(
        RecountItem.stocktake_id == CountLine.stocktake_id,
        RecountItem.location_id == CountLine.location_id,
        RecountItem.item_id == CountLine.item_id,
        RecountItem.lot == CountLine.lot,
    )
    seen = (
        select(func.coalesce(func.min(Sheet.round), 1))
        .join(Place, and_(Place.stocktake_id == Sheet.stocktake_id, Place.location_id == Sheet.location_id))
        .join(Tally, Tally.sheet_id == Sheet.id)
        .where(
            Place.stocktake_id == CountLine.stocktake_id,
            Place.stock_location_id == CountLine.location_id,
            Sheet.disposition != "set_aside",
            Tally.item_id == CountLine.item_id,
            Tally.lot == CountLine.lot,
        )
        .correlate(CountLine)
        .scalar_subquery()
    )
    unasked = and_(CountLine.stocktake_id == STOCKTAKE, *touched, CountLine.posted_part.is_(None), ~asked)
    return update(CountLine).where(unasked, CountLine.round != seen).values(round=seen)


# Building a statement of this size takes ten times as long as running it for a push, so it is built once for all.
@cache
def _update(*, some_locations: bool, some_items: bool) -> Update:
    touched = narrowed(CountLine.location_id, CountLine.item_id, some_locations=some_locations, some_items=some_items)
    return _update_of(and_(CountLine.stocktake_id == STOCKTAKE, *touched))


def _update_of(chosen: ColumnElement[bool]) -> Update:
    """The evaluation of the unposted lines among `chosen`; it takes the parameter `now`."""
    looked = _looked(and_(chosen, CountLine.posted_part.is_(None)))
    judged = _judged(_compared(looked))
    new = judged.columns
    changed = or_(*(getattr(CountLine, name).is_distinct_from(new[name]) for name in _WRITTEN))
    same_look = and_(CountLine.counted_at == new.counted_at, CountLine.quantity_book_first.is_not(None))
    dropped = and_(CountLine.state.in_(DECIDED_STATES), CountLine.state != new.state)
    present = bindparam("now", type_=CountLine.evaluated_at.type)
    return (
        update(CountLine)
        .where(CountLine.id == new.id, CountLine.posted_part.is_(None), changed)
        .values(
            **{name: new[name] for name in _WRITTEN},
            quantity_book_first=case((same_look, CountLine.quantity_book_first), else_=new.quantity_book),
            evaluated_at=case((same_look, CountLine.evaluated_at), else_=present),
            version=CountLine.version + 1,
            decided_by=case((dropped, None), else_=CountLine.decided_by),
            decided_at=case((dropped, None), else_=CountLine.decided_at),
        )
        .execution_options(synchronize_session=False)
    )


_WRITTEN = (
    "quantity_counted",
    "first_look_at",
    "counted_at",
    "look_from",
    "look_to",
    "quantity_book",
    "variance",
    "value",
    "flags",
    "state",
)


def _once(statement: Any, name: str) -> CTE:
    """A common table expression computed once; else its subqueries are run again wherever a column is used."""
    once: CTE = statement.cte(name).prefix_with("MATERIALIZED")
    return once


def _looked(chosen: ColumnElement[bool]) -> CTE:
    """Per line: the sum of its round's tallies, and when was looked; null where nobody looked, or sheets overlap.

    Outer joins along indexes from the line on, grouped once: each engine finds its way without statistics, which
    a stocktake's first lines never have.
    """
    line = CountLine
    undecided = func.max(case((and_(Sheet.disposition == "undecided", Tally.quantity.is_not(None)), 1), else_=0))
    changed = func.max(case((Tally.catalogue_changed.is_(True), 1), else_=0))
    moment = CountLine.counted_at.type
    earlier = case((Tally.first_look_at < Tally.look_from, Tally.first_look_at), else_=Tally.look_from)
    return _once(
        select(
            line.id,
            line.stocktake_id,
            line.location_id,
            line.item_id,
            line.lot,
            line.state.label("old_state"),
            line.flags.label("old_flags"),
            line.quantity_counted.label("old_counted"),
            line.quantity_book.label("old_book"),
            line.quantity_book_first.label("old_book_first"),
            line.counted_at.label("old_counted_at"),
            case((undecided == 0, cast(func.sum(Tally.quantity), BigInteger))).label("quantity_counted"),
            type_coerce(func.min(Tally.first_look_at), moment).label("first_look_at"),
            type_coerce(func.max(Tally.last_look_at), moment).label("counted_at"),
            type_coerce(func.max(Tally.look_from), moment).label("look_from"),
            type_coerce(func.max(Tally.look_to), moment).label("look_to"),
            type_coerce(func.min(earlier), moment).label("since"),
            changed.label("catalogue_changed"),
            undecided.label("undecided"),
        )
        .select_from(line)
        .outerjoin(Place, and_(Place.stocktake_id == line.stocktake_id, Place.stock_location_id == line.location_id))
        .outerjoin(
            Sheet,
            and_(
                Sheet.stocktake_id == line.stocktake_id,
                Sheet.location_id == Place.location_id,
                Sheet.round == line.round,
                Sheet.disposition != "set_aside",
            ),
        )
        .outerjoin(Tally, and_(Tally.sheet_id == Sheet.id, Tally.item_id == line.item_id, Tally.lot == line.lot))
        .where(chosen)
        .group_by(line.id),
        "looked",
    )


def _compared(looked: CTE) -> CTE:
    """Add the book at counted_at, and whether movements fall into the look or into the doubt about its time."""
    line = looked.columns
    counted = line.counted_at.is_not(None)
    on_hand = (
        select(Balance.quantity)
        .where(Balance.location_id == line.location_id, Balance.item_id == line.item_id, Balance.lot == line.lot)
        .correlate(looked)
        .scalar_subquery()
    )
    searched = _once(
        select(
            looked,
            case((counted, func.coalesce(on_hand, 0))).label("on_hand"),
            case((counted, _moves(looked, Entry.to_location_id))).label("came"),
            case((counted, _moves(looked, Entry.from_location_id))).label("went"),
        ),
        "searched",
    )
    found = searched.columns
    book = found.on_hand - found.came // _QUANTITY + found.went // _QUANTITY
    return select(
        searched,
        book.label("quantity_book"),
        _either(found.came, found.went, _MOVED).label("moved"),
        _either(found.came, found.went, _DOUBTFUL).label("doubtful"),
    ).cte("compared")


_DOUBTFUL, _MOVED, _QUANTITY = 1, 2, 4


def _moves(looked: CTE, side: Any) -> ColumnElement[int]:
    """Three answers in one search along a side's index: a search each would take half of the whole evaluation.

    The quantity that moved after counted_at × _QUANTITY, + _MOVED if something moved between the first look and
    counted_at, + _DOUBTFUL if something moved within the doubt about counted_at.
    """
    line = looked.columns
    at = Entry.occurred_at
    after = at > line.counted_at
    moved = and_(at > line.first_look_at, at <= line.counted_at)
    within_a_day = type_coerce(at, BigInt) <= type_coerce(line.look_to, BigInt) + _DAY_MS
    doubtful = and_(at >= line.look_from, within_a_day, or_(Entry.date_only.is_(True), at <= line.look_to))
    quantity = func.coalesce(cast(func.sum(case((after, Entry.quantity), else_=0)), BigInteger), 0)
    found: ColumnElement[int] = (
        select(
            quantity * _QUANTITY
            + func.coalesce(func.max(case((moved, _MOVED), else_=0)), 0)
            + func.coalesce(func.max(case((doubtful, _DOUBTFUL), else_=0)), 0)
        )
        .where(side == line.location_id, Entry.item_id == line.item_id, Entry.lot == line.lot, at >= line.since)
        .correlate(looked)
        .scalar_subquery()
    )
    return found


def _either(came: Any, went: Any, bit: int) -> ColumnElement[int]:
    return case((or_(came.op("&")(bit) != 0, went.op("&")(bit) != 0), 1), else_=0)


def _judged(compared: CTE) -> CTE:
    """Add variance, value, marks and state."""
    line = compared.columns
    variance = line.quantity_counted - line.quantity_book
    valued = _once(
        select(
            compared,
            variance.label("variance"),
            func.line_value(variance, Unit.scale, Item.unit_cost).label("value"),
            _marks(line).label("marks"),
            Unit.scale.label("scale"),
            Stocktake.tolerance_quantity,
            Stocktake.tolerance_percent_bp,
            Stocktake.tolerance_value,
        )
        .join_from(compared, Item, Item.id == line.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .join(Stocktake, Stocktake.id == line.stocktake_id),
        "valued",
    )
    return _with_state(valued).cte("judged")


def _marks(line: Any) -> ColumnElement[int]:
    """The marks of a line as the sum of their bits."""
    same_look = and_(line.old_counted_at == line.counted_at, line.old_book_first.is_not(None))
    conditions: dict[Mark, ColumnElement[bool]] = {
        Mark.OVERLAP: line.undecided == 1,
        Mark.MOVED_WHILE_COUNTED: line.moved == 1,
        Mark.TIME_UNCERTAIN: line.doubtful == 1,
        Mark.NEGATIVE_BOOK: line.quantity_book < 0,
        Mark.UNEXPECTED: and_(line.quantity_book == 0, line.quantity_counted > 0),
        Mark.MISSING: and_(line.quantity_book > 0, line.quantity_counted == 0),
        Mark.CATALOGUE_CHANGED: line.catalogue_changed == 1,
        Mark.EXPLAINED_LATE: and_(same_look, line.quantity_book != line.old_book_first),
    }
    bits = [case((condition, int(mark)), else_=0) for mark, condition in conditions.items()]
    total: ColumnElement[int] = bits[0]
    for bit in bits[1:]:
        total = total + bit
    return total


def _with_state(valued: CTE) -> Rows:
    line = valued.columns
    facts_stand = and_(
        line.old_counted.is_not_distinct_from(line.quantity_counted),
        line.old_book.is_not_distinct_from(line.quantity_book),
    )
    was_decided = line.old_state.in_(DECIDED_STATES)
    keeps_decision = and_(was_decided, facts_stand)
    to_review = line.marks.op("&")(int(ALWAYS_REVIEWED)) != 0
    state = case(
        (keeps_decision, line.old_state),
        (and_(line.quantity_counted.is_(None), line.undecided == 1), "needs_decision"),
        (and_(line.quantity_counted.is_(None), line.old_state == "recount"), "recount"),
        (line.quantity_counted.is_(None), "uncounted"),
        (to_review, "needs_decision"),
        (line.variance == 0, "agreed"),
        (func.abs(line.variance) > QUANTITY_LIMIT, "needs_decision"),  # more than an entry of the ledger can move
        (_within_tolerance(line), "within_tolerance"),
        else_="needs_decision",
    )
    was_changed = line.old_flags.op("&")(int(Mark.CHANGED_AFTER_DECISION)) != 0
    changed = or_(and_(was_decided, ~facts_stand), was_changed)
    flags = line.marks + case((changed, int(Mark.CHANGED_AFTER_DECISION)), else_=0)
    return select(valued, flags.label("flags"), state.label("state"))


def _within_tolerance(line: Any) -> ColumnElement[bool]:
    """Within all that are given, and at least one is (counting.md, "Thresholds without holes")."""
    size = func.abs(line.variance)
    factor = case(*((line.scale == scale, 10**scale) for scale in range(_LARGEST_SCALE + 1)))
    given = (line.tolerance_quantity, line.tolerance_percent_bp, line.tolerance_value)
    return and_(
        or_(*(limit.is_not(None) for limit in given)),
        or_(line.tolerance_quantity.is_(None), size <= line.tolerance_quantity * factor),
        or_(
            line.tolerance_percent_bp.is_(None),
            size * 10_000 <= line.tolerance_percent_bp * func.abs(line.quantity_book),
        ),
        or_(line.tolerance_value.is_(None), func.abs(line.value) <= line.tolerance_value),
    )


def touched_by(theirs: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on CountLine for lines whose stock was moved by `theirs` (a condition on Entry)."""
    sides = [
        tuple_(CountLine.location_id, CountLine.item_id, CountLine.lot).in_(
            select(side, Entry.item_id, Entry.lot).where(theirs)
        )
        for side in (Entry.from_location_id, Entry.to_location_id)
    ]
    return or_(*sides)
