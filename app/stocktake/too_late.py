"""What is posted never changes: which records come too late for a line, or for a place, that is posted.

A stocktake posted in part is still being counted. A late record for what is posted is held for good, so that the
evidence of a posted line stays as it was when it was posted; a recount of the other lines goes on beside it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from app.device_log.handlers import Hold, Incoming
from app.device_log.models import DeviceRecord
from app.kernel.sets import among
from app.stocktake.models import CountLine, Place

LINE_POSTED = Hold("line_posted", "This line is posted already; a posted line never changes.")
PLACE_POSTED = Hold("place_posted", "What was counted here is posted already; a supervisor can ask for a recount.")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a record that is corrected looked at: its place, and the item unless nobody knew the code."""

    location_id: UUID | None
    item_id: UUID | None
    lot: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What is posted at the places a batch names. Empty while nothing of its stocktakes is."""

    stock: Mapping[tuple[UUID, UUID], UUID] = field(default_factory=dict)  # (stocktake, place) → stock location
    lines: Collection[tuple[UUID, UUID, UUID, str]] = ()  # stocktake, stock location, item, lot
    rounds: Collection[tuple[UUID, UUID, int]] = ()  # stocktake, stock location, a round with posted lines
    targets: Mapping[UUID, Looked] = field(default_factory=dict)  # record → what it looked at

    def hold(self, record: Incoming, *, sheet_known: bool) -> Hold | None:
        """Why the record cannot be counted any more. `sheet_known`: it is, or goes on with, a sheet that is here."""
        fields = record.fields
        stock = self._stock(record, fields.location_id)
        if stock is None or fields.document_id is None:
            return None
        here = (fields.document_id, stock, record.body["round"]) in self.rounds
        nameless = record.kind in {"scan", "set"} and fields.item_id is None
        if here and (nameless or not sheet_known):
            return PLACE_POSTED
        looked = [Looked(fields.location_id, fields.item_id, fields.lot)] if fields.item_id else []
        corrected = (*fields.supersedes, *([fields.reference_id] if fields.reference_id else []))
        looked += [self.targets[target] for target in corrected if target in self.targets]
        return LINE_POSTED if any(self._is_posted(record, look) for look in looked) else None

    def _stock(self, record: Incoming, location_id: UUID | None) -> UUID | None:
        document = record.fields.document_id
        return self.stock.get((document, location_id)) if document and location_id else None

    def _is_posted(self, record: Incoming, look: Looked) -> bool:
        stock, document = self._stock(record, look.location_id), record.fields.document_id
        if look.item_id is None:  # it may have been credited to any line here
            return any((place, at) == (document, stock) for place, at, _round in self.rounds)
        return (document, stock, look.item_id, look.lot) in self.lines


NOTHING = Posted()


def posted_at(
    session: Session, stocktake_ids: Collection[UUID], records: Sequence[Incoming], corrected: Collection[UUID]
) -> Posted:
    """What is posted of these stocktakes (those with a posted part) at the places of the records and what they correct.

    Ask after the stocktakes are locked, so that nobody posts in between.
    """
    if not stocktake_ids:
        return NOTHING
    targets = _targets(session, corrected)
    named = {record.fields.location_id for record in records} | {look.location_id for look in targets.values()}
    places = select(Place.stocktake_id, Place.location_id, Place.stock_location_id).where(
        Place.stocktake_id.in_(stocktake_ids), Place.location_id.in_(named)
    )
    stock = {(row.stocktake_id, row.location_id): row.stock_location_id for row in session.execute(places)}
    items = {record.fields.item_id for record in records} | {look.item_id for look in targets.values()}
    there = {(stocktake_id, location_id) for (stocktake_id, _place), location_id in stock.items()}
    posted = and_(tuple_(CountLine.stocktake_id, CountLine.location_id).in_(there), CountLine.posted_part.is_not(None))
    rounds = select(CountLine.stocktake_id, CountLine.location_id, CountLine.round).where(posted).distinct()
    lines = select(CountLine.stocktake_id, CountLine.location_id, CountLine.item_id, CountLine.lot).where(
        posted, among(session, CountLine.item_id, {item for item in items if item})
    )
    return Posted(
        stock,
        {(row[0], row[1], row[2], row[3]) for row in session.execute(lines)},
        {(row[0], row[1], row[2]) for row in session.execute(rounds)},
        targets,
    )


def _targets(session: Session, corrected: Collection[UUID]) -> dict[UUID, Looked]:
    if not corrected:
        return {}
    columns = DeviceRecord.record_id, DeviceRecord.location_id, DeviceRecord.item_id, DeviceRecord.lot
    rows = session.execute(select(*columns).where(among(session, DeviceRecord.record_id, corrected)))
    return {row.record_id: Looked(row.location_id, row.item_id, row.lot) for row in rows}
