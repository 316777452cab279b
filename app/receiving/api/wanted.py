"""What a query asks for, the same for a list and for its file."""

from typing import Any
from uuid import UUID

from app.receiving.queries.lines import LineFilter
from app.receiving.queries.receipts import ReceiptFilter
from app.receiving.rules import Mark


def receipts_wanted(query: dict[str, Any]) -> ReceiptFilter:
    """Which receipts a loaded `ReceiptQuery` names."""
    return ReceiptFilter(
        site_id=query["site_id"],
        states=tuple(query["state"]),
        supplier_id=query["supplier_id"],
        order_id=query["order_id"],
        delivery_id=query["delivery_id"],
        search=query["search"].strip(),
    )


def lines_wanted(query: dict[str, Any], receipt_id: UUID) -> LineFilter:
    """Which lines of the receipt a loaded `ReceiptLineQuery` names, in which order."""
    return LineFilter(
        receipt_id=receipt_id,
        states=tuple(query["state"]),
        search=query["search"].strip(),
        marked=int(Mark[query["mark"].upper()]) if query["mark"] else 0,
        sort=query["sort"],
        descending=query["order"] == "desc",
    )
