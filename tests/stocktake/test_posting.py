"""Decisions, posting in parts, anchors and reversal: on_hand = counted + what moved after, before and after."""

import pytest
from sqlalchemy import select

from app.catalogue.models import Item
from app.kernel.access import Viewer
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.transaction import reading, transact
from app.ledger import service as ledger
from app.ledger.models import Journal
from app.ledger.queries import book, on_hand
from app.sites.models import Location
from app.stocktake import posting_run
from app.stocktake.decisions import Decided, DecideLines, decide
from app.stocktake.models import CountLine, Stocktake
from app.stocktake.posting import Posting
from tests.builders import Cast, at, location_of, make_item
from tests.stocktake.builders import count, line_of, move, start_stocktake


def viewer_of(person_id: object, cast: Cast, role: str = "supervisor") -> Viewer:
    return Viewer(person_id=person_id, grants={cast.site.id: role})  # type: ignore[arg-type]


def decide_line(
    cast: Cast, stocktake: Stocktake, line: CountLine, decision: str, *, reason: str = "miscount", **changes: object
) -> Decided:
    command = DecideLines(
        stocktake_id=stocktake.id,
        decision=decision,  # type: ignore[arg-type]
        versions={line.id: line.version},
        reason_code=reason,
        **changes,  # type: ignore[arg-type]
    )
    viewer = viewer_of(cast.supervisor.id, cast)
    return transact(lambda session: decide(session, viewer, command, now()))


def post(cast: Cast, stocktake: Stocktake, **changes: object) -> dict[str, object]:
    posting = Posting(stocktake_id=stocktake.id, **changes)  # type: ignore[arg-type]
    return posting_run.post(viewer_of(cast.supervisor.id, cast), posting)


def stock(where: Location, item: Item) -> int:
    with reading() as session:
        return on_hand(session, where.id, item.id)


def counted_both_bins(cast: Cast, water: Item, quantity: int, *, number: int = 1, hour: int = 10) -> Stocktake:
    """A stocktake in which the first bin was counted to `quantity` and the second found empty."""
    stocktake = start_stocktake(cast, number=number)
    count(cast, stocktake, cast.bins[0], {water: quantity}, at(hour))
    count(cast, stocktake, cast.bins[1], {}, at(hour, 5))
    return stocktake


@pytest.fixture
def water(cast: Cast) -> Item:
    item = make_item()
    move(cast, "opening", item, cast.bins[0], 10, at(7))
    return item


def test_an_accepted_loss_is_booked_at_the_time_it_was_counted(cast: Cast, water: Item) -> None:
    stocktake = counted_both_bins(cast, water, 8)
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "accept")
    answer = post(cast, stocktake)
    assert (answer["lines"], answer["journals"], answer["posted"]) == (1, 1, True)
    assert stock(cast.bins[0], water) == 8
    with reading() as session:
        assert book(session, cast.bins[0].id, water.id, "", at(9, 59)) == 10
        assert book(session, cast.bins[0].id, water.id, "", at(10)) == 8


def test_a_count_that_agrees_leaves_evidence_and_moves_nothing(cast: Cast, water: Item) -> None:
    stocktake = counted_both_bins(cast, water, 10)
    answer = post(cast, stocktake)
    assert (answer["lines"], answer["journals"]) == (1, 0)
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.state, line.posted_part, line.anchored) == ("agreed", 1, True)
    assert stock(cast.bins[0], water) == 10


def test_a_kept_book_needs_a_reason_and_moves_nothing(cast: Cast, water: Item) -> None:
    stocktake = counted_both_bins(cast, water, 8)
    line = line_of(stocktake, cast.bins[0], water)
    with pytest.raises(Invalid, match="reason"):
        decide_line(cast, stocktake, line, "keep_book", reason="")
    decide_line(cast, stocktake, line, "keep_book")
    post(cast, stocktake)
    assert stock(cast.bins[0], water) == 10
    assert not line_of(stocktake, cast.bins[0], water).anchored


def test_who_counted_a_line_does_not_decide_it(cast: Cast, water: Item) -> None:
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 8}, at(10), by=cast.supervisor.id)
    with pytest.raises(Conflict) as refused:
        decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "accept")
    assert refused.value.data["refused"][0]["code"] == "counted_by_you"


def test_a_decision_on_what_changed_meanwhile_is_refused(cast: Cast, water: Item) -> None:
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 8}, at(10, 10))
    shown = line_of(stocktake, cast.bins[0], water)
    move(cast, "sale", water, cast.bins[0], 1, at(10, 5))
    with pytest.raises(Conflict) as refused:
        decide_line(cast, stocktake, shown, "accept")
    assert refused.value.data["refused"][0]["code"] == "line_changed"
    assert line_of(stocktake, cast.bins[0], water).state == "needs_decision"


def test_a_movement_after_the_decision_takes_the_decision_back(cast: Cast, water: Item) -> None:
    stocktake = counted_both_bins(cast, water, 8)
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "accept")
    move(cast, "sale", water, cast.bins[0], 1, at(9, 30))
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.state, line.variance, line.decided_by) == ("needs_decision", -1, None)


def test_a_movement_after_posting_is_booked_with_an_equal_correction(cast: Cast, water: Item) -> None:
    stocktake = counted_both_bins(cast, water, 8)
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "accept")
    post(cast, stocktake)
    move(cast, "sale", water, cast.bins[0], 2, at(9, 30), document="TILL-78")
    assert stock(cast.bins[0], water) == 8
    assert line_of(stocktake, cast.bins[0], water).explained_after_posting == 2
    move(cast, "sale", water, cast.bins[0], 3, at(12))
    assert stock(cast.bins[0], water) == 5


