"""All lines of a stocktake, some thousand at a time, so that no transaction holds its locks for long."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.clock import now
from app.kernel.transaction import reading, transact
from app.ledger.models import Balance
from app.stocktake.evaluation import evaluate
from app.stocktake.models import CountLine, Place

LINES_AT_ONCE = 10_000


def evaluate_all(stocktake_id: UUID) -> None:
    """Make the lines there should be and bring the unposted ones up to date, in as many transactions as it takes."""
    with reading() as session:
        stretches = list(_stretches(session, stocktake_id))
    for locations in stretches:
        transact(partial(_evaluate, stocktake_id, locations))


def _evaluate(stocktake_id: UUID, locations: list[UUID], session: Session) -> None:
    evaluate(session, stocktake_id, now(), locations)


def _stretches(session: Session, stocktake_id: UUID) -> Iterator[list[UUID]]:
    """The stock locations of the stocktake in groups of about as many lines as one transaction takes."""
    expected = (
        select(Balance.location_id, func.count().label("lines"))
        .where(Balance.location_id.in_(select(Place.stock_location_id).where(Place.stocktake_id == stocktake_id)))
        .group_by(Balance.location_id)
        .subquery()
    )
    there = (
        select(CountLine.location_id, func.count().label("lines"))
        .where(CountLine.stocktake_id == stocktake_id)
        .group_by(CountLine.location_id)
        .subquery()
    )
    places = select(Place.stock_location_id).where(Place.stocktake_id == stocktake_id).distinct().subquery()
    location = places.c.stock_location_id
    rows = session.execute(
        select(location, func.coalesce(there.c.lines, expected.c.lines, 0))
        .outerjoin(expected, expected.c.location_id == location)
        .outerjoin(there, there.c.location_id == location)
        .order_by(location)
    )
    stretch: list[UUID] = []
    lines = 0
    for location_id, more in rows:
        if stretch and lines + more > LINES_AT_ONCE:
            yield stretch
            stretch, lines = [], 0
        stretch.append(location_id)
        lines += more
    if stretch:
        yield stretch
