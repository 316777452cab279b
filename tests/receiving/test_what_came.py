"""Receiving against a delivery and blind; too much, damaged, lots, expiry dates, serial numbers."""

from datetime import date

import pytest
from sqlalchemy import select

from app.catalogue.models import Lot
from app.kernel.transaction import reading
from app.purchasing.models import ExpectedDelivery, ExpectedDeliveryLine
from app.receiving.queries import oddities
from app.receiving.service import fold
from tests.builders import Cast, at, make_item
from tests.receiving.dock import (
    close,
    decide,
    dock_of,
    line_of,
    make_delivery,
    make_order,
    make_supplier,
    ordered,
    post,
    says,
    stock,
    tallies,
)


def test_against_a_delivery_its_lots_are_expected_and_fulfilled(cast: Cast) -> None:
    milk = make_item("MILK", tracks_lots=True)
    delivery = make_delivery(cast, [(milk, 4, "A"), (milk, 6, "B")])
    dock = dock_of(cast).open(delivery=delivery)
    dock.scan(milk, 4, lot="A")
    dock.scan(milk, 6, lot="B")
    dock.push()
    assert says(dock.receipt, milk) == (10, 10, 0, set(), "agreed")
    close(cast, dock.receipt)
    post(cast, dock.receipt)
    assert (stock(cast.bins[0], milk, "A"), stock(cast.bins[0], milk, "B")) == (4, 6)
    with reading() as session:
        received = select(ExpectedDeliveryLine.quantity_received).order_by(ExpectedDeliveryLine.number)
        assert session.scalars(received).all() == [4, 6]
        assert session.get_one(ExpectedDelivery, delivery.id).state == "received"


def test_a_blind_receipt_takes_what_comes(cast: Cast) -> None:
    water, dock = make_item(unit_cost=0), dock_of(cast).open(supplier=make_supplier())
    dock.scan(water, 5)
    dock.push()
    assert says(dock.receipt, water) == (0, 5, 0, set(), "agreed")
    close(cast, dock.receipt)
    assert post(cast, dock.receipt)["entries"] == 1
    assert stock(cast.bins[0], water) == 5


@pytest.mark.parametrize(
    ("came", "mark", "state"), [(21, "over", "within_ceiling"), (22, "over_ceiling", "needs_decision")]
)
def test_too_much_passes_as_far_as_the_supplier_may(cast: Cast, came: int, mark: str, state: str) -> None:
    water = make_item()
    order = make_order(cast, {water: 20}, supplier=make_supplier(over_receipt_bp=500))
    dock = dock_of(cast).open(order=order)
    dock.scan(water, came)
    dock.push()
    assert says(dock.receipt, water) == (20, came, 0, {mark}, state)
    close(cast, dock.receipt)
    if state == "needs_decision":
        decide(cast, dock.receipt, water)
    post(cast, dock.receipt)
    assert stock(cast.bins[0], water) == came
    assert ordered(order) == ("received", [came])


def test_only_what_was_expected_is_taken_in_and_the_latest_scans_are_cut(cast: Cast) -> None:
    water = make_item()
    dock = dock_of(cast).open(order=make_order(cast, {water: 10}))
    dock.scan(water, 6, when=at(10, 1), lot="")
    dock.scan(water, 6, when=at(10, 2), lot="")
    dock.scan(water, 6, when=at(10, 3), lot="")
    dock.push()
    close(cast, dock.receipt)
    decide(cast, dock.receipt, water, "accept_expected")
    assert post(cast, dock.receipt)["entries"] == 2
    assert stock(cast.bins[0], water) == 10
    assert line_of(dock.receipt, water).quantity_posted == 10


def test_what_nobody_ordered_is_unexpected_and_can_be_refused(cast: Cast) -> None:
    water, gin = make_item(), make_item("GIN")
    order = make_order(cast, {water: 1})
    dock = dock_of(cast).open(order=order)
    dock.scan(water)
    dock.scan(gin, 2)
    dock.push()
    assert says(dock.receipt, gin) == (0, 2, 0, {"unexpected"}, "needs_decision")
    close(cast, dock.receipt)
    decide(cast, dock.receipt, gin, "refuse")
    post(cast, dock.receipt)
    assert (stock(cast.bins[0], water), stock(cast.bins[0], gin)) == (1, 0)
    assert ordered(order) == ("received", [1])


@pytest.mark.parametrize(("keep", "booked"), [(True, 10), (False, 8)])
def test_damaged_pieces_are_kept_or_refused(cast: Cast, keep: bool, booked: int) -> None:
    water = make_item()
    dock = dock_of(cast).open(order=make_order(cast, {water: 10}))
    dock.scan(water, 8)
    dock.broken(water, 2)
    dock.push()
    assert says(dock.receipt, water) == (10, 8, 2, {"damaged"}, "needs_decision")
    close(cast, dock.receipt)
    decide(cast, dock.receipt, water, keep_damaged=keep)
    post(cast, dock.receipt)
    assert stock(cast.bins[0], water) == booked


