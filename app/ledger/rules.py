"""Pure decisions of the book: between whom a kind of journal moves goods, what a posting may say, how it is hashed."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.kernel.findings import Finding
from app.kernel.json import dumps

JOURNAL_KINDS = (
    *("opening", "receipt", "issue", "sale", "move", "scrap", "supplier_return"),
    *("adjustment", "correction", "reversal"),
)
COUNTERPARTS = ("supplier", "customer", "scrap", "variance", "opening")
LEVEL_DEPTH = {"site": 0, "zone": 1, "bin": 2}
UNIT_COST_DECIMALS = 4  # more than the currency's minor unit has
UNIT_COST_LIMIT = 10**12  # in 1/10000 minor unit: a hundred million minor units for one base unit
CLOCK_TOLERANCE = timedelta(minutes=10)  # a sender's clock may run ahead by so much before a movement is refused
CHAIN_START = bytes(32)  # what the first journal of a site is chained to


@dataclass(frozen=True, slots=True)
class Sides:
    """Between whom a kind of journal moves goods. None: a place of the site, which the command names."""

    giver: str | None = None
    taker: str | None = None


# What people may post. Adjustments and corrections are the stocktake's, reversals have a command of their own.
SIDES = {
    "opening": Sides(giver="opening"),
    "receipt": Sides(giver="supplier"),
    "issue": Sides(taker="customer"),
    "sale": Sides(taker="customer"),
    "scrap": Sides(taker="scrap"),
    "supplier_return": Sides(taker="supplier"),
    "move": Sides(),
}
BUYING = ("opening", "receipt")  # their unit costs are what an item was last bought for


@dataclass(frozen=True, slots=True)
class Place:
    """What the book must know of a location to book there."""

    id: UUID
    site_id: UUID
    code: str
    kind: str
    active: bool
    stock_location_id: UUID
    sums_up: bool  # deeper places are summed up to it


def place_mistake(place: Place, *, site_id: UUID, stock_level: str, open_only: bool) -> tuple[str, str] | None:
    """Why nothing may be booked at a place, as (code, sentence); None when something may.

    `open_only` refuses closed places too: people may not put goods there, but what is booked there can be reversed
    or corrected.
    """
    if place.site_id != site_id:
        return "unknown_location", "There is no such place at this site."
    if open_only and not place.active:
        return "location_inactive", f"{place.code} is closed; open it or name another place."
    above = place.kind in LEVEL_DEPTH and LEVEL_DEPTH[place.kind] < LEVEL_DEPTH[stock_level]
    if above and not place.sums_up:
        return (
            "above_stock_level",
            f"Stock is kept by {stock_level} here; {place.code} is a {place.kind}. Say where in it.",
        )
    return None


def latest_allowed(now: datetime) -> datetime:
    """The latest time a movement may say it happened at."""
    return now + CLOCK_TOLERANCE


def content_hash(header: Sequence[Any], entries: Iterable[Sequence[Any]] = ()) -> bytes:
    """SHA-256 of a header and its entries, each one line of canonical JSON.

    Of a command, it tells a repeat from a source key used for something else; of a journal in the book, it is what
    the seal holds fast.
    """
    digest = hashlib.sha256(dumps(header))
    for entry in entries:
        digest.update(b"\n" + dumps(entry))
    return digest.digest()


def chain_hash(previous: bytes, entries_hash: bytes, journal_id: UUID, number: int) -> bytes:
    """The link of a journal in its site's chain: SHA-256(previous link ‖ entries_hash ‖ id ‖ number, 8 bytes)."""
    return hashlib.sha256(previous + entries_hash + journal_id.bytes + number.to_bytes(8, "big")).digest()


def check_chain(links: Iterable["Link"]) -> Iterator[Finding]:
    """What is wrong in the chains; `links` in the order of site and number, each with the hash of its entries now."""
    site_id, number, accepted = None, 0, {CHAIN_START}
    for link in links:
        if link.site_id != site_id:
            site_id, number, accepted = link.site_id, 0, {CHAIN_START}
        where = f"journal {link.journal_id}, number {link.number} of site {link.site_id}"
        gap = link.number != number + 1
        if gap:
            yield Finding("chain_gap", where, str(number + 1), str(link.number))
        if link.entries_hash != link.entries_hash_now:
            yield Finding("entries_hash", where, link.entries_hash.hex(), link.entries_hash_now.hex())
        # One changed link is one finding: the next may rest on what stands there or on what should.
        right = {chain_hash(before, link.entries_hash, link.journal_id, link.number) for before in accepted}
        if not gap and link.chain_hash not in right:
            yield Finding("chain_hash", where, min(right).hex(), link.chain_hash.hex())
        number, accepted = link.number, {link.chain_hash} | (right if not gap else set())


@dataclass(frozen=True, slots=True)
class Link:
    """A sealed journal: its place in the site's chain, its seal, and the hash of what the book says of it now."""

    site_id: UUID
    journal_id: UUID
    number: int
    entries_hash: bytes
    chain_hash: bytes
    entries_hash_now: bytes
