"""A record is counted, or held with a reason and not lost; one bad record changes no other's verdict."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from app.catalogue.models import Item
from app.kernel.errors import Conflict, Invalid
from app.kernel.transaction import reading, transact
from app.stocktake.models import Place, Sheet, Stocktake, Tally
from tests.builders import Cast, make_device, make_item, make_location
from tests.stocktake.builders import start_stocktake
from tests.stocktake.floor import HANDLER, Pda, push, received


def counted() -> int:
    with reading() as session:
        return sum(session.scalars(select(Tally.quantity)))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("draft", "stocktake_not_started"),
        ("closed", "stocktake_closed"),
        ("cancelled", "stocktake_closed"),
        ("posted", "stocktake_posted"),
        ("reversed", "stocktake_posted"),
    ],
)
def test_what_comes_before_or_after_its_time_is_held(cast: Cast, state: str, code: str) -> None:
    pda = Pda(cast.device, cast.counter, start_stocktake(cast, state=state))
    scan = pda.open(cast.bins[0]).scan(make_item())
    assert pda.push()[scan] == code
    assert counted() == 0


def test_a_stocktake_of_another_site_is_as_unknown_as_none_at_all(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    foreign = Pda(make_device(cast.other_site, cast.administrator, number=2), cast.outsider, stocktake)
    unknown = Pda(cast.device, cast.counter, Stocktake(id=uuid4()))
    for pda in (foreign, unknown):
        pda.open(cast.bins[0])
        assert set(pda.push().values()) == {"unknown_stocktake"}


def test_a_place_outside_the_stocktake_is_held(cast: Cast) -> None:
    pda = Pda(cast.device, cast.counter, start_stocktake(cast))
    pda.open(make_location(cast.site, "B-01")).scan(make_item())
    assert set(pda.push().values()) == {"place_not_in_stocktake"}


def test_late_evidence_of_an_earlier_round_is_kept_a_later_round_nobody_asked_for_is_held(cast: Cast) -> None:
    stocktake, water = start_stocktake(cast), make_item()
    transact(lambda session: session.execute(update(Place).values(round=2)))
    pda = Pda(cast.device, cast.counter, stocktake)
    for number in (1, 2, 3):
        pda.open(cast.bins[0], number=number).scan(water)
    assert list(pda.push().values()) == ["unknown_round", "unknown_round"]


def test_an_item_nobody_has_in_the_catalogue_is_held_alone(cast: Cast) -> None:
    water, pda = make_item(), Pda(cast.device, cast.counter, start_stocktake(cast))
    page = pda.open(cast.bins[0])
    page.scan(water, 3)
    strange = page.scan(Item(id=uuid4()))
    zero = page.note("close", zeros=[{"item": str(uuid4()), "lot": ""}], uncounted=[], empty=False)
    page.scan(water)
    assert pda.push() == {strange: "unknown_item", zero: "unknown_item"}
    assert counted() == 4


def test_a_sheet_belongs_to_one_counter_one_device_and_one_place(cast: Cast) -> None:
    water, stocktake = make_item(), start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    page = pda.open(cast.bins[0])
    page.scan(water)
    assert pda.push() == {}
    stranger = Pda(make_device(cast.site, cast.administrator, number=2), cast.counter, stocktake)
    page.pda = stranger
    page.scan(water)
    page.pda = Pda(cast.device, cast.manager, stocktake, seq=50)
    page.scan(water)
    assert set(stranger.push().values()) == {"sheet_mismatch"}
    assert set(page.pda.push().values()) == {"sheet_mismatch"}
    page.pda, page.location_id = pda, cast.bins[1].id
    page.scan(water)
    assert set(pda.push().values()) == {"sheet_mismatch"}
    assert counted() == 1


def test_nobody_takes_back_what_another_device_scanned(cast: Cast) -> None:
    water, stocktake = make_item(), start_stocktake(cast)
    mine = Pda(cast.device, cast.counter, stocktake)
    scan = mine.open(cast.bins[0]).scan(water)
    mine.push()
    foreign = Pda(make_device(cast.site, cast.administrator, number=2), cast.manager, stocktake)
    page = foreign.open(cast.bins[1])
    void = page.void(scan)
    keyed = page.set(water, 2, supersedes=[scan])
    assert foreign.push() == {void: "not_yours", keyed: "not_yours"}
    assert counted() == 1


def test_a_void_of_something_that_has_not_arrived_waits_for_it(cast: Cast) -> None:
    pda = Pda(cast.device, cast.counter, start_stocktake(cast))
    page = pda.open(cast.bins[0])
    page.void(page.scan(make_item()))
    late = pda.waiting.pop(1)
    assert pda.push() == {}
    assert push(cast.device, [late]) == {}
    assert counted() == 0


def test_a_recount_by_somebody_else_is_somebody_elses(cast: Cast) -> None:
    water, stocktake = make_item(), start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    pda.open(cast.bins[0]).scan(water)
    pda.push()
    transact(lambda session: session.execute(update(Place).values(round=2, other_counter=True)))
    again = pda.open(cast.bins[0], number=2)
    again.scan(water)
    assert set(pda.push().values()) == {"other_counter_needed"}
    other = Pda(cast.device, cast.manager, stocktake, seq=100)
    other.open(cast.bins[0], number=2).scan(water)
    assert other.push() == {}


def test_any_record_makes_its_sheet(cast: Cast) -> None:
    pda = Pda(cast.device, cast.counter, start_stocktake(cast))
    page = pda.open(cast.bins[0])
    page.scan(make_item())
    pda.waiting.pop(0)  # the opening is still under way
    pda.push()
    with reading() as session:
        sheet = session.scalars(select(Sheet)).one()
        assert (sheet.id, sheet.person_id, sheet.location_id) == (page.id, cast.counter.id, cast.bins[0].id)
        assert session.get_one(Place, (pda.stocktake.id, cast.bins[0].id)).state == "counting"


def test_a_released_record_without_a_place_is_refused_not_lost(cast: Cast) -> None:
    pda = Pda(cast.device, cast.counter, start_stocktake(cast))
    pda.open(make_location(cast.site, "B-01"))
    record = received(cast.device, pda.waiting[0])
    with pytest.raises(Conflict, match="place_not_in_stocktake"):
        transact(lambda session: HANDLER.apply(session, [record], record.received_at))


COMMON = {
    "stocktake": str(uuid4()),
    "sheet": str(uuid4()),
    "location": str(uuid4()),
    "round": 1,
}
SCAN = {"code": "X", "symbology": None, "source": "wedge", "item": None, "lot": "", "factor": 1, "quantity": 1}
SET = {"item": str(uuid4()), "code": None, "lot": "", "quantity": 0, "supersedes": []}


@pytest.mark.parametrize(
    ("kind", "change", "wrong"),
    [
        ("scan", {"quantity": 1.5}, "quantity"),
        ("scan", {"quantity": True}, "quantity"),
        ("scan", {"quantity": "12"}, "quantity"),
        ("scan", {"quantity": 0}, "quantity"),
        ("scan", {"quantity": 6901234567892}, "quantity"),
        ("scan", {"factor": 0}, "factor"),
        ("scan", {"code": None}, "code"),
        ("scan", {"code": "a\x00b"}, "code"),
        ("scan", {"source": "guess"}, "source"),
        ("scan", {"lot": "a\u202eb"}, "lot"),
        ("scan", {"lot": 7}, "lot"),
        ("scan", {"item": "water"}, "item"),
        ("scan", {"sheet": None}, "sheet"),
        ("scan", {"round": 0}, "round"),
        ("set", {"quantity": -1}, "quantity"),
        ("set", {"supersedes": ["a"]}, "supersedes"),
        ("set", {"supersedes": "a"}, "supersedes"),
        ("set", {"item": None}, "item"),
        ("void", {"voids": None}, "voids"),
        ("sheet", {"continues": "before"}, "continues"),
        ("close", {"zeros": [7]}, "zeros"),
        ("close", {"zeros": [{"item": str(uuid4()), "lot": []}]}, "zeros"),
        ("close", {"uncounted": {"item": 1}}, "uncounted"),
        ("close", {"empty": "yes"}, "empty"),
    ],
)
def test_what_cannot_be_read_says_which_field_is_wrong(kind: str, change: dict[str, Any], wrong: str) -> None:
    usual = {"scan": SCAN, "set": SET, "void": {"voids": str(uuid4())}}.get(kind, {})
    assert HANDLER.read(kind, COMMON | usual).document_id is not None
    with pytest.raises(Invalid) as refusal:
        HANDLER.read(kind, COMMON | usual | change)
    assert [mistake.field for mistake in refusal.value.errors] == [wrong]
    assert wrong in refusal.value.detail
