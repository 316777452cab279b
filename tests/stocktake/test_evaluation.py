"""Book quantity is taken at the moment of counting; what a line says, and when it wants a look."""

from datetime import timedelta

from app.kernel.clock import now
from app.kernel.transaction import transact
from app.ledger import service as ledger
from app.stocktake.line_rules import Mark
from tests.builders import Cast, at, location_of, make_item
from tests.stocktake.builders import count, line_of, move, start_stocktake


def test_what_nobody_counted_is_null_and_not_zero(cast: Cast) -> None:
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[1], {}, at(9))
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.state, line.quantity_counted, line.variance) == ("uncounted", None, None)


def test_the_variance_is_counted_minus_book_at_the_time_of_counting(cast: Cast) -> None:
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    move(cast, "sale", water, cast.bins[0], 3, at(11))
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 9}, at(10))
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.quantity_book, line.variance, line.value) == (10, -1, -150)
    assert line.state == "needs_decision"


def test_a_movement_at_the_very_moment_counts_as_before_and_is_doubted(cast: Cast) -> None:
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    move(cast, "sale", water, cast.bins[0], 1, at(10))
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 9}, at(10))
    line = line_of(stocktake, cast.bins[0], water)
    assert line.variance == 0
    assert Mark.TIME_UNCERTAIN & line.flags
    assert line.state == "needs_decision"


def test_a_sale_that_arrives_late_explains_the_difference(cast: Cast) -> None:
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 8}, at(10, 10))
    assert line_of(stocktake, cast.bins[0], water).variance == -2
    move(cast, "sale", water, cast.bins[0], 2, at(10, 5), document="TILL-77")
    line = line_of(stocktake, cast.bins[0], water)
    assert (line.quantity_book_first, line.quantity_book, line.variance) == (10, 8, 0)
    assert line.state == "agreed"
    assert Mark.EXPLAINED_LATE & line.flags


def test_a_sale_after_the_count_changes_nothing(cast: Cast) -> None:
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 10}, at(10))
    before = line_of(stocktake, cast.bins[0], water)
    move(cast, "sale", water, cast.bins[0], 2, at(12))
    after = line_of(stocktake, cast.bins[0], water)
    assert (after.variance, after.state, after.version) == (0, "agreed", before.version)


def test_a_movement_between_the_first_and_the_last_scan_wants_a_look(cast: Cast) -> None:
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    move(cast, "sale", water, cast.bins[0], 1, at(9, 55))
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 9}, at(10), first_look=at(9, 50))
    line = line_of(stocktake, cast.bins[0], water)
    assert line.variance == 0
    assert Mark.MOVED_WHILE_COUNTED & line.flags
    assert line.state == "needs_decision"


def test_unexpected_stock_and_total_loss_pass_no_tolerance(cast: Cast) -> None:
    found, lost, near = make_item("FOUND"), make_item("LOST"), make_item("NEAR")
    move(cast, "opening", lost, cast.bins[0], 1, at(7))
    move(cast, "opening", near, cast.bins[0], 100, at(7))
    stocktake = start_stocktake(cast, tolerance_quantity=2)
    count(cast, stocktake, cast.bins[0], {found: 1, lost: 0, near: 99}, at(10))
    assert line_of(stocktake, cast.bins[0], found).state == "needs_decision"
    assert line_of(stocktake, cast.bins[0], lost).state == "needs_decision"
    assert line_of(stocktake, cast.bins[0], near).state == "within_tolerance"


def test_a_tolerance_holds_only_within_all_that_are_given(cast: Cast) -> None:
    cheap, dear = make_item("CHEAP"), make_item("DEAR", unit_cost=100_000_000)
    move(cast, "opening", cheap, cast.bins[0], 100, at(7))
    move(cast, "opening", dear, cast.bins[0], 100, at(7))
    stocktake = start_stocktake(cast, tolerance_percent_bp=200, tolerance_value=5_000)
    count(cast, stocktake, cast.bins[0], {cheap: 98, dear: 98}, at(10))
    assert line_of(stocktake, cast.bins[0], cheap).state == "within_tolerance"
    assert line_of(stocktake, cast.bins[0], dear).state == "needs_decision"


def test_a_negative_book_is_always_looked_at(cast: Cast) -> None:
    water = make_item()
    move(cast, "sale", water, cast.bins[0], 2, at(7))
    stocktake = start_stocktake(cast, tolerance_quantity=100)
    count(cast, stocktake, cast.bins[0], {water: 0}, at(10))
    line = line_of(stocktake, cast.bins[0], water)
    assert line.quantity_book == -2
    assert Mark.NEGATIVE_BOOK & line.flags
    assert line.state == "needs_decision"


def test_two_unconnected_sheets_are_never_added(cast: Cast) -> None:
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 10}, at(10), disposition="undecided")
    count(cast, stocktake, cast.bins[0], {water: 10}, at(11), disposition="undecided")
    line = line_of(stocktake, cast.bins[0], water)
    assert line.quantity_counted is None
    assert Mark.OVERLAP & line.flags
    assert line.state == "needs_decision"


def test_a_movement_known_only_by_its_day_makes_the_time_uncertain(cast: Cast) -> None:
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(0) - timedelta(days=2))
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 9}, at(10))
    entry = ledger.NewEntry(
        item_id=water.id,
        lot="",
        from_location_id=cast.bins[0].id,
        to_location_id=location_of(cast.site, "CUSTOMER").id,
        quantity=1,
        occurred_at=at(15, 59, 59),
        date_only=True,
    )
    journal = ledger.NewJournal(site_id=cast.site.id, kind="sale", source_key="day file", person_id=cast.supervisor.id)
    transact(lambda session: ledger.write_journal(session, journal, [entry], now()))
    line = line_of(stocktake, cast.bins[0], water)
    assert line.variance == -1
    assert Mark.TIME_UNCERTAIN & line.flags
