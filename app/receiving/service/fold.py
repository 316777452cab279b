"""Tallies: the fold of a receipt's records for each item, lot and condition, in SQL. Rebuildable at any time.

As a count's (stocktake/fold.py): a look stands when it is not voided and no standing set supersedes it; the quantity is
the sum of what stands; voids and sets touch only records of their own device in their own receipt, in whatever order
they arrive. All sheets of a receipt sum up.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, delete, insert, select
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode
from app.device_log.handlers import Incoming
from app.device_log.models import DeviceRecord, RecordSupersedes
from app.kernel.sets import among
from app.receiving.models import ReceiptTally
from app.receiving.queries.looks import ITEMS, ITEMS_NAMED, RECEIPT, TALLY_COLUMNS, totals
from app.receiving.rules import LOOKS


def touched_by(session: Session, receipt_id: UUID, records: Sequence[Incoming]) -> set[UUID]:
    """The items whose tallies these records (written already) can change: their own, and those of what they correct."""
    items = {record.fields.item_id for record in records if record.fields.item_id is not None}
    references = {record.fields.reference_id for record in records if record.fields.reference_id is not None}
    references.update(target for record in records for target in record.fields.supersedes)
    if references:
        named = among(session, RecordSupersedes.record_id, references)  # voids of sets bring back what those replaced
        references.update(session.scalars(select(RecordSupersedes.target_id).where(named)))
        targets = select(DeviceRecord.item_id).where(among(session, DeviceRecord.record_id, references)).distinct()
        items.update(item for item in session.scalars(targets) if item is not None)
    return items | credited_items(session, receipt_id)


def credited_items(session: Session, receipt_id: UUID) -> set[UUID]:
    """The items that codes unknown at the scan are known as now, in this receipt."""
    known = (
        select(Barcode.item_id)
        .join(DeviceRecord, DeviceRecord.code_normal == Barcode.normal_form)
        .where(DeviceRecord.document_id == receipt_id, DeviceRecord.item_id.is_(None), DeviceRecord.kind.in_(LOOKS))
        .distinct()
    )
    return set(session.scalars(known))


def fold(session: Session, receipt_id: UUID, item_ids: Collection[UUID] | None = None) -> set[UUID]:
    """Fold the receipt's records into its tallies again; with `item_ids` only those items'. The items that changed.

    The caller has locked the receipt, so that of two folds the later sees all the earlier saw.
    """
    if item_ids is not None and len(item_ids) > ITEMS_NAMED:
        item_ids = None
    chosen = [ReceiptTally.receipt_id == receipt_id]
    named: dict[str, Any] = {RECEIPT: receipt_id}
    if item_ids is not None:
        chosen.append(among(session, ReceiptTally.item_id, item_ids))
        named[ITEMS] = list(item_ids)
    before = _tallies(session, chosen)
    session.execute(delete(ReceiptTally).where(*chosen).execution_options(synchronize_session=False))
    session.connection().execute(_insert_totals(some_items=item_ids is not None), named)
    after = _tallies(session, chosen)
    return {key[0] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


@cache
def _insert_totals(*, some_items: bool) -> Insert:
    return insert(ReceiptTally).from_select(TALLY_COLUMNS, totals(some_items=some_items))


def _tallies(session: Session, chosen: Sequence[Any]) -> dict[tuple[UUID, str, bool], int]:
    tally = ReceiptTally
    rows = session.execute(select(tally.item_id, tally.lot, tally.damaged, tally.quantity).where(*chosen))
    return {(row.item_id, row.lot, row.damaged): row.quantity for row in rows}
