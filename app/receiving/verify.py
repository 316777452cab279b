"""Proof that receipts are what their records say, and the book what the receipts say."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.clock import to_ms
from app.kernel.findings import Finding
from app.receiving.models import GoodsReceipt, ReceiptLine, ReceiptTally
from app.receiving.queries.looks import RECEIPT, totals, unknown_on
from app.receiving.queries.posting import posted_goods
from app.receiving.rules import OPEN_STATES, label
from app.receiving.service.fold import credited_items

Key = tuple[UUID, str, bool]  # item, lot, damaged
Said = tuple[int, int, int, int]  # quantity, records, and the times of the looks in ms


def verify(session: Session) -> list[Finding]:
    """Where a tally is not the fold of its records, or a posted line not what its journals moved."""
    findings = []
    for receipt in session.scalars(select(GoodsReceipt).order_by(GoodsReceipt.site_id, GoodsReceipt.number)):
        findings += _tallies_wrong(session, receipt)
        if receipt.state in {"posted", "reversed"}:
            findings += _posted_wrong(session, receipt)
    return findings


def uncredited(session: Session) -> list[UUID]:
    """The open receipts with scans of codes that the catalogue learned by other ways than the inbox."""
    open_ones = select(GoodsReceipt.id).where(GoodsReceipt.state.in_(OPEN_STATES), unknown_on(GoodsReceipt.id))
    return [
        receipt_id
        for receipt_id in session.scalars(open_ones)
        if _stored(session, receipt_id) != _folded(session, receipt_id, credited=True)
    ]


def _tallies_wrong(session: Session, receipt: GoodsReceipt) -> list[Finding]:
    """A code that the catalogue came to know a moment ago may still wait to be credited.

    Of a receipt that is over, items with codes nobody knew are left out: what a code came to mean after the posting
    changes no evidence.
    """
    there, should = _stored(session, receipt.id), _folded(session, receipt.id, credited=True)
    wrong = [key for key in sorted(there.keys() | should.keys(), key=str) if there.get(key) != should.get(key)]
    if not wrong:
        return []
    if receipt.state in OPEN_STATES:
        uncredited = _folded(session, receipt.id, credited=False)
        wrong = [key for key in wrong if there.get(key) != uncredited.get(key)]
    else:
        credited = credited_items(session, receipt.id)
        wrong = [key for key in wrong if key[0] not in credited]
    return [
        Finding("receipt_tally", _place(receipt, key), _said(should.get(key)), _said(there.get(key))) for key in wrong
    ]


def _posted_wrong(session: Session, receipt: GoodsReceipt) -> list[Finding]:
    booked: dict[UUID, int] = {}
    for (item_id, _lot), quantity in posted_goods(session, receipt).items():
        booked[item_id] = booked.get(item_id, 0) + quantity
    lines = session.execute(
        select(ReceiptLine.item_id, ReceiptLine.quantity_posted).where(ReceiptLine.receipt_id == receipt.id)
    )
    said = {row.item_id: row.quantity_posted for row in lines if row.quantity_posted}
    return [
        Finding("receipt_posted", f"{_where(receipt)}, item {item}", str(booked.get(item, 0)), str(said.get(item, 0)))
        for item in sorted(booked.keys() | said.keys())
        if booked.get(item, 0) != said.get(item, 0)
    ]


def _where(receipt: GoodsReceipt) -> str:
    return f"{label(receipt.number)} of site {receipt.site_id}"


def _place(receipt: GoodsReceipt, key: Key) -> str:
    return f"{_where(receipt)}, item {key[0]}, lot {key[1]!r}" + (", damaged" if key[2] else "")


def _said(tally: Said | None) -> str:
    return "no tally" if tally is None else str(tally)


def _stored(session: Session, receipt_id: UUID) -> dict[Key, Said]:
    rows = session.scalars(select(ReceiptTally).where(ReceiptTally.receipt_id == receipt_id))
    return {
        (row.item_id, row.lot, row.damaged): (
            row.quantity, row.records, to_ms(row.first_look_at), to_ms(row.last_look_at),
        )
        for row in rows
    }  # fmt: skip


def _folded(session: Session, receipt_id: UUID, *, credited: bool) -> dict[Key, Said]:
    rows = session.execute(totals(some_items=False, credited=credited), {RECEIPT: receipt_id})
    return {
        (row.item_id, row.lot, row.damaged): (
            row.quantity, row.records, to_ms(row.first_look_at), to_ms(row.last_look_at),
        )
        for row in rows
    }  # fmt: skip
