"""Suppliers and their terms as people see them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.catalogue.models import Item, Unit
from app.kernel.errors import NotFound
from app.kernel.paging import Page, page
from app.kernel.sets import among
from app.purchasing.models import Supplier, SupplierItem
from app.purchasing.queries.lists import count


@dataclass(frozen=True, slots=True)
class UnitBrief:
    """An item's base unit."""

    code: str
    name: str
    scale: int


@dataclass(frozen=True, slots=True)
class ItemBrief:
    """An item by name."""

    id: UUID
    sku: str
    name: str
    unit: UnitBrief


@dataclass(frozen=True, slots=True)
class TermsView:
    """A supplier's terms for an item."""

    item: ItemBrief
    supplier_sku: str
    price: int
    moq: int
    order_multiple: int
    lead_time_days: int | None
    over_receipt_bp: int | None


def supplier_of(session: Session, supplier_id: UUID) -> Supplier:
    """The supplier. Raises NotFound."""
    supplier = session.get(Supplier, supplier_id)
    if supplier is None:
        raise NotFound("not_found", "There is no such supplier.")
    return supplier


def suppliers_page(session: Session, *, search: str, active: bool | None, limit: int, offset: int) -> Page[Supplier]:
    """Suppliers by code. `search` is part of a code or a name."""
    wanted = _suppliers(search, active)
    rows = session.scalars(wanted.order_by(Supplier.code).limit(limit).offset(offset))
    return page(list(rows), total=count(session, wanted), offset=offset)


def suppliers_listed(session: Session, *, search: str, active: bool | None) -> list[Supplier]:
    """All suppliers that a list shows, by code."""
    return list(session.scalars(_suppliers(search, active).order_by(Supplier.code)))


def _suppliers(search: str, active: bool | None) -> Select[Supplier]:  # noqa: FBT001  # a filter, no switch
    wanted = select(Supplier)
    if active is not None:
        wanted = wanted.where(Supplier.active.is_(active))
    if search:
        named = (Supplier.code, Supplier.name)
        wanted = wanted.where(named[0].icontains(search, autoescape=True) | named[1].icontains(search, autoescape=True))
    return wanted


def terms_listed(session: Session, supplier_id: UUID | None) -> Sequence[Row[SupplierItem, str, str, int]]:
    """Terms with their supplier's code, the item's SKU and the decimals of its unit: all, or one supplier's."""
    wanted = (
        select(SupplierItem, Supplier.code, Item.sku, Unit.scale)
        .join(Supplier, Supplier.id == SupplierItem.supplier_id)
        .join(Item, Item.id == SupplierItem.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .order_by(Supplier.code, Item.sku)
    )
    if supplier_id is not None:
        wanted = wanted.where(SupplierItem.supplier_id == supplier_of(session, supplier_id).id)
    return session.execute(wanted).all()


def terms_page(session: Session, supplier_id: UUID, *, search: str, limit: int, offset: int) -> Page[TermsView]:
    """The items of a supplier by SKU. `search` is part of a name, of our SKU or of the supplier's."""
    supplier_of(session, supplier_id)
    wanted = (
        select(SupplierItem).join(Item, Item.id == SupplierItem.item_id).where(SupplierItem.supplier_id == supplier_id)
    )
    if search:
        columns = (Item.sku, Item.name, SupplierItem.supplier_sku)
        found = [column.icontains(search, autoescape=True) for column in columns]
        wanted = wanted.where(found[0] | found[1] | found[2])
    terms = list(session.scalars(wanted.order_by(Item.sku).limit(limit).offset(offset)))
    return page(_views(session, terms), total=count(session, wanted), offset=offset)


def terms_view(session: Session, supplier_id: UUID, item_id: UUID) -> TermsView:
    """The supplier's terms for the item. Raises NotFound."""
    terms = session.get(SupplierItem, (supplier_id, item_id))
    if terms is None:
        raise NotFound("not_found", "This supplier has no terms for this item.")
    return _views(session, [terms])[0]


def terms_of(session: Session, supplier_id: UUID, item_ids: Collection[UUID]) -> Mapping[UUID, SupplierItem]:
    """The supplier's terms by item; items it has none for are left out."""
    found = session.scalars(
        select(SupplierItem).where(
            SupplierItem.supplier_id == supplier_id, among(session, SupplierItem.item_id, item_ids)
        )
    )
    return {terms.item_id: terms for terms in found}


def item_briefs(session: Session, item_ids: Collection[UUID]) -> Mapping[UUID, ItemBrief]:
    """These items by id."""
    rows = session.execute(
        select(Item.id, Item.sku, Item.name, Unit.code, Unit.name, Unit.scale)
        .join(Unit, Unit.id == Item.unit_id)
        .where(among(session, Item.id, item_ids))
    )
    return {row[0]: ItemBrief(row[0], row[1], row[2], UnitBrief(row[3], row[4], row[5])) for row in rows}


def _views(session: Session, found: Collection[SupplierItem]) -> list[TermsView]:
    items = item_briefs(session, {terms.item_id for terms in found})
    names = TermsView.__slots__[1:]
    return [TermsView(items[terms.item_id], *(getattr(terms, name) for name in names)) for terms in found]
