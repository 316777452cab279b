"""A place is open, being counted, or closed; a handover or counting on is one piece of work, not two."""

import pytest
from sqlalchemy import select, update

from app.feed.models import Change
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.transaction import reading, transact
from app.sites.models import Location
from app.stocktake.feed_readers import read_places, read_stocktakes
from app.stocktake.models import Place, Sheet, Stocktake
from app.stocktake.sheets import place_key, request_recount
from tests.builders import Cast, at, make_device, make_item, make_location, make_site, save
from tests.stocktake.builders import move, start_stocktake
from tests.stocktake.floor import Pda


def state_of(stocktake: Stocktake, where: Location) -> str:
    with reading() as session:
        return session.get_one(Place, (stocktake.id, where.id)).state


def told(entity: str) -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Change.entity_key).where(Change.entity == entity).order_by(Change.id)))


def test_a_place_is_open_until_the_first_record_and_closed_by_its_counter(cast: Cast) -> None:
    stocktake, shelf = start_stocktake(cast), cast.bins[0]
    pda = Pda(cast.device, cast.counter, stocktake)
    assert state_of(stocktake, shelf) == "open"
    page = pda.open(shelf)
    pda.push()
    assert state_of(stocktake, shelf) == "counting"
    page.close(empty=True)
    pda.push()
    assert state_of(stocktake, shelf) == "closed"
    assert told("place") == [place_key(stocktake.id, shelf.id)] * 2
    assert state_of(stocktake, cast.bins[1]) == "open"


def test_counting_on_after_the_close_opens_the_place_again(cast: Cast) -> None:
    stocktake, shelf = start_stocktake(cast), cast.bins[0]
    pda = Pda(cast.device, cast.counter, stocktake)
    first = pda.open(shelf)
    first.close()
    second = pda.open(shelf, continues=first)
    pda.push()
    assert state_of(stocktake, shelf) == "counting"
    second.close()
    pda.push()
    assert state_of(stocktake, shelf) == "closed"
    with reading() as session:
        assert set(session.scalars(select(Sheet.disposition))) == {"counts"}


def test_a_handover_is_done_when_the_second_counter_is(cast: Cast) -> None:
    """The battery died: the new sheet says continues=, and the old one is never closed."""
    stocktake, shelf, water = start_stocktake(cast), cast.bins[0], make_item()
    died = Pda(cast.device, cast.counter, stocktake)
    goes_on = Pda(make_device(cast.site, cast.administrator, number=2), cast.manager, stocktake)
    first = died.open(shelf)
    first.scan(water, 4)
    second = goes_on.open(shelf, continues=first)
    second.scan(water, 3)
    second.close()
    goes_on.push()
    assert state_of(stocktake, shelf) == "closed", "the first sheet has not arrived"
    died.push()
    assert state_of(stocktake, shelf) == "closed"
    with reading() as session:
        assert set(session.scalars(select(Sheet.disposition))) == {"counts"}


def test_a_recount_opens_the_place_in_the_next_round_for_the_items_asked(cast: Cast) -> None:
    stocktake, shelf, water, tea = start_stocktake(cast), cast.bins[0], make_item(), make_item("TEA")
    pda = Pda(cast.device, cast.counter, stocktake)
    page = pda.open(shelf)
    page.scan(water)
    page.close()
    pda.push()
    asked = {shelf.id: [(water.id, "")]}
    rounds = transact(lambda session: request_recount(session, stocktake.id, asked, other_counter=True, now=now()))
    assert rounds == {shelf.id: 2}
    assert state_of(stocktake, shelf) == "open"
    more = {shelf.id: [(tea.id, ""), (water.id, "")]}
    assert transact(lambda session: request_recount(session, stocktake.id, more, other_counter=False, now=now())) == {
        shelf.id: 2
    }, "a recount nobody began takes the item in"
    body = place_body(cast, stocktake, shelf)
    assert body["round"] == 2
    assert sorted(body["items_only"]) == sorted([[str(water.id), ""], [str(tea.id), ""]])
    assert body["not_by"] == [str(cast.counter.id)]


