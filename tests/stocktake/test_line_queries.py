"""The workbench's list of lines: the dearest first, and who decided by name."""

from app.kernel.clock import now
from app.kernel.transaction import reading, transact
from app.stocktake.decisions import DecideLines, decide
from app.stocktake.line_queries import LineFilter, find_lines, one_line
from tests.builders import Cast, at, make_item
from tests.stocktake.builders import count, line_of, move, start_stocktake
from tests.stocktake.test_posting import viewer_of


def test_dearest_first_is_by_amount_whether_gained_or_lost(cast: Cast) -> None:
    water, tea, rice = make_item(), make_item("TEA"), make_item("RICE")
    stocktake = start_stocktake(cast)
    for item, quantity in ((water, 10), (tea, 10), (rice, 10)):
        move(cast, "opening", item, cast.bins[0], quantity, at(7))
    count(cast, stocktake, cast.bins[0], {water: 8, tea: 15, rice: 11}, at(10))
    wanted = LineFilter(stocktake_id=stocktake.id, sort="worth", descending=True)
    with reading() as session:
        found, totals = find_lines(session, wanted, limit=10, after=None)
    assert [abs(row["value"]) for row in found.rows] == sorted((abs(row["value"]) for row in found.rows), reverse=True)
    assert [row["sku"] for row in found.rows][:2] == ["TEA", water.sku]
    assert totals.lines == 3


def test_lines_nobody_counted_stand_last_however_it_is_sorted(cast: Cast) -> None:
    water, tea = make_item(), make_item("TEA")
    stocktake = start_stocktake(cast)
    move(cast, "opening", water, cast.bins[1], 10, at(7))
    move(cast, "opening", tea, cast.bins[0], 10, at(7))
    count(cast, stocktake, cast.bins[0], {tea: 9}, at(10))
    for descending in (True, False):
        wanted = LineFilter(stocktake_id=stocktake.id, sort="worth", descending=descending)
        with reading() as session:
            found, _ = find_lines(session, wanted, limit=10, after=None)
        assert [row["sku"] for row in found.rows] == ["TEA", water.sku]


def test_a_decided_line_names_the_person(cast: Cast) -> None:
    water = make_item()
    stocktake = start_stocktake(cast)
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    count(cast, stocktake, cast.bins[0], {water: 8}, at(10))
    line = line_of(stocktake, cast.bins[0], water)
    with reading() as session:
        assert one_line(session, stocktake.id, line.id)[1]["decided_by_name"] is None
    command = DecideLines(
        stocktake_id=stocktake.id, decision="accept", versions={line.id: line.version}, reason_code="miscount"
    )
    viewer = viewer_of(cast.supervisor.id, cast)
    transact(lambda session: decide(session, viewer, command, now()))
    with reading() as session:
        assert one_line(session, stocktake.id, line.id)[1]["decided_by_name"] == cast.supervisor.name
