"""The count's part in the log in: which records can be counted, and what they change."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from app.device_log.handlers import Fields, Hold, Incoming
from app.device_log.models import DeviceRecord
from app.kernel.errors import Conflict
from app.kernel.sets import among
from app.stocktake import fold, sheets
from app.stocktake.evaluation import evaluate
from app.stocktake.models import Place, Sheet, Stocktake
from app.stocktake.record_shape import item_lots, read_record
from app.stocktake.too_late import Posted, posted_at

_NOT_OPEN = {
    "draft": Hold("stocktake_not_started", "This stocktake has not been started."),
    "closed": Hold(
        "stocktake_closed", "This stocktake was closed before this arrived; the supervisor decides.", releasable=True
    ),
    "cancelled": Hold("stocktake_closed", "This stocktake was cancelled."),
    "posted": Hold("stocktake_posted", "This stocktake is posted already; a posted line never changes."),
    "reversed": Hold("stocktake_posted", "This stocktake was posted and reversed."),
}


@dataclass(frozen=True, slots=True)
class SheetOwner:
    """What a sheet is bound to for good: it belongs to one counter, device, place and round."""

    stocktake_id: UUID | None
    location_id: UUID | None
    round: int
    device_id: UUID
    person_id: UUID


@dataclass(slots=True)
class Known:
    """What the database says about the things a batch of records names."""

    stocktakes: Mapping[UUID, tuple[UUID, str]]  # → site, state
    places: Mapping[tuple[UUID, UUID], tuple[int, bool]]  # (stocktake, location) → round, other counter wanted
    sheets: dict[UUID, SheetOwner]
    items: set[UUID]
    targets: Mapping[UUID, tuple[UUID, UUID | None]]  # record → device, stocktake
    former_counters: set[tuple[UUID, UUID, UUID]]  # stocktake, location, person of an earlier round
    posted: Posted
    openings: Mapping[UUID, UUID]  # sheet → the one it goes on with, as these records open it


class CountHandler:
    """Reads, judges and applies records of the kinds sheet, scan, set, void and close."""

    def read(self, kind: str, body: Mapping[str, Any]) -> Fields:
        """See `read_record`."""
        return read_record(kind, body)

    def judge(self, session: Session, records: Sequence[Incoming]) -> Mapping[UUID, Hold]:
        """Which of the records cannot be counted, and why. A held record changes no other record's verdict."""
        alike: dict[object, list[Incoming]] = {}
        for record in records:
            alike.setdefault(_judged_by(record), []).append(record)
        known = _look_up(session, [group[0] for group in alike.values()])
        held: dict[UUID, Hold] = {}
        for group in alike.values():
            first = group[0]
            hold = _verdict(first, known)
            if hold is not None:
                held.update((record.record_id, hold) for record in group)
            elif first.fields.sheet_id is not None:
                known.sheets.setdefault(first.fields.sheet_id, _owner(first))
        return held

    def apply(self, session: Session, records: Sequence[Incoming], now: datetime) -> None:
        """Make and settle sheets, fold the tallies, evaluate the lines that the records can have changed.

        Raises Conflict for a record released from being held whose place is still not in its stocktake.
        """
        by_stocktake: dict[UUID, list[Incoming]] = {}
        for record in records:
            if record.fields.document_id is not None:
                by_stocktake.setdefault(record.fields.document_id, []).append(record)
        for stocktake_id in sorted(by_stocktake):
            _apply_to(session, stocktake_id, by_stocktake[stocktake_id], now)


def _apply_to(session: Session, stocktake_id: UUID, records: Sequence[Incoming], now: datetime) -> None:
    stocktake = session.get(Stocktake, stocktake_id)
    touched = fold.touched_by(session, records)
    locations = {record.fields.location_id for record in records if record.fields.location_id}
    elsewhere = touched.sheets - {record.fields.sheet_id for record in records}  # of what is voided or superseded
    stock_locations = sheets.lock_places(session, stocktake_id, locations | _places_of(session, elsewhere))
    if stocktake is None or not sheets.are_places(session, stocktake_id, locations):
        raise Conflict("place_not_in_stocktake", "A place named here is not part of the stocktake; dismiss the record.")
    noted = sheets.note_sheets(session, records)
    overlapped = sheets.settle_places(session, stocktake, noted, now)
    fold.fold(session, touched.sheets, touched.items)
    if touched.items:
        evaluate(session, stocktake_id, now, stock_locations, fold.nameable(touched.items))
    if overlapped:
        evaluate(session, stocktake_id, now, overlapped)


