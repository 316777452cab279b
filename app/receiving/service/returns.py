"""Goods of a posted receipt that go back to the supplier."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.kernel.access import Viewer
from app.kernel.errors import Conflict, FieldError, Invalid, invalid_field
from app.kernel.ids import new_id
from app.ledger import service as ledger
from app.ledger.models import Entry, Journal, ReasonCode
from app.ledger.rules import content_hash
from app.receiving.models import GoodsReceipt
from app.receiving.queries.posting import posted_goods
from app.receiving.rules import label
from app.receiving.service.desk import locked
from app.sites.queries import counterpart

_KEYS = "receipt_return:"


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """So much of an item and lot goes back."""

    item_id: UUID
    lot: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ReturnGoods:
    """The command. `location_id`: where the goods leave from; by default where they were received.

    With a source key of the sender's, sending it again books nothing more.
    """

    receipt_id: UUID
    lines: Sequence[ReturnLine]
    reason_code: str
    note: str = ""
    location_id: UUID | None = None
    source_key: str = ""


def return_goods(session: Session, viewer: Viewer, command: ReturnGoods, now: datetime) -> ledger.Written:
    """Book goods of a posted receipt back to the supplier, as one journal. The order does not expect them again.

    Raises Conflict wrong_state, source_key_reused, and Invalid where more goes back than came, or the reason is none.
    """
    receipt = locked(session, viewer, command.receipt_id)
    if receipt.state != "posted":
        raise Conflict("wrong_state", f"This receipt is {receipt.state}; only goods of a posted one go back.")
    reason = session.get(ReasonCode, command.reason_code)
    if reason is None or not reason.active:
        raise invalid_field("reason_code", "unknown_reason", "Choose one of the reason codes.")
    if reason.note_required and not command.note.strip():
        raise invalid_field("note", "note_required", "This reason needs a note.")
    key = f"{_KEYS}{receipt.id}:{command.source_key or new_id()}"
    if not _booked(session, receipt, key):
        _refuse_too_much(session, receipt, command.lines)
    supplier = counterpart(session, receipt.site_id, "supplier")
    journal = ledger.NewJournal(
        site_id=receipt.site_id,
        kind="supplier_return",
        source_key=key,
        person_id=viewer.person,
        document=label(receipt.number),
        note=command.note,
        content=content_hash(
            [command.reason_code, command.note, command.location_id],
            ([line.item_id, line.lot, line.quantity] for line in command.lines),
        ),
    )
    entries = [
        ledger.NewEntry(
            item_id=line.item_id,
            lot=line.lot,
            from_location_id=command.location_id or receipt.location_id,
            to_location_id=supplier,
            quantity=line.quantity,
            occurred_at=now,
            reason_code=command.reason_code,
        )
        for line in command.lines
    ]
    return ledger.write_journal(session, journal, entries, now)


def returned_goods(session: Session, receipt: GoodsReceipt) -> dict[tuple[UUID, str], int]:
    """What of the receipt went back, by item and lot; returns that were reversed do not count."""
    ids = _journals(session, receipt)
    if not ids:
        return {}
    rows = session.execute(
        select(Entry.item_id, Entry.lot, func.sum(Entry.quantity))
        .where(Entry.journal_id.in_(ids))
        .group_by(Entry.item_id, Entry.lot)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def _booked(session: Session, receipt: GoodsReceipt, key: str) -> bool:
    same = select(Journal.id).where(Journal.site_id == receipt.site_id, Journal.source_key == key)
    return session.scalar(same) is not None


def _journals(session: Session, receipt: GoodsReceipt) -> Sequence[UUID]:
    """The receipt's returns that were not reversed."""
    reversal = aliased(Journal)
    wanted = select(Journal.id).where(
        Journal.site_id == receipt.site_id,
        Journal.source_key.startswith(f"{_KEYS}{receipt.id}:"),
        ~select(reversal.id).where(reversal.reverses_id == Journal.id).exists(),
    )
    return session.scalars(wanted).all()


def _refuse_too_much(session: Session, receipt: GoodsReceipt, lines: Sequence[ReturnLine]) -> None:
    here = Counter(posted_goods(session, receipt))
    here.subtract(returned_goods(session, receipt))
    mistakes = []
    for index, line in enumerate(lines):
        left = here[line.item_id, line.lot]
        if line.quantity > left:
            message = f"Only {max(left, 0)} of these came with this receipt and did not go back yet."
            mistakes.append(FieldError(f"lines.{index}.quantity", "more_than_received", message))
        here[line.item_id, line.lot] -= line.quantity
    if mistakes:
        raise Invalid("invalid", "More would go back than came.", errors=mistakes)
