"""What a new journal does to counts: open lines are compared again, posted ones stay true.

counting.md, "A posted line is an anchor": a movement that arrives after posting with occurred_at ≤ counted_at is booked
together with an equal, opposite correction of that line's adjustment. So on_hand = counted + what moved after
counted_at, before and after. The earliest anchor at or after the movement takes the correction: for later anchors
movement and correction cancel.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select, union_all, update
from sqlalchemy.orm import Session, aliased

from app.kernel.database import BigInt
from app.kernel.sets import among
from app.ledger import service as ledger
from app.ledger.models import Entry, Journal
from app.sites.models import Location
from app.stocktake.evaluation import evaluate_lines, touched_by
from app.stocktake.models import CountLine, Place, Stocktake

CORRECTION_REASON = "explained_late"


def after_journals(session: Session, journal_ids: Sequence[UUID], now: datetime) -> None:
    """Called by the ledger once for journals of one site, after their entries are written, in the same transaction."""
    journals = {it.id: it for it in session.scalars(select(Journal).where(among(session, Journal.id, journal_ids)))}
    concerned = _concerned(session, list(journals.values()))
    if not concerned:
        return
    moving = [own for own, journal in journals.items() if journal.kind != "correction"]
    if moving:
        _correct_anchors(session, journals, moving, concerned, now)
    theirs = CountLine.stocktake_id.in_(concerned)
    touched = touched_by(among(session, Entry.journal_id, journal_ids))
    evaluate_lines(session, and_(theirs, touched, CountLine.counted_at.is_not(None)), now)


def _concerned(session: Session, journals: list[Journal]) -> list[UUID]:
    """The stocktakes these journals can matter to: those still open, and those posted after the earliest movement.

    Most journals matter to none, and a stocktake's adjustments, each of a line of its own, never to itself. They are
    taken for these journals alone: who counts, posts or reverses there waits until they are booked, then sees them.
    """
    theirs = among(session, Entry.journal_id, [journal.id for journal in journals])
    earliest = select(func.min(Entry.occurred_at)).where(theirs).scalar_subquery()
    looking = Stocktake.state.in_(("counting", "closed"))
    posted_since = and_(Stocktake.state == "posted", Stocktake.posted_at >= earliest)
    sides = [
        Place.stock_location_id.in_(select(side).where(theirs))
        for side in (Entry.from_location_id, Entry.to_location_id)
    ]
    wanted = (
        select(Stocktake.id)
        .where(Stocktake.site_id == journals[0].site_id, or_(looking, posted_since))
        .where(exists().where(Place.stocktake_id == Stocktake.id, or_(*sides)))
        .order_by(Stocktake.id)
        .with_for_update(key_share=True)
    )
    own = journals[0].stocktake_id
    if own is not None and all(it.kind == "adjustment" and it.stocktake_id == own for it in journals):
        wanted = wanted.where(Stocktake.id != own)
    return list(session.scalars(wanted))


def _correct_anchors(
    session: Session, journals: Mapping[UUID, Journal], moving: list[UUID], concerned: list[UUID], now: datetime
) -> None:
    rows = session.execute(_corrections(among(session, Entry.journal_id, moving), concerned)).all()
    if rows:
        _write_corrections(session, journals, rows, now)


def _corrections(theirs: ColumnElement[bool], concerned: list[UUID]) -> Any:
    """Per journal and anchored line: the net quantity moved in before the line was counted, where that is not zero."""
    sides = union_all(
        *(
            select(
                Entry.journal_id,
                place.label("location_id"),
                Entry.item_id,
                Entry.lot,
                Entry.occurred_at,
                moved.label("moved"),
                Entry.count_line_id,
                case((Journal.kind == "adjustment", Journal.stocktake_id)).label("adjusts"),
            )
            .join(Journal, Journal.id == Entry.journal_id)
            .where(theirs)
            for place, moved in ((Entry.to_location_id, Entry.quantity), (Entry.from_location_id, -Entry.quantity))
        )
    ).subquery("sides")
    side = sides.columns
    anchor = aliased(CountLine)
    earliest = (
        select(anchor.id)
        .where(
            anchor.location_id == side.location_id,
            anchor.item_id == side.item_id,
            anchor.lot == side.lot,
            anchor.counted_at >= side.occurred_at,
            anchor.anchored.is_(True),
            anchor.stocktake_id.in_(concerned),
            anchor.id.is_distinct_from(side.count_line_id),
            anchor.stocktake_id.is_distinct_from(side.adjusts),
        )
        .order_by(anchor.counted_at, anchor.id)
        .limit(1)
        .correlate(sides)
        .scalar_subquery()
    )
    found = select(earliest.label("line_id"), side.journal_id, side.moved).subquery("found")
    moved = func.sum(found.columns.moved)
    return (
        select(
            CountLine.id,
            CountLine.stocktake_id,
            CountLine.location_id,
            CountLine.item_id,
            CountLine.lot,
            CountLine.counted_at,
            found.columns.journal_id,
            moved.label("moved"),
        )
        .join(found, found.columns.line_id == CountLine.id)
        .group_by(CountLine.id, found.columns.journal_id)
        .having(moved != 0)
        .order_by(CountLine.stocktake_id, found.columns.journal_id, CountLine.id)
    )


def _write_corrections(session: Session, journals: Mapping[UUID, Journal], rows: Sequence[Any], now: datetime) -> None:
    """A correction for each journal and stocktake, all written together."""
    variance = variance_location(session, next(iter(journals.values())).site_id)
    postings = [
        (_correction(journals[journal_id], stocktake_id), [_correcting(row, variance) for row in own])
        for (stocktake_id, journal_id), own in groupby(rows, key=lambda row: (row.stocktake_id, row.journal_id))
    ]
    ledger.write_journals(session, postings, now)
    explained = Counter[int]()
    for row in rows:
        explained[row.id] += int(row.moved)
    session.connection().execute(
        update(CountLine)
        .where(CountLine.id == bindparam("line_id"))
        .values(
            explained_after_posting=CountLine.explained_after_posting - bindparam("moved", type_=BigInt),
            version=CountLine.version + 1,
        ),
        [{"line_id": line_id, "moved": moved} for line_id, moved in explained.items()],
    )


def _correction(journal: Journal, stocktake_id: UUID) -> ledger.NewJournal:
    return ledger.NewJournal(
        site_id=journal.site_id,
        kind="correction",
        source_key=f"anchor:{stocktake_id}:{journal.id}",
        person_id=journal.person_id,
        document=journal.document or journal.source_key,
        note=f"{journal.kind} recorded after posting",
        stocktake_id=stocktake_id,
    )


def _correcting(row: Any, variance: UUID) -> ledger.NewEntry:
    """What takes the movement back out of an anchored line, at the time it was counted."""
    return ledger.NewEntry(
        item_id=row.item_id,
        lot=row.lot,
        from_location_id=row.location_id if row.moved > 0 else variance,
        to_location_id=variance if row.moved > 0 else row.location_id,
        quantity=abs(int(row.moved)),
        occurred_at=row.counted_at,
        reason_code=CORRECTION_REASON,
        count_line_id=row.id,
    )


def variance_location(session: Session, site_id: UUID) -> UUID:
    """The site's variance account: where gains come from and losses go."""
    found: UUID = session.scalars(
        select(Location.id).where(Location.site_id == site_id, Location.kind == "variance")
    ).one()
    return found
