"""What lists of orders and of deliveries have in common: which are wanted, how many there are, what they sum up to."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Item
from app.kernel.sets import among
from app.purchasing.models import Supplier

_SUMMED = ("lines_total", "lines_open", "quantity", "quantity_received", "quantity_open")


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which orders or deliveries to list."""

    site_id: UUID | None = None
    states: Sequence[str] = ()
    supplier_id: UUID | None = None
    search: str = ""


def conditions(document: Any, line: Any, owner: Any, wanted: DocumentFilter) -> list[ColumnElement[bool]]:
    """What narrows a list of orders, or of deliveries; `owner` is the lines' column that names their document."""
    found: list[ColumnElement[bool]] = []
    if wanted.site_id is not None:
        found.append(document.site_id == wanted.site_id)
    if wanted.states:
        found.append(document.state.in_(wanted.states))
    if wanted.supplier_id is not None:
        found.append(document.supplier_id == wanted.supplier_id)
    if wanted.search:
        found.append(_found_by(document, line, owner, wanted.search))
    return found


def _found_by(document: Any, line: Any, owner: Any, search: str) -> ColumnElement[bool]:
    """By label or number, part of the reference, the supplier's code or name, or an item's SKU or name."""
    number = re.fullmatch(r"(?:(?:PO|ASN)-)?([0-9]{1,9})", search.upper())
    items = select(owner).join(Item, Item.id == line.item_id)
    named = [Item.sku.icontains(search, autoescape=True), Item.name.icontains(search, autoescape=True)]
    suppliers = [Supplier.code.icontains(search, autoescape=True), Supplier.name.icontains(search, autoescape=True)]
    return or_(
        document.reference.icontains(search, autoescape=True),
        *([document.number == int(number[1])] if number else []),
        document.supplier_id.in_(select(Supplier.id).where(or_(*suppliers))),
        document.id.in_(items.where(or_(*named))),
    )


def count(session: Session, wanted: Select[*tuple[Any, ...]]) -> int:
    """How many rows a query gives."""
    return session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0


def totals(session: Session, line: Any, owner: Any, ids: Collection[UUID]) -> Mapping[UUID, dict[str, int]]:
    """Of each document: its lines, those with something open, and its pieces; documents without lines are left out."""
    room = case((line.quantity > line.quantity_received, line.quantity - line.quantity_received), else_=0)
    rows = session.execute(
        select(
            owner,
            func.count(),
            func.sum(case((room > 0, 1), else_=0)),
            func.sum(line.quantity),
            func.sum(line.quantity_received),
            func.sum(room),
        )
        .where(among(session, owner, ids))
        .group_by(owner)
    )
    return {row[0]: {name: int(value) for name, value in zip(_SUMMED, row[1:], strict=True)} for row in rows}
