"""Goods are carried from bin to bin and every scan is booked at once; what cannot be booked waits and is not lost."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import event

from app.catalogue.models import Item
from app.kernel.clock import from_ms, now, to_ms
from app.kernel.database import db
from app.kernel.ids import new_id
from tests.builders import Cast, location_of, make_item, make_location, make_site
from tests.device_log.trial import FrozenClock, accepted
from tests.receiving.carrier import Carrier, entries, journals, on_hand
from tests.stocktake.builders import count, line_of, move, start_stocktake


@pytest.fixture
def water(cast: Cast) -> Item:
    """Ten bottles in the first bin."""
    item = make_item()
    move(cast, "opening", item, cast.bins[0], 10, now() - timedelta(hours=3))
    return item


@pytest.fixture
def carrier(cast: Cast) -> Carrier:
    return Carrier.at(cast)


def decide(cast: Cast, verb: str = "release") -> Any:
    """The supervisor's word about the one record that is held."""
    desk = cast.client(cast.supervisor)
    (row,) = desk.get("/api/v1/held?state=open").json["rows"]
    return desk.post(f"/api/v1/held/{row['record_id']}/{row['body_hash']}/{verb}", json={"note": "so be it"})


def test_what_is_carried_from_bin_to_bin_is_booked_with_the_push(cast: Cast, water: Item, carrier: Carrier) -> None:
    scan = carrier.move(water, *cast.bins, 4)
    assert carrier.sync() == []
    assert on_hand(water, *cast.bins) == [6, 4]
    (journal,) = [it for it in journals() if it.kind == "move"]
    assert (journal.source_key, journal.person_id) == (f"move:{scan.id}", cast.counter.id)
    (record,) = accepted(carrier.device)
    assert (record.location_id, record.item_id, record.quantity) == (cast.bins[0].id, water.id, 4)
    (entry,) = [it for it in entries() if it.journal_id == journal.id]
    assert (entry.occurred_at, entry.unit_cost) == (record.occurred_at, water.unit_cost)


def test_it_happened_when_it_was_scanned_not_when_it_was_sent(cast: Cast, water: Item) -> None:
    start = to_ms(now())
    clock = FrozenClock(start - 3_600_000, 1_000)
    carrier = Carrier.at(cast, clock=clock)
    carrier.move(water, *cast.bins, 4)
    clock.wall_ms, clock.mono_ms = start, 3_601_000
    carrier.sync()
    assert abs(entries()[-1].occurred_at - from_ms(start - 3_600_000)) < timedelta(seconds=5)


def test_sent_twice_it_is_booked_once(cast: Cast, water: Item, carrier: Carrier) -> None:
    scan = carrier.move(water, *cast.bins, 4)
    carrier.sync()
    carrier.device.push([scan])
    assert on_hand(water, *cast.bins) == [6, 4]


def test_facts_may_take_stock_below_zero(cast: Cast, water: Item, carrier: Carrier) -> None:
    carrier.move(water, *cast.bins, 25)
    assert carrier.sync() == []
    assert on_hand(water, *cast.bins) == [-15, 25]


def test_a_lot_moves_as_the_lot_it_is(cast: Cast, carrier: Carrier) -> None:
    milk = make_item("MILK", tracks_lots=True)
    carrier.move(milk, *cast.bins, 3, lot="L1")
    carrier.move(milk, *cast.bins, 2)
    assert carrier.sync() == []
    assert on_hand(milk, *cast.bins, lot="L1") == [-3, 3]
    assert on_hand(milk, *cast.bins) == [-2, 2]


