"""What posted receipts move on orders and deliveries, and what receiving is told of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import event, select

from app.catalogue.models import Item
from app.feed.models import Change
from app.kernel.clock import now
from app.kernel.database import db
from app.kernel.transaction import reading, transact
from app.purchasing import queries, service
from app.purchasing.models import ExpectedDelivery, PurchaseOrder
from app.purchasing.rules import within_ceiling
from tests.builders import Cast, make_item
from tests.purchasing.builders import (
    line_ids,
    make_delivery,
    make_order,
    make_supplier,
    make_terms,
    received,
    state_of,
)

Document = PurchaseOrder | ExpectedDelivery


def receive(document: Document, *goods: tuple[Item, str, int], sign: int = 1, order: Document | None = None) -> None:
    quantities = {(item.id, lot): quantity for item, lot, quantity in goods}
    is_order = isinstance(document, PurchaseOrder)
    transact(
        lambda session: service.receive(
            session,
            order_id=document.id if is_order else (order.id if order else None),
            delivery_id=None if is_order else document.id,
            quantities=quantities,
            sign=sign,
            now=now(),
        )
    )


def expected(document: Document) -> dict[UUID, int]:
    is_order = isinstance(document, PurchaseOrder)
    with reading() as session:
        return queries.open_quantities(
            session, order_id=document.id if is_order else None, delivery_id=None if is_order else document.id
        )


def test_goods_fall_on_lines_in_their_order_and_more_may_come(cast: Cast) -> None:
    water, rice = make_item(), make_item("RICE")
    order = make_order(cast, make_supplier(), [(water, 10), (rice, 4), (water, 5)])
    receive(order, (water, "", 12))
    assert (received(order), state_of(order)) == ([10, 0, 2], "part_received")
    assert expected(order) == {water.id: 3, rice.id: 4}
    receive(order, (water, "", 6), (rice, "", 4))
    assert (received(order), state_of(order)) == ([10, 4, 8], "received")
    assert expected(order) == {water.id: 0, rice.id: 0}


def test_a_reversal_gives_back_what_was_received(cast: Cast) -> None:
    water, rice = make_item(), make_item("RICE")
    order = make_order(cast, make_supplier(), [(water, 10), (rice, 4), (water, 5)])
    receive(order, (water, "", 12))
    receive(order, (water, "L1", 8), (rice, "", 4))
    receive(order, (water, "", 12), sign=-1)
    assert (sum(received(order)), state_of(order)) == (12, "part_received")
    receive(order, (water, "L1", 8), (rice, "", 4), sign=-1)
    assert (received(order), state_of(order)) == ([0, 0, 0], "ordered")
    with reading() as session:
        assert session.get_one(PurchaseOrder, order.id).ended_at is None


def test_what_is_not_on_the_order_moves_nothing(cast: Cast) -> None:
    water, tea = make_item(), make_item("TEA")
    order = make_order(cast, make_supplier(), [(water, 10)])
    receive(order, (tea, "", 3))
    assert (received(order), state_of(order)) == ([0], "ordered")
    assert tea.id not in expected(order)


def test_a_cancelled_order_expects_nothing_but_takes_what_came_all_the_same(cast: Cast) -> None:
    water = make_item()
    order = make_order(cast, make_supplier(), [(water, 10)], state="cancelled")
    assert expected(order) == {water.id: 0}
    receive(order, (water, "", 10))
    assert (received(order), state_of(order)) == ([10], "cancelled")


def test_lots_fall_on_the_lines_that_announce_them(cast: Cast) -> None:
    milk = make_item("MILK", tracks_lots=True)
    lines = [{"item": milk, "quantity": 10, "lot": lot} for lot in ("A", "B")]
    delivery = make_delivery(cast, make_supplier(), lines)
    receive(delivery, (milk, "B", 10), (milk, "A", 3))
    assert received(delivery) == [3, 10]
    receive(delivery, (milk, "C", 4), (milk, "A", 5))
    assert (received(delivery), state_of(delivery)) == ([10, 12], "received")
    receive(delivery, (milk, "C", 4), (milk, "A", 5), sign=-1)
    receive(delivery, (milk, "B", 10), (milk, "A", 3), sign=-1)
    assert (received(delivery), state_of(delivery)) == ([0, 0], "expected")


def test_a_delivery_moves_the_order_lines_it_names(cast: Cast) -> None:
    water, rice, supplier = make_item(), make_item("RICE"), make_supplier()
    order = make_order(cast, supplier, [(water, 10), (water, 20), (rice, 5)])
    second = line_ids(order)[1]
    lines = [{"item": water, "quantity": 20, "order_line_id": second}, {"item": rice, "quantity": 5}]
    delivery = make_delivery(cast, supplier, lines)
    receive(delivery, (water, "", 20), (rice, "", 2))
    assert (received(delivery), received(order)) == ([20, 2], [0, 20, 0])
    assert (state_of(delivery), state_of(order)) == ("part_received", "part_received")
    receive(delivery, (rice, "", 3), order=order)
    assert (received(delivery), received(order)) == ([20, 5], [0, 20, 3])


def test_what_a_delivery_gives_back_is_found_on_its_orders_other_lines(cast: Cast) -> None:
    water, supplier = make_item(), make_supplier()
    order = make_order(cast, supplier, [(water, 10), (water, 20)])
    delivery = make_delivery(cast, supplier, [{"item": water, "quantity": 20, "order_line_id": line_ids(order)[1]}])
    receive(delivery, (water, "", 20))
    receive(order, (water, "", 5))
    receive(order, (water, "", 5), sign=-1)  # off the last line, where the delivery's stand
    receive(delivery, (water, "", 20), sign=-1)
    assert (received(delivery), received(order)) == ([0], [0, 0])


def test_what_is_too_much_on_one_line_is_not_missing_on_another(cast: Cast) -> None:
    water, supplier = make_item(), make_supplier()
    order = make_order(cast, supplier, [(water, 4), (water, 2)])
    delivery = make_delivery(cast, supplier, [{"item": water, "quantity": 4, "order_line_id": line_ids(order)[0]}])
    receive(delivery, (water, "", 5))
    assert (received(order), expected(order), state_of(order)) == ([5, 0], {water.id: 1}, "part_received")
    receive(delivery, (water, "", 1))
    assert (received(order), expected(order), state_of(order)) == ([6, 0], {water.id: 0}, "received")


def test_devices_are_told_by_item_what_is_missing_of_an_order(cast: Cast) -> None:
    water, rice, supplier = make_item(), make_item("RICE"), make_supplier()
    order = make_order(cast, supplier, [(water, 4), (water, 2), (rice, 1)])
    another = make_order(cast, supplier, [(water, 3)])
    lines = [{"item": water, "quantity": 4, "order_line_id": line_ids(order)[0]}, {"item": rice, "quantity": 1}]
    delivery = make_delivery(cast, supplier, lines)
    receive(delivery, (water, "", 5))
    assert (received(order), received(another)) == ([5, 0, 0], [0])

    def told(bodies: Any, document: Document) -> list[tuple[int, int]]:
        with reading() as session:
            found = bodies(session, [str(order.id), str(another.id), str(delivery.id)], cast.site.id)
        return [(line["quantity"], line["received"]) for line in found[str(document.id)]["lines"]]

    assert told(queries.order_bodies, order) == [(4, 4), (2, 1), (1, 0)]
    assert told(queries.order_bodies, another) == [(3, 0)]  # the piece too many is not this order's
    assert told(queries.delivery_bodies, delivery) == [(4, 5), (1, 0)]
    receive(delivery, (water, "", 3))
    assert told(queries.order_bodies, order) == [(4, 6), (2, 2), (1, 0)]  # more than all ordered stays said


def test_devices_hear_of_it(cast: Cast) -> None:
    water, supplier = make_item(), make_supplier()
    order = make_order(cast, supplier, [(water, 10)])
    delivery = make_delivery(cast, supplier, [{"item": water, "quantity": 10, "order_line_id": line_ids(order)[0]}])
    receive(delivery, (water, "", 1))
    with reading() as session:
        told = session.execute(select(Change.entity, Change.entity_key, Change.site_id).order_by(Change.id)).all()
    assert [tuple(row) for row in told] == [
        ("expected_delivery", str(delivery.id), cast.site.id),
        ("purchase_order", str(order.id), cast.site.id),
    ]


def test_a_thousand_lines_take_a_few_statements(cast: Cast) -> None:
    items, supplier = [make_item(f"I-{number:03}") for number in range(100)], make_supplier()
    order = make_order(cast, supplier, [(item, 5) for item in items])
    lines = [
        {"item": item, "quantity": 5, "order_line_id": line} for item, line in zip(items, line_ids(order), strict=True)
    ]
    delivery = make_delivery(cast, supplier, lines)
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    receive(delivery, *[(item, "", 5) for item in items])
    event.remove(db.engine, "before_cursor_execute", note)
    assert (state_of(delivery), state_of(order)) == ("received", "received")
    assert len(statements) <= 15, statements


def test_the_items_own_terms_go_before_the_suppliers_ceiling(cast: Cast) -> None:
    water, rice, supplier = make_item(), make_item("RICE"), make_supplier(over_receipt_bp=500)
    make_terms(supplier, water, over_receipt_bp=0)
    make_terms(supplier, rice)
    with reading() as session:
        assert queries.ceilings(session, supplier.id, [water.id, rice.id]) == {water.id: 0, rice.id: 500}
        assert queries.ceilings(session, None, [water.id]) == {water.id: 0}
    assert [within_ceiling(quantity, 500) for quantity in (19, 20, 100)] == [19, 21, 105]


def test_the_orders_price_goes_before_the_terms(cast: Cast) -> None:
    water, rice, tea, supplier = make_item(), make_item("RICE"), make_item("TEA"), make_supplier()
    make_terms(supplier, water, price=100)
    make_terms(supplier, rice, price=200)
    order = make_order(cast, supplier, [(water, 1), (rice, 1), (tea, 1)])
    with reading() as session:
        asked = {"supplier_id": supplier.id, "item_ids": [water.id, rice.id, tea.id], "delivery_id": None}
        assert queries.prices(session, order_id=order.id, **asked) == {water.id: 100, rice.id: 200}
