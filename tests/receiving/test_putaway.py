"""What receipts brought waits where it landed until somebody carries it off; each of it is told where it belongs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from app.catalogue.models import Item, Lot
from app.kernel.clock import now
from app.kernel.database import db
from app.kernel.ids import new_id
from app.kernel.transaction import transact
from app.receiving.models import GoodsReceipt, ItemPlace, ReceiptLine, ReceiptTally
from app.sites.models import Location
from tests.builders import MORNING, Cast, make_item, make_location, make_site, save
from tests.receiving.carrier import Carrier
from tests.stocktake.builders import move

_NUMBERS = iter(range(1, 10_000))


@pytest.fixture
def dock(cast: Cast) -> Location:
    """Where deliveries land, before the bins on the way."""
    return make_location(cast.site, "DOCK", walk_order=-1)


def receive(
    cast: Cast, dock: Location, goods: Mapping[Item, int], *, lot: str = "", damaged: bool = False, **changes: Any
) -> GoodsReceipt:
    """A receipt with these goods scanned."""
    values = {
        "id": new_id(), "site_id": dock.site_id, "number": next(_NUMBERS), "location_id": dock.id,
        "state": "receiving", "opened_by": cast.counter.id, "opened_at": now(),
    }  # fmt: skip
    receipt = GoodsReceipt(**(values | changes))
    tallies = [
        ReceiptTally(
            receipt_id=receipt.id, item_id=item.id, lot=lot, damaged=damaged, quantity=quantity, records=1,
            first_look_at=MORNING, last_look_at=MORNING,
        )
        for item, quantity in goods.items()
    ]  # fmt: skip
    save(receipt, *tallies)
    return receipt


def change(receipt: GoodsReceipt, **values: Any) -> None:
    """As the desk would have it."""
    changed = update(GoodsReceipt).where(GoodsReceipt.id == receipt.id).values(**values)
    transact(lambda session: session.execute(changed))


def post(cast: Cast, receipt: GoodsReceipt, dock: Location, goods: Mapping[Item, int]) -> None:
    """The receipt is posted: its goods are in the book."""
    for item, quantity in goods.items():
        move(cast, "receipt", item, dock, quantity, now())
    change(receipt, state="posted", posted_at=now())


def waiting(cast: Cast, **query: Any) -> list[dict[str, Any]]:
    answer = cast.client(cast.counter).get("/api/v1/putaway", query_string={"site_id": str(cast.site.id), **query})
    assert answer.status_code == 200, answer.json
    return list(answer.json["rows"])


def quantities(cast: Cast) -> list[tuple[str, str, int]]:
    return [(row["item"]["sku"], row["lot"], row["quantity"]) for row in waiting(cast)]


def suggested(cast: Cast) -> dict[str, Any]:
    found = {}
    for row in waiting(cast):
        told = row["suggested"]
        found[row["item"]["sku"]] = told and (told["location"]["code"], told["why"])
    return found


class TestWhatWaits:
    def test_goods_wait_from_the_scan_on_posted_or_not(self, cast: Cast, dock: Location) -> None:
        water = make_item()
        receipt = receive(cast, dock, {water: 12})
        assert quantities(cast) == [("WATER", "", 12)]
        change(receipt, state="closed")
        assert quantities(cast) == [("WATER", "", 12)]
        post(cast, receipt, dock, {water: 12})
        assert quantities(cast) == [("WATER", "", 12)]

    @pytest.mark.parametrize("posted_first", [True, False])
    def test_what_was_carried_off_waits_no_more(self, cast: Cast, dock: Location, posted_first: bool) -> None:
        water, carrier = make_item(), Carrier.at(cast)
        receipt = receive(cast, dock, {water: 12})
        if posted_first:
            post(cast, receipt, dock, {water: 12})
        carrier.move(water, dock, cast.bins[0], 5, receipt=str(receipt.id))
        assert carrier.sync() == []
        assert quantities(cast) == [("WATER", "", 7)]
        if not posted_first:
            post(cast, receipt, dock, {water: 12})
            assert quantities(cast) == [("WATER", "", 7)]
        carrier.move(water, dock, cast.bins[0], 7)
        carrier.sync()
        assert quantities(cast) == []

    def test_several_receipts_at_one_dock_sum_up_by_lot(self, cast: Cast, dock: Location) -> None:
        milk = make_item("MILK", tracks_lots=True)
        expires = (now() + timedelta(days=9)).date()
        save(Lot(item_id=milk.id, lot="L1", expires_on=expires, created_at=MORNING))
        receive(cast, dock, {milk: 3}, lot="L1")
        receive(cast, dock, {milk: 4}, lot="L1")
        receive(cast, dock, {milk: 5}, lot="L2")
        assert quantities(cast) == [("MILK", "L1", 7), ("MILK", "L2", 5)]
        assert [row["expires_on"] for row in waiting(cast)] == [expires.isoformat(), None]

    def test_damaged_refused_cancelled_and_reversed_goods_do_not(self, cast: Cast, dock: Location) -> None:
        water, milk = make_item(), make_item("MILK")
        receive(cast, dock, {water: 1}, damaged=True)
        refused = receive(cast, dock, {milk: 2})
        save(ReceiptLine(receipt_id=refused.id, item_id=milk.id, state="refused", quantity_good=2))
        for state in ("cancelled", "reversed"):
            receive(cast, dock, {water: 3}, state=state)
        assert quantities(cast) == []

    def test_old_stock_at_the_dock_is_where_it_is(self, cast: Cast, dock: Location) -> None:
        water, milk, long_ago = make_item(), make_item("MILK"), now() - timedelta(days=15)
        old = receive(cast, dock, {milk: 9}, opened_at=long_ago)
        post(cast, old, dock, {milk: 9})
        change(old, posted_at=long_ago)
        move(cast, "opening", make_item("BROOM"), dock, 1, long_ago)
        receive(cast, dock, {water: 1})
        assert quantities(cast) == [("WATER", "", 1)]

    def test_a_shop_that_keeps_its_stock_as_one_has_nothing_to_put_away(self, cast: Cast) -> None:
        shop = make_site("SHOP", stock_level="site")
        receive(cast, make_location(shop, "BACK"), {make_item(): 5})
        cast.site = shop
        client = cast.client(cast.administrator)
        assert client.get(f"/api/v1/putaway?site_id={shop.id}").json == {"rows": [], "total": 0, "next": None}

    def test_another_sites_dock_is_not_there(self, cast: Cast) -> None:
        path = f"/api/v1/putaway?site_id={cast.other_site.id}"
        assert cast.client(cast.counter).get(path).status_code == 404

    def test_it_comes_in_pages(self, cast: Cast, dock: Location) -> None:
        receive(cast, dock, {make_item(f"I-{number}"): 1 for number in range(5)})
        client, path = cast.client(cast.counter), f"/api/v1/putaway?site_id={cast.site.id}&limit=3"
        first = client.get(path).json
        second = client.get(f"{path}&after={first['next']}").json
        assert [row["item"]["sku"] for page in (first, second) for row in page["rows"]] == [
            f"I-{number}" for number in range(5)
        ]
        assert (first["total"], second["next"]) == (5, None)


class TestWhereItBelongs:
    def test_its_fixed_bin_before_all(self, cast: Cast, dock: Location) -> None:
        water = make_item()
        move(cast, "opening", water, cast.bins[0], 3, now())
        save(ItemPlace(site_id=cast.site.id, item_id=water.id, location_id=cast.bins[1].id))
        receive(cast, dock, {water: 1})
        assert suggested(cast) == {"WATER": ("A-02", "fixed")}

    def test_else_beside_the_most_of_its_kind(self, cast: Cast, dock: Location) -> None:
        water = make_item()
        move(cast, "opening", water, cast.bins[0], 3, now())
        move(cast, "opening", water, cast.bins[1], 4, now())
        save(ItemPlace(site_id=cast.other_site.id, item_id=water.id, location_id=cast.bins[0].id))
        receive(cast, dock, {water: 1})
        assert suggested(cast) == {"WATER": ("A-02", "same_item")}

    def test_else_in_the_nearest_empty_bin_each_item_in_its_own(self, cast: Cast) -> None:
        dock = make_location(cast.site, "DOCK", walk_order=5)
        near, far = (make_location(cast.site, code, walk_order=order) for code, order in (("B-1", 6), ("B-2", 9)))
        make_location(cast.site, "OLD", walk_order=5, active=False)
        taken = make_location(cast.site, "TAKEN", walk_order=5)
        move(cast, "opening", make_item("BROOM"), cast.bins[0], 1, now())
        save(ItemPlace(site_id=cast.site.id, item_id=make_item("MOP").id, location_id=taken.id))
        receive(cast, dock, {make_item(sku): 1 for sku in ("I-1", "I-2", "I-3", "I-4")})
        assert suggested(cast) == {
            "I-1": (near.code, "nearest_empty"),
            "I-2": (far.code, "nearest_empty"),
            "I-3": ("A-02", "nearest_empty"),  # from the beginning again
            "I-4": None,  # nothing is empty
        }

    def test_another_dock_is_no_bin_though_it_is_empty(self, cast: Cast, dock: Location) -> None:
        other = make_location(cast.site, "DOCK-2", walk_order=-1)
        water, milk = make_item(), make_item("MILK")
        carrier = Carrier.at(cast)
        receive(cast, other, {milk: 1})
        carrier.move(milk, other, cast.bins[0], 1)
        carrier.sync()
        receive(cast, dock, {water: 1})
        assert suggested(cast) == {"WATER": ("A-02", "nearest_empty")}

    def test_a_cart_is_no_bin_neither_empty_nor_with_more_of_the_kind_on_it(self, cast: Cast) -> None:
        dock = make_location(cast.site, "DOCK", walk_order=5)
        cart, second = (make_location(cast.site, code, walk_order=5, mobile=True) for code in ("CART-1", "CART-2"))
        shelf = make_location(cast.site, "B-1", walk_order=9)
        water, milk = make_item(), make_item("MILK")
        move(cast, "opening", water, cast.bins[0], 1, now())
        move(cast, "opening", water, cast.bins[1], 1, now())
        move(cast, "opening", water, cart, 7, now())
        receive(cast, dock, {water: 1, milk: 1})
        assert suggested(cast) == {"WATER": ("A-01", "same_item"), "MILK": (shelf.code, "nearest_empty")}
        cast.client(cast.administrator).patch(f"/api/v1/locations/{second.id}", json={"mobile": False})
        assert suggested(cast)["MILK"] == (second.code, "nearest_empty")

    def test_two_lots_of_an_item_go_together(self, cast: Cast, dock: Location) -> None:
        milk = make_item("MILK", tracks_lots=True)
        for lot in ("L1", "L2"):
            receive(cast, dock, {milk: 1}, lot=lot)
        assert [row["suggested"]["location"]["code"] for row in waiting(cast)] == ["A-01", "A-01"]

    def test_what_landed_in_its_own_bin_is_put_away(self, cast: Cast) -> None:
        water = make_item()
        save(ItemPlace(site_id=cast.site.id, item_id=water.id, location_id=cast.bins[0].id))
        receive(cast, cast.bins[0], {water: 4})
        assert quantities(cast) == []

    def test_a_closed_bin_is_nobodys(self, cast: Cast, dock: Location) -> None:
        water, closed = make_item(), make_location(cast.site, "OLD", active=False)
        save(ItemPlace(site_id=cast.site.id, item_id=water.id, location_id=closed.id))
        receive(cast, dock, {water: 4})
        assert suggested(cast) == {"WATER": ("A-01", "nearest_empty")}

    def test_where_stock_is_kept_by_zone_zones_are_told(self, cast: Cast) -> None:
        store = make_site("STORE", stock_level="zone")
        dock, zone = (make_location(store, code, kind="zone") for code in ("DOCK", "ZONE"))
        shelf = make_location(store, "SHELF", parent=zone)
        water, milk = make_item(), make_item("MILK")
        save(ItemPlace(site_id=store.id, item_id=milk.id, location_id=shelf.id))
        receive(cast, dock, {milk: 1, water: 1})
        rows = cast.client(cast.administrator).get(f"/api/v1/putaway?site_id={store.id}").json["rows"]
        told = [(row["item"]["sku"], row["suggested"]["location"]["code"]) for row in rows]
        assert told == [("MILK", "ZONE"), ("WATER", "ZONE")]


def test_a_hundred_rows_cost_no_more_questions_than_one(cast: Cast, dock: Location) -> None:
    def statements() -> int:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        waiting(cast)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    receive(cast, dock, {make_item(): 1})
    one = statements()
    receive(cast, dock, {make_item(f"I-{number}"): 1 for number in range(80)})
    assert statements() <= one
