"""Deliveries that suppliers announce: made, edited, ended, seen by devices."""

from typing import Any

import pytest

from app.kernel.transaction import reading
from app.purchasing.queries import delivery_bodies
from app.purchasing.rules import sscc_text
from tests.builders import Cast, make_item
from tests.purchasing.builders import line_ids, make_delivery, make_order, make_supplier

PATH = "/api/v1/expected-deliveries"
PALLET = "369312345000000019"


def announce(cast: Cast, supplier: Any, lines: list[dict[str, Any]], **more: Any) -> Any:
    body = {"site_id": str(cast.site.id), "supplier_id": str(supplier.id), "lines": lines, **more}
    return cast.client(cast.supervisor).post(PATH, json=body)


def line(item: Any, quantity: int, **more: Any) -> dict[str, Any]:
    return {"item_id": str(item.id), "quantity": quantity, **more}


def test_a_delivery_is_announced_with_lots_pallets_and_order_lines(cast: Cast) -> None:
    milk, north = make_item("MILK", tracks_lots=True), make_supplier()
    order = make_order(cast, north, [(milk, 24)])
    own = str(line_ids(order)[0])
    known = {"lot": "L7", "expires_on": "2027-03-01", "sscc": f"(00){PALLET}", "order_line_id": own}
    made = announce(cast, north, [line(milk, 20, **known), line(milk, 4)], reference="DN-5", expected_on="2027-01-05")
    assert made.status_code == 201
    delivery = made.json
    assert (delivery["label"], delivery["state"], delivery["reference"]) == ("ASN-1", "expected", "DN-5")
    assert delivery["orders"] == [{"id": str(order.id), "label": "PO-1"}]
    assert [(row["lot"], row["expires_on"], row["sscc"]) for row in delivery["lines"]] == [
        ("L7", "2027-03-01", PALLET),
        ("", None, ""),
    ]
    with reading() as session:
        assert delivery_bodies(session, [delivery["id"]], cast.other_site.id) == {}
        body = delivery_bodies(session, [delivery["id"]], cast.site.id)[delivery["id"]]
    of_milk = {"item": str(milk.id), "received": 0}
    assert body == {
        "id": delivery["id"], "number": 1, "label": "ASN-1", "reference": "DN-5", "supplier_id": str(north.id),
        "supplier": "North", "state": "expected", "expected_on": "2027-01-05",
        "lines": [
            of_milk | {"lot": "L7", "expires_on": "2027-03-01", "quantity": 20, "sscc": PALLET},
            of_milk | {"lot": "", "expires_on": None, "quantity": 4, "sscc": ""},
        ],
    }  # fmt: skip
    of_order = cast.client(cast.supervisor).get(f"/api/v1/purchase-orders/{order.id}").json["deliveries"]
    assert [row["label"] for row in of_order] == ["ASN-1"]


def test_all_that_is_wrong_with_its_lines_is_said_at_once(cast: Cast) -> None:
    milk, rice, north = make_item("MILK"), make_item("RICE"), make_supplier()
    order = make_order(cast, north, [(milk, 24)])
    of_another = make_order(cast, make_supplier("SOUTH"), [(milk, 1)])
    make_delivery(cast, north, [{"item": milk, "quantity": 1, "sscc": PALLET}])
    lines = [
        line(rice, 1, order_line_id=str(line_ids(order)[0])),
        line(milk, 1, order_line_id=str(line_ids(of_another)[0])),
        line(milk, 1, sscc=PALLET),
        {"item_id": str(north.id), "quantity": 1},
    ]
    refused = announce(cast, north, lines)
    assert refused.status_code == 422
    assert sorted((it["field"], it["code"]) for it in refused.json["errors"]) == [
        ("lines.0.order_line_id", "other_item"),
        ("lines.1.order_line_id", "unknown_order_line"),
        ("lines.2.sscc", "sscc_taken"),
        ("lines.3.item_id", "unknown_item"),
    ]
    assert cast.client(cast.supervisor).get(PATH).json["total"] == 1


@pytest.mark.parametrize("wrong", ["12345", "369312345000000016", "36931234500000001X", "(01)369312345000000019"])
def test_a_pallets_number_is_read_or_refused(cast: Cast, wrong: str) -> None:
    refused = announce(cast, make_supplier(), [line(make_item(), 1, sscc=wrong)])
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "lines.0.sscc")
    assert [sscc_text(text) for text in (PALLET, f"00{PALLET}", f"(00) {PALLET}")] == [PALLET] * 3


