"""A stocktake posted in part is still being counted: what is posted stays, the rest goes on beside it."""

from typing import Any

import pytest

from app.catalogue.models import Item
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.transaction import reading, transact
from app.stocktake import plan, posting_run
from app.stocktake.models import CountLine, Stocktake, Tally
from app.stocktake.posting import Posting, finish_part, post_stretch, stretches
from tests.builders import Cast, at, make_item
from tests.stocktake.builders import line_of, move, start_stocktake
from tests.stocktake.floor import HANDLER, Page, Pda, received
from tests.stocktake.test_posting import decide_line, post, stock, viewer_of


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


def half_posted(cast: Cast, water: Item, milk: Item) -> tuple[Stocktake, Pda, Page, str]:
    """Water agreed and posted, milk still to decide, on one sheet of the first bin; and the record of the water."""
    stocktake = start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    page = pda.open(cast.bins[0])
    scanned = page.scan(water, 10)
    page.scan(milk, 3)
    page.close()
    assert pda.push() == {}
    assert post(cast, stocktake, only_ready=True)["lines"] == 1
    return stocktake, pda, page, scanned


def tallies() -> list[tuple[Any, ...]]:
    with reading() as session:
        return sorted((str(t.item_id), t.quantity, t.records) for t in session.query(Tally))


def test_a_late_scan_of_what_is_posted_is_held_and_the_others_count(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, page, _ = half_posted(cast, water, milk)
    late, wanted = page.scan(water, 2), page.scan(milk, 2)
    assert pda.push() == {late: "line_posted"}
    assert line_of(stocktake, cast.bins[0], water).quantity_counted == 10
    milk_line = line_of(stocktake, cast.bins[0], milk)
    assert (milk_line.quantity_counted, milk_line.state) == (5, "agreed")
    assert wanted not in pda.waiting


def test_a_posted_scan_is_neither_voided_nor_replaced(cast: Cast, water: Item, milk: Item) -> None:
    _, pda, page, scanned = half_posted(cast, water, milk)
    before = tallies()
    void, total = page.void(scanned), page.set(water, 4, [scanned])
    assert pda.push() == {void: "line_posted", total: "line_posted"}
    assert tallies() == before


def test_a_sheet_nobody_knew_of_comes_too_late_for_a_posted_place(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, _, _ = half_posted(cast, water, milk)
    stranger = pda.open(cast.bins[0])
    stranger.scan(milk, 1)
    assert set(pda.push().values()) == {"place_posted"}
    assert line_of(stocktake, cast.bins[0], milk).quantity_counted == 3


def test_a_code_nobody_knows_comes_too_late_for_a_posted_place(cast: Cast, water: Item, milk: Item) -> None:
    _, pda, page, _ = half_posted(cast, water, milk)
    assert pda.push() == {}
    nameless = page.scan(None, 1, code="6970399921237")
    assert pda.push() == {nameless: "place_posted"}


def test_counting_goes_on_on_a_sheet_that_continues(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, page, _ = half_posted(cast, water, milk)
    on = pda.open(cast.bins[0], continues=page)
    on.scan(milk, 2)
    on.close()
    assert pda.push() == {}
    assert line_of(stocktake, cast.bins[0], milk).quantity_counted == 5


def test_the_other_lines_are_recounted_and_posted_beside_it(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, _, _ = half_posted(cast, water, milk)
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], milk), "recount")
    again = pda.open(cast.bins[0], number=2)
    again.scan(milk, 4)
    too_many = again.scan(water, 9)
    again.close()
    pda.open(cast.bins[1]).close(empty=True)
    assert pda.push() == {too_many: "line_posted"}
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], milk), "accept")
    assert post(cast, stocktake)["posted"] is True
    assert (stock(cast.bins[0], water), stock(cast.bins[0], milk)) == (10, 4)


def test_a_final_reason_is_not_hidden_behind_one_that_can_be_set_aside(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, page, _ = half_posted(cast, water, milk)
    transact(lambda session: plan.close(session, viewer_of(cast.supervisor.id, cast), stocktake.id, "", now()))
    late, wanted = page.scan(water, 2), page.scan(milk, 2)
    records = [received(cast.device, record) for record in pda.waiting]
    assert pda.push() == {late: "line_posted", wanted: "stocktake_closed"}
    holds = transact(lambda session: HANDLER.judge(session, records))
    assert [holds[record.record_id].releasable for record in records] == [False, True]


def test_a_released_record_changes_a_closed_count_and_its_decision(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, page, _ = half_posted(cast, water, milk)
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], milk), "keep_book")
    transact(lambda session: plan.close(session, viewer_of(cast.supervisor.id, cast), stocktake.id, "", now()))
    page.scan(milk, 1)
    [late] = [received(cast.device, record) for record in pda.waiting]
    from tests.stocktake.floor import write  # noqa: PLC0415

    def release(session: Any) -> None:
        write(session, [late])
        HANDLER.apply(session, [late], now())

    transact(release)
    line = line_of(stocktake, cast.bins[0], milk)
    assert (line.quantity_counted, line.state, line.decided_by) == (4, "needs_decision", None)
    decide_line(cast, stocktake, line, "accept")
    assert post(cast, stocktake, only_ready=True)["lines"] == 1
    assert stock(cast.bins[0], milk) == 4


