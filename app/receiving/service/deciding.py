"""Deciding lines: take in what came, only what was expected, or nothing. All or nothing, against the version shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode
from app.device_log.models import DeviceRecord
from app.kernel.access import Viewer
from app.kernel.errors import Conflict, invalid_field
from app.kernel.sets import among
from app.ledger.models import ReasonCode
from app.receiving.models import GoodsReceipt, ReceiptLine, ReceiptSheet
from app.receiving.rules import LOOKS, NEEDS_DECISION, STATE_OF, Decision, Refusal, refuse_decision
from app.receiving.service.desk import locked
from app.receiving.service.evaluation import can_change, evaluate
from app.sites.queries import site_of


@dataclass(frozen=True, slots=True)
class DecideLines:
    """The command: which lines, in the version that was shown where one is named, and what was decided of them."""

    receipt_id: UUID
    decision: Decision
    line_ids: Sequence[int]
    versions: Mapping[int, int] = field(default_factory=dict)
    keep_damaged: bool = False
    reason_code: str = ""
    note: str = ""


def decide(session: Session, viewer: Viewer, command: DecideLines, now: datetime) -> int:
    """Decide the lines; how many. Any refused line refuses all.

    Raises Conflict lines_refused with each line's reason: changed since it was shown, scanned by the decider, …
    """
    receipt = locked(session, viewer, command.receipt_id)
    if not can_change(receipt):
        raise Conflict("receipt_not_open", f"The receipt is {receipt.state}; nothing is left to decide.")
    evaluate(session, receipt)  # an order that was cancelled meanwhile is something to decide about
    wanted = select(ReceiptLine).where(
        ReceiptLine.receipt_id == receipt.id, among(session, ReceiptLine.id, command.line_ids)
    )
    lines = session.scalars(wanted.order_by(ReceiptLine.id).execution_options(populate_existing=True)).all()
    refused = _refusals(session, viewer, receipt, command, lines)
    if refused:
        raise Conflict(
            "lines_refused",
            f"{len(refused)} of {len(set(command.line_ids))} lines cannot be decided so; nothing was changed.",
            refused=[{"id": r.line_id, "code": r.code, "detail": r.detail} for r in refused],
        )
    _require_reason(session, command, lines)
    session.execute(
        update(ReceiptLine)
        .where(among(session, ReceiptLine.id, [line.id for line in lines]))
        .values(
            state=STATE_OF[command.decision],
            damaged_kept=command.keep_damaged,
            reason_code=command.reason_code,
            note=command.note,
            decided_by=viewer.person,
            decided_at=now,
            version=ReceiptLine.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return len(lines)


def _refusals(
    session: Session, viewer: Viewer, receipt: GoodsReceipt, command: DecideLines, lines: Sequence[ReceiptLine]
) -> list[Refusal]:
    own = set() if site_of(session, receipt.site_id).self_approval else _scanned_by(session, viewer.person, receipt.id)
    found = {line.id for line in lines}
    refused = [
        Refusal(line_id, "unknown_line", "There is no such line in this receipt.")
        for line_id in dict.fromkeys(command.line_ids)
        if line_id not in found
    ]
    for line in lines:
        if command.versions.get(line.id, line.version) != line.version:
            refused.append(Refusal(line.id, "line_changed", "This line changed since it was shown; look again."))
            continue
        why = refuse_decision(command.decision, expected=line.quantity_expected, own=line.item_id in own)
        if why is not None:
            refused.append(Refusal(line.id, *why))
    return refused


def _scanned_by(session: Session, person_id: UUID, receipt_id: UUID) -> set[UUID]:
    """The items this person has a look at in the receipt, those of codes that were unknown then included."""
    look = DeviceRecord
    mine = select(ReceiptSheet.id).where(ReceiptSheet.receipt_id == receipt_id, ReceiptSheet.person_id == person_id)
    here = look.sheet_id.in_(mine), look.kind.in_(LOOKS)
    known = session.scalars(select(look.item_id).where(*here, look.item_id.is_not(None)).distinct())
    credited = session.scalars(
        select(Barcode.item_id)
        .join(look, look.code_normal == Barcode.normal_form)
        .where(*here, look.item_id.is_(None))
        .distinct()
    )
    return {item_id for item_id in (*known, *credited) if item_id is not None}


def _require_reason(session: Session, command: DecideLines, lines: Sequence[ReceiptLine]) -> None:
    """What is unusual needs a reason, and so does taking in less than what came; some reasons need a note."""
    if command.decision == "accept" and not any(line.flags & NEEDS_DECISION for line in lines):
        return
    reason = session.get(ReasonCode, command.reason_code)
    if reason is None or not reason.active:
        raise invalid_field("reason_code", "unknown_reason", "Choose one of the reason codes.")
    if reason.note_required and not command.note.strip():
        raise invalid_field("note", "note_required", "This reason needs a note.")
