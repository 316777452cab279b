"""Closing over missing records, orders that change meanwhile, decisions and what makes them fall."""

import pytest

from app.device_log.models import DeviceState
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.transaction import transact
from app.purchasing.models import PurchaseOrder, PurchaseOrderLine
from app.receiving import service
from app.receiving.queries.posting import Posting
from app.receiving.service import posting_run
from app.sites.models import Site
from tests.builders import Cast, make_item, save
from tests.receiving.dock import (
    Dock,
    close,
    decide,
    dock_of,
    line_of,
    make_order,
    post,
    says,
    the_receipt,
    viewer_of,
)


def closed_short(cast: Cast, water: object) -> Dock:
    """Ten ordered, eight came, closed."""
    dock = dock_of(cast).open(order=make_order(cast, {water: 10}))  # type: ignore[dict-item]
    dock.scan(water, 8)  # type: ignore[arg-type]
    dock.push()
    close(cast, dock.receipt)
    return dock


def codes(refused: Conflict) -> list[str]:
    return [it["code"] for it in refused.data["refused"]]


def cancel_order(order_id: object) -> None:
    def work(session):  # type: ignore[no-untyped-def]
        session.get_one(PurchaseOrder, order_id).state = "cancelled"

    transact(work)


def test_nobody_is_missing_when_a_receipt_is_closed(cast: Cast) -> None:
    dock = dock_of(cast).open()
    dock.scan(make_item(), 1)
    dock.push()
    save(DeviceState(device_id=cast.device.id, hwm=2, max_seq=2, next_seq=6, pending=3))
    with pytest.raises(Conflict) as refused:
        close(cast, dock.receipt)
    assert refused.value.code == "records_outstanding"
    assert [(it.number, it.outstanding, it.persons) for it in refused.value.data["devices"]] == [(1, 3, ["Counter"])]
    assert the_receipt(dock.receipt).state == "receiving"
    close(cast, dock.receipt, "The battery is dead")
    assert (the_receipt(dock.receipt).state, the_receipt(dock.receipt).override_reason) == (
        "closed", "The battery is dead",
    )  # fmt: skip
    with pytest.raises(Conflict, match="wrong_state"):
        close(cast, dock.receipt)


def test_an_order_cancelled_while_the_device_was_offline_is_flagged_never_held(cast: Cast) -> None:
    water, gin = make_item(), make_item("GIN")
    order = make_order(cast, {water: 10})
    cancel_order(order.id)
    dock = dock_of(cast).open(order=order)
    dock.scan(water, 4)
    dock.scan(gin, 1)
    assert dock.push() == {}
    assert says(dock.receipt, water) == (0, 4, 0, {"order_cancelled"}, "needs_decision")
    assert says(dock.receipt, gin) == (0, 1, 0, {"order_cancelled", "unexpected"}, "needs_decision")


def test_an_order_that_changes_is_seen_by_whoever_looks_next(cast: Cast) -> None:
    water = make_item()
    order = make_order(cast, {water: 10})
    dock = dock_of(cast).open(order=order)
    dock.scan(water, 10)
    dock.push()
    close(cast, dock.receipt)
    assert says(dock.receipt, water)[4] == "agreed"

    def twelve(session):  # type: ignore[no-untyped-def]
        line = session.query(PurchaseOrderLine).filter_by(order_id=order.id).one()
        line.quantity = 12

    transact(twelve)
    answer = posting_run.dry_run(viewer_of(cast), Posting(dock.receipt))
    assert [it["code"] for it in answer["problems"]] == ["needs_decision"]
    assert says(dock.receipt, water) == (12, 10, 0, {"short"}, "needs_decision")
    cancel_order(order.id)
    with pytest.raises(Conflict, match="posting_refused"):
        post(cast, dock.receipt)
    posting_run.up_to_date(viewer_of(cast), dock.receipt)
    assert says(dock.receipt, water) == (0, 10, 0, {"order_cancelled"}, "needs_decision")


