"""The cursor of the feed, what a page says, and when a snapshot is due: pure."""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

PAGE_LIMIT = 2000  # changes a page; a page's bodies are read with one call per entity
BEGINNING = "0"  # the cursor of a device that knows nothing yet
_CURSOR = re.compile(r"([0-9a-f]{8,32})(?:-([0-9a-f]{8}))?:([0-9]{1,18})")

COMPANY, SITE = "company", "site"  # the datasets: what every site's devices share, and what one site's see
DATASETS = (SITE, COMPANY)
SNAPSHOT_ROWS = 2000  # a page: about 80 kB over the wire, so that a killed bootstrap repeats little
SNAPSHOT_BYTES = 1_000_000  # uncompressed; rows of some entities are long
MANY_CHANGES = PAGE_LIMIT  # more than one page of the feed after a snapshot, and it is replaced
SMALL = 10_000  # rows; a snapshot so small is quickly made again
OFTEN, HOURLY, DAILY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)
KEPT_AFTER_REPLACED = timedelta(hours=6)  # a slow bootstrap ends meanwhile
TOMBSTONES_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to where a device knows the world: all changes numbered ≤ `number` under `epoch`.

    `scope` says of which site's world; None in a cursor that was given before cursors said so.
    """

    epoch: str
    number: int
    scope: str | None = None

    def __str__(self) -> str:
        return f"{self.epoch}:{self.number}" if self.scope is None else f"{self.epoch}-{self.scope}:{self.number}"


class Noted(NamedTuple):
    """One numbered change: that the thing was made or changed (U) or is gone (D)."""

    number: int
    entity: str
    key: str
    operation: str


@dataclass(slots=True)
class FeedRow:
    """One thing as it is now; `body` is None where it is gone (op D)."""

    entity: str
    id: str
    op: str
    body: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of the feed; `next` is the cursor after it, `head` the newest number there is."""

    epoch: str
    next: str
    head: int
    rows: list[FeedRow]
    more: bool


@dataclass(slots=True)
class Content:
    """What a snapshot holds of one entity: how many rows, and the sum of their hashes modulo 2³².

    `passing` names the fields that are as of the reading and told by no change: they are left out of the sum.
    """

    rows: int = 0
    sum: int = 0
    passing: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A page of a snapshot: `bytes` as sent, `sha256` of the NDJSON inside."""

    page: int
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page's gzip bytes, and the sha256 of the NDJSON inside."""

    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a device needs to fetch a snapshot and to go on after it.

    `feed_number`: up to there the device then knows the dataset. `is_current`: nothing of it changed since the
    snapshot was made at `made_at_number`, so that a replica at or above that number must add up to `contents`.
    """

    id: UUID
    dataset: str
    epoch: str
    feed_number: int
    cursor: str
    made_at_number: int
    made_at: datetime
    is_current: bool
    rows: int
    bytes: int
    contents: list[dict[str, Any]]
    pages: list[PageFacts]


def parse_cursor(text: str) -> Cursor | None:
    """Read "EPOCH-SCOPE:NUMBER"; None for "0", the beginning of everything. Raises ValueError for anything else."""
    if text == BEGINNING:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return Cursor(found[1], int(found[3]), found[2])


def scope_of(site_id: UUID) -> str:
    """How a cursor names a site: the end of its id, where ids of one moment differ."""
    return site_id.hex[-8:]


def newest(changes: Iterable[Noted]) -> list[Noted]:
    """One change per thing, the newest, in the order of their numbers. `changes` come in that order."""
    latest = {(change.entity, change.key): change for change in changes}
    return sorted(latest.values(), key=lambda change: change.number)


def row_hash(text: bytes) -> int:
    """The hash of one row, `text` being its entity, key and body: 32 bits, made so that any client can make it.

    CRC-32 alone is linear: two rows that swapped their bodies could add up to the same. Murmur3's mixing ends that.
    """
    mixed = zlib.crc32(text)
    mixed = ((mixed ^ (mixed >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return mixed ^ (mixed >> 16)


def is_due(age: timedelta, rows: int, changes: int) -> bool:
    """Whether a snapshot of this age is to be made anew, `changes` in its dataset being numbered after it.

    Large ones daily, small ones hourly, and sooner where a device would have to read many changes on top.
    """
    if changes == 0:
        return False
    return age >= DAILY or (age >= HOURLY and rows <= SMALL) or (age >= OFTEN and changes > MANY_CHANGES)


def horizon(now: datetime) -> datetime:
    """Before this moment the feed may forget what is gone."""
    return now - TOMBSTONES_KEPT
