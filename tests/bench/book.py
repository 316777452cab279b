"""A book of a million entries under a stocktake of 100,000 lines, made with plain SQL so that making it is quick."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.models import Device, Grant, Person
from app.catalogue.models import Item, Unit
from app.kernel.clock import now
from app.kernel.database import Base
from app.kernel.ids import new_id
from app.kernel.transaction import transact
from app.ledger.models import Balance, Entry, Journal
from app.sites.models import Location, Site
from app.stocktake.models import Place, Sheet, Stocktake, Tally

ITEMS_A_BIN = 100
ENTRIES_A_KEY = 10
JOURNAL_SIZE = 5_000
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Book:
    """Who and what the benchmark works with."""

    site_id: UUID
    stocktake_id: UUID
    supervisor_id: UUID
    counter_id: UUID
    device_id: UUID
    variance_location_id: UUID
    keys: list[tuple[UUID, UUID]]  # (bin, item)
    sheets: dict[UUID, UUID]  # bin → the sheet there
    counted_at: datetime


def _write(rows: Iterator[dict[str, Any]], table: type[Base]) -> None:
    batch: list[dict[str, Any]] = []

    def flush() -> None:
        if batch:
            transact(lambda session: session.execute(insert(table), batch))
            batch.clear()

    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            flush()
    flush()


def make_book(lines: int, *, entries_a_key: int = ENTRIES_A_KEY, seed: int = 1) -> Book:
    """Write site, items, bins, a book of `lines` × `entries_a_key` entries, and a stocktake with a sheet a bin.

    All movements lie in the 30 days before the count but one per
    ten keys, which lies after it, so that the book at the time of counting is not the balance.
    """
    rng = random.Random(seed)
    counted_at = now() - timedelta(hours=2)
    people = _people(counted_at)
    site_id, bins, outside = _site(lines // ITEMS_A_BIN, counted_at)
    items = _items(ITEMS_A_BIN * 10, counted_at)
    keys = [
        (bin_id, items[(number * 37 + position) % len(items)])
        for number, bin_id in enumerate(bins)
        for position in range(ITEMS_A_BIN)
    ]
    device_id = _device(site_id, people["admin"], counted_at)
    _entries(site_id, people["supervisor"], outside["supplier"], keys, entries_a_key, counted_at, rng)
    stocktake_id, sheets = _stocktake(site_id, people, device_id, bins, counted_at)
    return Book(
        site_id=site_id,
        stocktake_id=stocktake_id,
        supervisor_id=people["supervisor"],
        counter_id=people["counter"],
        device_id=device_id,
        variance_location_id=outside["variance"],
        keys=keys,
        sheets=sheets,
        counted_at=counted_at,
    )


def count(book: Book, *, entries_a_key: int = ENTRIES_A_KEY, seed: int = 2) -> None:
    """Write the tallies of a count in which every line differs from the book by one or two pieces."""
    rng = random.Random(seed)
    doubt = timedelta(seconds=1)

    def tallies() -> Iterator[dict[str, Any]]:
        for number, (bin_id, item_id) in enumerate(book.keys):
            there = 10 * (entries_a_key - (1 if number % 10 == 0 else 0))
            yield {
                "sheet_id": book.sheets[bin_id],
                "item_id": item_id,
                "lot": "",
                "quantity": there + rng.choice((-2, -1, 1, 2)),
                "records": 1,
                "first_look_at": book.counted_at,
                "last_look_at": book.counted_at,
                "look_from": book.counted_at - doubt,
                "look_to": book.counted_at + doubt,
            }

    _write(tallies(), Tally)


def _people(moment: datetime) -> dict[str, UUID]:
    people = {name: new_id() for name in ("admin", "supervisor", "counter")}

    def write(session: Session) -> None:
        for name, person_id in people.items():
            session.add(Person(id=person_id, login=name, name=name, created_at=moment))
        session.flush()
        for name, role in (("admin", "administrator"), ("supervisor", "supervisor"), ("counter", "counter")):
            session.add(Grant(id=new_id(), person_id=people[name], site_id=None, role=role))

    transact(write)
    return people


def _site(bins: int, moment: datetime) -> tuple[UUID, list[UUID], dict[str, UUID]]:
    site_id, root = new_id(), new_id()
    kinds = {kind: new_id() for kind in ("supplier", "customer", "scrap", "variance", "opening")}
    bin_ids = [new_id() for _ in range(bins)]

    def location(own: UUID, kind: str, code: str, parent: UUID | None) -> dict[str, Any]:
        return {
            "id": own,
            "site_id": site_id,
            "parent_id": parent,
            "stock_location_id": own,
            "kind": kind,
            "code": code,
            "name": code,
            "barcode": f"LOC-{code}",
        }

    def write(session: Session) -> None:
        session.add(
            Site(
                id=site_id,
                code="BENCH",
                name="Bench",
                time_zone="Asia/Shanghai",
                currency="CNY",
                stock_level="bin",
                created_at=moment,
            )
        )
        session.flush()
        rows = [location(root, "site", "BENCH", None)]
        rows += [location(own, kind, kind.upper(), None) for kind, own in kinds.items()]
        rows += [location(own, "bin", f"B-{number:05}", root) for number, own in enumerate(bin_ids)]
        session.execute(insert(Location), rows)

    transact(write)
    return site_id, bin_ids, kinds


def _items(count: int, moment: datetime) -> list[UUID]:
    items = [new_id() for _ in range(count)]

    def write(session: Session) -> None:
        unit_id = session.query(Unit.id).filter(Unit.code == "pcs").scalar()
        session.execute(
            insert(Item),
            [
                {
                    "id": own,
                    "sku": f"SKU-{number:05}",
                    "name": f"Item {number}",
                    "unit_id": unit_id,
                    "unit_cost": 1_500_000 + number,
                    "created_at": moment,
                }
                for number, own in enumerate(items)
            ],
        )

    transact(write)
    return items


def _device(site_id: UUID, person_id: UUID, moment: datetime) -> UUID:
    device_id = new_id()
    transact(
        lambda session: session.add(
            Device(
                id=device_id,
                installation_id=new_id(),
                number=1,
                label="PDA-01",
                site_id=site_id,
                public_key=b"",
                token_hash=b"bench",
                enrolled_by=person_id,
                enrolled_at=moment,
            )
        )
    )
    return device_id


def _entries(
    site_id: UUID,
    person_id: UUID,
    supplier: UUID,
    keys: list[tuple[UUID, UUID]],
    entries_a_key: int,
    counted_at: datetime,
    rng: random.Random,
) -> None:
    """Each key receives 10 pieces `entries_a_key` times; of one key in ten the last receipt lies after the count."""
    journals = _journals(site_id, person_id, -(-len(keys) * entries_a_key // JOURNAL_SIZE), counted_at)
    _write(_movements(journals, supplier, keys, entries_a_key, counted_at, rng), Entry)
    _balances(supplier, keys, 10 * entries_a_key)


def _journals(site_id: UUID, person_id: UUID, count: int, counted_at: datetime) -> list[UUID]:
    journals = [new_id() for _ in range(count)]
    _write(
        (
            {
                "id": journal_id,
                "site_id": site_id,
                "kind": "receipt",
                "source_key": f"bench:{number}",
                "person_id": person_id,
                "recorded_at": counted_at - timedelta(days=1),
            }
            for number, journal_id in enumerate(journals)
        ),
        Journal,
    )
    return journals


def _movements(
    journals: list[UUID],
    supplier: UUID,
    keys: list[tuple[UUID, UUID]],
    entries_a_key: int,
    counted_at: datetime,
    rng: random.Random,
) -> Iterator[dict[str, Any]]:
    position = 0
    for turn in range(entries_a_key):
        for number, (bin_id, item_id) in enumerate(keys):
            after = turn == entries_a_key - 1 and number % 10 == 0
            minutes = -30 if after else rng.randint(61, 43_200)
            yield {
                "journal_id": journals[position // JOURNAL_SIZE],
                "number": position % JOURNAL_SIZE + 1,
                "item_id": item_id,
                "lot": "",
                "from_location_id": supplier,
                "to_location_id": bin_id,
                "quantity": 10,
                "occurred_at": counted_at - timedelta(minutes=minutes),
                "unit_cost": 0,
                "reason_code": "",
            }
            position += 1


def _balances(supplier: UUID, keys: list[tuple[UUID, UUID]], quantity: int) -> None:
    _write(
        ({"location_id": bin_id, "item_id": item_id, "lot": "", "quantity": quantity} for bin_id, item_id in keys),
        Balance,
    )
    received: dict[UUID, int] = {}
    for _bin, item_id in keys:
        received[item_id] = received.get(item_id, 0) - quantity
    _write(
        (
            {"location_id": supplier, "item_id": item_id, "lot": "", "quantity": gone}
            for item_id, gone in received.items()
        ),
        Balance,
    )


def _stocktake(
    site_id: UUID,
    people: dict[str, UUID],
    device_id: UUID,
    bins: list[UUID],
    counted_at: datetime,
) -> tuple[UUID, dict[UUID, UUID]]:
    stocktake_id = new_id()
    transact(
        lambda session: session.add(
            Stocktake(
                id=stocktake_id,
                site_id=site_id,
                number=1,
                name="Bench",
                kind="full",
                blind=True,
                state="counting",
                created_by=people["supervisor"],
                created_at=counted_at - timedelta(hours=3),
                started_at=counted_at - timedelta(hours=3),
            )
        )
    )
    sheets = {bin_id: new_id() for bin_id in bins}
    _write(
        ({"stocktake_id": stocktake_id, "location_id": b, "stock_location_id": b, "state": "closed"} for b in bins),
        Place,
    )
    _write(
        (
            {
                "id": sheet_id,
                "stocktake_id": stocktake_id,
                "location_id": bin_id,
                "round": 1,
                "person_id": people["counter"],
                "device_id": device_id,
                "opened_at": counted_at,
                "closed_at": counted_at,
            }
            for bin_id, sheet_id in sheets.items()
        ),
        Sheet,
    )
    return stocktake_id, sheets
