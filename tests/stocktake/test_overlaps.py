"""Two people, one shelf: nobody but Pandian notices an accident, and silently summing is never the default."""

from typing import Any

import pytest
from sqlalchemy import select

from app.kernel.ids import new_id
from app.kernel.transaction import reading
from app.stocktake.models import CountLine, Place, Sheet, Stocktake
from app.stocktake.rules import SheetFacts, chains, dispositions, place_state
from tests.builders import Cast, at, make_device, make_item
from tests.stocktake.builders import line_of, move, start_stocktake
from tests.stocktake.floor import Page, Pda


def pair(cast: Cast, stocktake: Stocktake) -> tuple[Pda, Pda]:
    other = make_device(cast.site, cast.administrator, number=2)
    return Pda(cast.device, cast.counter, stocktake), Pda(other, cast.manager, stocktake)


def overlapped(cast: Cast) -> tuple[Stocktake, Any, Page, Page]:
    """A shelf with 10 in the book that one counter finds 6 at and another 4."""
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    stocktake = start_stocktake(cast)
    mine, theirs = pair(cast, stocktake)
    pages = [pda.open(cast.bins[0]) for pda in (mine, theirs)]
    for page, quantity in zip(pages, (6, 4), strict=True):
        page.scan(water, quantity)
        page.close()
        page.pda.push()
    return stocktake, water, *pages


def decide(cast: Cast, stocktake: Stocktake, **body: Any) -> Any:
    usual = {"location_id": str(cast.bins[0].id), "round": 1}
    return cast.client(cast.supervisor).post(f"/api/v1/stocktakes/{stocktake.id}/overlaps", json=usual | body)


def dispositions_now() -> dict[Any, str]:
    with reading() as session:
        return {row.id: row.disposition for row in session.scalars(select(Sheet))}


def test_two_sheets_of_one_shelf_are_flagged_and_not_summed(cast: Cast) -> None:
    stocktake, water, *_ = overlapped(cast)
    assert set(dispositions_now().values()) == {"undecided"}
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.state, line.quantity_counted) == ("needs_decision", None)


def test_they_are_shown_side_by_side(cast: Cast) -> None:
    stocktake, water, mine, theirs = overlapped(cast)
    shown = cast.client(cast.supervisor).get(f"/api/v1/stocktakes/{stocktake.id}/overlaps").json
    assert shown["total"] == 1
    overlap = shown["rows"][0]
    assert (overlap["location_code"], overlap["round"]) == ("A-01", 1)
    assert [(sheet["person_name"], sheet["device_number"]) for sheet in overlap["sheets"]] == [
        ("Counter", 1),
        ("Manager", 2),
    ]
    assert all(sheet["opened_at"] and sheet["closed_at"] for sheet in overlap["sheets"])
    item = overlap["items"][0]
    assert item["sku"] == water.sku
    assert {entry["sheet_id"]: entry["quantity"] for entry in item["quantities"]} == {
        str(mine.id): 6,
        str(theirs.id): 4,
    }


def test_shared_work_sums(cast: Cast) -> None:
    stocktake, water, *_ = overlapped(cast)
    assert decide(cast, stocktake, decision="sum").json == {"counting": 2}
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.quantity_counted, line.state) == (10, "agreed")
    with reading() as session:
        assert set(session.scalars(select(Sheet.decided_by))) == {cast.supervisor.id}


def test_or_one_of_them_is_used_and_the_other_kept_aside(cast: Cast) -> None:
    stocktake, water, mine, theirs = overlapped(cast)
    assert decide(cast, stocktake, decision="use", sheet_id=str(mine.id)).json == {"counting": 1}
    assert dispositions_now() == {mine.id: "counts", theirs.id: "set_aside"}
    assert line_of(stocktake, cast.bins[0], water).quantity_counted == 6


def test_an_overlap_is_decided_once(cast: Cast) -> None:
    stocktake, *_ = overlapped(cast)
    assert decide(cast, stocktake, decision="sum").status_code == 200
    again = decide(cast, stocktake, decision="sum")
    assert (again.status_code, again.json["code"]) == (409, "overlap_decided")


def test_what_was_not_shown_is_not_decided(cast: Cast) -> None:
    stocktake, _water, mine, theirs = overlapped(cast)
    third = Pda(make_device(cast.site, cast.administrator, number=3), cast.supervisor, stocktake)
    third.open(cast.bins[0])
    third.push()
    shown = [str(mine.id), str(theirs.id)]
    refused = decide(cast, stocktake, decision="sum", sheet_ids=shown)
    assert (refused.status_code, refused.json["code"]) == (409, "overlap_changed")


def test_a_sheet_of_another_shelf_cannot_be_used(cast: Cast) -> None:
    stocktake, *_ = overlapped(cast)
    assert decide(cast, stocktake, decision="use", sheet_id=str(new_id())).status_code == 422
    assert decide(cast, stocktake, decision="use").status_code == 422


