"""Tallies: the fold of a sheet's records for each item and lot, in SQL. A projection, rebuildable at any time.

counting.md, "A total is a fold of evidence". The browser folds the same way; both read tests/vectors/tally.json:

* A look is a scan or set. It stands when it is not voided and no set that is itself not voided supersedes it.
* The quantity is the sum of what stands; with nothing left standing there is no tally: not counted is not zero.
* Looked at: every look that is not voided, superseded or not. Voids and later bindings of codes move no time.
* A code nobody knew counts for the item it is known as now, in pieces of today's pack.
* A zero confirmed at the close of the sheet stands where nothing else does, timed by the close.
* A void or a set touches only records of its own device in its own stocktake, in whatever order they arrive.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Insert, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode, Item
from app.device_log.handlers import Incoming
from app.device_log.models import DeviceRecord, RecordSupersedes
from app.kernel.json import loads
from app.kernel.sets import among
from app.stocktake.looks import TALLY_COLUMNS, Ids, totals
from app.stocktake.models import Sheet, Tally
from app.stocktake.record_shape import item_lots
from app.stocktake.rules import LOOKS

_ITEMS_NAMED = 5_000  # beyond this, folding all of a sheet is no more work than naming what to fold

_SHEETS_NAMED = 1_000


@dataclass(slots=True)
class Touched:
    """Whose tallies must be folded again: any of these items on any of these sheets."""

    sheets: set[UUID] = field(default_factory=set)
    items: set[UUID] = field(default_factory=set)

    def add(self, sheet_id: UUID | None, item_id: UUID | None) -> None:
        """Add what is not None."""
        if sheet_id is not None:
            self.sheets.add(sheet_id)
        if item_id is not None:
            self.items.add(item_id)


def touched_by(session: Session, records: Sequence[Incoming]) -> Touched:
    """What these records (written already) can change: their own lines, and those of what they void or supersede."""
    touched = Touched()
    references: set[UUID] = set()
    for record in records:
        touched.add(record.fields.sheet_id, record.fields.item_id)
        if record.kind == "void" and record.fields.reference_id:
            references.add(record.fields.reference_id)
        references.update(record.fields.supersedes)
        if record.kind == "close":
            touched.items.update(item for item, _lot in item_lots(record.body, "zeros"))
    if references:
        named = among(session, RecordSupersedes.record_id, references)  # voids of sets bring back what those replaced
        references.update(session.scalars(select(RecordSupersedes.target_id).where(named)))
        targets = select(DeviceRecord.sheet_id, DeviceRecord.item_id).where(
            among(session, DeviceRecord.record_id, references)
        )
        for sheet_id, item_id in session.execute(targets):
            touched.add(sheet_id, item_id)
    touched.items.update(_credited_items(session, touched.sheets))
    return touched


def fold(session: Session, sheet_ids: Collection[UUID], item_ids: Collection[UUID] | None = None) -> None:
    """Fold the sheets' records into their tallies again; with `item_ids` only those items' tallies.

    Takes the sheets' rows, so that of two folds of one sheet the later sees all the earlier saw.
    """
    taken = select(Sheet.id, Sheet.closed_at).where(Sheet.id.in_(sheet_ids)).order_by(Sheet.id).with_for_update()
    closed = [sheet.id for sheet in session.execute(taken) if sheet.closed_at is not None]
    chosen = [Tally.sheet_id.in_(sheet_ids)]
    item_ids = None if item_ids is None else nameable(item_ids)
    if item_ids is not None:
        chosen.append(Tally.item_id.in_(item_ids))
    session.execute(delete(Tally).where(*chosen).execution_options(synchronize_session=False))
    named = {"sheets": list(sheet_ids)} | ({} if item_ids is None else {"items": list(item_ids)})
    session.connection().execute(_insert_totals(some_items=item_ids is not None), named)
    zeros = confirmed_zeros(session, closed, item_ids) if closed else {}
    if zeros:
        counted = session.execute(select(Tally.sheet_id, Tally.item_id, Tally.lot).where(*chosen))
        missing = [zeros[key] for key in zeros.keys() - {tuple(key) for key in counted}]
        if missing:
            session.execute(insert(Tally), missing)


@cache
def _insert_totals(*, some_items: bool) -> Insert:
    """The fold as one statement. Building it takes longer than running it, so it is built once."""
    items: BindParameter[Any] | None = bindparam("items", expanding=True) if some_items else None
    return insert(Tally).from_select(TALLY_COLUMNS, totals(bindparam("sheets", expanding=True), items))


def rebuild(session: Session, stocktake_id: UUID) -> None:
    """Fold every sheet of a stocktake anew from its records. Evaluating its lines after it is the caller's."""
    sheet_ids = session.scalars(select(Sheet.id).where(Sheet.stocktake_id == stocktake_id).order_by(Sheet.id)).all()
    for first in range(0, len(sheet_ids), _SHEETS_NAMED):
        fold(session, sheet_ids[first : first + _SHEETS_NAMED])


def nameable(item_ids: Collection[UUID]) -> Collection[UUID] | None:
    """The ids themselves while they are few enough to name in a statement; None, all items, beyond."""
    return item_ids if len(item_ids) <= _ITEMS_NAMED else None


def known_items(session: Session, item_ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that are in the catalogue."""
    return set(session.scalars(select(Item.id).where(among(session, Item.id, item_ids)))) if item_ids else set()


def _credited_items(session: Session, sheet_ids: Collection[UUID]) -> set[UUID]:
    """The items that codes unknown at the scan are known as now, on these sheets."""
    known = (
        select(Barcode.item_id)
        .join(DeviceRecord, DeviceRecord.code_normal == Barcode.normal_form)
        .where(DeviceRecord.sheet_id.in_(sheet_ids), DeviceRecord.item_id.is_(None), DeviceRecord.kind.in_(LOOKS))
        .distinct()
    )
    return set(session.scalars(known))


def confirmed_zeros(
    session: Session, sheet_ids: Ids, item_ids: Collection[UUID] | None
) -> dict[tuple[UUID, UUID, str], dict[str, Any]]:
    """The tallies of zeros that closing records confirm, by sheet, item and lot: of several closes the last look."""
    record = DeviceRecord
    closes = session.execute(
        select(record.sheet_id, record.body, record.occurred_at, record.occurred_from, record.occurred_to).where(
            record.sheet_id.in_(sheet_ids), record.item_id.is_(None), record.kind == "close"
        )
    ).all()
    named = [
        ((close.sheet_id, item, lot), close)
        for close in sorted(closes, key=lambda row: row.occurred_at)
        for item, lot in item_lots(loads(close.body), "zeros")
        if item_ids is None or item in item_ids
    ]
    known = known_items(session, {item for (_sheet, item, _lot), _close in named})
    return {
        (sheet_id, item, lot): {
            "sheet_id": sheet_id,
            "item_id": item,
            "lot": lot,
            "quantity": 0,
            "records": 1,
            "confirmed_zero": True,
            "catalogue_changed": False,
            "first_look_at": close.occurred_at,
            "last_look_at": close.occurred_at,
            "look_from": close.occurred_from,
            "look_to": close.occurred_to,
        }
        for (sheet_id, item, lot), close in named
        if item in known
    }
