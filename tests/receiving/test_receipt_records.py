"""What devices record of a receipt: read with every mistake, held for few reasons, summed in any order."""

from random import Random
from uuid import uuid4

import pytest

from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.transaction import reading, transact
from app.receiving import service
from app.receiving.models import GoodsReceipt
from app.receiving.verify import verify
from tests.builders import Cast, make_device, make_item, make_location, make_person
from tests.receiving.dock import (
    HANDLER,
    Dock,
    close,
    dock_of,
    line_of,
    make_order,
    make_supplier,
    post,
    says,
    tallies,
    the_receipt,
    viewer_of,
)


def test_a_record_is_refused_with_all_its_mistakes(cast: Cast) -> None:
    dock = dock_of(cast)
    dock.scan(make_item(), quantity=0, source="nose", expires_on="2026-13-01", factor=True, serial=7, sscc="", lot=4)
    body = dock.waiting[0] | {"receipt": "no", "sheet": None}
    with pytest.raises(Invalid) as refused:
        HANDLER.read("receive", body)
    wrong = {mistake.field for mistake in refused.value.errors}
    assert wrong == {"receipt", "sheet", "quantity", "source", "expires_on", "factor", "serial", "sscc", "lot"}


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("receipt", {"order": "x"}, "order"),
        ("receipt", {"delivery_note": 5}, "delivery_note"),
        ("receipt", {"delivery_note": "a\x00b"}, "delivery_note"),
        ("receive_set", {"quantity": -1}, "quantity"),
        ("receive_set", {"item": None}, "item"),
        ("damaged_set", {"supersedes": ["x"]}, "supersedes"),
        ("receive_void", {"voids": None}, "voids"),
        ("receive_close", {"location": ""}, "location"),
        ("damaged", {"item": None, "code": None}, "code"),
    ],
)
def test_each_kind_has_its_shape(cast: Cast, kind: str, changes: dict[str, object], field: str) -> None:
    dock, item = dock_of(cast), make_item()
    makers = {
        "receipt": dock.open,
        "receive_set": lambda: dock.set(item, 1),
        "damaged_set": lambda: dock.set(item, 1, kind="damaged_set"),
        "receive_void": lambda: dock.void(str(uuid4())),
        "receive_close": dock.done,
        "damaged": lambda: dock.broken(item),
    }
    makers[kind]()  # type: ignore[operator]
    HANDLER.read(kind, dock.waiting[0])
    with pytest.raises(Invalid) as refused:
        HANDLER.read(kind, dock.waiting[0] | changes)
    assert field in {mistake.field for mistake in refused.value.errors}


def test_the_first_record_opens_the_receipt_with_what_is_known_here(cast: Cast) -> None:
    supplier = make_supplier()
    order = make_order(cast, {make_item(): 1}, supplier=supplier)
    dock = dock_of(cast).open(order=order, delivery_note="  LS-77 ")
    blind = Dock(cast.device, cast.counter, cast.bins[0], seq=50).open(supplier=supplier)
    blind.waiting[0]["order"] = str(uuid4())
    assert dock.push() == blind.push() == {}
    first, second = the_receipt(dock.receipt), the_receipt(blind.receipt)
    assert (first.number, first.order_id, first.supplier_id, first.delivery_note) == (1, order.id, supplier.id, "LS-77")
    assert (second.number, second.order_id, second.supplier_id, second.opened_by) == (
        2, None, supplier.id, cast.counter.id,
    )  # fmt: skip


def test_what_is_held_and_why(cast: Cast) -> None:
    water, dock = make_item(), dock_of(cast)
    lost = dock.scan(water)
    assert dock.push() == {lost: "receipt_unknown"}
    dock.open().push()
    nowhere = dock.scan(water, location=str(uuid4()))
    outside = dock.scan(water, location=str(make_location(cast.other_site, "ELSEWHERE").id))
    nothing = dock.scan(None)
    dock.waiting[-1]["item"] = str(uuid4())
    assert dock.push() == {nowhere: "location_unknown", outside: "location_unknown", nothing: "item_unknown"}
    other = dock.beside(
        make_device(cast.site, cast.administrator, number=2), make_person("other", "counter", cast.site)
    )
    mine = dock.scan(water)
    assert dock.push() == {}
    theirs = other.void(mine)
    wrong_sheet = other.scan(water, sheet=str(dock.sheet))
    assert other.push() == {theirs: "not_yours", wrong_sheet: "not_yours"}
    assert tallies(dock.receipt) == {(water.id, "", False): 1}


