"""Use cases of purchasing: suppliers and their terms, orders, expected deliveries, and what was received of them."""

from app.purchasing.service.deliveries import (
    EditDelivery,
    NewDelivery,
    NewDeliveryLine,
    cancel_delivery,
    close_delivery,
    create_delivery,
    edit_delivery,
)
from app.purchasing.service.order_edits import EditOrder, LineEdit, edit_order
from app.purchasing.service.orders import (
    NewOrder,
    NewOrderLine,
    cancel_order,
    close_order,
    create_order,
    place_order,
)
from app.purchasing.service.receive import receive
from app.purchasing.service.suppliers import (
    NewSupplier,
    Terms,
    create_supplier,
    drop_terms,
    edit_supplier,
    set_terms,
)

__all__ = [
    "EditDelivery",
    "EditOrder",
    "LineEdit",
    "NewDelivery",
    "NewDeliveryLine",
    "NewOrder",
    "NewOrderLine",
    "NewSupplier",
    "Terms",
    "cancel_delivery",
    "cancel_order",
    "close_delivery",
    "close_order",
    "create_delivery",
    "create_order",
    "create_supplier",
    "drop_terms",
    "edit_delivery",
    "edit_order",
    "edit_supplier",
    "place_order",
    "receive",
    "set_terms",
]
