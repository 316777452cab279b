"""What a scanned or typed text stands for at a site: from the surest reading to the vaguest, until one is found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, literal_column, select
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode, Item, Lot
from app.kernel.ids import parse_id
from app.ledger.models import Balance
from app.lookup.queries.views import Asker, Scanned
from app.lookup.rules import Kind, document_named
from app.purchasing.models import ExpectedDelivery, ExpectedDeliveryLine, PurchaseOrder
from app.receiving.models import GoodsReceipt
from app.sites.models import Location
from scanner.meaning import CodeError, Meaning, clean_code, meaning, normal_form

_TEXT_MAX: Final = 1024
_IN_A_LOT: Final = Balance.lot != literal_column("''")  # word for word what the index of lots says
_TABLES: Final[dict[Kind, Any]] = {"order": PurchaseOrder, "delivery": ExpectedDelivery, "receipt": GoodsReceipt}
_REFERENCES: Final[dict[Kind, Any]] = {
    "order": PurchaseOrder.reference,
    "delivery": ExpectedDelivery.reference,
    "receipt": GoodsReceipt.delivery_note,
}


@dataclass(frozen=True, slots=True)
class Meant:
    """What it is. Of a lot: its number, and every item that has such a lot."""

    kind: Kind
    id: UUID | None = None  # of the item, the place or the document
    lot: str = ""
    item_ids: tuple[UUID, ...] = ()
    scanned: Scanned | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """The text as it can be read: cleaned, in the form codes are kept in, and as a GS1 message."""

    plain: str
    whole: str | None
    said: Meaning | None

    @property
    def forms(self) -> set[str]:
        """Under which it may stand in the catalogue."""
        return {form for form in (self.whole, self.said.code if self.said else None) if form}

    @property
    def typed(self) -> set[str]:
        """As somebody may have typed it, who does not care for capitals."""
        return {self.plain, self.plain.upper()}


def what_is(session: Session, asker: Asker, text: str) -> Meant:
    """What the text stands for; kind unknown where it stands for nothing, or nobody could scan it."""
    read = _read(text)
    if read is None:
        return Meant("unknown")
    for reading in _READINGS:
        found = reading(session, asker, read)
        if found is not None:
            return replace(found, scanned=_scanned(read.said, found.scanned))
    return Meant("unknown", scanned=_scanned(read.said, None))


def _read(text: str) -> _Read | None:
    try:
        plain = clean_code(text, length_max=_TEXT_MAX)
    except CodeError:
        return None
    said: Meaning | None = None
    whole: str | None = None
    try:
        said = meaning(text)
        whole = normal_form(text)
    except CodeError:  # a broken or over-long message may still be what is printed somewhere
        pass
    return _Read(plain, whole, said)


def _scanned(said: Meaning | None, more: Scanned | None) -> Scanned | None:
    told = more or Scanned()
    if said is not None:
        told = Scanned(told.pack_factor, said.lot, said.expiry, said.serial, said.count, said.sscc)
    return told if told != Scanned() else None


def _labelled_place(session: Session, asker: Asker, read: _Read) -> Meant | None:
    here = (Location.site_id == asker.site_id, Location.barcode.in_(read.typed))
    return _one("location", session.scalar(select(Location.id).where(*here)))


def _coded_item(session: Session, _asker: Asker, read: _Read) -> Meant | None:
    codes = select(Barcode.normal_form, Barcode.item_id, Barcode.pack_factor).where(Barcode.normal_form.in_(read.forms))
    found = {row.normal_form: row for row in session.execute(codes)}
    code = found.get(read.whole or "") or next(iter(found.values()), None)
    return None if code is None else Meant("item", code.item_id, scanned=Scanned(pack_factor=code.pack_factor))


def _labelled_document(session: Session, asker: Asker, read: _Read) -> Meant | None:
    named = document_named(read.plain)
    if named is None:
        return None
    kind, number = named
    table = _TABLES[kind]
    wanted = select(table.id).where(table.site_id == asker.site_id, table.number == number)
    return _one(kind, session.scalar(wanted if asker.supervises else _without_drafts(wanted, kind)))


def _coded_place(session: Session, asker: Asker, read: _Read) -> Meant | None:
    here = (Location.site_id == asker.site_id, Location.code.in_(read.typed))
    return _one("location", session.scalar(select(Location.id).where(*here)))


def _named_item(session: Session, _asker: Asker, read: _Read) -> Meant | None:
    return _one("item", session.scalar(select(Item.id).where(Item.sku.in_(read.typed))))


def _pallet(session: Session, asker: Asker, read: _Read) -> Meant | None:
    """The newest delivery announced with this SSCC."""
    if read.said is None or read.said.sscc is None:
        return None
    wanted = (
        select(ExpectedDelivery.id)
        .join(ExpectedDeliveryLine, ExpectedDeliveryLine.delivery_id == ExpectedDelivery.id)
        .where(ExpectedDelivery.site_id == asker.site_id, ExpectedDeliveryLine.sscc == read.said.sscc)
        .order_by(ExpectedDelivery.number.desc())
    )
    return _one("delivery", session.scalar(wanted.limit(1)))


def _referenced_document(session: Session, asker: Asker, read: _Read) -> Meant | None:
    """The newest that another system, or a supplier's paper, calls so."""
    for kind, reference in _REFERENCES.items():
        table = _TABLES[kind]
        called = (table.site_id == asker.site_id, reference == read.plain)
        wanted = select(table.id).where(*called).order_by(table.number.desc()).limit(1)
        found = _one(kind, session.scalar(wanted if asker.supervises else _without_drafts(wanted, kind)))
        if found is not None:
            return found
    return None


def _numbered_lot(session: Session, asker: Asker, read: _Read) -> Meant | None:
    """The items that ever had such a lot (or serial number) here; those of which it is only announced, too."""
    here = (
        select(Balance.item_id)
        .join(Location, Location.id == Balance.location_id)
        .where(Balance.lot == read.plain, _IN_A_LOT, Location.site_id == asker.site_id)
    )
    noted = select(Lot.item_id).where(Lot.lot == read.plain)
    known = {*session.scalars(here.distinct()), *session.scalars(noted)}
    return Meant("lot", lot=read.plain, item_ids=tuple(sorted(known))) if known else None


def _known_by_id(session: Session, asker: Asker, read: _Read) -> Meant | None:
    """An item or place by its id, as a link on a screen names it."""
    own = parse_id(read.plain)
    if own is None:
        return None
    place = session.scalar(select(Location.id).where(Location.site_id == asker.site_id, Location.id == own))
    return _one("location", place) or _one("item", session.scalar(select(Item.id).where(Item.id == own)))


def _one(kind: Kind, own: UUID | None) -> Meant | None:
    return None if own is None else Meant(kind, own)


def _without_drafts(wanted: Select[UUID], kind: Kind) -> Select[UUID]:
    return wanted.where(PurchaseOrder.state != "draft") if kind == "order" else wanted


_READINGS: Final[tuple[Callable[[Session, Asker, _Read], Meant | None], ...]] = (
    _labelled_place,
    _coded_item,
    _labelled_document,
    _coded_place,
    _named_item,
    _pallet,
    _referenced_document,
    _numbered_lot,
    _known_by_id,
)