def test_movements_booked_together_after_posting_are_each_corrected_in_each_count(cast: Cast, water: Item) -> None:
    """A till's file: two sales before the first of two posted counts, one between them, one after both."""
    morning = counted_both_bins(cast, water, 8, number=1, hour=11)
    decide_line(cast, morning, line_of(morning, cast.bins[0], water), "accept")
    post(cast, morning)
    afternoon = counted_both_bins(cast, water, 7, number=2, hour=14)
    decide_line(cast, afternoon, line_of(afternoon, cast.bins[0], water), "accept")
    post(cast, afternoon)
    outside = location_of(cast.site, "CUSTOMER").id
    postings = [
        (
            ledger.NewJournal(cast.site.id, "sale", f"till-{n}", cast.supervisor.id),
            [ledger.NewEntry(water.id, "", cast.bins[0].id, outside, quantity, when)],
        )
        for n, (quantity, when) in enumerate([(2, at(9)), (3, at(10)), (1, at(12)), (4, at(15))])
    ]
    transact(lambda session: ledger.write_journals(session, postings, now()))
    assert stock(cast.bins[0], water) == 3
    first, second = (line_of(count, cast.bins[0], water) for count in (morning, afternoon))
    assert (first.explained_after_posting, second.explained_after_posting) == (5, 1)
    with reading() as session:
        corrections = select(Journal.source_key, Journal.stocktake_id).where(Journal.kind == "correction")
        assert sorted(row.stocktake_id for row in session.execute(corrections)) == sorted(
            [morning.id, morning.id, afternoon.id]
        )
        assert book(session, cast.bins[0].id, water.id, "", at(11)) == 8
        assert book(session, cast.bins[0].id, water.id, "", at(14)) == 7


@pytest.mark.parametrize("first", ["morning", "afternoon"])
def test_two_counts_that_find_the_same_post_the_difference_once(cast: Cast, water: Item, first: str) -> None:
    """counting.md: 11:00 and 14:00 both find 8 where the book says 10: −2 and 0, in whatever order they are posted."""
    counts = {
        "morning": counted_both_bins(cast, water, 8, number=1, hour=11),
        "afternoon": counted_both_bins(cast, water, 8, number=2, hour=14),
    }
    order = [first, *(name for name in counts if name != first)]
    for name in order:
        line = line_of(counts[name], cast.bins[0], water)
        if line.variance:
            decide_line(cast, counts[name], line, "accept")
        post(cast, counts[name])
    assert stock(cast.bins[0], water) == 8
    morning, afternoon = (line_of(counts[name], cast.bins[0], water) for name in ("morning", "afternoon"))
    assert (morning.variance or 0) + morning.explained_after_posting == -2
    assert (afternoon.variance or 0) + afternoon.explained_after_posting == 0


def test_a_reversal_puts_back_what_was_posted_and_what_it_drew(cast: Cast, water: Item) -> None:
    stocktake = counted_both_bins(cast, water, 7)
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "accept")
    post(cast, stocktake)
    move(cast, "sale", water, cast.bins[0], 2, at(9))
    assert stock(cast.bins[0], water) == 7
    manager = viewer_of(cast.manager.id, cast, "manager")
    reversed_journals = posting_run.reverse(manager, stocktake.id, reason_code="wrong_posting", note="")
    assert reversed_journals == 2
    assert stock(cast.bins[0], water) == 8
    move(cast, "sale", water, cast.bins[0], 1, at(9, 30))
    assert stock(cast.bins[0], water) == 7


def test_posting_names_everything_that_stands_in_the_way_at_once(cast: Cast, water: Item) -> None:
    milk = make_item("MILK")
    move(cast, "opening", milk, cast.bins[1], 5, at(7))
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 8}, at(10))
    with pytest.raises(Conflict) as refused:
        post(cast, stocktake)
    codes = {problem["code"]: problem["lines"] for problem in refused.value.data["problems"]}
    assert codes == {"needs_decision": 1, "place_open": 1}


def test_what_nobody_counted_becomes_zero_only_where_somebody_looked(cast: Cast, water: Item) -> None:
    milk = make_item("MILK")
    move(cast, "opening", milk, cast.bins[1], 5, at(7))
    stocktake = counted_both_bins(cast, water, 10)
    answer = post(cast, stocktake, uncounted="zero")
    assert answer["uncounted"] == {"lines": 1, "value": 750}
    assert stock(cast.bins[1], milk) == 0
    line = line_of(stocktake, cast.bins[1], milk)
    assert (line.quantity_counted, line.counted_at, line.reason_code) == (0, at(10, 5), "not_counted")


def test_posting_twice_posts_once(cast: Cast, water: Item) -> None:
    stocktake = counted_both_bins(cast, water, 8)
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "accept")
    post(cast, stocktake)
    with pytest.raises(Conflict, match="stocktake_not_open"):
        post(cast, stocktake)
    assert stock(cast.bins[0], water) == 8


def test_a_recount_forgets_the_number_but_keeps_the_evidence(cast: Cast, water: Item) -> None:
    stocktake = counted_both_bins(cast, water, 8)
    decide_line(cast, stocktake, line_of(stocktake, cast.bins[0], water), "recount")
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.state, line.round, line.quantity_counted) == ("recount", 2, None)
    count(cast, stocktake, cast.bins[0], {water: 10}, at(11), round_number=2)
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.state, line.round, line.quantity_counted) == ("agreed", 2, 10)
