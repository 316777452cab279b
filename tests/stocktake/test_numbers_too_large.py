"""Numbers nobody could have meant: refused in words, and no count is stopped by them."""

import pytest

from app.kernel.errors import Conflict
from app.kernel.quantity import QUANTITY_LIMIT, VALUE_LIMIT
from tests.builders import Cast, at, make_item
from tests.stocktake.builders import count, line_of, move, start_stocktake
from tests.stocktake.floor import Pda
from tests.stocktake.test_posting import decide_line, post, stock


def test_a_difference_larger_than_an_entry_is_not_accepted(cast: Cast) -> None:
    gold = make_item("GOLD", unit_cost=10**12)
    stocktake = start_stocktake(cast, tolerance_quantity=10**9)
    pda = Pda(cast.device, cast.counter, stocktake)
    page = pda.open(cast.bins[0])
    for _ in range(200):
        page.scan(gold, QUANTITY_LIMIT)
    page.close()
    assert pda.push() == {}
    line = line_of(stocktake, cast.bins[0], gold)
    assert (line.variance, line.value, line.state) == (200 * QUANTITY_LIMIT, VALUE_LIMIT, "needs_decision")
    with pytest.raises(Conflict) as refused:
        decide_line(cast, stocktake, line, "accept")
    assert refused.value.data["refused"][0]["code"] == "variance_out_of_range"
    decide_line(cast, stocktake, line, "keep_book")
    assert post(cast, stocktake, only_ready=True)["lines"] == 1
    assert stock(cast.bins[0], gold) == 0


def test_a_book_larger_than_an_entry_is_not_taken_as_zero(cast: Cast) -> None:
    gold = make_item("GOLD")
    for _ in range(2):
        move(cast, "receipt", gold, cast.bins[0], QUANTITY_LIMIT, at(7))
    stocktake = start_stocktake(cast)
    for place in cast.bins:
        count(cast, stocktake, place, {}, at(10))
    with pytest.raises(Conflict, match="variance_out_of_range"):
        post(cast, stocktake, uncounted="zero")
    assert stock(cast.bins[0], gold) == 2 * QUANTITY_LIMIT


def test_no_tolerance_lets_such_a_difference_pass(cast: Cast) -> None:
    gold = make_item("GOLD")
    move(cast, "receipt", gold, cast.bins[0], 1, at(7))
    stocktake = start_stocktake(cast, tolerance_quantity=2 * QUANTITY_LIMIT)
    count(cast, stocktake, cast.bins[0], {gold: QUANTITY_LIMIT + 2}, at(10))
    assert line_of(stocktake, cast.bins[0], gold).state == "needs_decision"
