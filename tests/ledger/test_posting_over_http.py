"""A supervisor books documents at the desk."""

from datetime import timedelta
from typing import Any

import pytest

from app.catalogue.models import Item
from app.kernel.clock import iso, now
from app.kernel.ids import new_id
from app.kernel.transaction import reading
from tests.builders import Cast, at, make_item, make_location, make_site

URL = "/api/v1/journals"


def receipt(cast: Cast, *, quantity: int = 10, **changes: Any) -> dict[str, Any]:
    entry = {"sku": "WATER", "location": "A-01", "quantity": quantity}
    return {"site_id": str(cast.site.id), "kind": "receipt", "entries": [entry], **changes}


def stock(cast: Cast) -> dict[tuple[str, str], int]:
    rows = cast.client(cast.supervisor).get(f"/api/v1/stock?site_id={cast.site.id}").json["rows"]
    return {(row["location_code"], row["sku"]): row["quantity"] for row in rows}


def codes(answer: Any) -> dict[str, str]:
    return {error["field"]: error["code"] for error in answer.json["errors"]}


def test_goods_received_are_on_hand_with_their_value(cast: Cast) -> None:
    make_item(unit_cost=1_500_000)
    answer = cast.client(cast.supervisor).post(URL, json=receipt(cast))
    assert answer.status_code == 201, answer.json
    assert answer.json["went_negative"] == []
    [row] = cast.client(cast.supervisor).get(f"/api/v1/stock?site_id={cast.site.id}").json["rows"]
    assert (row["quantity"], row["value"], row["location_code"]) == (10, 1500, "A-01")


@pytest.mark.parametrize(
    ("kind", "left"),
    [("issue", 7), ("sale", 7), ("scrap", 7), ("receipt", 13), ("opening", 13)],
)
def test_each_kind_moves_goods_between_its_own_two_places(cast: Cast, kind: str, left: int) -> None:
    make_item()
    desk = cast.client(cast.supervisor)
    desk.post(URL, json=receipt(cast))
    assert desk.post(URL, json=receipt(cast, quantity=3, kind=kind)).status_code == 201
    assert stock(cast) == {("A-01", "WATER"): left}


def test_a_move_goes_from_shelf_to_shelf(cast: Cast) -> None:
    make_item()
    desk = cast.client(cast.supervisor)
    desk.post(URL, json=receipt(cast))
    entry = {"sku": "WATER", "location": "A-01", "to_location": "A-02", "quantity": 4}
    assert desk.post(URL, json=receipt(cast, kind="move", entries=[entry])).status_code == 201
    assert stock(cast) == {("A-01", "WATER"): 6, ("A-02", "WATER"): 4}


def test_selling_what_the_book_does_not_have_is_booked_and_said(cast: Cast) -> None:
    item = make_item()
    answer = cast.client(cast.supervisor).post(URL, json=receipt(cast, kind="sale", quantity=2))
    assert answer.status_code == 201
    assert answer.json["went_negative"] == [
        {"location_id": str(cast.bins[0].id), "item_id": str(item.id), "lot": "", "quantity": -2}
    ]
    assert stock(cast) == {("A-01", "WATER"): -2}


