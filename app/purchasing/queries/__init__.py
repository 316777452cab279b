"""Questions about suppliers, orders and expected deliveries."""

from app.purchasing.queries.expected import ExpectedLine, ceilings, expected_lines, open_quantities, prices
from app.purchasing.queries.heads import DocumentHead, SupplierHead, deliveries_of, orders_of, suppliers_of

__all__ = [
    "DocumentHead",
    "ExpectedLine",
    "SupplierHead",
    "ceilings",
    "deliveries_of",
    "expected_lines",
    "open_quantities",
    "orders_of",
    "prices",
    "suppliers_of",
]
