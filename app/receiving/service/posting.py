"""Posting: a receipt becomes journals of at most 5,000 entries each, safe to repeat, resumable; and their reversal.

Each journal is a transaction of its own. The first one decides what is taken in; from then on nothing changes the
receipt any more, so a server that was killed goes on where it was.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import Lot
from app.device_log.queries.health import held_open
from app.kernel.access import Viewer
from app.kernel.database import insert_on
from app.kernel.errors import Conflict
from app.ledger import service as ledger
from app.ledger.models import Journal
from app.purchasing import service as purchasing
from app.receiving.models import GoodsReceipt, ReceiptLine
from app.receiving.queries import posting as queries
from app.receiving.queries.oddities import expiries, tracked_of
from app.receiving.rules import label
from app.receiving.service.desk import locked, refresh
from app.receiving.service.receipts import tell
from app.receiving.service.returns import returned_goods
from app.sites.queries import counterpart


@dataclass(frozen=True, slots=True)
class Progress:
    """What one transaction of a posting did, and whether the receipt is posted now."""

    entries: int
    journals: int
    posted: bool


def post_next(session: Session, viewer: Viewer, posting: queries.Posting, now: datetime) -> Progress:
    """Write the receipt's next journal, and with the last one count it as posted. Repeating it after that does nothing.

    Raises Conflict posting_refused with all problems, and wrong_state for a receipt that was given up or reversed.
    """
    receipt = locked(session, viewer, posting.receipt_id)
    if receipt.state == "posted":
        return Progress(0, 0, posted=True)
    if receipt.state not in {"receiving", "closed"}:
        raise Conflict("wrong_state", f"This receipt is {receipt.state}; it cannot be posted.", state=receipt.state)
    if receipt.journals == 0:
        _begin(session, receipt, posting, now)
    needed = queries.journals_needed(session, receipt.id)
    written = _write_journal(session, viewer, receipt, now) if needed > receipt.journals else 0
    if needed <= receipt.journals:
        _finish(session, viewer, receipt, now)
    return Progress(written, 1 if written else 0, posted=receipt.state == "posted")


def _begin(session: Session, receipt: GoodsReceipt, posting: queries.Posting, now: datetime) -> None:
    refresh(session, receipt)
    problems = queries.problems(session, receipt, posting)
    if problems:
        raise Conflict("posting_refused", "Something is not ready; nothing was posted.", problems=problems)
    if posting.override_reason and held_open(session, [receipt.id]):
        said = (receipt.override_reason, posting.override_reason)
        receipt.override_reason = "\n".join(text for text in said if text)
    session.execute(
        update(ReceiptLine)
        .where(ReceiptLine.receipt_id == receipt.id)
        .values(quantity_posted=queries.offered(ReceiptLine), version=ReceiptLine.version + 1)
        .execution_options(synchronize_session=False)
    )
    _remember_lots(session, receipt, now)


def _remember_lots(session: Session, receipt: GoodsReceipt, now: datetime) -> None:
    """Keep the expiry dates of the lots taken in. Of several the first scanned; one known before stays."""
    taken = select(ReceiptLine.item_id).where(ReceiptLine.receipt_id == receipt.id, ReceiptLine.quantity_posted > 0)
    dated: dict[tuple[UUID, str], date] = {}
    for expiry in expiries(session, receipt.id, list(tracked_of(session, session.scalars(taken).all()))):
        if expiry.lot:
            dated.setdefault((expiry.item_id, expiry.lot), expiry.expires_on)
    rows = [
        {"item_id": item_id, "lot": lot, "expires_on": day, "created_at": now} for (item_id, lot), day in dated.items()
    ]
    if rows:
        upsert = insert_on(session, Lot)
        known = func.coalesce(Lot.expires_on, upsert.excluded.expires_on)
        session.execute(
            upsert.on_conflict_do_update(index_elements=["item_id", "lot"], set_={"expires_on": known}), rows
        )


def _write_journal(session: Session, viewer: Viewer, receipt: GoodsReceipt, now: datetime) -> int:
    supplier = counterpart(session, receipt.site_id, "supplier")
    written = ledger.write_journal_from(
        session,
        ledger.NewJournal(
            site_id=receipt.site_id,
            kind="receipt",
            source_key=queries.source_key(receipt.id, receipt.journals + 1),
            person_id=viewer.person,
            document=label(receipt.number),
            note=receipt.delivery_note,
        ),
        queries.entries_to_post(receipt, supplier, receipt.journals),
        now,
    )
    receipt.journals += 1
    session.flush()
    return written.entries


def _finish(session: Session, viewer: Viewer, receipt: GoodsReceipt, now: datetime) -> None:
    receipt.state, receipt.posted_at, receipt.posted_by = "posted", now, viewer.person
    _project(session, receipt, now, sign=1)
    tell(session, receipt, now)


def _project(session: Session, receipt: GoodsReceipt, now: datetime, *, sign: int) -> None:
    """Let what the journals brought (or took back) fall on the lines of the order and delivery."""
    session.flush()
    goods = queries.posted_goods(session, receipt)
    if goods and (receipt.order_id or receipt.delivery_id):
        purchasing.receive(
            session,
            order_id=receipt.order_id,
            delivery_id=receipt.delivery_id,
            quantities=goods,
            sign=sign,
            now=now,
        )


def reverse_next(session: Session, viewer: Viewer, receipt_id: UUID, *, note: str, now: datetime) -> bool:
    """Reverse the next of the receipt's journals; with the last one it is reversed. Whether something is left to do.

    Raises Conflict wrong_state for a receipt that is not posted, has_returns where goods of it went back already.
    """
    receipt = locked(session, viewer, receipt_id)
    if receipt.state == "reversed":
        return False
    if receipt.state != "posted":
        raise Conflict("wrong_state", f"This receipt is {receipt.state}; only a posted one is reversed.")
    if returned_goods(session, receipt):
        raise Conflict("has_returns", "Goods of this receipt went back to the supplier; reverse those journals first.")
    todo = _not_reversed(session, receipt)
    if todo:
        ledger.reverse_journal(
            session,
            todo[0],
            person_id=viewer.person,
            source_key=f"reversal:{todo[0]}",
            note=note,
            reason_code="",
            now=now,
        )
    if len(todo) > 1:
        return True
    receipt.state, receipt.reversed_at = "reversed", now
    _project(session, receipt, now, sign=-1)
    tell(session, receipt, now)
    return False


def _not_reversed(session: Session, receipt: GoodsReceipt) -> list[Any]:
    reversal = aliased(Journal)
    done = set(
        session.scalars(
            select(reversal.reverses_id).where(reversal.reverses_id.in_(queries.journals_of(session, receipt)))
        )
    )
    return [journal_id for journal_id in queries.journals_of(session, receipt) if journal_id not in done]
