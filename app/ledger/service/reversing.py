"""Taking a journal back: one more journal with the sides swapped, at the times of what it reverses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from app.kernel.errors import Conflict, NotFound
from app.ledger.models import Entry, Journal
from app.ledger.service.commands import NewJournal, Written
from app.ledger.service.writing import write_journal_from


def reverse_journal(
    session: Session,
    journal_id: UUID,
    *,
    person_id: UUID,
    source_key: str,
    note: str,
    reason_code: str,
    now: datetime,
) -> Written:
    """Write the reversal of a journal; both stay in the book.

    Raises NotFound, Conflict `already_reversed` (naming the reversal) and `is_a_reversal`. The same source key again
    answers `repeated`. Of two at once, the unique key on what is reversed lets one through.
    """
    original = session.get(Journal, journal_id)
    if original is None:
        raise NotFound("not_found", "There is no such journal here.")
    if original.reverses_id is not None:
        raise Conflict(
            "is_a_reversal",
            "A reversal is not reversed; post the journal again instead.",
            reverses_id=str(original.reverses_id),
        )
    swapped = select(
        Entry.number,
        Entry.item_id,
        Entry.lot,
        Entry.to_location_id.label("from_location_id"),
        Entry.from_location_id.label("to_location_id"),
        Entry.quantity,
        Entry.occurred_at,
        Entry.date_only,
        Entry.unit_cost,
        literal(reason_code).label("reason_code"),
        Entry.count_line_id,
    ).where(Entry.journal_id == journal_id)
    reversal = NewJournal(
        site_id=original.site_id,
        kind="reversal",
        source_key=source_key,
        person_id=person_id,
        document=original.document,
        note=note,
        reverses_id=journal_id,
        stocktake_id=original.stocktake_id,
    )
    return write_journal_from(session, reversal, swapped, now)