def test_what_is_expected_may_change_until_goods_have_come(cast: Cast) -> None:
    milk, rice = make_item("MILK"), make_item("RICE")
    delivery = make_delivery(cast, make_supplier(), [{"item": milk, "quantity": 1, "sscc": PALLET}])
    client = cast.client(cast.supervisor)
    lines = [line(rice, 3, sscc=PALLET), line(milk, 2)]
    changed = client.patch(f"{PATH}/{delivery.id}", json={"expected_on": "2027-01-01", "lines": lines}).json
    assert [(row["number"], row["item"]["sku"], row["quantity"]) for row in changed["lines"]] == [
        (1, "RICE", 3), (2, "MILK", 2),
    ]  # fmt: skip
    begun = make_delivery(cast, make_supplier("SOUTH"), [{"item": milk, "quantity": 2}], state="part_received")
    assert client.patch(f"{PATH}/{begun.id}", json={"note": "the rest is late"}).status_code == 200
    refused = client.patch(f"{PATH}/{begun.id}", json={"lines": []})
    assert (refused.status_code, refused.json["code"]) == (409, "already_received")


def test_another_supplier_does_not_take_over_the_order_lines(cast: Cast) -> None:
    milk, north, south = make_item("MILK"), make_supplier(), make_supplier("SOUTH")
    order = make_order(cast, north, [(milk, 24)])
    lines = [{"item": milk, "quantity": 1, "order_line_id": line_ids(order)[0]}]
    delivery = make_delivery(cast, north, lines)
    refused = cast.client(cast.supervisor).patch(f"{PATH}/{delivery.id}", json={"supplier_id": str(south.id)})
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "unknown_order_line")


def test_a_delivery_is_cancelled_or_closed_with_a_reason(cast: Cast) -> None:
    milk, north, client = make_item("MILK"), make_supplier(), cast.client(cast.supervisor)
    coming = make_delivery(cast, north, [{"item": milk, "quantity": 2}])
    begun = make_delivery(cast, north, [{"item": milk, "quantity": 2}], state="part_received")
    assert client.post(f"{PATH}/{coming.id}/cancel", json={}).json["errors"][0]["code"] == "required"
    assert client.post(f"{PATH}/{begun.id}/cancel", json={"reason": "x"}).json["code"] == "already_received"
    closed = client.post(f"{PATH}/{begun.id}/close", json={"reason": "half was lost"}).json
    assert (closed["state"], closed["end_reason"]) == ("closed", "half was lost")
    assert client.post(f"{PATH}/{coming.id}/cancel", json={"reason": "strike"}).json["state"] == "cancelled"
    assert client.post(f"{PATH}/{coming.id}/cancel", json={"reason": "strike"}).status_code == 409
    refused = client.patch(f"{PATH}/{coming.id}", json={"expected_on": "2027-01-01"})
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
    with reading() as session:
        assert delivery_bodies(session, [str(coming.id), str(begun.id)], cast.site.id) == {}


def test_deliveries_are_found_by_what_people_know_of_them(cast: Cast) -> None:
    milk, rice = make_item("MILK"), make_item("RICE")
    make_delivery(cast, make_supplier(), [{"item": milk, "quantity": 1, "sscc": PALLET}], reference="DN-9")
    make_delivery(cast, make_supplier("SOUTH"), [{"item": rice, "quantity": 1}], state="closed")
    client = cast.client(cast.supervisor)
    searches = {"": ["ASN-2", "ASN-1"], "asn-2": ["ASN-2"], PALLET: ["ASN-1"], "dn-9": ["ASN-1"], "rice": ["ASN-2"]}

    def found(**query: str) -> list[str]:
        return [row["label"] for row in client.get(PATH, query_string=query).json["rows"]]

    assert {text: found(search=text) for text in searches} == searches
    assert (found(state="expected"), found(site_id=str(cast.site.id), state="closed")) == (["ASN-1"], ["ASN-2"])


def test_a_delivery_is_its_sites(cast: Cast) -> None:
    delivery = make_delivery(cast, make_supplier(), [{"item": make_item(), "quantity": 1}])
    for person, status in ((cast.outsider, 404), (cast.counter, 403)):
        client = cast.client(person)
        assert client.get(f"{PATH}/{delivery.id}").status_code == status
        assert client.patch(f"{PATH}/{delivery.id}", json={}).status_code == status
        assert client.post(f"{PATH}/{delivery.id}/close", json={"reason": "x"}).status_code == status


def test_of_two_who_change_the_same_delivery_the_second_is_told(cast: Cast) -> None:
    delivery = make_delivery(cast, make_supplier(), [{"item": make_item(), "quantity": 1}])
    path, desk = f"{PATH}/{delivery.id}", cast.client(cast.supervisor)
    seen = desk.get(path).json["version"]
    assert desk.patch(path, json={"version": seen, "expected_on": "2027-01-02"}).json["version"] == seen + 1
    refused = desk.patch(path, json={"version": seen, "expected_on": "2027-01-09"})
    assert (refused.status_code, refused.json["code"]) == (409, "document_changed")
    assert desk.get(path).json["expected_on"] == "2027-01-02"