def test_the_same_document_sent_again_is_booked_once(cast: Cast) -> None:
    make_item()
    desk = cast.client(cast.supervisor)
    first = desk.post(URL, json=receipt(cast, source_key="GRN-1"))
    again = desk.post(URL, json=receipt(cast, source_key="GRN-1"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json["id"] == first.json["id"]
    assert again.json["repeated"] is True
    assert stock(cast) == {("A-01", "WATER"): 10}


def test_another_document_under_the_same_key_is_refused(cast: Cast) -> None:
    make_item()
    desk = cast.client(cast.supervisor)
    first = desk.post(URL, json=receipt(cast, source_key="GRN-1"))
    other = desk.post(URL, json=receipt(cast, source_key="GRN-1", quantity=11))
    assert (other.status_code, other.json["code"]) == (409, "source_key_reused")
    assert other.json["journal_id"] == first.json["id"]
    assert other.json["source_key"] == "GRN-1"


def test_all_mistakes_of_a_document_are_told_at_once(cast: Cast) -> None:
    make_item()
    make_location(cast.site, "A-99", active=False)
    elsewhere = make_location(cast.other_site, "Z-01")
    entries = [
        {"sku": "WATER", "location": "A", "quantity": 1},
        {"sku": "MILK", "location": "NOWHERE", "quantity": 1},
        {"sku": "WATER", "location": "A-99", "quantity": 1, "lot": "L1"},
        {"sku": "WATER", "location_id": str(elsewhere.id), "quantity": 1, "to_location": "A-01"},
        {"location": "SUPPLIER", "quantity": 1, "occurred_at": iso(now() + timedelta(hours=1))},
        {"item_id": str(new_id()), "location": "A-01", "quantity": 1, "occurred_at": "1969-12-31T00:00:00Z"},
        {"sku": "WATER", "quantity": 1},
    ]
    answer = cast.client(cast.supervisor).post(URL, json=receipt(cast, entries=entries, reason_code="because"))
    assert answer.status_code == 422
    assert codes(answer) == {
        "reason_code": "unknown_reason",
        "entries.0.location": "above_stock_level",
        "entries.1.sku": "unknown_item",
        "entries.1.location": "unknown_location",
        "entries.2.location": "location_inactive",
        "entries.2.lot": "lot_not_tracked",
        "entries.3.location_id": "unknown_location",
        "entries.3.to_location": "not_for_this_kind",
        "entries.4.sku": "item_needed",
        "entries.4.location": "unknown_location",
        "entries.4.occurred_at": "in_the_future",
        "entries.5.item_id": "unknown_item",
        "entries.5.occurred_at": "too_old",
        "entries.6.location": "location_needed",
    }
    assert stock(cast) == {}


def test_the_shape_of_a_document_is_checked_strictly(cast: Cast) -> None:
    desk = cast.client(cast.supervisor)
    for quantity in (0, -1, 1.5, True, "3", 10**9 + 1, None):
        answer = desk.post(URL, json=receipt(cast, quantity=quantity))
        assert answer.status_code == 422, quantity
        assert list(codes(answer)) == ["entries.0.quantity"]
    assert desk.post(URL, json=receipt(cast, kind="adjustment")).status_code == 422
    assert desk.post(URL, json=receipt(cast, entries=[])).status_code == 422


def test_a_purchase_sets_the_items_cost_and_an_older_one_does_not(cast: Cast) -> None:
    item = make_item(unit_cost=0)
    desk = cast.client(cast.supervisor)

    def bought(hour: int, cost: int) -> int:
        entry = {"sku": "WATER", "location": "A-01", "quantity": 1, "unit_cost": cost, "occurred_at": iso(at(hour))}
        assert desk.post(URL, json=receipt(cast, entries=[entry])).status_code == 201
        with reading() as session:
            return session.get_one(Item, item.id).unit_cost

    assert bought(9, 2_000_000) == 2_000_000
    assert bought(11, 2_500_000) == 2_500_000
    assert bought(10, 1_000_000) == 2_500_000


def test_what_goes_out_has_no_price_of_its_own(cast: Cast) -> None:
    make_item()
    entry = {"sku": "WATER", "location": "A-01", "quantity": 1, "unit_cost": 5}
    answer = cast.client(cast.supervisor).post(URL, json=receipt(cast, kind="sale", entries=[entry]))
    assert codes(answer) == {"entries.0.unit_cost": "not_for_this_kind"}


def test_a_clock_a_little_ahead_is_taken_as_now(cast: Cast) -> None:
    make_item()
    desk = cast.client(cast.supervisor)
    sent = now()
    answer = desk.post(URL, json=receipt(cast, occurred_at=iso(sent + timedelta(minutes=5))))
    detail = desk.get(f"{URL}/{answer.json['id']}").json
    assert iso(sent) <= detail["entries"]["rows"][0]["occurred_at"] <= iso(now())


def test_a_shop_that_keeps_stock_by_site_names_no_place(cast: Cast) -> None:
    shop = make_site("S3", stock_level="site")
    shelf = make_location(shop, "SHELF")
    make_item()
    desk = cast.client(cast.administrator)
    nowhere = {"sku": "WATER", "quantity": 5}
    deeper = {"sku": "WATER", "quantity": 2, "location_id": str(shelf.id)}
    body = {"site_id": str(shop.id), "kind": "receipt", "entries": [nowhere, deeper]}
    assert desk.post(URL, json=body).status_code == 201
    [row] = desk.get(f"/api/v1/stock?site_id={shop.id}").json["rows"]
    assert (row["location_code"], row["quantity"]) == ("S3", 7)
    move = {"sku": "WATER", "quantity": 1, "location": "SHELF", "to_location": "S3"}
    answer = desk.post(URL, json={**body, "kind": "move", "entries": [move]})
    assert codes(answer) == {"entries.0.to_location": "same_location"}


def test_who_may_book(cast: Cast) -> None:
    make_item()
    assert cast.app.test_client().post(URL, json=receipt(cast)).status_code == 401
    assert cast.client(cast.counter).post(URL, json=receipt(cast)).status_code == 403
    assert cast.client(cast.outsider).post(URL, json=receipt(cast)).status_code == 404
    assert stock(cast) == {}
