"""What may not be booked: every mistake of a posting, at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Item
from app.kernel.errors import FieldError, Invalid
from app.kernel.quantity import QUANTITY_LIMIT
from app.kernel.sets import among
from app.ledger.models import Entry
from app.ledger.queries.places import places_by_id, places_of_journals
from app.ledger.rules import SIDES, Place, latest_allowed, place_mistake
from app.ledger.service.commands import NewEntry, NewJournal
from app.sites.queries import site_of

MISTAKES_LISTED = 1000
Posting = tuple[NewJournal, Sequence[NewEntry]]
UNKNOWN_LOCATION = ("unknown_location", "There is no such place at this site.")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the entries of some postings are checked against."""

    places: Mapping[UUID, Place]
    items: Collection[UUID]
    stock_level: str
    latest: datetime


def checked_entries(session: Session, postings: Sequence[Posting], now: datetime) -> list[list[NewEntry]]:
    """The entries of each posting, at their stock locations. Raises Invalid with every mistake."""
    everything = [entry for _, entries in postings for entry in entries]
    items = {entry.item_id for entry in everything}
    known = _Known(
        places_by_id(session, {place for e in everything for place in (e.from_location_id, e.to_location_id)}),
        set(session.scalars(select(Item.id).where(among(session, Item.id, items)))) if items else set(),
        site_of(session, postings[0][0].site_id).stock_level,
        latest_allowed(now),
    )
    booked = [[_at_stock_locations(entry, known) for entry in entries] for _, entries in postings]
    refuse(
        [
            m
            for (journal, given), own in zip(postings, booked, strict=True)
            for m in _mistakes(journal, given, own, known)
        ]
    )
    return booked


def refuse_wrong_rows(session: Session, journal: NewJournal, journal_id: UUID, now: datetime) -> None:
    """Raise Invalid when the entries written from a query are none, stand at wrong places, or are yet to come."""
    newest: datetime | None = session.scalar(select(func.max(Entry.occurred_at)).where(Entry.journal_id == journal_id))
    mistakes = [_no_entries()] if newest is None else []
    if newest is not None and newest > latest_allowed(now):
        mistakes.append(_to_come("entries"))
    stock_level = site_of(session, journal.site_id).stock_level
    for place in places_of_journals(session, [journal_id]):
        mistake = _place_mistake(place, journal, stock_level)
        if mistake:
            mistakes.append(FieldError("entries", *mistake))
    refuse(mistakes)


def refuse(mistakes: Sequence[FieldError]) -> None:
    """Raise Invalid naming all mistakes, when there is one."""
    if mistakes:
        raise Invalid(
            "invalid",
            f"{len(mistakes)} mistakes; nothing was booked.",
            errors=mistakes[:MISTAKES_LISTED],
            error_count=len(mistakes),
        )


def _at_stock_locations(entry: NewEntry, known: _Known) -> NewEntry:
    giver, taker = known.places.get(entry.from_location_id), known.places.get(entry.to_location_id)
    if giver is None or taker is None:
        return entry
    if (giver.stock_location_id, taker.stock_location_id) == (giver.id, taker.id):
        return entry
    return replace(entry, from_location_id=giver.stock_location_id, to_location_id=taker.stock_location_id)


def _mistakes(
    journal: NewJournal, given: Sequence[NewEntry], booked: Sequence[NewEntry], known: _Known
) -> Iterator[FieldError]:
    if not given:
        yield _no_entries()
    wrong = {place.id: _place_mistake(place, journal, known.stock_level) for place in known.places.values()}
    for index, (entry, at_stock) in enumerate(zip(given, booked, strict=True)):
        field = f"entries.{index}"
        for side, place in (("from_location_id", entry.from_location_id), ("to_location_id", entry.to_location_id)):
            mistake = wrong.get(place, UNKNOWN_LOCATION)
            if mistake is not None:
                yield FieldError(f"{field}.{side}", *mistake)
        if at_stock.from_location_id == at_stock.to_location_id:
            yield FieldError(field, "same_location", "Both places keep their stock together; nothing moves.")
        if entry.item_id not in known.items:
            yield FieldError(f"{field}.item_id", "unknown_item", "There is no such item.")
        if not 1 <= entry.quantity <= QUANTITY_LIMIT:
            yield FieldError(f"{field}.quantity", "out_of_range", f"A quantity is between 1 and {QUANTITY_LIMIT}.")
        if entry.occurred_at > known.latest:
            yield _to_come(f"{field}.occurred_at")


def _place_mistake(place: Place, journal: NewJournal, stock_level: str) -> tuple[str, str] | None:
    return place_mistake(place, site_id=journal.site_id, stock_level=stock_level, open_only=journal.kind in SIDES)


def _no_entries() -> FieldError:
    return FieldError("entries", "no_entries", "A journal moves something; name at least one movement.")


def _to_come(field: str) -> FieldError:
    return FieldError(field, "in_the_future", "A movement is booked when it has happened; this time is yet to come.")
