"""Two supervisors, a poster and a till come at the same moment: one wins, the others are told, nothing is doubled."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from app.catalogue.models import Item
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.transaction import reading, transact
from app.ledger.models import Entry, Journal
from app.ledger.queries import book
from app.stocktake import posting_run
from app.stocktake.decisions import DecideLines, decide
from app.stocktake.models import Stocktake
from app.stocktake.posting import Posting
from tests.builders import Cast, at, make_item, make_person
from tests.stocktake.builders import count, line_of, move, start_stocktake
from tests.stocktake.floor import Pda
from tests.stocktake.test_posting import stock, viewer_of

TURNS = 6


def at_once(cast: Cast, *works: Callable[[], Any]) -> list[Any]:
    """Run these in threads that begin together; what each returned or raised."""
    start, outcomes = Barrier(len(works)), [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        with cast.app.app_context():
            start.wait()
            try:
                outcomes[number] = work()
            except Exception as error:  # noqa: BLE001  # the test looks at what was raised
                outcomes[number] = error

    threads = [Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def conflicts(outcomes: list[Any]) -> list[Conflict]:
    """Those who were refused; nobody may have failed in another way."""
    failed = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [error for error in failed if not isinstance(error, Conflict)] == []
    return [error for error in failed if isinstance(error, Conflict)]


@pytest.fixture
def water(cast: Cast) -> Item:
    item = make_item()
    move(cast, "opening", item, cast.bins[0], 10, at(7))
    return item


def two_short(cast: Cast, water: Item, number: int) -> Stocktake:
    """Water counted two short of the book at its own minute, to be decided."""
    stocktake = start_stocktake(cast, number=number)
    with reading() as session:
        there = book(session, cast.bins[0].id, water.id, "", at(10, number))
    count(cast, stocktake, cast.bins[0], {water: there - 2}, at(10, number))
    count(cast, stocktake, cast.bins[1], {}, at(10, number))
    return stocktake


def deciding(cast: Cast, stocktake: Stocktake, water: Item, decision: str, who: Any = None) -> Callable[[], Any]:
    """A decision on the line as it is shown now."""
    line = line_of(stocktake, cast.bins[0], water)
    command = DecideLines(stocktake.id, decision, {line.id: line.version}, reason_code="miscount")  # type: ignore[arg-type]
    viewer = viewer_of((who or cast.supervisor).id, cast)
    return lambda: transact(lambda session: decide(session, viewer, command, now()))


def posting(cast: Cast, stocktake: Stocktake, who: Any = None) -> Callable[[], Any]:
    """A posting of all that is ready."""
    viewer = viewer_of((who or cast.supervisor).id, cast)
    return lambda: posting_run.post(viewer, Posting(stocktake.id, only_ready=True))


def adjustments(stocktake: Stocktake) -> int:
    with reading() as session:
        of_it = select(func.count()).select_from(Entry).join(Journal, Journal.id == Entry.journal_id)
        return session.scalar(of_it.where(Journal.stocktake_id == stocktake.id, Journal.kind == "adjustment")) or 0


def test_two_supervisors_decide_one_line(cast: Cast, water: Item) -> None:
    other = make_person("other", "supervisor", cast.site)
    for number in range(1, TURNS):
        stocktake = two_short(cast, water, number)
        outcomes = at_once(
            cast,
            deciding(cast, stocktake, water, "accept"),
            deciding(cast, stocktake, water, "keep_book", other),
        )
        [refused] = conflicts(outcomes)
        assert [it["code"] for it in refused.data["refused"]] == ["line_changed"]
        line = line_of(stocktake, cast.bins[0], water)
        won = cast.supervisor if line.state == "accepted" else other
        assert line.decided_by == won.id


def test_a_line_is_decided_otherwise_while_it_is_posted(cast: Cast, water: Item) -> None:
    for number in range(1, TURNS):
        stocktake = two_short(cast, water, number)
        deciding(cast, stocktake, water, "accept")()
        before = stock(cast.bins[0], water)
        outcomes = at_once(
            cast, posting(cast, stocktake), deciding(cast, stocktake, water, ("keep_book", "recount")[number % 2])
        )
        line = line_of(stocktake, cast.bins[0], water)
        booked = line.posted_part is not None and line.state == "accepted"
        assert stock(cast.bins[0], water) == before - (2 if booked else 0)
        assert line.anchored == booked
        assert adjustments(stocktake) == int(booked)
        for refused in conflicts(outcomes):
            assert refused.code in {"lines_refused", "stocktake_not_open", "nothing_to_post", "posted_meanwhile"}


def test_two_supervisors_post_the_same_lines(cast: Cast, water: Item) -> None:
    for number in range(1, TURNS):
        stocktake = two_short(cast, water, number)
        milk = make_item(f"MILK-{number}")
        move(cast, "opening", milk, cast.bins[1], 5, at(7))
        count(cast, stocktake, cast.bins[1], {milk: 1}, at(11, number), round_number=1)  # stays to be decided
        deciding(cast, stocktake, water, "accept")()
        before = stock(cast.bins[0], water)
        outcomes = at_once(cast, posting(cast, stocktake), posting(cast, stocktake), posting(cast, stocktake))
        assert {refused.code for refused in conflicts(outcomes)} <= {"posted_meanwhile", "nothing_to_post"}
        assert len(conflicts(outcomes)) == 2
        assert [outcome["lines"] for outcome in outcomes if isinstance(outcome, dict)] == [1]
        assert stock(cast.bins[0], water) == before - 2
        assert adjustments(stocktake) == 1


def test_a_late_sale_comes_while_a_line_that_agrees_is_posted(cast: Cast, water: Item) -> None:
    for number in range(1, TURNS):
        stocktake = start_stocktake(cast, number=number)
        counted = stock(cast.bins[0], water)
        count(cast, stocktake, cast.bins[0], {water: counted}, at(10, number))
        count(cast, stocktake, cast.bins[1], {}, at(10, number))
        outcomes = at_once(
            cast,
            posting(cast, stocktake),
            _sale(cast, water, at(10, number - 1, 30)),
        )
        refused = conflicts(outcomes)
        line = line_of(stocktake, cast.bins[0], water)
        if refused:  # the sale was first, and explains a gain that somebody must decide
            assert (line.posted_part, line.variance, stock(cast.bins[0], water)) == (None, 1, counted - 1)
        else:
            assert (line.variance, line.explained_after_posting, stock(cast.bins[0], water)) == (0, 1, counted)


def test_a_late_sale_comes_while_its_shelf_is_pushed(cast: Cast, water: Item) -> None:
    for number in range(1, TURNS):
        stocktake = start_stocktake(cast, number=number)
        fresh = make_item(f"FRESH-{number}")
        pda = Pda(cast.device, cast.counter, stocktake, seq=number * 100)
        page = pda.open(cast.bins[0])
        for item in (water, fresh):
            page.scan(item, 4)
        works = [pda.push, *(_sale(cast, item, at(9)) for item in (water, fresh))]
        assert conflicts(at_once(cast, *works)) == []
        for item in (water, fresh):
            line = line_of(stocktake, cast.bins[0], item)
            with reading() as session:
                assert line.quantity_book == book(session, cast.bins[0].id, item.id, "", line.counted_at)
            assert line.variance == 4 - line.quantity_book


def _sale(cast: Cast, item: Item, when: datetime) -> Callable[[], Any]:
    return lambda: move(cast, "sale", item, cast.bins[0], 1, when)