class TestHeld:
    @pytest.mark.parametrize("side", ["from", "to"])
    def test_a_place_nobody_knows(self, cast: Cast, water: Item, carrier: Carrier, side: str) -> None:
        foreign = make_location(cast.other_site, "X-01")
        for place in (new_id(), foreign.id, location_of(cast.site, "SUPPLIER").id):
            carrier.move(water, *cast.bins, **{side: str(place)})
        assert carrier.sync() == ["location_unknown"] * 3
        assert on_hand(water, *cast.bins) == [10, 0]

    def test_the_same_place_twice(self, cast: Cast, water: Item, carrier: Carrier) -> None:
        carrier.move(water, cast.bins[0], cast.bins[0])
        assert carrier.sync() == ["same_location"]

    def test_a_place_too_coarse_for_the_book(self, cast: Cast, water: Item, carrier: Carrier) -> None:
        carrier.move(water, cast.bins[0], location_of(cast.site, "A"))
        assert carrier.sync() == ["above_stock_level"]

    def test_a_serial_number_on_two_pieces(self, cast: Cast, carrier: Carrier) -> None:
        saw = make_item("SAW", tracks_serials=True)
        carrier.move(saw, *cast.bins, 2, lot="SN-1")
        carrier.move(saw, *cast.bins, 1, lot="SN-1")
        carrier.sync()
        assert [entry.code for entry in carrier.device.outbox] == ["invalid", ""]
        assert on_hand(saw, *cast.bins, lot="SN-1") == [-1, 1]

    @pytest.mark.parametrize(
        "wrong",
        [{"item": "WATER"}, {"quantity": 0}, {"quantity": 1.5}, {"to": None}, {"from": "A-01"}, {"source": "guess"},
         {"factor": 0}, {"lot": 7}, {"receipt": "GRN-1"}],
    )  # fmt: skip
    def test_what_cannot_be_read(self, cast: Cast, water: Item, carrier: Carrier, wrong: dict[str, Any]) -> None:
        carrier.move(water, *cast.bins, **wrong)
        carrier.device.record("move_void", voids="it")
        assert carrier.sync() == ["invalid", "invalid"]

    def test_a_closed_place_until_it_is_open_again(self, cast: Cast, water: Item, carrier: Carrier) -> None:
        desk = cast.client(cast.administrator)
        desk.patch(f"/api/v1/locations/{cast.bins[1].id}", json={"active": False})
        carrier.move(water, *cast.bins, 4)
        assert carrier.sync() == ["location_closed"]
        assert (decide(cast).status_code, on_hand(water, *cast.bins)) == (409, [10, 0])
        desk.patch(f"/api/v1/locations/{cast.bins[1].id}", json={"active": True})
        assert (decide(cast).status_code, on_hand(water, *cast.bins)) == (200, [6, 4])

    def test_an_item_that_is_not_there_until_it_is(self, cast: Cast, carrier: Carrier) -> None:
        item_id = new_id()
        carrier.move(item_id, *cast.bins, 4)
        assert carrier.sync() == ["item_unknown"]
        assert decide(cast).json["reason"] == "item_unknown"
        assert decide(cast, "dismiss").status_code == 200
        assert entries() == []

    def test_one_that_is_held_changes_no_other(self, cast: Cast, water: Item, carrier: Carrier) -> None:
        carrier.move(water, *cast.bins, 4)
        carrier.move(new_id(), *cast.bins, 4)
        carrier.move(water, *reversed(cast.bins), 1)
        assert carrier.sync() == ["item_unknown"]
        assert on_hand(water, *cast.bins) == [7, 3]


class TestTakenBack:
    def test_a_void_reverses_the_journal_at_the_time_of_the_move(
        self, cast: Cast, water: Item, carrier: Carrier
    ) -> None:
        scan = carrier.move(water, *cast.bins, 4)
        carrier.sync()
        carrier.void(scan)
        assert carrier.sync() == []
        assert on_hand(water, *cast.bins) == [10, 0]
        booked, back = entries()[-2:]
        assert (back.occurred_at, back.quantity) == (booked.occurred_at, booked.quantity)
        assert journals()[-1].reverses_id == booked.journal_id

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    @pytest.mark.parametrize("together", [True, False])
    def test_in_whatever_order_they_arrive_the_book_ends_the_same(
        self, cast: Cast, water: Item, carrier: Carrier, order: tuple[int, ...], together: bool
    ) -> None:
        scan = carrier.move(water, *cast.bins, 4)
        sent = [scan, carrier.void(scan), carrier.void(scan)]
        for batch in [order] if together else [(number,) for number in order]:
            carrier.device.push([sent[number] for number in batch])
        assert [entry.code for entry in sent] == ["", "", ""]
        assert on_hand(water, *cast.bins) == [10, 0]
        assert [it.kind for it in journals()] == ["opening", "move", "reversal"]

    def test_a_move_that_was_held_is_released_and_taken_back_at_once(
        self, cast: Cast, water: Item, carrier: Carrier
    ) -> None:
        desk = cast.client(cast.administrator)
        desk.patch(f"/api/v1/locations/{cast.bins[1].id}", json={"active": False})
        scan = carrier.move(water, *cast.bins, 4)
        carrier.void(scan)
        assert carrier.sync() == ["location_closed"]
        desk.patch(f"/api/v1/locations/{cast.bins[1].id}", json={"active": True})
        assert decide(cast).status_code == 200
        assert on_hand(water, *cast.bins) == [10, 0]

    def test_nobody_takes_back_the_move_of_another(self, cast: Cast, water: Item, carrier: Carrier) -> None:
        scan, other = carrier.move(water, *cast.bins, 4), Carrier.at(cast, 8)
        carrier.sync()
        other.void(scan)
        assert other.sync() == ["not_yours"]
        assert on_hand(water, *cast.bins) == [6, 4]

    def test_not_even_when_the_void_comes_first(self, cast: Cast, water: Item, carrier: Carrier) -> None:
        scan, other = carrier.move(water, *cast.bins, 4), Carrier.at(cast, 8)
        other.void(scan)
        assert other.sync() == []  # it may be a move of its own that is still to come
        carrier.sync()
        assert on_hand(water, *cast.bins) == [6, 4]

    def test_a_void_of_a_void_is_no_move(self, cast: Cast, water: Item, carrier: Carrier) -> None:
        void = carrier.void(carrier.move(water, *cast.bins, 4))
        carrier.sync()
        carrier.void(void)
        assert carrier.sync() == ["invalid"]

    def test_what_a_manager_has_reversed_is_not_reversed_again(self, cast: Cast, water: Item, carrier: Carrier) -> None:
        scan = carrier.move(water, *cast.bins, 4)
        carrier.sync()
        path = f"/api/v1/journals/{journals()[-1].id}/reverse"
        done = cast.client(cast.manager).post(path, json={"reason_code": "wrong_posting", "note": "wrong"})
        assert done.status_code == 201, done.json
        carrier.void(scan)
        assert carrier.sync() == []
        assert on_hand(water, *cast.bins) == [10, 0]


