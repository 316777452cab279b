"""Moves' part in the log in: which can be booked, and their journals in the push's own transaction.

A move is a fact: it is booked although it takes stock below zero, at the time of its scan. What cannot be booked
(a place or item that is not there) waits, held, until it is there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.queries import ItemFacts, items_of
from app.catalogue.rules import serial_mistake
from app.device_log.handlers import Fields, Hold, Incoming
from app.device_log.models import DeviceRecord
from app.kernel.sets import among
from app.ledger.queries.places import places_by_id
from app.ledger.rules import LEVEL_DEPTH, Place, place_mistake
from app.receiving.move_booking import book_moves, take_back
from app.receiving.move_shape import read_record, sides_of
from app.sites.models import Location
from app.sites.queries import site_of

_UNKNOWN_PLACE = Hold("location_unknown", "There is no such place at this site.")


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says about the things a batch of moves names."""

    stock_level: str
    places: Mapping[UUID, Place]
    items: Mapping[UUID, ItemFacts]
    targets: Mapping[UUID, tuple[UUID, str]]  # record → its device and kind


class MoveHandler:
    """Reads, judges and applies records of the kinds move and move_void."""

    def read(self, kind: str, body: Mapping[str, Any]) -> Fields:
        """See `read_record`."""
        return read_record(kind, body)

    def judge(self, session: Session, records: Sequence[Incoming]) -> Mapping[UUID, Hold]:
        """Which of the records cannot be booked, and why. Four statements, however many records."""
        known = _look_up(session, records)
        verdicts = ((record.record_id, _verdict(record, known)) for record in records)
        return {record_id: hold for record_id, hold in verdicts if hold is not None}

    def apply(self, session: Session, records: Sequence[Incoming], now: datetime) -> None:
        """Book the moves, and take back those that are voided, by these records or by one that came before them."""
        moves = [record for record in records if record.kind == "move"]
        book_moves(session, moves, now)
        take_back(session, records, now)


def _look_up(session: Session, records: Sequence[Incoming]) -> Known:
    moves = [record for record in records if record.kind == "move"]
    place_ids = {place for record in moves for place in sides_of(record)}
    _keep_open(session, place_ids)
    return Known(
        stock_level=site_of(session, records[0].site_id).stock_level if moves else "",
        places=places_by_id(session, place_ids),
        items=items_of(session, {record.fields.item_id for record in moves if record.fields.item_id}) if moves else {},
        targets=_targets(session, [record.fields.reference_id for record in records if record.fields.reference_id]),
    )


def _keep_open(session: Session, place_ids: Collection[UUID]) -> None:
    """Whoever closes one of these places waits until this push is in."""
    if place_ids:
        here = among(session, Location.id, place_ids)
        session.execute(select(Location.id).where(here).order_by(Location.id).with_for_update(read=True))


def _targets(session: Session, named: Collection[UUID]) -> dict[UUID, tuple[UUID, str]]:
    if not named:
        return {}
    columns = DeviceRecord.record_id, DeviceRecord.device_id, DeviceRecord.kind
    rows = session.execute(select(*columns).where(among(session, DeviceRecord.record_id, named)))
    return {row.record_id: (row.device_id, row.kind) for row in rows}


def _verdict(record: Incoming, known: Known) -> Hold | None:
    if record.kind == "move_void":
        return _check_target(record, known)
    return _check_places(record, known) or _check_item(record, known)


def _check_target(record: Incoming, known: Known) -> Hold | None:
    """A void may name a move that has not come yet, or is held: it then waits for it."""
    target = known.targets.get(record.fields.reference_id) if record.fields.reference_id else None
    if target is None or target == (record.device_id, "move"):
        return None
    if target[0] != record.device_id:
        return Hold("not_yours", "This takes back a record of another device.")
    return Hold("invalid", "This takes back something that is no move.")


def _check_places(record: Incoming, known: Known) -> Hold | None:
    giver, taker = sides_of(record)
    if giver == taker:
        return Hold("same_location", "The goods came from where they went; nothing moved.")
    for place_id in (giver, taker):
        place = known.places.get(place_id)
        if place is None or place.site_id != record.site_id or place.kind not in LEVEL_DEPTH:
            return _UNKNOWN_PLACE
        if not place.active:
            return Hold("location_closed", f"{place.code} is closed; open it, then release this.")
        mistake = place_mistake(place, site_id=record.site_id, stock_level=known.stock_level, open_only=True)
        if mistake:
            return Hold(*mistake)
    return None


def _check_item(record: Incoming, known: Known) -> Hold | None:
    fields = record.fields
    item = known.items.get(fields.item_id) if fields.item_id else None
    if item is None:
        return Hold("item_unknown", "This names an item that is not in the catalogue.")
    serials, quantity = item.tracks_serials, fields.quantity or 0
    mistake = serial_mistake(tracks_serials=serials, lot=fields.lot, quantity=quantity)
    return Hold("invalid", mistake) if mistake else None
