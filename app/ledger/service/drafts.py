"""Movements as people name them (SKU, barcode, place code) made into entries; every mistake at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session

from app.catalogue.queries import CodeMeaning, ItemFacts, items_by_code, items_by_sku, items_of
from app.catalogue.rules import serial_mistake
from app.kernel.quantity import QUANTITY_LIMIT
from app.kernel.sets import among
from app.ledger.queries.places import places, places_by_id
from app.ledger.rules import BUYING, COUNTERPARTS, LEVEL_DEPTH, SIDES, Place, latest_allowed, place_mistake
from app.ledger.service.cells import exact_integer, too_old
from app.ledger.service.commands import NewEntry
from app.sites.models import Location
from app.sites.queries import SiteFacts
from scanner.meaning import CodeError, normal_form


@dataclass(frozen=True, slots=True)
class Draft:
    """One movement as it was sent, things named by id or by code.

    A quantity is in smallest units, an amount in base units, or in packs when a barcode of a pack names the item.
    """

    item_id: UUID | None = None
    sku: str | None = None
    barcode: str | None = None
    lot: str = ""
    location_id: UUID | None = None
    location: str | None = None
    to_location_id: UUID | None = None
    to_location: str | None = None
    quantity: int | None = None
    amount: Decimal | None = None
    unit_cost: int | None = None
    occurred_at: datetime | None = None
    date_only: bool = False


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one field of a draft."""

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a posting's drafts are read against."""

    site: SiteFacts
    kind: str
    now: datetime
    items: Mapping[UUID, ItemFacts]
    skus: Mapping[str, ItemFacts]
    barcodes: Mapping[str, CodeMeaning]
    places: Mapping[UUID, Place]
    codes: Mapping[str, Place]
    counterparts: Mapping[str, Place]


def look_up(session: Session, site: SiteFacts, kind: str, drafts: Sequence[Draft], now: datetime) -> Known:
    """Everything the drafts name, in five queries."""
    skus = items_by_sku(session, {d.sku for d in drafts if d.sku})
    barcodes = items_by_code(session, {form for d in drafts if d.barcode and (form := _form(d.barcode))})
    named = {d.item_id for d in drafts if d.item_id} | {meaning.item_id for meaning in barcodes.values()}
    ids = {own for d in drafts for own in (d.location_id, d.to_location_id) if own}
    codes = {code for d in drafts for code in (d.location, d.to_location) if code}
    named_here = or_(among(session, Location.code, codes), Location.kind.in_((*COUNTERPARTS, "site")))
    found = places_by_id(session, ids) | {
        p.id: p for p in places(session, and_(Location.site_id == site.id, named_here))
    }
    here = [place for place in found.values() if place.site_id == site.id]
    return Known(
        site=site,
        kind=kind,
        now=now,
        items=items_of(session, named) if named else {},
        skus=skus,
        barcodes=barcodes,
        places=found,
        codes={place.code: place for place in here},
        counterparts={place.kind: place for place in here if place.kind in (*COUNTERPARTS, "site")},
    )


def entry_of(draft: Draft, known: Known, reason_code: str = "") -> NewEntry | list[Mistake]:
    """The entry a draft means, or everything that is wrong with it."""
    reading = _Reading(draft, known)
    item, factor = reading.item()
    giver, taker = reading.sides()
    quantity = reading.quantity(item, factor)
    moment = reading.moment()
    reading.check_lot(item, quantity)
    reading.check_cost()
    if reading.mistakes or item is None or giver is None or taker is None or quantity is None or moment is None:
        return reading.mistakes
    return NewEntry(
        item_id=item.id,
        lot=draft.lot,
        from_location_id=giver.stock_location_id,
        to_location_id=taker.stock_location_id,
        quantity=quantity,
        occurred_at=moment,
        date_only=draft.date_only,
        unit_cost=item.unit_cost if draft.unit_cost is None else draft.unit_cost,
        reason_code=reason_code,
    )


def _form(barcode: str) -> str | None:
    try:
        return normal_form(barcode)
    except CodeError:
        return None


