"""Codes that nobody knew when they were counted: the device log's questions, asked of a stocktake."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from app.device_log.models import DeviceRecord
from app.device_log.queries import unknown
from app.kernel.paging import Page
from app.stocktake.models import Sheet, Stocktake
from app.stocktake.rules import LOOKS, OPEN_STATES, SCANS


def find_unknown(session: Session, stocktake_id: UUID, *, limit: int, after: str | None) -> Page[dict[str, Any]]:
    """The codes of a stocktake that mean nothing yet, the most pieces first."""
    return unknown.find_unknown(session, _asked(stocktake_id), limit=limit, after=after)


def count_unknown(session: Session, stocktake_id: UUID) -> int:
    """How many codes of a stocktake mean nothing yet."""
    return unknown.count_unknown(session, _asked(stocktake_id))


def sheets_with(code: ColumnElement[bool]) -> Select[Any]:
    """The sheets of open stocktakes with a look at a code nobody knew, `code` being a condition on DeviceRecord."""
    nobody_knew = (DeviceRecord.item_id.is_(None), DeviceRecord.kind.in_(LOOKS), code)
    return (
        select(Sheet.id)
        .join(Stocktake, Stocktake.id == Sheet.stocktake_id)
        .where(Stocktake.state.in_(OPEN_STATES), exists().where(DeviceRecord.sheet_id == Sheet.id, *nobody_knew))
        .order_by(Sheet.id)
    )


def _asked(stocktake_id: UUID) -> unknown.Asked:
    return unknown.Asked((stocktake_id,), LOOKS, SCANS)