def test_the_same_lines_handed_over_twice_are_posted_once(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, viewer = counted_short(cast, water, milk), viewer_of(cast.supervisor.id, cast)
    posting = Posting(stocktake.id, only_ready=True)
    [stretch] = transact(lambda session: stretches(session, posting))
    first, second = (transact(lambda session: post_stretch(session, viewer, posting, stretch, now())) for _ in range(2))
    assert (first.lines, second.lines, second.journals) == (2, 0, 0)
    assert (stock(cast.bins[0], water), stock(cast.bins[0], milk)) == (8, 3)


def test_a_posting_that_broke_off_goes_on_as_a_part_of_its_own(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, viewer = counted_short(cast, water, milk), viewer_of(cast.supervisor.id, cast)
    first = line_of(stocktake, cast.bins[0], water).id
    posting = Posting(stocktake.id)
    transact(lambda session: post_stretch(session, viewer, posting, (first, first), now()))
    with pytest.raises(Conflict, match="posted_in_part"):
        transact(lambda session: plan.cancel(session, viewer, stocktake.id, now()))
    answer = post(cast, stocktake)
    assert (answer["lines"], answer["part"], answer["posted"]) == (1, 2, True)
    assert (stock(cast.bins[0], water), stock(cast.bins[0], milk)) == (8, 3)


def test_a_posting_that_broke_off_before_its_end_is_ended(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, viewer = counted_short(cast, water, milk), viewer_of(cast.supervisor.id, cast)
    posting = Posting(stocktake.id)
    [stretch] = transact(lambda session: stretches(session, posting))
    transact(lambda session: post_stretch(session, viewer, posting, stretch, now()))
    answer = post(cast, stocktake)
    assert (answer["lines"], answer["journals"], answer["posted"]) == (0, 0, True)


def test_an_empty_place_that_is_done_last_ends_the_stocktake(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, _, _ = half_posted(cast, water, milk)
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], milk), "accept")
    assert post(cast, stocktake, only_ready=True)["posted"] is False
    with pytest.raises(Conflict, match="nothing_to_post"):
        post(cast, stocktake)
    pda.open(cast.bins[1]).close(empty=True)
    pda.push()
    assert post(cast, stocktake)["posted"] is True


def test_who_posts_while_another_reverses_does_not_wake_it_up(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, viewer = counted_short(cast, water, milk), viewer_of(cast.manager.id, cast, "manager")
    posting = Posting(stocktake.id)
    [stretch] = transact(lambda session: stretches(session, posting))
    transact(lambda session: post_stretch(session, viewer, posting, stretch, now()))
    posting_run.reverse(viewer, stocktake.id, reason_code="wrong_posting", note="")
    ended = transact(lambda session: finish_part(session, viewer, stocktake.id, now()))
    assert ended.state == "reversed"


def test_after_the_reversal_of_a_part_everything_says_why_it_is_over(cast: Cast, water: Item, milk: Item) -> None:
    stocktake, pda, page, _ = half_posted(cast, water, milk)
    posting_run.reverse(viewer_of(cast.manager.id, cast, "manager"), stocktake.id, reason_code="other", note="x")
    late = page.scan(milk, 1)
    assert pda.push() == {late: "stocktake_posted"}
    for refused in (lambda: post(cast, stocktake), lambda: decide_line(cast, stocktake, _milk(cast, milk), "accept")):
        with pytest.raises(Conflict, match="stocktake_not_open") as told:
            refused()
        assert "reversed" in told.value.detail


def _milk(cast: Cast, milk: Item) -> CountLine:
    with reading() as session:
        return session.query(CountLine).filter_by(item_id=milk.id).one()


def counted_short(cast: Cast, water: Item, milk: Item) -> Stocktake:
    """Both items two short and accepted, both bins done."""
    stocktake = start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    page = pda.open(cast.bins[0])
    page.scan(water, 8)
    page.scan(milk, 3)
    page.close()
    pda.open(cast.bins[1]).close(empty=True)
    assert pda.push() == {}
    for item in (water, milk):
        decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], item), "accept")
    return stocktake
