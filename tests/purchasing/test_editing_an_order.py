"""What may change on an order: a draft freely, a placed one within what was agreed and received."""

from typing import Any

from sqlalchemy import select

from app.feed.models import Change
from app.kernel.clock import now
from app.kernel.transaction import reading, transact
from app.purchasing.service import receive
from tests.builders import Cast, make_item
from tests.purchasing.builders import line_ids, make_order, make_supplier, set_received

PATH = "/api/v1/purchase-orders"


def patch(cast: Cast, order: Any, **body: Any) -> Any:
    return cast.client(cast.supervisor).patch(f"{PATH}/{order.id}", json=body)


def shown(order: dict[str, Any]) -> list[tuple[int, str, int]]:
    return [(row["number"], row["item"]["sku"], row["quantity"]) for row in order["lines"]]


def test_a_draft_changes_freely(cast: Cast) -> None:
    water, rice, tea, south = make_item(), make_item("RICE"), make_item("TEA"), make_supplier("SOUTH")
    order = make_order(cast, make_supplier(), [(water, 5), (rice, 6)], state="draft")
    second = str(line_ids(order)[1])
    lines = [{"item_id": str(tea.id), "quantity": 1, "price": 9}, {"id": second, "quantity": 7, "promised_on": None}]
    changed = patch(cast, order, supplier_id=str(south.id), reference="R-2", promised_on="2027-01-02", lines=lines)
    assert changed.status_code == 200
    assert shown(changed.json) == [(2, "RICE", 7), (3, "TEA", 1)]
    facts = ("reference", "promised_on", "state")
    assert [changed.json[name] for name in facts] == ["R-2", "2027-01-02", "draft"]
    assert changed.json["supplier"]["code"] == "SOUTH"
    assert shown(patch(cast, order, note="soon").json) == [(2, "RICE", 7), (3, "TEA", 1)]
    with reading() as session:
        assert session.scalars(select(Change.entity)).all() == []  # no device knows of a draft


def test_a_drafts_wrong_lines_are_named(cast: Cast) -> None:
    water = make_item()
    order = make_order(cast, make_supplier(), [(water, 5)], state="draft")
    own, foreign = str(line_ids(order)[0]), str(water.id)
    refused = patch(cast, order, lines=[{"id": foreign}, {"id": own}, {"id": own}])
    assert [(it["field"], it["code"]) for it in refused.json["errors"]] == [
        ("lines.0.id", "unknown_line"),
        ("lines.2.id", "doubled_line"),
    ]
    refused = patch(cast, order, lines=[{"item_id": foreign}, {"quantity": 3}])
    assert [(it["field"], it["code"]) for it in refused.json["errors"]] == [
        ("lines.1.item_id", "unknown_item"),
        ("lines.0.quantity", "required"),
    ]


def test_a_placed_orders_quantities_and_days_change(cast: Cast) -> None:
    water, rice = make_item(), make_item("RICE")
    order = make_order(cast, make_supplier(), [(water, 5), (rice, 6)])
    first, second = map(str, line_ids(order))
    lines = [{"id": second, "quantity": 9, "item_id": str(rice.id), "promised_on": "2027-02-01"}]
    changed = patch(cast, order, note="two lorries", promised_on="2027-01-02", lines=lines)
    assert changed.status_code == 200
    assert shown(changed.json) == [(1, "WATER", 5), (2, "RICE", 9)]
    assert [row["promised_on"] for row in changed.json["lines"]] == [None, "2027-02-01"]
    assert patch(cast, order, lines=[{"id": first, "quantity": 1}]).json["quantity"] == 10
    with reading() as session:
        assert session.scalars(select(Change.entity_key)).all() == [str(order.id)] * 2


