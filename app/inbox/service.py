"""Saying what a code means, once, for everything that is open."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalogue import service as catalogue
from app.kernel.access import Viewer
from app.receiving import service as receiving
from app.stocktake import unknown_codes


@dataclass(frozen=True, slots=True)
class BindCode:
    """The command: the code stands for `pack_factor` base units of an item there is, or of one to be made."""

    code: str
    pack_factor: int
    item: UUID | catalogue.NewItem


@dataclass(frozen=True, slots=True)
class Bound:
    """What came of it: the item, and how many sheets of open stocktakes and receipts were credited."""

    item_id: UUID
    sheets: int


def bind(session: Session, viewer: Viewer, command: BindCode, now: datetime) -> Bound:
    """Bind the code and credit every record that carried it, in the one transaction.

    Making an item needs a manager. Raises Conflict (code_taken, pack_factor_differs, sku_taken), Invalid, NotFound,
    Forbidden.
    """
    item_id = _made(session, viewer, command.item, now)
    normal = catalogue.bind_code(session, viewer, item_id, command.code, command.pack_factor, now)
    sheets = unknown_codes.credit(session, normal, now) + receiving.credit(session, normal, now)
    return Bound(item_id, sheets)


def _made(session: Session, viewer: Viewer, item: UUID | catalogue.NewItem, now: datetime) -> UUID:
    if isinstance(item, UUID):
        return item
    if not viewer.may_somewhere("manager"):
        viewer.require("manager", None)
    return catalogue.create_item(session, item, now)