def _places_of(session: Session, sheet_ids: Collection[UUID]) -> set[UUID]:
    if not sheet_ids:
        return set()
    return set(session.scalars(select(Sheet.location_id).where(Sheet.id.in_(sheet_ids)).distinct()))


def _owner(record: Incoming) -> SheetOwner:
    fields = record.fields
    return SheetOwner(fields.document_id, fields.location_id, record.body["round"], record.device_id, record.person_id)


def _judged_by(record: Incoming) -> object:
    """All that the verdict on a record depends on. A shelf's hundred scans of one item share it."""
    if record.kind != "scan":
        return record.record_id
    fields = record.fields
    return (
        fields.document_id, fields.location_id, fields.sheet_id, fields.item_id, fields.lot,
        record.body["round"], record.person_id, record.device_id, record.site_id,
    )  # fmt: skip


def _verdict(record: Incoming, known: Known) -> Hold | None:
    """Why the record is held: first what no supervisor can set aside, or a release would pass it by."""
    holds = [hold for check in _CHECKS if (hold := check(record, known))]
    return min(holds, key=lambda hold: hold.releasable, default=None)


def _look_up(session: Session, records: Sequence[Incoming]) -> Known:
    stocktake_ids = {record.fields.document_id for record in records}
    pairs = {(record.fields.document_id, record.fields.location_id) for record in records}
    stocktakes = session.execute(
        select(Stocktake.id, Stocktake.site_id, Stocktake.state, Stocktake.parts_posted)
        .where(Stocktake.id.in_(stocktake_ids))
        .order_by(Stocktake.id)
        .with_for_update(read=True)  # whoever closes or posts waits until this push is in
    ).all()
    places = session.execute(
        select(Place.stocktake_id, Place.location_id, Place.round, Place.other_counter).where(
            tuple_(Place.stocktake_id, Place.location_id).in_(pairs)
        )
    ).all()
    watched = [(place.stocktake_id, place.location_id) for place in places if place.other_counter]
    return Known(
        stocktakes={row.id: (row.site_id, row.state) for row in stocktakes},
        places={(row.stocktake_id, row.location_id): (row.round, row.other_counter) for row in places},
        sheets=_known_sheets(session, records),
        items=_known_items(session, records),
        targets=_known_targets(session, records),
        former_counters=_former_counters(session, watched),
        posted=posted_at(
            session,
            [row.id for row in stocktakes if row.parts_posted],
            records,
            {target for record in records for target in _targets_of(record)},
        ),
        openings=_openings(records),
    )


def _known_sheets(session: Session, records: Sequence[Incoming]) -> dict[UUID, SheetOwner]:
    columns = Sheet.stocktake_id, Sheet.location_id, Sheet.round, Sheet.device_id, Sheet.person_id
    wanted = {record.fields.sheet_id for record in records}
    wanted |= set(_openings(records).values())
    rows = session.execute(select(Sheet.id, *columns).where(Sheet.id.in_(wanted)))
    return {row.id: SheetOwner(*row[1:]) for row in rows}


def _openings(records: Sequence[Incoming]) -> dict[UUID, UUID]:
    return {
        record.fields.sheet_id: UUID(record.body["continues"])
        for record in records
        if record.kind == "sheet" and record.body.get("continues") and record.fields.sheet_id
    }


def _known_items(session: Session, records: Sequence[Incoming]) -> set[UUID]:
    wanted = {item for record in records for item in _items_of(record)}
    return fold.known_items(session, wanted)


def _items_of(record: Incoming) -> list[UUID]:
    named = [record.fields.item_id] if record.fields.item_id else []
    if record.kind == "close":
        named += [item for item, _lot in item_lots(record.body, "zeros")]
    return named


