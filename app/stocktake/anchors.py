"""What a new journal does to counts: open lines are compared again, posted ones stay true.

counting.md, "A posted line is an anchor": a movement that arrives after posting with occurred_at ≤ counted_at is booked
together with an equal, opposite correction of that line's adjustment. So on_hand = counted + what moved after
counted_at, before and after. The earliest anchor at or after the movement takes the correction: for later anchors
movement and correction cancel.
"""

from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, or_, select, union_all, update
from sqlalchemy.orm import Session, aliased

from app.kernel.database import BigInt
from app.ledger import service as ledger
from app.ledger.models import Entry, Journal
from app.sites.models import Location
from app.stocktake.evaluation import evaluate_lines, touched_by
from app.stocktake.models import CountLine, Place, Stocktake

CORRECTION_REASON = "explained_late"


def after_journal(session: Session, journal_id: UUID, now: datetime) -> None:
    """Called by the ledger after each journal's entries are written, in the same transaction."""
    journal = session.get_one(Journal, journal_id)
    concerned = _concerned(session, journal)
    if not concerned:
        return
    if journal.kind != "correction":
        _correct_anchors(session, journal, concerned, now)
    theirs = CountLine.stocktake_id.in_(concerned)
    evaluate_lines(session, and_(theirs, touched_by(journal_id), CountLine.counted_at.is_not(None)), now)


def _concerned(session: Session, journal: Journal) -> list[UUID]:
    """The stocktakes a journal can matter to: those still open, and those posted after its earliest movement.

    Most journals matter to none, and a stocktake's adjustments, each of a line of its own, never to itself. They are
    taken for this journal alone: who counts, posts or reverses there waits until it is booked, and then sees it.
    """
    earliest = select(func.min(Entry.occurred_at)).where(Entry.journal_id == journal.id).scalar_subquery()
    looking = Stocktake.state.in_(("counting", "closed"))
    posted_since = and_(Stocktake.state == "posted", Stocktake.posted_at >= earliest)
    sides = [
        Place.stock_location_id.in_(select(side).where(Entry.journal_id == journal.id))
        for side in (Entry.from_location_id, Entry.to_location_id)
    ]
    wanted = (
        select(Stocktake.id)
        .where(Stocktake.site_id == journal.site_id, or_(looking, posted_since))
        .where(exists().where(Place.stocktake_id == Stocktake.id, or_(*sides)))
        .order_by(Stocktake.id)
        .with_for_update(key_share=True)
    )
    if journal.kind == "adjustment":
        wanted = wanted.where(Stocktake.id.is_distinct_from(journal.stocktake_id))
    return list(session.scalars(wanted))


def _correct_anchors(session: Session, journal: Journal, concerned: list[UUID], now: datetime) -> None:
    corrections = session.execute(_corrections(journal.id, concerned)).all()
    for stocktake_id, rows in groupby(corrections, key=lambda row: row.stocktake_id):
        _write_corrections(session, journal, stocktake_id, list(rows), now)


def _corrections(journal_id: UUID, concerned: list[UUID]) -> Any:
    """Per anchored line: the net quantity the journal moved in before it was counted, where that is not zero."""
    sides = union_all(
        select(
            Entry.to_location_id.label("location_id"),
            Entry.item_id,
            Entry.lot,
            Entry.occurred_at,
            Entry.quantity.label("moved"),
            Entry.count_line_id,
        ).where(Entry.journal_id == journal_id),
        select(
            Entry.from_location_id,
            Entry.item_id,
            Entry.lot,
            Entry.occurred_at,
            -Entry.quantity,
            Entry.count_line_id,
        ).where(Entry.journal_id == journal_id),
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
        )
        .order_by(anchor.counted_at, anchor.id)
        .limit(1)
        .correlate(sides)
        .scalar_subquery()
    )
    found = select(earliest.label("line_id"), side.moved).subquery("found")
    moved = func.sum(found.columns.moved)
    return (
        select(
            CountLine.id,
            CountLine.stocktake_id,
            CountLine.location_id,
            CountLine.item_id,
            CountLine.lot,
            CountLine.counted_at,
            moved.label("moved"),
        )
        .join(found, found.columns.line_id == CountLine.id)
        .group_by(CountLine.id)
        .having(moved != 0)
        .order_by(CountLine.stocktake_id, CountLine.id)
    )


def _write_corrections(session: Session, journal: Journal, stocktake_id: UUID, rows: list[Any], now: datetime) -> None:
    stocktake = session.get_one(Stocktake, stocktake_id)
    variance = variance_location(session, stocktake.site_id)
    ledger.write_journal(
        session,
        ledger.NewJournal(
            site_id=stocktake.site_id,
            kind="correction",
            source_key=f"anchor:{stocktake_id}:{journal.id}",
            person_id=journal.person_id,
            document=journal.document or journal.source_key,
            note=f"{journal.kind} recorded after posting",
            stocktake_id=stocktake_id,
        ),
        [
            ledger.NewEntry(
                item_id=row.item_id,
                lot=row.lot,
                from_location_id=row.location_id if row.moved > 0 else variance,
                to_location_id=variance if row.moved > 0 else row.location_id,
                quantity=abs(int(row.moved)),
                occurred_at=row.counted_at,
                reason_code=CORRECTION_REASON,
                count_line_id=row.id,
            )
            for row in rows
        ],
        now,
    )
    session.connection().execute(
        update(CountLine)
        .where(CountLine.id == bindparam("line_id"))
        .values(
            explained_after_posting=CountLine.explained_after_posting - bindparam("moved", type_=BigInt),
            version=CountLine.version + 1,
        ),
        [{"line_id": row.id, "moved": int(row.moved)} for row in rows],
    )


def variance_location(session: Session, site_id: UUID) -> UUID:
    """The site's variance account: where gains come from and losses go."""
    found: UUID = session.scalars(
        select(Location.id).where(Location.site_id == site_id, Location.kind == "variance")
    ).one()
    return found
