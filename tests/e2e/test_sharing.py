"""Two people, one shelf; a dead battery; a device in other hands: in real browsers, against a real server."""

from tests.e2e import sharing_walk as walk_of
from tests.e2e.conftest import OpenBrowser, Server, Shop
from tests.e2e.phone import expect_nothing_lost_or_doubled, outbox


def test_two_phones_at_one_shelf_and_a_handover_between_them(server: Server, shop: Shop, browser: OpenBrowser) -> None:
    walk = walk_of.begin(shop, browser, lambda _page, _name: None)
    walk_of.two_at_one_shelf(walk)
    line = shop.lines()["A-01", "WATER"]
    assert (line["state"], line["quantity_counted"]) == ("needs_decision", None)

    walk_of.named_a_handover(walk)
    assert shop.lines()["A-01", "WATER"]["quantity_counted"] == 5

    walk_of.the_battery_died(walk)
    assert shop.lines()["A-02", "TISSUE"]["quantity_counted"] == 2

    walk_of.in_other_hands(walk)
    assert shop.lines()["A-02", "TISSUE"]["quantity_counted"] == 3
    assert shop.desk.get(f"stocktakes/{shop.stocktake_id}/overlaps")["rows"] == []

    walk_of.came_too_late(walk)
    for page in (walk.wang, walk.li):
        expect_nothing_lost_or_doubled(page, server)
    assert '"auth":"offline"' in outbox(walk.wang)[-1]["text"]
