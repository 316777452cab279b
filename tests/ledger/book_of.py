"""Short words for writing to the book in tests."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.catalogue.models import Item
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.ledger import queries, service
from app.ledger.rules import Finding
from app.ledger.service import NewEntry, NewJournal, Written
from app.ledger.verify import verify
from app.sites.models import Location
from tests.builders import Cast, at


@dataclass
class Book:
    """The book of the cast's site, with its counterparts by kind and its bins by code."""

    cast: Cast
    places: dict[str, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with reading() as session:
            for row in session.scalars(select(Location).where(Location.site_id == self.cast.site.id)):
                self.places[row.code if row.kind in ("zone", "bin") else row.kind] = row.id

    def entry(
        self, item: Item, giver: str, taker: str, quantity: int, when: datetime | None = None, **more: Any
    ) -> NewEntry:
        lot = more.pop("lot", "")
        return NewEntry(item.id, lot, self.places[giver], self.places[taker], quantity, when or at(9), **more)

    def journal(self, kind: str = "receipt", key: str | None = None, **more: Any) -> NewJournal:
        return NewJournal(self.cast.site.id, kind, key or str(new_id()), self.cast.supervisor.id, **more)

    def write(self, *entries: NewEntry, kind: str = "receipt", key: str | None = None, **more: Any) -> Written:
        journal = self.journal(kind, key, **more)
        return transact(lambda session: service.write_journal(session, journal, entries, now()))

    def reverse(self, journal_id: UUID, key: str | None = None) -> Written:
        return transact(
            lambda session: service.reverse_journal(
                session,
                journal_id,
                person_id=self.cast.manager.id,
                source_key=key or str(new_id()),
                note="",
                reason_code="wrong_posting",
                now=now(),
            )
        )

    def on_hand(self, item: Item, place: str = "A-01", lot: str = "") -> int:
        with reading() as session:
            return queries.on_hand(session, self.places[place], item.id, lot)

    def at(self, item: Item, when: datetime, place: str = "A-01", lot: str = "") -> int:
        with reading() as session:
            return queries.book(session, self.places[place], item.id, lot, when)

    def seal(self) -> int:
        return transact(service.seal)

    def findings(self) -> list[Finding]:
        with reading() as session:
            return verify(session)
