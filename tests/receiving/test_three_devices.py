"""Several devices on one receipt sum up, in any order of arrival and at the same moment."""

from random import Random

from app.kernel.clock import now
from app.kernel.transaction import reading, transact
from app.ledger.models import Entry
from app.receiving import service
from app.receiving.verify import verify
from tests.builders import Cast, make_device, make_item, make_person
from tests.receiving.dock import (
    Dock,
    close,
    decide,
    dock_of,
    line_of,
    make_order,
    ordered,
    post,
    push,
    says,
    the_receipt,
    viewer_of,
)
from tests.stocktake.test_deciding_at_once import at_once as run_at_once
from tests.stocktake.test_deciding_at_once import conflicts
from tests.stocktake.test_records_at_once import at_once

ITEMS = 12


def crew(cast: Cast, first: Dock) -> list[Dock]:
    """The first device and two more, each in hands of its own, on the same receipt."""
    others = [
        first.beside(
            make_device(cast.site, cast.administrator, number=n), make_person(f"hand-{n}", "counter", cast.site)
        )
        for n in (2, 3)
    ]
    return [first, *others]


def opened_at_desk(cast: Cast, order: object) -> Dock:
    """A receipt that all devices learned of by the feed."""
    command = service.NewReceipt(cast.site.id, cast.bins[0].id, order_id=order.id)  # type: ignore[attr-defined]
    made = transact(lambda session: service.open_at_desk(session, viewer_of(cast), command, now()).id)
    return Dock(cast.device, cast.counter, cast.bins[0], receipt=made)


def test_three_devices_in_any_order_of_arrival_give_the_same_totals(cast: Cast) -> None:
    items = [make_item(f"I-{n}") for n in range(ITEMS)]
    order = make_order(cast, dict.fromkeys(items, 6))
    rng = Random(7)
    devices = crew(cast, opened_at_desk(cast, order))
    batches = []
    for dock in devices:
        for item in items:
            three = dock.scan(item, 3)
            dock.void(dock.scan(item, 1))
            dock.set(item, 2, [dock.scan(item, 5), three])
        rng.shuffle(dock.waiting)
        cut = len(dock.waiting) // 2
        batches += [(dock.device, dock.waiting[:cut]), (dock.device, dock.waiting[cut:])]
    rng.shuffle(batches)
    for device, batch in batches:
        assert push(device, batch) == {}
    for item in items:
        assert says(devices[0].receipt, item) == (6, 6, 0, set(), "agreed")
    close(cast, devices[0].receipt)
    post(cast, devices[0].receipt)
    assert ordered(order) == ("received", [6] * ITEMS)
    with reading() as session:
        assert verify(session) == []


def test_three_devices_push_at_the_same_moment(cast: Cast) -> None:
    items = [make_item(f"I-{n}") for n in range(ITEMS)]
    order = make_order(cast, dict.fromkeys(items, 30))
    devices = crew(cast, opened_at_desk(cast, order))

    def work(dock: Dock) -> None:
        for turn in range(5):
            for item in items if turn % 2 else reversed(items):
                dock.scan(item, 2)
            assert dock.push() == {}

    at_once(cast.app, [lambda dock=dock: work(dock) for dock in devices])
    for item in items:
        assert says(devices[0].receipt, item) == (30, 30, 0, set(), "agreed")
    with reading() as session:
        assert verify(session) == []


def test_devices_open_receipts_at_the_same_moment(cast: Cast) -> None:
    water = make_item()
    for turn in range(4):
        docks = [
            Dock(device, cast.counter, cast.bins[0], seq=turn * 10)
            for device in (
                cast.device,
                *(make_device(cast.site, cast.administrator, number=10 * turn + n) for n in (4, 5)),
            )
        ]
        for dock in docks:
            dock.open().scan(water, 2)
        at_once(cast.app, [lambda dock=dock: accepted(dock) for dock in docks])
        assert [line_of(dock.receipt, water).quantity_good for dock in docks] == [2, 2, 2]


def accepted(dock: Dock) -> None:
    assert dock.push() == {}


def test_a_receipt_is_posted_once_however_many_post_it_at_once(cast: Cast) -> None:
    water = make_item()
    dock = dock_of(cast).open()
    dock.scan(water, 2)
    dock.push()
    close(cast, dock.receipt)
    at_once(cast.app, [lambda: post(cast, dock.receipt) for _ in range(3)])  # type: ignore[list-item,misc]
    with reading() as session:
        assert [entry.quantity for entry in session.query(Entry)] == [2]


def test_two_offline_devices_that_together_receive_too_much_are_accepted_and_flagged(cast: Cast) -> None:
    water = make_item()
    devices = crew(cast, opened_at_desk(cast, make_order(cast, {water: 10})))
    for dock in devices[1:]:
        dock.scan(water, 7)
        assert dock.push() == {}
    assert says(devices[0].receipt, water) == (10, 14, 0, {"over_ceiling"}, "needs_decision")


def test_a_push_a_decision_a_closing_and_a_posting_at_the_same_moment_leave_a_receipt_that_holds(cast: Cast) -> None:
    water, milk = make_item(), make_item("MILK")
    for turn in range(4):
        order = make_order(cast, {water: 5, milk: 5}, number=turn + 1)
        first = opened_at_desk(cast, order)
        other = first.beside(make_device(cast.site, cast.administrator, number=50 + turn), cast.counter)
        first.seq = other.seq = turn * 100
        first.scan(water, 9)
        first.push()
        other.scan(milk, 5)
        works = [
            other.push,
            lambda first=first: decide(cast, first.receipt, water),
            lambda first=first: close(cast, first.receipt),
            lambda first=first: post(cast, first.receipt),
        ]
        refused = conflicts(run_at_once(cast, *works))
        assert {it.code for it in refused} <= {"lines_refused", "posting_refused", "wrong_state", "receipt_not_open"}
        with reading() as session:
            assert verify(session) == []
        if the_receipt(first.receipt).state == "receiving":
            close(cast, first.receipt)
        for item in (water, milk):
            if says(first.receipt, item)[4] == "needs_decision":
                decide(cast, first.receipt, item)
        post(cast, first.receipt)
        with reading() as session:
            assert verify(session) == []
        state, received = ordered(order)
        assert received[0] == 9
        assert received[1] in {0, 5}  # held where it came after the closing
        assert state == ("received" if received[1] else "part_received")
