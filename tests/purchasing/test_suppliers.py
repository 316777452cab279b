"""Suppliers and what they sell on which terms."""

from typing import Any

import pytest
from sqlalchemy import select

from app.feed.models import Change
from app.kernel.transaction import reading
from app.purchasing.queries import supplier_bodies
from tests.builders import Cast, make_item
from tests.purchasing.builders import make_delivery, make_order, make_supplier, make_terms

PATH = "/api/v1/suppliers"


def told() -> list[tuple[Any, ...]]:
    with reading() as session:
        rows = session.execute(select(Change.entity, Change.entity_key, Change.site_id).order_by(Change.id))
        return [tuple(row) for row in rows]


def test_a_manager_makes_a_supplier_and_every_device_hears_of_it(cast: Cast) -> None:
    made = cast.client(cast.manager).post(PATH, json={"code": "NORTH", "name": "North Mills", "lead_time_days": 3})
    assert made.status_code == 201
    said = {
        "code": "NORTH",
        "name": "North Mills",
        "lead_time_days": 3,
        "over_receipt_bp": 0,
        "note": "",
        "active": True,
    }
    assert said.items() <= made.json.items()
    assert told() == [("supplier", made.json["id"], None)]
    assert cast.client(cast.supervisor).get(f"{PATH}/{made.json['id']}").json == made.json


def test_a_code_is_one_suppliers(cast: Cast) -> None:
    client = cast.client(cast.manager)
    make_supplier("NORTH")
    south = make_supplier("SOUTH")
    again = client.post(PATH, json={"code": "NORTH", "name": "Another"})
    renamed = client.patch(f"{PATH}/{south.id}", json={"code": "NORTH"})
    assert [(answer.status_code, answer.json["code"]) for answer in (again, renamed)] == [(409, "code_taken")] * 2


def test_who_is_out_of_use_is_gone_from_the_devices_and_out_of_new_orders(cast: Cast) -> None:
    north = make_supplier()
    client = cast.client(cast.manager)
    assert client.patch(f"{PATH}/{north.id}", json={"active": False}).json["active"] is False
    with reading() as session:
        assert supplier_bodies(session, [str(north.id)], cast.site.id) == {}
    refused = client.post("/api/v1/purchase-orders", json={"site_id": str(cast.site.id), "supplier_id": str(north.id)})
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "supplier_inactive")


def test_a_new_name_reaches_what_is_expected_of_the_supplier(cast: Cast) -> None:
    north, water = make_supplier(), make_item()
    order = make_order(cast, north, [(water, 1)])
    make_order(cast, north, [(water, 1)], state="draft")
    delivery = make_delivery(cast, north, [{"item": water, "quantity": 1}])
    cast.client(cast.manager).patch(f"{PATH}/{north.id}", json={"name": "North & Sons"})
    assert told() == [
        ("supplier", str(north.id), None),
        ("purchase_order", str(order.id), cast.site.id),
        ("expected_delivery", str(delivery.id), cast.site.id),
    ]


def test_suppliers_are_found_by_part_of_code_or_name(cast: Cast) -> None:
    make_supplier("SOUTH", name="Southern Mills")
    make_supplier("NORTH", name="Northern Dairy", active=False)
    client = cast.client(cast.supervisor)

    def found(query: str) -> list[str]:
        return [row["code"] for row in client.get(f"{PATH}?{query}").json["rows"]]

    assert (found(""), found("search=mill"), found("active=true")) == (["NORTH", "SOUTH"], ["SOUTH"], ["SOUTH"])
    page = client.get(f"{PATH}?limit=1").json
    assert (page["total"], len(page["rows"])) == (2, 1)
    assert [row["code"] for row in client.get(f"{PATH}?limit=1&after={page['next']}").json["rows"]] == ["SOUTH"]


def test_terms_are_set_read_and_taken_away(cast: Cast) -> None:
    north, water = make_supplier(), make_item()
    client, path = cast.client(cast.manager), f"{PATH}/{north.id}/items"
    terms = {"supplier_sku": "N-1", "price": 1_400_000, "moq": 24, "order_multiple": 12, "over_receipt_bp": 500}
    first = client.put(f"{path}/{water.id}", json=terms)
    assert (first.status_code, first.json["item"]["sku"], first.json["moq"]) == (200, "WATER", 24)
    assert first.json["item"]["unit"] == {"code": "pcs", "name": first.json["item"]["unit"]["name"], "scale": 0}
    again = client.put(f"{path}/{water.id}", json={"price": 1_300_000})
    assert (again.json["price"], again.json["moq"], again.json["over_receipt_bp"]) == (1_300_000, 0, None)
    assert client.get(f"{path}?search=wat").json["total"] == 1
    assert client.get(f"{path}?search=tea").json["rows"] == []
    assert client.delete(f"{path}/{water.id}").status_code == 204
    assert client.delete(f"{path}/{water.id}").status_code == 404
    assert client.get(path).json["total"] == 0


@pytest.mark.parametrize(
    "terms",
    [{"order_multiple": 0}, {"moq": -1}, {"price": -1}, {"over_receipt_bp": 100_001}, {"lead_time_days": 1.5}],
)
def test_terms_that_mean_nothing_are_refused(cast: Cast, terms: dict[str, Any]) -> None:
    north, water = make_supplier(), make_item()
    refused = cast.client(cast.manager).put(f"{PATH}/{north.id}/items/{water.id}", json=terms)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, next(iter(terms)))


def test_supervisors_look_and_managers_write(cast: Cast) -> None:
    north, water = make_supplier(), make_item()
    make_terms(north, water)
    supervisor = cast.client(cast.supervisor)
    for path in (PATH, f"{PATH}/{north.id}", f"{PATH}/{north.id}/items"):
        assert supervisor.get(path).status_code == 200, path
        assert cast.client(cast.counter).get(path).status_code == 403, path
    assert supervisor.post(PATH, json={"code": "X", "name": "X"}).status_code == 403
    assert supervisor.put(f"{PATH}/{north.id}/items/{water.id}", json={}).status_code == 403


def test_an_item_somebody_sells_keeps_the_meaning_of_its_quantities(cast: Cast) -> None:
    north, water = make_supplier(), make_item()
    make_terms(north, water, moq=12)
    client = cast.client(cast.manager)
    kilo = next(unit for unit in client.get("/api/v1/units").json["rows"] if unit["scale"])
    refused = client.patch(f"/api/v1/items/{water.id}", json={"unit_id": kilo["id"]})
    assert (refused.status_code, refused.json["code"]) == (409, "scale_fixed")