class _Reading:
    """One draft being read: what is right is answered, what is wrong is noted."""

    def __init__(self, draft: Draft, known: Known) -> None:
        self.draft = draft
        self.known = known
        self.mistakes: list[Mistake] = []

    def refuse(self, field: str, code: str, message: str) -> None:
        self.mistakes.append(Mistake(field, code, message))

    def item(self) -> tuple[ItemFacts | None, int]:
        """The item, and how many base units one of the amount is."""
        draft, known = self.draft, self.known
        meant = known.barcodes.get(_form(draft.barcode) or "") if draft.barcode else None
        if draft.barcode and meant is None:
            self.refuse("barcode", "unknown_barcode", "No item has this barcode; add it to the item first.")
        by_sku = known.skus.get(draft.sku) if draft.sku else None
        if draft.sku and by_sku is None:
            self.refuse("sku", "unknown_item", "There is no item with this SKU.")
        by_id = known.items.get(draft.item_id) if draft.item_id else None
        if draft.item_id and by_id is None:
            self.refuse("item_id", "unknown_item", "There is no such item.")
        if not (draft.barcode or draft.sku or draft.item_id):
            self.refuse("sku", "item_needed", "Say which item.")
        by_code = known.items.get(meant.item_id) if meant else None
        named = [item for item in (by_id, by_sku, by_code) if item is not None]
        if len({item.id for item in named}) > 1:
            self.refuse("barcode" if by_code else "sku", "codes_disagree", "SKU and barcode name two different items.")
        return (named[0] if named else None), (meant.pack_factor if meant else 1)

    def sides(self) -> tuple[Place | None, Place | None]:
        """From where to where: one side is the counterpart of the kind, except in a move."""
        draft, rule = self.draft, SIDES[self.known.kind]
        if rule.giver is None and rule.taker is None:
            giver = self._place("location", draft.location_id, draft.location)
            taker = self._place("to_location", draft.to_location_id, draft.to_location)
            if giver and taker and giver.stock_location_id == taker.stock_location_id:
                self.refuse("to_location", "same_location", "Both places keep their stock together; nothing moves.")
            return giver, taker
        if draft.to_location_id or draft.to_location:
            self.refuse(
                "to_location",
                "not_for_this_kind",
                f"Only a move goes from place to place, a {self.known.kind} does not.",
            )
        place = self._place("location", draft.location_id, draft.location)
        other = self.known.counterparts[rule.giver or rule.taker or ""]
        return (other, place) if rule.giver else (place, other)

    def _place(self, field: str, own: UUID | None, code: str | None) -> Place | None:
        known = self.known
        if own is not None:
            field, place = f"{field}_id", known.places.get(own)
        elif code is not None:
            place = known.codes.get(code)
        elif known.site.stock_level == "site" and field == "location":
            return known.counterparts["site"]  # a shop whose till names no place keeps its stock by site
        else:
            self.refuse(field, "location_needed", "Say at which place.")
            return None
        if place is None or place.kind not in LEVEL_DEPTH:
            self.refuse(field, "unknown_location", "There is no such place at this site.")
            return None
        wrong = place_mistake(place, site_id=known.site.id, stock_level=known.site.stock_level, open_only=True)
        if wrong is not None:
            self.refuse(field, *wrong)
            return None
        return place

    def quantity(self, item: ItemFacts | None, factor: int) -> int | None:
        """In smallest units. An amount that is no whole number of them is refused, not rounded."""
        quantity = self.draft.quantity
        if self.draft.amount is not None:
            if item is None:
                return None
            quantity = exact_integer(self.draft.amount * factor, item.scale)
            if quantity is None:
                self.refuse(
                    "quantity", "not_exact", f"{item.sku} is kept with {item.scale} decimals of a {item.unit_code}."
                )
                return None
        if quantity is not None and not 1 <= quantity <= QUANTITY_LIMIT:
            self.refuse("quantity", "out_of_range", f"A movement is between 1 and {QUANTITY_LIMIT} smallest units.")
            return None
        return quantity

    def moment(self) -> datetime | None:
        """When it happened. A sender's clock that runs a little ahead is taken as now, so that it never sorts ahead."""
        moment, now = self.draft.occurred_at, self.known.now
        if moment is None:
            return None
        if moment > latest_allowed(now):
            self.refuse(
                "occurred_at", "in_the_future", "A movement is booked when it has happened; this is yet to come."
            )
        elif too_old(moment):
            self.refuse("occurred_at", "too_old", "The book begins in 1970.")
        return min(moment, now)

    def check_lot(self, item: ItemFacts | None, quantity: int | None) -> None:
        """A lot on an item without lots would be stock nobody finds again; a serial number is one piece."""
        if self.draft.lot and item is not None and not (item.tracks_lots or item.tracks_serials):
            self.refuse("lot", "lot_not_tracked", f"{item.sku} is kept without lots.")
        if item is not None and quantity is not None:
            lot, serials = self.draft.lot, item.tracks_serials
            mistake = serial_mistake(tracks_serials=serials, lot=lot, quantity=quantity)
            if mistake:
                self.refuse("quantity", "serial_is_one_piece", mistake)

    def check_cost(self) -> None:
        """Only what comes in has a price of its own; what goes out goes at the item's cost."""
        if self.draft.unit_cost is not None and self.known.kind not in BUYING:
            self.refuse("unit_cost", "not_for_this_kind", "A unit cost is told when goods come in.")