def test_two_receipts_of_one_order_see_what_the_other_posted(cast: Cast) -> None:
    water = make_item()
    order = make_order(cast, {water: 10})
    first, second = dock_of(cast).open(order=order), dock_of(cast)
    second.seq = 100
    second.open(order=order)
    for dock in (first, second):
        dock.scan(water, 6)
        dock.push()
        close(cast, dock.receipt)
        assert says(dock.receipt, water)[0] == 10
    decide(cast, first.receipt, water)
    post(cast, first.receipt)
    posting_run.up_to_date(viewer_of(cast), second.receipt)
    assert says(second.receipt, water) == (4, 6, 0, {"over_ceiling"}, "needs_decision")


def test_a_decision_needs_a_reason_and_a_note_where_the_reason_wants_one(cast: Cast) -> None:
    water = make_item()
    dock = closed_short(cast, water)
    with pytest.raises(Invalid):
        decide(cast, dock.receipt, water, reason_code="")
    with pytest.raises(Invalid):
        decide(cast, dock.receipt, water, reason_code="made_up")
    assert decide(cast, dock.receipt, water, note="two on the next truck") == 1
    line = line_of(dock.receipt, water)
    assert (line.state, line.reason_code, line.note, line.decided_by) == (
        "accepted", "miscount", "two on the next truck", cast.supervisor.id,
    )  # fmt: skip


def test_a_line_that_changes_drops_its_decision(cast: Cast) -> None:
    water = make_item()
    dock = dock_of(cast).open()
    dock.broken(water, 1)
    dock.push()
    decide(cast, dock.receipt, water)
    shown = line_of(dock.receipt, water)
    assert shown.state == "accepted"
    dock.scan(water, 1)
    dock.push()
    line = line_of(dock.receipt, water)
    assert (line.state, line.version, line.reason_code, line.decided_by) == (
        "needs_decision", shown.version + 1, "", None,
    )  # fmt: skip
    with pytest.raises(Conflict) as refused:
        decide(cast, dock.receipt, water, versions={line.id: shown.version})
    assert codes(refused.value) == ["line_changed"]


def test_a_move_between_two_lots_drops_the_decision_too(cast: Cast) -> None:
    milk = make_item("MILK", tracks_lots=True)
    dock = dock_of(cast).open()
    scan = dock.scan(milk, 2, lot="A")
    dock.broken(milk, 1, lot="A")
    dock.push()
    decide(cast, dock.receipt, milk)
    dock.set(milk, 2, [scan], lot="B")
    dock.push()
    assert line_of(dock.receipt, milk).state == "needs_decision"


def test_who_scanned_a_line_does_not_decide_it_unless_the_site_allows_it(cast: Cast) -> None:
    water = make_item()
    dock = Dock(cast.device, cast.supervisor, cast.bins[0]).open()
    dock.broken(water)
    dock.push()
    with pytest.raises(Conflict) as refused:
        decide(cast, dock.receipt, water)
    assert codes(refused.value) == ["received_by_you"]

    def allow(session):  # type: ignore[no-untyped-def]
        session.get_one(Site, cast.site.id).self_approval = True

    transact(allow)
    assert decide(cast, dock.receipt, water) == 1


def test_any_refused_line_refuses_all(cast: Cast) -> None:
    water, milk = make_item(), make_item("MILK")
    dock = dock_of(cast).open()
    for item in (water, milk):
        dock.broken(item)
    dock.push()
    ids = [line_of(dock.receipt, item).id for item in (water, milk)]
    command = service.DecideLines(dock.receipt, "refuse", [*ids, 999_999], reason_code="miscount")
    with pytest.raises(Conflict) as refused:
        transact(lambda session: service.decide(session, viewer_of(cast), command, now()))
    assert codes(refused.value) == ["unknown_line"]
    assert line_of(dock.receipt, water).state == "needs_decision"