def _targets_of(record: Incoming) -> tuple[UUID, ...]:
    fields = record.fields
    return (*fields.supersedes, *((fields.reference_id,) if fields.reference_id else ()))


def _known_targets(session: Session, records: Sequence[Incoming]) -> dict[UUID, tuple[UUID, UUID | None]]:
    wanted = {target for record in records for target in _targets_of(record)}
    if not wanted:
        return {}
    rows = session.execute(
        select(DeviceRecord.record_id, DeviceRecord.device_id, DeviceRecord.document_id).where(
            among(session, DeviceRecord.record_id, wanted)
        )
    )
    return {row.record_id: (row.device_id, row.document_id) for row in rows}


def _former_counters(session: Session, watched: Sequence[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID, UUID]]:
    """Who counted the watched places in rounds before their present one."""
    if not watched:
        return set()
    rows = session.execute(
        select(Sheet.stocktake_id, Sheet.location_id, Sheet.person_id)
        .join(Place, and_(Place.stocktake_id == Sheet.stocktake_id, Place.location_id == Sheet.location_id))
        .where(tuple_(Sheet.stocktake_id, Sheet.location_id).in_(watched), Sheet.round < Place.round)
        .distinct()
    )
    return {(row.stocktake_id, row.location_id, row.person_id) for row in rows}


def _check_stocktake(record: Incoming, known: Known) -> Hold | None:
    found = known.stocktakes.get(record.fields.document_id) if record.fields.document_id else None
    if found is None or found[0] != record.site_id:
        return Hold("unknown_stocktake", "There is no such stocktake at this site.")
    return _NOT_OPEN.get(found[1])


def _check_place(record: Incoming, known: Known) -> Hold | None:
    fields = record.fields
    assert fields.document_id and fields.location_id  # noqa: S101, PT018  # read_record let nothing else pass
    found = known.places.get((fields.document_id, fields.location_id))
    if found is None:
        return Hold("place_not_in_stocktake", "This place is not part of the stocktake.")
    round_now, other_counter = found
    if record.body["round"] > round_now:
        return Hold("unknown_round", f"This place is in round {round_now}; nobody asked for a later one.")
    counter = (fields.document_id, fields.location_id, record.person_id)
    if other_counter and record.body["round"] == round_now and counter in known.former_counters:
        return Hold(
            "other_counter_needed", "Somebody else must count this place again; you counted it before.", releasable=True
        )
    return None


def _check_items(record: Incoming, known: Known) -> Hold | None:
    if all(item in known.items for item in _items_of(record)):
        return None
    return Hold("unknown_item", "This names an item that is not in the catalogue.")


def _check_sheet(record: Incoming, known: Known) -> Hold | None:
    owner = known.sheets.get(record.fields.sheet_id) if record.fields.sheet_id else None
    if owner is None or owner == _owner(record):
        return None
    return Hold("sheet_mismatch", "This sheet belongs to another counter, device, place or round.")


def _check_targets(record: Incoming, known: Known) -> Hold | None:
    mine = (record.device_id, record.fields.document_id)
    if all(known.targets.get(target, mine) == mine for target in _targets_of(record)):
        return None
    return Hold("not_yours", "This corrects a record of another device or another stocktake.")


def _check_posted(record: Incoming, known: Known) -> Hold | None:
    sheet_id, openings = record.fields.sheet_id, dict(known.openings)
    while sheet_id and sheet_id not in known.sheets:
        sheet_id = openings.pop(sheet_id, None)  # each once: a sheet may say that it goes on with itself
    first = known.sheets.get(sheet_id) if sheet_id else None
    here = (record.fields.document_id, record.fields.location_id, record.body["round"])
    goes_on = first is not None and (first.stocktake_id, first.location_id, first.round) == here
    return known.posted.hold(record, sheet_known=goes_on)


_CHECKS: tuple[Callable[[Incoming, Known], Hold | None], ...] = (
    _check_stocktake,
    _check_place,
    _check_sheet,
    _check_items,
    _check_targets,
    _check_posted,
)
