"""Sheets and places: made by the first record that names them, joined, closed, compared, counted again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session

from app.device_log.handlers import Incoming
from app.feed.service import record_changes
from app.kernel.database import insert_on
from app.kernel.errors import Conflict
from app.stocktake.models import Place, RecountItem, Sheet, Stocktake
from app.stocktake.rules import SheetFacts, dispositions, place_state

Asked = Mapping[UUID, Sequence[tuple[UUID, str]]]  # stock location → items and lots to count again


@dataclass(slots=True)
class Noted:
    """What records changed about sheets: the new ones, and the (place, round) pairs to look at again."""

    fresh: set[UUID] = field(default_factory=set)
    places: set[tuple[UUID, int]] = field(default_factory=set)


def place_key(stocktake_id: UUID, location_id: UUID) -> str:
    """The key of a place in the change feed."""
    return f"{stocktake_id}:{location_id}"


def lock_places(session: Session, stocktake_id: UUID, location_ids: Collection[UUID]) -> set[UUID]:
    """Take every place that is summed up with these, and return their stock locations.

    Whoever changes what is counted there waits here, so that two sheets that arrive at once see each other.
    """
    touched = select(Place.stock_location_id).where(
        Place.stocktake_id == stocktake_id, Place.location_id.in_(location_ids)
    )
    return set(
        session.scalars(
            select(Place.stock_location_id)
            .where(Place.stocktake_id == stocktake_id, Place.stock_location_id.in_(touched))
            .order_by(Place.location_id)
            .with_for_update()
        )
    )


def are_places(session: Session, stocktake_id: UUID, location_ids: Collection[UUID]) -> bool:
    """Whether all of these are counting places of the stocktake."""
    there = Place.stocktake_id == stocktake_id, Place.location_id.in_(location_ids)
    return session.scalar(select(func.count()).select_from(Place).where(*there)) == len(location_ids)


def note_sheets(session: Session, records: Sequence[Incoming]) -> Noted:
    """Make the sheets that these records of one stocktake name, and note openings, handovers and closings on them."""
    ids = {record.fields.sheet_id for record in records}
    known = {sheet.id: sheet for sheet in session.scalars(select(Sheet).where(Sheet.id.in_(ids)))}
    noted = Noted()
    for record in records:
        sheet_id = record.fields.sheet_id
        if sheet_id is None:
            continue
        sheet = known.get(sheet_id)
        if sheet is None:
            sheet = known[sheet_id] = _new_sheet(record)
            session.add(sheet)
            noted.fresh.add(sheet_id)
            noted.places.add((sheet.location_id, sheet.round))
        if _note_on(sheet, record):
            noted.places.add((sheet.location_id, sheet.round))
    session.flush()
    return noted


def _new_sheet(record: Incoming) -> Sheet:
    fields = record.fields
    return Sheet(
        id=fields.sheet_id,
        stocktake_id=fields.document_id,
        location_id=fields.location_id,
        round=record.body["round"],
        person_id=record.person_id,
        device_id=record.device_id,
        disposition="counts",
        opened_at=record.occurred_at,
        empty=False,
    )


def _note_on(sheet: Sheet, record: Incoming) -> bool:
    """Bring the sheet up to date with one record; whether that can change what the place is."""
    sheet.opened_at = min(sheet.opened_at, record.occurred_at)
    if record.kind == "sheet" and record.body.get("continues") and sheet.continues_id is None:
        sheet.continues_id = UUID(record.body["continues"])
        return True
    if record.kind == "close":
        sheet.closed_at = max(sheet.closed_at or record.occurred_at, record.occurred_at)
        sheet.empty = sheet.empty or bool(record.body.get("empty"))
        return True
    return False


def settle_places(session: Session, stocktake: Stocktake, noted: Noted, now: datetime) -> set[UUID]:
    """Decide anew which sheets overlap and how far the places are; the stock locations where an overlap changed."""
    if not noted.places:
        return set()
    of_places = and_(Sheet.stocktake_id == stocktake.id, tuple_(Sheet.location_id, Sheet.round).in_(noted.places))
    sheets = session.scalars(select(Sheet).where(of_places).order_by(Sheet.location_id, Sheet.round, Sheet.id)).all()
    locations = {location for location, _round in noted.places}
    places = {
        place.location_id: place
        for place in session.scalars(
            select(Place).where(Place.stocktake_id == stocktake.id, Place.location_id.in_(locations))
        )
    }
    overlapped, moved = set(), []
    for (location_id, number), group in groupby(sheets, key=lambda sheet: (sheet.location_id, sheet.round)):
        there, place = list(group), places[location_id]
        if _settle_sheets(there, noted.fresh):
            overlapped.add(place.stock_location_id)
        state = place_state([facts(sheet, noted.fresh) for sheet in there])
        told = state != place.state or any(sheet.id in noted.fresh for sheet in there)
        if number == place.round and told:
            place.state = state
            moved.append(place_key(stocktake.id, location_id))
    session.flush()
    record_changes(session, "place", moved, now, site_id=stocktake.site_id)
    return overlapped


def _settle_sheets(sheets: Sequence[Sheet], fresh: Collection[UUID]) -> bool:
    settled = dispositions([facts(sheet, fresh) for sheet in sheets])
    changed = [sheet for sheet in sheets if sheet.disposition != settled[sheet.id]]
    for sheet in changed:
        sheet.disposition = settled[sheet.id]
        sheet.decided_by = sheet.decided_at = None
    return bool(changed)


def facts(sheet: Sheet, fresh: Collection[UUID] = ()) -> SheetFacts:
    """What the rules need of a sheet; `fresh` are the ids of those just made."""
    return SheetFacts(
        id=sheet.id,
        continues=sheet.continues_id,
        closed=sheet.closed_at is not None,
        disposition=sheet.disposition,
        fresh=sheet.id in fresh,
    )


def settle_state(session: Session, stocktake: Stocktake, location_id: UUID, now: datetime) -> None:
    """Bring one place's state up to date after its sheets were decided."""
    place = session.get_one(Place, (stocktake.id, location_id))
    of_round = and_(Sheet.stocktake_id == stocktake.id, Sheet.location_id == location_id, Sheet.round == place.round)
    state = place_state([facts(sheet) for sheet in session.scalars(select(Sheet).where(of_round))])
    if state != place.state:
        place.state = state
        session.flush()
        record_changes(session, "place", [place_key(stocktake.id, location_id)], now, site_id=stocktake.site_id)


