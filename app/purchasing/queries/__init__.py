"""Questions about suppliers, orders and expected deliveries."""

from app.purchasing.queries.bodies import delivery_bodies, order_bodies, supplier_bodies
from app.purchasing.queries.deliveries import delivery_for, delivery_lines_listed, delivery_view, find_deliveries
from app.purchasing.queries.expected import (
    ExpectedLine,
    ceilings,
    expected_lines,
    items_named,
    open_quantities,
    prices,
)
from app.purchasing.queries.heads import DocumentHead, SupplierHead, deliveries_of, orders_of, suppliers_of
from app.purchasing.queries.lists import DocumentFilter
from app.purchasing.queries.orders import find_orders, order_for, order_lines_listed, order_view
from app.purchasing.queries.suppliers import (
    ItemBrief,
    TermsView,
    item_briefs,
    supplier_of,
    suppliers_listed,
    suppliers_page,
    terms_listed,
    terms_of,
    terms_page,
    terms_view,
)

__all__ = [
    "DocumentFilter",
    "DocumentHead",
    "ExpectedLine",
    "ItemBrief",
    "SupplierHead",
    "TermsView",
    "ceilings",
    "deliveries_of",
    "delivery_bodies",
    "delivery_for",
    "delivery_lines_listed",
    "delivery_view",
    "expected_lines",
    "find_deliveries",
    "find_orders",
    "item_briefs",
    "items_named",
    "open_quantities",
    "order_bodies",
    "order_for",
    "order_lines_listed",
    "order_view",
    "orders_of",
    "prices",
    "supplier_bodies",
    "supplier_of",
    "suppliers_listed",
    "suppliers_of",
    "suppliers_page",
    "terms_listed",
    "terms_of",
    "terms_page",
    "terms_view",
]