def test_a_lot_nobody_named_is_asked_about(cast: Cast) -> None:
    milk = make_item("MILK", tracks_lots=True)
    dock = dock_of(cast).open()
    scan = dock.scan(milk, 2)
    dock.push()
    assert says(dock.receipt, milk) == (0, 2, 0, {"lot_unknown"}, "needs_decision")
    dock.set(milk, 2, [scan], lot="A")
    dock.push()
    assert says(dock.receipt, milk) == (0, 2, 0, set(), "agreed")
    assert tallies(dock.receipt) == {(milk.id, "A", False): 2}


def test_expiry_dates_are_kept_with_the_lot_once_it_is_posted_and_another_one_is_flagged(cast: Cast) -> None:
    milk = make_item("MILK", tracks_lots=True, tracks_expiry=True)
    dock = dock_of(cast).open()
    dock.scan(milk, 2, lot="A", expires_on=date(2027, 1, 31))
    mistake = dock.scan(milk, 1, lot="A", expires_on=date(2027, 1, 13))
    dock.push()
    assert says(dock.receipt, milk)[3] == {"expiry_differs"}
    dock.void(mistake)
    dock.push()
    assert says(dock.receipt, milk)[3] == set()
    close(cast, dock.receipt)
    post(cast, dock.receipt)
    with reading() as session:
        assert session.get_one(Lot, (milk.id, "A")).expires_on == date(2027, 1, 31)
    later = dock_of(cast)
    later.seq = 100
    later.open().scan(milk, 1, lot="A", expires_on=date(2027, 2, 1))
    later.push()
    assert says(later.receipt, milk)[3] == {"expiry_differs"}
    close(cast, later.receipt)
    decide(cast, later.receipt, milk)
    post(cast, later.receipt)
    with reading() as session:
        assert session.get_one(Lot, (milk.id, "A")).expires_on == date(2027, 1, 31)


def test_a_receipt_of_very_many_items_is_asked_about_as_a_whole(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (oddities, fold):
        monkeypatch.setattr(module, "ITEMS_NAMED", 1)
    milk, water = make_item("MILK", tracks_expiry=True), make_item(barcodes={"04006381333931": 1})
    dock = dock_of(cast).open()
    dock.scan(milk, 1, lot="A", expires_on=date(2027, 1, 31))
    dock.scan(milk, 1, lot="A", expires_on=date(2027, 2, 28))
    dock.scan(water, 12, code="4006381333931", factor=12)
    dock.push()
    assert says(dock.receipt, milk)[3] == {"expiry_differs"}
    assert says(dock.receipt, water)[3:] == ({"catalogue_changed"}, "agreed")


def test_too_little_life_left_is_asked_about(cast: Cast) -> None:
    milk = make_item("MILK", tracks_expiry=True, minimum_life_days=30)
    dock = dock_of(cast).open()
    dock.scan(milk, 1, lot="A", expires_on=date(2026, 12, 20))
    dock.push()
    assert says(dock.receipt, milk)[3] == set()  # scanned on 20 November: thirty days
    dock.scan(milk, 1, lot="B", expires_on=date(2026, 12, 19))
    dock.push()
    assert says(dock.receipt, milk)[3] == {"short_life"}


def test_a_scan_without_a_date_has_that_of_its_lot(cast: Cast) -> None:
    milk = make_item("MILK", tracks_expiry=True, minimum_life_days=30)
    first = dock_of(cast).open()
    first.scan(milk, 1, lot="A", expires_on=date(2026, 12, 1))
    first.push()
    close(cast, first.receipt)
    decide(cast, first.receipt, milk)
    post(cast, first.receipt)
    second = dock_of(cast)
    second.seq = 100
    second.open().scan(milk, 1, lot="A")
    second.push()
    assert says(second.receipt, milk)[3] == {"short_life"}


def test_a_serial_number_comes_once(cast: Cast) -> None:
    phone = make_item("PHONE", tracks_serials=True)
    dock = dock_of(cast).open()
    dock.scan(phone, lot="S-1", serial="S-1")
    dock.scan(phone, lot="S-2", serial="S-2")
    dock.push()
    assert says(dock.receipt, phone)[3] == set()
    again = dock.scan(phone, lot="S-2", serial="S-2")
    dock.push()
    assert says(dock.receipt, phone)[3] == {"serial_twice"}
    dock.void(again)
    dock.push()
    close(cast, dock.receipt)
    post(cast, dock.receipt)
    later = dock_of(cast)
    later.seq = 100
    later.open().scan(phone, lot="S-1", serial="S-1")
    later.push()
    assert says(later.receipt, phone)[3] == {"serial_twice"}


def test_goods_cost_what_the_order_says_and_that_becomes_the_items_cost(cast: Cast) -> None:
    water = make_item(unit_cost=1)
    dock = dock_of(cast).open(order=make_order(cast, {water: 1}))
    dock.scan(water)
    dock.push()
    close(cast, dock.receipt)
    post(cast, dock.receipt)
    with reading() as session:
        assert session.get_one(type(water), water.id).unit_cost == 2_000_000
