"""Items as people see them: with unit, category and codes; lists of them, and of units and categories."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode, Category, Item, Unit
from app.catalogue.queries.facts import UnitFacts
from app.kernel.errors import NotFound
from app.kernel.paging import Page, page
from app.kernel.sets import among
from scanner.meaning import CodeError, meaning, normal_form


@dataclass(frozen=True, slots=True)
class BarcodeFacts:
    """A code of an item: `code` as printed, `pack_factor` base units a scan."""

    code: str
    normal_form: str
    pack_factor: int
    label: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as people see it. `unit_cost`: 1/10000 minor unit per base unit, None for eyes that may not see it.

    `matched` is the code it was found by, where it was.
    """

    id: UUID
    sku: str
    name: str
    category_id: UUID | None
    category_name: str | None
    unit: UnitFacts
    tracks_lots: bool
    tracks_expiry: bool
    tracks_serials: bool
    minimum_life_days: int | None
    active: bool
    barcodes: list[BarcodeFacts]
    unit_cost: int | None
    matched: BarcodeFacts | None = None


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """A group of items."""

    id: UUID
    name: str


_ITEMS: Select[*tuple[Any, ...]] = (
    select(
        Item.id,
        Item.sku,
        Item.name,
        Item.category_id,
        Category.name.label("category_name"),
        Unit.id.label("unit_id"),
        Unit.code.label("unit_code"),
        Unit.name.label("unit_name"),
        Unit.scale,
        Item.tracks_lots,
        Item.tracks_expiry,
        Item.tracks_serials,
        Item.minimum_life_days,
        Item.active,
        Item.unit_cost,
    )
    .join(Unit, Unit.id == Item.unit_id)
    .outerjoin(Category, Category.id == Item.category_id)
)


def items_page(
    session: Session,
    *,
    search: str = "",
    category_id: UUID | None = None,
    active: bool | None = None,
    with_cost: bool,
    limit: int,
    offset: int,
) -> Page[ItemView]:
    """Items by SKU. `search` is part of a name, a SKU or a code. Three queries, whatever the page."""
    conditions = _conditions(search, category_id, active)
    total = session.scalar(select(func.count()).select_from(Item).where(*conditions)) or 0
    rows = session.execute(_ITEMS.where(*conditions).order_by(Item.sku).limit(limit).offset(offset)).all()
    return page(_views(session, rows, with_cost=with_cost), total=total, offset=offset)


def item_view(session: Session, item_id: UUID, *, with_cost: bool) -> ItemView:
    """The item. Raises NotFound."""
    return _one(session, _ITEMS.where(Item.id == item_id), with_cost=with_cost)


def item_by_code(session: Session, text: str, *, with_cost: bool) -> ItemView:
    """The item a scanned or typed text stands for, with the code that matched.

    The whole text goes before the article number inside it (a GS1 message). Raises NotFound (code_unknown), CodeError.
    """
    whole = normal_form(text)
    try:
        inside = meaning(text).code
    except CodeError:
        inside = whole
    found = {
        row.normal_form: row for row in session.scalars(select(Barcode).where(Barcode.normal_form.in_({whole, inside})))
    }
    code = found.get(whole) or found.get(inside)
    if code is None:
        raise NotFound("code_unknown", "No item has this code.", normal_form=inside)
    matched = _barcode(code)
    return _one(session, _ITEMS.where(Item.id == code.item_id), with_cost=with_cost, matched=matched)


def items_listed(
    session: Session, *, search: str = "", category_id: UUID | None = None, active: bool | None = None
) -> list[ItemView]:
    """All the items that `items_page` pages through, costs included: for the export. Two queries."""
    conditions = _conditions(search, category_id, active)
    rows = session.execute(_ITEMS.where(*conditions).order_by(Item.sku)).all()
    return _views(session, rows, with_cost=True, every=not conditions)


