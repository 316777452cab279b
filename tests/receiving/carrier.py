"""A device in the hands of whoever carries goods: short words for moves, and for what the book says of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.catalogue.models import Item
from app.demo.push_client import Device
from app.demo.push_store import Entry
from app.kernel.transaction import reading
from app.ledger import queries as ledger
from app.ledger.models import Entry as LedgerEntry
from app.ledger.models import Journal
from app.sites.models import Location
from tests.builders import Cast
from tests.device_log.trial import device_of


@dataclass
class Carrier:
    """A device that moves goods between places."""

    device: Device

    @classmethod
    def at(cls, cast: Cast, number: int = 7, **more: Any) -> "Carrier":
        return cls(device_of(cast, number, **more))

    def move(
        self, item: Item | UUID, giver: Location | UUID, taker: Location | UUID, quantity: int = 1, /, **more: Any
    ) -> Entry:
        """A scan of what is carried."""
        body = {
            "item": _id(item), "lot": "", "code": "X", "symbology": None, "source": "wedge", "factor": 1,
            "quantity": quantity, "from": _id(giver), "to": _id(taker), "receipt": None,
        }  # fmt: skip
        return self.device.record("move", **(body | more))

    def void(self, entry: Entry | UUID) -> Entry:
        """Take a move back."""
        return self.device.record("move_void", voids=_id(entry))

    def sync(self) -> list[str]:
        """Send what waits; the codes of what is held."""
        self.device.sync()
        return [entry.code for entry in self.device.held]


def _id(thing: Any) -> str:
    return str(getattr(thing, "id", thing))


def on_hand(item: Item, *places: Location, lot: str = "") -> list[int]:
    """What the book has of the item at each of these places."""
    with reading() as session:
        return [ledger.on_hand(session, place.stock_location_id, item.id, lot) for place in places]


def journals() -> list[Journal]:
    """Every journal, as they were recorded."""
    with reading() as session:
        return list(session.scalars(select(Journal).order_by(Journal.id)))


def entries() -> list[LedgerEntry]:
    """Every entry, as it was recorded."""
    with reading() as session:
        return list(session.scalars(select(LedgerEntry).order_by(LedgerEntry.journal_id, LedgerEntry.number)))
