"""Deciding an overlap: two sheets were shared work and sum, one of them is used, or one was handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.errors import Conflict, invalid_field
from app.stocktake.evaluation import evaluate
from app.stocktake.models import Sheet
from app.stocktake.plan_queries import stocktake_for
from app.stocktake.rules import OPEN_STATES, chains
from app.stocktake.sheets import facts, lock_places, settle_state


@dataclass(frozen=True, slots=True)
class DecideOverlap:
    """The command. `sheet_id`: the sheet to use. `shown`: the sheets that were on the screen, if they were told."""

    stocktake_id: UUID
    location_id: UUID
    round: int
    decision: str
    sheet_id: UUID | None = None
    shown: frozenset[UUID] | None = None


def decide_overlap(session: Session, viewer: Viewer, command: DecideOverlap, now: datetime) -> int:
    """Say what the sheets of a place are to each other; the number of sheets that count now.

    Raises Conflict when it was decided meanwhile, or a sheet has come since it was shown.
    """
    stocktake = stocktake_for(session, viewer, command.stocktake_id)
    if stocktake.state not in OPEN_STATES:
        raise Conflict("stocktake_not_open", f"The stocktake is {stocktake.state}.", state=stocktake.state)
    stock_locations = lock_places(session, stocktake.id, [command.location_id])
    sheets = _undecided(session, command)
    if command.decision == "handover":
        _join(sheets)
    counting = _counting(sheets, command)
    for sheet in sheets:
        sheet.disposition = "counts" if sheet.id in counting else "set_aside"
        sheet.decided_by, sheet.decided_at = viewer.person, now
    session.flush()
    settle_state(session, stocktake, command.location_id, now)
    evaluate(session, stocktake.id, now, stock_locations)
    return len(counting)


def _undecided(session: Session, command: DecideOverlap) -> Sequence[Sheet]:
    of_place = and_(
        Sheet.stocktake_id == command.stocktake_id,
        Sheet.location_id == command.location_id,
        Sheet.round == command.round,
    )
    sheets = session.scalars(select(Sheet).where(of_place).order_by(Sheet.id).with_for_update()).all()
    if not sheets or any(sheet.disposition != "undecided" for sheet in sheets):
        raise Conflict("overlap_decided", "There is nothing to decide here any more; look again.")
    if command.shown is not None and command.shown != {sheet.id for sheet in sheets}:
        raise Conflict("overlap_changed", "Another sheet has come for this place; look again.")
    return sheets


def _counting(sheets: Sequence[Sheet], command: DecideOverlap) -> set[UUID]:
    """The sheets that count: all, or the chain of the one that is used."""
    if command.decision != "use":
        return {sheet.id for sheet in sheets}
    for chain in chains([facts(sheet) for sheet in sheets]):
        members = {sheet.id for sheet in chain}
        if command.sheet_id in members:
            return members
    raise invalid_field("sheet_id", "unknown_sheet", "Name one of the sheets of this place and round.")


def _join(sheets: Sequence[Sheet]) -> None:
    """Name the handovers afterwards: each chain goes on where the one that was opened before it stopped.

    What the first device still brings of its sheet belongs to the same work then, and sums.
    """
    by_id = {sheet.id: sheet for sheet in sheets}
    parts = [[by_id[member.id] for member in chain] for chain in chains([facts(sheet) for sheet in sheets])]
    parts = [sorted(part, key=lambda sheet: (sheet.opened_at, sheet.id)) for part in parts]
    parts.sort(key=lambda part: (part[0].opened_at, part[0].id))
    for before, part in pairwise(parts):
        first = next((sheet for sheet in part if sheet.continues_id not in by_id), part[0])
        first.continues_id = before[-1].id
