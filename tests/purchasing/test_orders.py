"""Orders from the draft to the end."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.kernel.clock import now
from app.kernel.transaction import reading
from app.purchasing.queries import order_bodies
from app.purchasing.queries import orders_of as heads_of
from tests.builders import Cast, make_item
from tests.purchasing.builders import make_order, make_supplier, make_terms, set_received, state_of

PATH = "/api/v1/purchase-orders"


def draft(cast: Cast, supplier: Any, lines: list[dict[str, Any]], **more: Any) -> Any:
    body = {"site_id": str(cast.site.id), "supplier_id": str(supplier.id), "lines": lines, **more}
    return cast.client(cast.supervisor).post(PATH, json=body)


def line(item: Any, quantity: int, **more: Any) -> dict[str, Any]:
    return {"item_id": str(item.id), "quantity": quantity, **more}


def test_an_order_is_drafted_with_the_prices_that_are_known(cast: Cast) -> None:
    water, rice, tea, north = make_item(), make_item("RICE", unit_cost=5), make_item("TEA"), make_supplier()
    make_terms(north, water, price=1_400_000)
    made = draft(cast, north, [line(water, 24), line(rice, 2), line(tea, 1, price=7)], reference="R-1", note="by van")
    assert made.status_code == 201
    order = made.json
    assert (order["label"], order["state"], order["reference"], order["note"]) == ("PO-1", "draft", "R-1", "by van")
    assert order["supplier"] == {"id": str(north.id), "code": "NORTH", "name": "North"}
    assert [row["price"] for row in order["lines"]] == [1_400_000, 5, 7]
    assert [(row["number"], row["item"]["sku"], row["quantity"]) for row in order["lines"]] == [
        (1, "WATER", 24), (2, "RICE", 2), (3, "TEA", 1),
    ]  # fmt: skip
    totals = ("lines_total", "lines_open", "quantity", "quantity_received", "quantity_open", "value")
    assert [order[name] for name in totals] == [3, 3, 27, 0, 27, 3360]


def test_all_that_is_wrong_with_its_lines_is_said_at_once(cast: Cast) -> None:
    old, north = make_item("OLD", active=False), make_supplier()
    unknown = {"item_id": str(cast.site.id), "quantity": 1}
    refused = draft(cast, north, [line(make_item(), 1), unknown, line(old, 1)])
    assert refused.status_code == 422
    assert [(it["field"], it["code"]) for it in refused.json["errors"]] == [
        ("lines.1.item_id", "unknown_item"),
        ("lines.2.item_id", "item_inactive"),
    ]


def test_each_site_numbers_its_orders(cast: Cast) -> None:
    north, client = make_supplier(), cast.client(cast.administrator)
    sites = (cast.site, cast.site, cast.other_site)
    bodies = [{"site_id": str(site.id), "supplier_id": str(north.id)} for site in sites]
    assert [client.post(PATH, json=body).json["label"] for body in bodies] == ["PO-1", "PO-2", "PO-1"]


def test_terms_that_are_not_met_are_said_and_the_order_goes_all_the_same(cast: Cast) -> None:
    water, rice, north = make_item(), make_item("RICE"), make_supplier()
    make_terms(north, water, moq=24, order_multiple=12)
    order = draft(cast, north, [line(water, 10), line(water, 5), line(rice, 1)]).json
    said = {"item_id": str(water.id), "quantity": 15, "moq": 24, "order_multiple": 12}
    assert order["warnings"] == [{**said, "code": "below_moq"}, {**said, "code": "not_a_multiple"}]
    placed = cast.client(cast.supervisor).post(f"{PATH}/{order['id']}/order")
    assert (placed.status_code, placed.json["state"]) == (200, "ordered")


def test_devices_see_an_order_from_when_it_is_placed_until_it_has_ended(cast: Cast) -> None:
    water, north, client = make_item(), make_supplier(), cast.client(cast.supervisor)
    made = draft(cast, north, [line(water, 10)], reference="R-1").json

    def seen() -> dict[str, Any]:
        with reading() as session:
            assert order_bodies(session, [made["id"]], cast.other_site.id) == {}
            return order_bodies(session, [made["id"]], cast.site.id)

    assert seen() == {}
    client.post(f"{PATH}/{made['id']}/order")
    assert seen() == {
        made["id"]: {
            "id": made["id"], "number": 1, "label": "PO-1", "reference": "R-1", "supplier_id": str(north.id),
            "supplier": "North", "state": "ordered", "promised_on": None,
            "lines": [{"id": made["lines"][0]["id"], "item": str(water.id), "quantity": 10, "received": 0}],
        }
    }  # fmt: skip
    client.post(f"{PATH}/{made['id']}/cancel", json={"reason": "bankrupt"})
    assert seen() == {}


def test_an_order_without_a_promise_is_due_after_the_lead_time(cast: Cast) -> None:
    water, north, client = make_item(), make_supplier(lead_time_days=3), cast.client(cast.supervisor)
    ids = [draft(cast, north, [line(water, 1)], **more).json["id"] for more in ({}, {"promised_on": "2027-01-01"})]
    dues = [client.post(f"{PATH}/{own}/order").json["promised_on"] for own in ids]
    today = now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert dues == [(today + timedelta(days=3)).isoformat(), "2027-01-01"]


def test_what_is_empty_is_not_placed_and_nothing_is_placed_twice(cast: Cast) -> None:
    water, north, client = make_item(), make_supplier(), cast.client(cast.supervisor)
    empty = draft(cast, north, []).json["id"]
    refused = client.post(f"{PATH}/{empty}/order")
    assert (refused.status_code, refused.json["code"]) == (409, "no_lines")
    full = draft(cast, north, [line(water, 1)]).json["id"]
    assert client.post(f"{PATH}/{full}/order").status_code == 200
    again = client.post(f"{PATH}/{full}/order")
    assert (again.status_code, again.json["code"], again.json["state"]) == (409, "wrong_state", "ordered")


def test_cancelling_needs_a_reason_once_the_supplier_knows(cast: Cast) -> None:
    water, north, client = make_item(), make_supplier(), cast.client(cast.supervisor)
    drafted, placed = make_order(cast, north, [(water, 1)], state="draft"), make_order(cast, north, [(water, 1)])
    assert client.post(f"{PATH}/{drafted.id}/cancel", json={}).json["state"] == "cancelled"
    refused = client.post(f"{PATH}/{placed.id}/cancel", json={})
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "required")
    done = client.post(f"{PATH}/{placed.id}/cancel", json={"reason": "too late"}).json
    assert (done["state"], done["end_reason"], done["ended_at"] is not None) == ("cancelled", "too late", True)
    again = client.post(f"{PATH}/{placed.id}/cancel", json={"reason": "too late"})
    assert (again.status_code, again.json["state"]) == (409, "cancelled")


def test_what_was_received_in_part_is_closed_not_cancelled(cast: Cast) -> None:
    water, north, client = make_item(), make_supplier(), cast.client(cast.supervisor)
    order = make_order(cast, north, [(water, 10)], state="part_received")
    set_received(order, [4])
    refused = client.post(f"{PATH}/{order.id}/cancel", json={"reason": "enough"})
    assert (refused.status_code, refused.json["code"]) == (409, "already_received")
    closed = client.post(f"{PATH}/{order.id}/close", json={"reason": "the rest is not made any more"}).json
    assert (closed["state"], closed["quantity_open"], closed["lines_open"]) == ("closed", 6, 1)
    assert client.post(f"{PATH}/{order.id}/close", json={"reason": "x"}).status_code == 409
    assert state_of(order) == "closed"


def test_orders_are_found_by_what_people_know_of_them(cast: Cast) -> None:
    water, rice = make_item(), make_item("RICE")
    north, south = make_supplier(), make_supplier("SOUTH", name="Southern Mills")
    make_order(cast, north, [(water, 1)], reference="R-77")
    make_order(cast, south, [(rice, 1)], state="draft")
    client = cast.client(cast.supervisor)

    def found(query: str) -> list[str]:
        return [row["label"] for row in client.get(f"{PATH}?{query}").json["rows"]]

    assert found("") == ["PO-2", "PO-1"]
    assert found(f"site_id={cast.site.id}&state=ordered&state=draft") == ["PO-2", "PO-1"]
    assert found(f"state=draft&supplier_id={north.id}") == []
    searches = {"po-1": ["PO-1"], "2": ["PO-2"], "r-77": ["PO-1"], "mills": ["PO-2"], "rice": ["PO-2"], "%": []}
    assert {
        text: [row["label"] for row in client.get(PATH, query_string={"search": text}).json["rows"]]
        for text in searches
    } == searches
    page = client.get(f"{PATH}?limit=1").json
    assert (page["total"], found(f"limit=1&after={page['next']}")) == (2, ["PO-1"])


def test_an_order_is_its_sites(cast: Cast) -> None:
    order = make_order(cast, make_supplier(), [(make_item(), 1)])
    path = f"{PATH}/{order.id}"
    assert cast.client(cast.outsider).get(PATH).json["total"] == 0
    for person, status in ((cast.outsider, 404), (cast.counter, 403)):
        client = cast.client(person)
        assert client.get(path).status_code == status
        assert client.patch(path, json={"note": "mine"}).status_code == status
        assert client.post(f"{path}/cancel", json={"reason": "mine"}).status_code == status
    with reading() as session:
        assert heads_of(session, [order.id])[order.id].label == "PO-1"
