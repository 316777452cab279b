"""Posting a receipt: once, in journals, taken back, sent back; and a count that it explains."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app import jobs
from app.catalogue.models import Item
from app.catalogue.service import bind_code
from app.kernel.access import Viewer
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.transaction import reading, transact
from app.ledger import service as ledger
from app.ledger.models import Entry, Journal
from app.receiving import service
from app.receiving.models import ReceiptLine, ReceiptTally
from app.receiving.queries import posting as posting_queries
from app.receiving.queries.posting import Posting
from app.receiving.service import posting_run
from app.receiving.verify import uncredited, verify
from tests.builders import Cast, at, make_item, make_location
from tests.receiving.dock import (
    Dock,
    close,
    decide,
    dock_of,
    line_of,
    make_order,
    ordered,
    post,
    says,
    stock,
    tallies,
    the_receipt,
    viewer_of,
)
from tests.stocktake.builders import count, start_stocktake
from tests.stocktake.builders import line_of as count_line
from tests.stocktake.test_posting import decide_line
from tests.stocktake.test_posting import post as post_stocktake


def received(cast: Cast, quantities: dict[object, int], **fields: object) -> Dock:
    """A closed receipt of these."""
    dock = dock_of(cast).open(**fields)  # type: ignore[arg-type]
    for item, quantity in quantities.items():
        dock.scan(item, quantity)  # type: ignore[arg-type]
    assert dock.push() == {}
    close(cast, dock.receipt)
    return dock


def found() -> list[str]:
    """What `flask verify` says of receipts."""
    with reading() as session:
        return [str(finding) for finding in verify(session)]


def reverse(cast: Cast, dock: Dock) -> None:
    posting_run.reverse(viewer_of(cast), dock.receipt, note="wrong supplier")


def go_back(cast: Cast, dock: Dock, item: object, quantity: int, **changes: object) -> ledger.Written:
    line = service.ReturnLine(item.id, "", quantity)  # type: ignore[attr-defined]
    command = service.ReturnGoods(dock.receipt, [line], **{"reason_code": "miscount"} | changes)  # type: ignore[arg-type]
    return transact(lambda session: service.return_goods(session, viewer_of(cast), command, now()))


def test_posting_again_posts_nothing(cast: Cast) -> None:
    water = make_item()
    dock = received(cast, {water: 3})
    assert post(cast, dock.receipt)["entries"] == 1
    again = post(cast, dock.receipt)
    assert (again["entries"], again["journals"], again["posted"]) == (0, 0, True)
    assert stock(cast.bins[0], water) == 3
    assert found() == []


def test_a_dry_run_names_everything_at_once_and_changes_nothing(cast: Cast) -> None:
    water = make_item()
    dock = dock_of(cast).open(order=make_order(cast, {water: 1}))
    dock.scan(water, 5)
    dock.scan(None, code="4006381333931")
    dock.push()
    answer = posting_run.dry_run(viewer_of(cast), Posting(dock.receipt))
    assert [it["code"] for it in answer["problems"]] == ["still_receiving", "unknown_codes", "needs_decision"]
    assert [it["sku"] for it in answer["problems"][2]["examples"]] == ["WATER"]
    with pytest.raises(Conflict, match="posting_refused"):
        post(cast, dock.receipt)
    assert (the_receipt(dock.receipt).journals, stock(cast.bins[0], water)) == (0, 0)


def test_a_place_that_was_closed_stands_in_the_way(cast: Cast) -> None:
    dock = Dock(cast.device, cast.counter, make_location(cast.site, "DOCK", active=False)).open()
    dock.scan(make_item())
    dock.push()
    close(cast, dock.receipt)
    answer = posting_run.dry_run(viewer_of(cast), Posting(dock.receipt))
    assert [it["code"] for it in answer["problems"]] == ["location_inactive"]


def test_a_long_receipt_is_several_journals_and_goes_on_where_it_broke_off(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting_queries, "CHUNK", 4)
    items = [make_item(f"I-{n}") for n in range(5)]
    order = make_order(cast, dict.fromkeys(items, 2))
    dock = dock_of(cast).open(order=order)
    for item in items * 2:
        dock.scan(item)
    dock.push()
    close(cast, dock.receipt)
    monkeypatch.setattr(posting_run, "transact", _dies_after(2))
    with pytest.raises(KeyboardInterrupt):
        post(cast, dock.receipt)
    monkeypatch.undo()
    monkeypatch.setattr(posting_queries, "CHUNK", 4)
    assert (the_receipt(dock.receipt).state, the_receipt(dock.receipt).journals) == ("closed", 2)
    late = dock.scan(items[0])
    assert dock.push() == {late: "receipt_posted"}
    assert ordered(order) == ("ordered", [0] * 5)
    answer = post(cast, dock.receipt)
    assert (answer["entries"], answer["journals"]) == (2, 1)
    assert [stock(cast.bins[0], item) for item in items] == [2] * 5
    assert ordered(order) == ("received", [2] * 5)
    assert found() == []
    reverse(cast, dock)
    assert [stock(cast.bins[0], item) for item in items] == [0] * 5
    assert ordered(order) == ("ordered", [0] * 5)


def _dies_after(times: int):  # type: ignore[no-untyped-def]
    left = [times]

    def work(piece):  # type: ignore[no-untyped-def]
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return transact(piece)

    return work


def test_a_reversal_takes_the_goods_back_at_their_own_times_and_the_order_expects_again(cast: Cast) -> None:
    water = make_item()
    order = make_order(cast, {water: 5})
    dock = received(cast, {water: 5}, order=order)
    with pytest.raises(Conflict, match="wrong_state"):
        reverse(cast, dock)
    post(cast, dock.receipt)
    reverse(cast, dock)
    reverse(cast, dock)
    assert (stock(cast.bins[0], water), ordered(order)) == (0, ("ordered", [0]))
    assert the_receipt(dock.receipt).state == "reversed"
    with reading() as session:
        kinds = session.execute(
            select(Journal.kind, Journal.document, func.min(Entry.occurred_at)).join(Entry).group_by(Journal.id)
        )
        times = {row[0]: row[1:] for row in kinds}
    assert times["receipt"] == times["reversal"]
    assert times["receipt"][0] == "GRN-1"
    with pytest.raises(Conflict, match="wrong_state"):
        post(cast, dock.receipt)
    assert found() == []


def test_a_receipts_journal_is_not_reversed_behind_its_back(cast: Cast) -> None:
    dock = received(cast, {make_item(): 1})
    post(cast, dock.receipt)
    with reading() as session:
        journal_id = session.scalars(select(Journal.id)).one()
    manager = Viewer(person_id=cast.manager.id, grants={cast.site.id: "manager"})
    with pytest.raises(Conflict, match="of_a_receipt"):
        transact(
            lambda session: ledger.reverse_posting(
                session, journal_id, reason_code="miscount", note="", viewer=manager, now=now()
            )
        )


def test_what_goes_back_to_the_supplier_is_no_more_than_came(cast: Cast) -> None:
    water = make_item()
    dock = received(cast, {water: 5})
    with pytest.raises(Conflict, match="wrong_state"):
        go_back(cast, dock, water, 1)
    post(cast, dock.receipt)
    go_back(cast, dock, water, 3)
    with pytest.raises(Invalid) as refused:
        go_back(cast, dock, water, 3)
    assert refused.value.errors[0].code == "more_than_received"
    with pytest.raises(Invalid):
        go_back(cast, dock, water, 1, reason_code="made_up")
    go_back(cast, dock, water, 2)
    assert stock(cast.bins[0], water) == 0
    with pytest.raises(Conflict, match="has_returns"):
        reverse(cast, dock)


def test_a_return_sent_again_is_booked_once(cast: Cast) -> None:
    water = make_item()
    dock = received(cast, {water: 5})
    post(cast, dock.receipt)
    first = go_back(cast, dock, water, 4, source_key="R-1")
    again = go_back(cast, dock, water, 4, source_key="R-1")
    assert (again.journal_id, again.repeated) == (first.journal_id, True)
    with pytest.raises(Conflict, match="source_key_reused"):
        go_back(cast, dock, water, 1, source_key="R-1")
    assert stock(cast.bins[0], water) == 1


def test_a_count_before_the_posting_is_explained_by_the_posted_receipt(cast: Cast) -> None:
    water = make_item()
    dock = dock_of(cast).open()
    dock.scan(water, 6, when=at(9))
    dock.push()
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 6}, at(10))
    line = count_line(stocktake, cast.bins[0], water)
    assert (line.variance, line.state) == (6, "needs_decision")
    close(cast, dock.receipt)
    post(cast, dock.receipt)
    line = count_line(stocktake, cast.bins[0], water)
    assert (line.variance, line.quantity_book_first, line.quantity_book) == (0, 0, 6)


def test_a_posted_count_keeps_its_stock_when_the_receipt_comes_later(cast: Cast) -> None:
    water = make_item()
    dock = dock_of(cast).open()
    dock.scan(water, 6, when=at(9))
    dock.push()
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 6}, at(10))
    count(cast, stocktake, cast.bins[1], {}, at(10))
    decide_line(cast, stocktake, count_line(stocktake, cast.bins[0], water), "accept")
    post_stocktake(cast, stocktake)
    close(cast, dock.receipt)
    post(cast, dock.receipt)
    assert stock(cast.bins[0], water) == 6
    assert count_line(stocktake, cast.bins[0], water).explained_after_posting == -6


def test_an_unknown_code_is_credited_when_it_gets_its_meaning(cast: Cast) -> None:
    water, code = make_item(), "4006381333931"
    order = make_order(cast, {water: 24})
    dock = dock_of(cast).open(order=order)
    dock.scan(None, 2, code=code)
    dock.push()
    assert tallies(dock.receipt) == {}

    def bind(session):  # type: ignore[no-untyped-def]
        normal = bind_code(session, viewer_of(cast), water.id, code, 12, now())
        return service.credit(session, normal, now())

    assert transact(bind) == 1
    assert says(dock.receipt, water) == (24, 24, 0, set(), "agreed")
    close(cast, dock.receipt)
    assert post(cast, dock.receipt)["entries"] == 1
    assert (stock(cast.bins[0], water), ordered(order)) == (24, ("received", [24]))
    assert found() == []


def test_a_code_the_catalogue_learned_otherwise_counts_from_closing_on(cast: Cast) -> None:
    dock = dock_of(cast).open()
    dock.scan(None, 3, code="4006381333931")
    dock.push()
    water = make_item(barcodes={"04006381333931": 1})
    assert found() == []
    close(cast, dock.receipt)
    assert says(dock.receipt, water)[1] == 3


def test_the_scheduler_credits_a_code_the_catalogue_learned_otherwise(cast: Cast) -> None:
    dock = dock_of(cast).open()
    dock.scan(None, 3, code="4006381333931")
    dock.push()
    water = make_item(barcodes={"04006381333931": 1})
    assert tallies(dock.receipt) == {}
    jobs.credit()
    assert says(dock.receipt, water)[1] == 3
    with reading() as session:
        assert uncredited(session) == []


def test_codes_left_unknown_stand_in_the_way_until_somebody_says_to_leave_them(cast: Cast) -> None:
    water = make_item()
    dock = dock_of(cast).open()
    dock.scan(water)
    dock.scan(None, code="4006381333931")
    dock.push()
    close(cast, dock.receipt)
    with pytest.raises(Conflict, match="posting_refused"):
        post(cast, dock.receipt)
    assert post(cast, dock.receipt, leave_unknown=True)["posted"]
    assert stock(cast.bins[0], water) == 1


def test_a_receipt_refused_altogether_is_posted_without_a_journal(cast: Cast) -> None:
    gin = make_item("GIN")
    order = make_order(cast, {make_item(): 1})
    dock = received(cast, {gin: 1}, order=order)
    for item in ("GIN", "WATER"):
        with reading() as session:
            row = session.scalars(select(Item).where(Item.sku == item)).one()
        decide(cast, dock.receipt, row, "refuse")
    answer = post(cast, dock.receipt)
    assert (answer["entries"], answer["journals"], answer["posted"]) == (0, 0, True)
    assert ordered(order) == ("ordered", [0])


@pytest.mark.parametrize("posted", [False, True])
def test_a_forged_tally_is_found(cast: Cast, posted: bool) -> None:
    dock = received(cast, {make_item(): 4})
    if posted:
        post(cast, dock.receipt)
    assert found() == []
    transact(lambda session: session.execute(update(ReceiptTally).values(quantity=5)))
    [finding] = found()
    assert "receipt_tally: GRN-1" in finding


def test_a_forged_posting_is_found(cast: Cast) -> None:
    water = make_item()
    dock = received(cast, {water: 4})
    post(cast, dock.receipt)
    transact(lambda session: session.execute(update(ReceiptLine).values(quantity_posted=5)))
    [finding] = found()
    assert "receipt_posted: GRN-1" in finding
    assert line_of(dock.receipt, water).quantity_posted == 5


def test_entries_stand_at_the_time_of_each_scan(cast: Cast) -> None:
    water = make_item()
    dock = dock_of(cast).open()
    for minute in (1, 2, 3):
        dock.scan(water, minute, when=at(9, minute))
    dock.push()
    close(cast, dock.receipt)
    post(cast, dock.receipt)
    with reading() as session:
        rows = session.execute(select(Entry.quantity, Entry.occurred_at).order_by(Entry.occurred_at)).all()
    assert [(row[0], row[1] - at(9)) for row in rows] == [(n, timedelta(minutes=n)) for n in (1, 2, 3)]