def test_no_quantity_goes_below_what_was_received(cast: Cast) -> None:
    order = make_order(cast, make_supplier(), [(make_item(), 10)], state="part_received")
    set_received(order, [4])
    own = str(line_ids(order)[0])
    refused = patch(cast, order, lines=[{"id": own, "quantity": 3}])
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "below_received")
    assert refused.json["errors"][0]["received"] == 4
    done = patch(cast, order, lines=[{"id": own, "quantity": 4}]).json
    assert (done["state"], done["ended_at"] is not None) == ("received", True)


def test_what_the_supplier_agreed_to_stays(cast: Cast) -> None:
    water, rice, north = make_item(), make_item("RICE"), make_supplier()
    order = make_order(cast, north, [(water, 5)], reference="R-1")
    own = str(line_ids(order)[0])
    assert (
        patch(cast, order, supplier_id=str(north.id), reference="R-1", lines=[{"id": own, "price": 0}]).status_code
        == 200
    )
    lines = [{"id": own, "item_id": str(rice.id)}, {"item_id": str(rice.id), "quantity": 1}]
    refused = patch(cast, order, reference="R-2", lines=lines)
    assert (refused.status_code, refused.json["code"]) == (409, "fixed_once_ordered")
    assert refused.json["fields"] == ["reference", "lines.0.item_id", "lines.1"]


def test_what_has_ended_keeps_all_but_its_note(cast: Cast) -> None:
    order = make_order(cast, make_supplier(), [(make_item(), 5)], state="closed")
    own = str(line_ids(order)[0])
    assert patch(cast, order, note="they apologised", promised_on=None).json["note"] == "they apologised"
    for body in ({"promised_on": "2027-01-01"}, {"lines": [{"id": own, "quantity": 9}]}):
        refused = patch(cast, order, **body)
        assert (refused.status_code, refused.json["code"], refused.json["state"]) == (409, "wrong_state", "closed")


def test_of_two_who_edit_the_same_draft_the_second_is_told(cast: Cast) -> None:
    water = make_item()
    order = make_order(cast, make_supplier(), [(water, 5)], state="draft")
    seen = cast.client(cast.manager).get(f"{PATH}/{order.id}").json["version"]
    first = patch(cast, order, version=seen, lines=[{"item_id": str(water.id), "quantity": 7}])
    assert (first.status_code, first.json["version"]) == (200, seen + 1)
    second = patch(cast, order, version=seen, lines=[{"item_id": str(water.id), "quantity": 9}], note="mine")
    assert (second.status_code, second.json["code"], second.json["version"]) == (409, "document_changed", seen + 1)
    stands = cast.client(cast.manager).get(f"{PATH}/{order.id}").json
    assert (stands["quantity"], stands["note"]) == (7, "")
    assert patch(cast, order, version=stands["version"], note="mine").status_code == 200


def test_an_order_goes_out_only_as_it_was_shown(cast: Cast) -> None:
    order = make_order(cast, make_supplier(), [(make_item(), 5)], state="draft")
    desk = cast.client(cast.supervisor)
    patch(cast, order, note="and a pallet jack")
    refused = desk.post(f"{PATH}/{order.id}/order", json={"version": 1})
    assert (refused.status_code, refused.json["code"]) == (409, "document_changed")
    placed = desk.post(f"{PATH}/{order.id}/order", json={"version": 2})
    assert (placed.json["state"], placed.json["version"]) == ("ordered", 3)
    late = patch(cast, order, version=2, note="who edits the draft meanwhile")
    assert (late.status_code, late.json["code"]) == (409, "document_changed")


def test_what_a_receipt_brought_is_nobodys_edit(cast: Cast) -> None:
    water = make_item()
    order = make_order(cast, make_supplier(), [(water, 5)])
    goods = {(water.id, ""): 2}
    transact(lambda session: receive(session, order_id=order.id, delivery_id=None, quantities=goods, sign=1, now=now()))
    changed = patch(cast, order, version=1, note="the rest on Friday")
    assert (changed.status_code, changed.json["state"], changed.json["version"]) == (200, "part_received", 2)
