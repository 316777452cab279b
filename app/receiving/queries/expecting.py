"""What a receipt is compared with: the open lines of its delivery or order, and what its goods cost."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.purchasing import queries as purchasing
from app.purchasing.rules import DELIVERIES_OPEN, ORDERS_OPEN
from app.receiving.models import GoodsReceipt
from app.receiving.rules import Expectation, expectation

_EXPECTING = {*ORDERS_OPEN, *DELIVERIES_OPEN, "received"}  # one received in full expects nothing, but has a ceiling


@dataclass(frozen=True, slots=True)
class Compared:
    """What a receipt is compared with. `against`: there is an order or delivery; `cancelled`: it is off."""

    against: bool
    cancelled: bool
    items: Mapping[UUID, Expectation]


def compared_with(session: Session, receipt: GoodsReceipt) -> Compared:
    """What the receipt's delivery, else its order, expects now."""
    if receipt.order_id is None and receipt.delivery_id is None:
        return Compared(against=False, cancelled=False, items={})
    states = states_of(session, receipt)
    lines = purchasing.expected_lines(session, order_id=receipt.order_id, delivery_id=receipt.delivery_id)
    ceilings = purchasing.ceilings(session, receipt.supplier_id, {line.item_id for line in lines})
    sums: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in lines:
        of_item = sums[line.item_id]
        of_item[0] += line.quantity
        of_item[1] += line.quantity_received
        of_item[2] += line.open
    expects = not states - _EXPECTING
    items = {
        item_id: expectation(
            ordered=ordered,
            received=received,
            still_open=still_open,
            over_receipt_bp=ceilings.get(item_id, 0),
            expects=expects,
        )
        for item_id, (ordered, received, still_open) in sums.items()
    }
    return Compared(against=True, cancelled="cancelled" in states, items=items)


def states_of(session: Session, receipt: GoodsReceipt) -> set[str]:
    """The states of the order and the delivery the receipt names."""
    orders = purchasing.orders_of(session, [receipt.order_id]) if receipt.order_id else {}
    deliveries = purchasing.deliveries_of(session, [receipt.delivery_id]) if receipt.delivery_id else {}
    return {head.state for head in (*orders.values(), *deliveries.values())}


def prices_for(session: Session, receipt: GoodsReceipt, item_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """What a base unit of each of these items costs in this receipt; one without a price is left out."""
    return purchasing.prices(
        session,
        order_id=receipt.order_id,
        delivery_id=receipt.delivery_id,
        supplier_id=receipt.supplier_id,
        item_ids=item_ids,
    )
