"""What is handed to the book, and what it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class NewJournal:
    """One posting of one business document. The source key makes a repeated posting harmless."""

    site_id: UUID
    kind: str
    source_key: str
    person_id: UUID
    document: str = ""
    note: str = ""
    reverses_id: UUID | None = None
    stocktake_id: UUID | None = None
    content: bytes | None = None  # hash of the command it came from; by default of the header and the entries


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One movement of `quantity` smallest units from one location to another."""

    item_id: UUID
    lot: str
    from_location_id: UUID
    to_location_id: UUID
    quantity: int
    occurred_at: datetime
    date_only: bool = False  # known by its day alone
    unit_cost: int = 0  # 1/10000 minor unit per base unit
    reason_code: str = ""
    count_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Shortage:
    """Stock that a posting took below zero: booked, because it happened, and said."""

    location_id: UUID
    item_id: UUID
    lot: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Written:
    """A journal in the book: its id, how many entries it has, and whether it had been written before."""

    journal_id: UUID
    entries: int
    repeated: bool
    went_negative: tuple[Shortage, ...] = ()


AfterJournals = Callable[[Session, Sequence[UUID], datetime], None]
