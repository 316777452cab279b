"""Moves in the book: a journal for each, and its reversal where it was voided, whichever of the two came first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.catalogue.queries import ItemFacts, items_of
from app.device_log.handlers import Incoming
from app.device_log.models import DeviceRecord
from app.kernel.errors import Conflict
from app.kernel.sets import among
from app.ledger import service as ledger
from app.ledger.models import Entry, Journal
from app.ledger.service import NewEntry, NewJournal, Written
from app.receiving.models import GoodsReceipt
from app.receiving.move_shape import sides_of
from app.sites.queries import locations_of

VOID_REASON = "wrong_posting"
_TRIES = 3
log = structlog.get_logger()


def book_moves(session: Session, records: Sequence[Incoming], now: datetime) -> list[Written]:
    """Book moves of one site, each as a journal of its own, in few statements for all.

    A move between two places that keep their stock together stays a record: in the book nothing moves.
    """
    places = locations_of(session, {place for record in records for place in sides_of(record)})
    stock = {own: place.stock_location_id for own, place in places.items()}
    moved = [record for record in records if len({stock[place] for place in sides_of(record)}) > 1]
    if not moved:
        return []
    items = items_of(session, {record.fields.item_id for record in moved if record.fields.item_id})
    labels = _labels(session, {record.fields.document_id for record in moved if record.fields.document_id})
    postings = [(_journal(record, labels), [_entry(record, items)]) for record in moved]
    written = ledger.write_journals(session, postings, now)
    below = sum(len(answer.went_negative) for answer in written)
    if below:
        log.warning("stock_went_negative", site=str(moved[0].site_id), by="move", places=below)
    return written


def take_back(session: Session, records: Sequence[Incoming], now: datetime) -> None:
    """Reverse the journals of moves that are voided: moves that these voids name, and moves among these themselves.

    Of two voids, or a void and a manager's reversal, one has the effect. A void reaches its own device's moves only.
    """
    for attempt in range(_TRIES):
        voids = _voids_at_work(session, records)
        if not voids:
            return
        try:
            ledger.write_journals(session, _reversals(session, voids), now)
        except Conflict as error:  # a manager reversed one at this moment; now that is seen
            if error.code != "already_reversed" or attempt == _TRIES - 1:
                raise
        else:
            return


def source_key(record_id: UUID) -> str:
    """The source key of a move's journal."""
    return f"move:{record_id}"


def _labels(session: Session, receipt_ids: Collection[UUID]) -> dict[UUID, str]:
    """What people call these receipts; one that has not come yet has no name."""
    if not receipt_ids:
        return {}
    rows = session.execute(
        select(GoodsReceipt.id, GoodsReceipt.number).where(among(session, GoodsReceipt.id, receipt_ids))
    )
    return {row.id: f"GRN-{row.number}" for row in rows}


def _journal(record: Incoming, labels: Mapping[UUID, str]) -> NewJournal:
    receipt = record.fields.document_id
    return NewJournal(
        site_id=record.site_id,
        kind="move",
        source_key=source_key(record.record_id),
        person_id=record.person_id,
        document=labels.get(receipt, "") if receipt else "",
    )


def _entry(record: Incoming, items: Mapping[UUID, ItemFacts]) -> NewEntry:
    fields, (giver, taker) = record.fields, sides_of(record)
    assert fields.item_id is not None  # noqa: S101  # judged
    item = items[fields.item_id]
    return NewEntry(
        item_id=item.id,
        lot=fields.lot,
        from_location_id=giver,
        to_location_id=taker,
        quantity=fields.quantity or 0,
        occurred_at=record.occurred_at,
        unit_cost=item.unit_cost,
    )


def _voids_at_work(session: Session, records: Sequence[Incoming]) -> list[tuple[Journal, UUID, UUID]]:
    """Voided and not yet reversed: the move's journal, and of one void of it the record and the person."""
    named = {record.fields.reference_id for record in records if record.fields.reference_id}
    named |= {record.record_id for record in records if record.kind == "move"}
    void, move, reversal = aliased(DeviceRecord), aliased(DeviceRecord), aliased(Journal)
    pairs = session.execute(
        select(move.record_id, void.record_id.label("void_id"), void.person_id)
        .join(void, void.reference_id == move.record_id)
        .where(among(session, move.record_id, named), move.kind == "move")
        .where(void.kind == "move_void", void.device_id.is_not_distinct_from(move.device_id))
        .order_by(void.server_seq.desc())  # the first of several stays
    ).all()
    if not pairs:
        return []
    of_move = {source_key(pair.record_id): (pair.void_id, pair.person_id) for pair in pairs}
    journals = session.scalars(
        select(Journal)
        .outerjoin(reversal, reversal.reverses_id == Journal.id)
        .where(Journal.site_id == records[0].site_id, among(session, Journal.source_key, of_move))
        .where(reversal.id.is_(None))
        .order_by(Journal.source_key)
    )
    return [(journal, *of_move[journal.source_key]) for journal in journals]


def _reversals(
    session: Session, voids: Iterable[tuple[Journal, UUID, UUID]]
) -> list[tuple[NewJournal, list[NewEntry]]]:
    """A reversal for each, with the sides swapped, at the time of the move."""
    voids = list(voids)
    entries: dict[UUID, list[NewEntry]] = {}
    ids = [journal.id for journal, _, _ in voids]
    for row in session.scalars(select(Entry).where(among(session, Entry.journal_id, ids)).order_by(Entry.number)):
        back = NewEntry(
            item_id=row.item_id,
            lot=row.lot,
            from_location_id=row.to_location_id,
            to_location_id=row.from_location_id,
            quantity=row.quantity,
            occurred_at=row.occurred_at,
            unit_cost=row.unit_cost,
            reason_code=VOID_REASON,
        )
        entries.setdefault(row.journal_id, []).append(back)
    return [(_reversal(journal, void_id, person_id), entries[journal.id]) for journal, void_id, person_id in voids]


def _reversal(journal: Journal, void_id: UUID, person_id: UUID) -> NewJournal:
    return NewJournal(
        site_id=journal.site_id,
        kind="reversal",
        source_key=f"move_void:{void_id}",
        person_id=person_id,
        document=journal.document,
        reverses_id=journal.id,
    )