class TestCarts:
    def test_off_the_cart_may_arrive_before_onto_it(self, cast: Cast, water: Item) -> None:
        cart = make_location(cast.site, "CART-1", kind="bin")
        loader, unloader = Carrier.at(cast, 7), Carrier.at(cast, 8)
        loader.move(water, cast.bins[0], cart, 4)
        unloader.move(water, cart, cast.bins[1], 4)
        unloader.sync()
        assert on_hand(water, cast.bins[0], cart, cast.bins[1]) == [10, -4, 4]
        loader.sync()
        assert on_hand(water, cast.bins[0], cart, cast.bins[1]) == [6, 0, 4]


class TestWhereStockIsKept:
    def test_within_one_stock_location_nothing_moves_in_the_book(self, cast: Cast) -> None:
        shop = make_site("SHOP", stock_level="site")
        shelves = [make_location(shop, code) for code in ("S-1", "S-2")]
        cast.site = shop
        water = make_item()
        carrier = Carrier.at(cast, 9, person=cast.administrator)
        carrier.move(water, *shelves, 4)
        assert carrier.sync() == []
        assert len(accepted(carrier.device)) == 1
        assert journals() == []

    def test_deeper_places_are_summed_up(self, cast: Cast) -> None:
        store = make_site("STORE", stock_level="zone")
        zones = [make_location(store, code, kind="zone") for code in "AB"]
        bins = [make_location(store, f"{zone.code}-1", parent=zone) for zone in zones]
        cast.site = store
        water, carrier = make_item(), Carrier.at(cast, 9, person=cast.administrator)
        carrier.move(water, *bins, 4)
        assert carrier.sync() == []
        assert on_hand(water, *zones) == [-4, 4]


def test_a_move_of_the_time_before_the_count_changes_what_the_count_is_compared_with(cast: Cast, water: Item) -> None:
    start = to_ms(now())
    clock = FrozenClock(start - 3_600_000, 1_000)
    carrier = Carrier.at(cast, clock=clock)
    carrier.move(water, *cast.bins, 4)
    stocktake = start_stocktake(cast)
    counted_at = from_ms(start - 1_800_000)
    for place, quantity in zip(cast.bins, (6, 4), strict=True):
        count(cast, stocktake, place, {water: quantity}, counted_at)
    assert [line_of(stocktake, place, water).variance for place in cast.bins] == [-4, 4]
    clock.wall_ms, clock.mono_ms = start, 3_601_000
    carrier.sync()
    assert [line_of(stocktake, place, water).variance for place in cast.bins] == [0, 0]


def test_a_hundred_moves_cost_no_more_questions_than_one(cast: Cast, water: Item) -> None:
    def statements(moves: int, number: int) -> int:
        carrier = Carrier.at(cast, number)
        carrier.device.hello()
        for _ in range(moves):
            carrier.void(carrier.move(water, *cast.bins))
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        carrier.device.push()
        event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    assert statements(50, 8) <= statements(1, 7) + 2
    stocktake = start_stocktake(cast)
    for place in cast.bins:
        count(cast, stocktake, place, {water: 5}, now())
    assert statements(50, 10) <= statements(1, 9) + 2