def request_recount(
    session: Session, stocktake_id: UUID, asked: Asked, *, other_counter: bool, now: datetime
) -> dict[UUID, int]:
    """Ask for another count of these items at these stock locations; the round each is then in.

    Every counting place that is summed up to a stock location goes into the same new round, open; its sheets of the
    former rounds stay. A round that was asked for and that nobody began takes the items in. Raises Conflict when the
    stocktake takes no records.
    """
    stocktake = session.get_one(Stocktake, stocktake_id)
    if stocktake.state != "counting":
        raise Conflict("stocktake_not_counting", "Nobody can count in this stocktake any more.", state=stocktake.state)
    places = session.scalars(
        select(Place)
        .where(Place.stocktake_id == stocktake_id, Place.stock_location_id.in_(asked))
        .order_by(Place.location_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    rounds = _next_rounds(session, stocktake_id, places)
    for place in places:
        begins = place.round != rounds[place.stock_location_id]
        place.other_counter = other_counter or (place.other_counter and not begins)
        place.round, place.state = rounds[place.stock_location_id], "open"
    session.flush()
    _remember_asked(session, stocktake_id, asked, rounds)
    keys = [place_key(stocktake_id, place.location_id) for place in places]
    record_changes(session, "place", keys, now, site_id=stocktake.site_id)
    return rounds


def _next_rounds(session: Session, stocktake_id: UUID, places: Sequence[Place]) -> dict[UUID, int]:
    """The round to count in: the present one where it is a recount nobody began, else the next."""
    begun = {
        tuple(row)
        for row in session.execute(
            select(Place.stock_location_id, Sheet.round)
            .join(Sheet, and_(Sheet.stocktake_id == Place.stocktake_id, Sheet.location_id == Place.location_id))
            .where(
                Place.stocktake_id == stocktake_id, Place.stock_location_id.in_({p.stock_location_id for p in places})
            )
            .distinct()
        )
    }
    highest: dict[UUID, int] = {}
    for place in places:
        highest[place.stock_location_id] = max(place.round, highest.get(place.stock_location_id, 1))
    return {
        location: number if number > 1 and (location, number) not in begun else number + 1
        for location, number in highest.items()
    }


def _remember_asked(session: Session, stocktake_id: UUID, asked: Asked, rounds: Mapping[UUID, int]) -> None:
    rows = [
        {"stocktake_id": stocktake_id, "location_id": location, "round": rounds[location], "item_id": item, "lot": lot}
        for location, pairs in sorted(asked.items())
        for item, lot in sorted(set(pairs))
    ]
    session.execute(insert_on(session, RecountItem).on_conflict_do_nothing(), rows)
