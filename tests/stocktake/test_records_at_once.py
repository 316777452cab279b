"""Devices push at the same moment: nobody's count is lost, and an overlap is noticed all the same."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import select

from app.kernel.transaction import reading
from app.stocktake.models import CountLine, Place, Sheet, Stocktake, Tally
from app.stocktake.verify import verify
from tests.builders import Cast, make_device, make_item, make_location, make_site, save
from tests.stocktake.builders import start_stocktake
from tests.stocktake.floor import Pda

TURNS = 6


def at_once(app: Flask, works: Sequence[Callable[[], None]]) -> None:
    """Run each piece of work in a thread of its own, all begun together; raise what one raised."""
    barrier, raised = Barrier(len(works)), []

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                work()
            except Exception as error:  # noqa: BLE001  # a thread's error is the test's
                raised.append(error)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []


def test_two_first_sheets_of_a_shelf_at_the_same_moment_are_an_overlap(cast: Cast) -> None:
    water = make_item()
    devices = [cast.device, make_device(cast.site, cast.administrator, number=2)]
    for number in range(1, TURNS + 1):
        stocktake = start_stocktake(cast, number=number)
        pdas = [
            Pda(device, person, stocktake, seq=number * 100)
            for device, person in zip(devices, (cast.counter, cast.manager), strict=True)
        ]
        for pda in pdas:
            pda.open(cast.bins[0]).scan(water, 4)
        at_once(cast.app, [lambda pda=pda: check_accepted(pda) for pda in pdas])
        with reading() as session:
            of_this = Sheet.stocktake_id == stocktake.id
            assert set(session.scalars(select(Sheet.disposition).where(of_this))) == {"undecided"}
            line = session.scalars(select(CountLine).where(CountLine.stocktake_id == stocktake.id)).one()
            assert (line.state, line.quantity_counted) == ("needs_decision", None)


def test_shelves_summed_up_to_one_shop_lose_nothing_when_pushed_together(cast: Cast) -> None:
    shop, water = make_site("S9", stock_level="site"), make_item()
    shelves = [make_location(shop, code) for code in ("X-1", "X-2", "X-3")]
    stocktake = whole_shop(cast, shop.id, shelves)
    pdas = []
    for number, shelf in enumerate(shelves):
        pda = Pda(make_device(shop, cast.administrator, number=20 + number), cast.counter, stocktake)
        page = pda.open(shelf)
        pda.push()
        pdas.append((pda, page))

    def work(pair: tuple[Pda, object]) -> None:
        pda, page = pair
        for _ in range(TURNS):
            page.scan(water, 1)  # type: ignore[attr-defined]
            check_accepted(pda)

    at_once(cast.app, [lambda pair=pair: work(pair) for pair in pdas])
    with reading() as session:
        assert sum(session.scalars(select(Tally.quantity))) == 3 * TURNS
        assert session.scalars(select(CountLine.quantity_counted)).all() == [3 * TURNS]
        assert verify(session) == []


def whole_shop(cast: Cast, site_id: object, shelves: Sequence[object]) -> Stocktake:
    """A stocktake of a shop that keeps its stock as one."""
    bins, cast.bins = cast.bins, []
    stocktake = start_stocktake(cast, site_id=site_id)
    cast.bins = bins
    save(
        *(
            Place(stocktake_id=stocktake.id, location_id=shelf.id, stock_location_id=shelf.stock_location_id)  # type: ignore[attr-defined]
            for shelf in shelves
        )
    )
    return stocktake


def check_accepted(pda: Pda) -> None:
    assert pda.push() == {}
