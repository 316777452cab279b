"""Codes nobody knew at the scan get their meaning later, and every record that carried them is credited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import service as catalogue
from app.catalogue.models import Barcode
from app.device_log.models import DeviceRecord
from app.kernel.access import Viewer
from app.receiving import service as receiving
from app.stocktake import fold
from app.stocktake.evaluation import evaluate
from app.stocktake.models import Sheet
from app.stocktake.plan_queries import stocktake_for
from app.stocktake.sheets import lock_places
from app.stocktake.unknown_queries import sheets_with
from app.stocktake.verify import differences


@dataclass(frozen=True, slots=True)
class BindCode:
    """The command: the code stands for `pack_factor` base units of the item."""

    stocktake_id: UUID
    code: str
    item_id: UUID
    pack_factor: int


def bind(session: Session, viewer: Viewer, command: BindCode, now: datetime) -> int:
    """Say what a code means; the number of sheets, in all open stocktakes and receipts, that were credited.

    Raises Conflict when the code means something else already.
    """
    stocktake_for(session, viewer, command.stocktake_id)
    normal = catalogue.bind_code(session, viewer, command.item_id, command.code, command.pack_factor, now)
    return credit(session, normal, now) + receiving.credit(session, normal, now)


def credit(session: Session, normal_form: str, now: datetime) -> int:
    """Credit the records of a code, bound in this transaction, in all open stocktakes; the number of sheets."""
    sheet_ids = session.scalars(sheets_with(DeviceRecord.code_normal == normal_form)).all()
    _credit(session, sheet_ids, now)
    return len(sheet_ids)


def uncredited(session: Session, stocktake_id: UUID | None = None) -> list[UUID]:
    """The sheets of an open stocktake, or of all, with codes that the catalogue learned by other ways than `bind`."""
    wanted = sheets_with(DeviceRecord.code_normal.in_(select(Barcode.normal_form)))
    if stocktake_id is not None:
        wanted = wanted.where(Sheet.stocktake_id == stocktake_id)
    sheet_ids = session.scalars(wanted).all()
    return sorted({sheet_id for sheet_id, _item, _lot in differences(session, sheet_ids)})


def credit_known(session: Session, now: datetime, stocktake_id: UUID | None = None) -> None:
    """Credit what `uncredited` finds."""
    _credit(session, uncredited(session, stocktake_id), now)


def _credit(session: Session, sheet_ids: Sequence[UUID], now: datetime) -> None:
    """Fold the sheets again: also away from an item that a code no longer means."""
    places: dict[UUID, set[UUID]] = {}
    rows = session.execute(select(Sheet.stocktake_id, Sheet.location_id).where(Sheet.id.in_(sheet_ids)).distinct())
    for stocktake_id, location_id in rows:
        places.setdefault(stocktake_id, set()).add(location_id)
    stock = {key: lock_places(session, key, places[key]) for key in sorted(places)}
    fold.fold(session, sheet_ids)
    for stocktake_id, locations in stock.items():
        evaluate(session, stocktake_id, now, locations)
