"""HTTP of purchasing."""

import app.purchasing.api.deliveries
import app.purchasing.api.document_files
import app.purchasing.api.orders
import app.purchasing.api.supplier_files
import app.purchasing.api.suppliers  # noqa: F401  # each puts its views on the blueprint
from app.purchasing.api.blueprint import blueprint

__all__ = ["blueprint"]
