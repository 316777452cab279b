"""A delivery of 1,000 lines scanned by three devices: folding its records, posting it, beside raw inserts."""

import random
import time
from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session

from app.catalogue.models import Item, Unit
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.ledger.models import Entry
from app.receiving import service
from app.receiving.models import ReceiptLine
from app.receiving.queries.posting import Posting
from app.receiving.service import posting_run
from app.receiving.verify import verify
from tests.bench import raw
from tests.builders import MORNING, Cast, make_device, make_item, make_person
from tests.receiving.dock import Dock, close, dock_of, make_order, make_supplier, post, push, viewer_of

LINES = 1_000
DEVICES = 3
BATCH = 500
POSTING_BAR_S = 2.0
_BIG = "journal_id = (SELECT journal_id FROM entry GROUP BY journal_id ORDER BY count(*) DESC LIMIT 1)"


def figures(app: Flask) -> Iterator[tuple[Any, ...]]:
    """(what, value, unit, bar, at most) of taking in and posting one big receipt."""
    cast = Cast.of(app)
    _warm_up(cast)
    items = _items()
    order = make_order(cast, dict.fromkeys(items, 6), supplier=make_supplier(over_receipt_bp=500))
    command = service.NewReceipt(cast.site.id, cast.bins[0].id, order_id=order.id)
    receipt_id = transact(lambda session: service.open_at_desk(session, viewer_of(cast), command, now()).id)
    batches = _scans(cast, receipt_id, items)
    begun = time.process_time()
    for device, batch in batches:
        push(device, batch)
    taken = time.process_time() - begun
    transact(lambda session: service.close(session, viewer_of(cast), receipt_id, "", now()))
    begun = time.perf_counter()
    answer = posting_run.post(viewer_of(cast), Posting(receipt_id))
    posting = time.perf_counter() - begun
    _check(answer, receipt_id)
    limit = _raw_limit()
    name = f"{LINES:,}-line receipt scanned by {DEVICES} devices"
    yield f"{name}: records a CPU second", LINES * DEVICES / taken, "/s", None, False
    yield f"{name}: posting", posting, "s", POSTING_BAR_S, True
    yield "  raw set-based inserts of the same rows", limit, "s", None, True
    yield "  posting / raw", posting / limit, "×", None, True


def _warm_up(cast: Cast) -> None:
    """A process compiles each statement once in its life."""
    item = make_item("WARM")
    dock = dock_of(cast).open(order=make_order(cast, {item: 1}, number=2))
    dock.scan(item)
    dock.push()
    close(cast, dock.receipt)
    post(cast, dock.receipt)


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _items() -> list[Item]:
    with reading() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.code == "pcs")).one()
    items = [
        Item(id=new_id(), sku=f"R-{n:04}", name=f"Goods {n}", unit_id=unit_id, created_at=MORNING) for n in range(LINES)
    ]
    transact(lambda session: session.add_all(items))
    return items


def _scans(cast: Cast, receipt_id: Any, items: list[Item]) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Every device scans two of every item, in batches as they are pushed, shuffled."""
    rng, batches = random.Random(5), []
    for number in range(DEVICES):
        person = make_person(f"hand-{number}", "counter", cast.site)
        device = make_device(cast.site, cast.administrator, number=20 + number)
        dock = Dock(device, person, cast.bins[0], receipt=receipt_id)
        for item in items:
            dock.scan(item, 2)
        rng.shuffle(dock.waiting)
        batches += [(device, dock.waiting[first : first + BATCH]) for first in range(0, len(items), BATCH)]
    rng.shuffle(batches)
    return batches


def _check(answer: dict[str, Any], receipt_id: Any) -> None:
    """The figures mean nothing if the receipt is not right."""
    with reading() as session:
        lines = session.scalar(
            select(func.count()).where(ReceiptLine.receipt_id == receipt_id, ReceiptLine.quantity_posted == 2 * DEVICES)
        )
        wrong = verify(session)
    if (lines, answer["entries"], wrong) != (LINES, LINES * DEVICES, []):
        raise SystemExit(f"The receipt is wrong: {lines} lines right, {answer}, {wrong[:3]}")


def _raw_limit() -> float:
    """Seconds for the same entries and balances set-based, without rules, triggers or references; one commit."""
    raw.prepare()
    entries = ", ".join(column.name for column in Entry.__table__.columns)
    again = entries.replace("journal_id", ":journal")
    own = Entry.journal_id.type

    booked = text(f"INSERT INTO raw_entry ({entries}) SELECT {again} FROM entry WHERE {_BIG}")  # noqa: S608

    def write(session: Session) -> None:
        session.execute(booked.bindparams(bindparam("journal", type_=own)), {"journal": new_id()})
        session.execute(
            text(
                "INSERT INTO raw_balance (location_id, item_id, lot, quantity) "
                "SELECT location_id, item_id, lot, quantity FROM balance WHERE quantity <> 0 "
                "ON CONFLICT (location_id, item_id, lot) DO UPDATE SET "
                "quantity = raw_balance.quantity + excluded.quantity"
            )
        )

    return _timed(lambda: transact(write))
