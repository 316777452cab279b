"""Posting: decided lines become journals of at most 5,000 lines each, safe to repeat, resumable; and their reversal.

Each chunk is a transaction of its own, so no lock is held for long and a killed server goes on where it was.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import Item, Unit
from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.errors import Conflict
from app.kernel.quantity import QUANTITY_LIMIT
from app.ledger import service as ledger
from app.ledger.models import Entry, Journal
from app.ledger.queries import book_column
from app.stocktake.anchors import variance_location
from app.stocktake.line_rules import READY_STATES
from app.stocktake.models import CountLine, Place, Sheet, Stocktake
from app.stocktake.plan_queries import stocktake_for

CHUNK = 5_000  # lines a journal (counting.md, "Posting")
POSTABLE_STATES = ("counting", "closed")
TOLERANCE_REASON = "tolerance"
NOT_COUNTED_REASON = "not_counted"
Uncounted = Literal["leave", "zero"]


@dataclass(frozen=True, slots=True)
class Posting:
    """The command: which part, and what becomes of lines nobody counted."""

    stocktake_id: UUID
    zone_ids: tuple[UUID, ...] | None = None
    uncounted: Uncounted = "leave"
    only_ready: bool = False
    override_reason: str = ""  # why to post although records are held, or still on devices


Stretch = tuple[int, int]  # the first and the last id of lines posted in one transaction


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one transaction posted."""

    part: int
    lines: int
    journals: int


def lock_stocktake(session: Session, viewer: Viewer, stocktake_id: UUID) -> Stocktake:
    """The stocktake, for one poster at a time."""
    stocktake = stocktake_for(session, viewer, stocktake_id, role="supervisor")
    session.refresh(stocktake, with_for_update=True)
    return stocktake


def in_part(posting: Posting) -> ColumnElement[bool]:
    """Unposted lines of the zones asked for."""
    mine = and_(CountLine.stocktake_id == posting.stocktake_id, CountLine.posted_part.is_(None))
    return mine if posting.zone_ids is None else and_(mine, CountLine.zone_id.in_(posting.zone_ids))


def _place_where(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Place.stocktake_id == CountLine.stocktake_id, Place.stock_location_id == CountLine.location_id, condition
    )


def place_open() -> ColumnElement[bool]:
    """Whether some counting place of the line's stock location is still being counted."""
    return _place_where(Place.state != "closed")


def ready(posting: Posting) -> ColumnElement[bool]:
    """Lines this posting takes: decided or agreed (and, if so asked, uncounted where somebody looked)."""
    states: ColumnElement[bool] = CountLine.state.in_(READY_STATES)
    if posting.uncounted == "zero":
        states = or_(states, and_(CountLine.state == "uncounted", last_look().is_not(None)))
    return and_(in_part(posting), states, ~place_open())


def stretches(session: Session, posting: Posting) -> list[Stretch]:
    """The ready lines in the order of their ids, 5,000 at a time."""
    numbered = select(CountLine.id, func.row_number().over(order_by=CountLine.id).label("number")).where(ready(posting))
    line = numbered.subquery()
    group = (line.c.number - 1) // CHUNK
    bounds = select(func.min(line.c.id), func.max(line.c.id)).group_by(group).order_by(func.min(line.c.id))
    return [(int(first), int(last)) for first, last in session.execute(bounds)]


def post_stretch(
    session: Session, viewer: Viewer, posting: Posting, stretch: Stretch, now: datetime, *, part: int | None = None
) -> Chunk:
    """Post what is still ready of these lines. Repeating it posts nothing.

    `part`: the number the first stretch of this posting got. It is given with the first line, in its transaction, and
    to one posting only: another that comes at the same time, or goes on where one broke off, is a part of its own.
    """
    stocktake = lock_stocktake(session, viewer, posting.stocktake_id)
    if stocktake.state not in POSTABLE_STATES:
        raise Conflict("stocktake_not_open", f"The stocktake is {stocktake.state}; it cannot be posted.")
    part = part or stocktake.parts_posted + 1
    within = CountLine.id.between(*stretch)
    if posting.uncounted == "zero":
        _take_as_zero(session, viewer, and_(ready(posting), within), now)
    claimed = session.execute(
        update(CountLine)
        .where(ready(posting), within)
        .values(posted_part=part, anchored=CountLine.state != "kept_book", version=CountLine.version + 1)
        .execution_options(synchronize_session=False)
    )
    lines: int = claimed.rowcount  # type: ignore[attr-defined]  # what execute() of an UPDATE returns has it
    if lines == 0:
        return Chunk(part, 0, 0)
    stocktake.parts_posted = max(stocktake.parts_posted, part)
    return Chunk(part, lines, _write_adjustments(session, viewer, stocktake, part=part, stretch=within, now=now))


