"""The battery died: another counter goes on with the sheet, and the sum holds when the first device comes back."""

from sqlalchemy import select

from app.kernel.transaction import reading
from app.stocktake.feed_readers import read_places
from app.stocktake.models import Sheet
from app.stocktake.sheets import place_key
from tests.builders import Cast, make_device, make_item
from tests.stocktake.builders import line_of, start_stocktake
from tests.stocktake.floor import Page, Pda


def test_devices_are_told_whose_sheet_is_open_at_a_place_and_the_sum_holds_when_the_first_comes_back(
    cast: Cast,
) -> None:
    water, stocktake = make_item(), start_stocktake(cast)
    first = Pda(cast.device, cast.counter, stocktake)
    mine = first.open(cast.bins[0])
    mine.scan(water, 5)
    first.push()
    mine.scan(water, 2)  # and here the battery dies

    key = place_key(stocktake.id, cast.bins[0].id)
    with reading() as session:
        (told,) = read_places(session, [key], cast.site.id)[key]["sheets"]
    assert (told["id"], told["person"], told["device"]) == (str(mine.id), "Counter", "PDA-01")

    second = Pda(make_device(cast.site, cast.administrator, number=2), cast.manager, stocktake)
    theirs = second.open(cast.bins[0], continues=mine)
    theirs.scan(water, 3)
    theirs.close()
    second.push()
    assert line_of(stocktake, cast.bins[0], water).quantity_counted == 8
    with reading() as session:
        assert read_places(session, [key], cast.site.id)[key]["sheets"] == []

    first.push()
    assert line_of(stocktake, cast.bins[0], water).quantity_counted == 10
    with reading() as session:
        assert set(session.scalars(select(Sheet.disposition))) == {"counts"}


def test_the_one_who_took_over_is_the_one_to_go_on_from(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    pdas = [
        Pda(make_device(cast.site, cast.administrator, number=number), cast.counter, stocktake) for number in (2, 3)
    ]
    page: Page | None = None
    for pda in pdas:
        page = pda.open(cast.bins[0], continues=page)
        page.scan(make_item(f"TEA-{pda.device.number}"))
        pda.push()
    assert page is not None
    key = place_key(stocktake.id, cast.bins[0].id)
    with reading() as session:
        assert [sheet["id"] for sheet in read_places(session, [key], cast.site.id)[key]["sheets"]] == [str(page.id)]