def units_page(session: Session, *, limit: int, offset: int) -> Page[UnitFacts]:
    """The units by code."""
    total = session.scalar(select(func.count()).select_from(Unit)) or 0
    rows = session.execute(
        select(Unit.id, Unit.code, Unit.name, Unit.scale).order_by(Unit.code).limit(limit).offset(offset)
    )
    return page([UnitFacts(*row) for row in rows], total=total, offset=offset)


def categories_page(session: Session, *, limit: int, offset: int) -> Page[CategoryFacts]:
    """The categories by name."""
    total = session.scalar(select(func.count()).select_from(Category)) or 0
    rows = session.execute(select(Category.id, Category.name).order_by(Category.name).limit(limit).offset(offset))
    return page([CategoryFacts(*row) for row in rows], total=total, offset=offset)


def _conditions(search: str, category_id: UUID | None, active: bool | None) -> list[ColumnElement[bool]]:  # noqa: FBT001
    conditions: list[ColumnElement[bool]] = []
    if category_id is not None:
        conditions.append(Item.category_id == category_id)
    if active is not None:
        conditions.append(Item.active.is_(active))
    if search:
        conditions.append(_found_by(search))
    return conditions


def _found_by(search: str) -> ColumnElement[bool]:
    """By part of the name or SKU, or by a code: part of it as printed, or in any of its written forms."""
    of_codes = [Barcode.code.contains(search, autoescape=True)]
    with suppress(CodeError):  # what no scanner can send is still part of a name
        of_codes.append(Barcode.normal_form == normal_form(search))
    return or_(
        Item.name.icontains(search, autoescape=True),
        Item.sku.icontains(search, autoescape=True),
        Item.id.in_(select(Barcode.item_id).where(or_(*of_codes))),
    )


def _one(
    session: Session, wanted: Select[*tuple[Any, ...]], *, with_cost: bool, matched: BarcodeFacts | None = None
) -> ItemView:
    rows = session.execute(wanted).all()
    if not rows:
        raise NotFound("not_found", "There is no such item.")
    return _views(session, rows, with_cost=with_cost, matched=matched)[0]


def _views(
    session: Session,
    rows: Iterable[Row[*tuple[Any, ...]]],
    *,
    with_cost: bool,
    every: bool = False,
    matched: BarcodeFacts | None = None,
) -> list[ItemView]:
    """The rows of `_ITEMS` with their codes, read in one query (`every`: of the whole catalogue)."""
    rows = list(rows)
    codes = barcodes_of(session, None if every else [row.id for row in rows])
    return [
        ItemView(
            id=row.id,
            sku=row.sku,
            name=row.name,
            category_id=row.category_id,
            category_name=row.category_name,
            unit=UnitFacts(row.unit_id, row.unit_code, row.unit_name, row.scale),
            tracks_lots=row.tracks_lots,
            tracks_expiry=row.tracks_expiry,
            tracks_serials=row.tracks_serials,
            minimum_life_days=row.minimum_life_days,
            active=row.active,
            barcodes=codes.get(row.id, []),
            unit_cost=row.unit_cost if with_cost else None,
            matched=matched,
        )
        for row in rows
    ]


def barcodes_of(session: Session, item_ids: Collection[UUID] | None) -> Mapping[UUID, list[BarcodeFacts]]:
    """The codes of these items (None: of all), pieces before packs."""
    wanted = select(Barcode.item_id, Barcode.code, Barcode.normal_form, Barcode.pack_factor, Barcode.label)
    if item_ids is not None:
        wanted = wanted.where(among(session, Barcode.item_id, item_ids))
    codes: dict[UUID, list[BarcodeFacts]] = {}
    for row in session.execute(wanted.order_by(Barcode.pack_factor, Barcode.normal_form)):
        codes.setdefault(row.item_id, []).append(BarcodeFacts(row.code, row.normal_form, row.pack_factor, row.label))
    return codes


def _barcode(row: Barcode) -> BarcodeFacts:
    return BarcodeFacts(row.code, row.normal_form, row.pack_factor, row.label)
