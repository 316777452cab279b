"""Proof that the tallies are what their records say: they are a projection, and this is how a wrong one shows."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.clock import to_ms
from app.kernel.findings import Finding
from app.stocktake.fold import confirmed_zeros
from app.stocktake.looks import Ids, totals, unknown_on
from app.stocktake.models import Sheet, Stocktake, Tally
from app.stocktake.rules import OPEN_STATES

Key = tuple[UUID, UUID, str]  # sheet, item, lot
Said = tuple[Any, ...]  # quantity, records, whether a confirmed zero, and the times of the looks in ms


def verify(session: Session) -> list[Finding]:
    """Where a tally is not the fold of its records; nothing, one hopes.

    A code that the catalogue came to know a moment ago may still wait to be credited. Of a stocktake that is over,
    sheets with codes nobody knew are left out: what a code came to mean after the posting changes no evidence.
    """
    findings = []
    for stocktake in session.scalars(select(Stocktake).where(Stocktake.started_at.is_not(None)).order_by(Stocktake.id)):
        sheet_ids = select(Sheet.id).where(Sheet.stocktake_id == stocktake.id)
        if stocktake.state not in OPEN_STATES:
            sheet_ids = sheet_ids.where(~unknown_on(Sheet.id))
        wrong = differences(session, sheet_ids)
        without_credit = _folded(session, sheet_ids, credited=False) if wrong else {}
        findings += [
            Finding("tally", _where(stocktake, *key), _said(should), _said(there))
            for key, (there, should) in wrong.items()
            if there != without_credit.get(key)
        ]
    return findings


def differences(session: Session, sheet_ids: Ids) -> dict[Key, tuple[Said | None, Said | None]]:
    """Each tally of the sheets that is not the fold of its records: what it says, and what it should say."""
    there, should = _stored(session, sheet_ids), _folded(session, sheet_ids, credited=True)
    keys = sorted(there.keys() | should.keys(), key=str)
    return {key: (there.get(key), should.get(key)) for key in keys if there.get(key) != should.get(key)}


def _where(stocktake: Stocktake, sheet_id: UUID, item_id: UUID, lot: str) -> str:
    return f"stocktake {stocktake.number} of site {stocktake.site_id}, sheet {sheet_id}, item {item_id}, lot {lot!r}"


def _said(tally: Said | None) -> str:
    return "no tally" if tally is None else str(tally)


def _stored(session: Session, sheet_ids: Ids) -> dict[Key, Said]:
    tallies = session.scalars(select(Tally).where(Tally.sheet_id.in_(sheet_ids)))
    return {
        (tally.sheet_id, tally.item_id, tally.lot): (
            tally.quantity,
            tally.records,
            tally.confirmed_zero,
            *map(to_ms, (tally.first_look_at, tally.last_look_at, tally.look_from, tally.look_to)),
        )
        for tally in tallies
    }


def _folded(session: Session, sheet_ids: Ids, *, credited: bool) -> dict[Key, Said]:
    """What the tallies of the sheets should be: with or without the codes known since."""
    rows = {}
    for key, zero in confirmed_zeros(session, sheet_ids, None).items():
        look = to_ms(zero["first_look_at"])
        rows[key] = (0, 1, True, look, look, to_ms(zero["look_from"]), to_ms(zero["look_to"]))
    for row in session.execute(totals(sheet_ids, None, credited=credited)):
        times = (row.first_look_at, row.last_look_at, row.look_from, row.look_to)
        rows[row.sheet_id, row.item_id, row.lot] = (row.quantity, row.records, False, *map(to_ms, times))
    return rows