def test_a_receipt_of_another_site_is_not_there(cast: Cast) -> None:
    dock = dock_of(cast).open()
    dock.push()
    elsewhere = make_location(cast.other_site, "B-01")
    stranger = Dock(make_device(cast.other_site, cast.administrator, number=7), cast.outsider, elsewhere, dock.receipt)
    opening = stranger.note("receipt", order=None, delivery=None, supplier=None, delivery_note=None)
    assert stranger.push() == {opening: "receipt_unknown"}


def test_once_closed_or_posted_records_are_held(cast: Cast) -> None:
    water, dock = make_item(), dock_of(cast).open()
    dock.scan(water)
    dock.push()
    close(cast, dock.receipt)
    late = dock.scan(water)
    assert dock.push() == {late: "receipt_closed"}
    post(cast, dock.receipt)
    later = dock.scan(water)
    assert dock.push() == {later: "receipt_posted"}
    given_up = dock_of(cast)
    given_up.seq = 500
    given_up.open().push()
    transact(lambda session: service.cancel(session, viewer_of(cast), given_up.receipt, "wrong truck", now()))
    after = given_up.scan(water)
    assert given_up.push() == {after: "receipt_closed"}
    assert the_receipt(given_up.receipt).note == "wrong truck"


def test_voids_and_sets_replace_what_they_name_in_whatever_order_they_come(cast: Cast) -> None:
    water = make_item()
    rng = Random(3)
    for turn in range(6):
        dock = dock_of(cast)
        dock.seq = turn * 100
        dock.open()
        dock.push()
        wrong, one, two = dock.scan(water, 5), dock.scan(water, 1), dock.scan(water, 2)
        crushed = dock.broken(water, 4)
        first_set = dock.set(water, 9, [one, two])
        dock.void(wrong)
        dock.void(first_set)
        dock.set(water, 12, [one, two, first_set])
        dock.set(water, 3, [crushed], kind="damaged_set")
        order = list(range(len(dock.waiting)))
        rng.shuffle(order)
        cut = rng.randrange(len(order))
        batch = dock.waiting
        dock.waiting = [batch[i] for i in order[:cut]]
        assert dock.push() == {}
        dock.waiting = [batch[i] for i in order[cut:]]
        assert dock.push() == {}
        assert tallies(dock.receipt) == {(water.id, "", False): 12, (water.id, "", True): 3}
        assert says(dock.receipt, water)[1:3] == (12, 3)
    with reading() as session:
        assert verify(session) == []


def test_a_voided_set_brings_back_what_it_replaced(cast: Cast) -> None:
    water, dock = make_item(), dock_of(cast).open()
    scan = dock.scan(water, 4)
    setting = dock.set(water, 9, [scan])
    dock.push()
    dock.void(setting)
    dock.push()
    assert tallies(dock.receipt) == {(water.id, "", False): 4}
    dock.void(scan)
    dock.push()
    assert tallies(dock.receipt) == {}
    assert line_of(dock.receipt, water).quantity_good == 0


def test_records_of_several_receipts_in_one_batch_go_to_each(cast: Cast) -> None:
    water, first, second = make_item(), dock_of(cast).open(), dock_of(cast)
    second.seq = 100
    second.open()
    first.scan(water, 1)
    second.scan(water, 2)
    first.waiting += second.waiting
    assert first.push() == {}
    assert tallies(first.receipt) == {(water.id, "", False): 1}
    assert tallies(second.receipt) == {(water.id, "", False): 2}
    with reading() as session:
        assert {row.number for row in session.query(GoodsReceipt)} == {1, 2}