def _take_as_zero(session: Session, viewer: Viewer, chosen: ColumnElement[bool], now: datetime) -> None:
    """Uncounted lines become zero as of the last look at their location: when its last sheet was closed.

    Raises Conflict where the book says more than one entry of the ledger can move.
    """
    uncounted = and_(chosen, CountLine.state == "uncounted")
    look = last_look()
    session.execute(
        update(CountLine)
        .where(uncounted)
        .values(quantity_counted=0, counted_at=look, first_look_at=look, look_from=look, look_to=look)
        .execution_options(synchronize_session=False)
    )
    book = book_column(CountLine.location_id, CountLine.item_id, CountLine.lot, CountLine.counted_at)
    session.execute(
        update(CountLine)
        .where(uncounted)
        .values(quantity_book=book, quantity_book_first=book, variance=-book)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(select(exists().where(uncounted, func.abs(CountLine.variance) > QUANTITY_LIMIT))):
        raise Conflict(
            "variance_out_of_range",
            f"The book says more than {QUANTITY_LIMIT:,} of what nobody counted; count it, or leave it uncounted.",
        )
    value = (
        select(func.line_value(CountLine.variance, Unit.scale, Item.unit_cost))
        .join_from(Item, Unit, Unit.id == Item.unit_id)
        .where(Item.id == CountLine.item_id)
        .correlate(CountLine)
        .scalar_subquery()
    )
    session.execute(
        update(CountLine)
        .where(uncounted)
        .values(value=value, state="accepted", reason_code=NOT_COUNTED_REASON, decided_by=viewer.person, decided_at=now)
        .execution_options(synchronize_session=False)
    )


def last_look() -> ScalarSelect[datetime | None]:
    """When the last sheet of the line's round at its stock location was closed; null where nobody looked.

    A recount looks at what it was asked for: what nobody counted in the first round was not looked at in the second.
    """
    return (
        select(func.max(Sheet.closed_at))
        .join(Place, and_(Place.stocktake_id == Sheet.stocktake_id, Place.location_id == Sheet.location_id))
        .where(
            Sheet.stocktake_id == CountLine.stocktake_id,
            Place.stock_location_id == CountLine.location_id,
            Sheet.round == CountLine.round,
            Sheet.disposition == "counts",
        )
        .correlate(CountLine)
        .scalar_subquery()
    )


def _write_adjustments(
    session: Session, viewer: Viewer, stocktake: Stocktake, *, part: int, stretch: ColumnElement[bool], now: datetime
) -> int:
    """One journal with the differences of the lines just claimed; none when all of them agreed."""
    differing = and_(
        CountLine.stocktake_id == stocktake.id,
        CountLine.posted_part == part,
        CountLine.state != "kept_book",
        CountLine.variance != 0,
        stretch,
    )
    if not session.scalar(select(exists().where(differing))):
        return 0
    number = 1 + session.scalars(select(func.count()).where(adjustments_of(stocktake.id))).one()
    ledger.write_journal_from(
        session,
        ledger.NewJournal(
            site_id=stocktake.site_id,
            kind="adjustment",
            source_key=f"stocktake:{stocktake.id}:{part}:{number}",
            person_id=viewer.person,
            document=stocktake.name,
            stocktake_id=stocktake.id,
        ),
        _adjustments(differing, variance_location(session, stocktake.site_id)),
        now,
    )
    return 1


def adjustments_of(stocktake_id: UUID) -> ColumnElement[bool]:
    """The journals a stocktake posted."""
    return and_(Journal.stocktake_id == stocktake_id, Journal.kind == "adjustment")


def _adjustments(differing: ColumnElement[bool], variance: UUID) -> Select[*tuple[Any, ...]]:
    """The entries: each at its own line's counted_at, from the variance account for a gain, to it for a loss."""
    account = literal(variance, CountLine.location_id.type)
    gain = CountLine.variance > 0
    return (
        select(
            func.row_number().over(order_by=CountLine.id).label("number"),
            CountLine.item_id,
            CountLine.lot,
            case((gain, account), else_=CountLine.location_id).label("from_location_id"),
            case((gain, CountLine.location_id), else_=account).label("to_location_id"),
            func.abs(CountLine.variance).label("quantity"),
            CountLine.counted_at.label("occurred_at"),
            literal(value=False, type_=Entry.date_only.type).label("date_only"),
            Item.unit_cost,
            case((CountLine.state == "within_tolerance", TOLERANCE_REASON), else_=CountLine.reason_code).label(
                "reason_code"
            ),
            CountLine.id.label("count_line_id"),
        )
        .join(Item, Item.id == CountLine.item_id)
        .where(differing)
    )


def all_done(session: Session, stocktake: Stocktake) -> bool:
    """Whether something is posted, and nothing remains but lines left uncounted at places that are done."""
    mine = CountLine.stocktake_id == stocktake.id
    undone = exists().where(mine, CountLine.posted_part.is_(None), CountLine.state != "uncounted")
    still_open = exists().where(Place.stocktake_id == stocktake.id, Place.state != "closed")
    return stocktake.parts_posted > 0 and not session.scalar(select(or_(undone, still_open)))


def finish_part(session: Session, viewer: Viewer, stocktake_id: UUID, now: datetime) -> Stocktake:
    """Count the stocktake as posted when nothing is left of it to post."""
    stocktake = lock_stocktake(session, viewer, stocktake_id)
    if stocktake.state not in POSTABLE_STATES or stocktake.parts_posted == 0:
        return stocktake
    if all_done(session, stocktake):
        stocktake.state = "posted"
        stocktake.posted_at = now
    record_changes(session, "stocktake", [stocktake.id], now, site_id=stocktake.site_id)
    return stocktake


def start_reversal(session: Session, viewer: Viewer, stocktake_id: UUID, now: datetime) -> None:
    """Take the stocktake's lines out of the anchors; its journals are reversed one by one after this.

    Raises Conflict when nothing of it is posted. Repeating it goes on where a reversal stopped.
    """
    stocktake = lock_stocktake(session, viewer, stocktake_id)
    if stocktake.state == "reversed":
        return
    if stocktake.parts_posted == 0:
        raise Conflict("nothing_posted", "Nothing of this stocktake is posted, so there is nothing to reverse.")
    stocktake.state = "reversed"
    stocktake.reversed_at = now
    session.execute(
        update(CountLine)
        .where(CountLine.stocktake_id == stocktake_id, CountLine.anchored.is_(True))
        .values(anchored=False, version=CountLine.version + 1)
        .execution_options(synchronize_session=False)
    )
    record_changes(session, "stocktake", [stocktake.id], now, site_id=stocktake.site_id)


def reverse_next(
    session: Session, viewer: Viewer, stocktake_id: UUID, *, reason_code: str, note: str, now: datetime
) -> bool:
    """Reverse the next of its journals (adjustments, and the corrections they drew); False when none is left."""
    reversal = aliased(Journal)
    journal_id = session.scalar(
        select(Journal.id)
        .where(
            Journal.stocktake_id == stocktake_id,
            Journal.kind.in_(("adjustment", "correction")),
            ~exists().where(reversal.reverses_id == Journal.id),
        )
        .order_by(Journal.id)
        .limit(1)
    )
    if journal_id is None:
        return False
    ledger.reverse_journal(
        session,
        journal_id,
        person_id=viewer.person,
        source_key=f"reversal:{journal_id}",
        note=note,
        reason_code=reason_code,
        now=now,
    )
    return True
