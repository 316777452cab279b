"""Whether an item may be tracked otherwise from now on: what stands in the book must keep its meaning."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalogue.rules import Tracking
from app.catalogue.service.stock import items_in_lots, moved_items

Mistake = tuple[str, str, str]  # field, code, sentence
_NO_SERIALS_YET = "Stock of this item has moved without serial numbers; nobody knows which pieces those were."
_SERIALS_ALREADY = "Stock of this item has moved by serial number; the numbers in the book would mean nothing."
_IN_LOTS = "Stock of this item stands in lots; count it out of them first, or go on tracking lots."


def fixed_tracking(session: Session, wished: Mapping[UUID, tuple[Tracking, Tracking]]) -> dict[UUID, Mistake]:
    """Which of these items may not change from one tracking to the other, and why. Two questions for any number."""
    other_serials = {own for own, (before, after) in wished.items() if before.serials != after.serials}
    lots_dropped = {own for own, (before, after) in wished.items() if before.lots and not after.lots}
    found = dict.fromkeys(items_in_lots(session, lots_dropped), ("tracks_lots", "lots_in_use", _IN_LOTS))
    for own in moved_items(session, other_serials):
        sentence = _NO_SERIALS_YET if wished[own][1].serials else _SERIALS_ALREADY
        found[own] = ("tracks_serials", "tracking_fixed", sentence)
    return found
