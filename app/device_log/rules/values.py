"""The values that pass between the log in and the handlers above it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class Fields(NamedTuple):
    """What a record's body says, for the columns of `device_record`. Quantities in the item's smallest unit."""

    document_id: UUID | None = None
    sheet_id: UUID | None = None
    location_id: UUID | None = None
    item_id: UUID | None = None
    lot: str = ""
    code: str | None = None
    symbology: str | None = None
    pack_factor: int | None = None
    quantity: int | None = None
    reference_id: UUID | None = None
    supersedes: tuple[UUID, ...] = ()


class Incoming(NamedTuple):
    """One record about to be judged. It was made at `occurred_at`, surely within `occurred_from` … `occurred_to`."""

    record_id: UUID
    device_id: UUID
    device_seq: int
    site_id: UUID
    kind: str
    person_id: UUID
    body: dict[str, Any]
    fields: Fields
    occurred_at: datetime
    occurred_from: datetime
    occurred_to: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentName:
    """A stocktake or receipt as people know it. `takes_records`: what comes for it is counted without a supervisor."""

    id: UUID
    site_id: UUID
    kind: str  # stocktake, receipt
    number: int
    label: str
    state: str
    takes_records: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a record is kept but not counted: a stable code and a sentence for the counter.

    `releasable`: a supervisor may have the record counted in spite of it. What is not releasable must first have gone
    away (the item is known now, the stocktake started) before a release goes through.
    """

    code: str
    detail: str
    releasable: bool = False
