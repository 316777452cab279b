"""Deciding lines: accept the difference, keep the book, or count again. All or nothing, against the version shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.errors import Conflict, invalid_field
from app.ledger.models import ReasonCode
from app.sites.models import Site
from app.stocktake.line_rules import Decision, Mark, Refusal, refuse_decision
from app.stocktake.models import CountLine, Place, Sheet, Stocktake, Tally
from app.stocktake.plan_queries import stocktake_for
from app.stocktake.sheets import request_recount

OPEN_STATES = ("counting", "closed")
_CHUNK = 500  # names in one IN list


@dataclass(frozen=True, slots=True)
class DecideLines:
    """The command: which lines, in the version that was shown, and what was decided of them."""

    stocktake_id: UUID
    decision: Decision
    versions: dict[int, int]  # line id → version shown
    reason_code: str = ""
    note: str = ""
    other_counter: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """How many lines were decided, and why the others were not."""

    decided: int
    refused: list[Refusal]


def decide(session: Session, viewer: Viewer, command: DecideLines, now: datetime) -> Decided:
    """Decide the lines. Any refused line refuses all, unless `partial`.

    Raises Conflict lines_refused with each line's reason: changed since it was shown, counted by the decider, posted, …
    """
    stocktake = stocktake_for(session, viewer, command.stocktake_id, role="supervisor")
    session.refresh(stocktake, with_for_update={"read": True})  # who posts, closes or reverses it comes before or after
    if stocktake.state not in OPEN_STATES:
        raise Conflict("stocktake_not_open", f"The stocktake is {stocktake.state}; nothing is left to decide.")
    lines = _locked_lines(session, stocktake.id, command.versions)
    refused = _refusals(session, viewer, stocktake, command, lines)
    if refused and not command.partial:
        raise Conflict(
            "lines_refused",
            f"{len(refused)} of {len(command.versions)} lines cannot be decided so; nothing was changed.",
            refused=[{"id": r.line_id, "code": r.code, "detail": r.detail} for r in refused],
        )
    left_out = {refusal.line_id for refusal in refused}
    chosen = [line for line in lines if line.id not in left_out]
    _require_reason(session, command, chosen)
    _write(session, viewer, command, chosen, now)
    return Decided(len(chosen), refused)


def _locked_lines(session: Session, stocktake_id: UUID, versions: Iterable[int]) -> list[CountLine]:
    """The lines, locked in the order of their ids so that two deciders never wait for each other."""
    ids = sorted(versions)
    lines: list[CountLine] = []
    for start in range(0, len(ids), _CHUNK):
        lines += session.scalars(
            select(CountLine)
            .where(CountLine.stocktake_id == stocktake_id, CountLine.id.in_(ids[start : start + _CHUNK]))
            .order_by(CountLine.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    return lines


def _refusals(
    session: Session, viewer: Viewer, stocktake: Stocktake, command: DecideLines, lines: Sequence[CountLine]
) -> list[Refusal]:
    own = _counted_by(session, viewer.person, stocktake.id)
    self_approval = session.get_one(Site, stocktake.site_id).self_approval
    open_at = _open_places(session, stocktake.id) if command.decision == "recount" else set()
    found = {line.id for line in lines}
    refused = [
        Refusal(line_id, "unknown_line", "There is no such line in this stocktake.")
        for line_id in command.versions
        if line_id not in found
    ]
    for line in lines:
        if line.version != command.versions[line.id]:
            refused.append(Refusal(line.id, "line_changed", "This line changed since it was shown; look again."))
            continue
        why = refuse_decision(
            command.decision,
            state=line.state,
            variance=line.variance,
            posted=line.posted_part is not None,
            place_open=line.location_id in open_at,
            counted_by_viewer=(line.location_id, line.item_id, line.lot) in own,
            self_approval=self_approval,
        )
        if why is not None:
            refused.append(Refusal(line.id, *why))
    return refused


def _open_places(session: Session, stocktake_id: UUID) -> set[UUID]:
    """The stock locations where somebody has still to count."""
    still_open = Place.stocktake_id == stocktake_id, Place.state != "closed"
    return set(session.scalars(select(Place.stock_location_id).where(*still_open)))


def _counted_by(session: Session, person_id: UUID, stocktake_id: UUID) -> set[tuple[UUID, UUID, str]]:
    """The stock (location, item, lot) this person has a tally of, in any round."""
    rows = session.execute(
        select(Place.stock_location_id, Tally.item_id, Tally.lot)
        .join(Sheet, Sheet.id == Tally.sheet_id)
        .join(Place, and_(Place.stocktake_id == Sheet.stocktake_id, Place.location_id == Sheet.location_id))
        .where(Sheet.stocktake_id == stocktake_id, Sheet.person_id == person_id)
    )
    return {(row.stock_location_id, row.item_id, row.lot) for row in rows}


def _require_reason(session: Session, command: DecideLines, lines: Sequence[CountLine]) -> None:
    """An adjustment and a kept book need a reason; some reasons need a note, or fit one direction only."""
    if command.decision == "recount" or all(line.variance == 0 for line in lines):
        return
    reason = session.get(ReasonCode, command.reason_code)
    if reason is None or not reason.active:
        raise invalid_field("reason_code", "unknown_reason", "Choose one of the reason codes.")
    if reason.note_required and not command.note.strip():
        raise invalid_field("note", "note_required", "This reason needs a note.")
    if command.decision == "accept" and reason.direction != "both":
        sign = 1 if reason.direction == "gain" else -1
        wrong = [line.id for line in lines if line.variance and line.variance * sign < 0]
        if wrong:
            raise invalid_field(
                "reason_code", "wrong_direction", f"This reason is for a {reason.direction} only.", lines=wrong[:50]
            )


def _write(session: Session, viewer: Viewer, command: DecideLines, lines: Sequence[CountLine], now: datetime) -> None:
    if not lines:
        return
    if command.decision == "recount":
        _start_recount(session, command, lines, now)
        return
    state = "accepted" if command.decision == "accept" else "kept_book"
    for start in range(0, len(lines), _CHUNK):
        session.execute(
            update(CountLine)
            .where(CountLine.id.in_([line.id for line in lines[start : start + _CHUNK]]))
            .values(
                state=state,
                reason_code=command.reason_code,
                note=command.note,
                decided_by=viewer.person,
                decided_at=now,
                flags=CountLine.flags.op("&")(~int(Mark.CHANGED_AFTER_DECISION)),
                version=CountLine.version + 1,
            )
            .execution_options(synchronize_session=False)
        )


def _start_recount(session: Session, command: DecideLines, lines: Sequence[CountLine], now: datetime) -> None:
    """The next round counts these items again; the former round stays as evidence in its sheets and tallies."""
    asked: dict[UUID, list[tuple[UUID, str]]] = {}
    for line in lines:
        asked.setdefault(line.location_id, []).append((line.item_id, line.lot))
    rounds = request_recount(session, command.stocktake_id, asked, other_counter=command.other_counter, now=now)
    for line in lines:
        line.round = rounds[line.location_id]
        line.state = "recount"
        line.quantity_counted = line.counted_at = line.first_look_at = line.look_from = line.look_to = None
        line.quantity_book = line.quantity_book_first = line.variance = line.value = None
        line.evaluated_at = line.decided_by = line.decided_at = None
        line.flags, line.reason_code, line.note = 0, command.reason_code, command.note
        line.version += 1
    session.flush()
