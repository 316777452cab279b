"""Scan or type anything, and see what it is, where it lies, what moved, what is still to come, and where else."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Grant
from app.catalogue.models import Item, Lot
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.transaction import transact
from app.ledger import service as ledger
from app.receiving.models import GoodsReceipt, ItemPlace, ReceiptTally
from app.sites.models import Location
from tests.builders import MORNING, Cast, location_of, make_item, make_location, make_site, save
from tests.purchasing.builders import make_delivery, make_order, make_supplier
from tests.stocktake.builders import move, start_stocktake

WATER, CARTON = "06921168509256", "16921168509253"
SSCC = "106141411234567897"


@pytest.fixture
def water(cast: Cast) -> Item:
    """Five bottles in each of the two bins."""
    item = make_item("WATER-550", barcodes={WATER: 1, CARTON: 12})
    for place in cast.bins:
        move(cast, "opening", item, place, 5, now() - timedelta(hours=2))
    return item


@pytest.fixture
def milk(cast: Cast) -> Item:
    """Milk of two lots in the first bin; the later lot expires first."""
    item = make_item("MILK", tracks_lots=True, tracks_expiry=True, barcodes={"06901028075763": 1})
    for lot, expires, quantity in (("L1", date(2027, 3, 1), 3), ("L2", date(2027, 2, 1), 4)):
        save(Lot(item_id=item.id, lot=lot, expires_on=expires, created_at=MORNING))
        open_lot(cast, item, cast.bins[0], lot, quantity)
    return item


def open_lot(cast: Cast, item: Item, where: Location, lot: str, quantity: int) -> None:
    """Opening stock in a lot."""
    giver = location_of(cast.site, "OPENING").id
    entry = ledger.NewEntry(item.id, lot, giver, where.id, quantity, now() - timedelta(hours=1))
    journal = ledger.NewJournal(cast.site.id, "opening", str(new_id()), cast.supervisor.id)
    transact(lambda session: ledger.write_journal(session, journal, [entry], now()))


def look_up(client: FlaskClient, cast: Cast, code: str) -> Any:
    answer = client.get("/api/v1/lookup", query_string={"site_id": str(cast.site.id), "code": code})
    assert answer.status_code == 200, answer.json
    return answer.json


@pytest.fixture
def floor(cast: Cast) -> FlaskClient:
    """A counter with a phone."""
    return cast.client(cast.counter)


@pytest.fixture
def desk(cast: Cast) -> FlaskClient:
    return cast.client(cast.supervisor)


def stock_of(found: Any) -> list[tuple[str, str, str, int]]:
    return [(row["item"]["sku"], row["location"]["code"], row["lot"], row["quantity"]) for row in found["stock"]]


class TestWhatItIs:
    def test_an_item_in_whatever_form_it_is_written(self, cast: Cast, floor: FlaskClient, water: Item) -> None:
        texts = {
            WATER[1:]: 1, WATER: 1, "６９２１１６８５０９２５６": 1, CARTON: 12, f"]C101{CARTON}10L-7": 12,
            f"https://id.gs1.org/01/{CARTON}": 12, "WATER-550": None, "water-550": None,
        }  # fmt: skip
        for text, factor in texts.items():
            found = look_up(floor, cast, text)
            assert (found["kind"], found["item"]["sku"]) == ("item", "WATER-550"), text
            assert (found["scanned"] or {}).get("pack_factor") == factor, text

    def test_a_gs1_message_tells_its_lot_and_dates_too(self, cast: Cast, floor: FlaskClient, milk: Item) -> None:
        found = look_up(floor, cast, "(01)06901028075763(17)270301(10)L1(21)S-9")
        assert (found["kind"], found["item"]["sku"]) == ("item", "MILK")
        assert found["scanned"] == {
            "pack_factor": 1, "lot": "L1", "expires_on": "2027-03-01", "serial": "S-9", "count": None, "sscc": None,
        }  # fmt: skip

    def test_a_place_by_its_label_or_its_code(self, cast: Cast, floor: FlaskClient) -> None:
        for text in ("LOC-S1-A-01", "A-01", "a-01", "loc-s1-a-01"):
            found = look_up(floor, cast, text)
            assert (found["kind"], found["location"]["code"]) == ("location", "A-01"), text

    def test_documents_by_their_labels_references_and_pallets(self, cast: Cast, floor: FlaskClient, milk: Item) -> None:
        north = make_supplier()
        make_order(cast, north, [(milk, 5)], reference="ERP-4711")
        make_delivery(cast, north, [{"item": milk, "quantity": 5, "sscc": SSCC}], reference="DN-9")
        receive(cast, {milk: 2}, delivery_note="LS-3")
        texts = {
            "PO-1": ("order", "PO-1"), "po 1": ("order", "PO-1"), "ERP-4711": ("order", "PO-1"),
            "ASN-1": ("delivery", "ASN-1"), "DN-9": ("delivery", "ASN-1"), SSCC: ("delivery", "ASN-1"),
            f"(00){SSCC}": ("delivery", "ASN-1"), "GRN-1": ("receipt", "GRN-1"), "LS-3": ("receipt", "GRN-1"),
        }  # fmt: skip
        for text, (kind, label) in texts.items():
            found = look_up(floor, cast, text)
            assert (found["kind"], found["document"]["label"]) == (kind, label), text

    def test_a_lot_by_its_number(self, cast: Cast, floor: FlaskClient, milk: Item) -> None:
        found = look_up(floor, cast, "L2")
        assert (found["kind"], found["item"]["sku"], found["quantity"]) == ("lot", "MILK", 4)
        assert stock_of(found) == [("MILK", "A-01", "L2", 4)]
        cheese = make_item("CHEESE", tracks_lots=True)
        open_lot(cast, cheese, cast.bins[1], "L2", 7)
        both = look_up(floor, cast, "L2")
        assert (both["item"], both["quantity"]) == (None, 11)
        assert stock_of(both) == [("MILK", "A-01", "L2", 4), ("CHEESE", "A-02", "L2", 7)]

    @pytest.mark.parametrize(
        "text", ["x", "6921168509257", "PO-99", "\x00", "]", " ", "(01)123", "X" * 1024, "https://["]
    )
    def test_what_nobody_knows_is_no_error(self, cast: Cast, floor: FlaskClient, text: str) -> None:
        found = look_up(floor, cast, text)
        assert (found["kind"], found["code"]) == ("unknown", text)
        assert [found[name] for name in ("item", "location", "document", "stock", "movements")] == [None] * 3 + [[]] * 2

    def test_another_sites_things_are_unknown_here(self, cast: Cast, floor: FlaskClient) -> None:
        make_location(cast.other_site, "X-01")
        for text in ("X-01", "LOC-S2-X-01", "LOC-S2"):
            assert look_up(floor, cast, text)["kind"] == "unknown"
        query = {"site_id": str(cast.other_site.id), "code": "X-01"}
        assert floor.get("/api/v1/lookup", query_string=query).status_code == 404

    def test_a_draft_is_not_for_the_floor(self, cast: Cast, floor: FlaskClient, desk: FlaskClient, milk: Item) -> None:
        make_order(cast, make_supplier(), [(milk, 5)], state="draft", reference="SECRET-1")
        for text in ("PO-1", "SECRET-1"):
            assert (look_up(floor, cast, text)["kind"], look_up(desk, cast, text)["kind"]) == ("unknown", "order")


def receive(cast: Cast, goods: dict[Item, int], **changes: Any) -> GoodsReceipt:
    """A receipt in the first bin with these goods scanned."""
    values = {
        "id": new_id(), "site_id": cast.site.id, "number": 1, "location_id": cast.bins[0].id,
        "opened_by": cast.counter.id, "opened_at": now(),
    }  # fmt: skip
    receipt = GoodsReceipt(**(values | changes))
    tallies = [
        ReceiptTally(
            receipt_id=receipt.id, item_id=item.id, lot="", quantity=quantity, records=1, first_look_at=MORNING,
            last_look_at=MORNING,
        )
        for item, quantity in goods.items()
    ]  # fmt: skip
    save(receipt, *tallies)
    return receipt


class TestAnItem:
    def test_where_it_lies_and_where_it_belongs(self, cast: Cast, floor: FlaskClient, water: Item) -> None:
        save(ItemPlace(site_id=cast.site.id, item_id=water.id, location_id=cast.bins[1].id))
        found = look_up(floor, cast, WATER)
        assert stock_of(found) == [("WATER-550", "A-01", "", 5), ("WATER-550", "A-02", "", 5)]
        assert (found["quantity"], found["stock_total"], found["fixed"]["code"]) == (10, 2, "A-02")

    def test_its_lots_by_what_expires_first(self, cast: Cast, floor: FlaskClient, milk: Item) -> None:
        open_lot(cast, milk, cast.bins[1], "NODATE", 1)
        found = look_up(floor, cast, "MILK")
        assert [(row["lot"], row["expires_on"], row["quantity"]) for row in found["lots"]] == [
            ("L2", "2027-02-01", 4),
            ("L1", "2027-03-01", 3),
            ("NODATE", None, 1),
        ]

    def test_its_last_twenty_movements(self, cast: Cast, floor: FlaskClient, water: Item) -> None:
        start = now() - timedelta(days=200)
        for number in range(25):
            move(cast, "sale", water, cast.bins[0], number + 1, start + timedelta(days=number * 8))
        found = look_up(floor, cast, WATER)
        assert [row["quantity"] for row in found["movements"]] == [5, 5, *range(25, 7, -1)]
        assert found["movements"][2]["to_location_code"] == "CUSTOMER"
        assert {"unit_cost"} & set(found["movements"][0]) == set()

    def test_what_is_still_to_come_each_piece_once(self, cast: Cast, floor: FlaskClient, water: Item) -> None:
        north, soon = make_supplier(), date(2026, 12, 1)
        order = make_order(cast, north, [(water, 100), (make_item("MOP"), 3)], promised_on=soon + timedelta(days=9))
        make_order(cast, north, [(water, 7)], state="cancelled")
        assert expected(look_up(floor, cast, WATER)) == [("PO-1", 100, "2026-12-10")]
        line = UUID(next(it["id"] for it in order_lines(cast, order.id) if it["quantity"] == 100))
        make_delivery(cast, north, [{"item": water, "quantity": 60, "order_line_id": line}], expected_on=soon)
        assert expected(look_up(floor, cast, WATER)) == [("ASN-1", 60, "2026-12-01"), ("PO-1", 40, "2026-12-10")]

    def test_what_was_scanned_at_the_dock_and_is_not_posted(self, cast: Cast, floor: FlaskClient, water: Item) -> None:
        receive(cast, {water: 24})
        receive(cast, {water: 3}, number=2, state="posted")
        found = look_up(floor, cast, WATER)
        told = [(row["label"], row["location"]["code"], row["quantity"]) for row in found["arriving"]]
        assert told == [("GRN-1", "A-01", 24)]

    def test_how_much_the_other_sites_have_that_one_may_see(self, cast: Cast, desk: FlaskClient, water: Item) -> None:
        third, home = make_site("S3"), cast.site
        for site in (cast.other_site, third):
            shelf = make_location(site, "SHELF")
            cast.site = site
            move(cast, "opening", water, shelf, 8, now() - timedelta(hours=1))
        cast.site = home
        assert look_up(desk, cast, WATER)["elsewhere"] == []
        save(Grant(id=new_id(), person_id=cast.supervisor.id, site_id=third.id, role="counter"))
        found = look_up(cast.client(cast.supervisor), cast, WATER)["elsewhere"]
        assert [(row["site"]["code"], row["quantity"]) for row in found] == [("S3", 8)]

    def test_costs_are_for_supervisors(self, cast: Cast, floor: FlaskClient, desk: FlaskClient, water: Item) -> None:
        assert look_up(desk, cast, WATER)["item"]["unit_cost"] == water.unit_cost
        found = cast.client(cast.counter).get(f"/api/v1/lookup?site_id={cast.site.id}&code={WATER}")
        assert "cost" not in found.get_data(as_text=True)

    def test_a_supervisor_elsewhere_is_a_counter_here(self, cast: Cast, water: Item) -> None:
        save(Grant(id=new_id(), person_id=cast.counter.id, site_id=cast.other_site.id, role="manager"))
        assert "unit_cost" not in look_up(cast.client(cast.counter), cast, WATER)["item"]


def expected(found: Any) -> list[tuple[str, int, str | None]]:
    return [(row["label"], row["quantity"], row["on"]) for row in found["expected"]]


def order_lines(cast: Cast, order_id: Any) -> list[dict[str, Any]]:
    return list(cast.client(cast.supervisor).get(f"/api/v1/purchase-orders/{order_id}").json["lines"])


class TestABlindCount:
    def test_whoever_may_be_counting_is_not_told_what_the_book_expects(
        self, cast: Cast, floor: FlaskClient, desk: FlaskClient, water: Item
    ) -> None:
        aside = make_location(cast.site, "B-01", walk_order=9)
        move(cast, "opening", water, aside, 2, now() - timedelta(hours=1))
        start_stocktake(cast)
        found = look_up(floor, cast, WATER)
        assert (stock_of(found), found["quantity"]) == ([("WATER-550", "B-01", "", 2)], 2)
        assert found["hidden_places"] == ["A-01", "A-02"]
        assert [row["to_location_code"] for row in found["movements"]] == ["B-01"]
        place = look_up(floor, cast, "A-01")
        assert (place["stock"], place["movements"], place["hidden_places"]) == ([], [], ["A-01"])
        told = look_up(desk, cast, WATER)
        assert (told["quantity"], told["hidden_places"], len(told["movements"])) == (12, [], 3)

    def test_an_open_count_and_one_that_is_over_hide_nothing(self, cast: Cast, floor: FlaskClient, water: Item) -> None:
        start_stocktake(cast, blind=False)
        start_stocktake(cast, number=2, state="closed")
        assert look_up(floor, cast, WATER)["quantity"] == 10


class TestAPlace:
    def test_what_lies_in_it_and_what_belongs_there(
        self, cast: Cast, floor: FlaskClient, water: Item, milk: Item
    ) -> None:
        save(ItemPlace(site_id=cast.site.id, item_id=milk.id, location_id=cast.bins[0].id))
        found = look_up(floor, cast, "A-01")
        assert stock_of(found) == [("MILK", "A-01", "L1", 3), ("MILK", "A-01", "L2", 4), ("WATER-550", "A-01", "", 5)]
        assert [item["sku"] for item in found["location"]["fixed_items"]] == ["MILK"]
        assert [row["quantity"] for row in found["movements"]] == [4, 3, 5]
        assert found["quantity"] is None

    def test_a_zone_tells_of_its_bins_each_movement_once(self, cast: Cast, floor: FlaskClient, water: Item) -> None:
        entry = {"item_id": str(water.id), "location": "A-01", "to_location": "A-02", "quantity": 1}
        body = {"site_id": str(cast.site.id), "kind": "move", "entries": [entry]}
        assert cast.client(cast.supervisor).post("/api/v1/journals", json=body).status_code == 201
        found = look_up(floor, cast, "A")
        assert stock_of(found) == [("WATER-550", "A-01", "", 4), ("WATER-550", "A-02", "", 6)]
        assert [row["kind"] for row in found["movements"]] == ["move", "opening", "opening"]

    def test_of_a_shelf_below_the_stock_level_the_book_knows_nothing(self, cast: Cast) -> None:
        shop = make_site("SHOP", stock_level="site")
        make_location(shop, "SHELF")
        cast.site = shop
        found = look_up(cast.client(cast.administrator), cast, "SHELF")
        assert (found["stock"], found["location"]["stock_location"]["code"]) == ([], "SHOP")


class TestADocument:
    def test_an_order_tells_its_lines_and_what_is_open(self, cast: Cast, floor: FlaskClient, water: Item) -> None:
        make_order(cast, make_supplier(), [(water, 9)], promised_on=date(2026, 12, 1))
        found = look_up(floor, cast, "PO-1")
        (line,) = found["document"]["lines"]
        assert (line["item"]["sku"], line["quantity"], line["quantity_received"]) == ("WATER-550", 9, 0)
        assert (found["document"]["supplier"], found["document"]["on"]) == ("North", "2026-12-01")
        assert expected(found) == [("PO-1", 9, "2026-12-01")]
        assert "price" not in str(found)

    def test_a_delivery_tells_lots(self, cast: Cast, floor: FlaskClient, milk: Item) -> None:
        day = date(2027, 3, 1)
        make_delivery(cast, make_supplier(), [{"item": milk, "quantity": 4, "lot": "L1", "expires_on": day}])
        (line,) = look_up(floor, cast, "ASN-1")["document"]["lines"]
        assert (line["lot"], line["expires_on"], line["quantity"]) == ("L1", "2027-03-01", 4)

    def test_a_receipt_tells_what_was_scanned(self, cast: Cast, floor: FlaskClient, water: Item) -> None:
        receive(cast, {water: 24})
        found = look_up(floor, cast, "GRN-1")
        assert [line["quantity"] for line in found["document"]["lines"]] == [24]
        assert [row["quantity"] for row in found["arriving"]] == [24]
        assert found["document"]["state"] == "receiving"
