"""Receiving against an order: what was expected, what came, and what the order says once it is posted."""

from app.catalogue.models import Item
from app.kernel.transaction import reading
from app.ledger.queries import book
from app.receiving.verify import verify
from tests.builders import Cast, at, make_item
from tests.receiving.dock import close, decide, dock_of, line_of, make_order, ordered, post, says, stock, the_receipt


def water_and_milk() -> tuple[Item, Item]:
    return make_item(), make_item("MILK")


def test_what_came_as_ordered_is_agreed_and_posted_at_the_time_of_each_scan(cast: Cast) -> None:
    water, milk = water_and_milk()
    order = make_order(cast, {water: 3, milk: 1})
    dock = dock_of(cast).open(order=order)
    dock.scan(water, 1, when=at(10, 1))
    dock.scan(water, 2, when=at(10, 5))
    dock.scan(milk, when=at(10, 7))
    dock.done()
    assert dock.push() == {}
    assert says(dock.receipt, water) == (3, 3, 0, set(), "agreed")
    close(cast, dock.receipt)
    answer = post(cast, dock.receipt)
    assert (answer["lines"], answer["entries"], answer["journals"], answer["posted"]) == (2, 3, 1, True)
    assert ordered(order) == ("received", [3, 1])
    assert stock(cast.bins[0], water) == 3
    with reading() as session:
        assert book(session, cast.bins[0].id, water.id, "", at(10, 4)) == 1
        assert verify(session) == []
    assert line_of(dock.receipt, water).quantity_posted == 3
    assert the_receipt(dock.receipt).state == "posted"


def test_it_starts_at_zero_and_not_there_yet_is_no_finding(cast: Cast) -> None:
    water, milk = water_and_milk()
    dock = dock_of(cast).open(order=make_order(cast, {water: 3, milk: 1}))
    dock.scan(water, 1)
    dock.push()
    assert says(dock.receipt, water) == (3, 1, 0, set(), "agreed")
    assert says(dock.receipt, milk) == (1, 0, 0, set(), "agreed")
    close(cast, dock.receipt)
    assert says(dock.receipt, water) == (3, 1, 0, {"short"}, "needs_decision")
    assert says(dock.receipt, milk) == (1, 0, 0, {"short"}, "needs_decision")


def test_a_short_receipt_leaves_the_order_open_for_the_next(cast: Cast) -> None:
    water = make_item()
    order = make_order(cast, {water: 10})
    first = dock_of(cast).open(order=order)
    first.scan(water, 6)
    first.push()
    close(cast, first.receipt)
    decide(cast, first.receipt, water)
    post(cast, first.receipt)
    assert ordered(order) == ("part_received", [6])
    second = dock_of(cast)
    second.seq = 100
    second.open(order=order).scan(water, 4)
    second.push()
    assert says(second.receipt, water) == (4, 4, 0, set(), "agreed")
    close(cast, second.receipt)
    post(cast, second.receipt)
    assert ordered(order) == ("received", [10])
    assert stock(cast.bins[0], water) == 10
