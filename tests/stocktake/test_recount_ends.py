"""What a recount leaves behind: things found that nobody asked for, things asked for that nobody found."""

import pytest

from app.catalogue.models import Item
from app.kernel.errors import Conflict, Invalid
from app.stocktake.models import Stocktake
from tests.builders import Cast, at, make_item
from tests.stocktake.builders import line_of, move, start_stocktake
from tests.stocktake.floor import Page, Pda
from tests.stocktake.test_posting import decide_line, post, stock


@pytest.fixture
def water(cast: Cast) -> Item:
    item = make_item()
    move(cast, "opening", item, cast.bins[0], 10, at(7))
    return item


@pytest.fixture
def milk(cast: Cast) -> Item:
    item = make_item("MILK")
    move(cast, "opening", item, cast.bins[0], 5, at(7))
    return item


def recounting(cast: Cast, water: Item) -> tuple[Stocktake, Pda, Page]:
    """Only water was counted at ten, and is to be counted again; the second bin is done."""
    stocktake = start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    page = pda.open(cast.bins[0])
    page.scan(water, 8)
    page.close()
    pda.open(cast.bins[1]).close(empty=True)
    assert pda.push() == {}
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "recount")
    pda.clock = at(11)
    return stocktake, pda, pda.open(cast.bins[0], number=2)


def test_what_the_first_counter_overlooked_is_seen_in_the_recount(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, again = recounting(cast, water)
    found = make_item("FOUND")
    for item in (water, milk, found):
        again.scan(item, 4)
    again.close()
    assert pda.push() == {}
    for item, variance in ((milk, -1), (found, 4)):
        line = line_of(stocktake, cast.bins[0], item)
        assert (line.round, line.quantity_counted, line.variance) == (2, 4, variance)


def test_a_scan_beside_the_recount_replaces_no_count(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, again = recounting(cast, milk)  # here milk is the one counted
    assert line_of(stocktake, cast.bins[0], milk).state == "recount"
    again.scan(water, 9)
    again.scan(milk, 5)
    again.close()
    pda.push()
    third = pda.open(cast.bins[0], number=2, continues=again)
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "recount")
    last = pda.open(cast.bins[0], number=3)
    last.scan(milk, 1)
    last.scan(water, 10)
    last.close()
    assert third.id
    pda.push()
    assert line_of(stocktake, cast.bins[0], milk).quantity_counted == 5
    assert line_of(stocktake, cast.bins[0], water).quantity_counted == 10


def test_zero_is_taken_as_of_the_look_that_was_for_everything(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, again = recounting(cast, water)
    move(cast, "receipt", milk, cast.bins[0], 3, at(10, 30))
    again.scan(water, 10)
    again.close()
    pda.push()
    post(cast, stocktake, uncounted="zero")
    assert stock(cast.bins[0], milk) == 3
    line = line_of(stocktake, cast.bins[0], milk)
    assert (line.variance, line.decided_by) == (-5, cast.supervisor.id)


def test_an_undecided_overlap_is_no_look_that_makes_zeros(cast: Cast, water: Item, milk: Item) -> None:
    stocktake = start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    for _ in range(2):
        page = pda.open(cast.bins[0])
        page.scan(water, 10)
        page.close()
    pda.open(cast.bins[1]).close(empty=True)
    pda.push()
    with pytest.raises(Conflict, match="posting_refused") as refused:
        post(cast, stocktake, uncounted="zero")
    codes = {problem["code"] for problem in refused.value.data["problems"]}
    assert codes == {"needs_decision", "nobody_looked"}
    with pytest.raises(Conflict, match="nothing_to_post"):
        post(cast, stocktake, uncounted="zero", only_ready=True)


def test_a_recount_that_ended_without_the_line_is_asked_for_again(cast: Cast, water: Item) -> None:
    stocktake, pda, again = recounting(cast, water)
    pda.push()
    with pytest.raises(Conflict, match="lines_refused") as refused:
        decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "recount")
    assert refused.value.data["refused"][0]["code"] == "recount_running"
    again.close()
    pda.push()
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "recount")
    assert line_of(stocktake, cast.bins[0], water).round == 3


def test_or_its_book_is_kept_with_a_reason_and_the_stocktake_ends(cast: Cast, water: Item) -> None:
    stocktake, pda, again = recounting(cast, water)
    again.close()
    pda.push()
    line = line_of(stocktake, cast.bins[0], water)
    with pytest.raises(Invalid, match="reason"):
        decide_line(cast, stocktake, line, "keep_book", reason="")
    decide_line(cast, stocktake, line, "keep_book")
    assert post(cast, stocktake)["posted"] is True
    assert stock(cast.bins[0], water) == 10


def test_a_kept_book_is_open_again_when_a_movement_changes_it(cast: Cast, water: Item) -> None:
    stocktake = start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    pda.open(cast.bins[0]).scan(water, 8)
    pda.push()
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "keep_book")
    move(cast, "sale", water, cast.bins[0], 1, at(9))
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.state, line.variance, line.decided_by) == ("needs_decision", -1, None)
