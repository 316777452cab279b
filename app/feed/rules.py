"""The cursor of the feed and what a page says: pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

PAGE_LIMIT = 2000  # changes a page; a page's bodies are read with one call per entity
BEGINNING = "0"  # the cursor of a device that knows nothing yet
_CURSOR = re.compile(r"([0-9a-f]{8,32}):([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to where a device knows the world: all changes numbered ≤ `number` under `epoch`."""

    epoch: str
    number: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.number}"


@dataclass(frozen=True, slots=True)
class Noted:
    """One numbered change: that the thing was made or changed (U) or is gone (D)."""

    number: int
    entity: str
    key: str
    operation: str


@dataclass(frozen=True, slots=True)
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


def parse_cursor(text: str) -> Cursor | None:
    """Read "EPOCH:NUMBER"; None for "0", the beginning of everything. Raises ValueError for anything else."""
    if text == BEGINNING:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return Cursor(found[1], int(found[2]))


def newest(changes: Iterable[Noted]) -> list[Noted]:
    """One change per thing, the newest, in the order of their numbers. `changes` come in that order."""
    latest = {(change.entity, change.key): change for change in changes}
    return sorted(latest.values(), key=lambda change: change.number)