def test_a_third_sheet_after_the_decision_is_an_overlap_again(cast: Cast) -> None:
    stocktake, water, *_ = overlapped(cast)
    decide(cast, stocktake, decision="sum")
    third = Pda(make_device(cast.site, cast.administrator, number=3), cast.supervisor, stocktake)
    third.open(cast.bins[0]).scan(water)
    third.push()
    assert set(dispositions_now().values()) == {"undecided"}
    assert line_of(stocktake, cast.bins[0], water).state == "needs_decision"


def test_going_on_after_the_decision_is_none(cast: Cast) -> None:
    stocktake, water, mine, theirs = overlapped(cast)
    decide(cast, stocktake, decision="use", sheet_id=str(mine.id))
    on = mine.pda.open(cast.bins[0], continues=mine)
    on.scan(water)
    mine.pda.push()
    assert dispositions_now() == {mine.id: "counts", theirs.id: "set_aside", on.id: "counts"}
    assert line_of(stocktake, cast.bins[0], water).quantity_counted == 7


def test_a_handover_sums_by_itself_in_whatever_order_it_arrives(cast: Cast) -> None:
    water, stocktake = make_item(), start_stocktake(cast)
    died, goes_on = pair(cast, stocktake)
    first = died.open(cast.bins[0])
    first.scan(water, 4)
    second = goes_on.open(cast.bins[0], continues=first)
    second.scan(water, 3)
    opening = goes_on.waiting.pop(0)
    goes_on.push()
    died.push()
    assert set(dispositions_now().values()) == {"undecided"}, "nobody has heard of the handover yet"
    goes_on.waiting.append(opening)
    goes_on.push()
    assert set(dispositions_now().values()) == {"counts"}
    assert line_of(stocktake, cast.bins[0], water).quantity_counted == 7


def test_shelves_and_rounds_are_apart(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    mine, theirs = pair(cast, stocktake)
    mine.open(cast.bins[0])
    theirs.open(cast.bins[1])
    mine.push()
    theirs.push()
    assert set(dispositions_now().values()) == {"counts"}


def test_a_place_is_closed_when_what_counts_is(cast: Cast) -> None:
    stocktake, _water, mine, _theirs = overlapped(cast)
    third = Pda(make_device(cast.site, cast.administrator, number=3), cast.supervisor, stocktake)
    third.open(cast.bins[0])
    third.push()
    with reading() as session:
        assert session.get_one(Place, (stocktake.id, cast.bins[0].id)).state == "counting"
    decide(cast, stocktake, decision="use", sheet_id=str(mine.id))
    with reading() as session:
        assert session.get_one(Place, (stocktake.id, cast.bins[0].id)).state == "closed"
        assert session.scalars(select(CountLine.state)).all()


def sheet(
    continues: SheetFacts | None = None, *, closed: bool = False, is_: str = "counts", fresh: bool = False
) -> Any:
    return SheetFacts(new_id(), continues.id if continues else None, closed, is_, fresh)


def test_a_chain_is_found_through_its_middle() -> None:
    first = sheet()
    second = sheet(first)
    third = sheet(second)
    assert [len(chain) for chain in chains([third, first, sheet(), second])] == [3, 1]


def test_a_sheet_that_goes_on_from_itself_or_in_a_circle_ends_nothing() -> None:
    alone = new_id()
    own = SheetFacts(alone, alone, closed=True, disposition="counts")
    assert place_state([own]) == "closed"
    a, b = new_id(), new_id()
    circle = [SheetFacts(a, b, True, "counts"), SheetFacts(b, a, True, "counts")]
    assert len(chains(circle)) == 1
    assert place_state(circle) == "counting", "no end was closed; somebody should look"


@pytest.mark.parametrize("known", [["counts", "set_aside"], ["undecided", "counts"]])
def test_joining_sheets_that_were_decided_differently_asks_again(known: list[str]) -> None:
    first = sheet(is_=known[0])
    second = sheet(first, is_=known[1])
    third = sheet(is_="counts")
    assert set(dispositions([first, second, third]).values()) == {"undecided"}


def test_a_handover_can_be_named_afterwards_and_what_still_comes_of_the_first_sheet_sums(cast: Cast) -> None:
    stocktake, water, mine, theirs = overlapped(cast)
    assert decide(cast, stocktake, decision="handover").json == {"counting": 2}
    with reading() as session:
        assert session.get_one(Sheet, theirs.id).continues_id == mine.id
    assert line_of(stocktake, cast.bins[0], water).quantity_counted == 10
    mine.scan(water, 2)  # the battery is charged again
    mine.pda.push()
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.quantity_counted, set(dispositions_now().values())) == (12, {"counts"})


def test_a_third_sheet_after_a_handover_is_an_overlap_again(cast: Cast) -> None:
    stocktake, water, *_ = overlapped(cast)
    decide(cast, stocktake, decision="handover")
    third = Pda(make_device(cast.site, cast.administrator, number=3), cast.supervisor, stocktake)
    third.open(cast.bins[0]).scan(water, 1)
    third.push()
    assert set(dispositions_now().values()) == {"undecided"}
