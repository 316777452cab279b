"""Use cases of purchasing: suppliers and their terms, orders, expected deliveries, and what was received of them."""

from app.purchasing.service.receive import receive

__all__ = ["receive"]
