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
from app.purchasing.service.delivery_files import delivery_template, export_deliveries, import_deliveries
from app.purchasing.service.order_edits import EditOrder, LineEdit, edit_order
from app.purchasing.service.order_files import DocumentFile, export_orders, import_orders, order_template
from app.purchasing.service.orders import (
    NewOrder,
    NewOrderLine,
    cancel_order,
    close_order,
    create_order,
    place_order,
)
from app.purchasing.service.receive import receive
from app.purchasing.service.supplier_files import export_suppliers, import_suppliers, supplier_template
from app.purchasing.service.suppliers import (
    NewSupplier,
    Terms,
    create_supplier,
    drop_terms,
    edit_supplier,
    set_terms,
)
from app.purchasing.service.terms_files import export_terms, import_terms, terms_template

__all__ = [
    "DocumentFile",
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
    "delivery_template",
    "drop_terms",
    "edit_delivery",
    "edit_order",
    "edit_supplier",
    "export_deliveries",
    "export_orders",
    "export_suppliers",
    "export_terms",
    "import_deliveries",
    "import_orders",
    "import_suppliers",
    "import_terms",
    "order_template",
    "place_order",
    "receive",
    "set_terms",
    "supplier_template",
    "terms_template",
]