def test_a_recount_under_way_is_followed_by_one_more_round(cast: Cast) -> None:
    stocktake, shelf, water = start_stocktake(cast), cast.bins[0], make_item()
    asked = {shelf.id: [(water.id, "")]}

    def ask() -> dict[object, int]:
        return transact(lambda session: request_recount(session, stocktake.id, asked, other_counter=False, now=now()))

    assert ask() == {shelf.id: 2}
    pda = Pda(cast.device, cast.counter, stocktake)
    pda.open(shelf, number=2)
    pda.push()
    assert ask() == {shelf.id: 3}


def test_a_recount_covers_every_shelf_that_is_summed_up(cast: Cast) -> None:
    shop = make_site("S9", stock_level="site")
    shelves = [make_location(shop, code) for code in ("X-1", "X-2")]
    stocktake = start_stocktake(cast, site_id=shop.id)
    root = shelves[0].stock_location_id
    save(*(Place(stocktake_id=stocktake.id, location_id=s.id, stock_location_id=root) for s in shelves))
    asked = {root: [(make_item().id, "")]}
    transact(lambda session: request_recount(session, stocktake.id, asked, other_counter=False, now=now()))
    with reading() as session:
        rounds = session.scalars(select(Place.round).where(Place.stock_location_id == root))
        assert list(rounds) == [2, 2]


def test_nobody_recounts_in_a_closed_stocktake(cast: Cast) -> None:
    stocktake = start_stocktake(cast, state="closed")
    asked = {cast.bins[0].id: [(make_item().id, "")]}
    with pytest.raises(Conflict, match="stocktake_not_counting"):
        transact(lambda session: request_recount(session, stocktake.id, asked, other_counter=False, now=now()))


def place_body(cast: Cast, stocktake: Stocktake, where: Location) -> dict[str, object]:
    key = place_key(stocktake.id, where.id)
    with reading() as session:
        return dict(read_places(session, [key], cast.site.id)[key])


def test_devices_learn_what_is_expected_by_name_never_how_much(cast: Cast) -> None:
    water, gone = make_item(), make_item("GONE")
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    move(cast, "opening", gone, cast.bins[0], 2, at(7))
    move(cast, "sale", gone, cast.bins[0], 2, at(8))
    stocktake = start_stocktake(cast)
    assert place_body(cast, stocktake, cast.bins[0]) == {
        "id": place_key(stocktake.id, cast.bins[0].id),
        "stocktake_id": str(stocktake.id),
        "location_id": str(cast.bins[0].id),
        "round": 1,
        "state": "open",
        "expected": [[str(water.id), ""]],
        "items_only": None,
        "not_by": [],
        "sheets": [],
    }


def test_devices_hear_when_goods_come_to_a_place_or_are_gone_while_it_is_counted(cast: Cast) -> None:
    water, stocktake, shelf = make_item(), start_stocktake(cast), cast.bins[0]
    before = len(told("place"))
    move(cast, "receipt", water, shelf, 10, at(9))
    assert told("place")[before:] == [place_key(stocktake.id, shelf.id)]
    assert place_body(cast, stocktake, shelf)["expected"] == [[str(water.id), ""]]
    move(cast, "sale", water, shelf, 4, at(9, 5))  # how much is there is no device's business
    assert len(told("place")) == before + 1
    move(cast, "sale", water, shelf, 6, at(9, 10))
    assert told("place")[before + 1 :] == [place_key(stocktake.id, shelf.id)]
    assert place_body(cast, stocktake, shelf)["expected"] == []


def test_a_shelf_summed_up_to_the_shop_expects_nothing_by_itself(cast: Cast) -> None:
    water, stocktake = make_item(), start_stocktake(cast)
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    transact(lambda session: session.execute(update(Place).values(stock_location_id=cast.bins[1].id)))
    assert place_body(cast, stocktake, cast.bins[0])["expected"] == []


def test_a_device_learns_nothing_of_other_sites_and_of_drafts(cast: Cast) -> None:
    stocktake, draft = start_stocktake(cast), start_stocktake(cast, number=2, state="draft")
    ids = [str(stocktake.id), str(draft.id)]
    keys = [place_key(stocktake.id, cast.bins[0].id)]
    with reading() as session:
        assert read_stocktakes(session, ids, cast.other_site.id) == {}
        assert read_places(session, keys, cast.other_site.id) == {}
        assert set(read_stocktakes(session, ids, cast.site.id)) == {str(stocktake.id)}
        assert "tolerance_value" not in read_stocktakes(session, ids, cast.site.id)[str(stocktake.id)]
